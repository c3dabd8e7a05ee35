"""When a scene was written. Slicer sends no event for it, and keeps only the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vtkmodules.vtkCommonCore import vtkTimeStamp

if TYPE_CHECKING:
    from slicer import vtkMRMLScene


def now() -> int:
    """A time later than those of everything that has happened, on VTK's own clock, which counts changes."""
    stamp = vtkTimeStamp()
    stamp.Modified()
    return stamp.GetMTime()


def storedAt(scene: vtkMRMLScene) -> int:
    """When the scene was written or opened the last time, on that clock; 0 for never."""
    return scene.GetStoredTime()
