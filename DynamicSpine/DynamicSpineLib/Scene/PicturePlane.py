"""The plane of a picture, turned as radiologists show it, and where points fall in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Errors import InputError

Direction = tuple[float, float, float]

_LETTERS = (("R", "L"), ("A", "P"), ("S", "I"))


@dataclass(frozen=True)
class PicturePlane:
    """A plane in RAS mm: the point in the middle of the picture, and the unit directions of its right and its top."""

    center_RAS: Direction
    right_RAS: Direction
    up_RAS: Direction

    @cached_property
    def sliceToRAS(self) -> NDArray[np.float64]:
        """4x4 matrix from mm to the right, mm up and mm toward the viewer, to RAS; read-only."""
        matrix = np.eye(4)
        matrix[:3, 0], matrix[:3, 1] = self.right_RAS, self.up_RAS
        matrix[:3, 2] = np.cross(self.right_RAS, self.up_RAS)
        matrix[:3, 3] = self.center_RAS
        matrix.setflags(write=False)
        return matrix

    def project(self, points_RAS: ArrayLike) -> NDArray[np.float64]:
        """For points (..., 3): mm right of the center, mm above it, and mm from the plane toward the viewer."""
        axes = self.sliceToRAS[:3, :3]
        offsets: NDArray[np.float64] = (np.asarray(points_RAS, dtype=float) - np.array(self.center_RAS)) @ axes
        return offsets

    def moved(self, rigid: NDArray[np.float64]) -> PicturePlane:
        """The plane carried by a rigid motion (4x4)."""
        center, right, up = (np.array(item) for item in (self.center_RAS, self.right_RAS, self.up_RAS))
        turn = rigid[:3, :3]
        return PicturePlane(asPoint(turn @ center + rigid[:3, 3]), asPoint(turn @ right), asPoint(turn @ up))

    def edgeLetters(self) -> tuple[str, str, str, str]:
        """The letters of the patient's sides at the picture's left, right, top and bottom edge (R L A P S I)."""
        right, up = np.array(self.right_RAS), np.array(self.up_RAS)
        return _letter(-right), _letter(right), _letter(up), _letter(-up)


def sagittalPlane(center_RAS: ArrayLike, anterior_RAS: ArrayLike, cranial_RAS: ArrayLike) -> PicturePlane:
    """The plane through a point along two directions of the bones: anterior at the left, cranial at the top.

    The directions need not be perpendicular or of unit length: cranial is kept, anterior made perpendicular to it.
    Raises InputError where they are parallel or zero.
    """
    up, anterior = _axes(cranial_RAS, anterior_RAS)
    return PicturePlane(asPoint(center_RAS), asPoint(-anterior), asPoint(up))


def axialPlane(center_RAS: ArrayLike, anterior_RAS: ArrayLike, cranial_RAS: ArrayLike) -> PicturePlane:
    """The plane across the spine, seen from the feet: anterior at the top, the patient's right at the left."""
    up, cranial = _axes(anterior_RAS, cranial_RAS)
    return PicturePlane(asPoint(center_RAS), asPoint(-np.cross(up, cranial)), asPoint(up))


def coronalPlane(center_RAS: ArrayLike, anterior_RAS: ArrayLike, cranial_RAS: ArrayLike) -> PicturePlane:
    """The plane seen from in front: cranial at the top, the patient's right at the left."""
    up, anterior = _axes(cranial_RAS, anterior_RAS)
    return PicturePlane(asPoint(center_RAS), asPoint(-np.cross(anterior, up)), asPoint(up))


def _axes(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two perpendicular unit vectors: the first direction, and the second made perpendicular to it."""
    kept, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    lengths = np.linalg.norm(kept) * np.linalg.norm(other)
    if not np.isfinite(lengths) or np.linalg.norm(np.cross(kept, other)) <= 1e-6 * lengths:
        raise InputError("a picture's plane needs two directions that are not parallel")
    kept = kept / np.linalg.norm(kept)
    other = other - (other @ kept) * kept
    return kept, other / np.linalg.norm(other)


def _letter(direction: NDArray[np.float64]) -> str:
    axis = int(np.argmax(np.abs(direction)))
    return _LETTERS[axis][0 if direction[axis] > 0 else 1]


def asPoint(values: ArrayLike) -> Direction:
    """Three numbers, as of an array, as the tuple that points and directions are."""
    x, y, z = np.asarray(values, dtype=float)
    return (float(x), float(y), float(z))
