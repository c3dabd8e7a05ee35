"""Least-squares planes and anatomical frames in them, on arrays of points (..., N, 3) in RAS mm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Planar import isThere

Array = NDArray[np.float64]

_SMALL = 2000
"""Numbers up to which one einsum is quicker than whole-array products, which overtake it on draws."""


@dataclass(frozen=True)
class PlaneFit:
    """Planes (...): centroid and unit normal (..., 3), number of points, and the two in-plane spreads.

    widthMm is the smaller in-plane RMS spread: near zero where the points lie on one line and fix no plane.
    """

    centroid: Array
    normal: Array
    count: Array
    widthMm: Array


@dataclass(frozen=True)
class Frames:
    """Anatomical frames (...): origin and unit axes (..., 3) in RAS; left = cranial x anterior completes them."""

    origin: Array
    anterior: Array
    cranial: Array

    @cached_property
    def _axes(self) -> Array:
        """Anterior and cranial as columns (..., 3, 2)."""
        return np.stack([self.anterior, self.cranial], axis=-1)

    @cached_property
    def left(self) -> Array:
        """Unit normals of the planes, toward the patient's left."""
        return cross3(self.cranial, self.anterior)

    def toPlane(self, points_RAS: Array) -> Array:
        """Points (..., 3) as (anterior, cranial) coordinates (..., 2) in mm."""
        return self.vectorToPlane(points_RAS - self.origin)

    def toSpace(self, points: Array) -> Array:
        """Points (..., 2) in (anterior, cranial) coordinates as points (..., 3) of the plane in RAS mm."""
        return self.origin + points[..., :1] * self.anterior + points[..., 1:] * self.cranial

    def vectorToPlane(self, vectors_RAS: Array) -> Array:
        """Vectors (..., 3) as (anterior, cranial) components (..., 2)."""
        if vectors_RAS.size > _SMALL:
            return np.stack([_dot3(vectors_RAS, self.anterior), _dot3(vectors_RAS, self.cranial)], axis=-1)
        planar: Array = np.einsum("...i,...ij->...j", vectors_RAS, self._axes)
        return planar

    def offPlaneMm(self, points_RAS: Array) -> Array:
        """Signed distance (...) of points from the plane, left positive."""
        return _dot3(points_RAS - self.origin, self.left)


def _dot3(a: Array, b: Array) -> Array:
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]


_LEVI_CIVITA = np.zeros((3, 3, 3))
_LEVI_CIVITA[[0, 1, 2], [1, 2, 0], [2, 0, 1]] = 1.0
_LEVI_CIVITA[[0, 1, 2], [2, 0, 1], [1, 2, 0]] = -1.0


def cross3(a: Array, b: Array) -> Array:
    """Vector product of vectors (..., 3); as numpy's, but quick on small arrays."""
    product: Array = np.einsum("ijk,...j,...k->...i", _LEVI_CIVITA, a, b)
    return product


def unit3(vector: Array) -> Array:
    """Vectors (..., 3) scaled to length one; NaN for null vectors."""
    size = np.sqrt(_dot3(vector, vector))
    return vector / np.where(size > 0, size, np.nan)[..., None]


def fitPlanes(points_RAS: Array) -> PlaneFit:
    """Least-squares planes of point sets (..., N, 3); NaN points are left out."""
    there = isThere(points_RAS)
    count = there.sum(axis=-1)
    filled = np.where(there[..., None], points_RAS, 0.0)
    centroid = filled.sum(axis=-2) / np.maximum(count, 1)[..., None]
    centered = np.where(there[..., None], filled - centroid[..., None, :], 0.0)
    spread, axes = np.linalg.eigh(np.swapaxes(centered, -1, -2) @ centered)
    width = np.sqrt(np.maximum(spread[..., 1], 0.0) / np.maximum(count, 1))
    return PlaneFit(centroid, axes[..., 0], count, width)


def framesInPlanes(origin: Array, normal: Array, anteriorHint: Array, cranialHint: Array) -> Frames:
    """Frames in planes: anterior is the hint made perpendicular to the normal, cranial points as its hint does.

    All arrays are (..., 3). The normal's own sign does not matter. Where anterior and cranial hints do not span
    the plane the frame is NaN.
    """
    anterior = unit3(anteriorHint - _dot3(anteriorHint, normal)[..., None] * normal)
    cranial = cross3(normal, anterior)
    upward = _dot3(cranialHint, cranial)
    sign = np.where(np.abs(upward) > 1e-9, np.sign(upward), np.nan)
    return Frames(origin, anterior, cranial * sign[..., None])
