"""Three-dimensional motion of each segment's upper bone against its lower one, from the bones' transforms."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planar import isThere, wrapDeg
from DynamicSpineLib.Geometry.Planes import cross3, unit3
from DynamicSpineLib.Geometry.Rigid import inverseRigid
from DynamicSpineLib.Metrics.PointTable import Array, PointTable
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames, segmentIndices, segmentPlanes
from DynamicSpineLib.Study.Case import BoneTransform, Case


def bonesSource(case: Case) -> str:
    """Id of the position that the bones' transforms start from: that of the first bone listed; empty without bones."""
    return case.bones[0].fromPosition if case.bones else ""


def comparableBones(case: Case) -> tuple[BoneTransform, ...]:
    """The transforms that start from `bonesSource` and did not fail; others cannot be compared with them."""
    source = bonesSource(case)
    return tuple(bone for bone in case.bones if bone.fromPosition == source and bone.verdict != "failed")


def boneTransforms(case: Case) -> Array:
    """Transforms (P, L, 4, 4) from the position that the bones were carried from; NaN where there is none.

    Only transforms from one common position can be compared (`bonesSource`).
    """
    source = bonesSource(case)
    transforms = np.full((len(case.positions), len(case.chain.levels), 4, 4), np.nan)
    if case.position(source) is None:
        return transforms
    place = {position.id: index for index, position in enumerate(case.positions)}
    levels = {level: index for index, level in enumerate(case.chain.levels)}
    for bone in comparableBones(case):
        if bone.level in levels and bone.toPosition in place:
            transforms[place[bone.toPosition], levels[bone.level]] = np.array(bone.matrix)
            transforms[place[source], levels[bone.level]] = np.eye(4)
    return transforms


def lowerAxes(table: PointTable, frames: CaseFrames) -> Array:
    """Axes (..., P, S, 3, 3) of each segment's lower bone: rows left, cranial, anterior, in RAS.

    Anterior is the direction of its mid-plane, cranial square to it in the sagittal plane (the local vertebral
    frame of White and Panjabi, reference 0.1); of C2 it is that of its inferior endplate.
    """
    lower = segmentIndices(table)[1]
    plates = [table.levels["SA"] - table.levels["SP"], table.levels["IA"] - table.levels["IP"]]
    anterior = np.zeros_like(plates[0][..., lower, :])
    for plate in plates:
        anterior += np.where(isThere(plate)[..., None], plate, 0.0)[..., lower, :]
    left = np.broadcast_to(_leftOf(table, frames), anterior.shape)
    anterior = unit3(anterior - (anterior * left).sum(-1, keepdims=True) * left)
    return np.stack([left, cross3(anterior, left), anterior], axis=-2)


def _leftOf(table: PointTable, frames: CaseFrames) -> Array:
    """Left axes (..., P, S, 3): of each draw's own plane where the table holds draws and its corners fix one."""
    nominal = frames.segments.left
    if table.levels["SA"].ndim == nominal.ndim:
        return nominal
    normal = segmentPlanes(table).normal
    normal = normal * np.sign((normal * nominal).sum(axis=-1, keepdims=True))
    return np.where(frames.borrowed[..., None], nominal, normal)


def cardanDeg(rotation: Array) -> Array:
    """Angles (..., 3) in degrees of rotations (..., 3, 3) given in (left, cranial, anterior) axes.

    (flexion, left rotation, right bend), taken from the lower bone in this order: axial rotation about its own long
    axis first, then side bend, then flexion, so that the large rotation of C1 is about an axis of C2.
    """
    flexion = np.arctan2(-rotation[..., 1, 2], rotation[..., 1, 1])
    turn = np.arctan2(-rotation[..., 2, 0], rotation[..., 0, 0])
    bend = np.arcsin(np.clip(rotation[..., 1, 0], -1.0, 1.0))
    return np.degrees(np.stack([flexion, turn, bend], axis=-1))


def betweenBones(table: PointTable, transforms: Array) -> Array:
    """Motion (..., P, S, 4, 4) of each segment's upper bone against its lower, from transforms (..., P, L, 4, 4)."""
    upper, lower = segmentIndices(table)
    return inverseRigid(transforms[..., lower, :, :]) @ transforms[..., upper, :, :]


def relativeMotion(
    table: PointTable, frames: CaseFrames, centers_RAS: Array, between: Array, sourceIndex: int,
    fromIndex: list[int], toIndex: list[int],
) -> dict[str, Array]:  # fmt: skip
    """relativeTurn (..., Q, S, 3) in degrees and relativeShift in mm, in the axes of the lower bones.

    Turns are (flexion, left rotation, right bend) and shifts (left, cranial, anterior) of the upper body's center.
    Each position is described against the position that the bones were carried from, and a motion is the difference
    of two such descriptions, so that motions over three positions add up.
    between: (..., P, S, 4, 4) of `betweenBones`; centers_RAS: (..., P, S, 3) of the upper bodies.
    """
    source = slice(sourceIndex, sourceIndex + 1)
    axes, center = lowerAxes(table, frames)[..., source, :, :, :], centers_RAS[..., source, :, :]
    local = axes @ between[..., :3, :3] @ np.swapaxes(axes, -1, -2)
    turn = cardanDeg(local)
    moved = (between[..., :3, :3] @ center[..., None])[..., 0] + between[..., :3, 3]
    shift = (axes @ (moved - center)[..., None])[..., 0]
    return {
        "relativeTurn": wrapDeg(turn[..., toIndex, :, :] - turn[..., fromIndex, :, :]),
        "relativeShift": shift[..., toIndex, :, :] - shift[..., fromIndex, :, :],
    }
