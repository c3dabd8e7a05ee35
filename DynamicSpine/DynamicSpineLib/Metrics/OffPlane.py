"""Which midsagittal points lie too far from the planes they are measured in."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Anatomy.Levels import spineRegionOf
from DynamicSpineLib.Geometry.Planes import Frames, fitPlanes
from DynamicSpineLib.Metrics.Gates import FORAMEN_CODES
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.PointTable import CORNERS, SIDES, Array, cornerName
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.SagittalFrames import CRANIOCERVICAL_CODES, segmentIndices, stretches
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

STANDS_OUT = 3.0
"""A corner stands out where it lies this many times farther from the plane than the others do (RMS)."""

_LEVEL_CODES = ("SL", "KA", "KP", "SPU", "SPL")
_SEGMENT_CODES = ("CA", "CP", "TA", "TP", "LP", "KA", "KP")


def pointsOffPlane(measured: ReadingValues) -> set[tuple[str, str]]:
    """(position, landmark) of every such point. A corner is judged in the planes of both its segments."""
    largest = np.array([_largestOffPlaneMm(position.geometry) for position in measured.case.positions])
    finder = _Finder(measured, largest)
    levels, segments = measured.table.levels, measured.table.segments
    frames, chain = measured.context.frames, measured.case.chain
    for part in segmentIndices(measured.table):
        names = [chain.levels[index] for index in part]
        for code in CORNERS:
            finder.judge(frames.segments, levels[code][:, part], names, code)
    for code in _LEVEL_CODES:
        finder.judge(frames.levels, levels[code], list(chain.levels), code)
    for code in _SEGMENT_CODES:
        finder.judge(frames.segments, segments[code], [item.name for item in chain.segments], code)
    if "OcC2" in frames.regions:
        region = frames.regions["OcC2"]
        wide = Frames(region.origin[:, None], region.anterior[:, None], region.cranial[:, None])
        top = [str(level) for level in ("Oc", "C1", "C2") if level in chain.levels]
        for code in CRANIOCERVICAL_CODES:
            finder.judge(wide, levels[code][:, [chain.levels.index(level) for level in top]], top, code)
    return finder.far | _standingOut(measured, largest) | _foraminaAcrossSlices(measured, largest)


def _foraminaAcrossSlices(measured: ReadingValues, largestMm: Array) -> set[tuple[str, str]]:
    """Marks of thoracic and lumbar foramina that lie farther than the limit, across the slices, from their fellows.

    Lengths of a foramen are taken in space, so that a mark on another slice makes it larger.
    """
    far: set[tuple[str, str]] = set()
    points = np.stack([measured.table.sided[code] for code in FORAMEN_CODES], axis=-2)
    left = measured.context.frames.segments.left[:, :, None, None]
    across = (points * left).sum(axis=-1)
    middle = np.where(np.isfinite(across), across, 0.0).sum(axis=-1) / np.maximum(np.isfinite(across).sum(axis=-1), 1)
    with np.errstate(invalid="ignore"):
        beyond = np.abs(across - middle[..., None]) > largestMm[:, None, None, None]
    segments = measured.case.chain.segments
    for row, column, side, number in np.argwhere(beyond):
        if spineRegionOf(segments[column].upper) in ("thoracic", "lumbar"):
            name = f"{segments[column].name}_{FORAMEN_CODES[number]}_{SIDES[side]}"
            far.add((measured.case.positions[row].id, name))
    return far


def _standingOut(measured: ReadingValues, largestMm: Array) -> set[tuple[str, str]]:
    """Corners that stand out of the plane of their whole stretch while all others keep to it.

    A corner at the end of the marked spine pulls its own segment's plane along and would not be seen there.
    """
    far: set[tuple[str, str]] = set()
    levels, chain = measured.table.levels, measured.case.chain
    for stretch in stretches(measured.table):
        corners = np.concatenate([levels[code][:, stretch] for code in CORNERS], axis=1)
        names = [cornerName(chain.levels[index], code) for code in CORNERS for index in stretch]
        fit = fitPlanes(corners)
        distances = ((corners - fit.centroid[:, None]) * fit.normal[:, None]).sum(axis=-1)
        squares = np.where(np.isfinite(distances), distances, 0.0) ** 2
        others = np.sqrt((squares.sum(axis=1, keepdims=True) - squares) / np.maximum(fit.count[:, None] - 1, 1))
        with np.errstate(invalid="ignore"):
            beyond = (np.abs(distances) > largestMm[:, None]) & (np.abs(distances) > STANDS_OUT * others)
        for row, column in np.argwhere(beyond):
            far.add((measured.case.positions[row].id, names[column]))
    return far


class _Finder:
    """Collects (position, landmark) of points beyond the limit of their position."""

    def __init__(self, measured: ReadingValues, largestMm: Array) -> None:
        self._ids = [position.id for position in measured.case.positions]
        self._largest = largestMm[:, None]
        self.far: set[tuple[str, str]] = set()

    def judge(self, frames: Frames, points_RAS: Array, places: list[str], code: str) -> None:
        """Judge points (P, N, 3) of one code at N places against frames (P, N)."""
        with np.errstate(invalid="ignore"):
            beyond = np.abs(frames.offPlaneMm(points_RAS)) > self._largest
        for row, column in np.argwhere(beyond):
            self.far.add((self._ids[row], cornerName(places[column], code)))


def _largestOffPlaneMm(geometry: VolumeGeometry | None) -> float:
    """2 mm, or half a slice where that is less, but no less than a careful reader's placing error."""
    if geometry is None:
        return limit("offPlaneMm")
    halfSlice = geometry.spacingMm[geometry.sliceAxis()] / 2.0
    return max(min(limit("offPlaneMm"), halfSlice), limit("thinSliceOffPlaneMm"))
