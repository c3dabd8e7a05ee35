"""Places of bones that marks in the moving position tell: placed ones are obeyed, others only guide neighbors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Rigid import aligningRotation, applyTransform, rigid, rotationMatrix
from DynamicSpineLib.Registration.BoneRegion import BoneRegion
from DynamicSpineLib.Registration.SearchImage import Place

Array = NDArray[np.float64]

NEAR_MM = 5.0
"""A candidate agrees with a single mark where it brings it this near."""

ONE_MARK_SCORE = 0.8
LEAST_ARM_MM = 4.0


def sharedPoints(region: BoneRegion, points_RAS: Mapping[str, Sequence[float]]) -> tuple[Array, Array]:
    """A bone's own marks (N, 3) and the same marks in the other position (N, 3)."""
    names = [name for name in region.ownMarks if name in points_RAS]
    before = np.array([region.ownMarks[name] for name in names], dtype=float).reshape(-1, 3)
    return before, np.array([points_RAS[name] for name in names], dtype=float).reshape(-1, 3)


def seedPlace(region: BoneRegion, points_RAS: Mapping[str, Sequence[float]], normal_RAS: Array) -> Place | None:
    """The motion in the slices' plane that two or more marks tell; None for fewer, or where they lie too close.

    normal_RAS: unit normal of the moving slices on the side of the bone's left.
    """
    before, after = sharedPoints(region, points_RAS)
    if len(before) < 2:
        return None
    aligned = aligningRotation(region.axes[0], normal_RAS)
    a = (before - before.mean(axis=0)) @ aligned.T
    b = after - after.mean(axis=0)
    a -= np.outer(a @ normal_RAS, normal_RAS)
    b -= np.outer(b @ normal_RAS, normal_RAS)
    if np.linalg.norm(a, axis=1).max() < 0.5 * LEAST_ARM_MM:
        return None
    angle = float(np.arctan2((np.cross(a, b) @ normal_RAS).sum(), (a * b).sum()))
    turn = rotationMatrix(angle * normal_RAS) @ aligned
    matrix = rigid(turn, after.mean(axis=0) - turn @ before.mean(axis=0))
    return Place(matrix, applyTransform(region.center_RAS, matrix), float(np.degrees(angle)), 1.0)


def placesThrough(
    region: BoneRegion, points_RAS: Mapping[str, Sequence[float]], candidates: Sequence[Place], normal_RAS: Array,
    anglesDeg: Sequence[float],
) -> list[Place]:  # fmt: skip
    """The candidates that bring a bone's only mark to where it was placed, or else every angle about that place."""
    before, after = sharedPoints(region, points_RAS)
    if not len(before):
        return list(candidates)
    near = [place for place in candidates
            if np.linalg.norm(applyTransform(before[0], place.matrix) - after[0]) < NEAR_MM]  # fmt: skip
    if near:
        return near
    aligned = aligningRotation(region.axes[0], normal_RAS)
    turns = [rotationMatrix(np.radians(angle) * normal_RAS) @ aligned for angle in anglesDeg]
    matrices = [rigid(turn, after[0] - turn @ before[0]) for turn in turns]
    return [Place(matrix, applyTransform(region.center_RAS, matrix), float(angle), ONE_MARK_SCORE)
            for matrix, angle in zip(matrices, anglesDeg, strict=True)]  # fmt: skip


def residualMm(region: BoneRegion, points_RAS: Mapping[str, Sequence[float]], matrix: Array) -> float | None:
    """Largest distance in mm, within the bone's plane, from where a motion carries its marks to where they are."""
    before, after = sharedPoints(region, points_RAS)
    if not len(before):
        return None
    gap = applyTransform(before, matrix) - after
    left = matrix[:3, :3] @ region.axes[0]
    return float(np.linalg.norm(gap - np.outer(gap @ left, left), axis=1).max())
