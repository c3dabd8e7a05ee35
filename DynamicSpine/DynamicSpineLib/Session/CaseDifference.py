"""What differs between two states of a case, as far as it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import DEFINED, Landmark, LandmarkSet
from DynamicSpineLib.Study.Position import Position

ONLY_SAID_OF_A_POSITION = frozenset({
    "title", "notes", "symptoms", "grades", "stoppedBy", "minutesUpright", "support", "volume", "companions",
    "landmarksFile", "contourFiles",
})  # fmt: skip
"""Fields of a position that no measured value depends on."""

ONLY_SAID_OF_A_CASE = frozenset({"notes", "markedIn", "formatVersion"})
"""Fields of a case that no measured value depends on."""

_POSITION_FIELDS = tuple({item.name for item in fields(Position)} - ONLY_SAID_OF_A_POSITION - {"marks"})
_CASE_FIELDS = tuple({item.name for item in fields(Case)} - ONLY_SAID_OF_A_CASE - {"positions", "readings"})


@dataclass(frozen=True)
class MarkDifference:
    """A mark that differs: its position, name, and states before and after (None: there is none)."""

    positionId: str
    name: str
    before: object | None
    after: object | None

    @property
    def isMove(self) -> bool:
        """True for a point that only lies elsewhere, whoever placed it."""
        marks = (self.before, self.after)
        return all(isinstance(mark, Landmark) and mark.status == DEFINED and mark.point_RAS is not None
                   for mark in marks)  # fmt: skip

    @property
    def isOnlyMove(self) -> bool:
        """True for a point of which nothing else has changed."""
        before, after = self.before, self.after
        if not isinstance(before, Landmark) or not isinstance(after, Landmark) or not self.isMove:
            return False
        return replace(before, point_RAS=after.point_RAS) == after


def differingMarks(before: Case, after: Case) -> list[MarkDifference] | None:
    """The positions' own marks that differ; None where something else does that values depend on.

    Readings are left out: whose marks they are has to be asked again.
    """
    if not _same(before, after):
        return None
    if len(before.positions) != len(after.positions):
        return None
    found: list[MarkDifference] = []
    for was, now in zip(before.positions, after.positions, strict=True):
        if was is now:
            continue
        if not _same(was, now):
            return None
        found.extend(_marksOf(was, now))
    return found


def _same(first: Case | Position, second: Case | Position) -> bool:
    for name in _POSITION_FIELDS if isinstance(first, Position) else _CASE_FIELDS:
        here, there = getattr(first, name), getattr(second, name)
        if here is not there and here != there:
            return False
    return True


def _marksOf(was: Position, now: Position) -> list[MarkDifference]:
    if was.marks is now.marks:
        return []
    found = []
    for before, after in _parts(was.marks, now.marks):
        for name, second in after.items():
            first = before.get(name)
            if first is not second and first != second:
                found.append(MarkDifference(was.id, name, first, second))
        gone = before.keys() - after.keys() if len(after) < len(before) or found else ()
        found.extend(MarkDifference(was.id, name, before[name], None) for name in sorted(gone))
    return found


def _parts(was: LandmarkSet, now: LandmarkSet) -> list[tuple[Mapping[str, object], Mapping[str, object]]]:
    parts: list[tuple[Mapping[str, object], Mapping[str, object]]] = [
        (was.landmarks, now.landmarks), (was.contours, now.contours),
    ]  # fmt: skip
    return [(before, after) for before, after in parts if before is not after]
