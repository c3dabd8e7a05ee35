"""Nodes that only show what a case holds: made anew at will, never saved, never read, never chosen by a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slicer import vtkMRMLScene

DERIVED_ATTRIBUTE = "DynamicSpine.Derived"
"""What a derived node shows; its presence says that the node is derived."""

_EXCLUDED = "SubjectHierarchy.ExcludeFromTree"


def addDerivedNode(scene: vtkMRMLScene, node: Any, kind: str, owner: str) -> Any:
    """Add a node that no list of the application offers, with a display node; neither is saved with the scene.

    owner: whose marks it shows, for its name.
    """
    node.SetName(f"DynamicSpine {kind} {owner}")
    node.SetAttribute(DERIVED_ATTRIBUTE, kind)
    node.SetAttribute(_EXCLUDED, "1")
    _keepApart(node)  # before it is in the scene: the hierarchy looks at this only once
    scene.AddNode(node)
    node.CreateDefaultDisplayNodes()
    _keepApart(node.GetDisplayNode())
    return node


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
