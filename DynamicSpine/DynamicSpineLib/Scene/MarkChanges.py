"""What a user changed in a point list since it was last read: the quick look while a point is dragged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Scene.Frames import ToFrame, controlPoint, samePoint, toVolumeFrame
from DynamicSpineLib.Scene.LandmarkNodes import describePoint, pointStatus
from DynamicSpineLib.Study.Marks import DEFINED, UNDEFINED, Landmark

if TYPE_CHECKING:
    from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLScalarVolumeNode

_UNPLACED = Landmark("", status=UNDEFINED)


class MarkChanges:
    """Looks at one point list again and again. While one point is dragged only that point is read."""

    def __init__(self, node: vtkMRMLMarkupsFiducialNode) -> None:
        self._node = node
        self._points = vtkPoints()
        self._state: tuple[int, int] = (-1, -1)
        self._positions = np.empty((0, 3))

    def since(
        self, known: Mapping[str, Landmark], volume: vtkMRMLScalarVolumeNode | None
    ) -> list[Landmark] | None:
        """The landmarks that differ from those known, as a user's edits of them.

        A moved or newly placed point is placed and accepted, whatever it was before. Points that the mouse only hovers
        with are unplaced. None where the list itself is another one (points renamed, doubled, added or removed), so
        that the whole case has to be read again.
        """
        moved = self._movedOnly()
        if moved:
            toFrame = toVolumeFrame(self._node, volume)
            changed = [_asEdited(self._node, index, known, toFrame) for index in moved]
            if all(self._node.GetNthControlPointLabel(index) in known for index in moved):
                return [item for item in changed if item is not None]
        return changedLandmarks(self._node, volume, known)

    def _movedOnly(self) -> list[int]:
        """The points whose place differs from the last look, where as many are placed as then; else none."""
        node = self._node
        state = (node.GetNumberOfControlPoints(), node.GetNumberOfDefinedControlPoints())
        node.GetControlPointPositionsWorld(self._points)
        positions = vtk_to_numpy(self._points.GetData())
        same = state == self._state and positions.shape == self._positions.shape
        moved = np.flatnonzero((positions != self._positions).any(axis=1)).tolist() if same else []
        self._state, self._positions = state, positions.copy()
        return moved


def changedLandmarks(
    node: vtkMRMLMarkupsFiducialNode, volume: vtkMRMLScalarVolumeNode | None, known: Mapping[str, Landmark]
) -> list[Landmark] | None:
    """As MarkChanges.since, by looking at every point."""
    toFrame = toVolumeFrame(node, volume)
    changed: list[Landmark] = []
    seen: set[str] = set()
    for index in range(node.GetNumberOfControlPoints()):
        name = node.GetNthControlPointLabel(index)
        if name in seen or (name not in known and parseLandmarkName(name) is None):
            return None
        seen.add(name)
        found = _asEdited(node, index, known, toFrame)
        if found is not None:
            changed.append(found)
    isWhole = all(name in seen or item.status == UNDEFINED for name, item in known.items())
    return changed if isWhole else None


def _asEdited(
    node: vtkMRMLMarkupsFiducialNode, index: int, known: Mapping[str, Landmark], toFrame: ToFrame
) -> Landmark | None:
    """The landmark of a point as its user edited it, or None where it is as known."""
    name = node.GetNthControlPointLabel(index)
    earlier = known.get(name, _UNPLACED)
    status = pointStatus(node, index)
    if status != DEFINED:
        return Landmark(name, None, status, note=earlier.note) if status != earlier.status else None
    point = toFrame(controlPoint(node, index))
    if earlier.status == DEFINED and earlier.point_RAS is not None and samePoint(earlier.point_RAS, point):
        return None
    return Landmark(name, point, note=earlier.note)


def describe(node: vtkMRMLMarkupsFiducialNode, landmarks: Mapping[str, Landmark]) -> None:
    """Write how landmarks came to be into the descriptions of their points, where they say something else."""
    for index in range(node.GetNumberOfControlPoints()):
        landmark = landmarks.get(node.GetNthControlPointLabel(index))
        if landmark is not None:
            describePoint(node, index, landmark)
