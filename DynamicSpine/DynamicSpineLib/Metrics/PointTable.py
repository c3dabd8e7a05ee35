"""A case's marks as arrays, so that one call of a metric serves every position, level and draw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, landmarkDefinitions, namesFor, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain

Array = NDArray[np.float64]
CORNERS = ("SA", "SP", "IA", "IP")
SIDES = ("L", "R")

# The lines that stand for the endplates of the two bones without a body: (anterior, posterior).
_BONE_LINES = {"Oc": ("BA", "OP"), "C1": ("AAP", "PAA")}


def upperLineCode(level: str, code: str) -> str:
    """The corner code that stands for a level's upper endplate where it is the lower one of a pair: C2 has none, and
    its inferior endplate serves against C1 (reference 1.1)."""
    return code.replace("S", "I", 1) if level == "C2" and code in ("SA", "SP") else code


def cornerName(level: str, code: str) -> str:
    """The landmark that serves as a corner of a level: its own, or the ends of the line of Oc and C1."""
    line = _BONE_LINES.get(level)
    if line is not None and code in CORNERS:
        return f"{level}_{line[0] if code.endswith('A') else line[1]}"
    return f"{level}_{code}"


@dataclass(frozen=True)
class PointTable:
    """Points by code in RAS mm, NaN where there is none.

    levels: code -> (..., P, L, 3); segments: code -> (..., P, S, 3); sided: code -> (..., P, S, 2, 3), left first.
    P positions, L levels and S segments in the order of the chain; leading axes are draws.
    """

    chain: Chain
    positionIds: tuple[str, ...]
    levels: Mapping[str, Array]
    segments: Mapping[str, Array]
    sided: Mapping[str, Array]

    def ofPosition(self, index: int) -> PointTable:
        """The same table for one position."""
        only = slice(index, index + 1)
        return PointTable(
            self.chain,
            self.positionIds[only],
            {code: array[..., only, :, :] for code, array in self.levels.items()},
            {code: array[..., only, :, :] for code, array in self.segments.items()},
            {code: array[..., only, :, :, :] for code, array in self.sided.items()},
        )

    def named(self, name: str) -> Array:
        """Points (..., P, 3) of one landmark by its full name; NaN where the chain does not have it."""
        place, code = name.split("_", 1)
        level = place in self.chain.levels
        places = self.chain.levels if level else tuple(item.name for item in self.chain.segments)
        table = self.levels if level else self.segments
        if place not in places:
            return np.full((*next(iter(self.levels.values())).shape[:-2], 3), np.nan)
        return table[code][..., places.index(place), :]


@dataclass(frozen=True)
class _Block:
    """One code's stretch of the buffer that holds all points: where it starts, and its shape behind the positions."""

    part: str
    code: str
    start: int
    places: tuple[int, ...]

    @property
    def size(self) -> int:
        return math.prod(self.places)


@lru_cache(maxsize=64)
def _blocks(chain: Chain, positionCount: int) -> tuple[_Block, ...]:
    """The stretches of the buffer, one per point code and scope."""
    blocks: list[_Block] = []
    start = 0
    for item in landmarkDefinitions():
        part = "levels" if item.scope == "level" else "sided" if item.sides else "segments"
        if item.kind != "point" or any((block.part, block.code) == (part, item.code) for block in blocks):
            continue
        places = {"levels": (len(chain.levels),), "segments": (len(chain.segments),)}
        blocks.append(_Block(part, item.code, start, places.get(part, (len(chain.segments), len(SIDES)))))
        start += positionCount * blocks[-1].size
    return tuple(blocks)


@lru_cache(maxsize=64)
def _slots(chain: Chain, positionCount: int) -> Mapping[str, tuple[int, int]]:
    """For every point name of a chain its row in the buffer for the first position, and the step to the next."""
    blocks = {(block.part, block.code): block for block in _blocks(chain, positionCount)}
    levels = {level: number for number, level in enumerate(chain.levels)}
    segments = {item.name: number for number, item in enumerate(chain.segments)}
    slots = {}
    for text in namesFor(chain):
        name = parseLandmarkName(text)
        definition = None if name is None else definitionAt(name.place, name.code)
        if name is None or definition is None or definition.kind != "point":
            continue
        if name.side:
            block, inner = blocks["sided", name.code], 2 * segments[name.place] + SIDES.index(name.side)
        elif name.place in levels:
            block, inner = blocks["levels", name.code], levels[name.place]
        else:
            block, inner = blocks["segments", name.code], segments[name.place]
        slots[text] = (block.start + inner, block.size)
    return slots


class PointTableBuilder:
    """Fills the arrays of a PointTable; all of them are views of one buffer (..., K, 3)."""

    def __init__(self, chain: Chain, positionIds: Sequence[str], drawShape: tuple[int, ...] = ()) -> None:
        self._chain, self._positionIds = chain, tuple(positionIds)
        self._slots = _slots(chain, len(self._positionIds))
        last = _blocks(chain, len(self._positionIds))[-1]
        size = last.start + len(self._positionIds) * last.size
        self._buffer: Array = np.full((*drawShape, size, 3), np.nan)

    def putMany(self, places: Sequence[tuple[int, str]], points_RAS: Array) -> None:
        """Set landmarks given as (position index, name) to draws (M, N, 3); names outside the chain are left out."""
        slots = [(number, slot[0] + index * slot[1]) for number, (index, text) in enumerate(places)
                 if (slot := self._slots.get(text)) is not None]  # fmt: skip
        if slots:
            numbers, rows = zip(*slots, strict=True)
            self._buffer[:, list(rows)] = np.swapaxes(points_RAS[list(numbers)], 0, 1)

    def putAll(self, points_RAS: Sequence[Mapping[str, Sequence[float]]]) -> None:
        """Set all landmarks of all positions, given by name in the order of the positions."""
        rows: list[int] = []
        values: list[Sequence[float]] = []
        for positionIndex, points in enumerate(points_RAS):
            for text, point in points.items():
                slot = self._slots.get(text)
                if slot is not None:
                    rows.append(slot[0] + positionIndex * slot[1])
                    values.append(point)
        if rows:
            self._buffer[rows] = np.array(values, dtype=float)

    def table(self) -> PointTable:
        """The finished table, with the lines of Oc and C1 standing for their endplates."""
        parts: dict[str, dict[str, Array]] = {"levels": {}, "segments": {}, "sided": {}}
        count, leading = len(self._positionIds), self._buffer.shape[:-2]
        for block in _blocks(self._chain, count):
            stretch = self._buffer[..., block.start : block.start + count * block.size, :]
            parts[block.part][block.code] = stretch.reshape(*leading, count, *block.places, 3)
        levels = parts["levels"]
        for level, (anterior, posterior) in _BONE_LINES.items():
            if level in self._chain.levels:
                index = self._chain.levels.index(level)
                for code in CORNERS:
                    line = anterior if code.endswith("A") else posterior
                    levels[code][..., index, :] = levels[line][..., index, :]
        np.copyto(levels["DQ"], levels["DP"], where=np.isnan(levels["DQ"]))
        return PointTable(self._chain, self._positionIds, levels, parts["segments"], parts["sided"])


def pointTable(
    chain: Chain, positionIds: Sequence[str], points_RAS: Mapping[str, Mapping[str, Sequence[float]]]
) -> PointTable:
    """The table of points given as position -> landmark name -> (3,) RAS mm."""
    builder = PointTableBuilder(chain, positionIds)
    builder.putAll([points_RAS.get(positionId, {}) for positionId in positionIds])
    return builder.table()


def withPoint(table: PointTable, positionIndex: int, text: str, point_RAS: Array) -> PointTable:
    """The table with one landmark of one position at another place; other arrays are shared, not copied."""
    name = parseLandmarkName(text)
    if name is None:
        return table
    segments = tuple(item.name for item in table.chain.segments)
    part = "sided" if name.side else "levels" if name.place in table.chain.levels else "segments"
    places = table.chain.levels if part == "levels" else segments
    if name.place not in places:
        return table
    parts: dict[str, dict[str, Array]] = {
        "levels": dict(table.levels), "segments": dict(table.segments), "sided": dict(table.sided),
    }  # fmt: skip
    arrays = parts[part]
    index = (positionIndex, places.index(name.place), *((SIDES.index(name.side),) if name.side else ()))
    line = _BONE_LINES.get(name.place, ()) if part == "levels" else ()
    codes = [code for code in CORNERS if line and name.code == line[0 if code.endswith("A") else 1]]
    if name.code == "DP" and np.array_equal(arrays["DQ"][index], arrays["DP"][index]):
        codes.append("DQ")
    for code in (name.code, *codes):
        arrays[code] = arrays[code].copy()
        arrays[code][index] = point_RAS
    return PointTable(table.chain, table.positionIds, **parts)
