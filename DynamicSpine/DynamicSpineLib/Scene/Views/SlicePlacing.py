"""Placing slice views: on a plane, or on a point with as little movement as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from DynamicSpineLib.Scene.Frames import ToFrame, fromVolumeFrame, toVolumeFrame
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint, sagittalPlane

if TYPE_CHECKING:
    from slicer import vtkMRMLSliceNode, vtkMRMLTransformableNode

INSIDE_SHARE = 0.42
"""A point farther from the middle than this share of the view's width or height is too near its edge."""

_STEP_MM = 1.0  # over which a transform is taken for straight
_SAME_ANGLE = 1e-4  # of unit vectors' components: a view that is turned by less is as it should be


def planeInWorld(plane: PicturePlane, node: vtkMRMLTransformableNode | None) -> PicturePlane:
    """A plane given in a node's own frame (a volume's, say) as it lies in the world; bent transforms at its middle."""
    return plane if _isInWorld(node) else _moved(plane, toVolumeFrame(node, None))


def planeInFrame(plane: PicturePlane, node: vtkMRMLTransformableNode | None) -> PicturePlane:
    """A plane of the world as it lies in a node's own frame: what planeInWorld undoes."""
    return plane if _isInWorld(node) else _moved(plane, fromVolumeFrame(node, None))


def shownPlane(view: vtkMRMLSliceNode) -> PicturePlane:
    """The plane that a view shows now, its center in the middle of the screen, in the world."""
    rows = np.reshape(view.GetSliceToRAS().GetData(), (4, 4))
    x, y, _ = view.GetXYZOrigin()  # where the user has dragged the picture to, mm along its axes
    center = rows[:3, 3] + x * rows[:3, 0] + y * rows[:3, 1]
    return PicturePlane(asPoint(center), asPoint(rows[:3, 0]), asPoint(rows[:3, 1]))


def placeSlice(
    view: vtkMRMLSliceNode, plane: PicturePlane, fieldMm: tuple[float, float] | None = None, spacingMm: float = 0.0
) -> None:
    """Show a plane of the world, with its center in the middle of the view.

    fieldMm: width and height that must be seen; None keeps the user's zoom. spacingMm: the distance of the volume's
    slices across the plane: half of it is how far from the plane Slicer shows control points; 0 keeps it.
    """
    modifying = view.StartModify()
    view.GetSliceToRAS().DeepCopy(plane.sliceToRAS.ravel())
    view.SetSliceOrigin(0.0, 0.0, 0.0)
    width, height, depth = view.GetFieldOfView()
    if fieldMm is not None:
        width, height = fittedField(fieldMm, viewSize(view))
    view.SetFieldOfView(width, height, spacingMm or depth)
    view.UpdateMatrices()
    view.EndModify(modifying)


def bringTo(
    view: vtkMRMLSliceNode, plane: PicturePlane, spacingMm: float = 0.0, insideShare: float = INSIDE_SHARE
) -> bool:
    """Turn and shift a view to a plane of the world, keeping zoom and pan; True where the view had to change.

    The view moves along the plane's normal. Only where the plane's center would then lie outside of the middle part of
    the view (see INSIDE_SHARE) is it put into the middle.
    """
    shown = shownPlane(view)
    right, up, away = plane.project(shown.center_RAS).tolist()
    width, height, _ = view.GetFieldOfView()
    stays = abs(right) <= insideShare * width and abs(up) <= insideShare * height
    turned = bool(np.abs(plane.sliceToRAS[:3, :2] - shown.sliceToRAS[:3, :2]).max() > _SAME_ANGLE)
    if stays and not turned and abs(away) < _SAME_ANGLE:
        return False
    center = plane.sliceToRAS @ np.array([right, up, 0.0, 1.0]) if stays else np.array([*plane.center_RAS, 1.0])
    placeSlice(view, PicturePlane(asPoint(center[:3]), plane.right_RAS, plane.up_RAS), None, spacingMm)
    return True


def viewSize(view: vtkMRMLSliceNode) -> tuple[int, int]:
    """Columns and rows of a view in pixels; 256 each as long as nothing draws it."""
    columns, rows, _ = view.GetDimensions()
    return max(int(columns), 1), max(int(rows), 1)


def fittedField(fieldMm: tuple[float, float], size: tuple[int, int]) -> tuple[float, float]:
    """The width and height in mm of a view of some pixels in which a rectangle of mm is just seen whole."""
    pixelMm = max(fieldMm[0] / size[0], fieldMm[1] / size[1])
    return pixelMm * size[0], pixelMm * size[1]


def _isInWorld(node: vtkMRMLTransformableNode | None) -> bool:
    return node is None or node.GetParentTransformNode() is None


def _moved(plane: PicturePlane, moved: ToFrame) -> PicturePlane:
    center, right, up = (np.array(item) for item in (plane.center_RAS, plane.right_RAS, plane.up_RAS))
    middle, across, along = (np.array(moved(asPoint(point)))
                             for point in (center, center + _STEP_MM * right, center + _STEP_MM * up))  # fmt: skip
    return sagittalPlane(middle, middle - across, along - middle)
