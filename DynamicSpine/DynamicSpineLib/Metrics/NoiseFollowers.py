"""Which marks have an error that depends on where another mark lies: its SD changes when that mark is moved."""

from __future__ import annotations

from collections.abc import Mapping

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Metrics.Draws import predictingBone, usableBone
from DynamicSpineLib.Metrics.Noise import edgePartners
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import LandmarkSet

MarkPlace = tuple[str, str]
"""Position id and name of a mark."""


def noiseFollowers(
    case: Case, marksByPosition: Mapping[str, LandmarkSet], positionId: str, landmarkName: str
) -> frozenset[MarkPlace]:
    """(position id, name) of the mark itself and of every mark whose drawn error depends on its place.

    An edge point errs across the direction to its partners; a carried mark has the error of the one that it was carried
    from and that of its bone's transform, which turns about the middle of the bone's marks; a predicted mark has the
    placing error of its source.
    """
    found: set[MarkPlace] = set()
    waiting = {(positionId, name) for name in _withPartners(landmarkName, marksByPosition[positionId])}
    waiting |= _turnedWith(case, marksByPosition, positionId, landmarkName)
    while waiting:
        found |= waiting
        waiting = {item for position, name in waiting
                   for item in _following(case, marksByPosition, position, name)} - found  # fmt: skip
    return frozenset(found)


def _withPartners(landmarkName: str, marks: LandmarkSet) -> set[str]:
    """The mark, and those of its place whose edge it tells the direction of."""
    place = landmarkName.split("_", maxsplit=1)[0]
    beside = ((text, parseLandmarkName(text)) for text in marks.landmarks if text.startswith(f"{place}_"))
    return {landmarkName, *(text for text, name in beside if name is not None and landmarkName in edgePartners(name))}


def _turnedWith(
    case: Case, marksByPosition: Mapping[str, LandmarkSet], positionId: str, landmarkName: str
) -> set[MarkPlace]:
    """Marks carried by a transform that turns about the middle of a bone's marks, of which this is one."""
    level = landmarkName.split("_", maxsplit=1)[0]
    bones = [bone for bone in case.bones
             if (bone.level, bone.fromPosition) == (level, positionId) and bone.center_RAS is None]  # fmt: skip
    return {(bone.toPosition, name) for bone in bones if bone.toPosition in marksByPosition
            for name in marksByPosition[bone.toPosition].landmarks if name.startswith(f"{level}_")}  # fmt: skip


def _following(
    case: Case, marksByPosition: Mapping[str, LandmarkSet], positionId: str, landmarkName: str
) -> set[MarkPlace]:
    """The marks of other positions that were carried or predicted from this one."""
    name = parseLandmarkName(landmarkName)
    if name is None:
        return set()
    found = set()
    for target in {bone.toPosition for bone in case.bones if bone.fromPosition == positionId}:
        if target in marksByPosition and landmarkName in marksByPosition[target].landmarks:
            bones = [find(case, marksByPosition, target, name) for find in (usableBone, predictingBone)]
            if any(bone is not None and bone.fromPosition == positionId for bone in bones):
                found.add((target, landmarkName))
    return found
