"""Judges rule sets on one reading: every rule at every level, in every position or pair it may be judged in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from DynamicSpineLib.Criteria.CaseValues import CaseValues, Sample
from DynamicSpineLib.Criteria.Gates import GateKeeper
from DynamicSpineLib.Criteria.GradeSteps import gradeStep
from DynamicSpineLib.Criteria.Places import JUNCTION_ROLES, placesOfRole
from DynamicSpineLib.Criteria.RangeSamples import heldBetween, rangeSample
from DynamicSpineLib.Criteria.Results import NOT_ASSESSABLE, NOT_AVAILABLE, RuleResult, resultOf
from DynamicSpineLib.Criteria.RuleSets import MR, Clause, Condition, End, Rule, RuleSet
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.Registry import MOTION_KIND, STATE_KIND
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS, Position

_DECIMALS = 9
"""A value computed as 134.9999999999 is 135: limits are compared after rounding to this many decimals."""


@dataclass(frozen=True)
class _Seen:
    """A condition as it was found: its value, its limit and the draws (N,) in which it holds, or why there are none."""

    condition: Condition
    value: float | None = None
    threshold: float | None = None
    held: Array | None = None
    reasonCode: str = ""
    confirmed: bool = True


@dataclass(frozen=True)
class _Site:
    """Where a rule is judged."""

    place: str
    side: str
    position: str
    fromPosition: str = ""


class Judge:
    """Judges rules on the values of one reading."""

    def __init__(self, values: CaseValues, gates: GateKeeper, software: str = "") -> None:
        self._values, self._gates, self._software = values, gates, software

    def steps(self, ruleSets: Iterable[RuleSet]) -> Iterator[list[RuleResult]]:
        """One result per rule, level, side, and position or pair, in the order of the sets; one rule at a time."""
        for ruleSet in ruleSets:
            for rule in ruleSet.rules:
                yield list(self._judgeRule(ruleSet, rule))

    def _judgeRule(self, ruleSet: RuleSet, rule: Rule) -> Iterator[RuleResult]:
        first = rule.clauses[0]
        for site in self._sites(rule):
            asked = _Seen(first.conditions[0], threshold=_nominal(first.conditions[0]))
            empty = _named(self._emptyResult(ruleSet, rule, site), first, asked)
            reason = self._refusal(rule, site)
            if reason:
                yield replace(empty, result=NOT_ASSESSABLE, reasonCode=reason)
            else:
                yield self._judged(rule, site, empty)

    def _sites(self, rule: Rule) -> Iterator[_Site]:
        kind = MOTION_KIND if rule.kind == "motion" else STATE_KIND
        places = [place for role in rule.levels for place in placesOfRole(self._values.case, role)]
        for place in dict.fromkeys(places):
            if any(place not in self._values.places(metric, kind) for metric in rule.metrics):
                continue
            sides = self._values.sides(rule.metrics[0], kind) if rule.metrics else ("",)
            for side in sides:
                for fromPosition, position in self._ends(rule):
                    yield _Site(place, side, position, fromPosition)

    def _ends(self, rule: Rule) -> list[tuple[str, str]]:
        """(from, to) of every pair that a rule is judged in; an empty first id for one position, two for all."""
        if rule.kind == "range":
            return [("", "")]
        positions = self._values.case.positions
        if rule.kind == "state":
            return [("", item.id) for item in positions if _allowed(item, rule.bend, rule.posture)]
        if rule.kind == "motion":
            pairs = [(pair.fromPosition, pair.toPosition) for pair in self._values.measured.pairs]
        else:
            pairs = [(first.id, second.id) for first in positions for second in positions if first.id != second.id]
        return [pair for pair in pairs if self._fits(rule.fromEnd, pair[0]) and self._fits(rule.toEnd, pair[1])]

    def _fits(self, end: End | None, positionId: str) -> bool:
        position = self._values.case.position(positionId)
        if end is None or position is None:
            return False
        if end.routine:
            return positionId == self._values.routine
        return _allowed(position, end.bend, end.posture)

    def _refusal(self, rule: Rule, site: _Site) -> str:
        if MR not in rule.allowedModality:
            return "otherModality"
        if set(rule.levels) & set(JUNCTION_ROLES) and not self._values.case.numbering.isConfirmed:
            return "noNumbering"
        if {site.position, site.fromPosition} & set(self._gates.shifted):
            return "levelsInDoubt"
        closed = self._gates.refusal(rule.appliesWhen, site.place, site.position)
        contradicted = any(self._gates.isContradicted(site.place, item) for item in (site.fromPosition, site.position))
        return closed or ("labelInDoubt" if contradicted else "")

    def _judged(self, rule: Rule, site: _Site, empty: RuleResult) -> RuleResult:
        looked = [(clause, self._clause(rule, clause, site)) for clause in rule.clauses]
        held = [(clause, seen, _all(seen)) for clause, seen in looked if not any(item.reasonCode for item in seen)]
        if not held:
            seen = next(item for item in looked[0][1] if item.reasonCode)
            noNoise = seen.reasonCode == "noNoise"
            asked = looked[0][1][0]
            named = empty if asked.value is None else _named(empty, looked[0][0], asked)
            return replace(named, result=NOT_ASSESSABLE if noNoise else NOT_AVAILABLE, reasonCode=seen.reasonCode)
        clause, seenBest, _ = max(held, key=lambda item: float(item[2].mean()))
        # One fulfilled clause is enough; a grade's certainty is no draw, so the surest clause counts in each.
        together = np.max(np.stack(np.broadcast_arrays(*(item[2] for item in held))), axis=0)
        probability = float(together.mean())
        named = _named(empty, clause, seenBest[0])
        return replace(named, result=resultOf(probability), probability=probability,
                       confirmed=all(item.confirmed for item in seenBest))  # fmt: skip

    def _clause(self, rule: Rule, clause: Clause, site: _Site) -> list[_Seen]:
        return [
            self._grade(item, site) if item.isGrade else self._value(rule, item, site) for item in clause.conditions
        ]

    def _grade(self, condition: Condition, site: _Site) -> _Seen:
        step = gradeStep(self._values.case, condition.grades, site.place, site.fromPosition, site.position)
        if step is None:
            return _Seen(condition, reasonCode="notGraded")
        steps = float(step.steps)
        held = np.array([step.certainty]) if step.isAtLeast(condition.stepsUp, condition.leastRank) else np.array([0.0])
        return _Seen(condition, steps, float(condition.stepsUp), held)

    def _value(self, rule: Rule, condition: Condition, site: _Site) -> _Seen:
        sample = self._sample(rule, condition, site)
        if sample.value is None:
            return _Seen(condition, reasonCode=sample.reasonCode)
        value, draws = sample.value, sample.draws
        if condition.of == "percent":
            base = self._values.state(condition.metric, site.place, site.fromPosition, site.side)
            if not base.value or base.draws is None or draws is None:
                return _Seen(condition, reasonCode=base.reasonCode or "noNoise")
            value, draws = 100.0 * value / base.value, 100.0 * draws / base.draws
        if draws is None:
            return _Seen(condition, value, condition.value, reasonCode="noNoise")
        if condition.of == "size":
            value, draws = abs(value), np.abs(draws)
        threshold = _threshold(condition, sample)
        held = _compared(draws, condition.operator, threshold)
        if sample.upperDraws is not None:
            held = heldBetween(held, _compared(sample.upperDraws, condition.operator, threshold))
        return _Seen(condition, value, threshold, held, confirmed=sample.confirmed)

    def _sample(self, rule: Rule, condition: Condition, site: _Site) -> Sample:
        if rule.kind == "range":
            return rangeSample(self._values, condition.metric, site.place, site.side, self._gates.shifted)
        if rule.kind == "motion":
            return self._values.motion(condition.metric, site.place, site.fromPosition, site.position)
        if rule.kind == "state":
            return self._values.state(condition.metric, site.place, site.position, site.side)
        if condition.at:
            end = site.fromPosition if condition.at == "from" else site.position
            return self._values.state(condition.metric, site.place, end, site.side)
        return self._values.change(condition.metric, site.place, site.fromPosition, site.position, site.side)

    def _emptyResult(self, ruleSet: RuleSet, rule: Rule, site: _Site) -> RuleResult:
        measured, position = self._values.measured, self._values.case.position(site.position)
        share = rule.healthyShare(site.place, position.bend if position is not None else "")
        return RuleResult(
            case=self._values.case.caseId, reader=measured.reader, reading=measured.reading, ruleSet=ruleSet.id,
            ruleSetTitle=ruleSet.title, ruleVersion=ruleSet.version, rule=rule.id, title=rule.title, level=site.place,
            position=site.position, fromPosition=site.fromPosition, result=NOT_AVAILABLE, side=site.side,
            direction=rule.direction, healthyShare=share.percent if share else None,
            healthyPopulation=share.population if share else rule.healthyShareNote,
            healthySource=share.source if share else "", population=rule.population,
            modality=";".join(rule.sourceModality), evidence=rule.evidence, source=rule.source, scope=ruleSet.scope,
            warnings=() if MR in rule.sourceModality else ("limitOfOtherModality",), isOwn=ruleSet.isOwn,
            numbering=self._values.case.numbering.statement(), software=self._software,
        )  # fmt: skip


def _allowed(position: Position, bends: tuple[str, ...], postures: tuple[str, ...]) -> bool:
    if bends:
        return position.bend in bends and (not postures or position.posture in postures)
    return position.bend not in BENT_SIDEWAYS and (not postures or position.posture in postures)


def _threshold(condition: Condition, sample: Sample) -> float:
    """The limit; where it is at least the smallest detectable change, the larger of both, on the limit's own side."""
    if not condition.atLeastSdc or sample.sdc95 is None:
        return condition.value
    size = max(abs(condition.value), sample.sdc95)
    return -size if condition.value < 0.0 else size


def _compared(draws: Array, operator: str, threshold: float) -> Array:
    """1.0 in the draws (N,) in which the comparison holds, else 0.0."""
    rounded, limit = np.round(draws, _DECIMALS), round(threshold, _DECIMALS)
    if operator == "<":
        held = rounded < limit
    elif operator == "<=":
        held = rounded <= limit
    elif operator == ">":
        held = rounded > limit
    else:
        held = rounded >= limit
    return held.astype(float)


def _all(seen: list[_Seen]) -> Array:
    """Certainty, draw by draw, that all conditions of a clause hold."""
    held = np.ones(1)
    for item in seen:
        if item.held is not None:
            held = held * item.held
    return held


def _nominal(condition: Condition) -> float:
    """A condition's limit as its rule states it."""
    return float(condition.stepsUp) if condition.isGrade else condition.value


def _named(empty: RuleResult, clause: Clause, seen: _Seen) -> RuleResult:
    """The result with what its clause compared."""
    condition = seen.condition
    metric = f"grade:{','.join(condition.grades)}" if condition.isGrade else condition.metric
    return replace(empty, clause=clause.id, clauseText=clause.text, metric=metric, method=condition.method,
                   value=seen.value, unit="{grade}" if condition.isGrade else condition.unit,
                   operator=">=" if condition.isGrade else condition.operator, threshold=seen.threshold)  # fmt: skip
