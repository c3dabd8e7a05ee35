"""Turns the arrays of a reading into rows: one Measurement per value, with status, reason, origin and warnings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Geometry.Planar import wrapDeg
from DynamicSpineLib.Metrics.Blocked import AXES_BEHIND_POSITIONS
from DynamicSpineLib.Metrics.Engine import Values
from DynamicSpineLib.Metrics.EvaluationContext import MetricKey
from DynamicSpineLib.Metrics.MarksBehind import MarksBehind
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, NOT_AVAILABLE, OK, STATE, Measurement
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Reasons import NOT_MARKED, NOT_VISIBLE, Reasons
from DynamicSpineLib.Metrics.Registry import SEGMENT, SIDED_SEGMENT, MetricDefinition, allMetrics
from DynamicSpineLib.Metrics.RowCells import CaseCells, Cell
from DynamicSpineLib.Metrics.RowWarnings import RowWarnings
from DynamicSpineLib.Metrics.Uncertainty import SDC_CHANGE, SDC_STATE, interval, spread
from DynamicSpineLib.Study.Marks import PLACED
from DynamicSpineLib.Study.Roles import comparedPosition

ROUNDING = 1e-9
"""What a computed zero may differ from zero by: with no noise at all it is no finding."""

OTHER_LEVELS, ONE_POSITION = "otherLevels", "onePositionOnly"


class CellValues:
    """The value that each cell may show: NaN where it is not there or a need of its metric is not met."""

    def __init__(self, measured: ReadingValues, marks: MarksBehind) -> None:
        self._measured, self._marks = measured, marks
        self._changes: dict[str, Array] = {}
        self._held: dict[MetricKey, Array | None] = {}
        compared = comparedPosition(measured.case)
        ids = [position.id for position in measured.case.positions]
        self._base = ids.index(compared.id) if compared is not None else 0

    def value(self, cell: Cell) -> float:
        """The value of a cell, NaN without one."""
        here = self._allowed(cell, cell.index)
        if cell.kind != CHANGE or not math.isfinite(here + self._allowed(cell, cell.base)):
            return here if cell.kind != CHANGE else math.nan
        return float(self._changesOf(cell.definition)[cell.index])

    def comparesOtherLevels(self, cell: Cell) -> bool:
        """True for a change whose two values compare with different levels above and below."""
        choice = self._marks.neighborChoice(cell.definition) if cell.kind == CHANGE else None
        if choice is None or not choice.differs(cell.index, cell.base):
            return False
        return all(math.isfinite(self._allowed(cell, index)) for index in cell.indices)

    def spreads(self, cell: Cell) -> Array | None:
        """The SD of all values of a cell's metric and kind; None without draws."""
        draws, definition = self._measured.draws, cell.definition
        if draws is None or definition.id not in (draws.motions if cell.kind == MOTION else draws.states):
            return None
        if cell.kind == CHANGE:
            return spread(definition, _change(draws, definition, self._base))
        return spread(definition, (draws.motions if cell.kind == MOTION else draws.states)[definition.id])

    def _changesOf(self, definition: MetricDefinition) -> Array:
        if definition.id not in self._changes:
            self._changes[definition.id] = _change(self._measured.values, definition, self._base)
        return self._changes[definition.id]

    def _allowed(self, cell: Cell, index: tuple[int, ...]) -> float:
        """A value of the cell's metric, NaN where it is not there or a need is not met."""
        key = (cell.definition.kind, cell.definition.id)
        if key not in self._held:
            values = self._measured.values
            held = (values.motions if cell.kind == MOTION else values.states).get(cell.definition.id)
            if held is not None:
                for mask in self._measured.blocked.masks(key).values():
                    held = np.where(mask, math.nan, held)
            self._held[key] = held
        found = self._held[key]
        return math.nan if found is None else float(found[index])


class RowMaker:
    """Makes the rows of one reading; marks: what is known of its marks, where somebody knows already."""

    def __init__(self, measured: ReadingValues, software: str = "", marks: MarksBehind | None = None) -> None:
        self._measured, self._software = measured, software
        self._marks = marks or MarksBehind(measured)
        self._values = CellValues(measured, self._marks)
        self._spreads: dict[tuple[str, str], Array | None] = {}

    @cached_property
    def _reasons(self) -> Reasons:
        return Reasons(self._measured, self._marks)

    @cached_property
    def _warnings(self) -> RowWarnings:
        return RowWarnings(self._measured, self._marks)

    @cached_property
    def _numbering(self) -> str:
        return self._measured.case.numbering.statement()

    def steps(self) -> Iterator[list[Measurement]]:
        """Every row: states, changes against the compared position and motions of every pair, one metric at a time."""
        cells = CaseCells(self._measured.case)
        for definition in allMetrics():
            yield self.rows(cells.of(definition))

    def rows(self, cells: Iterable[Cell]) -> list[Measurement]:
        """The rows of some cells."""
        return [self.row(cell, self.sd(cell)) for cell in cells]

    def value(self, cell: Cell) -> float:
        """The value of a cell, NaN without one."""
        return self._values.value(cell)

    def reasonCode(self, cell: Cell) -> str:
        """Why a cell has no value; empty where it has one."""
        if cell.kind == MOTION and not cell.fromPosition:
            return ONE_POSITION
        if self._values.comparesOtherLevels(cell):
            return OTHER_LEVELS
        if math.isfinite(self._values.value(cell)):
            return ""
        return self._reasons.code(cell.definition, cell.positions, cell.indices, cell.place, cell.side)

    def sd(self, cell: Cell) -> float | None:
        """The SD of a cell's value from the draws; None without draws."""
        key = (cell.kind, cell.definition.id)
        if key not in self._spreads:
            self._spreads[key] = self._values.spreads(cell)
        spreads = self._spreads[key]
        return None if spreads is None else float(spreads[cell.index])

    def row(self, cell: Cell, sd: float | None) -> Measurement:
        """The row of one cell with an SD."""
        value, definition = self._values.value(cell), cell.definition
        code = self.reasonCode(cell) if not math.isfinite(value) or cell.kind == CHANGE else ""
        if code:
            return self._unavailable(cell, code)
        behind = self._marks.of(definition, cell.positions, cell.index, cell.place, cell.side)
        origins = behind.origins or {PLACED}
        return self._measurement(
            cell, **numbers(cell, value, sd),
            status=OK,
            origin=next(iter(origins)) if len(origins) == 1 else "mixed",
            confirmed=behind.confirmed,
            method=self._warnings.method(definition, cell.index),
            sdSource=behind.sdSource(cell.kind == STATE) if sd is not None and math.isfinite(sd) else "",
            points=behind.names,
            warnings=self._warnings.codes(definition, cell.positions, cell.index, cell.place, behind),
        )  # fmt: skip

    def _unavailable(self, cell: Cell, code: str) -> Measurement:
        reason = _reasonTexts().get(code, "")
        if code in (NOT_MARKED, NOT_VISIBLE):
            absent = [
                f"{name} ({positionId})"
                for positionId in cell.positions
                for name in self._marks.absent(cell.definition, positionId, cell.place, cell.side)
            ]
            reason = f"{reason} Absent: {', '.join(absent)}." if absent else reason
        return self._measurement(
            cell, value=None, status=NOT_AVAILABLE, reasonCode=code, reason=reason, method=cell.definition.method
        )

    def _measurement(self, cell: Cell, **values: object) -> Measurement:
        case = self._measured.case
        isSegment = cell.definition.scope in (SEGMENT, SIDED_SEGMENT)
        return Measurement(
            case=case.caseId, reader=self._measured.reader, reading=self._measured.reading, kind=cell.kind,
            position=cell.position, fromPosition=cell.fromPosition, level=cell.place, side=cell.side,
            metric=cell.definition.id, unit=cell.definition.unit, software=self._software,
            segmentStatus=case.segmentStatus(cell.place) if isSegment else "",
            numbering=self._numbering, **values,  # type: ignore[arg-type]
        )  # fmt: skip


@cache
def _reasonTexts() -> Mapping[str, str]:
    """The sentence of every reason code."""
    codes = packageData("Report", "codes.json")["groups"]
    reasons = next(group for group in codes if group["id"] == "reasonCode")["codes"]
    return MappingProxyType({code["id"]: code["text"] for code in reasons})


def numbers(cell: Cell, value: float, sd: float | None) -> dict[str, float | bool | None]:
    """The numbers of a row that follow from a value and its SD."""
    if sd is None or not math.isfinite(sd):
        return {"value": value, "sd": None, "sdc95": None, "lower95": None, "upper95": None, "exceedsNoise": None}
    isState = cell.kind == STATE
    low, high = interval(value, sd, cell.definition.minimum if isState else None)
    sdc = sd * (SDC_STATE if isState else SDC_CHANGE)
    exceeds = None if isState else abs(value) > sdc + ROUNDING
    return {"value": value, "sd": sd, "sdc95": sdc, "lower95": low, "upper95": high, "exceedsNoise": exceeds}


def _change(values: Values, definition: MetricDefinition, base: int) -> Array:
    """Values minus those of the compared position; angles the short way round."""
    if definition.id in values.changes:
        change = values.changes[definition.id]
    else:
        states = values.states[definition.id]
        axis = states.ndim - 1 - AXES_BEHIND_POSITIONS.get(definition.scope, 0)
        change = states - np.take(states, [base], axis=axis)
    return wrapDeg(change) if definition.unit == "deg" else change
