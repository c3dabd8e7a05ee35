"""Sets that count points: what the imaging items give, never a total, since the clinical items are not entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from DynamicSpineLib.Criteria.Results import MET, UNDECIDED, RuleResult
from DynamicSpineLib.Criteria.RuleSets import RuleSet


@dataclass(frozen=True)
class ImagingItems:
    """Points of the imaging items at one level: surely given, and given if what is undecided were met as well."""

    ruleSet: str
    level: str
    given: int
    atMost: int
    possible: int

    def sentence(self) -> str:
        """imaging items 2 of a possible 4, clinical items not entered; undecided points are named, not added."""
        more = f" ({self.atMost - self.given} more undecided)" if self.atMost > self.given else ""
        return f"imaging items {self.given} of a possible {self.possible}{more}, clinical items not entered"


def imagingItems(ruleSet: RuleSet, results: Iterable[RuleResult]) -> list[ImagingItems]:
    """The imaging items of every level that a point-counting set was judged at; empty for other sets.

    Items of different bases (flexion-extension or resting images) are alternatives: the larger sum counts.
    """
    if not ruleSet.pointsPossible:
        return []
    rules = {rule.id: rule for rule in ruleSet.rules}
    own = [item for item in results if item.ruleSet == ruleSet.id and rules[item.rule].points]
    levels = dict.fromkeys(item.level for item in own)
    found = []
    for level in levels:
        here = [item for item in own if item.level == level]
        given = _points(ruleSet, [item for item in here if item.result == MET])
        atMost = _points(ruleSet, [item for item in here if item.result in (MET, UNDECIDED)])
        found.append(ImagingItems(ruleSet.id, level, given, atMost, ruleSet.pointsPossible))
    return found


def _points(ruleSet: RuleSet, results: Sequence[RuleResult]) -> int:
    rules = {rule.id: rule for rule in ruleSet.rules}
    byBasis: dict[str, dict[str, int]] = {}
    for item in results:
        rule = rules[item.rule]
        items = byBasis.setdefault(rule.basis, {})
        items[rule.item] = max(items.get(rule.item, 0), rule.points)
    return min(max((sum(items.values()) for items in byBasis.values()), default=0), ruleSet.pointsPossible)
