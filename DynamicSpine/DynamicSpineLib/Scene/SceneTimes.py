"""When a scene was written. Slicer sends no event for it, and keeps only the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vtkmodules.vtkCommonCore import vtkTimeStamp

from DynamicSpineLib.Scene.CaseRoles import allNodes

if TYPE_CHECKING:
    from slicer import vtkMRMLScene, vtkMRMLScriptedModuleNode


def now() -> int:
    """A time later than those of everything that has happened, on VTK's own clock, which counts changes."""
    stamp = vtkTimeStamp()
    stamp.Modified()
    return stamp.GetMTime()


def storedAt(scene: vtkMRMLScene) -> int:
    """When the scene was written or opened the last time, on that clock; 0 for never."""
    return scene.GetStoredTime()


def marksStoredAt(caseNode: vtkMRMLScriptedModuleNode) -> int:
    """When the files of all marks of a case had been written, on that clock.

    The scene's own time also moves when a command-line module is run, which writes no file.
    """
    lists = [node for node in allNodes(caseNode) if node.IsA("vtkMRMLMarkupsNode")]
    stored = [node.GetStorageNode() for node in lists]
    return min((item.GetStoredTime().GetMTime() if item is not None else 0 for item in stored), default=0)
