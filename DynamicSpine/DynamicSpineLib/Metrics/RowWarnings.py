"""Warnings on a value and the exact variant of its method, as codes for the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np

from DynamicSpineLib.Metrics.Gates import bentSideways
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.MarksBehind import Behind, MarksBehind
from DynamicSpineLib.Metrics.OffPlane import pointsOffPlane
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Registry import SEGMENT, SIDED_SEGMENT, MetricDefinition
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.SeriesDates import DAYS_APART_SAID

_OUTLINES = {"duralSacArea": "DS", "cordArea": "KC", "compressionRatio": "KC"}


class RowWarnings:
    """What to know about the values of one reading."""

    def __init__(self, measured: ReadingValues, marks: MarksBehind) -> None:
        self._measured, self._marks = measured, marks
        case = measured.case
        self._positions = {position.id: position for position in case.positions}
        borrowed, ids, segments = measured.context.frames.borrowed, list(self._positions), case.chain.segments
        self._borrowed = {(ids[row], segments[column].name) for row, column in np.argwhere(borrowed)}
        self._bent = {key for key, flag in zip(self._positions, bentSideways(case), strict=True) if flag}
        told = case.sidesVerifiedBy
        self._sidesUnknown = {key for key, item in self._positions.items()
                              if not (told or item.geometry is None or item.geometry.sidesKnown)}  # fmt: skip
        verdicts: dict[tuple[str, str], str] = {}
        for bone in case.bones:  # the first listed is the latest, whose marks are there
            verdicts.setdefault((bone.toPosition, bone.level), bone.verdict)
        self._toCheck = {key for key, verdict in verdicts.items() if verdict in ("check", "failed")}
        self._pairCodes: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._tilts: dict[tuple[str, tuple[int, ...]], float | None] = {}

    def codes(
        self, definition: MetricDefinition, positions: tuple[str, ...], index: tuple[int, ...], place: str,
        behind: Behind,
    ) -> tuple[str, ...]:  # fmt: skip
        """All warning codes of a value, in a steady order."""
        codes = self._markCodes(definition, positions, place, behind)
        codes += self._qualityCodes(positions)
        if self._usesNorms(definition, index):
            codes.append("normsUsed")
        if (self._tiltDeg(definition, index) or 0.0) > limit("obliqueOutlineDeg"):
            codes.append("obliqueToCanal")
        if not behind.carried.isdisjoint(self._toCheck):
            codes.append("carriedCheck")
        codes.extend(self._differing(positions))
        hasSide = definition.scope == SIDED_SEGMENT or definition.id in OUT_OF_PLANE
        if hasSide and not self._sidesUnknown.isdisjoint(positions):
            codes.append("sideNotVerified")
        if not self._measured.case.numbering.isConfirmed:
            codes.append("numberingNotVerified")
        return tuple(codes)

    def method(self, definition: MetricDefinition, index: tuple[int, ...]) -> str:
        """The method's variant, with what was special about this value."""
        if self._usesNorms(definition, index):
            return "normsByLevel"
        if definition.id in OUT_OF_PLANE and not self._measured.fromBones(*index):
            return "axialPoints" if definition.id == "axialRotation" else "coronalPoints"
        tilt = self._tiltDeg(definition, index)
        if tilt is not None and definition.unit == "mm2":
            factor = 1.0 / max(np.cos(np.radians(tilt)), 1e-6)
            return f"{definition.method}; tilt {tilt:.1f} deg, area x 1/cos = {factor:.3f}"
        return definition.method

    def _markCodes(
        self, definition: MetricDefinition, positions: Sequence[str], place: str, behind: Behind
    ) -> list[str]:
        codes = []
        if not behind.places.isdisjoint(self._offPlane):
            codes.append("offPlane")
        if definition.id not in OUT_OF_PLANE and not self._bent.isdisjoint(positions):
            codes.append("sideBentOrRotated")
        if self._marks.usesVirtualBody(definition, positions, place):
            codes.append("virtualBody")
        if not behind.levels.isdisjoint(self._uneven):
            codes.append("depthDiffers")
        if self._inRegionPlane(definition, positions, place):
            codes.append("regionPlane")
        return codes

    def _qualityCodes(self, positions: Sequence[str]) -> list[str]:
        qualities = [self._positions[item].quality for item in positions]
        if "noUse" in qualities:
            return ["qualityNoUse"]
        return ["qualityLimited"] if "limited" in qualities else []

    @cached_property
    def _offPlane(self) -> set[tuple[str, str]]:
        return pointsOffPlane(self._measured)

    @cached_property
    def _uneven(self) -> set[str]:
        return _unevenBodies(self._measured)

    def _inRegionPlane(self, definition: MetricDefinition, positions: Sequence[str], place: str) -> bool:
        """True where the segment has too few corners for its own plane in one of the positions."""
        return definition.scope == SEGMENT and any((item, place) in self._borrowed for item in positions)

    def _usesNorms(self, definition: MetricDefinition, index: tuple[int, ...]) -> bool:
        """True where MSCC or MCC compares with published values by level."""
        choice = self._marks.neighborChoice(definition)
        return choice is not None and bool(choice.usesNorms[index])

    def _tiltDeg(self, definition: MetricDefinition, index: tuple[int, ...]) -> float | None:
        code = _OUTLINES.get(definition.id)
        if code is None:
            return None
        if (code, index) not in self._tilts:
            self._tilts[code, index] = _outlineTiltDeg(self._measured, code, index)
        return self._tilts[code, index]

    def _differing(self, positions: tuple[str, ...]) -> tuple[str, ...]:
        if len(positions) < 2:
            return ()
        if positions not in self._pairCodes:
            first, second = (self._positions[item] for item in positions)
            self._pairCodes[positions] = tuple(_pairWarnings(first, second))
        return self._pairCodes[positions]


def _outlineTiltDeg(measured: ReadingValues, code: str, index: tuple[int, ...]) -> float | None:
    """Angle in degrees between an axial outline's plane and the plane square to the canal; None without an outline.

    The canal's axis is square to the line across the canal in the midsagittal plane, else the segment's own.
    """
    frames = measured.context.frames.segments
    normal, left = measured.outlines.normal[code][index], frames.left[index]
    across = measured.table.segments["CP"][index] - measured.table.segments["CA"][index]
    axis = np.cross(left, across) if np.isfinite(across).all() else frames.cranial[index]
    size = float(np.linalg.norm(axis))
    if not np.isfinite(size) or size == 0.0:
        return None
    return float(np.degrees(np.arccos(np.clip(abs(float(normal @ axis)) / size, 0.0, 1.0))))


def _unevenBodies(measured: ReadingValues) -> set[str]:
    """Levels whose body depth differs between positions by more than the limit: some of their corners are off."""
    depths = measured.values.states["bodyDepth"]
    with np.errstate(invalid="ignore"):
        low = np.where(np.isfinite(depths), depths, np.inf).min(axis=0)
        high = np.where(np.isfinite(depths), depths, -np.inf).max(axis=0)
        uneven = np.isfinite(low) & np.isfinite(high) & (high > (1.0 + limit("depthDiffersPercent") / 100.0) * low)
    return {level for level, flag in zip(measured.case.chain.levels, uneven, strict=True) if flag}


def _pairWarnings(first: Position, second: Position) -> list[str]:
    codes = []
    days = [_day(item.date) for item in (first, second)]
    if days[0] is not None and days[1] is not None and abs((days[1] - days[0]).days) > DAYS_APART_SAID:
        codes.append("differentDates")
    if first.scanner and second.scanner and first.scanner != second.scanner:
        codes.append("differentScanners")
    return codes


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
