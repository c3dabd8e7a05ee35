"""The symptoms that were felt in the chosen position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Session.PositionEdits import numberIn, titleOf, withoutSymptom, withSymptom, withSymptomAdded
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position, Symptom
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineWidgets.Choices import fillChoice, newChoice, showChoice, whenChosen
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section
from DynamicSpineWidgets.SectionEdits import SectionEdits
from DynamicSpineWidgets.TableHeight import fitHeight

_TYPE, _SIDE, _SCORE, _USUAL = range(4)
_ANSWERS = {"yes": True, "no": False}


class SymptomsBox(Section):
    """One row a symptom: what, where, how strong, and whether it is the patient's usual one."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.edits = SectionEdits(context, self.refresh)
        self._combos: list[dict[int, Any]] = []
        table = self.ui.table
        table.columnCount = 4
        table.setHorizontalHeaderLabels([_("Symptom"), _("Side"), _("0 to 10"), _("Usual one")])
        table.verticalHeader().visible = False
        table.horizontalHeader().highlightSections = False
        for column in range(4):
            table.horizontalHeader().setSectionResizeMode(column, qt.QHeaderView.Stretch if column == _TYPE
                                                          else qt.QHeaderView.ResizeToContents)  # fmt: skip
        table.itemChanged.connect(self._scoreTyped)
        table.currentCellChanged.connect(self._rowChosen)
        fillChoice(self.ui.addCombo, [("", _("add what was felt...")), *choices("symptomType")])
        self.ui.addCombo.currentIndex = 0
        whenChosen(self.ui.addCombo, self.add)
        self.ui.removeButton.clicked.connect(self.remove)

    def add(self, kind: str) -> None:
        """Add a symptom of this type."""
        self.ui.addCombo.currentIndex = 0
        if kind:
            self._edit(lambda case, position: withSymptomAdded(case, position.id, kind))
            self.ui.table.setCurrentCell(self.ui.table.rowCount - 1, _TYPE)

    def remove(self, *_arguments: Any) -> None:
        """Remove the chosen symptom."""
        index = self.ui.table.currentRow()
        if index >= 0:
            self._edit(lambda case, position: withoutSymptom(case, position.id, index))

    def _edit(self, change: Callable[[Case, Position], Case]) -> None:
        position = self.context.position
        if position is not None:
            self.edits.do(_("symptoms of {position}").format(position=titleOf(position)),
                          lambda case: change(case, position))  # fmt: skip

    def _change(self, index: int, change: Callable[[Symptom], Symptom]) -> None:
        self._edit(lambda case, position: withSymptom(case, position.id, index, change(position.symptoms[index])))

    def _scoreTyped(self, item: Any) -> None:
        row, text = item.row(), item.text()
        if item.column() == _SCORE:
            self._change(row, lambda symptom: replace(symptom, score=numberIn(text, _("score"))))

    def refresh(self) -> None:
        self.edits.filled(self._fill)

    def _fill(self) -> None:
        position, table = self.context.position, self.ui.table
        symptoms = position.symptoms if position is not None else ()
        table.rowCount = len(symptoms)
        del self._combos[len(symptoms) :]
        for row, symptom in enumerate(symptoms):
            if row == len(self._combos):
                self._combos.append(self._newRow(row))
            combos = self._combos[row]
            showChoice(combos[_TYPE], symptom.type)
            showChoice(combos[_SIDE], symptom.side)
            showChoice(combos[_USUAL], _answer(symptom.reproducesUsual))
            score = "" if symptom.score is None else shownNumber(symptom.score, "", 0 if symptom.score % 1 == 0 else 1)
            table.item(row, _SCORE).setText(score)
        table.visible = bool(symptoms)
        fitHeight(table)
        self._rowChosen()

    def _newRow(self, row: int) -> dict[int, Any]:
        table = self.ui.table
        usual = [("", _("not asked")), ("yes", _("yes")), ("no", _("no"))]
        combos = {
            _TYPE: newChoice(choices("symptomType"), _("Symptom")), _SIDE: newChoice(choices("side"), _("Side")),
            _USUAL: newChoice(usual, _("Whether it is the patient's usual symptom")),
        }  # fmt: skip
        for column, name in ((_TYPE, "type"), (_SIDE, "side"), (_USUAL, "reproducesUsual")):
            whenChosen(combos[column], self._changer(row, name))
            table.setCellWidget(row, column, combos[column])
        table.setItem(row, _SCORE, qt.QTableWidgetItem(""))
        table.item(row, _SCORE).setToolTip(_("How strong, from 0 to 10"))
        return combos

    def _changer(self, row: int, name: str) -> Any:
        def chosen(value: str) -> None:
            new: dict[str, Any] = {name: _ANSWERS.get(value) if name == "reproducesUsual" else value}
            self._change(row, lambda symptom: replace(symptom, **new))

        return chosen

    def _rowChosen(self, *_cells: Any) -> None:
        self.ui.removeButton.enabled = 0 <= self.ui.table.currentRow() < self.ui.table.rowCount
        self.ui.addCombo.enabled = self.context.position is not None


def _answer(value: bool | None) -> str:
    return next((word for word, meaning in _ANSWERS.items() if meaning is value), "")
