"""Rules are judged only where they may be: far enough bent, on native and named levels, with the series they need."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from JudgedCases import judged, phantom
from OwnRules import condition, ownSet, rule

from DynamicSpineLib.Criteria.Places import placesOfRole
from DynamicSpineLib.Study.Case import Numbering

OC_C2_RULES = ("clivoAxialAngleBelow135", "clivoAxialAngleBelow135InExtension", "pbc2Above9InFlexion",
               "bdiAbove12InExtension", "baiChangeAbove4")  # fmt: skip
NECK_RULES = ("rotation", "translation", "flavumThicker")
SMALL = {("notAssessable", "belowExcursion")}
JUDGED = {"met", "undecided", "notMet"}


@lru_cache(maxsize=16)
def neck(name):
    """A neck of the phantom judged by the sets of the neck."""
    return judged(phantom(name), "craniocervicalLimits", "whitePanjabiCervical", "dynamicStenosisCervical")


def areJudged(found, rules):
    """True where every result of the rules is one that was judged."""
    results = {result for name in rules for result, _ in found.outcomes(name)}
    return bool(results) and results <= JUDGED


def test_a_neck_bent_far_enough_is_judged_in_both_regions():
    assert areJudged(neck("healthyCervical"), (*OC_C2_RULES, *NECK_RULES))


def test_a_chin_tuck_says_something_of_the_skull_and_nothing_of_the_neck():
    found = neck("chinTuck")
    assert areJudged(found, OC_C2_RULES)
    assert all(found.outcomes(name) == SMALL for name in NECK_RULES)


def test_a_region_bent_the_other_way_than_its_label_says_is_not_judged_in_that_position():
    ungated = ("canalNarrowerInExtension", "bulgeCrosses5")
    assert areJudged(neck("healthyCervical"), ungated)
    swapped = neck("swappedPositions")
    assert all(swapped.outcomes(name) == {("notAssessable", "labelInDoubt")} for name in ungated)


def test_a_chin_poke_says_something_of_the_neck_and_nothing_of_the_skull():
    found = neck("chinPoke")
    assert areJudged(found, NECK_RULES)
    assert all(found.outcomes(name) == SMALL for name in OC_C2_RULES)


def test_poor_effort_says_nothing_of_motion_anywhere():
    """Eight degrees in the whole neck are the scenario's own; no rule on motion may read as not met."""
    found = neck("poorEffort")
    assert found.gates.excursions["C2C7"].degrees == pytest.approx(8.0, abs=1e-6)
    assert found.gates.excursions["OcC2"].degrees == pytest.approx(3.0, abs=1e-6)
    assert all(found.outcomes(name) == SMALL for name in (*OC_C2_RULES, *NECK_RULES))
    assert areJudged(found, ("clivoAxialAngle135OrLess", "displacement"))


def test_without_extension_or_flexion_motion_is_not_acquired():
    found = judged(phantom("healthyCervical", "SUP_N", "UP_N", "UP_F"), "craniocervicalLimits")
    assert found.outcomes("clivoAxialAngleBelow135") == {("notAssessable", "notAcquired")}
    assert found.gates.excursions["C2C7"].reasonCode == "notAcquired"


def test_without_a_recumbent_series_nothing_is_compared_with_it():
    found = judged(phantom("slipWithoutSupine"), "slipBehavior", "dynamicStenosisLumbar")
    assert found.outcomes("threePercentBand", "L4L5") == {("notAssessable", "notAcquired")}
    assert found.of("sacFallsBy15") == []


def test_an_operated_segment_is_named_as_such_and_its_neighbor_is_judged():
    found = judged(phantom("lumbarCage"), "nachemson", "slipBehavior", "dynamicStenosisLumbar")
    for name in ("translation", "rotation", "threePercentBand", "sacFallsBy15"):
        assert found.outcomes(name, "L4L5") == {("notAssessable", "implant")}
        assert found.outcomes(name, "L3L4") != {("notAssessable", "implant")}
    assert {item.result for item in found.of("translation", "L3L4")} <= JUDGED


@pytest.mark.parametrize(("status", "reason"), [
    ("fused", "fused"), ("block", "block"), ("notSeen", "notSeen"), ("discReplacement", "notNative"),
    ("decompressed", "notNative")])  # fmt: skip
def test_every_status_that_is_not_native_shuts_the_gate(status, reason):
    study = replace(phantom("healthyLumbar"), segments={"L3L4": status})
    assert judged(study, "nachemson", draws=20).outcomes("translation", "L3L4") == {("notAssessable", reason)}


def test_unverified_level_names_shut_the_rules_of_the_junction_only():
    found = judged(phantom("sacralizedL5"), "posner", "whitePanjabiLumbar", "nachemson", "abbott")
    unnamed = {("notAssessable", "noNumbering")}
    for name in ("slipInFlexionLumbosacralJunction", "slipInFlexionAboveJunction", "rotationNextAboveJunction",
                 "rotationHigherLumbar", "rotationAboveL4L5"):  # fmt: skip
        assert found.outcomes(name) == unnamed
    assert areJudged(found, ("translation", "slipInExtension"))


def test_the_junction_of_six_lumbar_vertebrae_is_l6_s1():
    found = judged(phantom("sixLumbar"), "whitePanjabiLumbar", draws=20)
    assert {item.level for item in found.of("rotationLumbosacralJunction")} == {"L6S1"}
    assert {item.level for item in found.of("rotationNextAboveJunction")} == {"L5L6"}
    assert {item.level for item in found.of("rotationHigherLumbar")} == {"T12L1", "L1L2", "L2L3", "L3L4", "L4L5"}


def test_a_block_at_the_sacrum_moves_the_roles_up():
    study = replace(phantom("healthyLumbar"), segments={"L5S1": "block"})
    roles = ("lumbosacralJunction", "nextAboveJunction", "secondAboveJunction", "thirdAboveJunction")
    assert [placesOfRole(study, role) for role in roles] == [("L4L5",), ("L3L4",), ("L2L3",), ("L1L2",)]
    assert placesOfRole(study, "higherLumbar") == ("T12L1", "L1L2", "L2L3")
    found = judged(study, "whitePanjabiLumbar", draws=20)
    assert {item.level for item in found.of("rotationLumbosacralJunction")} == {"L4L5"}


def test_roles_of_the_usual_chain_are_the_usual_names():
    study = phantom("healthyLumbar", "SUP_N")
    roles = ("lumbosacralJunction", "nextAboveJunction", "secondAboveJunction", "thirdAboveJunction")
    assert [placesOfRole(study, role) for role in roles] == [("L5S1",), ("L4L5",), ("L3L4",), ("L2L3",)]
    neckCase = phantom("healthyCervical", "SUP_N")
    assert placesOfRole(neckCase, "lumbosacralJunction") == ()
    assert placesOfRole(neckCase, "craniocervicalJunction") == ("OcC2",)


def test_tilted_segments_have_no_slip_limits():
    found = judged(phantom("scoliosisRotatory"), "slipBehavior", "nachemson")
    assert found.gates.tilted
    for level in found.gates.tilted:
        assert ("notAssessable", "tilted") in found.outcomes("translation", level)
        assert not {result for result, _ in found.outcomes("threePercentBand", level)} & JUDGED
    assert judged(phantom("healthyLumbar"), draws=20).gates.tilted == {}


def test_a_slip_band_is_judged_only_where_there_is_a_slip():
    found = judged(phantom("lumbarSlip"), "slipBehavior")
    assert found.outcomes("threePercentBand", "L4L5") == {("met", "")}
    assert found.outcomes("threePercentBand", "L1L2") == {("notAssessable", "noSlip")}


def test_positions_whose_levels_are_in_doubt_are_not_judged():
    found = judged(phantom("oneLevelOff"), "whitePanjabiCervical", "whitePanjabiLumbar", "posner", "nachemson")
    assert len(found.gates.shifted) == 1
    inDoubt = [item for item in found.results if found.gates.shifted[0] in (item.position, item.fromPosition)]
    others = [item for item in found.results if item not in inDoubt]
    assert inDoubt
    assert {item.result for item in inDoubt} == {"notAssessable"}
    assert "levelsInDoubt" in {item.reasonCode for item in inDoubt}
    assert {item.result for item in others} & JUDGED


def test_the_statement_of_the_numbering_goes_with_every_result():
    study = replace(phantom("healthyLumbar"), numbering=Numbering("iliolumbar"))
    found = judged(study, ownSet(rule([condition("slip", ">", 3.0)])), draws=20)
    said = {item.numbering for item in found.results}
    assert said == {"levels counted from the iliolumbar ligament, not verified"}
