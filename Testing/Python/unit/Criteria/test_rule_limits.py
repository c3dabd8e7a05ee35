"""Every limit of the shipped rule sets has the operator, the value and the restrictions of its source."""

from __future__ import annotations

import pytest
from ShippedRules import OPERATORS, RULES, SETS, conditionsOf, gatesOf, limitOf, ruleOf


def test_the_two_authors_of_the_clivo_axial_angle_differ_at_135():
    strict, loose = (limitOf("craniocervicalLimits", ruleId)
                     for ruleId in ("clivoAxialAngleBelow135", "clivoAxialAngle135OrLess"))
    assert (strict, loose) == (("cxa", "<", 135.0), ("cxa", "<=", 135.0))
    assert not OPERATORS[strict[1]](135.0, strict[2])
    assert OPERATORS[loose[1]](135.0, loose[2])
    assert limitOf("craniocervicalLimits", "pbc2Above9InFlexion") == ("pbc2", ">", 9.0)
    assert limitOf("craniocervicalLimits", "pbc2Of9OrMore") == ("pbc2", ">=", 9.0)


def test_a_dural_sac_from_138_to_123_does_not_fall_by_more_than_15():
    metric, name, limit = limitOf("dynamicStenosisLumbar", "sacFallsBy15")
    assert metric == "duralSacArea"
    assert not OPERATORS[name](123.0 - 138.0, limit)
    assert OPERATORS[name](122.0 - 138.0, limit)
    for conditions in (conditionsOf(ruleOf("dynamicStenosisLumbar", "sacCrosses100")),):
        assert [(c["at"], c["operator"], c["value"]) for c in conditions] == [("to", "<", 100.0), ("from", ">=", 100.0)]


# Reference sections 1.3, 1.9 and 5 and review 2.1, with their operators; of the size where either direction counts.
LIMITS = [
    ("whitePanjabiCervical", "translation", 0, ("slip", ">", 3.5)),
    ("whitePanjabiCervical", "translation", 1, ("slipPercentUpper", ">", 20.0)),
    ("whitePanjabiCervical", "rotation", 0, ("rotation", ">", 20.0)),
    ("whitePanjabiCervical", "displacement", 0, ("slip", ">", 3.5)),
    ("whitePanjabiCervical", "displacement", 1, ("slipPercentUpper", ">", 20.0)),
    ("whitePanjabiLumbar", "translation", 0, ("slipPercentUpper", ">", 15.0)),
    ("whitePanjabiLumbar", "translation", 1, ("slip", ">", 4.5)),
    ("whitePanjabiLumbar", "rotationHigherLumbar", 0, ("rotation", ">", 15.0)),
    ("whitePanjabiLumbar", "rotationNextAboveJunction", 0, ("rotation", ">", 20.0)),
    ("whitePanjabiLumbar", "rotationLumbosacralJunction", 0, ("rotation", ">", 25.0)),
    ("whitePanjabiLumbar", "displacement", 0, ("slip", ">", 4.5)),
    ("whitePanjabiLumbar", "displacement", 1, ("slipPercentUpper", ">", 15.0)),
    ("dupuis", "translationAboveJunction", 0, ("translationPercent", ">", 8.0)),
    ("dupuis", "rotationAboveJunction", 0, ("rotation", ">", 9.0)),
    ("dupuis", "translationLumbosacralJunction", 0, ("translationPercent", ">", 6.0)),
    ("posner", "slipInFlexionAboveJunction", 0, ("slipPercent", ">", 8.0)),
    ("posner", "slipInFlexionLumbosacralJunction", 0, ("slipPercent", ">", 6.0)),
    ("posner", "angleInFlexionAboveJunction", 0, ("discAngle", "<", -9.0)),
    ("posner", "angleInFlexionLumbosacralJunction", 0, ("discAngle", "<", 1.0)),
    ("posner", "slipInExtension", 0, ("slipPercent", "<", -9.0)),
    ("bodenWiesel", "translation", 0, ("translationCorner", ">", 3.0)),
    ("bodenWiesel", "rotation", 0, ("rotation", ">", 10.0)),
    ("nachemson", "translation", 0, ("translationCorner", ">", 4.0)),
    ("nachemson", "rotation", 0, ("rotation", ">", 10.0)),
    ("iguchi", "translationWithRotation", 0, ("translationCorner", ">=", 3.0)),
    ("slipBehavior", "threePercentBand", 0, ("slipPercent", ">", 3.0)),
    ("slipBehavior", "eightPercentBand", 0, ("slipPercent", ">", 8.0)),
    ("degenerativeSlipCohorts", "eightPercentBetweenViews", 0, ("slipPercent", ">", 8.0)),
    ("degenerativeSlipCohorts", "tenDegreesBetweenViews", 0, ("discAngle", ">", 10.0)),
    ("degenerativeSlipCohorts", "uprightMinusSupine", 0, ("slipPercent", ">=", 7.9)),
    ("dynamicStenosisCervical", "flavumThicker", 0, ("ligamentumFlavum", ">", 1.0)),
    ("craniocervicalLimits", "bdiAbove12InExtension", 0, ("bdi", ">", 12.0)),
    ("craniocervicalLimits", "baiAbove12InFlexion", 0, ("bai", ">", 12.0)),
    ("craniocervicalLimits", "baiChangeAbove4", 0, ("bai", ">", 4.0)),
    ("craniocervicalLimits", "mcraeCrossed", 0, ("mcrae", ">", 0.0)),
    ("craniocervicalLimits", "chamberlainAbove3", 0, ("chamberlain", ">", 3.0)),
    ("craniocervicalLimits", "mcgregorAbove4p5", 0, ("mcgregor", ">", 4.5)),
    ("craniocervicalLimits", "padiBelow14", 0, ("padi", "<", 14.0)),
    ("craniocervicalLimits", "adiAbove2p5", 0, ("adi", ">", 2.5)),
    ("craniocervicalLimits", "powers1", 0, ("powers", ">=", 1.0)),
    ("craniocervicalLimits", "tonsil5", 0, ("tonsil", ">=", 5.0)),
    ("canalWidths", "canalBodyBelow13", 0, ("canalApBody", "<", 13.0)),
    ("canalWidths", "canalDisc10OrLess", 0, ("canalApDisc", "<=", 10.0)),
    ("canalWidths", "torgBelow0p80", 0, ("torgPavlov", "<", 0.8)),
    ("canalWidths", "spaceBelow4p3", 0, ("spaceAvailable", "<", 4.3)),
]


@pytest.mark.parametrize(("setId", "ruleId", "clause", "limit"), LIMITS)
def test_operator_and_limit_are_those_of_the_source(setId, ruleId, clause, limit):
    assert limitOf(setId, ruleId, clause) == limit


def test_imaging_items_give_four_points_at_most_and_never_from_both_bases():
    for setId in ("whitePanjabiCervical", "whitePanjabiLumbar"):
        items = {(rule["basis"], rule["item"]): rule["points"] for rule in SETS[setId]["rules"]}
        byBasis = {basis: sum(p for (b, _), p in items.items() if b == basis) for basis, _ in items}
        assert byBasis == {"flexionExtension": 4, "resting": 2}
        assert SETS[setId]["pointsPossible"] == 4


def test_slip_bands_and_cohorts_hold_only_where_a_slip_of_five_percent_is_seen():
    for setId in ("slipBehavior", "degenerativeSlipCohorts"):
        for rule in SETS[setId]["rules"]:
            assert {"gate": "slipSomewhere", "percent": 5.0} in rule["appliesWhen"], rule["id"]


def test_flexion_alone_never_meets_a_narrowing_rule_of_the_neck():
    for rule in SETS["dynamicStenosisCervical"]["rules"]:
        if "flexion" in rule["to"].get("bend", ["flexion"]) and rule["kind"] != "grade" and "bulge" not in rule["id"]:
            assert "cordContact" in gatesOf(rule), rule["id"]
    flexed = ruleOf("dynamicStenosisCervical", "gradeUpInFlexion")
    assert [condition["leastRank"] for condition in conditionsOf(flexed)] == [2]
    assert "flexion" not in ruleOf("dynamicStenosisCervical", "gradeUp")["to"]["bend"]
    used = {condition.get("metric") for _, rule in RULES for condition in conditionsOf(rule)}
    assert "cordArea" not in used


def test_x_ray_limits_of_the_canal_are_not_judged_on_mr():
    for ruleId in ("canalBodyBelow13", "torgBelow0p80"):
        assert ruleOf("canalWidths", ruleId)["allowedModality"] == ["xray"]
