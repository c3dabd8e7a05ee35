"""What the finders of sentences share: the case's values, gates, case-wise limit and rule results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Criteria.Consistency import LabelDoubt, mirroredPositions
from DynamicSpineLib.Criteria.Gates import GateKeeper
from DynamicSpineLib.Criteria.Places import isNative
from DynamicSpineLib.Criteria.Results import RuleResult
from DynamicSpineLib.Findings.Family import Family
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.Speech import positionWords, provisionalEnding, sectionOf, sentence
from DynamicSpineLib.Metrics.Extremes import RankedPlace
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.SeriesDates import DAYS_APART_SAID, daysApart
from DynamicSpineLib.Wording.Texts import inList, levelLabel


@dataclass(frozen=True)
class Doubts:
    """Positions that contradict their own names: labels of bends, names of levels, sides."""

    labels: tuple[LabelDoubt, ...] = ()
    levels: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    def words(self, positionId: str) -> str:
        """What is doubtful about a position, in words; empty for nothing."""
        label = any(item.contradicts and item.position == positionId for item in self.labels)
        named = (("label", label), ("levels", positionId in self.levels), ("sides", positionId in self.sides))
        return inList([word for word, isDoubtful in named if isDoubtful])


def doubtsOf(values: CaseValues, gates: GateKeeper) -> Doubts:
    """Every doubt that the marks of a case raise about its positions."""
    return Doubts(gates.labelDoubts, gates.shifted, tuple(mirroredPositions(values)))


@dataclass(frozen=True)
class Story:
    """One reading of a case with everything that its sentences rest on."""

    values: CaseValues
    gates: GateKeeper
    family: Family
    results: tuple[RuleResult, ...]
    ranked: tuple[RankedPlace, ...]
    doubts: Doubts = field(default_factory=Doubts)

    @property
    def case(self) -> Case:
        """The case."""
        return self.values.case

    def position(self, positionId: str) -> str:
        """A position in words, with what its own marks make doubtful about it."""
        words = positionWords(self.case, positionId)
        doubt = self.doubts.words(positionId)
        return f"{words} ({doubt} in doubt)" if doubt else words

    def say(self, template: str, blanks: Mapping[str, object] | None = None, **facts: object) -> Finding:
        """A finding from its template's blanks and from its own facts (level, positions, isHeadline, ...)."""
        text = sentence(template, **(blanks or {}))
        if facts.get("confirmed") is False:
            text = f"{text} {provisionalEnding()}"
        return Finding(id=template, section=sectionOf(template), text=text, **facts)  # type: ignore[arg-type]

    def apart(self, first: str, second: str) -> str:
        """"; series 240 days apart: time may play a part" for a change between two dates, else empty."""
        ends = [item for item in (self.case.position(first), self.case.position(second)) if item is not None]
        days = daysApart(ends)
        return f"; series {days} days apart: time may play a part" if days > DAYS_APART_SAID else ""

    def nextTo(self, level: str) -> str:
        """" (next to C5-C6, on record as not native)" for a level beside one that is not native, else empty."""
        names = [segment.name for segment in self.case.chain.segments]
        if level not in names:
            return ""
        index = names.index(level)
        beside = [name for name in names[max(index - 1, 0) : index + 2]
                  if name != level and not isNative(self.case, name)]  # fmt: skip
        if not beside:
            return ""
        return f" (next to {inList([levelLabel(name) for name in beside])}, on record as not native)"

    @property
    def nativeSegments(self) -> list[str]:
        """Names of the native segments, cranial to caudal."""
        return [item.name for item in self.case.chain.segments if isNative(self.case, item.name)]
