"""Laying one position on another with one vertebra held still: a transform on nodes, and nothing else."""

from __future__ import annotations

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Scene.NodeTypes import TransformNode
from DynamicSpineLib.Scene.Overlays.HeldTransform import holdNodes
from DynamicSpineLib.Session.CaseSession import CaseSession


def holdBone(
    session: CaseSession, level: str, reference: str, moving: str
) -> TransformNode:
    """Put the moving position's nodes below a transform that lays its vertebra on the reference's; return it.

    Raises InputError where neither a carried bone nor common marks say where the vertebra is in both.
    """
    session.settle()
    anchor = anchorOn(session.case, level, reference, moving)
    with session.ownWriting():
        return holdNodes(session.caseNode, moving, reference, level, anchor.movingToReference, anchor.heldBy)
