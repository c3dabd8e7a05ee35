"""Values of one reading with their joint draws, by metric, place and position: what rules and findings look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from DynamicSpineLib.Geometry.Planar import wrapDeg
from DynamicSpineLib.Metrics.Engine import Values
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, OK, STATE, Measurement
from DynamicSpineLib.Metrics.Places import columnsOf
from DynamicSpineLib.Metrics.PointTable import SIDES, Array
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Registry import (
    MOTION_KIND,
    SIDED_SEGMENT,
    STATE_KIND,
    MetricDefinition,
    metricsByKey,
)  # fmt: skip
from DynamicSpineLib.Metrics.Uncertainty import SDC_CHANGE, interval, spread
from DynamicSpineLib.Study.Roles import declaredPairs, routinePosition


@dataclass(frozen=True)
class Sample:
    """A value with its draws (N,), or why there is none. sd, interval and sdc95 are None without draws.

    rows: the measurements behind it, one or two. upperDraws: of a range, whose draws are rather too small, draws that
    are rather too large.
    """

    value: float | None = None
    draws: Array | None = None
    sd: float | None = None
    sdc95: float | None = None
    lower95: float | None = None
    upper95: float | None = None
    unit: str = ""
    reasonCode: str = ""
    confirmed: bool = True
    rows: tuple[Measurement, ...] = ()
    upperDraws: Array | None = None

    @property
    def isThere(self) -> bool:
        """True where there is a value."""
        return self.value is not None

    @property
    def exceedsNoise(self) -> bool:
        """True where the value is larger than its smallest detectable change."""
        return self.value is not None and self.sdc95 is not None and abs(self.value) > self.sdc95


class CaseValues:
    """Looks up states, changes and motions of one reading, each with its draws and the reason where it is missing."""

    def __init__(self, measured: ReadingValues, rows: Sequence[Measurement]) -> None:
        self.measured, self.case = measured, measured.case
        self.positionIds = tuple(position.id for position in measured.case.positions)
        own = (row for row in rows if (row.reader, row.reading) == (measured.reader, measured.reading))
        self._rows = {row.key: row for row in own}
        self._known: dict[tuple[str, ...], Sample] = {}

    @cached_property
    def routine(self) -> str:
        """Id of the routine position, or empty."""
        position = routinePosition(self.case)
        return position.id if position is not None else ""

    @cached_property
    def motionPair(self) -> tuple[str, str] | None:
        """The declared pair from extension to flexion, or None."""
        pairs = (pair for pair in declaredPairs(self.case) if pair.question == "motion")
        return next(((pair.fromPosition, pair.toPosition) for pair in pairs), None)

    @cached_property
    def _columns(self) -> dict[tuple[str, str], dict[tuple[str, str], tuple[int, ...]]]:
        """By kind and metric, and by place and side, the index behind the axis of positions or pairs."""
        return {key: {(place, side): index for index, place, side in columnsOf(item, self.case.chain)}
                for key, item in metricsByKey().items()}  # fmt: skip

    def definition(self, metric: str, kind: str = STATE_KIND) -> MetricDefinition:
        """The registered metric."""
        return metricsByKey()[kind, metric]

    def places(self, metric: str, kind: str = STATE_KIND) -> tuple[str, ...]:
        """Names of the levels, segments or regions of this case that a metric is defined at."""
        return tuple(dict.fromkeys(place for place, _ in self._columns[kind, metric]))

    def sides(self, metric: str, kind: str = STATE_KIND) -> tuple[str, ...]:
        """L and R for a metric of two sides, else one empty side."""
        return SIDES if self.definition(metric, kind).scope == SIDED_SEGMENT else ("",)

    def row(
        self, kind: str, metric: str, place: str, side: str, fromPosition: str, position: str
    ) -> Measurement | None:
        """The measurement row, or None."""
        return self._rows.get((kind, metric, place, side, position, fromPosition))

    def given(self) -> list[Measurement]:
        """The rows of this reading that hold a value."""
        return [row for row in self._rows.values() if row.status == OK]

    def state(self, metric: str, place: str, position: str, side: str = "") -> Sample:
        """A value in one position."""
        return self._remember((STATE, metric, place, side, "", position), self._state)

    def change(self, metric: str, place: str, fromPosition: str, position: str, side: str = "") -> Sample:
        """The value in `position` minus that in `fromPosition`, angles the short way round."""
        return self._remember((CHANGE, metric, place, side, fromPosition, position), self._change)

    def motion(self, metric: str, place: str, fromPosition: str, position: str) -> Sample:
        """A motion in the one direction that its pair has (design, section 5)."""
        return self._remember((MOTION, metric, place, "", fromPosition, position), self._motion)

    def _remember(self, key: tuple[str, ...], make: Any) -> Sample:
        if key not in self._known:
            self._known[key] = make(*key[1:])
        return self._known[key]

    def _state(self, metric: str, place: str, side: str, _from: str, position: str) -> Sample:
        row = self.row(STATE, metric, place, side, "", position)
        if row is None or row.status != OK:
            return Sample(reasonCode=row.reasonCode if row is not None else "notDefinedHere")
        draws = self._drawn("states", STATE_KIND, metric, place, side, self.positionIds.index(position))
        return _ofRow(row, draws)

    def _change(self, metric: str, place: str, side: str, fromPosition: str, position: str) -> Sample:
        ends = [self.state(metric, place, item, side) for item in (fromPosition, position)]
        missing = next((item for item in ends if not item.isThere), None)
        if missing is not None:
            return Sample(reasonCode=missing.reasonCode)
        row = self.row(CHANGE, metric, place, side, fromPosition, position)
        if row is not None and row.status != OK:
            return Sample(reasonCode=row.reasonCode)
        definition = self.definition(metric)
        fromEngine = row is not None and metric in self.measured.values.changes
        if fromEngine:
            value = row.value if row is not None else None
            draws = self._drawn("changes", STATE_KIND, metric, place, side, self.positionIds.index(position))
        else:
            value, draws = _difference(ends[0], ends[1], definition)
        rows = (row,) if row is not None else (*ends[0].rows, *ends[1].rows)
        return replace(sampled(definition, value, draws), confirmed=all(item.confirmed for item in ends), rows=rows)

    def _motion(self, metric: str, place: str, _side: str, fromPosition: str, position: str) -> Sample:
        row = self.row(MOTION, metric, place, "", fromPosition, position)
        if row is None or row.status != OK:
            return Sample(reasonCode=row.reasonCode if row is not None else "notDefinedHere")
        pairs = [(pair.fromPosition, pair.toPosition) for pair in self.measured.pairs]
        draws = self._drawn("motions", MOTION_KIND, metric, place, "", pairs.index((fromPosition, position)))
        return _ofRow(row, draws)

    def _drawn(self, group: str, kind: str, metric: str, place: str, side: str, number: int) -> Array | None:
        """Draws (N,) of one cell."""
        values: Values | None = self.measured.draws
        if values is None:
            return None
        index = (slice(None), number, *self._columns[kind, metric][place, side])
        drawn: Array = getattr(values, group)[metric][index]
        return drawn


def _ofRow(row: Measurement, draws: Array | None) -> Sample:
    return Sample(row.value, draws, row.sd, row.sdc95, row.lower95, row.upper95, row.unit, "", row.confirmed, (row,))


def _difference(first: Sample, second: Sample, definition: MetricDefinition) -> tuple[float | None, Array | None]:
    if first.value is None or second.value is None:
        return None, None
    value = second.value - first.value
    draws = None if first.draws is None or second.draws is None else second.draws - first.draws
    if definition.unit != "deg":
        return value, draws
    return float(wrapDeg(np.array(value))), None if draws is None else wrapDeg(draws)


def sampled(definition: MetricDefinition, value: float | None, draws: Array | None) -> Sample:
    """A change or motion of a metric with SD, interval and smallest detectable change from its draws."""
    sd = float(spread(definition, draws)) if value is not None and draws is not None else np.nan
    if value is None or not np.isfinite(sd):
        return Sample(value, unit=definition.unit)
    low, high = interval(value, sd, None)
    return Sample(value, draws, sd, SDC_CHANGE * sd, low, high, definition.unit)


