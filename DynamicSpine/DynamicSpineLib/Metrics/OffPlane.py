"""Which midsagittal points lie too far from the planes they are measured in."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, cornerName
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.SagittalFrames import CRANIOCERVICAL_CODES, segmentIndices
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

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
    return finder.far


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
    halfSlice = geometry.spacingMm[geometry.sliceAxis(np.array([1.0, 0.0, 0.0]))] / 2.0
    return max(min(limit("offPlaneMm"), halfSlice), limit("thinSliceOffPlaneMm"))
