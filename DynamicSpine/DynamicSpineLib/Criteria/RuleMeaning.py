"""Whether a rule says something that can be judged: known metric and variant, right unit, ends of its pair."""

from __future__ import annotations

from DynamicSpineLib.Criteria.RuleSets import Condition, Rule
from DynamicSpineLib.Metrics.Registry import MOTION_KIND, STATE_KIND, MetricDefinition, allMetrics
from DynamicSpineLib.Study.FaultList import FaultList, Place, nearest
from DynamicSpineLib.Study.Grades import gradeSchemes

_PAIRED = ("change", "motion", "grade")


def definitionFor(rule: Rule, metric: str) -> MetricDefinition | None:
    """The registered metric that a condition of a rule compares, or None where there is none of that kind."""
    kind = MOTION_KIND if rule.kind == "motion" else STATE_KIND
    return next((item for item in allMetrics() if item.id == metric and item.kind == kind), None)


def checkMeaning(rule: Rule, place: Place, faults: FaultList) -> None:
    """Add a fault for everything in a well-formed rule that means nothing here."""
    for end, key in ((rule.fromEnd, "from"), (rule.toEnd, "to")):
        if rule.kind in _PAIRED and end is None:
            faults.error(place.key(key), f"is missing: a rule of kind '{rule.kind}' compares two positions")
        if rule.kind not in _PAIRED and end is not None:
            faults.error(place.key(key), f"means nothing in a rule of kind '{rule.kind}'")
    if rule.kind != "state" and (rule.bend or rule.posture):
        faults.error(place.key("bend" if rule.bend else "posture"), "belongs to rules of kind 'state' only")
    if bool(rule.points) != bool(rule.item and rule.basis):
        faults.error(place.key("points"), "needs 'item' and 'basis' beside it, and they need it")
    if not rule.healthyShares and not rule.healthyShareNote:
        faults.error(place.key("healthyShareNote"), "is missing: say why no share of healthy people is known")
    for gate in rule.appliesWhen:
        if gate.gate == "slipSomewhere" and gate.percent <= 0.0:
            faults.error(place.key("appliesWhen"), "slipSomewhere needs 'percent'")
        if gate.gate == "flexionReached" and gate.deg <= 0.0:
            faults.error(place.key("appliesWhen"), "flexionReached needs 'deg'")
    _checkConditions(rule, place, faults)


def _checkConditions(rule: Rule, place: Place, faults: FaultList) -> None:
    for clause in rule.clauses:
        at = place.key(f"clause {clause.id}")
        for condition in clause.conditions:
            if condition.isGrade:
                _checkGrades(rule, condition, at, faults)
            else:
                _checkValue(rule, condition, at, faults)


def _checkGrades(rule: Rule, condition: Condition, place: Place, faults: FaultList) -> None:
    known = tuple(gradeSchemes())
    for scheme in condition.grades:
        if scheme not in known:
            like = nearest(scheme, known)
            hint = f" (nearest: '{like}')" if like else ""
            faults.error(place.key("grades"), f"'{scheme}' is no grading scheme; there are {', '.join(known)}{hint}")
    if rule.kind not in ("grade", "change"):
        faults.error(place.key("grades"), "belongs to rules of kind 'grade' or 'change'")


def _checkValue(rule: Rule, condition: Condition, place: Place, faults: FaultList) -> None:
    definition = definitionFor(rule, condition.metric)
    if definition is None:
        kind = MOTION_KIND if rule.kind == "motion" else STATE_KIND
        like = nearest(condition.metric, [item.id for item in allMetrics() if item.kind == kind])
        hint = f" (nearest: '{like}')" if like else ""
        faults.error(place.key("metric"), f"'{condition.metric}' is no {kind} metric{hint}")
        return
    if condition.method != definition.method:
        faults.error(place.key("method"), f"'{condition.method}' is not the variant of {definition.id}, which is "
                     f"'{definition.method}'")  # fmt: skip
    if condition.of == "percent" and rule.kind != "change":
        faults.error(place.key("of"), "'percent' belongs to rules of kind 'change'")
    if condition.at and (rule.kind != "change" or condition.of == "percent" or condition.atLeastSdc):
        faults.error(place.key("at"), "belongs to rules of kind 'change', without 'percent' and 'atLeastSdc'")
    unit = "%" if condition.of == "percent" else definition.unit
    if condition.unit != unit:
        faults.error(place.key("unit"), f"must be '{unit}' for {definition.id}; it is '{condition.unit}'")
    if rule.kind == "grade":
        faults.error(place.key("metric"), "means nothing in a rule of kind 'grade'; use 'change' for both together")
