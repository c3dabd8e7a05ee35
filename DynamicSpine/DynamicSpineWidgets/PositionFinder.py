"""The window of proposed positions: what was found, why, and which of it to add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.AddPositions import NewPosition, fromProposal
from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Study.ProposePositions import FoundPositions, PositionProposal
from DynamicSpineWidgets.Choices import chosenValue, newChoice, showChoice, whenChosen
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.PositionTable import warningIcon

_VOLUME, _POSTURE, _BEND, _ANGLE, _SURE = range(5)
_FIXED = qt.Qt.ItemIsSelectable | qt.Qt.ItemIsEnabled
_WIDTH, _HEIGHT = 640, 420
_MOST_OTHERS = 6


class PositionFinder:
    """Shown beside the panel, which goes on working. accept: gets what to add and the id to mark in."""

    def __init__(self, context: PanelContext, accept: Callable[[list[NewPosition], str], None]) -> None:
        self._accept = accept
        self.widget, self.ui = context.loadUi("PositionFinder")
        self.dialog = qt.QDialog(slicer.util.mainWindow())
        self.dialog.windowTitle = _("Find positions")
        layout = qt.QVBoxLayout(self.dialog)
        layout.addWidget(self.widget)
        self.dialog.resize(_WIDTH, _HEIGHT)
        self._found = FoundPositions()
        self._combos: list[tuple[Any, Any]] = []
        self._buildTable()
        self.ui.addButton.clicked.connect(self.add)
        self.ui.cancelButton.clicked.connect(self.close)

    def _buildTable(self) -> None:
        table = self.ui.table
        table.columnCount = 5
        table.setHorizontalHeaderLabels([_("Volume"), _("Posture"), _("Bend"), _("Angle"), _("How sure")])
        table.horizontalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(_VOLUME, qt.QHeaderView.Stretch)
        table.verticalHeader().visible = False
        table.currentCellChanged.connect(self._rowChosen)
        table.itemChanged.connect(self._checkChanged)

    def show(self, found: FoundPositions) -> None:
        """Show proposals; those without doubt in posture and bend are checked."""
        self._found, table = found, self.ui.table
        table.rowCount = 0
        self._combos = []
        table.rowCount = len(found.positions)
        for index, proposal in enumerate(found.positions):
            self._combos.append(self._newRow(index, proposal))
        self.ui.othersLabel.text = _others(found)
        self.ui.othersLabel.visible = bool(found.others)
        self.ui.introLabel.text = (
            _("Volumes that look like positions. Check those to add; posture and bend can be changed.")
            if found.positions else _("No loaded volume looks like a new position.")
        )  # fmt: skip
        table.setCurrentCell(0 if found.positions else -1, _VOLUME)
        self._rowChosen()
        self._checkChanged()
        self.dialog.show()
        self.dialog.raise_()

    def close(self, *_arguments: Any) -> None:
        """Close the window; nothing is added."""
        self.dialog.hide()

    def remove(self) -> None:
        """The module is unloaded: the window goes with it."""
        self.close()
        self.dialog.deleteLater()

    def _newRow(self, index: int, proposal: PositionProposal) -> tuple[Any, Any]:
        table = self.ui.table
        angle = "" if proposal.angleDeg is None else f"{proposal.angleDeg:g}\N{DEGREE SIGN}"
        for column, text in ((_VOLUME, proposal.volumeName), (_ANGLE, angle), (_SURE, _sureness(proposal))):
            item = qt.QTableWidgetItem(text)
            item.setFlags(_FIXED)
            table.setItem(index, column, item)
        volume = table.item(index, _VOLUME)
        volume.setFlags(_FIXED | qt.Qt.ItemIsUserCheckable)
        volume.setCheckState(qt.Qt.Checked if proposal.sureness and not proposal.doubts else qt.Qt.Unchecked)
        volume.setToolTip("\n".join((*proposal.doubts, *proposal.reasons)))
        if proposal.doubts:
            volume.setIcon(warningIcon(table))
        combos = []
        for column, kind, value, name in ((_POSTURE, "posture", proposal.posture, _("Posture of {volume}")),
                                          (_BEND, "bend", proposal.bend, _("Bend of {volume}"))):  # fmt: skip
            pairs = choices(kind) if value else (("", _("choose")), *choices(kind))
            combo = newChoice(pairs, name.format(volume=proposal.volumeName))
            showChoice(combo, value)
            whenChosen(combo, self._chooser(index))
            table.setCellWidget(index, column, combo)
            combos.append(combo)
        return combos[0], combos[1]

    def _chooser(self, index: int) -> Callable[[str], None]:
        """Choosing posture or bend means to add the row."""

        def chosen(_value: str) -> None:
            posture, bend = self._combos[index]
            self.ui.table.setCurrentCell(index, _VOLUME)
            if chosenValue(posture) and chosenValue(bend):
                self.ui.table.item(index, _VOLUME).setCheckState(qt.Qt.Checked)

        return chosen

    def _rowChosen(self, *_cells: Any) -> None:
        index = self.ui.table.currentRow()
        proposal = self._found.positions[index] if 0 <= index < len(self._found.positions) else None
        said = (*proposal.doubts, *proposal.reasons) if proposal is not None else ()
        self.ui.reasonsLabel.text = "\n".join(said)

    def _checked(self) -> list[int]:
        table = self.ui.table
        items = [(index, table.item(index, _VOLUME)) for index in range(table.rowCount)]
        return [index for index, item in items if item is not None and item.checkState() == qt.Qt.Checked]

    def _checkChanged(self, *_items: Any) -> None:
        count = len(self._checked())
        self.ui.addButton.enabled = bool(count)
        self.ui.addButton.text = _("Add {count} positions").format(count=count) if count != 1 else _("Add 1 position")

    def add(self, *_arguments: Any) -> None:
        """Add every checked proposal; where that cannot be, say why and stay open."""
        with shownErrors():
            added = []
            for index in self._checked():
                proposal = self._found.positions[index]
                node = slicer.mrmlScene.GetNodeByID(proposal.key)
                if node is None:
                    raise InputError(_("{name} is not in the scene any more").format(name=proposal.volumeName))
                posture, bend = (chosenValue(combo) or "" for combo in self._combos[index])
                added.append(fromProposal(node, proposal, posture, bend))
            self._accept(added, self._found.markedIn)
            self.close()


def _sureness(proposal: PositionProposal) -> str:
    """How sure posture and bend are, in one word."""
    words = {"certain": _("certain"), "likely": _("likely"), "weak": _("guess"), "": _("to choose")}
    return words[proposal.sureness]


def _others(found: FoundPositions) -> str:
    """What is not proposed, and why, one line each."""
    lines = [f"{item.name}: {item.reason}" for item in found.others[:_MOST_OTHERS]]
    more = len(found.others) - len(lines)
    lines += [_("And {count} more.").format(count=more)] if more > 0 else []
    return "\n".join((_("Not proposed:"), *lines))
