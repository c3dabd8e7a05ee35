"""Turns the arrays of a reading into rows: one Measurement per value, with status, reason, origin and warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Geometry.Planar import wrapDeg
from DynamicSpineLib.Metrics.Blocked import AXES_BEHIND_POSITIONS
from DynamicSpineLib.Metrics.Engine import Values
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, NOT_AVAILABLE, OK, STATE, Measurement
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.PointTable import SIDES, Array
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Reasons import NOT_MARKED, NOT_VISIBLE, MarkFacts
from DynamicSpineLib.Metrics.Registry import (
    SEGMENT,
    SIDED_SEGMENT,
    STATE_KIND,
    VERTEBRA,
    MetricDefinition,
    allMetrics,
)  # fmt: skip
from DynamicSpineLib.Metrics.RowWarnings import methodText, valueWarnings
from DynamicSpineLib.Metrics.Uncertainty import SDC_CHANGE, SDC_STATE, interval, spread
from DynamicSpineLib.Study.Marks import PLACED
from DynamicSpineLib.Study.Roles import comparedPosition

ROUNDING = 1e-9
"""What a computed zero may differ from zero by: with no noise at all it is no finding."""


@dataclass(frozen=True)
class _Cell:
    """One value's place: kind, metric, position pair, level or segment, side, and its index in the arrays."""

    kind: str
    definition: MetricDefinition
    position: str
    fromPosition: str
    place: str
    side: str
    index: tuple[int, ...]

    @property
    def positions(self) -> tuple[str, ...]:
        return (self.fromPosition, self.position) if self.fromPosition else (self.position,)


def measurementRows(measured: ReadingValues, software: str) -> list[Measurement]:
    """Every row of a reading: states, changes against the compared position, and motions of every pair."""
    return _RowMaker(measured, software).rows()


class _RowMaker:
    def __init__(self, measured: ReadingValues, software: str) -> None:
        self._measured, self._software = measured, software
        self._facts = MarkFacts(measured)
        self._ids = [position.id for position in measured.case.positions]
        codes = packageData("Report", "codes.json")["groups"]
        reasons = next(group for group in codes if group["id"] == "reasonCode")["codes"]
        self._reasonTexts = {code["id"]: code["text"] for code in reasons}

    def rows(self) -> list[Measurement]:
        made: list[Measurement] = []
        for definition in allMetrics():
            if definition.kind == STATE_KIND:
                made.extend(self._stateRows(definition))
                made.extend(self._changeRows(definition))
            else:
                made.extend(self._motionRows(definition))
        return made

    def _cells(self, kind: str, definition: MetricDefinition, ends: Sequence[tuple[int, str, str]]) -> Iterator[_Cell]:
        """The cells of a metric for rows (first index, from, to), cranial to caudal within each."""
        sided = definition.scope == SIDED_SEGMENT
        hasColumns = definition.scope in (SEGMENT, SIDED_SEGMENT, VERTEBRA) or definition.places == "regions"
        for row, fromPosition, position in ends:
            for column, place in placesOf(definition, self._measured.case.chain):
                index = (row, column) if hasColumns else (row,)
                for number, side in enumerate(SIDES if sided else ("",)):
                    cell = (*index, number) if sided else index
                    yield _Cell(kind, definition, position, fromPosition, place, side, cell)

    def _stateRows(self, definition: MetricDefinition) -> Iterator[Measurement]:
        values = self._measured.values.states.get(definition.id)
        if values is None:
            return
        draws = None if self._measured.draws is None else self._measured.draws.states[definition.id]
        sd = None if draws is None else spread(definition, draws)
        ends = [(row, "", positionId) for row, positionId in enumerate(self._ids)]
        for cell in self._cells(STATE, definition, ends):
            value = self._allowed(cell, values, cell.index)
            yield self._row(cell, value, None if sd is None else sd[cell.index], [cell.index])

    def _changeRows(self, definition: MetricDefinition) -> Iterator[Measurement]:
        compared = comparedPosition(self._measured.case)
        values = self._measured.values.states.get(definition.id)
        if compared is None or values is None or len(self._ids) < 2:
            return
        base = self._ids.index(compared.id)
        change = _change(self._measured.values, definition, base)
        draws = self._measured.draws
        sd = None if draws is None else spread(definition, _change(draws, definition, base))
        ends = [(row, compared.id, positionId) for row, positionId in enumerate(self._ids) if row != base]
        for cell in self._cells(CHANGE, definition, ends):
            here, there = self._allowed(cell, values, cell.index), self._allowed(cell, values, (base, *cell.index[1:]))
            indices = [cell.index, (base, *cell.index[1:])]
            choice = self._facts.neighborChoice(definition)
            if choice is not None and np.isfinite(here + there) and choice.differs(indices[0], indices[1]):
                yield self._unavailable(cell, "otherLevels")
                continue
            value = change[cell.index] if np.isfinite(here) and np.isfinite(there) else np.nan
            yield self._row(cell, value, None if sd is None else sd[cell.index], indices)

    def _motionRows(self, definition: MetricDefinition) -> Iterator[Measurement]:
        values = self._measured.values.motions.get(definition.id)
        if len(self._ids) < 2:
            for cell in self._cells(MOTION, definition, [(0, "", self._ids[0])]):
                yield self._unavailable(cell, "onePositionOnly")
            return
        if values is None:
            return
        draws = None if self._measured.draws is None else self._measured.draws.motions[definition.id]
        sd = None if draws is None else spread(definition, draws)
        ends = [(row, pair.fromPosition, pair.toPosition) for row, pair in enumerate(self._measured.pairs)]
        for cell in self._cells(MOTION, definition, ends):
            value = self._allowed(cell, values, cell.index)
            yield self._row(cell, value, None if sd is None else sd[cell.index], [cell.index])

    def _allowed(self, cell: _Cell, values: Array, index: tuple[int, ...]) -> float:
        """The value, or NaN where a need of its metric is not met."""
        for mask in self._measured.blocked.masks((cell.definition.kind, cell.definition.id)).values():
            if mask[index]:
                return float("nan")
        return float(values[index])

    def _row(
        self, cell: _Cell, value: float, sd: float | None, indices: Sequence[tuple[int, ...]]
    ) -> Measurement:
        value = float(value)
        if not np.isfinite(value):
            reason = self._facts.reason(cell.definition, cell.positions, indices, cell.place, cell.side)
            return self._unavailable(cell, reason)
        used = self._facts.used(cell.definition, cell.positions, cell.index, cell.place, cell.side)
        origins = {mark.origin for _, mark in used} or {PLACED}
        known = sd is not None and bool(np.isfinite(sd))
        sdValue = float(sd) if sd is not None and known else None
        minimum = cell.definition.minimum if cell.kind == STATE else None
        low, high = interval(value, sdValue, minimum) if sdValue is not None else (None, None)
        sdc = None if sdValue is None else sdValue * (SDC_STATE if cell.kind == STATE else SDC_CHANGE)
        return self._measurement(
            cell, value=value, sd=sdValue, sdc95=sdc, lower95=low, upper95=high,
            exceedsNoise=None if cell.kind == STATE or sdc is None else bool(abs(value) > sdc + ROUNDING),
            status=OK,
            origin=origins.pop() if len(origins) == 1 else "mixed",
            confirmed=all(mark.confirmed for _, mark in used),
            method=methodText(cell.definition, self._measured, self._facts, cell.index),
            sdSource=self._facts.sdSource(used, cell.kind == STATE) if sdValue is not None else "",
            points=tuple(dict.fromkeys(mark.name for _, mark in used)),
            warnings=valueWarnings(
                cell.definition, self._measured, self._facts, cell.positions, cell.index, cell.place, used
            ),
        )  # fmt: skip

    def _unavailable(self, cell: _Cell, code: str) -> Measurement:
        reason = self._reasonTexts.get(code, "")
        if code in (NOT_MARKED, NOT_VISIBLE):
            absent = [
                f"{name} ({positionId})"
                for positionId in cell.positions
                for name in self._facts.absent(cell.definition, positionId, cell.place, cell.side)
            ]
            reason = f"{reason} Absent: {', '.join(absent)}." if absent else reason
        return self._measurement(
            cell, value=None, status=NOT_AVAILABLE, reasonCode=code, reason=reason, method=cell.definition.method
        )

    def _measurement(self, cell: _Cell, **values: object) -> Measurement:
        case = self._measured.case
        isSegment = cell.definition.scope in (SEGMENT, SIDED_SEGMENT)
        return Measurement(
            case=case.caseId, reader=self._measured.reader, reading=self._measured.reading, kind=cell.kind,
            position=cell.position, fromPosition=cell.fromPosition, level=cell.place, side=cell.side,
            metric=cell.definition.id, unit=cell.definition.unit, software=self._software,
            segmentStatus=case.segmentStatus(cell.place) if isSegment else "",
            numbering=case.numbering.statement(), **values,  # type: ignore[arg-type]
        )  # fmt: skip


def _change(values: Values, definition: MetricDefinition, base: int) -> Array:
    """Values minus those of the compared position; angles the short way round."""
    if definition.id in values.changes:
        change = values.changes[definition.id]
    else:
        states = values.states[definition.id]
        axis = states.ndim - 1 - AXES_BEHIND_POSITIONS.get(definition.scope, 0)
        change = states - np.take(states, [base], axis=axis)
    return wrapDeg(change) if definition.unit == "deg" else change
