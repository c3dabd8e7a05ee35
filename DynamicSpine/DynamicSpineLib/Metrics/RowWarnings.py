"""Warnings on a value and the exact variant of its method, as codes for the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Reasons import MarkFacts
from DynamicSpineLib.Metrics.Registry import SIDED_SEGMENT, MetricDefinition
from DynamicSpineLib.Study.Marks import CARRIED, Contour, Landmark
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.SeriesDates import DAYS_APART_SAID


def valueWarnings(
    definition: MetricDefinition, measured: ReadingValues, facts: MarkFacts, positions: Sequence[str],
    index: tuple[int, ...], place: str, used: Sequence[tuple[str, Landmark | Contour]],
) -> tuple[str, ...]:  # fmt: skip
    """All warning codes of a value, in a steady order."""
    codes = list(facts.warnings(definition, positions, place, used))
    if _usesNorms(definition, facts, index):
        codes.append("normsUsed")
    if (outlineTiltDeg(definition, measured, index) or 0.0) > limit("obliqueOutlineDeg"):
        codes.append("obliqueToCanal")
    if _carriedToCheck(measured, used):
        codes.append("carriedCheck")
    stations = [measured.case.position(item) for item in positions]
    if len(stations) == 2 and stations[0] is not None and stations[1] is not None:
        codes.extend(_pairWarnings(stations[0], stations[1]))
    hasSide = definition.scope == SIDED_SEGMENT or definition.id in OUT_OF_PLANE
    if hasSide and not _sidesKnown(measured, positions):
        codes.append("sideNotVerified")
    if not measured.case.numbering.isConfirmed:
        codes.append("numberingNotVerified")
    return tuple(codes)


def _usesNorms(definition: MetricDefinition, facts: MarkFacts, index: tuple[int, ...]) -> bool:
    """True where MSCC or MCC compares with published values by level."""
    choice = facts.neighborChoice(definition)
    return choice is not None and bool(choice.usesNorms[index])


def outlineTiltDeg(definition: MetricDefinition, measured: ReadingValues, index: tuple[int, ...]) -> float | None:
    """Angle in degrees between an axial outline's plane and the plane square to the canal; None for others.

    The canal's axis is square to the line across the canal in the midsagittal plane, else the segment's own.
    """
    code = {"duralSacArea": "DS", "cordArea": "KC", "compressionRatio": "KC"}.get(definition.id)
    if code is None:
        return None
    frames = measured.context.frames.segments
    normal, left = measured.outlines.normal[code][index], frames.left[index]
    across = measured.table.segments["CP"][index] - measured.table.segments["CA"][index]
    axis = np.cross(left, across) if np.isfinite(across).all() else frames.cranial[index]
    size = float(np.linalg.norm(axis))
    if not np.isfinite(size) or size == 0.0:
        return None
    return float(np.degrees(np.arccos(np.clip(abs(float(normal @ axis)) / size, 0.0, 1.0))))


def methodText(definition: MetricDefinition, measured: ReadingValues, facts: MarkFacts, index: tuple[int, ...]) -> str:
    """The method's variant, with what was special about this value."""
    if _usesNorms(definition, facts, index):
        return "normsByLevel"
    if definition.id in OUT_OF_PLANE and not measured.fromBones(*index):
        return "axialPoints" if definition.id == "axialRotation" else "coronalPoints"
    tilt = outlineTiltDeg(definition, measured, index)
    if tilt is not None and definition.unit == "mm2":
        factor = 1.0 / max(np.cos(np.radians(tilt)), 1e-6)
        return f"{definition.method}; tilt {tilt:.1f} deg, area x 1/cos = {factor:.3f}"
    return definition.method


def _carriedToCheck(measured: ReadingValues, used: Sequence[tuple[str, Landmark | Contour]]) -> bool:
    verdicts: dict[tuple[str, str], str] = {}
    for bone in measured.case.bones:  # the first listed is the latest, whose marks are there
        verdicts.setdefault((bone.toPosition, bone.level), bone.verdict)
    return any(verdicts.get((position, mark.name.split("_")[0])) in ("check", "failed")
               for position, mark in used if mark.origin == CARRIED)  # fmt: skip


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


def _sidesKnown(measured: ReadingValues, positions: Sequence[str]) -> bool:
    if measured.case.sidesVerifiedBy:
        return True
    stations = (measured.case.position(item) for item in positions)
    return all(item is None or item.geometry is None or item.geometry.sidesKnown for item in stations)
