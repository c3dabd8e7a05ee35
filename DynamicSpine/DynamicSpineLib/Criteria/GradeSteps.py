"""Steps of readers' grades between two positions, and how sure such a step is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Grades import gradeRank, gradeSchemes
from DynamicSpineLib.Study.Position import Grade


@dataclass(frozen=True)
class GradeStep:
    """A grade in two positions. steps: ranks up; readings: how many readings show a step in this direction.

    first, second: the classes of the first reading. certainty: that the step is real, given how readers repeat.
    """

    scheme: str
    level: str
    side: str
    fromPosition: str
    position: str
    first: str
    second: str
    steps: int
    secondRank: int
    readings: int
    certainty: float

    def isAtLeast(self, steps: int, leastRank: int = 0) -> bool:
        """True for so many steps up that end at this rank or higher."""
        return self.steps >= steps and self.secondRank >= leastRank

    @property
    def standsAlone(self) -> bool:
        """True for a one-step change that one reading only has seen (clinical review, section 1.6)."""
        return abs(self.steps) == 1 and self.readings < 2


def gradeStep(
    case: Case, schemes: Sequence[str], level: str, fromPosition: str, position: str, side: str = ""
) -> GradeStep | None:
    """The step of the first scheme that both positions have at a level; None where neither has both.

    Readings are told apart by reader and repeat; the step is that of the first reading that graded both, and as small
    as the smallest that readings agree on where they differ.
    """
    for scheme in schemes:
        pairs = _pairs(case, scheme, level, fromPosition, position, side)
        if pairs:
            return _step(scheme, level, side, fromPosition, position, pairs)
    return None


def _pairs(
    case: Case, scheme: str, level: str, fromPosition: str, position: str, side: str
) -> list[tuple[Grade, Grade]]:
    found = []
    for first in _grades(case, scheme, level, fromPosition, side):
        for second in _grades(case, scheme, level, position, side):
            if (first.reader, first.repeat) == (second.reader, second.repeat):
                found.append((first, second))
    return found


def _grades(case: Case, scheme: str, level: str, position: str, side: str) -> list[Grade]:
    item = case.position(position)
    if item is None:
        return []
    return [grade for grade in item.grades
            if (grade.scheme, grade.level, grade.side) == (scheme, level, side) and gradeRank(grade) is not None]


def _step(
    scheme: str, level: str, side: str, fromPosition: str, position: str, pairs: list[tuple[Grade, Grade]]
) -> GradeStep:
    steps = [(gradeRank(second) or 0) - (gradeRank(first) or 0) for first, second in pairs]
    first, second = pairs[0]
    agreeing = [item for item in steps if item * steps[0] > 0]
    size = steps[0]
    if len(agreeing) > 1:
        size = min(agreeing, key=abs)
    known = packageData("Findings", "gradeReliability.json")["certainty"]
    key = "none" if size == 0 else "twoSteps" if abs(size) > 1 else "oneStepAgreed" if len(agreeing) > 1 else "oneStep"
    if len(agreeing) < len(steps) and size != 0:
        key = "oneStep"  # readings that disagree are no better than one
    return GradeStep(scheme, level, side, fromPosition, position, first.value, second.value, size,
                     gradeRank(second) or 0, len(agreeing), float(known[key]))  # fmt: skip


def schemesOf(region: str) -> list[str]:
    """Central grading schemes of a part of the spine that may be compared between positions, in the order of trust."""
    preferred = packageData("Findings", "gradeReliability.json")["central"][region]
    known = gradeSchemes()
    return [scheme for scheme in preferred if scheme in known]
