"""Finding marks: those that nobody has accepted yet, and the one that an edit changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from DynamicSpineLib.Anatomy.Landmarks import placeOfMark
from DynamicSpineLib.Session.Guide import NOT_VISIBLE, OPEN, PLACED, SKIPPED, UNCONFIRMED, statusOf
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import unconfirmedNames
from DynamicSpineLib.Study.Marks import Landmark, LandmarkSet

Landmarks = Mapping[str, Landmark]

_RANK = {OPEN: 0, SKIPPED: 0, UNCONFIRMED: 1, PLACED: 2, NOT_VISIBLE: 2}


def waitingNames(marks: LandmarkSet, place: str = "") -> tuple[str, ...]:
    """The marks that nobody has accepted yet, curves included; with `place` those of this level or segment only."""
    return tuple(name for name in unconfirmedNames(marks) if not place or placeOfMark(name) == place)


def firstMark(
    before: Case, after: Case, shownId: str, isMeant: Callable[[Landmarks, Landmarks, str], bool]
) -> tuple[str, str] | None:
    """The first point whose change is meant, with its position: in the position shown before others. None for none."""
    for earlier in sorted(before.positions, key=lambda item: item.id != shownId):
        later = after.position(earlier.id)
        if later is None or later.marks is earlier.marks:
            continue
        was, now = earlier.marks.landmarks, later.marks.landmarks
        found = next((name for name in dict.fromkeys((*was, *now)) if isMeant(was, now, name)), "")
        if found:
            return earlier.id, found
    return None


def isTakenBack(was: Landmarks, now: Landmarks, name: str) -> bool:
    """True for a point that was placed, said to be not visible or accepted, and is no more."""
    return _RANK[statusOf(was, name)] > _RANK[statusOf(now, name)]


def differs(was: Landmarks, now: Landmarks, name: str) -> bool:
    """True for a point that is another one in any way."""
    return was.get(name) != now.get(name)
