"""What every metric of a phantom case must come out as, computed apart from the metrics from the scenario's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from DynamicSpineLib.Anatomy.Landmarks import definitionAt
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Phantom.Scenario import PhantomScenario, PositionState, loadScenario
from DynamicSpineLib.Phantom.TruthMotion import isSagittal, regionMotion, segmentMotion, sideMotion
from DynamicSpineLib.Phantom.TruthPlane import planeBones
from DynamicSpineLib.Phantom.TruthRegions import regionTruth
from DynamicSpineLib.Phantom.TruthSegments import (
    TruthTable,
    canalTruth,
    compressionTruth,
    discTruth,
    lateralTruth,
    vertebraTruth,
)
from DynamicSpineLib.Study.Roles import comparedPosition, orderedPairs

STATE, CHANGE, MOTION = "state", "change", "motion"

UNITS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "discAngle",
                "segmentCobb",
                "bodyAngle",
                "c2c7Cobb",
                "c2c7Tangent",
                "t1Slope",
                "lumbarLordosis",
                "cxa",
                "rotation",
                "rotationDisc",
                "lateralBend",
                "axialRotation",
                "occiputC2",
                "regionRotation",
            ),
            "deg",
        ),
        **dict.fromkeys(
            (
                "slipPercent",
                "slipPercentUpper",
                "occupationRatio",
                "csfReserve",
                "mscc",
                "mcc",
                "ishihara",
                "translationPercent",
                "romShare",
                "icrAnterior",
                "icrCranial",
            ),
            "%",
        ),
        **dict.fromkeys(("foramenArea", "duralSacArea", "cordArea"), "mm2"),
        **dict.fromkeys(("discHeightIndex", "compressionRatio", "torgPavlov", "powers"), "{ratio}"),
        "meyerding": "{grade}",
        "tpdr": "%/deg",
    }
)
"""Units of the truth's values by metric; every other one is in mm."""


@dataclass(frozen=True)
class TruthValue:
    """One true value. kind, position, fromPosition, level, side and metric are those of the row it belongs to.

    readings: for areas of outlines, {"polyline", "spline", "smooth"} in mm2: the curve as Slicer draws it (this is
    `value`), the exact spline, and the smooth shape that its control points lie on.
    """

    kind: str
    position: str
    fromPosition: str
    level: str
    side: str
    metric: str
    value: float
    unit: str
    readings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def truthValues(scenario: PhantomScenario | str, positions: Sequence[str] | None = None) -> tuple[TruthValue, ...]:
    """Every true value of a scenario's case: states, changes against the compared position, and motion of every pair.

    Positions that are bent sideways or turned have motion of their bones (lateralBend, axialRotation, and
    lateralTranslation of the upper body's middle) but no sagittal values. Raises InputError as phantomCase does.
    """
    scenario = loadScenario(scenario) if isinstance(scenario, str) else scenario
    case = phantomCase(scenario, positions)
    rows: list[TruthValue] = []
    for region in scenario.regions:
        poses = {item.id: scenario.state(region, item.id) for item in case.positions}
        spines = {item.id: posedSpine(scenario, item.id, region) for item in case.positions}
        tables = {
            item.id: stateTruth(spines[item.id], poses[item.id])
            for item in case.positions
            if isSagittal(poses[item.id])
        }
        for positionId, table in tables.items():
            rows += _rows(table, STATE, positionId, "")
        compared = comparedPosition(case)
        if compared is not None and compared.id in tables:
            rows += _changes(tables, compared.id)
        for pair in orderedPairs(case):
            start, end = poses[pair.fromPosition], poses[pair.toPosition]
            rows += _rows(
                motionTruth(spines[pair.toPosition], start, end), MOTION, pair.toPosition, pair.fromPosition
            )
    return tuple(rows)


def stateTruth(spine: PosedSpine, state: PositionState) -> TruthTable:
    """True state values of one region in one sagittal position."""
    chain, table = Chain(spine.levels), TruthTable()
    recumbent = state.posture in ("supine", "prone")
    for level in spine.levels:
        vertebraTruth(table, level, spine.bones[level])
    for segment in chain.segments:
        upper, lower, numbers = spine.bones[segment.upper], spine.bones[segment.lower], state.segments[segment.name]
        if segment.name in spine.discs:
            discTruth(table, segment, upper, lower, numbers)
            canalTruth(table, segment.name, spine.sections[segment.name], numbers)
            lateralTruth(table, segment.name, upper, lower, numbers, recumbent)
        else:
            table.put("discAngle", segment.name, numbers.discAngleDeg)
    bodyCord = {
        level: spine.sections[level].cordAp
        for level in spine.levels
        if definitionAt(level, "KA") is not None and spine.sections[level].cordAp > 0.0
    }
    compressionTruth(table, chain.segments, bodyCord)
    regionTruth(table, chain, planeBones(spine.bones, chain.segments, state), spine.sections, state)
    return table


def motionTruth(spine: PosedSpine, start: PositionState, end: PositionState) -> TruthTable:
    """True motion of one region between two of its positions; `spine` gives the bones."""
    chain, table = Chain(spine.levels), TruthTable()
    sagittal = isSagittal(start) and isSagittal(end)
    for segment in chain.segments:
        joint = (
            spine.bones[segment.upper],
            spine.bones[segment.lower],
            start.segments[segment.name],
            end.segments[segment.name],
        )
        if sagittal:
            segmentMotion(table, segment, *joint)
        sideMotion(table, segment, *joint)
    if sagittal:
        for region in chain.regions:
            regionMotion(table, chain, region, start, end)
    return table


def _rows(table: TruthTable, kind: str, position: str, fromPosition: str) -> list[TruthValue]:
    rows = []
    for key, value in table.values.items():
        metric, level, side = key
        area = table.areas.get(key)
        readings = {} if area is None else {"polyline": area.polyline, "spline": area.spline, "smooth": area.smooth}
        rows.append(
            TruthValue(
                kind,
                position,
                fromPosition,
                level,
                side,
                metric,
                value,
                UNITS.get(metric, "mm"),
                MappingProxyType(readings),
            )
        )
    return rows


def _changes(tables: Mapping[str, TruthTable], compared: str) -> list[TruthValue]:
    """Value in each other position minus that in the compared one, where both have it."""
    rows, before = [], tables[compared].values
    for position, table in tables.items():
        if position != compared:
            difference = TruthTable(
                {key: value - before[key] for key, value in table.values.items() if key in before}
            )
            rows += _rows(difference, CHANGE, position, compared)
    return rows
