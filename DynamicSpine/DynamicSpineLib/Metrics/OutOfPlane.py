"""Motion out of the sagittal plane for the metrics that ask for it: from bones where they were carried, else from
coronal and axial points."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Metrics.CoronalMotion import coronalStates, withCoronalMotion
from DynamicSpineLib.Metrics.EvaluationContext import EvaluationContext
from DynamicSpineLib.Metrics.PointTable import Array, PointTable
from DynamicSpineLib.Metrics.RelativeMotion import relativeMotion
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames
from DynamicSpineLib.Metrics.StateInputs import SegmentInputs

OUT_OF_PLANE = ("lateralBend", "lateralTranslation", "axialRotation")


def outOfPlaneInputs(
    context: EvaluationContext, table: PointTable, segments: SegmentInputs, between: Array
) -> dict[str, Array]:
    """relativeTurn and relativeShift (..., Q, S, 3); between (..., P, S, 4, 4) is NaN where bones were not carried."""
    frames: CaseFrames = context.frames
    nothing = np.full((*context.held.shape, 3), np.nan)
    relative = {"relativeTurn": nothing, "relativeShift": nothing}
    if context.held.any():
        centers_RAS = frames.segments.toSpace(segments.bodies.center[0])
        relative = relativeMotion(
            table, frames, centers_RAS, between, context.bonesIndex, context.fromIndex, context.toIndex
        )
    if context.held.all():
        return relative
    states = coronalStates(table, frames)
    return withCoronalMotion(relative, states, context.held, context.fromIndex, context.toIndex)
