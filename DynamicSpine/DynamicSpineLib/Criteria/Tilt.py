"""Segments that are tilted or turned in themselves: there one sagittal plane does not hold for both bones."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planes import fitPlanes
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS

_PLANE_CODES = ("SA", "SP", "IA", "IP", "SL", "SPU", "SPL")
_ENDPLATE_LINES = (("CSL", "CSR"), ("CIL", "CIR"))
_SURE_FROM_ERRORS = 3.0
_ASSUMED_ERROR_DEG = 5.0
"""Error of one position's angle where too few positions show it: slices of 4 mm, a cervical body."""


def tiltedSegments(measured: ReadingValues) -> dict[str, float]:
    """Segments whose two bones stand apart by more than the limit out of the sagittal plane, with the angle in degrees.

    From coronal marks where they are, else from each bone's own midplane. The angle is the mean over the positions that
    are not bent to a side, and must be three times its own error, since slices blur what lies across them.
    """
    bends = [item.bend for item in measured.case.positions]
    upright = [row for row, bend in enumerate(bends) if bend not in BENT_SIDEWAYS]
    left, levels = _leftDirections(measured), measured.case.chain.levels
    found = {}
    for column, segment in enumerate(measured.case.chain.segments):
        ends = [left[upright, levels.index(level)] for level in (segment.upper, segment.lower)]
        frames = measured.context.frames.segments
        turn = np.cross(ends[1], ends[0])
        axes = (frames.anterior[upright, column], frames.cranial[upright, column])
        angles = np.degrees(np.arcsin(np.clip(np.stack([(turn * axis).sum(axis=-1) for axis in axes], axis=-1), -1, 1)))
        angle = _sureAngle(angles[np.isfinite(angles).all(axis=-1)])
        if angle > limit("tiltedSegmentDeg"):
            found[segment.name] = angle
    return found


def _sureAngle(angles: Array) -> float:
    """Size of the mean (tilt, turn) over positions (P, 2), or 0 where it is not three times its error."""
    if not len(angles):
        return 0.0
    spread = angles.std(axis=0, ddof=1).max() if len(angles) > 2 else _ASSUMED_ERROR_DEG
    size = float(np.linalg.norm(angles.mean(axis=0)))
    return size if size > _SURE_FROM_ERRORS * float(spread) / np.sqrt(len(angles)) else 0.0


def _leftDirections(measured: ReadingValues) -> Array:
    """Unit directions (P, L, 3) to each bone's own left; NaN where its marks do not tell."""
    table = measured.table
    lines = np.stack([table.levels[left] - table.levels[right] for left, right in _ENDPLATE_LINES])
    there = np.isfinite(lines)
    known = there.any(axis=0)
    across = np.where(known, np.where(there, lines, 0.0).sum(axis=0), np.nan)
    fit = fitPlanes(np.stack([table.levels[code] for code in _PLANE_CODES], axis=-2))
    flat = (fit.widthMm > limit("tiltPlaneWidthMm"))[..., None]
    guide = np.nanmean(measured.context.frames.segments.left.reshape(-1, 3), axis=0)
    normal = fit.normal * np.sign((fit.normal * guide).sum(axis=-1, keepdims=True))
    direction = np.where(known, across, np.where(flat, normal, np.nan))
    unit: Array = direction / np.linalg.norm(direction, axis=-1, keepdims=True)
    return unit
