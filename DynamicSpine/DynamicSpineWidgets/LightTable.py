"""The grid of lights: how every vertebra was carried to every position."""

from __future__ import annotations

from typing import Any

import qt

from DynamicSpineLib.Session.MarkingDesk import MarkingDesk
from DynamicSpineLib.Session.VerdictRows import VerdictLight, VerdictRow, legend, verdictRows, verdictSummary
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD
from DynamicSpineWidgets.SignalsBlocked import signalsBlocked
from DynamicSpineWidgets.TableHeight import fitHeight

# Seen on light and on dark ground; each light has a shape of its own besides.
_COLORS = {GOOD: "#2e9e4f", CHECK: "#c77700", FAILED: "#e04848"}
_MOST_ROWS = 12
_MOST_WORDS = 4
"""So many positions have words beside their lights; with more there is room for the shapes only."""


class LightTable:
    """Choosing a light chooses its position and vertebra, so that the views go there."""

    def __init__(self, table: Any, legendLabel: Any, desk: MarkingDesk) -> None:
        self._table, self._legend, self._desk = table, legendLabel, desk
        self.rows: tuple[VerdictRow, ...] = ()
        self._heads: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        table.horizontalHeader().setSectionResizeMode(qt.QHeaderView.Stretch)
        table.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        table.wordWrap = False
        table.itemSelectionChanged.connect(self._cellChosen)

    def refresh(self) -> None:
        """Show the lights of the case as it is now."""
        session = self._desk.session
        rows = verdictRows(session.case) if session is not None else ()
        with signalsBlocked(self._table):
            self._showHeads(rows)
            for row, item in enumerate(rows):
                for column, light in enumerate(item.lights):
                    self._showLight(self._table.item(row, column), light, len(item.lights) <= _MOST_WORDS)
            self.rows = rows
            self._markCurrent()
        withWords = bool(rows) and len(rows[0].lights) <= _MOST_WORDS
        parts = (verdictSummary(rows), "" if withWords else legend(rows))
        self._legend.text = "\n".join(part for part in parts if part)
        self._legend.visible = bool(self._legend.text)

    def _showHeads(self, rows: tuple[VerdictRow, ...]) -> None:
        session, table = self._desk.session, self._table
        titles = tuple(item.shownTitle for item in session.case.positions) if session is not None else ()
        heads = (tuple(row.level for row in rows), titles)
        if heads == self._heads:
            return
        self._heads = heads
        table.clear()
        table.rowCount, table.columnCount = len(rows), len(titles) if rows else 0
        for column, title in enumerate(titles if rows else ()):
            head = qt.QTableWidgetItem(_inTwoLines(title))
            head.setToolTip(title)
            table.setHorizontalHeaderItem(column, head)
        for row, level in enumerate(heads[0]):
            table.setVerticalHeaderItem(row, qt.QTableWidgetItem(level))
            for column in range(len(titles)):
                table.setItem(row, column, qt.QTableWidgetItem())
        fitHeight(table, _MOST_ROWS)

    def _showLight(self, item: Any, light: VerdictLight, withWord: bool) -> None:
        text = f"{light.sign} {light.word}" if withWord else light.sign
        if item.text() == text and item.toolTip() == light.toolTip:
            return
        item.setText(text)
        item.setToolTip(light.toolTip)
        item.setTextAlignment(qt.Qt.AlignCenter)
        item.setData(qt.Qt.AccessibleTextRole, light.toolTip)
        color = _COLORS.get(light.light)
        item.setForeground(qt.QBrush(qt.QColor(color)) if color else qt.QBrush())

    def _markCurrent(self) -> None:
        """Select the light of what is chosen, without choosing it again."""
        chosen, table = self._desk.selection.now, self._table
        for row, item in enumerate(self.rows):
            for column, light in enumerate(item.lights):
                if (light.level, light.positionId) == (chosen.place, chosen.position):
                    if not table.item(row, column).isSelected():
                        table.setCurrentCell(row, column)
                    return
        table.clearSelection()

    def _cellChosen(self, *_arguments: Any) -> None:
        items = self._table.selectedItems()
        if items:
            light = self.rows[items[0].row()].lights[items[0].column()]
            self._desk.selection.choose(position=light.positionId, place=light.level, mark="")


def _inTwoLines(title: str) -> str:
    """A title broken at the blank nearest its middle, so that columns stay narrow."""
    blanks = [index for index, letter in enumerate(title) if letter == " "]
    if not blanks:
        return title
    middle = min(blanks, key=lambda index: abs(index - len(title) / 2))
    return f"{title[:middle]}\n{title[middle + 1 :]}"
