"""One segment in every position, with its lower vertebra held: what moves in the strip is the upper one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Segment, spineRegionOf
from DynamicSpineLib.Geometry.Planes import fitPlanes
from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Scene.PictureContent import (
    PictureCaption,
    PictureLayout,
    PictureOutline,
    SlicePicture,
    marksKey,
    pictureMarks,
)
from DynamicSpineLib.Scene.PictureDrawing import PicturePlan, drawPlans
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, sagittalPlane
from DynamicSpineLib.Scene.SlicePictures import CORNERS, cornersOf, levelLabels, uprightPlane
from DynamicSpineLib.Study.CarryState import levelsToCheck
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Landmark, LandmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import routinePosition

_ENDPLATE = ("SA", "SP")
_CANAL, _CORD = ("CA", "CP"), ("KA", "KP")
_FEWEST_CORNERS = 3
_WITHIN_MM = 5.0
_MARGIN_MM = 4.0
_LEAST_MM = 1.0  # lengths below which corners fix no plane, or no direction in it
# By the region of the upper body: the field of view, larger where two bodies do not fit, and the guide's length.
_FIELD_MM = {"cervical": 50.0, "thoracic": 65.0, "lumbar": 75.0}
_GUIDE_MM = {"cervical": 8.0, "thoracic": 10.0, "lumbar": 14.0}
_SCALE_BAR_MM = 10.0
_LABEL_PIXELS, _LABEL_DISTANCE_PIXELS = 16, 20
_LAYOUT = PictureLayout(11, 9, True)
_CAPTION_PIXELS = 18  # below the bodies, of the text at the lower edge
_GUIDE_COLOR = (0.1, 0.6, 1.0)  # seen on white fluid and on gray bone


@dataclass(frozen=True)
class _Held:
    """A position whose lower endplate can be held: planes centered on it, one level with it, one turned as shown."""

    position: Position
    level: PicturePlane
    plane: PicturePlane


def levelStrip(
    case: Case, source: Path, segment: str, size: tuple[int, int] = (360, 360)
) -> Steps[dict[str, bytes]]:  # fmt: skip
    """Draw one PNG of a segment such as "L4L5" for each position that allows it, by position id; a step for each.

    For which positions those are see stripPlan, for the source and what is raised see drawPlans.
    """
    (pictures,) = yield from drawPlans(case, source, (stripPlan(case, segment, size),))
    return pictures


def stripPlan(case: Case, segment: str, size: tuple[int, int] = (360, 360)) -> PicturePlan:
    """What the strip of a segment shows: the same scale and the lower vertebra at the same place in all pictures.

    Its superior endplate is as inclined as it really is in the routine position, else in the first one. Left out are
    positions without a volume, without that endplate, or with fewer than three corners of the lower body (two where
    no more are defined: S1). The plan is empty for a segment that the case does not have.
    """
    found = case.chain.segment(segment)
    if found is None:
        return {}
    held = _heldPositions(case, found)
    if not held:
        return {}
    center, field = _frame(held, found, size)
    return {item.position.id: _picture(case, item, found, _moved(item.plane, center), field, size) for item in held}


def _heldPositions(case: Case, segment: Segment) -> list[_Held]:
    level = {item.id: plane for item in case.positions
             if item.volume and (plane := _endplatePlane(item.marks, segment)) is not None}
    if not level:
        return []
    routine = routinePosition(case)
    first = routine.id if routine is not None and routine.id in level else next(iter(level))
    angle = _inclination(level[first])
    return [_Held(item, level[item.id], _turned(level[item.id], angle)) for item in case.positions if item.id in level]


def _endplatePlane(marks: LandmarkSet, segment: Segment) -> PicturePlane | None:
    """The plane of a segment's corners, centered on the lower body's superior endplate, which lies level in it."""
    upper, lower = (cornersOf(marks, level) for level in (segment.upper, segment.lower))
    defined = sum(definitionAt(segment.lower, code) is not None for code in CORNERS)
    points = np.array([*upper.values(), *lower.values()], dtype=float)
    if not set(_ENDPLATE) <= set(lower) or len(lower) < min(_FEWEST_CORNERS, defined) or len(points) < 3:
        return None
    fit = fitPlanes(points)
    if fit.widthMm < _LEAST_MM:
        return None
    middle = np.mean([lower[code] for code in _ENDPLATE], axis=0)
    middle = middle - ((middle - fit.centroid) @ fit.normal) * fit.normal
    anterior = np.subtract(lower["SA"], lower["SP"])
    anterior = anterior - (anterior @ fit.normal) * fit.normal
    up = np.cross(fit.normal, anterior)
    below = [point for code, point in lower.items() if code not in _ENDPLATE]
    toward = np.mean(list(upper.values()), axis=0) - middle if upper else middle - np.mean(below, axis=0)
    if abs(up @ toward) < _LEAST_MM**2:
        return None
    return sagittalPlane(middle, anterior, up * np.sign(up @ toward))


def _inclination(level: PicturePlane) -> float:
    """The angle in rad from the right of an upright picture up to the right of a plane that is level with a bone."""
    right, up, _ = (np.array(level.right_RAS) @ uprightPlane(level).sliceToRAS[:3, :3]).tolist()
    return float(np.arctan2(up, right))


def _turned(plane: PicturePlane, angle: float) -> PicturePlane:
    """The plane turned so that what was level rises by an angle toward the right."""
    right, up = np.array(plane.right_RAS), np.array(plane.up_RAS)
    across = np.cos(angle) * right - np.sin(angle) * up
    return sagittalPlane(plane.center_RAS, -across, np.sin(angle) * right + np.cos(angle) * up)


def _frame(held: list[_Held], segment: Segment, size: tuple[int, int]) -> tuple[NDArray[np.float64], float]:
    """Middle (mm right of and above the held endplate) and width in mm of what holds both bodies in all positions."""
    smallest = _FIELD_MM[_sizeOf(segment)] / size[0]
    offsets = np.array([item.plane.project(mark.point_RAS)[:2] for item in held
                        for mark in _marksOf(item.position.marks, segment) if mark.point_RAS is not None])
    low, high = offsets.min(axis=0), offsets.max(axis=0)
    width, height = high - low + 2 * _MARGIN_MM
    pixelMm = max(smallest, width / size[0], height / (size[1] - _CAPTION_PIXELS))
    return (low + high) / 2 - [0.0, _CAPTION_PIXELS / 2 * pixelMm], float(pixelMm * size[0])


def _sizeOf(segment: Segment) -> str:
    region = spineRegionOf(segment.upper)
    return region if region in _FIELD_MM else "cervical"


def _moved(plane: PicturePlane, offset: NDArray[np.float64]) -> PicturePlane:
    center = plane.sliceToRAS @ np.array([offset[0], offset[1], 0.0, 1.0])
    return PicturePlane((float(center[0]), float(center[1]), float(center[2])), plane.right_RAS, plane.up_RAS)


def _marksOf(marks: LandmarkSet, segment: Segment) -> list[Landmark]:
    """The placed corners of both bodies, the canal's marks between them and the cord's beside them."""
    found = []
    for item in marks.landmarks.values():
        parsed = parseLandmarkName(item.name)
        if parsed is not None and marks.point(item.name) is not None:
            isBody = parsed.place in (segment.upper, segment.lower) and parsed.code in (*CORNERS, *_CORD)
            if isBody or (parsed.place == segment.name and parsed.code in (*_CANAL, *_CORD)):
                found.append(item)
    return found


def _guide(held: _Held, segment: Segment) -> tuple[PictureOutline, ...]:
    """A thin line up from the held endplate's back corner: the slip is how far the upper body's corner is from it."""
    back = held.position.marks.point(f"{segment.lower}_SP")
    if back is None:
        return ()
    end = np.array(back) + _GUIDE_MM[_sizeOf(segment)] * np.array(held.level.up_RAS)
    start = 0.9 * np.array(back) + 0.1 * end  # lines lie above marks: the corner's dot stays whole
    path = tuple((float(x), float(y), float(z)) for x, y, z in (start, end))
    return (PictureOutline(path, False, _GUIDE_COLOR),)


def _picture(
    case: Case, held: _Held, segment: Segment, plane: PicturePlane, fieldOfViewMm: float, size: tuple[int, int]
) -> SlicePicture:
    marks = held.position.marks
    shown = _marksOf(marks, segment)
    distance = _LABEL_DISTANCE_PIXELS * fieldOfViewMm / size[0]
    return SlicePicture(
        plane, PictureCaption("", f"{case.numbering.statement()}; for research use", "", marksKey(shown)),
        fieldOfViewMm, size, marks=pictureMarks(shown, plane, _WITHIN_MM),
        outlines=_guide(held, segment),
        labels=levelLabels(marks, plane, (segment.upper, segment.lower), distance, _LABEL_PIXELS,
                           levelsToCheck(case, held.position)),
        scaleBarMm=_SCALE_BAR_MM, layout=_LAYOUT,
    )  # fmt: skip
