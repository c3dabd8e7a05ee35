"""The transforms that lay one position on another: above the moving nodes, below whatever a user put there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Scene.CaseRoles import allNodes, caseNodes, nodesOfPosition, volumeNode
from DynamicSpineLib.Scene.Hierarchy import removeNode
from DynamicSpineLib.Scene.Overlays.GridTransforms import showGridFromParent

if TYPE_CHECKING:
    from slicer import vtkMRMLLinearTransformNode, vtkMRMLScene, vtkMRMLScriptedModuleNode

HELD_ATTRIBUTE, HELD_BY_ATTRIBUTE = "DynamicSpine.Held", "DynamicSpine.HeldBy"
_ON_ATTRIBUTE, _CHOICE_ATTRIBUTE = "DynamicSpine.HeldOn", "DynamicSpine.Compare"
_ROLE, _UNBENT_ROLE = "held/", "unbent/"


@dataclass(frozen=True)
class Held:
    """A position that is laid on another. level: the vertebra held still; heldBy: what says where it is in both.

    isUnbent: all other vertebrae are held as well, by a transform that bends.
    """

    moving: str
    reference: str
    level: str
    heldBy: str
    isUnbent: bool = False


@dataclass(frozen=True, eq=False)
class Laying:
    """How a position is laid on another: Held, and the 4x4 map to the reference's frame (RAS mm) of the held vertebra.

    field: displacements from the reference to the moving position; with them all vertebrae are laid on themselves.
    """

    held: Held
    movingToReference: NDArray[np.float64]
    field: DisplacementGrid | None = None


def heldPositions(caseNode: vtkMRMLScriptedModuleNode) -> tuple[Held, ...]:
    """The positions of a case that are laid on another one now."""
    roles: list[str] = []
    caseNode.GetNodeReferenceRoles(roles)
    found = [(role.removeprefix(_ROLE), caseNode.GetNodeReference(role)) for role in roles if role.startswith(_ROLE)]
    return tuple(_heldBy(caseNode, moving, node) for moving, node in found if node is not None)


def holdNodes(caseNode: vtkMRMLScriptedModuleNode, laying: Laying) -> vtkMRMLLinearTransformNode:
    """Put a position's nodes below transforms that map its frame to the reference's, as both are shown now.

    Those of an earlier anchor of this position are used again. Nodes that lie below another transform than the
    position's volume stay where they are. Raises InputError where a user's transform is not linear.
    """
    held = laying.held
    transform = _heldNode(caseNode, held.moving)
    parent = _ownParent(caseNode, held.moving)
    own = _toWorld(parent, held.moving)
    others = _toWorld(_parentOf(volumeNode(caseNode, held.reference)), held.reference)
    if transform is None:
        transform = _newHeldNode(caseNode, held.moving, parent)
    inFrame = np.eye(4) if laying.field is not None else laying.movingToReference
    matrix = vtkMatrix4x4()
    matrix.DeepCopy((np.linalg.inv(own) @ others @ inFrame).ravel().tolist())
    modifying = transform.StartModify()  # every single change would have Slicer work through all that is below
    transform.SetMatrixTransformToParent(matrix)
    transform.SetName(f"{held.moving} on {held.reference}, {held.level} held")
    said = {HELD_ATTRIBUTE: held.level, HELD_BY_ATTRIBUTE: held.heldBy, _ON_ATTRIBUTE: held.reference}
    for name, value in said.items():
        transform.SetAttribute(name, value)
    transform.EndModify(modifying)
    _bend(caseNode, held.moving, transform, laying.field)
    return transform


def readChoice(caseNode: vtkMRMLScriptedModuleNode) -> str:
    """What a user chose to see of what is held, as text; kept with the scene."""
    return str(caseNode.GetAttribute(_CHOICE_ATTRIBUTE) or "")


def writeChoice(caseNode: vtkMRMLScriptedModuleNode, text: str) -> None:
    """Keep a text with the case; an empty one removes it."""
    if text:
        caseNode.SetAttribute(_CHOICE_ATTRIBUTE, text)
    else:
        caseNode.RemoveAttribute(_CHOICE_ATTRIBUTE)


def frameToWorld(caseNode: vtkMRMLScriptedModuleNode, positionId: str) -> NDArray[np.float64]:
    """4x4 from the frame of a position's volume to the world, RAS mm. Raises InputError below a bent transform."""
    return _toWorld(_parentOf(volumeNode(caseNode, positionId)), positionId)


def ownFrameToWorld(caseNode: vtkMRMLScriptedModuleNode, positionId: str) -> NDArray[np.float64]:
    """As frameToWorld, for a position that is held too: where it lay if it were not, at the user's own transforms."""
    return _toWorld(_ownParent(caseNode, positionId), positionId)


def letGo(caseNode: vtkMRMLScriptedModuleNode, moving: str) -> None:
    """Take the transforms of a position away again: everything is where it was before."""
    transform = _heldNode(caseNode, moving)
    if transform is None:
        return
    _bend(caseNode, moving, transform, None)
    _lift(transform)
    caseNode.RemoveNodeReferenceIDs(f"{_ROLE}{moving}")
    removeNode(caseNode.GetScene(), transform)


def letLoose(scene: vtkMRMLScene) -> None:
    """Take away the transforms of cases that were deleted: their volumes are where they were before."""
    kept = {node.GetID() for caseNode in caseNodes(scene) for node in allNodes(caseNode)}
    for node in _nodesOfClass(scene, "vtkMRMLTransformNode"):
        if node.GetAttribute(HELD_ATTRIBUTE) and node.GetID() not in kept:
            _lift(node)
            removeNode(scene, node)


def _heldBy(caseNode: vtkMRMLScriptedModuleNode, moving: str, node: Any) -> Held:
    reference, level, heldBy = (node.GetAttribute(name) or ""
                                for name in (_ON_ATTRIBUTE, HELD_ATTRIBUTE, HELD_BY_ATTRIBUTE))  # fmt: skip
    return Held(moving, reference, level, heldBy, caseNode.GetNodeReference(f"{_UNBENT_ROLE}{moving}") is not None)


def _heldNode(caseNode: vtkMRMLScriptedModuleNode, moving: str) -> Any:
    return caseNode.GetNodeReference(f"{_ROLE}{moving}")


def _newHeldNode(caseNode: vtkMRMLScriptedModuleNode, moving: str, parent: Any) -> Any:
    transform = caseNode.GetScene().AddNewNodeByClass("vtkMRMLLinearTransformNode", f"{moving} held")
    parentId = parent.GetID() if parent is not None else None
    transform.SetAndObserveTransformNodeID(parentId)
    _reparent(caseNode, moving, parentId, transform.GetID())
    caseNode.SetNodeReferenceID(f"{_ROLE}{moving}", transform.GetID())
    return transform


def _bend(caseNode: vtkMRMLScriptedModuleNode, moving: str, transform: Any, field: DisplacementGrid | None) -> None:
    """Put a transform that bends between the position's nodes and the linear one, or take it away."""
    role = f"{_UNBENT_ROLE}{moving}"
    bent = caseNode.GetNodeReference(role)
    if field is None:
        if bent is not None:
            _lift(bent)
            caseNode.RemoveNodeReferenceIDs(role)
            removeNode(caseNode.GetScene(), bent)
        return
    if bent is None:
        bent = caseNode.GetScene().AddNewNodeByClass("vtkMRMLGridTransformNode", f"{moving} unbent")
        bent.SetAttribute(HELD_ATTRIBUTE, transform.GetAttribute(HELD_ATTRIBUTE))
        bent.SetAndObserveTransformNodeID(transform.GetID())
        caseNode.SetNodeReferenceID(role, bent.GetID())
    showGridFromParent(bent, field)
    _reparent(caseNode, moving, transform.GetID(), bent.GetID())


def _reparent(caseNode: vtkMRMLScriptedModuleNode, moving: str, fromId: str | None, toId: str | None) -> None:
    """Put those nodes of a position that lie below one transform below another."""
    for node in nodesOfPosition(caseNode, moving):
        if node.GetTransformNodeID() == fromId:
            node.SetAndObserveTransformNodeID(toId)


def _lift(transform: Any) -> None:
    """Put everything below a transform below the next one above, what a user put there too."""
    for node in _nodesOfClass(transform.GetScene(), "vtkMRMLTransformableNode"):
        if node.GetTransformNodeID() == transform.GetID():
            node.SetAndObserveTransformNodeID(transform.GetTransformNodeID())


def _nodesOfClass(scene: vtkMRMLScene, name: str) -> list[Any]:
    return [scene.GetNthNodeByClass(index, name) for index in range(scene.GetNumberOfNodesByClass(name))]


def _parentOf(volume: Any) -> Any:
    return volume.GetParentTransformNode() if volume is not None else None


def _ownParent(caseNode: vtkMRMLScriptedModuleNode, positionId: str) -> Any:
    """The transform that a user put above a position, or None."""
    held = _heldNode(caseNode, positionId)
    return held.GetParentTransformNode() if held is not None else _parentOf(volumeNode(caseNode, positionId))


def _toWorld(parent: Any, positionId: str) -> NDArray[np.float64]:
    """The linear map of what lies below a transform to the world."""
    if parent is None:
        return np.eye(4)
    if not parent.IsTransformToWorldLinear():
        raise InputError(f"position '{positionId}': its volume lies below a transform that bends; take it away first")
    matrix = vtkMatrix4x4()
    parent.GetMatrixTransformToWorld(matrix)
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])
