"""Side bend, sideways shift and axial turn from coronal corners and axial midlines, where bones were not carried."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Planar import wrapDeg
from DynamicSpineLib.Metrics.PointTable import Array, PointTable
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames, segmentIndices


def _dot(a: Array, b: Array) -> Array:
    return (a * b).sum(axis=-1)


def _angleDeg(vector: Array, first: Array, second: Array) -> Array:
    """Angle in degrees of vectors from the first axis toward the second."""
    return np.degrees(np.arctan2(_dot(vector, second), _dot(vector, first)))


def coronalStates(table: PointTable, frames: CaseFrames) -> dict[str, Array]:
    """Per position and segment (..., P, S): tilt and turn in degrees of the upper level against the lower, and the
    offset in mm of its center to the left along the lower level's superior endplate."""
    upper, lower = segmentIndices(table)
    points = table.levels
    left, cranial, anterior = frames.segments.left, frames.segments.cranial, frames.segments.anterior

    def tilt(codes: tuple[str, str], part: list[int]) -> Array:
        return _angleDeg((points[codes[0]] - points[codes[1]])[..., part, :], left, cranial)

    axis = points["AX0"] - points["AX1"]
    centers = 0.25 * (points["CSL"] + points["CSR"] + points["CIL"] + points["CIR"])
    plate = (points["CSL"] - points["CSR"])[..., lower, :]
    along = plate / np.sqrt(_dot(plate, plate))[..., None]
    return {
        "tilt": wrapDeg(tilt(("CIL", "CIR"), upper) - tilt(("CSL", "CSR"), lower)),
        "turn": wrapDeg(
            _angleDeg(axis[..., upper, :], anterior, left) - _angleDeg(axis[..., lower, :], anterior, left)
        ),
        "offset": _dot(centers[..., upper, :] - centers[..., lower, :], along),
    }


def withCoronalMotion(
    relative: dict[str, Array], states: dict[str, Array], held: NDArray[np.bool_], fromIndex: list[int],
    toIndex: list[int],
) -> dict[str, Array]:  # fmt: skip
    """The bones' relative motion, and that of coronal and axial points where bones were not carried.

    held (Q, S): True where they were.
    """
    change = {name: np.take(array, toIndex, -2) - np.take(array, fromIndex, -2) for name, array in states.items()}
    shape = (*change["tilt"].shape, 3)
    turn = np.broadcast_to(relative["relativeTurn"], shape).copy()
    shift = np.broadcast_to(relative["relativeShift"], shape).copy()
    for target, component, values in (
        (turn, 2, wrapDeg(change["tilt"])),
        (turn, 1, wrapDeg(change["turn"])),
        (shift, 0, change["offset"]),
    ):
        target[..., component] = np.where(held, target[..., component], values)
    return {"relativeTurn": turn, "relativeShift": shift}
