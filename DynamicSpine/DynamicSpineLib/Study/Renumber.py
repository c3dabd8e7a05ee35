"""Giving every level of a case another name, in all positions and readings at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import Case, Reading
from DynamicSpineLib.Study.EditCase import chainOf
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Position import Position

Item = TypeVar("Item")


def renumbered(case: Case, levels: Sequence[str]) -> Case:
    """The case with its levels called `levels`, in their order; numbering has to be confirmed anew.

    Raises InputError where the names are no chain, differ in number, or where a mark does not exist at its new level.
    """
    if len(levels) != len(case.chain.levels):
        raise InputError(f"the case has {len(case.chain.levels)} levels, and {len(levels)} names were given")
    chain = chainOf(levels)
    renamed = _Renamed(dict(zip(case.chain.levels, levels, strict=True)))
    return replace(
        case, chain=chain, positions=tuple(renamed.position(item) for item in case.positions),
        segments=MappingProxyType({renamed.place(name): status for name, status in case.segments.items()}),
        numbering=replace(case.numbering, confirmedBy="", confirmedAt=""),
        observations=tuple(replace(item, level=renamed.place(item.level)) for item in case.observations),
        bones=tuple(replace(item, level=renamed.place(item.level)) for item in case.bones),
        readings=tuple(renamed.reading(item) for item in case.readings),
    )  # fmt: skip


class _Renamed:
    """Renames whatever speaks of a level. Marks that do not exist at their new level raise InputError."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def place(self, place: str) -> str:
        """The new name of a level or segment; others stay."""
        if place in self._names:
            return self._names[place]
        segment = splitSegment(place)
        if segment is None or segment.upper not in self._names or segment.lower not in self._names:
            return place
        return self._names[segment.upper] + self._names[segment.lower]

    def position(self, position: Position) -> Position:
        return replace(
            position, marks=self.marks(position.marks, position.id),
            grades=tuple(replace(item, level=self.place(item.level)) for item in position.grades),
            observations=tuple(replace(item, level=self.place(item.level)) for item in position.observations),
        )  # fmt: skip

    def reading(self, reading: Reading) -> Reading:
        marks = {positionId: self.marks(item, positionId) for positionId, item in reading.marks.items()}
        return replace(reading, marks=MappingProxyType(marks))

    def marks(self, marks: LandmarkSet, positionId: str) -> LandmarkSet:
        return LandmarkSet(
            self._byName(marks.landmarks, positionId, lambda item, name: replace(item, name=name)),
            self._byName(marks.contours, positionId, lambda item, name: replace(item, name=name)),
        )

    def _byName(
        self, items: Mapping[str, Item], positionId: str, rename: Callable[[Item, str], Item]
    ) -> Mapping[str, Item]:
        found = {}
        for old, item in items.items():
            new = self._mark(old, positionId)
            found[new] = rename(item, new)
        return MappingProxyType(found)

    def _mark(self, name: str, positionId: str) -> str:
        parsed = parseLandmarkName(name)
        if parsed is None:
            return name
        new = str(LandmarkName(self.place(parsed.place), parsed.code, parsed.side))
        if parseLandmarkName(new) is None:
            raise InputError(f"position '{positionId}', {name}: there is no such mark at {self.place(parsed.place)}; "
                             "clear it before renumbering")  # fmt: skip
        return new
