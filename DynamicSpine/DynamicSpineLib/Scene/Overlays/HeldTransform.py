"""The transform that lays one position on another: above the moving nodes, below whatever a user put there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import nodesOfPosition, volumeNode
from DynamicSpineLib.Scene.Hierarchy import removeNode

if TYPE_CHECKING:
    from slicer import vtkMRMLLinearTransformNode, vtkMRMLScriptedModuleNode

HELD_ATTRIBUTE, HELD_BY_ATTRIBUTE = "DynamicSpine.Held", "DynamicSpine.HeldBy"
_ON_ATTRIBUTE = "DynamicSpine.HeldOn"
_ROLE = "held/"


@dataclass(frozen=True)
class Held:
    """A position that is laid on another. level: the vertebra held still; heldBy: what says where it is in both."""

    moving: str
    reference: str
    level: str
    heldBy: str


def heldPositions(caseNode: vtkMRMLScriptedModuleNode) -> tuple[Held, ...]:
    """The positions of a case that are laid on another one now."""
    roles: list[str] = []
    caseNode.GetNodeReferenceRoles(roles)
    found = [(role.removeprefix(_ROLE), caseNode.GetNodeReference(role)) for role in roles if role.startswith(_ROLE)]
    return tuple(
        Held(moving, *(node.GetAttribute(name) or "" for name in (_ON_ATTRIBUTE, HELD_ATTRIBUTE, HELD_BY_ATTRIBUTE)))
        for moving, node in found if node is not None
    )  # fmt: skip


def holdNodes(
    caseNode: vtkMRMLScriptedModuleNode, moving: str, reference: str, level: str,
    movingToReference: NDArray[np.float64], heldBy: str,
) -> vtkMRMLLinearTransformNode:  # fmt: skip
    """Put a position's nodes below a transform that maps its frame to the reference's, as both are shown now.

    An earlier one of this position goes first. Nodes that lie below another transform than the position's volume stay
    where they are. Raises InputError where a user's transform is not linear.
    """
    letGo(caseNode, moving)
    scene = caseNode.GetScene()
    own = _toWorld(volumeNode(caseNode, moving), moving)
    others = _toWorld(volumeNode(caseNode, reference), reference)
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", f"{moving} on {reference}, {level} held")
    matrix = vtkMatrix4x4()
    matrix.DeepCopy((np.linalg.inv(own) @ others @ movingToReference).ravel().tolist())
    transform.SetMatrixTransformToParent(matrix)
    transform.SetAttribute(HELD_ATTRIBUTE, level)
    transform.SetAttribute(HELD_BY_ATTRIBUTE, heldBy)
    transform.SetAttribute(_ON_ATTRIBUTE, reference)
    volume = volumeNode(caseNode, moving)
    parentId = volume.GetTransformNodeID() if volume is not None else None
    transform.SetAndObserveTransformNodeID(parentId)
    for node in nodesOfPosition(caseNode, moving):
        if node.GetTransformNodeID() == parentId:
            node.SetAndObserveTransformNodeID(transform.GetID())
    caseNode.SetNodeReferenceID(f"{_ROLE}{moving}", transform.GetID())
    return transform


def letGo(caseNode: vtkMRMLScriptedModuleNode, moving: str) -> None:
    """Take the transform of a position away again: everything is where it was before."""
    transform = caseNode.GetNodeReference(f"{_ROLE}{moving}")
    if transform is None:
        return
    for node in nodesOfPosition(caseNode, moving):
        if node.GetTransformNodeID() == transform.GetID():
            node.SetAndObserveTransformNodeID(transform.GetTransformNodeID())
    caseNode.RemoveNodeReferenceIDs(f"{_ROLE}{moving}")
    removeNode(caseNode.GetScene(), transform)


def _toWorld(volume: Any, positionId: str) -> NDArray[np.float64]:
    """The linear map of a volume's frame to the world."""
    parent = volume.GetParentTransformNode() if volume is not None else None
    if parent is None:
        return np.eye(4)
    if not parent.IsTransformToWorldLinear():
        raise InputError(f"position '{positionId}': its volume lies below a transform that bends; take it away first")
    matrix = vtkMatrix4x4()
    parent.GetMatrixTransformToWorld(matrix)
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])
