"""What a case says of its carried bones: which transform stands for a level, which to look at, which were not found."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.Marks import CARRIED, DEFINED
from DynamicSpineLib.Study.Position import Position

GOOD, CHECK, FAILED = "good", "check", "failed"
"""The verdicts on a carried bone."""


def boneTo(case: Case, level: str, positionId: str) -> BoneTransform | None:
    """The transform that speaks of a level's marks in a position: the first listed, as for their noise."""
    return next((bone for bone in case.bones if (bone.level, bone.toPosition) == (level, positionId)), None)


def levelsToCheck(case: Case, position: Position) -> dict[str, str]:
    """The verdict of each level, in the chain's order, that is not good and whose carried marks nobody has accepted."""
    marks = position.marks.landmarks.values()
    waiting = {boneOfMark(mark.name) for mark in marks if mark.origin == CARRIED and not mark.confirmed}
    bones = {level: boneTo(case, level, position.id) for level in case.chain.levels if level in waiting}
    return {level: bone.verdict for level, bone in bones.items() if bone is not None and bone.verdict not in ("", GOOD)}


def levelsNotCarried(case: Case, position: Position) -> tuple[str, ...]:
    """The levels, in the chain's order, whose bone was not found in a position and has no mark there."""
    marked = {boneOfMark(mark.name) for mark in position.marks.landmarks.values() if mark.status == DEFINED}
    bones = {level: boneTo(case, level, position.id) for level in case.chain.levels if level not in marked}
    return tuple(level for level, bone in bones.items() if bone is not None and bone.verdict == FAILED)
