"""Grids that fields of motion are made on: a slab about a slice, or a volume; fine beside bones, filled in elsewhere.

A polyrigid field is rigid inside a bone, bends sharply at its surface and is smooth away from it. So it is found on all
nodes near bones, and on every fourth one elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid, Grid, Part, PolyrigidField, coarserGrid
from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid

Array = NDArray[np.float64]

FINE_MM = 1.25
EVERY = 4
"""Away from bones every so many fine nodes along an axis are found exactly."""

NEAR_MM = 5.0
"""Nodes no farther than this from a bone are found exactly."""


@dataclass(frozen=True, eq=False)
class SlabGrid:
    """The voxels of a slab: size (i, j, k) and 4x4 matrix from their indices to RAS mm."""

    size: tuple[int, int, int]
    ijkToRAS: Array


def slabGrid(planeToRAS: ArrayLike, widthMm: float, heightMm: float, thicknessMm: float = 0.0) -> SlabGrid:
    """A slab about a slice: planeToRAS (4x4) leads from mm right, up and toward the viewer of its middle to RAS mm.

    Without a thickness it is one layer, whose field holds on both sides. Raises InputError without an area.
    """
    plane = np.asarray(planeToRAS, dtype=float)
    extent = np.array([widthMm, heightMm, thicknessMm], dtype=float)
    if not np.isfinite(plane).all() or not np.isfinite(extent).all() or extent[:2].min() <= 0 or thicknessMm < 0:
        raise InputError("a motion's pictures need a slice with a width and a height")
    size = (math.ceil(widthMm) + 1, math.ceil(heightMm) + 1, 2 if thicknessMm > 0 else 1)
    matrix = plane.copy()
    matrix[:3, :3] *= np.where(extent > 0, extent, 1.0) / np.maximum(np.array(size) - 1, 1)
    matrix[:3, 3] -= plane[:3, :3] @ (0.5 * extent)
    return SlabGrid(size, matrix)


class FieldNodes:
    """The nodes of a grid, and every so many of them; made once for all frames of a play."""

    def __init__(self, grid: Grid, fineMm: float = FINE_MM) -> None:
        matrix, counts = coarserGrid(grid, fineMm)
        size = tuple(1 if voxels == 1 else count for voxels, count in zip(grid.size, counts, strict=True))
        self.ijkToRAS = matrix
        k, j, i = np.meshgrid(*(np.arange(count) for count in size[::-1]), indexing="ij")
        self._nodes_RAS = np.stack([i, j, k], axis=-1) @ matrix[:3, :3].T + matrix[:3, 3]
        self._coarse = [_everyNode(count) for count in size[::-1]]
        self._coarse_RAS = self._nodes_RAS[np.ix_(*self._coarse)]
        self._fill = [_filling(count, kept) for count, kept in zip(size[::-1], self._coarse, strict=True)]
        self._nearest = [np.abs(np.arange(count)[:, None] - kept).argmin(axis=1)
                         for count, kept in zip(size[::-1], self._coarse, strict=True)]  # fmt: skip
        # Half the diagonal of a cell of the coarse nodes.
        self._reachMm = 0.5 * EVERY * float(np.linalg.norm(np.linalg.norm(matrix[:3, :3], axis=0)[np.array(size) > 1]))

    def near(self, parts: Sequence[Part]) -> NDArray[np.bool_]:
        """The nodes (k, j, i) that are found exactly: at least those within NEAR_MM of a part."""
        isNear = np.zeros(self._coarse_RAS.shape[:-1], dtype=bool)
        for part in parts:
            local = np.abs(applyTransform(self._coarse_RAS, inverseRigid(part.partToRAS))) - part.halfSizeMm
            outside = np.linalg.norm(np.maximum(local, 0.0), axis=-1) - part.radiusMm
            isNear |= outside <= NEAR_MM + self._reachMm
        return np.asarray(isNear[np.ix_(*self._nearest)])

    def grid(self, field: PolyrigidField, near: NDArray[np.bool_]) -> DisplacementGrid:
        """The displacements of a field's points, in single precision: wrong by less than 1e-5 mm."""
        found = _filled(field.carry(self._coarse_RAS) - self._coarse_RAS, self._fill)
        exact_RAS = self._nodes_RAS[near]
        found[near] = field.carry(exact_RAS) - exact_RAS
        return DisplacementGrid(self.ijkToRAS, found.astype(np.float32))


def partsOf(field: PolyrigidField) -> list[Part]:
    """The parts of all bones, where they are before the field moves them."""
    return [part for body in field.bodies for part in body.parts]


def _everyNode(count: int) -> NDArray[np.int_]:
    """Every so many of some nodes, the last among them."""
    return np.unique([*range(0, count, EVERY), count - 1])


def _filling(count: int, kept: NDArray[np.int_]) -> Array:
    """Weights (count, kept) that fill in all nodes linearly from those kept."""
    return np.stack([np.interp(np.arange(count), kept, one) for one in np.eye(len(kept))], axis=-1)


def _filled(values: Array, weights: Sequence[Array]) -> Array:
    """Values (k, j, i, 3) of the kept nodes, filled in along each axis."""
    for axis, weight in enumerate(weights):
        values = np.moveaxis(np.tensordot(weight, values, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(values)
