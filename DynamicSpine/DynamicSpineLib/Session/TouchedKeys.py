"""From an edited mark to the cells that may show something else, and to those whose noise may be another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from DynamicSpineLib.Metrics.LiveReading import LiveReading
from DynamicSpineLib.Metrics.Measurement import RowKey
from DynamicSpineLib.Metrics.NoiseFollowers import noiseFollowers
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE
from DynamicSpineLib.Metrics.PointTable import CORNERS
from DynamicSpineLib.Metrics.Registry import metricsByKey
from DynamicSpineLib.Metrics.RelativeMotion import bonesSource
from DynamicSpineLib.Metrics.RowCells import Cell
from DynamicSpineLib.Metrics.Touched import Touched, touchedMetrics
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import LandmarkSet

Keys = frozenset[RowKey]

_KEPT = 64


class TouchedKeys:
    """Knows the cells of a case by metric, place and position; `marks` are those of the reading that is shown."""

    def __init__(self, case: Case, cells: Mapping[RowKey, Cell], marks: Mapping[str, LandmarkSet]) -> None:
        self._case, self._chain, self._source = case, case.chain, bonesSource(case)
        self._byPlace: dict[tuple[str, str, str], dict[str, list[RowKey]]] = defaultdict(lambda: defaultdict(list))
        for key, cell in cells.items():
            positions = self._byPlace[cell.definition.kind, cell.definition.id, cell.place]
            for positionId in {"", *cell.positions}:
                positions[positionId].append(key)
        self._values: dict[tuple[str, Touched, bool], Keys] = {}
        self.setMarks(marks)

    def setMarks(self, marks: Mapping[str, LandmarkSet]) -> None:
        """Other marks are there, or marks are other people's."""
        self._marks = marks
        self._noise: dict[tuple[str, str], Keys] = {}
        there = {positionId: {name for name in item.landmarks if item.point(name) is not None}
                 for positionId, item in marks.items()}  # fmt: skip
        self._incomplete = {
            level for level in self._chain.levels
            if not all(f"{level}_{code}" in names for names in there.values() for code in CORNERS)
        }  # fmt: skip

    def ofMove(self, positionId: str, name: str, touched: Touched) -> Keys:
        """Cells whose value the move of a point may change; touched: as the live reading says."""
        return self._keys(positionId, touched, self._lendsHeight(name))

    def ofPresence(self, positionId: str, name: str) -> Keys:
        """Cells that a mark may change that is placed, cleared, or said to be missing."""
        return self._keys(positionId, touchedMetrics(self._chain, name, True), True)

    def ofNoise(self, live: LiveReading, positionId: str, name: str) -> Keys:
        """Cells whose SD depends on where a mark lies or whose it is; live: the reading of the marks set."""
        if (positionId, name) not in self._noise:
            keys: set[RowKey] = set()
            for follower, mark in noiseFollowers(self._case, self._marks, positionId, name):
                keys |= self._keys(follower, live.touchedBy(follower, mark), self._lendsHeight(mark))
            _makeRoom(self._noise)
            self._noise[positionId, name] = frozenset(keys)
        return self._noise[positionId, name]

    def _lendsHeight(self, name: str) -> bool:
        """True for a mark whose body gives its height to a neighbor, or to itself in another position."""
        level = name.split("_", maxsplit=1)[0]
        if level not in self._chain.levels:
            return False
        index = self._chain.levels.index(level)
        return not self._incomplete.isdisjoint(self._chain.levels[max(index - 1, 0) : index + 2])

    def _keys(self, positionId: str, touched: Touched, lendsHeight: bool) -> Keys:
        asked = (positionId, touched, lendsHeight)
        if asked not in self._values:
            found: set[RowKey] = set()
            for place in touched:
                everywhere = (lendsHeight and _usesHeight(*place[:2])) or (
                    place[1] in OUT_OF_PLANE and positionId == self._source
                )
                found.update(self._byPlace[place]["" if everywhere else positionId])
            _makeRoom(self._values)
            self._values[asked] = frozenset(found)
        return self._values[asked]


def _makeRoom(kept: dict[Any, Keys]) -> None:
    """Forget what was kept where it is much: a set of keys takes 50 kB, and there are thousands of marks."""
    if len(kept) >= _KEPT:
        kept.clear()


@lru_cache(maxsize=1024)
def _usesHeight(kind: str, metricId: str) -> bool:
    """True for a metric that is built on the center or height of a body, which a neighbor's height may stand in for."""
    inputs = metricsByKey()[kind, metricId].inputs
    return metricId in OUT_OF_PLANE or any(text.endswith(("Center", "_center", "Height")) for text in inputs)
