"""Lines as models: the outlines of a frame, projected on slice views, and the axis of a vertebra's motion in 3-D."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

from DynamicSpineLib.Compare.HelicalAxes import DrawnAxis
from DynamicSpineLib.Compare.Outlines import SpineOutline
from DynamicSpineLib.Geometry.Solids import Solid, joined, loft, tube
from DynamicSpineLib.Scene.Motion.BodyModels import surfaceOf
from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes

if TYPE_CHECKING:
    from slicer import vtkMRMLModelNode

Array = NDArray[np.float64]

OUTLINE_COLOR, AXIS_COLOR = (0.95, 0.90, 0.25), (0.84, 0.37, 0.0)
_AXIS_RADIUS_MM, _HEAD_RADIUS_MM, _HEAD_SHARE = 0.8, 2.4, 0.16
_RING = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)[:, None]


class OutlineModel:
    """One model node with the lines of a frame; slice views show all of it as projected on the slice."""

    def __init__(self, nodes: MotionNodes, parentId: str | None) -> None:
        """parentId: of what the user put above the reference's volume."""
        self.node = nodes.add("vtkMRMLModelNode", "Outlines in motion", True)
        self.node.SetAndObservePolyData(vtkPolyData())
        self.node.CreateDefaultDisplayNodes()
        nodes.keepDisplayOut(self.node)
        display = self.node.GetDisplayNode()
        display.SetVisibility2D(True)
        display.SetVisibility3D(False)
        display.SetSliceDisplayModeToProjection()
        display.SetColor(*OUTLINE_COLOR)
        display.SetSliceIntersectionThickness(2)
        self.node.SetAndObserveTransformNodeID(parentId)

    def show(self, outlines: Sequence[SpineOutline]) -> None:
        """Show these lines from now on; they are in the reference's frame."""
        self.node.SetAndObservePolyData(linesOf([(line.points_RAS, line.closed) for line in outlines]))


def addAxisModel(nodes: MotionNodes, axis: DrawnAxis, name: str, parentId: str | None) -> vtkMRMLModelNode:
    """The axis of a vertebra's motion as an arrow in 3-D, in the reference's frame; right-handed about its tip."""
    node = nodes.add("vtkMRMLModelNode", name)
    node.SetAndObservePolyData(surfaceOf(axisSolid(axis)))
    node.CreateDefaultDisplayNodes()
    nodes.keepDisplayOut(node)
    display = node.GetDisplayNode()
    display.SetColor(*AXIS_COLOR)
    display.SetVisibility2D(False)
    display.SetAmbient(0.4)
    node.SetAndObserveTransformNodeID(parentId)
    return node


def axisSolid(axis: DrawnAxis) -> Solid:
    """An axis as a rod with a cone at the end that it is right-handed about."""
    start, end = np.asarray(axis.start_RAS, dtype=float), np.asarray(axis.end_RAS, dtype=float)
    aside = np.eye(3)[int(np.argmin(np.abs(end - start)))]
    base = end - _HEAD_SHARE * (end - start)
    rod = tube([start, base], aside, _AXIS_RADIUS_MM, _AXIS_RADIUS_MM)
    along = (end - start) / np.linalg.norm(end - start)
    first = np.cross(along, aside)
    first /= np.linalg.norm(first)
    ring = np.cos(_RING) * first + np.sin(_RING) * np.cross(along, first)
    return joined([rod, loft([base + _HEAD_RADIUS_MM * ring, end + 0.05 * ring])])


def linesOf(lines: Sequence[tuple[Array, bool]]) -> vtkPolyData:
    """Lines, each points (N, 3) and whether its last joins its first, as cells of one surface."""
    found = vtkPolyData()
    points, cells = vtkPoints(), vtkCellArray()
    rows = [np.asarray(line, dtype=float) for line, _ in lines]
    if rows:
        starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
        orders = [np.r_[start : start + len(row), [start] if isClosed else []]
                  for start, row, (_, isClosed) in zip(starts, rows, lines, strict=True)]  # fmt: skip
        offsets = np.cumsum([0, *(len(order) for order in orders)])
        points.SetData(numpy_to_vtk(np.ascontiguousarray(np.concatenate(rows)), deep=True))
        cells.SetData(numpy_to_vtkIdTypeArray(offsets.astype(np.int64), deep=True),
                      numpy_to_vtkIdTypeArray(np.concatenate(orders).astype(np.int64), deep=True))  # fmt: skip
    found.SetPoints(points)
    found.SetLines(cells)
    return found
