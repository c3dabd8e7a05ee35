"""Named lines and closed curves <-> Slicer's line and curve nodes, one node each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from slicer import vtkMRMLMarkupsClosedCurveNode, vtkMRMLMarkupsNode

from DynamicSpineLib.Scene.CaseRoles import CONTOUR_ATTRIBUTE
from DynamicSpineLib.Scene.Frames import ToFrame, controlPoint, samePoint
from DynamicSpineLib.Study.MarkHow import howOf, readHow, writeHow
from DynamicSpineLib.Study.Marks import Contour, Point

if TYPE_CHECKING:
    from slicer import vtkMRMLScene

_HOW_ATTRIBUTE = "DynamicSpine.How"


def addContourNode(scene: vtkMRMLScene, name: str, contour: Contour) -> vtkMRMLMarkupsNode:
    """A new node for a contour: a closed curve, a line (two ends), or an open curve.

    It gets a display node when it is first shown: every view of the application takes time for each one that exists.
    """
    kind = "ClosedCurve" if contour.closed else "Line" if len(contour.points_RAS) == 2 else "Curve"
    node = scene.AddNewNodeByClass(f"vtkMRMLMarkups{kind}Node", name)
    how = writeHow(howOf(contour))
    node.SetAttribute(CONTOUR_ATTRIBUTE, contour.name)
    node.SetAttribute(_HOW_ATTRIBUTE, how)
    modifying = node.StartModify()
    for number, point in enumerate(contour.points_RAS, start=1):
        node.SetNthControlPointDescription(node.AddControlPoint(point, f"{contour.name}-{number}"), how)
    node.EndModify(modifying)
    return node


def readContour(node: vtkMRMLMarkupsNode, toFrame: ToFrame, written: Mapping[str, Sequence[Point]]) -> Contour:
    """The contour of a node, its placed control points in the frame that `toFrame` maps to.

    written: control points by contour name as they were written, returned to the last digit where the node still has
    them up to rounding.
    """
    name = node.GetAttribute(CONTOUR_ATTRIBUTE) or node.GetName()
    placed = [index for index in range(node.GetNumberOfControlPoints())
              if node.GetNthControlPointPositionStatus(index) == vtkMRMLMarkupsNode.PositionDefined]
    points = [toFrame(controlPoint(node, index)) for index in placed]
    how = readHow(node.GetNthControlPointDescription(placed[0]) if placed else node.GetAttribute(_HOW_ATTRIBUTE))
    exact = _exactWhereSame(points, written.get(name, ()))
    return Contour(name, exact, _isClosed(node), how.origin, how.confirmed, how.sdMm, how.quality)


def _exactWhereSame(points: list[Point], written: Sequence[Point]) -> tuple[Point, ...]:
    if len(points) != len(written):
        return tuple(points)
    return tuple(exact if samePoint(exact, point) else point for exact, point in zip(written, points, strict=True))


def _isClosed(node: Any) -> bool:
    return bool(node.IsA("vtkMRMLMarkupsClosedCurveNode"))


def slicerClosedCurvePoints(controlPoints: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points (M, 3) through which Slicer itself draws a closed curve of control points (N, 3), last = first.

    The default interpolation of vtkMRMLMarkupsClosedCurveNode: the reference for DynamicSpine's own.
    """
    from vtkmodules.util.numpy_support import vtk_to_numpy

    node = vtkMRMLMarkupsClosedCurveNode()
    for point in np.asarray(controlPoints, dtype=float):
        node.AddControlPoint(*point)
    points: NDArray[np.float64] = np.array(vtk_to_numpy(node.GetCurvePoints().GetData()), dtype=float)
    return points
