"""The list of the marks of a position, by vertebra and disc, with the state of each."""

from __future__ import annotations

from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Session.MarkingDesk import MarkingDesk
from DynamicSpineLib.Session.MarkRows import PlaceRow, markRows, totalWords
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.SignalsBlocked import signalsBlocked

_SWATCH = 10
_MARK, _STATE = 0, 1


class MarkList:
    """A tree: places, below them their marks. Choosing a row chooses what it stands for, and so moves the views."""

    def __init__(self, context: PanelContext, desk: MarkingDesk) -> None:
        self._desk = desk
        self.widget, self.ui = context.loadUi("MarkList")
        self._rows: tuple[PlaceRow, ...] = ()
        self._asked = ""
        header = self.ui.markTree.header()
        header.stretchLastSection = False
        header.setSectionResizeMode(_MARK, qt.QHeaderView.Stretch)
        header.setSectionResizeMode(_STATE, qt.QHeaderView.ResizeToContents)
        self.ui.markTree.itemSelectionChanged.connect(self._rowChosen)

    def refresh(self) -> None:
        """Show the marks as they are now."""
        session, position = self._desk.session, self._desk.position
        marks = self._desk.marks()
        mark = self._desk.asked()
        asked = mark.name if mark is not None else ""
        rows = markRows(session.case, position, (*marks, *self._desk.curves()), asked) if session and position else ()
        self._show(rows, asked)
        self.ui.totalLabel.text = ""
        if rows:
            self.ui.totalLabel.text = totalWords((*marks, *self._desk.curves()), self._desk.waitingElsewhere)

    def _show(self, rows: tuple[PlaceRow, ...], asked: str) -> None:
        tree = self.ui.markTree
        with signalsBlocked(tree):
            if _names(rows) != _names(self._rows):
                self._build(rows)
            for index, row in enumerate(rows):
                self._fillPlace(tree.topLevelItem(index), row)
            self._openAt(rows, asked)
            self._rows, self._asked = rows, asked
            self._markCurrent()

    def _build(self, rows: tuple[PlaceRow, ...]) -> None:
        tree = self.ui.markTree
        tree.clear()
        for row in rows:
            item = qt.QTreeWidgetItem()
            tree.addTopLevelItem(item)
            item.setIcon(_MARK, _swatch(row.color))
            font = qt.QFont(tree.font)
            font.setBold(True)
            item.setFont(_MARK, font)
            for _number in row.marks:
                item.addChild(qt.QTreeWidgetItem())
        self._asked = ""

    def _fillPlace(self, item: Any, row: PlaceRow) -> None:
        _write(item, row.label, row.words, _("{place} has this color in the views").format(place=row.label))
        for index, mark in enumerate(row.marks):
            _write(item.child(index), mark.title, mark.words, mark.toolTip)

    def _openAt(self, rows: tuple[PlaceRow, ...], asked: str) -> None:
        """Unfold the place of the asked mark and fold the others, when the guide goes on to another place."""
        if asked == self._asked or not asked:
            return
        tree = self.ui.markTree
        for index, row in enumerate(rows):
            tree.topLevelItem(index).setExpanded(any(mark.name == asked for mark in row.marks))

    def _markCurrent(self) -> None:
        """Select the row of what is chosen, without choosing it again."""
        tree, chosen = self.ui.markTree, self._desk.selection.now
        for index, row in enumerate(self._rows):
            for number, mark in enumerate(row.marks):
                if mark.name == chosen.mark:
                    self._makeCurrent(tree.topLevelItem(index).child(number))
                    return
        for index, row in enumerate(self._rows):
            if row.place == chosen.place and not chosen.mark:
                self._makeCurrent(tree.topLevelItem(index))
                return
        tree.clearSelection()

    def _makeCurrent(self, item: Any) -> None:
        tree = self.ui.markTree
        if not item.isSelected():
            tree.setCurrentItem(item)
        tree.scrollToItem(item)

    def _rowChosen(self, *_arguments: Any) -> None:
        items = self.ui.markTree.selectedItems()
        if not items:
            return
        place, mark = self._found(items[0])
        if mark:
            self._desk.selection.choose(mark=mark)
        elif place:
            self._desk.selection.choose(place=place, mark="")

    def _found(self, item: Any) -> tuple[str, str]:
        """The place and the mark that an item stands for; no mark for the row of a place."""
        tree, parent = self.ui.markTree, item.parent()
        row = self._rows[tree.indexOfTopLevelItem(item if parent is None else parent)]
        return row.place, "" if parent is None else row.marks[parent.indexOfChild(item)].name


def _names(rows: tuple[PlaceRow, ...]) -> list[tuple[str, ...]]:
    return [(row.place, *(mark.name for mark in row.marks)) for row in rows]


def _write(item: Any, title: str, words: str, toolTip: str) -> None:
    """Write only what differs: the whole list is shown after every edit."""
    if item.text(_MARK) != title:
        item.setText(_MARK, title)
    if item.text(_STATE) != words:
        item.setText(_STATE, words)
    if item.toolTip(_MARK) != toolTip:
        item.setToolTip(_MARK, toolTip)
        item.setToolTip(_STATE, toolTip)


def _swatch(color: tuple[int, int, int]) -> Any:
    pixmap = qt.QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(qt.QColor(*color))
    return qt.QIcon(pixmap)
