"""The shipped rule sets name variant, unit, place, gates and healthy share, and say nothing that they may not."""

from __future__ import annotations

import importlib.util
import json
import re
from statistics import NormalDist

import jsonschema
import pytest
from ShippedRules import FOLDER, OPERATORS, PATHS, PROJECT, RULES, SETS, conditionsOf, gatesOf, ruleOf

from DynamicSpineLib.Metrics.Registry import allMetrics

SCHEMA = json.loads((FOLDER / "ruleSet.schema.json").read_text(encoding="utf-8"))
REGISTRY = {(metric.id, metric.kind): metric for metric in allMetrics()}

ON = {"craniocervicalLimits", "degenerativeSlipCohorts", "dynamicStenosisCervical", "dynamicStenosisLumbar",
      "slipBehavior"}  # fmt: skip
OFF = {"abbott", "bodenWiesel", "canalWidths", "duralSacAreas", "dupuis", "iguchi", "nachemson", "posner",
       "whitePanjabiCervical", "whitePanjabiLumbar"}  # fmt: skip

FORBIDDEN = re.compile(
    r"\b(stable|unstable|instability|(ab)?normal|pathological|unremarkable|unchanged|fixed|fused|confirmed|excluded"
    r"|safe|cleared|should|recommend(s|ed)?|significant|positive|negative|match(es)?|within noise|no change)\b",
    re.IGNORECASE,
)  # fmt: skip

# Clinical review, sections 1.3 and 2.1, as printed there: set, rule, level, percent of healthy people.
PRINTED = [
    *(("slipBehavior", "eightPercentBand", level, percent)
      for level, percent in (("L2L3", 49), ("L3L4", 36), ("L4L5", 23), ("L5S1", 12))),
    *(("degenerativeSlipCohorts", "eightPercentBetweenViews", level, percent)
      for level, percent in (("L2L3", 49), ("L3L4", 36), ("L4L5", 23), ("L5S1", 12))),
    *((setId, ruleId, level, percent)
      for setId, ruleId in (("degenerativeSlipCohorts", "tenDegreesBetweenViews"), ("bodenWiesel", "rotation"),
                            ("nachemson", "rotation"))
      for level, percent in (("L2L3", 56), ("L3L4", 50), ("L4L5", 37), ("L5S1", 30))),
    ("canalWidths", "canalBodyBelow13", "C5", 90),
    ("canalWidths", "canalBodyBelow13", "C3", 48),
    ("canalWidths", "canalBodyBelow13", "C6", 64),
    ("canalWidths", "canalDisc10OrLess", "C5C6", 61),
    ("canalWidths", "spaceBelow4p3", "C7", 5),
    ("canalWidths", "spaceBelow4p3", "C4", 21),
    ("duralSacAreas", "sacBelow100", "L4L5", 17),
    ("duralSacAreas", "sacBelow75", "L4L5", 8),
]  # fmt: skip


@pytest.fixture(scope="module")
def tool():
    """Tools/ComputeHealthyShares.py as a module."""
    place = PROJECT / "Tools/ComputeHealthyShares.py"
    specification = importlib.util.spec_from_file_location("ComputeHealthyShares", place)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_exactly_the_agreed_sets_are_on():
    assert {setId for setId, ruleSet in SETS.items() if ruleSet["on"]} == ON
    assert {setId for setId, ruleSet in SETS.items() if not ruleSet["on"]} == OFF


@pytest.mark.parametrize("setId", SETS)
def test_a_set_keeps_the_schema_bears_its_files_name_and_has_no_rule_twice(setId):
    jsonschema.Draft202012Validator(SCHEMA).validate(SETS[setId])
    assert SETS[setId]["id"] == setId
    ids = [rule["id"] for rule in SETS[setId]["rules"]]
    assert len(ids) == len(set(ids))
    for rule in SETS[setId]["rules"]:
        clauses = [clause["id"] for clause in rule["clauses"]]
        assert len(clauses) == len(set(clauses)), rule["id"]


@pytest.mark.parametrize("setId", [*ON, *OFF])
def test_a_set_with_numbers_from_memory_only_is_off(setId):
    onlyMemory = all(rule["evidence"] == "M" for rule in SETS[setId]["rules"])
    assert not (onlyMemory and SETS[setId]["on"])


@pytest.mark.parametrize("rule", [pytest.param(rule, id=f"{setId}-{rule['id']}") for setId, rule in RULES])
def test_every_rule_names_variant_unit_and_place_of_the_registry(rule):
    for condition in conditionsOf(rule):
        if "grades" in condition:
            assert rule["kind"] == "grade"
            continue
        metric = REGISTRY[condition["metric"], "motion" if rule["kind"] == "motion" else "state"]
        assert condition["method"] == metric.method
        assert condition["unit"] == ("%" if condition.get("of") == "percent" else metric.unit)
        assert condition["operator"] in OPERATORS
        scopes = {"craniocervicalJunction": "craniocervical", "cervicalBodies": "vertebra"}
        assert {scopes.get(role, "segment") for role in rule["levels"]} == {metric.scope}
    for member in ("population", "source"):
        assert rule[member].strip(), member
    assert rule["evidence"] in ("V", "V2", "M", "D")
    assert rule["healthyShares"] or rule.get("healthyShareNote"), "no share, and no word why"


@pytest.mark.parametrize("rule", [pytest.param(rule, id=f"{setId}-{rule['id']}") for setId, rule in RULES])
def test_every_rule_has_the_positions_gates_and_direction_of_its_kind(rule):
    gates = gatesOf(rule)
    isPair = rule["kind"] in ("change", "motion", "grade")
    assert isPair == ("from" in rule) == ("to" in rule)
    assert not (isPair and "bend" in rule)
    if rule.get("from") == {"bend": ["extension"]} and rule.get("to") == {"bend": ["flexion"]}:
        assert "excursion" in gates
    if "routine" in rule.get("from", {}):
        assert "recumbentSeries" in gates
    if not {"craniocervicalJunction", "cervicalBodies"} & set(rule["levels"]):
        assert "nativeSegment" in gates
    if any("Junction" in role for role in rule["levels"]) and "craniocervicalJunction" not in rule["levels"]:
        assert "numberingConfirmed" in gates
    for condition in conditionsOf(rule):
        isUpper = condition.get("operator", "") in (">", ">=")
        if condition.get("of") == "size":
            assert rule["direction"] == "either"
        elif "at" not in condition and "operator" in condition and rule["direction"] != "either":
            assert isUpper == (rule["direction"] in ("larger", "anterior", "forward", "flexion"))
        if "at" in condition:
            assert rule["kind"] == "change"


def test_the_readers_texts_say_nothing_that_they_may_not():
    found = []
    for setId, ruleSet in SETS.items():
        texts = [ruleSet["title"], ruleSet["scope"], *ruleSet["clinicalItemsNotAssessed"]]
        for rule in ruleSet["rules"]:
            texts += [rule["title"], rule["population"], rule.get("healthyShareNote", "")]
            texts += [clause["text"] for clause in rule["clauses"]]
            texts += [share["population"] for share in rule["healthyShares"]]
        found += [f"{setId}: {text}" for text in texts if FORBIDDEN.search(text)]
    assert found == []
    assert FORBIDDEN.search("The slip is Unstable")
    assert not FORBIDDEN.search("restabilization signs")


@pytest.mark.parametrize(("setId", "ruleId", "level", "percent"), PRINTED)
def test_the_stored_share_is_the_one_that_the_review_prints(setId, ruleId, level, percent):
    stored = next(share for share in ruleOf(setId, ruleId)["healthyShares"] if share["levels"] == [level])
    assert abs(stored["percent"] - percent) <= 0.55


def test_about_four_percent_of_healthy_necks_reach_the_clivo_axial_limit_in_flexion():
    for ruleId in ("clivoAxialAngleBelow135", "clivoAxialAngle135OrLess"):
        flexion = next(s for s in ruleOf("craniocervicalLimits", ruleId)["healthyShares"] if s["bend"] == "flexion")
        assert round(flexion["percent"]) == 4


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_stored_share_follows_from_its_mean_and_sd(tool, path):
    assert tool.faultsOf(path) == []
    for rule in SETS[path.stem]["rules"]:
        condition = rule["clauses"][0]["conditions"][0]
        for share in rule["healthyShares"]:
            healthy = NormalDist(share["mean"], share["sd"])
            under = healthy.cdf(condition["value"])
            if condition.get("of") == "size":
                under -= healthy.cdf(-condition["value"])
            expected = 100 * (1 - under if condition["operator"] in (">", ">=") else under)
            assert share["percent"] == pytest.approx(expected, abs=0.0501)


def test_the_check_names_file_rule_and_level_and_writing_mends_it(tool, tmp_path, capsys):
    path = tmp_path / "mine.json"
    text = (FOLDER / "slipBehavior.json").read_text(encoding="utf-8")
    path.write_text(text.replace('"percent": 49.0, "population"', '"percent": 4.9, "population"'), encoding="utf-8")
    assert tool.main(["--check", str(path)]) == 1
    fault = capsys.readouterr().err
    assert "mine.json" in fault
    assert "eightPercentBand" in fault
    assert "L2L3" in fault
    assert tool.main([str(path)]) == 0
    assert path.read_text(encoding="utf-8") == text
    assert tool.main(["--check", str(path)]) == 0


def test_a_share_in_another_unit_or_of_a_grade_is_refused(tool):
    share = {"mean": 1.0, "sd": 1.0, "unit": "mm"}
    with pytest.raises(ValueError, match="mm"):
        tool.healthySharePercent({"metric": "slip", "operator": ">", "value": 3.0, "unit": "%"}, share)
    with pytest.raises(ValueError, match="grade"):
        tool.healthySharePercent({"grades": ["kang"], "stepsUp": 1}, share)


def test_the_tail_follows_the_operator_and_a_size_has_two(tool):
    share = {"mean": 0.0, "sd": 1.0, "unit": "mm"}
    limit = {"metric": "slip", "value": 1.0, "unit": "mm"}
    assert tool.healthySharePercent({**limit, "operator": ">"}, share) == 15.9
    assert tool.healthySharePercent({**limit, "operator": "<"}, share) == 84.1
    assert tool.healthySharePercent({**limit, "operator": ">", "of": "size"}, share) == 31.7
    assert tool.healthySharePercent({**limit, "operator": "<=", "of": "size"}, share) == 68.3
