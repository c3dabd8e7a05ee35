"""Laying one position on another with one vertebra held still: a transform on nodes, and nothing else."""

from __future__ import annotations

from DynamicSpineLib.Compare.Anchor import Anchor, anchorOn
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Scene.NodeTypes import TransformNode
from DynamicSpineLib.Scene.Overlays.HeldTransform import (
    Held,
    Laying,
    heldPositions,
    holdNodes,
    letGo,
    ownFrameToWorld,
)
from DynamicSpineLib.Session.CaseSession import CaseSession


def holdBone(session: CaseSession, level: str, reference: str, moving: str) -> TransformNode:
    """Put the moving position's nodes below a transform that lays its vertebra on the reference's; return it.

    Raises InputError where neither a carried bone nor common marks say where the vertebra is in both.
    """
    session.settle()
    return layOn(session, anchorOn(session.case, level, reference, moving))


def layOn(session: CaseSession, anchor: Anchor, field: DisplacementGrid | None = None) -> TransformNode:
    """Lay the anchor's moving position on its reference, with the field (reference to moving) all its vertebrae.

    Any other position of the case that was held is let go. Raises InputError where a user's transform bends.
    """
    held = Held(anchor.moving, anchor.reference, anchor.level, anchor.heldBy, field is not None)
    for positionId in (anchor.reference, anchor.moving):
        ownFrameToWorld(session.caseNode, positionId)  # raises before anything has changed
    with session.ownWriting():
        for other in heldPositions(session.caseNode):
            if other.moving != anchor.moving:
                letGo(session.caseNode, other.moving)
        return holdNodes(session.caseNode, Laying(held, anchor.movingToReference, field))


def letAllGo(session: CaseSession) -> None:
    """Put every position back where it was."""
    with session.ownWriting():
        for held in heldPositions(session.caseNode):
            letGo(session.caseNode, held.moving)
