"""What the metrics of one position ask for by name, made from the point table when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import numpy as np

from DynamicSpineLib.Anatomy.Levels import areNeighbors
from DynamicSpineLib.Geometry.Planar import isThere
from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Metrics.Bodies import Bodies, heightOfWalls, spareHeights
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, PointTable, upperLineCode
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames, segmentIndices

ROLES = ("upper", "lower")

Later = Mapping[str, Callable[[], Array]]
"""Inputs that are made elsewhere when they are asked for."""


class VertebraInputs:
    """Points of each level in its own frame (..., P, L, 2), and sizes of its body (..., P, L).

    heights: the table that spare heights come from, where it is another one.
    """

    def __init__(self, table: PointTable, frames: CaseFrames, heights: PointTable | None = None) -> None:
        self._table, self._frames, self._heights = table, frames.levels, heights or table
        self._cache: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._cache:
            self._make(name)
        return self._cache[name]

    def _make(self, name: str) -> None:
        if name in CORNERS:
            corners = self._frames.toPlane(np.stack([self._table.levels[code] for code in CORNERS]))
            self._cache.update(zip(CORNERS, corners, strict=True))
        elif name == "ownHeight":
            self._cache[name] = heightOfWalls(*(self[code] for code in CORNERS))
        elif name == "spareHeight":
            self._cache[name] = self._spareHeight()
        elif name == "ownDepth":
            bodies = Bodies([self[code] for code in CORNERS], lambda: self["spareHeight"])
            self._cache[name] = bodies.depth
        else:
            self._cache[name] = self._frames.toPlane(self._table.levels[name])

    def _spareHeight(self) -> Array:
        """Heights of neighbors, measured in space, so that a plane tilted by a turned position does not count."""
        points = self._heights.levels
        walls = [points["SA"] - points["IA"], points["SP"] - points["IP"]]
        heights = 0.5 * sum(np.sqrt((wall * wall).sum(axis=-1)) for wall in walls)
        levels = self._table.chain.levels
        joined = np.array([areNeighbors(a, b) for a, b in pairwise(levels)], dtype=bool)
        above, below = np.concatenate([[False], joined]), np.concatenate([joined, [False]])
        return spareHeights(heights, isThere(self["SA"]), above, below)


class SegmentInputs:
    """Points of each segment in its own frame (..., P, S, 2), its two bodies, and what else its metrics need.

    later: what gives arrays (..., P, S) that are made elsewhere (outlines, widths above and below).
    """

    def __init__(self, table: PointTable, frames: CaseFrames, vertebrae: VertebraInputs, later: Later) -> None:
        self._table, self._frames, self._vertebrae, self._later = table, frames.segments, vertebrae, later
        self._cache: dict[str, Array] = {}
        self._bothBodies: Bodies | None = None
        self._indices = dict(zip(ROLES, segmentIndices(table), strict=True))
        lowers = [segment.lower for segment in table.chain.segments]
        self._aboveC2 = lowers.index("C2") if "C2" in lowers else None

    @property
    def frames(self) -> Frames:
        """The segments' frames (P, S)."""
        return self._frames

    def __getitem__(self, name: str) -> Array:
        if name not in self._cache:
            self._cache[name] = self._made(name)
        return self._cache[name]

    def _made(self, name: str) -> Array:
        if name in self._later:
            return self._later[name]()
        role, rest = name[:5], name[5:]
        if role not in self._indices:
            return self._frames.toPlane(self._table.segments[name])
        if rest in CORNERS:
            return self.corners[ROLES.index(role), CORNERS.index(rest)]
        if rest in ("Center", "Mid", "Depth", "Height"):
            return getattr(self.bodies, rest.lower())[ROLES.index(role)]
        return self._frames.toPlane(self._table.levels[rest][..., self._indices[role], :])

    @property
    def corners(self) -> Array:
        """Corners (2, 4, ..., P, S, 2) of the upper and lower bodies in the order SA, SP, IA, IP."""
        if "corners" not in self._cache:
            levels = np.stack([self._table.levels[code] for code in CORNERS])
            planar = self._frames.toPlane(np.stack([levels[..., self._indices[role], :] for role in ROLES]))
            if self._aboveC2 is not None:  # its inferior endplate serves against C1
                for code in ("SA", "SP"):
                    stand = CORNERS.index(upperLineCode("C2", code))
                    planar[1, CORNERS.index(code), ..., self._aboveC2, :] = planar[1, stand, ..., self._aboveC2, :]
            self._cache["corners"] = planar
        return self._cache["corners"]

    @property
    def spareHeights(self) -> Array:
        """Heights (2, ..., P, S) that stand in for a missing endplate of the upper and lower bodies."""
        if "spareHeights" not in self._cache:
            spare = self._vertebrae["spareHeight"]
            self._cache["spareHeights"] = np.stack([spare[..., self._indices[role]] for role in ROLES])
        return self._cache["spareHeights"]

    @property
    def bodies(self) -> Bodies:
        """The upper and lower bodies (2, ..., P, S), from all corners that each position has."""
        if self._bothBodies is None:
            self._bothBodies = Bodies(np.moveaxis(self.corners, 1, 0), lambda: self.spareHeights)
        return self._bothBodies


class SidedInputs:
    """Points of each foramen in space (..., P, S, 2, 3), left first; later gives lengths and areas (..., P, S, 2)."""

    def __init__(self, table: PointTable, later: Later) -> None:
        self._table, self._later = table, later

    def __getitem__(self, name: str) -> Array:
        return self._later[name]() if name in self._later else self._table.sided[name]


class RegionInputs:
    """Points of a region by full name in the region's frame, (..., P, 2); `down` is the direction of gravity.

    names: inputs that will be asked for, so that all points are projected in one go.
    """

    def __init__(
        self, table: PointTable, frame: Frames, vertebrae: VertebraInputs, gravity_RAS: Array, names: Iterable[str]
    ) -> None:
        self._table, self._vertebrae = table, vertebrae
        self._wide = Frames(frame.origin[:, None], frame.anterior[:, None], frame.cranial[:, None])
        self._cache: dict[str, Array] = {"down": frame.vectorToPlane(gravity_RAS)}
        self._project(names)

    def __getitem__(self, name: str) -> Array:
        if name not in self._cache:
            self._project([name])
            if name.endswith("_center"):
                self._cache[name] = self._center(name.removesuffix("_center"))
        return self._cache[name]

    def _project(self, names: Iterable[str]) -> None:
        """Project the points behind inputs, all in one go."""
        points: set[str] = set()
        for name in names:
            level = name.removesuffix("_center")
            points.update([name] if level == name else [f"{level}_{code}" for code in CORNERS])
        absent = sorted(points - self._cache.keys())
        if absent:
            planar = self._wide.toPlane(np.stack([self._table.named(name) for name in absent], axis=-2))
            self._cache.update({name: planar[..., number, :] for number, name in enumerate(absent)})

    def _center(self, level: str) -> Array:
        corners = [self[f"{level}_{code}"] for code in CORNERS]
        index = self._table.chain.levels.index(level)
        return Bodies(corners, lambda: self._vertebrae["spareHeight"][..., index]).center
