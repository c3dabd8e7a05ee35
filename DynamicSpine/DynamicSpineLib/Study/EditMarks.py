"""Edits of marks as pure functions: a case in, the case with the marks changed out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import Case, Reading
from DynamicSpineLib.Study.Marks import DEFINED, MISSING, UNDEFINED, Landmark, LandmarkSet
from DynamicSpineLib.Study.Position import Position


def positionOf(case: Case, positionId: str) -> Position:
    """The position of that id. Raises InputError where the case has none."""
    position = case.position(positionId)
    if position is None:
        raise InputError(f"the case has no position '{positionId}'")
    return position


def withMarks(case: Case, marks: Mapping[str, LandmarkSet]) -> Case:
    """The case with other marks in some positions, for the reading as well whose marks they are."""
    positions = tuple(replace(item, marks=marks.get(item.id, item.marks)) for item in case.positions)
    readings = tuple(_followed(item, case, marks) for item in case.readings)
    return replace(case, positions=positions, readings=readings)


def _followed(reading: Reading, case: Case, marks: Mapping[str, LandmarkSet]) -> Reading:
    """A reading that the case's own marks are of gets the new ones; those of other readers stay as they are."""
    own = {position.id: position.marks for position in case.positions}
    marked = {name for name, item in own.items() if item.landmarks or item.contours}
    isOwn = marked <= reading.marks.keys() and all(own.get(name) == item for name, item in reading.marks.items())
    return replace(reading, marks=MappingProxyType({**reading.marks, **marks})) if isOwn else reading


def withLandmarks(case: Case, positionId: str, landmarks: Iterable[Landmark]) -> Case:
    """The case with some landmarks of a position replaced or added, and without those that are undefined."""
    marks = positionOf(case, positionId).marks
    changed = {**marks.landmarks, **{item.name: item for item in landmarks}}
    changed = {name: item for name, item in changed.items() if item.status != UNDEFINED}
    return withMarks(case, {positionId: replace(marks, landmarks=MappingProxyType(changed))})


def withMissing(case: Case, positionId: str, name: str) -> Case:
    """The case with a landmark that its reader cannot see in this position."""
    earlier = positionOf(case, positionId).marks.landmarks.get(name)
    note = earlier.note if earlier is not None else ""
    return withLandmarks(case, positionId, [Landmark(name, None, MISSING, note=note)])


def withCleared(case: Case, positionId: str, names: Collection[str]) -> Case:
    """The case without some marks of a position: they are open again. names: landmarks and curves."""
    marks = positionOf(case, positionId).marks
    landmarks = {name: item for name, item in marks.landmarks.items() if name not in names}
    contours = {name: item for name, item in marks.contours.items() if name not in names}
    return withMarks(case, {positionId: LandmarkSet(MappingProxyType(landmarks), MappingProxyType(contours))})


def withoutOpenMarks(case: Case) -> Case:
    """The case without landmarks that are merely listed and not placed: every level's protocol offers them anyway."""
    positions = tuple(replace(item, marks=_withoutOpen(item.marks)) for item in case.positions)
    readings = tuple(
        replace(item, marks=MappingProxyType({key: _withoutOpen(marks) for key, marks in item.marks.items()}))
        for item in case.readings
    )
    return replace(case, positions=positions, readings=readings)


def _withoutOpen(marks: LandmarkSet) -> LandmarkSet:
    kept = {name: item for name, item in marks.landmarks.items() if item.status != UNDEFINED}
    return marks if len(kept) == len(marks.landmarks) else replace(marks, landmarks=MappingProxyType(kept))


def withConfirmed(case: Case, positionId: str, names: Collection[str]) -> Case:
    """The case with carried, predicted or segmented marks accepted; others of these names stay as they are.

    names: landmarks and curves.
    """
    marks = positionOf(case, positionId).marks
    landmarks = {name: _accepted(item) if name in names else item for name, item in marks.landmarks.items()}
    contours = {name: replace(item, confirmed=True) if name in names else item
                for name, item in marks.contours.items()}  # fmt: skip
    return withMarks(case, {positionId: LandmarkSet(MappingProxyType(landmarks), MappingProxyType(contours))})


def markedOnce(case: Case, positionId: str) -> Case:
    """The case with the marks of one position only, and nothing known of its bones' motion."""
    positions = (item if item.id == positionId else replace(item, marks=LandmarkSet()) for item in case.positions)
    return replace(case, positions=tuple(positions), bones=())


def unconfirmedNames(marks: LandmarkSet) -> tuple[str, ...]:
    """The marks that nobody has accepted yet: landmarks, then curves."""
    points = [name for name, item in marks.landmarks.items() if item.status == DEFINED and not item.confirmed]
    return (*points, *(name for name, item in marks.contours.items() if not item.confirmed))


def _accepted(mark: Landmark) -> Landmark:
    return replace(mark, confirmed=True) if mark.status == DEFINED else mark
