"""Which drawing of Data/Protocols/schematics.json shows a mark, and which levels stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Landmarks import LandmarkDefinition, LandmarkName, definitionOf, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain, areNeighbors, splitSegment

UPPER, LOWER, SEGMENT = "upper", "lower", "segment"

_OTHER_BELOW = {"L5": "S1", "L6": "S1", "T12": "L1"}
_OTHER_ABOVE = {"S1": "L5", "L1": "T12"}


@dataclass(frozen=True)
class Placement:
    """Where a mark is drawn: a drawing of the data, the levels shown in its slots, and the slot of the mark.

    levels: slot -> level; side: L or R where the drawing shows one side.
    """

    drawing: Mapping[str, Any]
    levels: Mapping[str, str]
    slot: str
    side: str = ""

    def place(self, slot: str) -> str:
        """The level or segment that a slot stands for here."""
        return self.levels[UPPER] + self.levels[LOWER] if slot == SEGMENT else self.levels[slot]


@lru_cache(maxsize=2048)
def placementOf(name: str, chain: Chain) -> Placement | None:
    """Where a mark is drawn, or None where no drawing shows it."""
    parsed, definition = parseLandmarkName(name), definitionOf(name)
    if parsed is None or definition is None:
        return None
    found = list(_placements(parsed, definition, chain))
    # A level stands above its neighbor where it can: only the sacrum and the last level of all cannot.
    return next((item for item in found if item.slot != LOWER), found[0] if found else None)


def _placements(name: LandmarkName, definition: LandmarkDefinition, chain: Chain) -> Iterator[Placement]:
    for drawing in packageData("Protocols", "schematics.json")["drawings"]:
        if definition.protocol in drawing["protocols"] and definition.plane.startswith(drawing["plane"]):
            for group in ("marks", "curves"):
                for slot, places in drawing.get(group, {}).items():
                    levels = _levelsIn(drawing, slot, name.place, chain)
                    if levels is not None and _isIn(name, places):
                        yield Placement(drawing, levels, slot, name.side)


def _isIn(name: LandmarkName, places: Mapping[str, Any]) -> bool:
    """True where a drawing has the mark: with its side where it shows both sides, else for either one."""
    return name.code in places or f"{name.code}_{name.side}" in places


def _levelsIn(drawing: Mapping[str, Any], slot: str, place: str, chain: Chain) -> dict[str, str] | None:
    """The levels of a drawing's slots where a place stands in one of them; None where it does not fit."""
    slots = drawing["slots"]
    segment = splitSegment(place)
    if slot == SEGMENT or segment is not None:
        fits = slot == SEGMENT and segment is not None
        levels = {UPPER: segment.upper, LOWER: segment.lower} if fits and segment is not None else {}
    elif slot == UPPER:
        levels = {UPPER: place, LOWER: _below(place, chain)}
    elif slot == LOWER:
        levels = {UPPER: _above(place, chain), LOWER: place}
    else:
        levels = {key: known[0] for key, known in slots.items()}
        if levels.get(slot) != place:
            return None
    shown = {key: level for key, level in levels.items() if key in slots}
    isWhole = bool(shown) and set(shown) == set(slots)
    return shown if isWhole and all(level in slots[key] for key, level in shown.items()) else None


def _below(level: str, chain: Chain) -> str:
    """The level below: that of the case, else the usual one."""
    if level in chain.levels[:-1]:
        below = chain.levels[chain.levels.index(level) + 1]
        if areNeighbors(level, below):
            return below
    following = CANONICAL_LEVELS.index(level) + 1
    return _OTHER_BELOW.get(level) or "".join(CANONICAL_LEVELS[following : following + 1])


def _above(level: str, chain: Chain) -> str:
    """The level above: that of the case, else the usual one."""
    if level in chain.levels[1:]:
        above = chain.levels[chain.levels.index(level) - 1]
        if areNeighbors(above, level):
            return above
    return _OTHER_ABOVE.get(level) or CANONICAL_LEVELS[max(CANONICAL_LEVELS.index(level) - 1, 0)]
