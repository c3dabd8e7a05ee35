"""Three-dimensional motion of each segment's upper bone against its lower one, from the bones' transforms."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planar import isThere
from DynamicSpineLib.Geometry.Planes import unit3
from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid, rotationVector
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, PointTable
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames, segmentIndices
from DynamicSpineLib.Study.Case import Case


def boneTransforms(case: Case) -> Array:
    """Transforms (P, L, 4, 4) from the position that the bones were carried from; NaN where there is none.

    Only transforms from one common position can be compared: that of the first bone listed.
    """
    transforms = np.full((len(case.positions), len(case.chain.levels), 4, 4), np.nan)
    if not case.bones:
        return transforms
    source = case.bones[0].fromPosition
    place = {position.id: index for index, position in enumerate(case.positions)}
    levels = {level: index for index, level in enumerate(case.chain.levels)}
    for bone in case.bones:
        usable = bone.fromPosition == source and bone.verdict != "failed"
        if usable and bone.level in levels and bone.toPosition in place:
            transforms[place[bone.toPosition], levels[bone.level]] = np.array(bone.matrix)
            transforms[place[source], levels[bone.level]] = np.eye(4)
    return transforms


def lowerAxes(table: PointTable, frames: CaseFrames) -> Array:
    """Axes (P, S, 3, 3) of each segment's lower bone: rows left, cranial, anterior, in RAS."""
    lower = segmentIndices(table)[1]
    plates = [table.levels["SA"] - table.levels["SP"], table.levels["IA"] - table.levels["IP"]]
    anterior = np.zeros_like(plates[0][:, lower])
    for plate in plates:
        anterior += np.where(isThere(plate)[..., None], unit3(plate), 0.0)[:, lower]
    left = frames.segments.left
    anterior = unit3(anterior - (anterior * left).sum(-1, keepdims=True) * left)
    return np.stack([left, np.cross(anterior, left), anterior], axis=-2)


def relativeMotion(
    table: PointTable, frames: CaseFrames, transforms: Array, fromIndex: list[int], toIndex: list[int]
) -> dict[str, Array]:
    """relativeTurn (..., Q, S, 3) in degrees and relativeShift in mm about the lower bone's axes in the first position.

    Components are (flexion, left rotation, right bend) and (left, cranial, anterior). transforms: (..., P, L, 4, 4).
    The turn is a rotation vector, so no order of rotations is implied. The shift is that of the upper bone's center.
    """
    upper, lower = segmentIndices(table)
    first, second = transforms[..., fromIndex, :, :, :], transforms[..., toIndex, :, :, :]
    motion = second @ inverseRigid(first)
    between = inverseRigid(motion[..., lower, :, :]) @ motion[..., upper, :, :]
    axes = lowerAxes(table, frames)[fromIndex]
    corners = np.stack([table.levels[code] for code in CORNERS], axis=-2)
    there = np.isfinite(corners)
    centers = np.where(there, corners, 0.0).sum(-2) / np.where(there.sum(-2) > 0, there.sum(-2), np.nan)
    center = centers[fromIndex][:, upper]
    turn = np.degrees(rotationVector(between[..., :3, :3]))
    shift = applyTransform(center, between) - center
    return {
        "relativeTurn": np.einsum("...ij,...j->...i", axes, turn),
        "relativeShift": np.einsum("...ij,...j->...i", axes, shift),
    }
