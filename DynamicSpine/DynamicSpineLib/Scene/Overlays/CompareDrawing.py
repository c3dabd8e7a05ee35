"""What is drawn over two positions: outlines of both, the held vertebra hatched, arrows of what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Hatching import edgeTicks, hatchLines
from DynamicSpineLib.Compare.LineStyles import REFERENCE_STYLE, styleOf
from DynamicSpineLib.Compare.Outlines import BODY, SpineOutline, heldOutlines, outlinesOf, unbentOutlines
from DynamicSpineLib.Compare.Vectors import Arrow, MarkVectors, detectableText, scaled
from DynamicSpineLib.Scene.PictureContent import LEFT, RIGHT, Color, PictureLabel, PictureOutline
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint

Array = NDArray[np.float64]

_HATCH_MM, _TICK_MM = 4.0, 3.0
_HEAD_SHARE, _HEAD_MM = 0.35, 2.2  # of an arrow's length, and at most
_ARROW, _UNSURE = (1.0, 1.0, 1.0), (0.62, 0.62, 0.62)
_ARROW_PIXELS, _TEXT_PIXELS = 2.0, 12
_LEAST_NUMBER_MM = 1.0  # a shorter arrow is a point: its number would only cover it
_NEAR_MM = 8.0
_NUMBERED = ("_SA", "_SP", "_IA", "_IP")


@dataclass(frozen=True)
class Drawing:
    """Lines and words in the reference's frame, RAS mm."""

    outlines: tuple[PictureOutline, ...] = ()
    labels: tuple[PictureLabel, ...] = ()

    def __add__(self, other: Drawing) -> Drawing:
        return Drawing(self.outlines + other.outlines, self.labels + other.labels)


def outlineDrawing(comparison: Comparison, plane: PicturePlane, isUnbent: bool = False) -> Drawing:
    """Bodies, canal and cord of both positions as seen on a plane of the reference's frame, the held vertebra hatched.

    The moving position lies on the reference by the held vertebra, or with isUnbent by all of them.
    """
    case, reference, moving = comparison.case, comparison.reference.id, comparison.moving.id
    own, other = outlinesOf(case, reference), outlinesOf(case, moving)
    if isUnbent and comparison.unbending is not None:
        laid, held = unbentOutlines(other, comparison.unbending), set(comparison.unbending.levels)
    else:
        laid, held = heldOutlines(other, comparison.anchor), {comparison.anchor.level}
    near = [item for item in (*own, *laid) if _isNear(item, plane)]
    lines = [_line(item, reference) for item in near]
    hatched = [line for item in own if item.kind == BODY and item.place in held and _isNear(item, plane)
               for line in _hatching(item, plane)]  # fmt: skip
    return Drawing((*hatched, *lines))


def arrowDrawing(vectors: MarkVectors, plane: PicturePlane, factor: float = 1.0) -> Drawing:
    """An arrow for each mark from the reference to the moving position, with its number and SDC at its tip.

    Arrows that noise alone explains are gray. The held vertebra's own have no words: they are what holding leaves over.
    """
    lines: list[PictureOutline] = []
    labels: list[PictureLabel] = []
    for vector in vectors.vectors:
        arrow = scaled(vector, factor)
        color = _ARROW if arrow.exceedsNoise else _UNSURE
        lines += _arrowLines(arrow, plane, color)
        if not vector.isHeld and vector.lengthMm >= _LEAST_NUMBER_MM and vector.name.endswith(_NUMBERED):
            labels.append(_number(arrow, f"{arrow.text} ({detectableText(vector)})", plane, vector.name.endswith("A")))
    return Drawing(tuple(lines), tuple(labels))


def _isNear(outline: SpineOutline, plane: PicturePlane) -> bool:
    """False for what lies off the plane, such as the foramina's curves."""
    return bool(np.all(np.abs(plane.project(outline.points_RAS)[:, 2]) <= _NEAR_MM))


def _line(outline: SpineOutline, reference: str) -> PictureOutline:
    style = styleOf(outline, reference)
    return PictureOutline(_points(outline.points_RAS), outline.closed, style.color, style.widthPixels,
                          style.patternPixels)  # fmt: skip


def _hatching(outline: SpineOutline, plane: PicturePlane) -> list[PictureOutline]:
    flat = plane.project(outline.points_RAS)[:, :2]
    if outline.closed:
        pieces = hatchLines(flat, _HATCH_MM)
    elif outline.inside_RAS is not None and len(flat) == 2:
        pieces = edgeTicks(flat, plane.project(outline.inside_RAS)[:2], _HATCH_MM, _TICK_MM)
    else:
        return []
    color = REFERENCE_STYLE.color
    return [PictureOutline(_points(_inSpace(piece, plane)), False, color, 1.0) for piece in pieces]


def _arrowLines(arrow: Arrow, plane: PicturePlane, color: Color) -> list[PictureOutline]:
    start, end = plane.project(np.array([arrow.start_RAS, arrow.end_RAS]))[:, :2]
    along = end - start
    length = float(np.linalg.norm(along))
    shaft = PictureOutline(_points(_inSpace(np.array([start, end]), plane)), False, color, _ARROW_PIXELS)
    if length < 1e-6:
        return []
    head = min(_HEAD_SHARE * length, _HEAD_MM) / length * along
    aside = 0.5 * np.array([-head[1], head[0]])
    tip = np.array([end - head + aside, end, end - head - aside])
    return [shaft, PictureOutline(_points(_inSpace(tip, plane)), False, color, _ARROW_PIXELS)]


def _number(arrow: Arrow, text: str, plane: PicturePlane, isFront: bool) -> PictureLabel:
    """The number in front of both ends of an arrow at a body's front, behind both at its back: off the bodies."""
    ends = plane.project(np.array([arrow.start_RAS, arrow.end_RAS]))[:, :2]
    outer = np.argmin(ends[:, 0]) if isFront else np.argmax(ends[:, 0])
    place = asPoint(_inSpace(ends[outer][None], plane)[0])
    return PictureLabel(text, place, sizePixels=_TEXT_PIXELS, onGround=True, beside=LEFT if isFront else RIGHT)


def _inSpace(flat: Array, plane: PicturePlane) -> Array:
    """Points (N, 2) in mm right of and above the plane's center as points (N, 3) of the plane."""
    return np.asarray(flat @ plane.sliceToRAS[:3, :2].T + np.array(plane.center_RAS))


def _points(points: Array | Sequence[Array]) -> tuple[tuple[float, float, float], ...]:
    return tuple(asPoint(point) for point in points)
