"""A table of values as plain texts: levels by metrics in one position, or positions side by side."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import STATE, RowKey
from DynamicSpineLib.Metrics.Registry import MetricDefinition
from DynamicSpineLib.Reports.Csv import safeText
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.LevelTables import segmentRemarks
from DynamicSpineLib.Reports.MotionTables import QUESTION_WORDS, pairTitle
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Reports.Technique import comparedSentence
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.MetricGroups import metricGroup
from DynamicSpineLib.Session.TableCells import ARROWS, TableCell, motionTableCell, stateTableCell
from DynamicSpineLib.Session.TablePlan import (
    PlannedColumn,
    PlannedRow,
    TableChoice,
    cellKeys,
    declaredInOrder,
    plannedColumns,
    plannedRows,
)
from DynamicSpineLib.Session.ValueTip import metricLines, metricText, valueTip
from DynamicSpineLib.Study.Case import NATIVE
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Numbers import storedNumber, unitText
from DynamicSpineLib.Wording.Texts import capitalized, clean, placeLabel
from DynamicSpineLib.Wording.Words import TOO_IMPRECISE, metricWords


@dataclass(frozen=True)
class TableColumn:
    """A column's heading (title and unit) and tooltip; metric or position say what it is of, as far as it is of one."""

    title: str
    unit: str
    tip: str
    metric: str
    position: str
    fromPosition: str


@dataclass(frozen=True)
class TableRow:
    """A row's heading; metric: its title with unit where each metric has its own rows. remarks: operated, beside an
    operated level. native: False for operated and joined segments."""

    label: str
    metric: str
    level: str
    side: str
    remarks: tuple[str, ...]
    native: bool


class ValueTable:
    """The rows, columns and cells of a choice of values; `update` brings cells up to date that an edit has touched.

    sort: column index and whether the largest comes first; None for cranial to caudal. Rows without a value in that
    column stand last in either direction.
    """

    def __init__(self, live: LiveValues, choice: TableChoice, sort: tuple[int, bool] | None = None) -> None:
        self._live, self.choice, self._sort = live, choice, sort
        self._group = metricGroup(choice.group)
        self._report = ReportInput(live.case, (), ())
        self._plan()

    @property
    def title(self) -> str:
        """What the table shows, in words."""
        return self._group.title

    def cell(self, row: int, column: int) -> TableCell | None:
        """A cell; None where the metric is not defined."""
        return self._cells.get((row, column))

    @property
    def keys(self) -> frozenset[RowKey]:
        """The keys of all values shown, to draw their noise first."""
        return frozenset(self._places)

    def update(self, touched: Collection[RowKey]) -> list[tuple[int, int]] | None:
        """Bring cells up to date; returns (row, column) of those that show something else.

        None: a row or column came or went, and the table has to be made again.
        """
        if not self._hidden.isdisjoint(touched) and any(self._live.cell(key).isThere
                                                        for key in self._hidden.intersection(touched)):
            return None
        changed = []
        for place in {place for key in self._places.keys() & frozenset(touched) for place in self._places[key]}:
            cell = self._made(*self._keys[place])
            if cell != self._cells[place]:
                self._cells[place] = cell
                changed.append(place)
        return sorted(changed)

    def tip(self, row: int, column: int) -> str:
        """The tooltip of a cell; empty where the metric is not defined."""
        cell = self.cell(row, column)
        return valueTip(self._live, cell.key) if cell is not None else ""

    @property
    def legend(self) -> tuple[str, ...]:
        """What signs, words and hatching mean, which position changes compare with, and what the noise holds."""
        cells = list(self._cells.values())
        used = {cell.sign for cell in cells}
        lines = [comparedSentence(self._report)] if self._group.kind == STATE else []
        lines += [f"{sign} {words}" for sign, words in ARROWS if sign in used]
        imprecise, provisional = code("exceedsNoise", "false"), code("confirmed", "0")
        if any(cell.verdict == TOO_IMPRECISE for cell in cells):
            lines.append(say("verdictMeaning", verdict=TOO_IMPRECISE, meaning=imprecise.text))
        if any(cell.provisional for cell in cells):
            lines.append(say("verdictMeaning", verdict=provisional.short, meaning=provisional.text))
        lines.append(say("technicalNoise"))
        numbering = self._live.case.numbering
        lines += [] if numbering.isConfirmed else [say("numbering", statement=capitalized(numbering.statement()))]
        return tuple(line for line in lines if line)

    # --- copying ---

    def text(self) -> str:
        """The table as shown, for a spreadsheet, in stored digits; changes beside the values where they are shown."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow([safeText(text) for text in self._heading()])
        for number, row in enumerate(self.rows):
            lead = [row.label, row.metric] if self._hasMetricRows else [row.label]
            cells = [text for column in range(len(self.columns)) for text in self._copied(number, column)]
            writer.writerow([*(safeText(text) for text in lead), *cells])
        return stream.getvalue()

    def _heading(self) -> Iterator[str]:
        yield from ("Level", "Measure") if self._hasMetricRows else ("Level",)
        for column in self.columns:
            title = f"{column.title} {column.unit}".strip()
            yield from (title, f"{title}: change") if self._showsChanges else (title,)

    def _copied(self, row: int, column: int) -> Iterator[str]:
        cell = self.cell(row, column)
        yield storedNumber(cell.number) if cell is not None else ""
        if self._showsChanges:
            yield storedNumber(cell.changeNumber) if cell is not None else ""

    # --- making ---

    @property
    def _hasMetricRows(self) -> bool:
        return self.choice.ends is None

    @property
    def _showsChanges(self) -> bool:
        """True where every change stands beside its value."""
        return self._hasMetricRows and self._group.kind == STATE

    def _plan(self) -> None:
        case = self._live.case
        rows, columns = plannedRows(case, self._group, self.choice), plannedColumns(case, self._group, self.choice)
        keys = {(row, column): found for row in rows for column in columns
                if (found := cellKeys(case, row, column)) is not None and found[0] in self._live.cells}  # fmt: skip
        full = [place for place, found in keys.items() if self.choice.withEmpty or self._live.cell(found[0]).isThere]
        keptRows, keptColumns = {row for row, _ in full}, {column for _, column in full}
        shown = [column for column in columns if column in keptColumns]
        self._hidden = frozenset(found[0] for (row, column), found in keys.items()
                                 if row not in keptRows or column not in keptColumns)  # fmt: skip
        ordered = self._sorted([row for row in rows if row in keptRows], shown, keys)
        self.columns = tuple(self._column(column) for column in shown)
        self.rows = tuple(self._row(row) for row in ordered)
        self._keys = {(number, place): found for number, row in enumerate(ordered)
                      for place, column in enumerate(shown)
                      if (found := keys.get((row, column))) is not None}  # fmt: skip
        self._cells: dict[tuple[int, int], TableCell] = {}
        self._places: dict[RowKey, list[tuple[int, int]]] = {}
        for place, found in self._keys.items():
            self._cells[place] = self._made(*found)
            for key in found:
                if key is not None:
                    self._places.setdefault(key, []).append(place)

    def _sorted(
        self, rows: list[PlannedRow], columns: list[PlannedColumn],
        keys: dict[tuple[PlannedRow, PlannedColumn], tuple[RowKey, RowKey | None]],
    ) -> list[PlannedRow]:  # fmt: skip
        if self._sort is None or self._sort[0] >= len(columns):
            return rows
        column, largestFirst = columns[self._sort[0]], self._sort[1]
        found = {row: keys[row, column][0] for row in rows if (row, column) in keys}
        values = {row: self._live.cell(key).value for row, key in found.items()}
        there = [(value, row) for row in rows if (value := values.get(row)) is not None]
        ordered = sorted(there, key=lambda item: item[0], reverse=largestFirst)
        return [*(row for _, row in ordered), *(row for row in rows if values.get(row) is None)]

    def _made(self, key: RowKey, changeKey: RowKey | None) -> TableCell:
        if self._group.kind != STATE:
            return motionTableCell(self._live, key)
        return stateTableCell(self._live, key, changeKey, self._showsChanges)

    def _row(self, row: PlannedRow) -> TableRow:
        segment = self._live.case.chain.segment(row.level)
        native = segment is None or self._live.case.segmentStatus(row.level) == NATIVE
        remarks = segmentRemarks(self._report, segment) if segment is not None else ()
        title = "" if row.metric is None else " ".join(part for part in _titleAndUnit(row.metric) if part)
        return TableRow(placeLabel(row.level, row.side), title, row.level, row.side, remarks, native)

    def _column(self, column: PlannedColumn) -> TableColumn:
        fromPosition, position = column.ends
        if column.metric is not None:
            title, unit = _titleAndUnit(column.metric)
            text = metricText(column.metric.kind, column.metric.id)
            tip = "\n".join(line for line in (f"{capitalized(text.title)}.", *metricLines(text)) if line)
            return TableColumn(title, unit, tip, column.metric.id, position, fromPosition)
        pair = next((item for item in declaredInOrder(self._live.case)
                     if (item.fromPosition, item.toPosition) == column.ends), None)  # fmt: skip
        if pair is not None:
            title = clean(pairTitle(self._report, pair))
            return TableColumn(title, "", QUESTION_WORDS.get(pair.question, pair.question), "", position, fromPosition)
        return TableColumn(clean(self._report.positionTitle(position)), "", "", "", position, fromPosition)


def _titleAndUnit(metric: MetricDefinition) -> tuple[str, str]:
    return metricWords(metric.id, metric.title).short, unitText(metric.unit)
