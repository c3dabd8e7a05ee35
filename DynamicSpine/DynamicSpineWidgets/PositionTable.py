"""The table of positions: one row each, edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Session.PositionRows import MARKED_IN, ROLE_LEGEND, PositionRow
from DynamicSpineWidgets.Choices import newChoice, showChoice, whenChosen
from DynamicSpineWidgets.TableHeight import fitHeight

_TITLE, _POSTURE, _BEND, _MARKS, _ROLES, _ANGLE, _LOAD, _QUALITY, _STOPPED, _SYMPTOMS, _VOLUME = range(11)
_EDITED = {_TITLE: "title", _ANGLE: "angleReachedDeg"}
_FIXED = qt.Qt.ItemIsSelectable | qt.Qt.ItemIsEnabled
_TITLE_LETTERS = 18
"""What fits beside posture, bend and marks in a narrow panel; the column can be made wider."""

_ROW_MARGIN = 4  # around a box, in pixels


class PositionTable:
    """Shows rows, and tells what the user does with them.

    edited: (position id, field, value) was put into a cell; chosen: the row of this position id.
    """

    def __init__(self, table: Any, edited: Callable[[str, str, str], None], chosen: Callable[[str], None]) -> None:
        self._table, self._edited, self._chosen = table, edited, chosen
        self._rows: tuple[PositionRow, ...] = ()
        self._combos: list[dict[int, Any]] = []
        self._isFilling = False
        names = [_("Position"), _("Posture"), _("Bend"), _("Marks"), _("Role"), _("Angle"), _("Load"), _("Images"),
                 _("Stopped by"), _("Symptoms"), _("Volume")]  # fmt: skip
        table.columnCount = len(names)
        table.setHorizontalHeaderLabels(names)
        table.horizontalHeaderItem(_ROLES).setToolTip(ROLE_LEGEND)
        header = table.horizontalHeader()
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setSectionResizeMode(_TITLE, qt.QHeaderView.Interactive)
        header.resizeSection(_TITLE, _TITLE_LETTERS * qt.QFontMetrics(table.font).averageCharWidth())
        header.highlightSections = False
        table.verticalHeader().visible = False
        table.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        table.itemChanged.connect(self._typed)
        table.currentCellChanged.connect(self._rowChosen)

    def show(self, rows: Sequence[PositionRow], chosenId: str) -> None:
        """Show these rows. Cells that are there already stay, so that the one that is being used lives on."""
        self._isFilling = True
        self._rows, table = tuple(rows), self._table
        table.rowCount = len(rows)
        del self._combos[len(rows) :]
        before = len(self._combos)
        self._combos += [self._newRow(index) for index in range(before, len(rows))]
        if len(rows) > before:
            self._orderFocus()
        for index, row in enumerate(rows):
            self._fill(index, row)
        index = next((index for index, row in enumerate(rows) if row.id == chosenId), -1)
        if index != table.currentRow():
            table.setCurrentCell(index, _TITLE)
        fitHeight(table)
        self._isFilling = False

    def _newRow(self, index: int) -> dict[int, Any]:
        for column in (_TITLE, *range(_MARKS, self._table.columnCount)):
            item = qt.QTableWidgetItem("")
            if column not in _EDITED:
                item.setFlags(_FIXED)
            self._table.setItem(index, column, item)
        combos = {_POSTURE: newChoice(choices("posture"), _("Posture")), _BEND: newChoice(choices("bend"), _("Bend"))}
        for column, name in ((_POSTURE, "posture"), (_BEND, "bend")):
            whenChosen(combos[column], self._changer(index, name))
            self._table.setCellWidget(index, column, combos[column])
        self._table.verticalHeader().minimumSectionSize = combos[_BEND].sizeHint.height() + _ROW_MARGIN
        return combos

    def _orderFocus(self) -> None:
        """The tabulator goes from the table through its boxes, row by row."""
        last = self._table
        for combo in (combo for combos in self._combos for combo in combos.values()):
            qt.QWidget.setTabOrder(last, combo)
            last = combo

    def _changer(self, index: int, name: str) -> Callable[[str], None]:
        def changed(value: str) -> None:
            row = self._rows[index]
            self._chosen(row.id)
            self._edited(row.id, name, value)

        return changed

    def _fill(self, index: int, row: PositionRow) -> None:
        texts = {
            _TITLE: row.title, _MARKS: row.marks, _ROLES: row.roleLetters, _ANGLE: row.angle, _LOAD: row.load,
            _QUALITY: row.quality, _STOPPED: row.stoppedBy, _SYMPTOMS: row.symptoms, _VOLUME: row.volume,
        }  # fmt: skip
        tips = {_TITLE: "\n".join((*row.warnings, row.summary)), _ROLES: row.rolesSentence, _MARKS: row.marksDetail}
        for column, text in texts.items():
            item = self._table.item(index, column)
            item.setText(text)
            item.setToolTip(tips.get(column, text))
        title = self._table.item(index, _TITLE)
        title.setIcon(warningIcon(self._table) if row.warnings else qt.QIcon())
        font = title.font()
        font.setBold(MARKED_IN in row.roles)
        title.setFont(font)
        for column, value, name in ((_POSTURE, row.posture, _("Posture of {position}")),
                                    (_BEND, row.bend, _("Bend of {position}"))):  # fmt: skip
            combo = self._combos[index][column]
            showChoice(combo, value)
            combo.accessibleName = name.format(position=row.title)

    def _typed(self, item: Any) -> None:
        if not self._isFilling and item.column() in _EDITED:
            row, field = self._rows[item.row()], _EDITED[item.column()]
            if item.text() != (row.title if field == "title" else row.angle):
                self._edited(row.id, field, item.text())

    def _rowChosen(self, index: int, *_cells: Any) -> None:
        if not self._isFilling and 0 <= index < len(self._rows):
            self._chosen(self._rows[index].id)


def warningIcon(widget: Any) -> Any:
    """The sign that the application puts on warnings."""
    return widget.style().standardIcon(qt.QStyle.SP_MessageBoxWarning)
