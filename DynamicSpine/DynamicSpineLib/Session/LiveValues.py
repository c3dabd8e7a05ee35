"""The values of a case while it is edited: at once without noise, and with it when the mouse rests."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE
from DynamicSpineLib.Metrics.Draws import DrawSettings
from DynamicSpineLib.Metrics.InputPoints import bodyCorners
from DynamicSpineLib.Metrics.LiveReading import LiveReading
from DynamicSpineLib.Metrics.MarksBehind import MarksBehind
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, caseNoise, ownReading
from DynamicSpineLib.Metrics.Measurement import Measurement, RowKey
from DynamicSpineLib.Metrics.ReadingDraws import Needed, measureReading
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer, ReadingValues
from DynamicSpineLib.Metrics.RowCells import CaseCells, Cell
from DynamicSpineLib.Metrics.Rows import RowMaker
from DynamicSpineLib.Metrics.Touched import touchedMetrics
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Session.CaseDifference import MarkDifference, differingMarks
from DynamicSpineLib.Session.LiveRows import LiveRows
from DynamicSpineLib.Session.ShownValue import ShownValue
from DynamicSpineLib.Session.TouchedKeys import Keys, TouchedKeys
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Landmark, LandmarkSet

QUICK_DRAWS = 250
"""Draws made at once when the mouse rests: they tell an SD, and so the width of an interval, to 1 / sqrt(2 (N - 1)) or
4.5 % of itself. They are the first of the draws of a whole measurement."""

_ROWS_AT_ONCE = 100


class LiveValues:
    """The reading of a case's own marks, its cells by key, and what edits of the marks do to them.

    Values, reasons and gates are always those of the marks as they are. SD, interval and verdict follow with
    `quickSteps` or `accept`; until then `ShownValue.stale` says that they are of an earlier state.
    """

    def __init__(self, case: Case) -> None:
        self._rows = LiveRows({})
        self._begin(case)

    @property
    def case(self) -> Case:
        """The case as it now is."""
        return self._case

    @property
    def reading(self) -> tuple[str, str]:
        """Reader and repeat of the reading that is shown."""
        return self._name

    @property
    def cells(self) -> Mapping[RowKey, Cell]:
        """Every cell by its key, in the order of the rows."""
        return self._rows.cells

    @property
    def stale(self) -> Keys:
        """Keys of the cells whose noise is not that of the marks as they are."""
        return frozenset(self._rows.stale)

    def cell(self, key: RowKey) -> ShownValue:
        """A value as it is to be shown. Raises KeyError for a key that the case has no cell for."""
        if key not in self.cells:
            raise KeyError(key)
        return self._rows.shown(key, self._rowMaker())

    def row(self, key: RowKey) -> Measurement:
        """A cell's whole row, with its method and warnings, for a tooltip or an export; the SD may be stale."""
        return self._rows.exact(key, self._rowMaker()) if key in self._rows.stale else self.cell(key).row

    # --- edits ---

    def setCase(self, case: Case) -> Keys:
        """The case was edited in any way; quick where only a few marks differ.

        Returns the keys of the cells that may show something else.
        """
        if case is self._case:
            return frozenset()
        different = differingMarks(self._case, case)
        if different is None or (case.readings != self._case.readings and ownReading(case)[:2] != self._name):
            self._begin(case)
            return frozenset(self.cells)
        return self._edit(case, different)

    def _begin(self, case: Case) -> None:
        self._case = case
        reader, repeat, _ = ownReading(case)
        self._name, self._noise = (reader, repeat), caseNoise(case)
        self._rows = LiveRows(CaseCells(case).byKey if case.positions else {}, self._rows)
        self._touched = TouchedKeys(case, self._rows.cells, self._marks())
        if case.positions:
            self._live = LiveReading(self._measurer())
        self._maker: RowMaker | None = None
        self._behind: MarksBehind | None = None

    def _edit(self, case: Case, different: list[MarkDifference]) -> Keys:
        self._maker = None
        others = [item for item in different if not item.isOnlyMove]
        noise = [self._touched.ofNoise(self._live, item.positionId, item.name) for item in others]
        self._case = case
        if others:
            self._behind = None
            self._touched.setMarks(self._marks())
        values = self._moveOrMeasureAgain(different)
        facts = [self._touched.ofPresence(item.positionId, item.name) for item in others]
        noise += [self._touched.ofNoise(self._live, item.positionId, item.name) for item in different]
        touched = values.union(*facts, *noise)
        self._rows.move(values)
        self._rows.forget(frozenset().union(*facts))
        self._rows.stale |= touched
        return touched

    def _moveOrMeasureAgain(self, different: list[MarkDifference]) -> Keys:
        """Bring the live reading up to date; returns the keys of the values that moved points may change."""
        found = []
        isMoved = all(item.isMove for item in different)
        if not isMoved:
            self._live = LiveReading(self._measurer())
        for item in different:
            if isMoved and isinstance(item.after, Landmark) and item.after.point_RAS is not None:
                touched = self._live.move(item.positionId, item.name, item.after.point_RAS)
            else:
                touched = touchedMetrics(self._case.chain, item.name, True)
            found.append(self._touched.ofMove(item.positionId, item.name, touched))
        return frozenset().union(*found)

    # --- noise, when the mouse rests; may be dropped at any step ---

    def quickSteps(
        self, only: Collection[RowKey] | None = None, count: int = QUICK_DRAWS, seed: int = 0
    ) -> Steps[Keys]:
        """Draw the noise of stale cells, of all or of those given; returns the keys that were brought up to date.

        Nothing is taken over where the case was edited meanwhile.
        """
        case = self._case
        self._refreshNoise()
        wanted = self._rows.stale if only is None else self._rows.stale.intersection(only)
        keys = [key for key in self.cells if key in wanted]
        if not keys:
            return frozenset()
        measurer = self._measurer()
        yield Step(0.0, "reading marks")
        cells = [self.cells[key] for key in keys]
        needed = self._needed(cells)
        yield Step(0.0, "finding marks")
        settings = DrawSettings(count, seed, "#".join(self._name))
        measured = yield from measureReading(measurer, settings, needed)
        maker, rows = RowMaker(measured, SOFTWARE), list[Measurement]()
        for start in range(0, len(cells), _ROWS_AT_ONCE):
            rows.extend(maker.rows(cells[start : start + _ROWS_AT_ONCE]))
            yield Step(1.0, "writing rows")
        if self._case is not case:
            return frozenset()
        self._rows.accept(rows, count)
        return frozenset(keys)

    def accept(self, measured: CaseMeasurement, draws: int) -> bool:
        """Take over a measurement of the case as it now is, with that many draws; False for one of another state."""
        if measured.case is not self._case and differingMarks(measured.case, self._case) != []:
            return False
        if (measured.case.readings, measured.case.noise) != (self._case.readings, self._case.noise):
            return False
        self._noise = next((item.noise for item in measured.readings), self._noise)
        self._rows.accept((row for row in measured.rows if (row.reader, row.reading) == self._name), draws)
        return True

    def _needed(self, cells: Collection[Cell]) -> Needed:
        """The metrics of cells and the marks behind them, with every corner, since bodies lend each other height."""
        behind, maker = self._marksBehind(), self._rowMaker()
        there = [cell for cell in cells if math.isfinite(maker.value(cell))]
        marks = {(position.id, name) for position in self._case.positions
                 for level in self._case.chain.levels for name in bodyCorners(level)}  # fmt: skip
        for cell in there:
            marks |= behind.of(cell.definition, cell.positions, cell.index, cell.place, cell.side).places
        return Needed(frozenset((cell.definition.kind, cell.definition.id) for cell in there), frozenset(marks))

    def _refreshNoise(self) -> None:
        """Estimate the noise again where repeat readings tell it, since an edit changes one of them."""
        if self._case.readings:
            noise = caseNoise(self._case)
            if noise != self._noise:
                self._noise = noise
                self._rows.stale.update(self.cells)
                self._rows.forget(self.cells)
                self._maker = self._behind = None

    # --- the reading as it now is ---

    def _marks(self) -> dict[str, LandmarkSet]:
        return {position.id: position.marks for position in self._case.positions}

    def _measurer(self) -> ReadingMeasurer:
        return ReadingMeasurer(self._case, self._marks(), self._noise, *self._name)

    def _snapshot(self) -> ReadingValues:
        return replace(self._live.snapshot(), case=self._case, marks=self._marks(), noise=self._noise)

    def _marksBehind(self) -> MarksBehind:
        if self._behind is None:
            self._behind = MarksBehind(self._snapshot())
        return self._behind

    def _rowMaker(self) -> RowMaker:
        if self._maker is None:
            self._maker = RowMaker(self._snapshot(), SOFTWARE, self._marksBehind())
        return self._maker
