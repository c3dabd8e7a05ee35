"""A case's marks as arrays, so that one call of a metric serves every position, level and draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, landmarkDefinitions, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain

Array = NDArray[np.float64]
CORNERS = ("SA", "SP", "IA", "IP")
SIDES = ("L", "R")

# The lines that stand for the endplates of the two bones without a body: (anterior, posterior).
_BONE_LINES = {"Oc": ("BA", "OP"), "C1": ("AAP", "PAA")}


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

    def part(self, draws: slice) -> PointTable:
        """The same table for some of the draws (first axis)."""
        return PointTable(
            self.chain,
            self.positionIds,
            {code: array[draws] for code, array in self.levels.items()},
            {code: array[draws] for code, array in self.segments.items()},
            {code: array[draws] for code, array in self.sided.items()},
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


class PointTableBuilder:
    """Fills the arrays of a PointTable point by point."""

    def __init__(self, chain: Chain, positionIds: Sequence[str], drawShape: tuple[int, ...] = ()) -> None:
        counts = (*drawShape, len(positionIds))
        self._chain, self._positionIds = chain, tuple(positionIds)
        self._levelIndex = {level: index for index, level in enumerate(chain.levels)}
        self._segmentIndex = {item.name: index for index, item in enumerate(chain.segments)}
        self._levels: dict[str, Array] = {}
        self._segments: dict[str, Array] = {}
        self._sided: dict[str, Array] = {}
        for item in landmarkDefinitions():
            if item.kind != "point":
                continue
            if item.scope == "level":
                self._levels.setdefault(item.code, np.full((*counts, len(chain.levels), 3), np.nan))
            elif item.sides:
                self._sided.setdefault(item.code, np.full((*counts, len(chain.segments), 2, 3), np.nan))
            else:
                self._segments.setdefault(item.code, np.full((*counts, len(chain.segments), 3), np.nan))

    def put(self, positionIndex: int, name: LandmarkName, points_RAS: Array) -> None:
        """Set one landmark of one position to points (..., 3); names outside the chain are left out."""
        if name.side:
            index = self._segmentIndex.get(name.place)
            if index is not None and name.code in self._sided:
                self._sided[name.code][..., positionIndex, index, SIDES.index(name.side), :] = points_RAS
        elif name.place in self._levelIndex and name.code in self._levels:
            self._levels[name.code][..., positionIndex, self._levelIndex[name.place], :] = points_RAS
        elif name.place in self._segmentIndex and name.code in self._segments:
            self._segments[name.code][..., positionIndex, self._segmentIndex[name.place], :] = points_RAS

    def table(self) -> PointTable:
        """The finished table, with the lines of Oc and C1 standing for their endplates."""
        for level, (anterior, posterior) in _BONE_LINES.items():
            index = self._levelIndex.get(level)
            if index is None:
                continue
            for code in CORNERS:
                line = anterior if code.endswith("A") else posterior
                self._levels[code][..., index, :] = self._levels[line][..., index, :]
        posteriorDens = self._levels["DQ"]
        np.copyto(posteriorDens, self._levels["DP"], where=np.isnan(posteriorDens))
        return PointTable(self._chain, self._positionIds, self._levels, self._segments, self._sided)


def pointTable(
    chain: Chain, positionIds: Sequence[str], points_RAS: Mapping[str, Mapping[str, Sequence[float]]]
) -> PointTable:
    """The table of points given as position -> landmark name -> (3,) RAS mm."""
    builder = PointTableBuilder(chain, positionIds)
    for index, positionId in enumerate(positionIds):
        for text, point in points_RAS.get(positionId, {}).items():
            name = parseLandmarkName(text)
            if name is not None:
                builder.put(index, name, np.asarray(point, dtype=float))
    return builder.table()
