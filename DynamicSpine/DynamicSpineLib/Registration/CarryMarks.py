"""Marks carried by their bones: what is written into a position, what is left alone, and what is taken back.

Marks that a user placed, confirmed or declared missing in a position are never replaced. Marks of soft tissue are not
touched here, but for predicted ones whose bones can no longer be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark, namesFor, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, levelsBeside
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Metrics.Draws import usableBone
from DynamicSpineLib.Registration.CarriedBone import CarriedBone
from DynamicSpineLib.Registration.ExpectedError import expectedErrorMm
from DynamicSpineLib.Registration.Reasons import qualityOfReasons, withoutReasons
from DynamicSpineLib.Study.CarryState import FAILED
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.Marks import (
    CARRIED,
    DEFINED,
    PREDICTED,
    UNDEFINED,
    Landmark,
    LandmarkSet,
    Point,
    isUsers,
)
from DynamicSpineLib.Wording.Numbers import shownNumber

Matrix = tuple[tuple[float, ...], ...]

_STILL: Matrix = tuple(tuple(1.0 if row == column else 0.0 for column in range(4)) for row in range(4))


@dataclass(frozen=True)
class MergedMarks:
    """The marks of a position after carrying, and the names of those carried, kept as they were, and taken back."""

    marks: LandmarkSet
    carried: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def obeyedNames(marks: LandmarkSet) -> frozenset[str]:
    """The names of the points of a position that a user placed or confirmed there."""
    return frozenset(item.name for item in marks.landmarks.values() if item.status == DEFINED and isUsers(item))


def pointsByName(marks: LandmarkSet) -> dict[str, Point]:
    """The defined points of a position by name."""
    return {name: point for name in marks.landmarks if (point := marks.point(name)) is not None}


def mergeMarks(
    source: LandmarkSet, target: LandmarkSet, bones: Sequence[CarriedBone], chain: Chain,
    othersBones: Iterable[BoneTransform] = (),
) -> MergedMarks:  # fmt: skip
    """The target's marks with those of the source that its bones carried.

    bones: what was carried from the source to this target; levels that are not among them stay as they are.
    othersBones: transforms into the target from other positions, whose marks stay where the source has none.
    """
    points = pointsByName(source)
    moved = {item.level: (item.transform.matrix, qualityWords(item, points)) for item in bones
             if item.transform is not None and item.verdict != FAILED}  # fmt: skip
    failed = {item.level for item in bones} - moved.keys()
    landmarks = dict(target.landmarks)
    carried, kept = [], []
    for name, point in points.items():
        level = boneOfMark(name)
        if level in moved and name in landmarks and isUsers(landmarks[name]):
            kept.append(name)
        elif level in moved:
            landmarks[name] = _carriedMark(source.landmarks[name], point, *moved[level])
            carried.append(name)
    stale = _stale(landmarks, moved.keys() | failed, failed, carried, {bone.level for bone in othersBones})
    for name in stale:
        landmarks[name] = Landmark(name, None, UNDEFINED)
    ordered = MappingProxyType(_inOrder(landmarks, target, chain))
    staleCurves = [item.name for item in target.contours.values()
                   if item.origin == PREDICTED and not item.confirmed and bonesBeside(item.name) & failed]  # fmt: skip
    contours = {name: item for name, item in target.contours.items() if name not in staleCurves}
    marks = LandmarkSet(ordered, MappingProxyType(contours))
    return MergedMarks(marks, tuple(carried), tuple(kept), (*stale, *staleCurves))


def qualityWords(bone: CarriedBone, source_RAS: Mapping[str, Point]) -> str:
    """What a carried mark says of itself: its bone's verdict, and the error that carrying it is expected to have."""
    error = None if bone.transform is None else expectedErrorMm(bone.transform, source_RAS)
    return bone.verdict if error is None else f"{bone.verdict}, expected error {shownNumber(error, 'mm', 2)} mm"


def _carriedMark(mark: Landmark, point_RAS: Point, matrix: Matrix, quality: str) -> Landmark:
    x, y, z = (float(value) for value in applyTransform(np.array(point_RAS), np.array(matrix)))
    return replace(mark, point_RAS=(x, y, z), origin=CARRIED, confirmed=False, note="", quality=quality)


def _stale(
    landmarks: Mapping[str, Landmark], levels: set[str], failed: set[str], carried: Sequence[str], others: set[str]
) -> list[str]:
    """Unconfirmed marks that earlier transforms of these levels left, and that nothing holds any longer."""
    stale = []
    for name, mark in landmarks.items():
        if mark.status != DEFINED or isUsers(mark) or name in carried:
            continue
        bone = boneOfMark(name)
        wasCarried = mark.origin == CARRIED and bone in levels and (bone in failed or bone not in others)
        wasPredicted = mark.origin == PREDICTED and bool(bonesBeside(name) & failed)
        if wasCarried or wasPredicted:
            stale.append(name)
    return stale


def bonesBeside(name: str) -> frozenset[str]:
    """The levels whose bones a mark of soft tissue lies between: both of a segment, or its own level."""
    parsed = parseLandmarkName(name)
    return frozenset() if parsed is None else frozenset(levelsBeside(parsed.place))


def _inOrder(landmarks: Mapping[str, Landmark], target: LandmarkSet, chain: Chain) -> dict[str, Landmark]:
    """The target's own order, then what is new in the order of the protocol."""
    rank = {name: index for index, name in enumerate(namesFor(chain))}
    new = sorted(landmarks.keys() - target.landmarks.keys(), key=lambda name: (rank.get(name, len(rank)), name))
    return {name: landmarks[name] for name in (*target.landmarks, *new)}


def bonesAfter(
    case: Case, carried: Sequence[CarriedBone], marks: Mapping[str, LandmarkSet]
) -> tuple[BoneTransform, ...]:
    """The case's transforms with the new ones first, each in place of the one of the same level and positions.

    marks: the positions' marks after carrying. Left out is what would now carry a mark round in a circle.
    """
    new = [boneOf(item) for item in carried]
    replaced = {(bone.level, bone.fromPosition, bone.toPosition) for bone in new}
    others = [bone for bone in case.bones if (bone.level, bone.fromPosition, bone.toPosition) not in replaced]
    bones = new + others
    levels = {item.level for item in carried}
    names = {name for item in marks.values() for name in item.landmarks if boneOfMark(name) in levels}
    for name in sorted(names):
        while (last := _lastOfCircle(replace(case, bones=tuple(bones)), marks, name)) is not None:
            bones.remove(last)
    return tuple(bones)


def _lastOfCircle(case: Case, marks: Mapping[str, LandmarkSet], name: str) -> BoneTransform | None:
    """The oldest of the transforms that carry a mark from itself in a circle, or None where there is no circle."""
    parsed = parseLandmarkName(name)
    if parsed is None:
        return None
    for start in marks:
        way: list[BoneTransform] = []
        place = start
        while (bone := usableBone(case, marks, place, parsed)) is not None and bone not in way:
            way.append(bone)
            place = bone.fromPosition
        if bone is not None:
            return max(way[way.index(bone) :], key=case.bones.index)
    return None


def boneOf(item: CarriedBone) -> BoneTransform:
    """What the case keeps of a carried bone; one that was not found keeps its verdict and reasons, and no motion."""
    reasons = qualityOfReasons(item.reasons)
    if item.transform is None:
        return BoneTransform(item.level, item.fromPosition, item.toPosition, _STILL, verdict=FAILED, quality=reasons)
    quality = MappingProxyType({**withoutReasons(item.transform.quality), **reasons})
    return replace(item.transform, verdict=item.verdict, quality=quality)
