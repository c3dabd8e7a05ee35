"""Laying one position on another with one vertebra held still: a transform on nodes, and nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import fitRigid, inverseRigid
from DynamicSpineLib.Scene.HeldTransform import holdNodes
from DynamicSpineLib.Scene.NodeTypes import TransformNode
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf

BY_IMAGES, BY_MARKS = "carried bone", "marks"
_FEWEST_POINTS = 3


def holdBone(
    session: CaseSession, level: str, reference: str, moving: str
) -> TransformNode:
    """Put the moving position's nodes below a transform that lays its vertebra on the reference's; return it.

    Raises InputError where neither a carried bone nor three common marks say where the vertebra is in both.
    """
    if reference == moving:
        raise InputError("choose two different positions: one stays, the other is laid on it")
    session.settle()
    matrix, heldBy = movingToReference(session.case, level, reference, moving)
    with session.ownWriting():
        return holdNodes(session.caseNode, moving, reference, level, matrix, heldBy)


def movingToReference(case: Case, level: str, reference: str, moving: str) -> tuple[NDArray[np.float64], str]:
    """The rigid map (4, 4) in RAS mm that lays a vertebra of the moving position on the reference's, and its source.

    From the transforms of carried bones where both are good, else from the marks that both positions have of it.
    """
    positionOf(case, reference), positionOf(case, moving)
    good = [bone for bone in case.bones if bone.level == level and bone.verdict == "good"]
    for source in dict.fromkeys(bone.fromPosition for bone in good):
        found = {bone.toPosition: np.array(bone.matrix) for bone in good if bone.fromPosition == source}
        found[source] = np.eye(4)
        if reference in found and moving in found:
            return found[reference] @ inverseRigid(found[moving]), BY_IMAGES
    return _fromMarks(case, level, reference, moving), BY_MARKS


def _fromMarks(case: Case, level: str, reference: str, moving: str) -> NDArray[np.float64]:
    sets = [positionOf(case, name).marks for name in (moving, reference)]
    names = [name for name in sets[0].landmarks
             if boneOfMark(name) == level and all(marks.point(name) is not None for marks in sets)]  # fmt: skip
    if len(names) < _FEWEST_POINTS:
        raise InputError(f"{level} cannot be held: '{moving}' and '{reference}' have {len(names)} of its marks in "
                         f"common, and {_FEWEST_POINTS} are needed")  # fmt: skip
    source, target = (np.array([marks.point(name) for name in names], dtype=float) for marks in sets)
    matrix, _residuals = fitRigid(source, target)
    return matrix
