"""The grid of Review: levels down, positions across, in an ordinary table that says each cell in words, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Session.ReviewCells import fittedCells, gradeShade
from DynamicSpineLib.Session.ReviewContent import ReviewContent
from DynamicSpineLib.Session.ReviewHeads import ColumnHead, columnHeads
from DynamicSpineLib.Study.Case import Case
from DynamicSpineWidgets.CellBrush import hatchedBrush
from DynamicSpineWidgets.SignalsBlocked import signalsBlocked

_DARKEST, _CHOSEN, _HATCHING = 70, 110, 150
"""Opacity of 255: of the gray of the highest grade, the tint of the chosen cell, the lines of provisional ones.

Middle gray darkens a light theme and lightens a dark one, so that nothing here has to know which one is on.
"""

_PADDING, _OUTLINE = 3, 2


class LevelGrid:
    """Shows a review's cells. `chosen` is called with (level or None, position or None) where the user chose another.

    explain: the sentence on the rules behind a cell, by level and position; shown over it. `worded` is called where the
    cells say more or less than before.
    The table keeps its own height, so that nothing has to be scrolled, and its texts are worded to fit its columns.
    """

    def __init__(
        self, table: Any, chosen: Callable[[str | None, str | None], None], explain: Callable[[str, str], str],
        worded: Callable[[], None],
    ) -> None:  # fmt: skip
        self.table, self._choose, self._explain, self._worded = table, chosen, explain, worded
        self._case: Case | None = None
        self._content: ReviewContent | None = None
        self._heads: tuple[ColumnHead, ...] = ()
        self._shown: tuple[str, str] = ("", "")
        self._width = -1
        self.wordings: Mapping[str, int] = {}
        across, down = table.horizontalHeader(), table.verticalHeader()
        across.setSectionResizeMode(qt.QHeaderView.Stretch)
        down.setSectionResizeMode(qt.QHeaderView.Fixed)
        across.minimumSectionSize = down.minimumSectionSize = 12
        self._fitTimer = qt.QTimer()
        self._fitTimer.setSingleShot(True)
        self._fitTimer.interval = 0
        self._fitTimer.timeout.connect(self._fit)
        across.sectionResized.connect(self._resized)
        across.sectionClicked.connect(self._columnClicked)
        down.sectionClicked.connect(self._rowClicked)
        table.cellClicked.connect(self._cellClicked)
        table.currentCellChanged.connect(self._cellClicked)

    @property
    def levels(self) -> tuple[str, ...]:
        """The rows."""
        return self._content.levels if self._content is not None else ()

    @property
    def positions(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(head.position for head in self._heads)

    def show(self, case: Case | None, content: ReviewContent | None) -> None:
        """Show a case's positions, and what was told of them where that is known."""
        heads = columnHeads(case) if case is not None else ()
        rows = content.rows if content is not None else ()
        before = self._content.rows if self._content is not None else ()
        isSame = heads == self._heads and rows == before and self._hasGrades(case)
        self._case, self._content, self._heads = case, content, heads
        if not isSame:
            self._fill()

    def _hasGrades(self, case: Case | None) -> bool:
        """True where the shown case and another have the same grades, and so the same shades."""
        shown = self._case
        if case is None or shown is None:
            return case is shown
        return [item.grades for item in case.positions] == [item.grades for item in shown.positions]

    def mark(self, level: str, position: str) -> None:
        """Show which level and position are chosen."""
        before, self._shown = self._shown, (level, position)
        if before != self._shown:
            for shown in (before, self._shown):
                self._paint(*shown)
            self._markHeads()
        self._moveCursor()

    # --- building ---

    def _fill(self) -> None:
        table = self.table
        with signalsBlocked(table):
            table.rowCount = 0
            table.columnCount, table.rowCount = len(self._heads), len(self.levels)
            for column, head in enumerate(self._heads):
                table.setHorizontalHeaderItem(column, _item(head.whole))
            for row, shown in enumerate(self._content.rows if self._content is not None else ()):
                item = _item(_("{level}: leads the report").format(level=shown.label) if shown.isWorst else shown.label)
                item.setText(shown.label)
                table.setVerticalHeaderItem(row, item)
                for column, position in enumerate(self.positions):
                    self._makeCell(row, column, shown.level, position)
        self._width = -1
        self._fit()
        self._markHeads()
        self._moveCursor()

    def _makeCell(self, row: int, column: int, level: str, position: str) -> None:
        cell = self._content.cell(level, position)
        isRuled = cell is not None and bool(cell.kind)
        item = _item(cell.whole if cell is not None else "", self._explain(level, position) if isRuled else "")
        item.setTextAlignment(qt.Qt.AlignCenter)
        self._paintItem(item, level, position)
        self.table.setItem(row, column, item)
        if cell is not None and cell.kind == "met":
            self.table.setCellWidget(row, column, _outline())

    # --- fitting ---

    def _resized(self, *_sizes: int) -> None:
        self._fitTimer.start()

    def _fit(self) -> None:
        """Word heads and cells for the width that the columns have now."""
        table, across = self.table, self.table.horizontalHeader()
        width = across.sectionSize(0) if self._heads else 0
        if width == self._width:
            return
        self._width = width
        heads, cells = _boldMetrics(across.font), _boldMetrics(table.font)
        self._wordHeads(heads, width - 2 * _PADDING)
        self._wordCells(lambda text: cells.horizontalAdvance(text) <= width - 3 * _PADDING)
        for row in range(table.rowCount):
            lines = max(table.item(row, column).text().count("\n") + 1 for column in range(len(self._heads)))
            table.setRowHeight(row, lines * cells.height() + 2 * _PADDING)
        lines = max((len(head.lines) for head in self._heads), default=0)
        across.setFixedHeight(lines * heads.height() + 2 * _PADDING)
        rows = sum(table.rowHeight(row) for row in range(table.rowCount))
        table.setFixedHeight(rows + across.height + 2 * table.frameWidth)

    def _wordHeads(self, metrics: Any, width: int) -> None:
        """Each line in its longest wording that fits; what fits in none is cut."""
        for column, head in enumerate(self._heads):
            lines = []
            for wordings in head.lines:
                fitting = (text for text in wordings if metrics.horizontalAdvance(text) <= width)
                lines.append(next(fitting, "") or metrics.elidedText(wordings[-1], qt.Qt.ElideRight, width))
            if head.title and all(metrics.horizontalAdvance(text) <= width for text in head.title):
                lines[:2] = head.title
            self.table.horizontalHeaderItem(column).setText("\n".join(lines))

    def _wordCells(self, fits: Callable[[str], bool]) -> None:
        if self._content is None:
            return
        before, fitted = self.wordings, fittedCells(self._content, self.positions, fits)
        self.wordings = fitted.wordings
        for index, text in enumerate(fitted.texts):
            self.table.item(*divmod(index, len(self._heads))).setText(text)
        if self.wordings != before:
            self._worded()

    # --- painting ---

    def _paint(self, level: str, position: str) -> None:
        if level not in self.levels or position not in self.positions or self._case is None:
            return
        self._paintItem(self.table.item(self.levels.index(level), self.positions.index(position)), level, position)

    def _paintItem(self, item: Any, level: str, position: str) -> None:
        cell = self._content.cell(level, position)
        isChosen = (level, position) == self._shown
        item.setBackground(self._brush(gradeShade(self._case, level, position), isChosen,
                                       cell is not None and cell.provisional))  # fmt: skip
        item.setFont(_bold(self.table.font, isChosen))

    def _brush(self, shade: float, isChosen: bool, isHatched: bool) -> Any:
        """What is laid over the theme's own color: gray by grade, a tint where chosen, hatching where provisional."""
        color = qt.QColor(128, 128, 128, round(_DARKEST * shade))
        if isChosen:
            color = qt.QColor(self.table.palette.color(qt.QPalette.Highlight))
            color.setAlpha(_CHOSEN)
        return hatchedBrush(color, _HATCHING) if isHatched else qt.QBrush(color)

    def _markHeads(self) -> None:
        level, position = self._shown
        for column, head in enumerate(self._heads):
            item = self.table.horizontalHeaderItem(column)
            item.setFont(_bold(self.table.horizontalHeader().font, head.position == position))
        for row, shown in enumerate(self._content.rows if self._content is not None else ()):
            font = _bold(self.table.verticalHeader().font, shown.level == level)
            font.setUnderline(shown.isWorst)
            self.table.verticalHeaderItem(row).setFont(font)

    def _moveCursor(self) -> None:
        """Bring the keyboard's cell to the chosen one."""
        level, position = self._shown
        if level in self.levels and position in self.positions:
            with signalsBlocked(self.table):
                self.table.setCurrentCell(self.levels.index(level), self.positions.index(position))

    # --- the user's clicks and keys ---

    def _cellClicked(self, row: int, column: int, *_before: int) -> None:
        if 0 <= row < len(self.levels) and 0 <= column < len(self._heads):
            self._choose(self.levels[row], self.positions[column])

    def _rowClicked(self, row: int) -> None:
        self._choose(self.levels[row], None)

    def _columnClicked(self, column: int) -> None:
        self._choose(None, self.positions[column])


def _item(whole: str, more: str = "") -> Any:
    """A cell or head that says itself in words to those who hover over it or listen."""
    item = qt.QTableWidgetItem()
    item.setToolTip("".join(f"<p>{escape(text)}</p>" for text in (whole, more) if text))
    item.setData(qt.Qt.AccessibleTextRole, whole)
    return item


def _outline() -> Any:
    """A frame around a cell that lets the mouse through."""
    frame = qt.QFrame()
    frame.frameShape, frame.frameShadow, frame.lineWidth = qt.QFrame.Box, qt.QFrame.Plain, _OUTLINE
    frame.setAttribute(qt.Qt.WA_TransparentForMouseEvents)
    return frame


def _bold(font: Any, isBold: bool) -> Any:
    changed = qt.QFont(font)
    changed.setBold(isBold)
    return changed


def _boldMetrics(font: Any) -> Any:
    """Sizes of texts in the font of the chosen ones, the widest."""
    return qt.QFontMetrics(_bold(font, True))
