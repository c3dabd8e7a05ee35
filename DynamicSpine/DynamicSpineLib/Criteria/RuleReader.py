"""Reads rule sets from JSON; a set with any fault is refused, with file, rule and field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Criteria.RuleMeaning import checkMeaning
from DynamicSpineLib.Criteria.RuleSets import (
    LIMIT_OPERATORS,
    Clause,
    Condition,
    End,
    Gate,
    HealthyShare,
    Rule,
    RuleSet,
)
from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Fields import BAD, Codec, Field, Flag, ListOf, Number, Record, Text
from DynamicSpineLib.Study.JsonText import parseJson, readBytes, shown

FORMAT_VERSION = 1
_FOLDER = "Criteria"
_LONG = 2000

ROLES = ("cervicalDiscs", "cervicalBodies", "lumbarDiscs", "higherLumbar", "thirdAboveJunction", "secondAboveJunction",
         "nextAboveJunction", "lumbosacralJunction", "craniocervicalJunction", "neck")  # fmt: skip
GATES = ("nativeSegment", "excursion", "recumbentSeries", "uprightOrFlexionSeries", "slipSomewhere", "cordContact",
         "flexionReached", "numberingConfirmed", "notTilted")  # fmt: skip
KINDS = ("state", "change", "motion", "range", "grade")
DIRECTIONS = ("narrowing", "anterior", "posterior", "forward", "backward", "flexion", "extension", "larger", "smaller",
              "either")  # fmt: skip

_ID = Text(pattern="[a-z][A-Za-z0-9]*", form="a short name of letters and digits that starts with a small letter")
_WORDS = Text(pattern=r"(?s).*\S.*", form="a text that is not empty", longest=_LONG)
_EVIDENCE = Text(choices=("V", "V2", "M", "D"))


class _SomeOf(ListOf):
    """A list with at least one item, and none twice."""

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The items that could be read, or BAD where there is no list."""
        found = super().read(raw, place, faults)
        if raw == []:
            faults.error(place, "must hold at least one item")
        elif found is not BAD and len(set(found)) < len(found):
            faults.error(place, "must not hold one item twice")
        return found


class _True:
    """A flag that means something only where it is true: a false one reads as its opposite, and would be lost."""

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """True, or BAD."""
        if raw is True:
            return True
        faults.error(place, f"must be true or left out; it is {shown(raw)}")
        return BAD

    def write(self, value: Any) -> Any:
        """The flag itself."""
        return value


_MODALITIES = _SomeOf(Text(choices=("mr", "xray", "ct")))


@lru_cache(maxsize=1)
def _vocabulary() -> Mapping[str, tuple[str, ...]]:
    words = packageData("Study", "vocabulary.json")
    return MappingProxyType({key: tuple(words[key]) for key in ("bend", "posture")})


def _bends() -> Codec:
    return _SomeOf(Text(choices=_vocabulary()["bend"]))


def _postures() -> Codec:
    return _SomeOf(Text(choices=_vocabulary()["posture"]))


_VALUE_CONDITION = Record(Condition, (
    Field("metric", _ID, required=True, standIn=""), Field("method", _WORDS, required=True, standIn=""),
    Field("operator", Text(choices=LIMIT_OPERATORS), required=True, standIn=">"),
    Field("value", Number(), required=True, standIn=0.0), Field("unit", _WORDS, required=True, standIn=""),
    Field("of", Text(choices=("value", "size", "percent"))), Field("at", Text(choices=("from", "to"))),
    Field("atLeastSdc", Flag()),
))  # fmt: skip
_GRADE_CONDITION = Record(Condition, (
    Field("grades", _SomeOf(_ID), required=True, standIn=("",)),
    Field("stepsUp", Number(1, 5, whole=True), required=True, standIn=1),
    Field("leastRank", Number(0, 5, whole=True)),
))  # fmt: skip


class _ConditionCodec:
    """A comparison of a value, or of grades."""

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The condition, or BAD with its faults added."""
        isGrade = isinstance(raw, dict) and "grades" in raw
        return (_GRADE_CONDITION if isGrade else _VALUE_CONDITION).read(raw, place, faults)

    def write(self, value: Any) -> Any:
        """The condition as JSON."""
        return (_GRADE_CONDITION if value.isGrade else _VALUE_CONDITION).write(value)


_CLAUSE = Record(Clause, (
    Field("id", _ID, required=True), Field("text", _WORDS, required=True),
    Field("conditions", _SomeOf(_ConditionCodec()), required=True),
))  # fmt: skip
_GATE = Record(Gate, (
    Field("gate", Text(choices=GATES), required=True), Field("percent", Number(0, 100, "%")),
    Field("deg", Number(0, 360, "degrees")),
))  # fmt: skip
_SHARE = Record(HealthyShare, (
    Field("levels", ListOf(Text()), required=True), Field("bend", Text()),
    Field("mean", Number(), required=True), Field("sd", Number(0, above=True), required=True),
    Field("unit", _WORDS, required=True), Field("percent", Number(0, 100, "%"), required=True),
    Field("population", _WORDS, required=True), Field("modality", Text(choices=("mr", "xray", "ct")), required=True),
    Field("evidence", _EVIDENCE, required=True), Field("source", _WORDS, required=True),
))  # fmt: skip


def _ruleRecord() -> Record:
    end = Record(End, (Field("routine", _True()), Field("bend", _bends()), Field("posture", _postures())))
    return Record(Rule, (
        Field("id", _ID, required=True), Field("title", _WORDS, required=True),
        Field("kind", Text(choices=KINDS), required=True), Field("clauses", _SomeOf(_CLAUSE), required=True),
        Field("levels", _SomeOf(Text(choices=ROLES)), required=True),
        Field("bend", _bends()), Field("posture", _postures()),
        Field("from", end, attribute="fromEnd"), Field("to", end, attribute="toEnd"),
        Field("direction", Text(choices=DIRECTIONS), required=True), Field("appliesWhen", ListOf(_GATE), required=True),
        Field("item", _ID), Field("basis", _ID), Field("points", Number(1, 10, whole=True)),
        Field("sourceModality", _MODALITIES, required=True), Field("allowedModality", _MODALITIES, required=True),
        Field("population", _WORDS, required=True), Field("healthyShares", ListOf(_SHARE), required=True),
        Field("healthyShareNote", Text(longest=_LONG)), Field("evidence", _EVIDENCE, required=True),
        Field("source", _WORDS, required=True),
    ))  # fmt: skip


class _RulesCodec:
    """The list of rules, each fault with the rule's id."""

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The rules that could be read, or BAD where there is no list."""
        if not isinstance(raw, list) or not raw:
            faults.error(place, "must be a list with at least one rule")
            return BAD
        record, rules = _ruleRecord(), []
        for index, item in enumerate(raw):
            name = item.get("id") if isinstance(item, dict) else None
            at = replace(place, path=(f"rule '{name}'",)) if isinstance(name, str) else place.item(index)
            rule = record.read(item, at, faults)
            if rule is not BAD:
                checkMeaning(rule, at, faults)
                rules.append(rule)
        return tuple(rules)

    def write(self, value: Any) -> Any:
        """The rules as JSON."""
        return [_ruleRecord().write(item) for item in value]


_SET = Record(RuleSet, (
    Field("id", _ID, required=True), Field("title", _WORDS, required=True), Field("version", _WORDS, required=True),
    Field("region", Text(choices=("cervical", "lumbar", "craniocervical")), required=True),
    Field("on", Flag(), required=True), Field("scope", _WORDS, required=True),
    Field("pointsPossible", Number(1, 100, whole=True)),
    Field("clinicalItemsNotAssessed", ListOf(_WORDS), required=True), Field("source", _WORDS, required=True),
    Field("rules", _RulesCodec(), required=True),
))  # fmt: skip


def readRuleSet(path: Path) -> RuleSet:
    """A user's own rule set. Raises InputFaults naming file, rule and field, InputError for a file that is no JSON."""
    try:
        content = parseJson(readBytes(path))
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None
    return replace(ruleSetFrom(content, path.name), isOwn=True, on=True)


def ruleSetFrom(content: Any, fileName: str) -> RuleSet:
    """The rule set that parsed JSON holds. Raises InputFaults with everything that is wrong with it."""
    faults, place = FaultList(), Place(fileName)
    if not isinstance(content, dict):
        raise InputError(f"{fileName}: a rule set is a JSON object with formatVersion, id, title and rules")
    members = {key: value for key, value in content.items() if key not in ("$schema", "formatVersion")}
    version = content.get("formatVersion")
    if version != FORMAT_VERSION or isinstance(version, bool):
        faults.error(place.key("formatVersion"), f"must be {FORMAT_VERSION}; it is {version!r}")
    found = _SET.read(members, place, faults)
    if found is not BAD:
        _refuseTwins(found, place, faults)
    # A key that nobody reads may be a limit that its author believes in: a rule file may hold none.
    if faults.faults:
        raise InputFaults([replace(fault, severity="error") for fault in faults.faults], advice="")
    rules: RuleSet = found
    return rules


def _refuseTwins(found: RuleSet, place: Place, faults: FaultList) -> None:
    names = [rule.id for rule in found.rules]
    for name in dict.fromkeys(item for item in names if names.count(item) > 1):
        faults.error(replace(place, path=(f"rule '{name}'", "id")), "stands more than once in the set")


@lru_cache(maxsize=1)
def shippedRuleSets() -> tuple[RuleSet, ...]:
    """Every rule set of Data/Criteria, by id. Raises InputFaults where one is faulty, which the tests rule out."""
    folder = resources.files("DynamicSpineLib").joinpath("Data").joinpath(_FOLDER)
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".json"))
    return tuple(
        ruleSetFrom(packageData(_FOLDER, name), name) for name in names if not name.endswith(".schema.json")
    )  # fmt: skip
