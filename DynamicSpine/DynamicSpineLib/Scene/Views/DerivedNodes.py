"""Nodes that only show what a case holds: made anew at will, never saved, never read, never chosen by a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Scene.Hierarchy import removeNode

if TYPE_CHECKING:
    from slicer import vtkMRMLScene

DERIVED_ATTRIBUTE = "DynamicSpine.Derived"
"""What a derived node shows; its presence says that the node is derived."""

OWNER_ATTRIBUTE = "DynamicSpine.Owner"
"""Whose marks a derived node shows: the name of the case's node and the position."""

_EXCLUDED = "SubjectHierarchy.ExcludeFromTree"


def addDerivedNode(scene: vtkMRMLScene, node: Any, kind: str, owner: str) -> Any:
    """Add a node that no list of the application offers, with a display node; neither is saved with the scene."""
    node.SetName(f"DynamicSpine {kind} {owner}")
    node.SetAttribute(DERIVED_ATTRIBUTE, kind)
    node.SetAttribute(OWNER_ATTRIBUTE, owner)
    node.SetAttribute(_EXCLUDED, "1")
    _keepApart(node)  # before it is in the scene: the hierarchy looks at this only once
    scene.AddNode(node)
    node.CreateDefaultDisplayNodes()
    _keepApart(node.GetDisplayNode())
    return node


def derivedNodes(scene: vtkMRMLScene, owner: str = "") -> list[Any]:
    """All derived nodes of a scene, or those of one owner."""
    nodes = [scene.GetNthNodeByClass(index, "vtkMRMLDisplayableNode")
             for index in range(scene.GetNumberOfNodesByClass("vtkMRMLDisplayableNode"))]  # fmt: skip
    return [node for node in nodes if node.GetAttribute(DERIVED_ATTRIBUTE)
            and owner in ("", node.GetAttribute(OWNER_ATTRIBUTE))]  # fmt: skip


def removeDerivedNodes(scene: vtkMRMLScene, owner: str = "") -> None:
    """Remove all derived nodes of a scene, or those of one owner, also those that an earlier panel left behind."""
    for node in derivedNodes(scene, owner):
        removeNode(scene, node)


def isThere(node: Any, scene: vtkMRMLScene) -> bool:
    """True where a node is still in the scene: a user may delete it, and closing the scene removes it."""
    return node is not None and node.GetScene() is scene


def followTransform(node: Any, leader: Any) -> None:
    """Put a derived node below the transform that its position's volume (or nothing) is below."""
    parent = leader.GetTransformNodeID() if leader is not None else None
    if node.GetTransformNodeID() != parent:
        node.SetAndObserveTransformNodeID(parent)


def _keepApart(node: Any) -> None:
    node.SetHideFromEditors(True)
    node.SetSelectable(False)
    node.SetSaveWithScene(False)
