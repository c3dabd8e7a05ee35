"""A rule set is read whole or refused, with file, rule and field in the sentence."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest
from OwnRules import condition, content, ownSet, rule
from ShippedRules import FOLDER, PATHS, SETS

from DynamicSpineLib.Criteria.RuleReader import readRuleSet, ruleSetFrom, shippedRuleSets
from DynamicSpineLib.Errors import InputError, InputFaults

SCHEMA = json.loads((FOLDER / "ruleSet.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

PICKED = {"state": ("craniocervicalLimits", "clivoAxialAngleBelow135"), "motion": ("nachemson", "translation"),
          "change": ("dynamicStenosisCervical", "canalNarrowerInExtension"),
          "range": ("slipBehavior", "threePercentBand"), "grade": ("dynamicStenosisCervical", "gradeUp"),
          "points": ("whitePanjabiLumbar", "displacement"),
          "end": ("dynamicStenosisLumbar", "sacCrosses100")}  # fmt: skip


def picked(kind):
    """A copy of a shipped set, its file's name and one of its rules of that kind."""
    setId, ruleId = PICKED[kind]
    whole = copy.deepcopy(SETS[setId])
    return whole, f"{setId}.json", next(item for item in whole["rules"] if item["id"] == ruleId)


def _set(*path):
    """A change that puts the last of `path` at the place that the others lead to."""
    *way, key, value = path

    def change(found):
        for step in way:
            found = found[step]
        found[key] = value

    return change


def _drop(key):
    return lambda found: found.pop(key)


def _renamed(old, new):
    def change(found):
        found[new] = found.pop(old)

    return change


FIRST = ("clauses", 0, "conditions", 0)

# One fault in one rule: kind of rule, change, the word that names the field, whether the schema can see it as well.
FAULTS = {
    "typo": ("state", _renamed("source", "sorce"), "sorce", True),
    "typoFarFromAnyKey": ("state", _set("xylophone", 1), "xylophone", True),
    "typoInCondition": ("state", _set(*FIRST, "vale", 3.0), "vale", True),
    "unknownMetric": ("state", _set(*FIRST, "metric", "cxaa"), "metric", False),
    "metricOfOtherKind": ("motion", _set(*FIRST, "metric", "slip"), "metric", False),
    "wrongVariant": ("state", _set(*FIRST, "method", "upperClivus"), "method", False),
    "wrongUnit": ("state", _set(*FIRST, "unit", "mm"), "unit", False),
    "percentInUnits": ("change", _set("clauses", 0, "conditions", 1, "unit", "mm"), "unit", False),
    "noSource": ("state", _drop("source"), "source", True),
    "noPopulation": ("state", _drop("population"), "population", True),
    "noEvidence": ("state", _drop("evidence"), "evidence", True),
    "noAllowedModality": ("state", _drop("allowedModality"), "allowedModality", True),
    "noOperator": ("state", lambda found: found["clauses"][0]["conditions"][0].pop("operator"), "operator", True),
    "noShareAndNoWordWhy": ("end", _drop("healthyShareNote"), "healthyShareNote", False),
    "emptySource": ("state", _set("source", ""), "source", True),
    "unknownEvidence": ("state", _set("evidence", "X"), "evidence", True),
    "unknownModality": ("state", _set("allowedModality", ["mri"]), "allowedModality", True),
    "unknownRole": ("state", _set("levels", ["L4L5"]), "levels", True),
    "unknownGate": ("state", _set("appliesWhen", [{"gate": "fullMoon"}]), "gate", True),
    "unknownBend": ("state", _set("bend", ["flexed"]), "bend", True),
    "unknownOperator": ("state", _set(*FIRST, "operator", "="), "operator", True),
    "unknownKind": ("state", _set("kind", "average"), "kind", True),
    "unknownDirection": ("state", _set("direction", "up"), "direction", True),
    "unknownScheme": ("grade", _set(*FIRST, "grades", ["kong"]), "grades", False),
    "schemeInMotion": ("motion", _set("clauses", 0, "conditions", [{"grades": ["kang"], "stepsUp": 1}]), "grades",
                       False),
    "numberInGrade": ("grade", _set("clauses", 0, "conditions", [condition("slip", ">", 3.0)]), "metric", False),
    "textForNumber": ("state", _set(*FIRST, "value", "135"), "value", True),
    "trueForNumber": ("state", _set(*FIRST, "value", True), "value", True),
    "notANumber": ("state", _set(*FIRST, "value", float("nan")), "value", False),
    "endless": ("state", _set(*FIRST, "value", float("inf")), "value", False),
    "halfAStep": ("grade", _set(*FIRST, "stepsUp", 1.5), "stepsUp", True),
    "noStep": ("grade", _set(*FIRST, "stepsUp", 0), "stepsUp", True),
    "noLevels": ("state", _set("levels", []), "levels", True),
    "noClauses": ("state", _set("clauses", []), "clauses", True),
    "noConditions": ("state", _set("clauses", 0, "conditions", []), "conditions", True),
    "noModalities": ("state", _set("allowedModality", []), "allowedModality", True),
    "noSourceModalities": ("state", _set("sourceModality", []), "sourceModality", True),
    "noGrades": ("grade", _set(*FIRST, "grades", []), "grades", True),
    "noBends": ("state", _set("bend", []), "bend", True),
    "noPostures": ("state", _set("posture", []), "posture", True),
    "levelTwice": ("state", _set("levels", ["craniocervicalJunction", "craniocervicalJunction"]), "levels", True),
    "listForText": ("state", _set("title", ["a"]), "title", True),
    "textForList": ("state", _set("levels", "neck"), "levels", True),
    "pointsWithoutItem": ("points", _drop("item"), "points", False),
    "itemWithoutPoints": ("points", _drop("points"), "points", False),
    "changeWithoutFrom": ("change", _drop("from"), "from", False),
    "changeWithoutTo": ("change", _drop("to"), "to", False),
    "stateWithFrom": ("state", _set("from", {"routine": True}), "from", False),
    "notRoutine": ("change", _set("from", {"routine": False}), "from", True),
    "bendInMotion": ("motion", _set("bend", ["flexion"]), "bend", False),
    "postureInRange": ("range", _set("posture", ["supine"]), "posture", False),
    "atInState": ("state", _set(*FIRST, "at", "to"), "at", False),
    "percentInState": ("state", lambda found: found["clauses"][0]["conditions"][0].update(of="percent", unit="%"), "of",
                       False),
    "atWithPercent": ("end", lambda found: found["clauses"][0]["conditions"][0].update(of="percent", unit="%"), "at",
                      False),
    "slipWithoutPercent": ("range", _set("appliesWhen", [{"gate": "slipSomewhere"}]), "slipSomewhere", False),
    "flexionWithoutDegrees": ("state", _set("appliesWhen", [{"gate": "flexionReached"}]), "flexionReached", False),
    "shareOver100": ("range", _set("healthyShares", 0, "percent", 101.0), "percent", True),
    "shareWithoutSpread": ("range", _set("healthyShares", 0, "sd", 0.0), "sd", True),
}  # fmt: skip


def refusal(whole, name):
    """What the reader says of a set; fails where it says nothing."""
    with pytest.raises(InputFaults) as raised:
        ruleSetFrom(whole, name)
    return " | ".join(fault.sentence() for fault in raised.value.faults)


def test_every_shipped_set_loads_with_all_that_its_file_holds():
    sets = {item.id: item for item in shippedRuleSets()}
    assert set(sets) == {path.stem for path in PATHS}
    for setId, raw in SETS.items():
        assert [item.id for item in sets[setId].rules] == [item["id"] for item in raw["rules"]]
        assert (sets[setId].on, sets[setId].isOwn) == (raw["on"], False)
        limits = [c.get("value") for r in raw["rules"] for k in r["clauses"] for c in k["conditions"] if "value" in c]
        read = [c.value for r in sets[setId].rules for k in r.clauses for c in k.conditions if not c.isGrade]
        assert read == limits


@pytest.mark.parametrize("kind", PICKED)
def test_the_copies_that_are_made_faulty_are_good_before(kind):
    whole, name, _ = picked(kind)
    assert ruleSetFrom(whole, name).id == whole["id"]
    assert VALIDATOR.is_valid(whole)


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_in_a_rule_is_refused_with_file_rule_and_field(fault):
    kind, change, field, _ = FAULTS[fault]
    whole, name, found = picked(kind)
    change(found)
    said = refusal(whole, name)
    assert name in said
    assert f"rule '{found['id']}'" in said
    assert field in said


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_schema_refuses_is_what_is_listed_here(fault):
    kind, change, _, seen = FAULTS[fault]
    whole, _, found = picked(kind)
    change(found)
    assert VALIDATOR.is_valid(whole) is not seen


SET_FAULTS = {
    "formatVersion2": (_set("formatVersion", 2), "formatVersion"),
    "formatVersionText": (_set("formatVersion", "1"), "formatVersion"),
    "formatVersionTrue": (_set("formatVersion", True), "formatVersion"),
    "noFormatVersion": (_drop("formatVersion"), "formatVersion"),
    "noTitle": (_drop("title"), "title"),
    "noScope": (_drop("scope"), "scope"),
    "noRules": (_set("rules", []), "rules"),
    "rulesMissing": (_drop("rules"), "rules"),
    "ruleIsText": (_set("rules", ["a"]), "rules"),
    "unknownRegion": (_set("region", "thigh"), "region"),
    "onIsText": (_set("on", "yes"), "on"),
    "idWithBlanks": (_set("id", "my set"), "id"),
    "itemsAsText": (_set("clinicalItemsNotAssessed", "pain"), "clinicalItemsNotAssessed"),
    "unknownKey": (_set("unstableIf", 5), "unstableIf"),
}


@pytest.mark.parametrize("fault", SET_FAULTS)
def test_one_fault_in_a_set_is_refused_by_reader_and_schema(fault):
    change, field = SET_FAULTS[fault]
    whole, name, _ = picked("range")
    change(whole)
    said = refusal(whole, name)
    assert name in said
    assert field in said
    assert not VALIDATOR.is_valid(whole)


def test_a_rule_that_stands_twice_is_named():
    whole, name, found = picked("motion")
    whole["rules"].append(copy.deepcopy(found))
    said = refusal(whole, name)
    assert f"{name}: rule 'translation' id stands more than once" in said


def test_every_fault_of_a_set_is_found_at_once():
    whole, name, found = picked("state")
    found["levels"], found["evidence"] = ["L4L5"], "X"
    del whole["title"]
    said = refusal(whole, name)
    assert [word for word in ("levels", "evidence", "title") if word not in said] == []


def test_the_nearest_metric_is_named():
    whole, name, found = picked("range")
    found["clauses"][0]["conditions"][0]["metric"] = "slipPercnt"
    assert "nearest: 'slipPercent'" in refusal(whole, name)


FILES = {
    "notJson": (b"rules: none", "is not JSON"), "empty": (b"", "is empty"), "blank": (b" \n", "is empty"),
    "cut": (b'{"formatVersion": 1, "id": ', "ends too early"), "latin": (b'{"id": "\xe4"}', "not UTF-8"),
    "nan": (b'{"formatVersion": 1, "value": NaN}', "NaN"), "twice": (b'{"id": "a", "id": "b"}', "twice"),
    "list": (b"[1, 2]", "JSON object"), "text": (b'"rules"', "JSON object"), "null": (b"null", "JSON object"),
    "deep": (b'{"rules":' + b"[" * 5000 + b"]" * 5000 + b"}", "nested too deeply"),
    "object": (b"{}", "formatVersion"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_holds_no_set_is_refused_by_name(tmp_path, kind):
    written, words = FILES[kind]
    path = tmp_path / "mine.json"
    path.write_bytes(written)
    with pytest.raises(InputError, match=words) as raised:
        readRuleSet(path)
    assert str(raised.value).startswith("mine.json")
    assert raised.value.exitCode == 2


def test_a_folder_a_missing_and_a_huge_file_are_refused_by_name(tmp_path):
    (tmp_path / "folder.json").mkdir()
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(40 * 1024 * 1024)
    for name, words in (("folder.json", "not a file"), ("missing.json", "missing"), ("huge.json", "larger than 32 MB")):
        with pytest.raises(InputError, match=words) as raised:
            readRuleSet(tmp_path / name)
        assert str(raised.value).startswith(name)


def test_a_set_of_ones_own_is_on_and_marked_as_such(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(content(rule([condition("slip", ">", 3.0)]), on=False)), encoding="utf-8")
    found = readRuleSet(path)
    assert (found.on, found.isOwn) == (True, True)
    assert not ownSet(rule([condition("slip", ">", 3.0)]), on=False).isOwn
