"""The measured values of a level that go with each frame of a motion: true ones at positions, interpolated between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from DynamicSpineLib.Compare.MotionFrames import MotionFrame
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Metrics.Measurement import OK, STATE, Measurement
from DynamicSpineLib.Wording.Numbers import shownNumber, withUnit

INTERPOLATED_WORD = "interpolated"
_GRADE = "{grade}"


@dataclass(frozen=True)
class MotionValue:
    """A value beside a frame. sd: as in the tables at a real position; None between two, where nothing was measured.

    isConfirmed: False where it rests on a mark that nobody has accepted, in either position. row: the measured row at a
    real position, so that what the tables say of it can be said; None between.
    """

    metric: str
    level: str
    side: str
    value: float
    unit: str
    sd: float | None = None
    isConfirmed: bool = True
    row: Measurement | None = None

    @property
    def isInterpolated(self) -> bool:
        """True between two positions."""
        return self.row is None

    @property
    def text(self) -> str:
        """The digits with their unit; with the SD at a real position, else with the word that nobody measured it."""
        digits = shownNumber(self.value, self.unit)
        if self.isInterpolated:
            return f"{withUnit(digits, self.unit)} ({INTERPOLATED_WORD})"
        if self.sd is None:
            return withUnit(digits, self.unit)
        return withUnit(f"{digits} ± {shownNumber(self.sd, self.unit)}", self.unit)


class MotionValues:
    """Finds the state values of a level for every frame in the rows of one reading."""

    def __init__(self, path: MotionPath, rows: Iterable[Measurement], level: str, metrics: Sequence[str] = ()) -> None:
        """level: a level or a segment. metrics: those wanted, in their order; empty takes all in the rows' order."""
        self._path = path
        states = (row for row in rows if row.kind == STATE and row.level == level)
        own = [row for row in states if not metrics or row.metric in metrics]
        rank = {metric: index for index, metric in enumerate(metrics)}
        own.sort(key=lambda row: rank.get(row.metric, 0))
        self._rows = {(row.metric, row.side, row.position): row for row in reversed(own)}
        self._wanted = tuple(dict.fromkeys((row.metric, row.side) for row in own))

    def at(self, frame: MotionFrame) -> tuple[MotionValue, ...]:
        """The values of a frame: those that the position has, or that both positions beside it have."""
        if frame.isObserved:
            rows = [self._row(metric, side, frame.position) for metric, side in self._wanted]
            return tuple(_measured(row) for row in rows if row is not None)
        leg = self._path.legs[frame.leg]
        ends = (leg.start, leg.end)
        pairs = ([self._row(metric, side, key) for key in ends] for metric, side in self._wanted)
        found = (_between(first, last, frame.fraction) for first, last in pairs if first and last)
        return tuple(value for value in found if value is not None)

    def _row(self, metric: str, side: str, position: str) -> Measurement | None:
        row = self._rows.get((metric, side, position))
        return row if row is not None and row.status == OK and row.value is not None else None


def _measured(row: Measurement) -> MotionValue:
    value = float("nan") if row.value is None else row.value
    return MotionValue(row.metric, row.level, row.side, value, row.unit, row.sd, row.confirmed, row)


def _between(first: Measurement, last: Measurement, fraction: float) -> MotionValue | None:
    """The value on the straight way between two rows; None for grades, which have nothing between them."""
    if first.value is None or last.value is None or first.unit == _GRADE:
        return None
    value = (1.0 - fraction) * first.value + fraction * last.value
    isConfirmed = first.confirmed and last.confirmed
    return MotionValue(first.metric, first.level, first.side, value, first.unit, isConfirmed=isConfirmed)
