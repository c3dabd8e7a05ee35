"""Soft tissue of a carried position, predicted from its bones, as `CarryEngine` asks for it."""

from __future__ import annotations

from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Registration.CarriedBone import CarriedBone, ImagedSpine
from DynamicSpineLib.Registration.PredictMarks import PredictedMarks, predictMarks
from DynamicSpineLib.Study.CarryState import FAILED
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import LandmarkSet


def predictTissue(
    case: Case, source: ImagedSpine, target: ImagedSpine, bones: tuple[CarriedBone, ...]
) -> Steps[PredictedMarks]:
    """Predict the marks of soft tissue that the source has; a generator of steps.

    bones: those carried now; where only some levels were, the case's own transforms stand for the others.
    """
    position = case.position(source.positionId)
    matrices = {bone.level: bone.matrix for bone in reversed(case.bones) if bone.verdict != FAILED
                and (bone.fromPosition, bone.toPosition) == (source.positionId, target.positionId)}  # fmt: skip
    for item in bones:
        matrices.pop(item.level, None)
        if item.transform is not None and item.verdict != FAILED:
            matrices[item.level] = item.transform.matrix
    marks = position.marks if position is not None else LandmarkSet()
    return (yield from predictMarks(source, target, marks, matrices, case.chain))
