"""What the metrics of one position ask for by name, made from the point table when first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np

from DynamicSpineLib.Anatomy.Levels import areNeighbors
from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Metrics.Bodies import Bodies, bodiesFrom, heightOfWalls, spareHeights
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, PointTable, upperLineCode
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames, segmentIndices


class VertebraInputs:
    """Points of each level in its own frame (..., P, L, 2), and sizes of its body (..., P, L).

    heights: the table that spare heights come from, where it is another one.
    """

    def __init__(self, table: PointTable, frames: CaseFrames, heights: PointTable | None = None) -> None:
        self._table, self._frames, self._heights = table, frames.levels, heights or table
        self._cache: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._cache:
            self._cache[name] = self._made(name)
        return self._cache[name]

    def _made(self, name: str) -> Array:
        if name == "wallHeight":
            return heightOfWalls(*(self[code] for code in CORNERS))
        if name == "spareHeight":
            levels = self._table.chain.levels
            joined = np.array([areNeighbors(a, b) for a, b in pairwise(levels)], dtype=bool)
            above, below = np.concatenate([[False], joined]), np.concatenate([joined, [False]])
            return spareHeights(self._spaceHeights(), self["SA"], above, below)
        if name == "ownDepth":
            return self._bodies().depth
        if name == "ownHeight":
            return self["wallHeight"]
        return self._frames.toPlane(self._table.levels[name])

    def _spaceHeights(self) -> Array:
        """Wall heights (..., P, L) measured in space, so that a plane tilted by a turned position does not count."""
        points = self._heights.levels
        walls = [points["SA"] - points["IA"], points["SP"] - points["IP"]]
        return 0.5 * sum(np.sqrt((wall * wall).sum(axis=-1)) for wall in walls)

    def _bodies(self) -> Bodies:
        return bodiesFrom([self[code] for code in CORNERS], self["spareHeight"])


class SegmentInputs:
    """Points of each segment in its own frame (..., P, S, 2), its two bodies, and what else its metrics need.

    extras holds arrays (..., P, S) made elsewhere (outlines, widths above and below).
    """

    def __init__(
        self, table: PointTable, frames: CaseFrames, vertebrae: VertebraInputs, extras: Mapping[str, Array]
    ) -> None:
        self._table, self._frames, self._vertebrae = table, frames.segments, vertebrae
        self._cache: dict[str, Array] = dict(extras)
        self._bodies: dict[str, Bodies] = {}
        self._indices = dict(zip(("upper", "lower"), segmentIndices(table), strict=True))
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
        role, rest = name[:5], name[5:]
        if role not in self._indices:
            return self._frames.toPlane(self._table.segments[name])
        if rest in ("Center", "Mid", "Depth", "Height"):
            return getattr(self.bodies(role), rest.lower())
        points = self._table.levels[rest][..., self._indices[role], :]
        if role == "lower" and upperLineCode("C2", rest) != rest and self._aboveC2 is not None:
            points = points.copy()
            points[..., self._aboveC2, :] = self._table.named(f"C2_{upperLineCode('C2', rest)}")
        return self._frames.toPlane(points)

    def provide(self, name: str, values: Array) -> None:
        """Set an input that is made elsewhere."""
        self._cache[name] = values

    def corners(self, role: str) -> Array:
        """Corners (..., P, S, 4, 2) of the upper or lower bodies in the order SA, SP, IA, IP."""
        key = role + "Corners"
        if key not in self._cache:
            self._cache[key] = np.stack([self[role + code] for code in CORNERS], axis=-2)
        return self._cache[key]

    def spareHeight(self, role: str) -> Array:
        """Height (..., P, S) that stands in for a missing endplate of the upper or lower body."""
        return self._vertebrae["spareHeight"][..., self._indices[role]]

    def bodies(self, role: str) -> Bodies:
        """The upper or lower bodies, from all corners that each position has."""
        if role not in self._bodies:
            corners = [self[role + code] for code in CORNERS]
            self._bodies[role] = bodiesFrom(corners, self.spareHeight(role))
        return self._bodies[role]


class SidedInputs:
    """Points of each foramen in space (..., P, S, 2, 3), left first; extras hold lengths and areas (..., P, S, 2)."""

    def __init__(self, table: PointTable, extras: Mapping[str, Array]) -> None:
        self._table, self._extras = table, extras

    def __getitem__(self, name: str) -> Array:
        return self._extras[name] if name in self._extras else self._table.sided[name]


class RegionInputs:
    """Points of a region by full name in the region's frame, (..., P, 2); `down` is the direction of gravity.

    names: every input that will be asked for, so that all points are projected in one go.
    """

    def __init__(
        self, table: PointTable, frame: Frames, vertebrae: VertebraInputs, gravity_RAS: Array, names: Iterable[str]
    ) -> None:
        self._table, self._frame, self._vertebrae = table, frame, vertebrae
        self._cache: dict[str, Array] = {"down": frame.vectorToPlane(gravity_RAS)}
        centers = [name for name in names if name.endswith("_center")]
        corners = [f"{name.removesuffix('_center')}_{code}" for name in centers for code in CORNERS]
        plain = sorted({*corners, *(name for name in names if name != "down" and name not in centers)})
        wide = Frames(frame.origin[:, None], frame.anterior[:, None], frame.cranial[:, None])
        projected = wide.toPlane(np.stack([table.named(name) for name in plain], axis=-2))
        self._cache.update({name: projected[..., number, :] for number, name in enumerate(plain)})

    def __getitem__(self, name: str) -> Array:
        if name not in self._cache:
            self._cache[name] = self._center(name.removesuffix("_center"))
        return self._cache[name]

    def _center(self, level: str) -> Array:
        corners = [self[f"{level}_{code}"] for code in CORNERS]
        spare = self._vertebrae["spareHeight"][..., self._table.chain.levels.index(level)]
        return bodiesFrom(corners, spare).center
