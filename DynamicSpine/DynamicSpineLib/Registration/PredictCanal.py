"""The canal's narrowest section of a segment in another position, with the edges of cord, canal and ligament on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Registration.PredictFrames import SegmentCanal
from DynamicSpineLib.Registration.PredictSheet import STATION_MM, STEP_MM, grayAt
from DynamicSpineLib.Registration.PredictWalls import Section, Wall, WallPattern, likeness, slopesAlong, trackWall
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

Array = NDArray[np.float64]

FRONT_SD_MM, BACK_SD_MM = 1.5, 3.0
"""How well the walls are expected from the bones and the reference's width."""

FRONT_OF_MM, BEHIND_MM = 6.0, 8.0
"""How far a sheet goes beyond the walls."""

LINES_MM = np.array([-0.5, 0.0, 0.5])
"""Places along the canal of the lines whose edges are averaged."""

PATTERN_HALF_MM = 2.0
TOLERANCE = 0.15
"""Half length of a wall's pattern, and how far its gray values may be off as a share of fluid's."""

LIGAMENT_MM = 1.0
"""Thickness of the dark border in front of the canal."""

RIM_MM = 0.9
"""Thickness of the layers of fat and film next to the walls, where no cord lies."""


@dataclass(frozen=True)
class Sheet:
    """Gray values (K, M) on lines across the canal at `canal.alongMm` (K,) and depths (M,)."""

    canal: SegmentCanal
    depthMm: Array
    values: Array


@dataclass(frozen=True)
class Line:
    """A straight line across the canal: its front end and unit directions along it and square to it (cranial), RAS."""

    start_RAS: Array
    direction_RAS: Array
    square_RAS: Array

    @property
    def axes(self) -> Array:
        """Rows (3, 3): along the line, square to it, and aside."""
        return np.stack([self.direction_RAS, self.square_RAS, np.cross(self.direction_RAS, self.square_RAS)])

    def local(self, points_RAS: Array) -> Array:
        """Depth, place along the canal and aside (..., 3), mm, of RAS points (..., 3)."""
        return np.asarray((np.asarray(points_RAS) - self.start_RAS) @ self.axes.T)

    def toRAS(self, local: Array) -> Array:
        """RAS points (..., 3) of depths, places along the canal and aside (..., 3)."""
        return np.asarray(self.start_RAS + np.asarray(local) @ self.axes)


def readSheet(volume: GrayVolume, canal: SegmentCanal, frontMm: float, widthMm: float) -> Sheet:
    """The sheet of a segment from in front of its front wall to behind its back wall."""
    depth = np.arange(frontMm - FRONT_OF_MM, frontMm + widthMm + BEHIND_MM, STEP_MM)
    along, depths = np.meshgrid(canal.alongMm, depth, indexing="ij")
    return Sheet(canal, depth, grayAt(volume, canal.frame.toRAS(depths, along)))


def brightness(sheet: Sheet, frontMm: float, widthMm: float) -> float:
    """Gray value of fluid: a high percentile of what lies in the canal; 0 where nothing is known."""
    inside = (sheet.depthMm > frontMm - 1.0) & (sheet.depthMm < frontMm + widthMm + 1.0)
    values = sheet.values[:, inside]
    values = values[np.isfinite(values)]
    return float(np.percentile(values, 92.0)) if len(values) else 0.0


def bodyGray(sheet: Sheet, frontMm: float) -> float:
    """Gray value in front of the canal, where bodies and disc lie; 0 where nothing is known."""
    values = sheet.values[:, sheet.depthMm < frontMm - 1.0]
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else 0.0


def wallPattern(sheet: Sheet, alongMm: float, depthMm: float, sign: float, fluid: float) -> WallPattern:
    """The wall of the reference at a mark: gray values around it on the lines next to the mark."""
    rows = np.abs(sheet.canal.alongMm - alongMm) <= 0.6
    count = round(2.0 * PATTERN_HALF_MM / STEP_MM) + 1
    offsets = (np.arange(count) - count // 2) * STEP_MM
    profile = np.nan_to_num(sheet.values[rows].mean(axis=0)) if rows.any() else np.zeros(len(sheet.depthMm))
    values = np.interp(depthMm + offsets, sheet.depthMm, profile)
    slope = sign * slopesAlong(profile[None], STEP_MM)[0]
    near = np.abs(sheet.depthMm - depthMm) <= 1.0
    return WallPattern(values, float(slope[near].max(initial=0.0)), sign, TOLERANCE * fluid)


def trackedWalls(
    sheet: Sheet, bulgeMm: float, widthMm: float, patterns: tuple[WallPattern, WallPattern], gain: float
) -> tuple[Wall, Wall]:
    """The front and the back wall of the canal on every line of a sheet.

    bulgeMm: how far the front wall lies behind the bodies' back corners. patterns: both walls in the reference.
    """
    expected = sheet.canal.bodyBackMm(sheet.canal.alongMm) + bulgeMm
    like = [likeness(sheet.values, STEP_MM, pattern, gain) for pattern in patterns]
    front = trackWall(sheet.depthMm, like[0], expected, FRONT_SD_MM, STATION_MM)
    middle = float(np.interp(0.0, sheet.canal.alongMm, front.depthMm))
    back = trackWall(sheet.depthMm, like[1], np.full(len(expected), middle + widthMm), BACK_SD_MM, STATION_MM)
    return front, back


def lineOf(canal: SegmentCanal, section: Section) -> Line:
    """A section as a line in RAS."""
    lean = np.radians(section.leanDeg)
    direction = np.cos(lean) * canal.frame.backward_RAS + np.sin(lean) * canal.frame.cranial_RAS
    square = np.cos(lean) * canal.frame.cranial_RAS - np.sin(lean) * canal.frame.backward_RAS
    start = canal.frame.toRAS(np.array(section.depthMm), np.array(section.alongMm))
    return Line(start, direction, square)


def profilesOn(volume: GrayVolume, line: Line, depthMm: Array) -> Array:
    """Gray values (3, M) on the line and beside it."""
    starts = line.start_RAS + LINES_MM[:, None] * line.square_RAS
    return grayAt(volume, starts[:, None, :] + depthMm[None, :, None] * line.direction_RAS)


def borders(codes: tuple[str, ...], widthMm: float) -> tuple[Array, Array]:
    """Placing (B, E) and shift (B,) of the layers' borders: the ligament in front, each edge, and between CA and CP,
    where no cord lies, as many parts of the sac as needed to follow its roots."""
    edges = {code: index for index, code in enumerate(codes)}
    rows, shifts = [], []

    def add(weights: Mapping[str, float], shift: float = 0.0) -> None:
        rows.append([weights.get(code, 0.0) for code in codes])
        shifts.append(shift)

    add({"CA": 1.0}, -LIGAMENT_MM)
    add({"CA": 1.0})
    if "KA" in edges:
        add({"KA": 1.0})
        add({"KP": 1.0})
    else:
        parts = max(2, round((widthMm - 2.0 * RIM_MM) / 1.8))
        for part in range(parts + 1):
            add({"CA": 1.0 - part / parts, "CP": part / parts}, RIM_MM * (1.0 - 2.0 * part / parts))
    add({"CP": 1.0})
    if "LP" in edges:
        add({"LP": 1.0})
    return np.array(rows), np.array(shifts)
