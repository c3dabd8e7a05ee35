"""Pictures of slices through volumes, drawn off screen by Slicer's own slice view."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, splitSegment
from DynamicSpineLib.Geometry.Planes import fitPlanes
from DynamicSpineLib.Scene.PictureContent import (
    ORIGIN_COLORS,
    TEXT_PIXELS,
    PictureCaption,
    PictureLabel,
    PictureOutline,
    RenderedPicture,
    SlicePicture,
    marksKey,
    pictureMarks,
)
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, sagittalPlane
from DynamicSpineLib.Study.Marks import LandmarkSet, Point
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode

    from DynamicSpineLib.Scene.Overlays.LaidOver import LaidOver

CORNERS = ("SA", "SP", "IA", "IP")
_MARGIN_MM = 20.0
_NEAR_MM = 8.0
_LABEL_DISTANCE_MM = 9.0
_WITHOUT_MARKS_MM = 180.0


def renderSlice(
    volume: vtkMRMLScalarVolumeNode | LaidOver, picture: SlicePicture, over: LaidOver | None = None
) -> RenderedPicture:
    """Draw one picture of a volume in its own frame, or laid in another, with a second one over it.

    Transforms above the nodes play no part.

    Points of the picture are in that frame as well, as a case has them. The same input gives the same bytes. The first
    call of a process starts the view (half a second). Raises JobError where this machine cannot draw.
    """
    from DynamicSpineLib.Scene.SliceStudio import sliceStudio

    return sliceStudio().draw(volume, picture, over)


def planeOfMarks(marks: LandmarkSet, levels: tuple[str, ...]) -> PicturePlane | None:
    """The sagittal plane through the body corners of some levels, centered on their marks, anterior left, cranial up.

    levels: cranial to caudal; two for a segment, all for a region. None where fewer than three corners are placed, or
    none tell front from back or top from bottom.
    """
    corners = {level: cornersOf(marks, level) for level in levels}
    points = [point for found in corners.values() for point in found.values()]
    anterior = [np.subtract(found[front], found[back]) for found in corners.values()
                for front, back in (("SA", "SP"), ("IA", "IP")) if front in found and back in found]
    centers = [np.mean(list(found.values()), axis=0) for found in corners.values() if found]
    if len(points) < 3 or not anterior or len(centers) < 2:
        return None
    fit = fitPlanes(np.array(points, dtype=float))
    cranial = _within(centers[0] - centers[-1], fit.normal)
    plane = sagittalPlane(fit.centroid, _within(np.sum(anterior, axis=0), fit.normal), cranial)
    offsets = plane.project(_pointsNear(marks, plane, levels))
    middle = (offsets.min(axis=0) + offsets.max(axis=0)) / 2
    center = fit.centroid + middle[0] * np.array(plane.right_RAS) + middle[1] * np.array(plane.up_RAS)
    return sagittalPlane(center, -np.array(plane.right_RAS), plane.up_RAS)


def uprightPlane(plane: PicturePlane) -> PicturePlane:
    """The same plane turned so that the patient's own head end is at the top: a bent spine then looks bent.

    A plane that lies across the patient stays as it is.
    """
    normal = np.cross(plane.right_RAS, plane.up_RAS)
    up = _within(np.array([0.0, 0.0, 1.0]), normal)
    if np.linalg.norm(up) < 0.5:
        return plane
    anterior = -np.array(plane.right_RAS)
    return sagittalPlane(plane.center_RAS, anterior - (anterior @ up) / (up @ up) * up, up)


def cornersOf(marks: LandmarkSet, level: str) -> dict[str, Point]:
    """The placed corners of a body by code: SA, SP, IA, IP."""
    found = {code: marks.point(f"{level}_{code}") for code in CORNERS}
    return {code: point for code, point in found.items() if point is not None}


def _within(direction: np.ndarray, normal: np.ndarray) -> np.ndarray:
    return direction - (direction @ normal) * normal


def fieldOfMarks(
    marks: LandmarkSet, plane: PicturePlane, levels: tuple[str, ...], marginMm: float = _MARGIN_MM
) -> float:
    """The edge in mm of the square picture that holds the marks of some levels near a plane, with a margin around."""
    points = _pointsNear(marks, plane, levels)
    if not points:
        return _WITHOUT_MARKS_MM
    return 2 * float(np.abs(plane.project(points)[:, :2]).max()) + 2 * marginMm


def positionPicture(
    position: Position, chain: Chain, numbering: str, fieldOfViewMm: float | None = None,
    size: tuple[int, int] = (640, 640), withinMm: float = 5.0, verdicts: Mapping[str, str] = MappingProxyType({}),
) -> SlicePicture:  # fmt: skip
    """The picture of a whole position: the plane of its bodies, the marks near that plane, level names, caption.

    numbering: the statement on how levels were counted. fieldOfViewMm: None takes what the marks need. Where bodies are
    not marked, the plane is the middle of the volume. verdicts: what is to be said of a level below its name.
    """
    marks, levels = position.marks, chain.levels
    plane = uprightPlane(planeOfMarks(marks, levels) or _middlePlane(position))
    return SlicePicture(
        plane, PictureCaption(position.shownTitle, numbering, key=marksKey(marks.landmarks.values())),
        fieldOfViewMm or fieldOfMarks(marks, plane, levels), size,
        marks=pictureMarks(marks.landmarks.values(), plane, withinMm), outlines=outlinesNear(marks, plane, withinMm),
        labels=levelLabels(marks, plane, levels, verdicts=verdicts),
    )  # fmt: skip


def _pointsNear(marks: LandmarkSet, plane: PicturePlane, levels: tuple[str, ...]) -> list[Point]:
    """The placed points near a plane that belong to the levels or to segments between them."""
    found = []
    for item in marks.landmarks.values():
        parsed = parseLandmarkName(item.name)
        if parsed is None or item.point_RAS is None or abs(plane.project(item.point_RAS)[2]) > _NEAR_MM:
            continue
        segment = splitSegment(parsed.place)
        if parsed.place in levels or (segment is not None and {segment.upper, segment.lower} <= set(levels)):
            found.append(item.point_RAS)
    return found


def _middlePlane(position: Position) -> PicturePlane:
    geometry = position.geometry
    center = (0.0, 0.0, 0.0)
    if geometry is not None:
        middle = geometry.ijkToRAS @ np.array([*((np.array(geometry.size) - 1) / 2), 1.0])
        center = (float(middle[0]), float(middle[1]), float(middle[2]))
    return sagittalPlane(center, (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def outlinesNear(marks: LandmarkSet, plane: PicturePlane, withinMm: float) -> tuple[PictureOutline, ...]:
    """The curves that lie within `withinMm` of a plane all along, closed ones as Slicer interpolates them."""
    outlines = []
    for item in marks.contours.values():
        points = np.array(item.points_RAS, dtype=float).reshape(-1, 3)
        if len(points) > 1 and bool(np.all(np.abs(plane.project(points)[:, 2]) <= withinMm)):
            curve = _interpolated(points) if item.closed and len(points) > 2 else points
            path = tuple((float(x), float(y), float(z)) for x, y, z in curve)
            outlines.append(PictureOutline(path, item.closed, ORIGIN_COLORS[item.origin]))
    return tuple(outlines)


def _interpolated(points: np.ndarray) -> np.ndarray:
    from DynamicSpineLib.Scene.ContourNodes import slicerClosedCurvePoints

    return slicerClosedCurvePoints(points)


def levelLabels(
    marks: LandmarkSet, plane: PicturePlane, levels: tuple[str, ...],
    distanceMm: float = _LABEL_DISTANCE_MM, sizePixels: int = TEXT_PIXELS,
    verdicts: Mapping[str, str] = MappingProxyType({}),
) -> tuple[PictureLabel, ...]:  # fmt: skip
    """The name of each level in front of its body, where a front corner of it is placed; a verdict below the name."""
    labels = []
    for level in levels:
        corners = cornersOf(marks, level)
        front = [corners[code] for code in ("SA", "IA") if code in corners]
        if front:
            # With one corner only, half a body toward the missing one.
            toward = 0.0 if len(front) == 2 else _LABEL_DISTANCE_MM * (1.0 if "IA" in corners else -1.0)
            place = np.mean(front, axis=0) - distanceMm * np.array(plane.right_RAS)
            x, y, z = place + toward * np.array(plane.up_RAS)
            text = f"{level}\n{verdicts[level]}" if level in verdicts else level
            labels.append(PictureLabel(text, (float(x), float(y), float(z)), sizePixels=sizePixels))
    return tuple(labels)
