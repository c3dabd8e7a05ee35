"""The midsagittal section of a body: where its endplates and walls lie, in the vertebra's own plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Segmentations.MaskField import BORDER, Array, MaskField
from DynamicSpineLib.Segmentations.VertebraFrames import VertebraFrame

STEP_MM = 0.25
REACH_MM = 45.0
TURNS = 4
ENDPLATE_SHARE = 0.3
"""Endplates are followed this share of the depth in front of and behind the middle to find how the body is turned."""


@dataclass(frozen=True)
class Face:
    """One side of a section: its border in the vertebra's plane.

    along: (N,) mm, ascending: u (anterior) for an endplate, v (cranial) for a wall. at: (N,) mm, the other coordinate,
    NaN where the border was not met. cut: (N,) True where the field of view ends before the border does.
    """

    along: Array
    at: Array
    cut: NDArray[np.bool_]

    def between(self, low: float, high: float) -> tuple[Array, Array]:
        """Border points (along, at) with low <= along <= high that are known and not cut."""
        kept = (self.along >= low) & (self.along <= high) & np.isfinite(self.at) & ~self.cut
        return self.along[kept], self.at[kept]


@dataclass(frozen=True)
class BodySection:
    """A body's midsagittal section in a frame whose axes follow the body; u anterior, v cranial, mm."""

    frame: VertebraFrame
    top: Face
    bottom: Face
    front: Face
    back: Face

    @property
    def depth(self) -> tuple[float, float]:
        """Back and front end (u) at mid-height."""
        return _middleOf(self.back), _middleOf(self.front)

    @property
    def height(self) -> tuple[float, float]:
        """Lower and upper end (v) at mid-depth."""
        return _middleOf(self.bottom), _middleOf(self.top)


def bodySection(field: MaskField, frame: VertebraFrame, plate: int = 0, wallMm: float = 0.0) -> BodySection | None:
    """The section of a body, its frame turned and moved to it; None where the plane meets no bone at the center.

    plate: +1 or -1 for a bone whose only endplate is its upper or lower one; the frame then follows that endplate, and
    its center stays half of `wallMm` away from it.
    """
    for _ in range(TURNS):
        section = sectionIn(field, frame)
        if section is None:
            return None
        (back, front), (low, high) = section.depth, section.height
        if not np.all(np.isfinite([back, front, low, high])):
            return section
        middle, reach = 0.5 * (back + front), ENDPLATE_SHARE * (front - back)
        slopes = [_slope(*face.between(middle - reach, middle + reach)) for face in _plates(section, plate)]
        known = [slope for slope in slopes if slope is not None]
        angle = float(np.degrees(np.arctan(np.mean(known)))) if known else 0.0
        height = 0.5 * (low + high) if not plate else (high - 0.5 * wallMm if plate > 0 else low + 0.5 * wallMm)
        frame = section.frame.turned(angle, middle, height)
        if abs(angle) < 0.05 and abs(middle) < 0.1 and abs(height) < 0.1:
            break
    return sectionIn(field, frame)


def _plates(section: BodySection, plate: int) -> tuple[Face, ...]:
    return {0: (section.top, section.bottom), 1: (section.top,), -1: (section.bottom,)}[plate]


def sectionIn(field: MaskField, frame: VertebraFrame) -> BodySection | None:
    """The section in a frame as it is, followed outwards from the frame's center; None where that lies in no bone."""
    steps = np.arange(-REACH_MM, REACH_MM + 0.5 * STEP_MM, STEP_MM)
    u, v = np.meshgrid(steps, steps)
    points = frame.points(u, v)
    values, known = field.at(points), field.inField(points)
    middle = len(steps) // 2
    if values[middle, middle] < BORDER:
        return None
    inside = _reached(values >= BORDER, middle)
    columns, rows = inside[middle], inside[:, middle]
    return BodySection(
        frame,
        _face(values, known, steps, columns, middle, +1),
        _face(values, known, steps, columns, middle, -1),
        _face(values.T, known.T, steps, rows, middle, +1),
        _face(values.T, known.T, steps, rows, middle, -1),
    )


def _reached(inside: NDArray[np.bool_], middle: int) -> NDArray[np.bool_]:
    """The part of a binary section that is joined to its middle."""
    from scipy.ndimage import label

    parts = label(inside)[0]
    return np.asarray(parts == parts[middle, middle])


def _face(
    values: Array, known: NDArray[np.bool_], steps: Array, started: NDArray[np.bool_], middle: int, sign: int
) -> Face:
    """Going from the middle row to higher (sign 1) or lower rows in every started column, where the border is met."""
    order = np.arange(middle, len(steps)) if sign > 0 else np.arange(middle, -1, -1)
    ahead, seen = values[order], known[order]
    outside = ahead < BORDER
    first = np.argmax(outside, axis=0)
    columns = np.arange(len(steps))
    found = started & outside[first, columns] & (first > 0)
    inner, outer = ahead[np.maximum(first - 1, 0), columns], ahead[first, columns]
    share = (inner - BORDER) / np.maximum(inner - outer, 1e-9)
    at = steps[middle] + sign * STEP_MM * (np.maximum(first - 1, 0) + share)
    cut = started & ~seen[first, columns]
    return Face(steps, np.where(found, at, np.nan), cut | (started & ~found))


def _middleOf(face: Face) -> float:
    """Median border near the middle of what is known of a face."""
    known = np.isfinite(face.at)
    if not np.any(known):
        return float("nan")
    along = face.along[known]
    near = np.abs(along) <= max(3.0, float(np.abs(along).min()))
    return float(np.median(face.at[known][near]))


def _slope(along: Array, at: Array) -> float | None:
    """Slope of a line through border points, None where there are too few."""
    return float(np.polyfit(along, at, 1)[0]) if len(along) > 8 else None
