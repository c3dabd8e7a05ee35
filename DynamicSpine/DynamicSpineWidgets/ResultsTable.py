"""The table of results as a widget: filled once, then only the cells are written again that an edit has touched."""

from __future__ import annotations

from collections.abc import Callable, Collection
from html import escape
from textwrap import wrap
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Metrics.Measurement import CHANGE, STATE, RowKey
from DynamicSpineLib.Session.ResultsChoice import STALE_SIGN, cellLines
from DynamicSpineLib.Session.TableCells import TableCell
from DynamicSpineLib.Session.ValueTable import TableColumn, TableRow, ValueTable
from DynamicSpineWidgets.CellBrush import hatchedBrush
from DynamicSpineWidgets.SignalsBlocked import signalsBlocked

_HEAD_LETTERS, _MARGIN, _WIDEST = 16, 10, 160
_LEAST_LINES, _MOST_LINES = 3, 24
_HEADING, _HATCHING = 60, 110  # opacity of 255


class ResultsTable:
    """Shows a ValueTable. `chosen` is called with the key of the cell that the user went to, `sorted` with a column.

    Tooltips are made when the mouse comes to a cell; cells that are out of sight are written when they come into it.
    """

    def __init__(self, table: Any, chosen: Callable[[RowKey], None], sortBy: Callable[[int], None]) -> None:
        self.table, self._choose = table, chosen
        self.content: ValueTable | None = None
        self._keys: dict[RowKey, list[RowKey]] = {}
        self._sight: tuple[int, ...] = ()
        self._lastMetric = ""
        self._visible: frozenset[RowKey] = frozenset()
        self._waiting: set[RowKey] = set()
        self._tipped: set[tuple[int, int]] = set()
        self._hatched: set[tuple[int, int]] = set()
        self._faint: set[tuple[int, int]] = set()
        self._rows: list[int | None] = []
        self._lines: dict[int, int] = {}
        across, down = table.horizontalHeader(), table.verticalHeader()
        across.setSectionsClickable(True)
        across.setHighlightSections(True)
        down.setSectionResizeMode(qt.QHeaderView.Fixed)
        across.setSectionResizeMode(qt.QHeaderView.Interactive)
        across.sectionClicked.connect(sortBy)
        across.sectionResized.connect(self._resized)
        table.cellEntered.connect(self._explain)
        table.cellClicked.connect(self._cellChosen)
        table.currentCellChanged.connect(self._cellChosen)
        for bar in (table.horizontalScrollBar(), table.verticalScrollBar()):
            bar.valueChanged.connect(self._scrolled)

    # --- filling ---

    def show(self, content: ValueTable | None, sort: tuple[int, bool] | None) -> None:
        """Show another table, or none."""
        table, across = self.table, self.table.horizontalHeader()
        isSame = None not in (content, self.content) and content.choice == self.content.choice
        scrolled = [(bar, bar.value) for bar in (table.horizontalScrollBar(), table.verticalScrollBar())]
        self._take(content)
        with signalsBlocked(table):
            table.clear()
            table.clearSpans()
            table.rowCount = len(self._rows)
            table.columnCount = len(content.columns) if content is not None else 0
            if content is not None:
                self._fill(content)
        across.showSortIndicator = sort is not None
        if sort is not None:
            across.setSortIndicator(sort[0], qt.Qt.DescendingOrder if sort[1] else qt.Qt.AscendingOrder)
        self.fit()
        for bar, value in scrolled if isSame else ():
            bar.value = value

    def _take(self, content: ValueTable | None) -> None:
        """Remember where the rows and values of a table stand: each metric's rows stand under its name."""
        self.content, self._keys, self._rows = content, {}, []
        metric = ""
        for number, row in enumerate(content.rows if content is not None else ()):
            if row.metric != metric:
                metric = row.metric
                self._rows.append(None)
            self._rows.append(number)
        self._lines = {number: line for line, number in enumerate(self._rows) if number is not None}
        for key in content.keys if content is not None else ():
            self._keys.setdefault(_place(key), []).append(key)
        for known in (self._waiting, self._tipped, self._hatched, self._faint):
            known.clear()

    def _fill(self, content: ValueTable) -> None:
        for number, column in enumerate(content.columns):
            self.table.setHorizontalHeaderItem(number, _headItem(column))
        for line, number in enumerate(self._rows):
            row = content.rows[self._rows[line + 1] if number is None else number]
            if number is None:
                self._fillMetric(line, row)
                continue
            self.table.setVerticalHeaderItem(line, _rowItem(row))
            for column in range(len(content.columns)):
                item = qt.QTableWidgetItem()
                item.setTextAlignment(qt.Qt.AlignTop)
                self.table.setItem(line, column, item)
                self._write(number, column)

    def _fillMetric(self, line: int, row: TableRow) -> None:
        self.table.setVerticalHeaderItem(line, qt.QTableWidgetItem(""))
        item = qt.QTableWidgetItem(row.metric)
        item.setFlags(qt.Qt.ItemIsEnabled)
        font = qt.QFont(self.table.font)
        font.setBold(True)
        item.setFont(font)
        item.setBackground(qt.QBrush(_gray(_HEADING)))
        self.table.setItem(line, 0, item)
        if self.table.columnCount > 1:
            self.table.setSpan(line, 0, 1, self.table.columnCount)

    def _write(self, row: int, column: int) -> None:
        """Write one cell of the content as it now is."""
        cell, item, place = self.content.cell(row, column), self.table.item(self._lines[row], column), (row, column)
        text = "\n".join(cellLines(cell, self.content.choice.ends is None)) if cell is not None else ""
        item.setText(text)
        item.setData(qt.Qt.AccessibleTextRole, f"{text}, {cell.spoken}" if cell is not None and cell.spoken else text)
        isHatched = cell is not None and cell.provisional
        if isHatched != (place in self._hatched):
            self._hatched.symmetric_difference_update({place})
            item.setBackground(hatchedBrush(_gray(0), _HATCHING) if isHatched else qt.QBrush())
        isFaint = cell is not None and bool(cell.missing)
        if isFaint != (place in self._faint):
            self._faint.symmetric_difference_update({place})
            item.setForeground(qt.QBrush(_gray(255)) if isFaint else qt.QBrush())

    # --- fitting ---

    def fit(self) -> None:
        """Give rows and columns the room that their texts need, and the table the height of its rows, up to a limit."""
        table, across = self.table, self.table.horizontalHeader()
        self._sight = ()
        metrics, headMetrics = qt.QFontMetrics(table.font), qt.QFontMetrics(across.font)
        for column in range(table.columnCount):
            texts = {table.item(line, column).text() for line in self._lines.values()}
            width = _width(metrics, texts) + _width(metrics, {f" {STALE_SIGN}"}) + _MARGIN
            head = _width(headMetrics, {table.horizontalHeaderItem(column).text()}) + 2 * _MARGIN
            table.setColumnWidth(column, max(min(width, _WIDEST), head))
        table.resizeRowsToContents()
        lines = [table.horizontalHeaderItem(column).text().count("\n") + 1 for column in range(table.columnCount)]
        across.setFixedHeight(max(lines, default=1) * headMetrics.height() + _MARGIN)
        rows = sum(table.rowHeight(row) for row in range(table.rowCount))
        shown = min(max(rows, _LEAST_LINES * metrics.height()), _MOST_LINES * metrics.height())
        bar = table.horizontalScrollBar().sizeHint.height()
        table.setFixedHeight(shown + across.height + bar + 2 * table.frameWidth)

    # --- following ---

    def touch(self, keys: Collection[RowKey]) -> bool:
        """Values may have changed: write those in sight. False where a row or column came or went."""
        seen = self.visibleKeys().intersection(keys)
        self._waiting.update(keys)
        self._waiting -= seen
        return self._bringUpToDate(seen)

    def catchUp(self) -> bool:
        """Write what waits out of sight, too. False where a row or column came or went."""
        waiting, self._waiting = self._waiting, set()
        return self._bringUpToDate(waiting)

    def _bringUpToDate(self, shown: Collection[RowKey]) -> bool:
        if self.content is None or not shown:
            return True
        changed = self.content.update(shown)
        for row, column in changed or ():
            self._write(row, column)
            if (row, column) in self._tipped:
                self._tipped.discard((row, column))
                self.table.item(self._lines[row], column).setToolTip("")
        return changed is not None

    def visibleKeys(self) -> frozenset[RowKey]:
        """The keys of the values in sight."""
        table = self.table
        sight = (table.horizontalScrollBar().value, table.verticalScrollBar().value, table.viewport().width,
                 table.viewport().height)  # fmt: skip
        if sight != self._sight:
            self._sight, self._visible = sight, self._keysInSight()
        return self._visible

    def _keysInSight(self) -> frozenset[RowKey]:
        content, table = self.content, self.table
        if content is None or not table.rowCount or not table.columnCount:
            return frozenset()
        rows, columns = _seen(table.rowAt, table.viewport().height, table.rowCount), _seen(
            table.columnAt, table.viewport().width, table.columnCount)  # fmt: skip
        numbers = [number for number in self._rows[rows.start : rows.stop] if number is not None]
        cells = (content.cell(row, column) for row in numbers for column in columns)
        return frozenset(key for cell in cells if cell is not None for key in self._keys[_place(cell.key)])

    def _resized(self, *_sizes: int) -> None:
        self._sight = ()

    def _scrolled(self, *_value: int) -> None:
        if self._waiting:
            self._bringUpToDate(self._waiting & self.visibleKeys())

    # --- the user ---

    def mark(self, isChosen: Callable[[TableRow, TableColumn], int]) -> None:
        """Bring the keyboard's cell to what is chosen elsewhere: the cell with the largest number, if that is above 0.

        Among equal ones that of the measure that was looked at last.
        """
        content = self.content
        if content is None:
            return
        scored = {
            (row, column): (score, found.key[1] == self._lastMetric, -column)
            for row, line in enumerate(content.rows) for column, head in enumerate(content.columns)
            if (score := isChosen(line, head)) > 0 and (found := content.cell(row, column)) is not None
        }  # fmt: skip
        best = max(scored, key=lambda place: scored[place], default=None)
        if best is not None and best != self.currentPlace:
            with signalsBlocked(self.table):
                self.table.setCurrentCell(self._lines[best[0]], best[1])

    @property
    def current(self) -> TableCell | None:
        """The cell that the keyboard is in."""
        return self.content.cell(*self.currentPlace) if self.content is not None else None

    @property
    def currentPlace(self) -> tuple[int, int]:
        """Row and column of the keyboard's cell, -1 for none."""
        return self._numberAt(self.table.currentRow()), self.table.currentColumn()

    def _numberAt(self, line: int) -> int:
        """The content's row at a line of the table; -1 for a metric's name, and for none."""
        number = self._rows[line] if 0 <= line < len(self._rows) else None
        return -1 if number is None else number

    def _cellChosen(self, line: int, column: int, *_before: int) -> None:
        cell = self.content.cell(self._numberAt(line), column) if self.content is not None else None
        if cell is not None:
            self._lastMetric = cell.key[1]
            self._choose(cell.key)

    def _explain(self, line: int, column: int) -> None:
        """Make the tooltip of the cell that the mouse came to."""
        row = self._numberAt(line)
        if self.content is None or row < 0 or (row, column) in self._tipped:
            return
        self._tipped.add((row, column))
        self.table.item(line, column).setToolTip(_paragraphs(self.content.tip(row, column)))


def _gray(opacity: int) -> Any:
    """Middle gray, which is seen in a light and in a dark theme. opacity: of 255."""
    return qt.QColor(128, 128, 128, opacity)


def _place(key: RowKey) -> RowKey:
    """The cell that a key belongs to: a change stands in that of its value."""
    return (STATE, *key[1:5], "") if key[0] == CHANGE else key


def _seen(at: Callable[[int], int], size: int, count: int) -> range:
    """The sections of a header between two edges of the sight."""
    first, last = at(0), at(size - 1)
    return range(max(first, 0), (last if last >= 0 else count - 1) + 1)


def _width(metrics: Any, texts: Collection[str]) -> int:
    """The width of the widest line of some texts."""
    return max((metrics.horizontalAdvance(line) for text in texts for line in text.split("\n")), default=0)


def _headItem(column: TableColumn) -> Any:
    lines = wrap(column.title, _HEAD_LETTERS, break_long_words=False) or [""]
    item = qt.QTableWidgetItem("\n".join([*lines, column.unit] if column.unit else lines))
    item.setToolTip(_paragraphs(column.tip) + _("<p>Click: sort by this column</p>"))
    return item


def _rowItem(row: TableRow) -> Any:
    label = row.label if row.native else f"({row.label})"
    item = qt.QTableWidgetItem(label)
    item.setToolTip(_paragraphs("\n".join((row.label, *row.remarks))))
    return item


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line)
