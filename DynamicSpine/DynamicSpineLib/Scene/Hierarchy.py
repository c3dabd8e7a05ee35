"""A case's folder in the subject hierarchy, where its nodes are found and from where they are saved and exported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLSubjectHierarchyNode

if TYPE_CHECKING:
    from slicer import vtkMRMLScene


_OURS = "DynamicSpine.Folder"  # tells the folders made here from those of the user


def fileUnder(scene: vtkMRMLScene, node: Any, *folders: str) -> None:
    """Put a node into nested folders of the subject hierarchy, making those that are not there yet."""
    hierarchy = _hierarchy(scene)
    parent = hierarchy.GetSceneItemID()
    for name in folders:
        parent = hierarchy.GetItemChildWithName(parent, name) or _newFolder(hierarchy, parent, name)
    hierarchy.CreateItem(parent, node)


def removeNode(scene: vtkMRMLScene, node: Any) -> None:
    """Remove a node with its item and the display and storage nodes that belong to it alone.

    Folders that `fileUnder` made go with the last that was in them.
    """
    if node is None or node.GetScene() is not scene:
        return
    attached = [node.GetNthNodeReference(role, index) for role in ("display", "storage")
                for index in range(node.GetNumberOfNodeReferences(role))]
    hierarchy = _hierarchy(scene)
    item = hierarchy.GetItemByDataNode(node)
    if item:
        folder = hierarchy.GetItemParent(item)
        hierarchy.RemoveItem(item, False, False)
        _removeEmptied(hierarchy, folder)
    for member in [node, *attached]:
        if member is not None:
            scene.RemoveNode(member)


@contextmanager
def emptiedAfterwards(scene: vtkMRMLScene) -> Iterator[None]:
    """Remove every node from a scene that was added to it inside the block."""
    before = {scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())}
    try:
        yield
    finally:
        nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
        for node in nodes:
            if node.GetID() not in before and node.GetSingletonTag() is None:
                scene.RemoveNode(node)


def _newFolder(hierarchy: vtkMRMLSubjectHierarchyNode, parent: int, name: str) -> int:
    folder: int = hierarchy.CreateFolderItem(parent, name)
    hierarchy.SetItemAttribute(folder, _OURS, "1")
    return folder


def _removeEmptied(hierarchy: vtkMRMLSubjectHierarchyNode, folder: int) -> None:
    """Remove a folder of ours that holds nothing any more, and those above it that hold nothing else."""
    while folder and hierarchy.GetItemAttribute(folder, _OURS) and not hierarchy.GetNumberOfItemChildren(folder):
        parent = hierarchy.GetItemParent(folder)
        hierarchy.RemoveItem(folder, False, False)
        folder = parent


def _hierarchy(scene: vtkMRMLScene) -> vtkMRMLSubjectHierarchyNode:
    found = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    return found if found is not None else vtkMRMLSubjectHierarchyNode.ResolveSubjectHierarchy(scene)
