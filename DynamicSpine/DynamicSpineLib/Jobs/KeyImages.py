"""One midsagittal picture of every position with its landmarks, all at one scale, drawn by Slicer's own slice view."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import DynamicSpineError
from DynamicSpineLib.Geometry.Planes import fitPlanes
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import DEFINED, Landmark
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from DynamicSpineLib.Scene.PicturePlane import PicturePlane

MARGIN_MM = 28.0
"""Anatomy shown around the outermost landmarks."""

SMALLEST_FIELD_MM = 90.0
WITHIN_MM = 6.0
"""Landmarks farther from the plane are not drawn: they belong to other slices."""

Array = NDArray[np.float64]


def keyImages(case: Case, volumes: Mapping[str, Path]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """PNG by position id, and a sentence for each position that has none although its volume is there.

    volumes: file or DICOM folder by position id. Positions without a volume or without marks are left out.
    """
    shown = [item for item in case.positions if item.id in volumes and len(_midlinePoints(item)) >= 3]
    if not shown:
        return {}, ()
    try:
        return _draw(case, shown, volumes), ()
    except DynamicSpineError as error:
        return {}, (f"The pictures of the positions could not be drawn: {error}",)


def _draw(case: Case, shown: list[Position], volumes: Mapping[str, Path]) -> dict[str, bytes]:
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
    from DynamicSpineLib.Scene.PictureContent import PictureCaption, SlicePicture, pictureMarks
    from DynamicSpineLib.Scene.SliceStudio import sliceStudio
    from DynamicSpineLib.Scene.Volumes import loadVolume

    studio, scene = sliceStudio(), headlessApplication().scene
    planes = {item.id: _plane(_midlinePoints(item)) for item in shown}
    field = max(_fieldMm(planes[item.id], _midlinePoints(item)) for item in shown)
    pictures = {}
    for item in shown:
        node = loadVolume(scene, volumes[item.id], item.id)
        marks = pictureMarks(_drawn(item), planes[item.id], WITHIN_MM)
        caption = PictureCaption(item.shownTitle, case.numbering.statement())
        picture = SlicePicture(planes[item.id], caption, fieldOfViewMm=field, marks=marks)
        pictures[item.id] = studio.draw(node, picture).png
        scene.RemoveNode(node)
    return pictures


def _drawn(position: Position) -> tuple[Landmark, ...]:
    return tuple(mark for mark in position.marks.landmarks.values() if mark.status == DEFINED)


def _midlinePoints(position: Position) -> Array:
    """Points (N, 3) of all landmarks without a side."""
    points = [mark.point_RAS for mark in _drawn(position) if mark.name[-2:] not in ("_L", "_R")]
    return np.array(points, dtype=float).reshape(-1, 3)


def _plane(points_RAS: Array) -> PicturePlane:
    """The plane of the midline, upright as the patient's own axes are, about the middle of the landmarks."""
    from DynamicSpineLib.Scene.PicturePlane import sagittalPlane

    fit = fitPlanes(points_RAS)
    normal = fit.normal if abs(fit.normal[0]) > 0.5 else np.array([1.0, 0.0, 0.0])
    cranial = np.array([0.0, 0.0, 1.0]) - normal[2] * normal
    anterior = np.cross(normal, cranial)
    anterior = anterior if anterior[1] > 0 else -anterior
    first = sagittalPlane(fit.centroid, anterior, cranial)
    offsets = first.project(points_RAS)
    middle = 0.5 * (offsets.min(axis=0) + offsets.max(axis=0))
    center = fit.centroid + middle[0] * np.array(first.right_RAS) + middle[1] * np.array(first.up_RAS)
    return sagittalPlane(center, anterior, cranial)


def _fieldMm(plane: PicturePlane, points_RAS: Array) -> float:
    """Width of the square picture that holds all points with a margin."""
    extent = np.ptp(plane.project(points_RAS)[:, :2], axis=0).max()
    return float(max(extent + 2.0 * MARGIN_MM, SMALLEST_FIELD_MM))
