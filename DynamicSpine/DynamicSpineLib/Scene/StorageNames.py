"""File names of nodes that every system and Slicer's own scene format can hold.

Slicer names a node's file after the node, and writes an ampersand of it unescaped into the scene: the scene saves
without a complaint and can never be opened again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Errors import JobError

if TYPE_CHECKING:
    from slicer import vtkMRMLScene

# Their data is nowhere but in their files; short texts, for example, are in the scene itself.
_NEED_FILES = (
    "vtkMRMLMarkupsNode", "vtkMRMLVolumeNode", "vtkMRMLTransformNode", "vtkMRMLTableNode", "vtkMRMLModelNode",
    "vtkMRMLSegmentationNode",
)
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._()-]")


def nameFile(node: Any, stem: str) -> None:
    """Say under which name a node's data is saved, whatever the node is called: `stem`, made safe, and its ending.

    Raises JobError in a scene that cannot store such a node.
    """
    node.AddDefaultStorageNode()
    storage = node.GetStorageNode()
    if storage is None:
        raise JobError(_cannotStore(node))
    storage.SetFileName(f"{_UNSAFE.sub('_', stem)}.{storage.GetDefaultWriteFileExtension()}")


def requireStorage(scene: vtkMRMLScene) -> None:
    """Raise JobError where a node has data that this scene cannot store: it would be saved empty, without a word."""
    for node in _stored(scene):
        if any(node.IsA(kind) for kind in _NEED_FILES):
            node.AddDefaultStorageNode()
            if node.GetStorageNode() is None:
                raise JobError(_cannotStore(node))


def _cannotStore(node: Any) -> str:
    return f"this scene cannot store '{node.GetName()}' ({node.GetClassName()}): it was not made by the application"


def _stored(scene: vtkMRMLScene) -> list[Any]:
    nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
    return [node for node in nodes
            if node.IsA("vtkMRMLStorableNode") and node.GetSaveWithScene() and not node.GetHideFromEditors()]


@contextmanager
def safeFileNames(scene: vtkMRMLScene) -> Iterator[None]:
    """Give every node of a scene a safe file name until the block ends."""
    changed = []
    for node in _stored(scene):
        storage = node.GetStorageNode()
        name = (storage.GetFileName() if storage is not None else None) or ""
        if storage is not None and _UNSAFE.search(PurePath(name).name or node.GetName() or ""):
            changed.append((node, name))
    for node, name in changed:
        nameFile(node, PurePath(name).name.split(".")[0] or node.GetName())
    try:
        yield
    finally:
        for node, name in changed:
            if node.GetStorageNode() is not None:
                node.GetStorageNode().SetFileName(name)
