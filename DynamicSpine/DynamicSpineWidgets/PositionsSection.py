"""The section Positions: numbering first, then one row a position, found among the loaded volumes or added by hand."""

from __future__ import annotations

from typing import Any

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Scene.FindPositions import findPositions, volumeTexts
from DynamicSpineLib.Session.AddPositions import NewPosition, addPositions
from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Session.Guide import Marking, countsByPosition
from DynamicSpineLib.Session.MarkingChoice import fittedMarking
from DynamicSpineLib.Session.PositionEdits import numberIn, titleOf, withField, withMoved
from DynamicSpineLib.Session.PositionRows import PositionRow, positionRows
from DynamicSpineLib.Session.PositionVolumes import volumeNames
from DynamicSpineLib.Session.PositionWarnings import WHOLE_CASE, VolumeFacts, Warnings, positionWarnings
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditCase import withoutPosition
from DynamicSpineLib.Study.PositionGuess import guessPosition
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice
from DynamicSpineWidgets.DicomDatabase import headerReader
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.LevelsBox import LevelsBox
from DynamicSpineWidgets.NumberingBox import NumberingBox
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.PositionFinder import PositionFinder
from DynamicSpineWidgets.PositionForm import PositionForm
from DynamicSpineWidgets.PositionTable import PositionTable, warningIcon
from DynamicSpineWidgets.Section import Section
from DynamicSpineWidgets.SectionEdits import SectionEdits

_ICON = 16  # in pixels


class PositionsSection(Section):
    """Numbering, table, details of the chosen row, and the ways to add positions."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.edits = SectionEdits(context, self.refresh)
        self.numbering, self.levels = NumberingBox(context), LevelsBox(context)
        self.form = PositionForm(context)
        self.finder = PositionFinder(context, self.accept)
        self.table = PositionTable(self.ui.table, self._cellEdited, self._rowChosen)
        self._warned: tuple[Case | None, Warnings] = (None, {})
        self._facts = VolumeFacts()
        self._names: dict[str, str] = {}
        self._isOpen = False
        self.ui.warningIcon.setPixmap(warningIcon(self.widget).pixmap(_ICON, _ICON))
        self.ui.numberingLayout.addWidget(self.numbering.widget)
        self.ui.numberingLayout.addWidget(self.levels.widget)
        self.ui.formLayout.addWidget(self.form.widget)
        self._fillAdding()
        self._connect()

    def _fillAdding(self) -> None:
        for combo, kind in ((self.ui.addPostureCombo, "posture"), (self.ui.addBendCombo, "bend")):
            fillChoice(combo, choices(kind))
            combo.currentIndex = 0
        self.ui.addVolumeCombo.setMRMLScene(slicer.mrmlScene)

    def _connect(self) -> None:
        ui = self.ui
        ui.findButton.clicked.connect(self.find)
        ui.addButton.clicked.connect(self.add)
        ui.removeButton.clicked.connect(self.remove)
        ui.upButton.clicked.connect(self.moveUp)
        ui.downButton.clicked.connect(self.moveDown)
        ui.addVolumeCombo.currentNodeChanged.connect(self._volumeToAdd)
        self._stops = [
            self.context.selection.changed.listen(self._selectionChanged),
            self.context.sessionChanged.listen(self._sessionChanged),
        ]

    # --- moments ---

    def opened(self) -> None:
        """Show rows and warnings as they are now."""
        self._isOpen = True
        self.refresh()
        self.context.restart()

    def closed(self) -> None:
        """Nothing is shown or computed until the section is opened again."""
        self._isOpen = False
        self.finder.close()

    def cleanup(self) -> None:
        self.closed()
        self.finder.remove()
        for stop in self._stops:
            stop()

    def _sessionChanged(self) -> None:
        self._warned, self._facts = (None, {}), VolumeFacts(headerReader())
        self.finder.close()

    def _selectionChanged(self, before: Chosen, now: Chosen) -> None:
        if before.position != now.position or before.place != now.place:
            self.refresh()

    def restSteps(self) -> Steps[None]:
        """Look for labels that marks, images or names contradict, where the user sees the rows."""
        session = self.context.session
        if session is None or session.fault or not self._isOpen:
            return
        if volumeNames(session) != self._names:  # renamed or deleted in another module
            self.refresh()
        if self._warned[0] is session.case:
            return
        case = session.case
        warnings = yield from positionWarnings(session, self._facts)
        self._warned = (case, warnings)
        self.refresh()

    # --- showing ---

    def refresh(self) -> None:
        """Show the case as it is now; warnings are those of the last rest until the next one."""
        if not self._isOpen:
            return
        session, ui = self.context.session, self.ui
        self.numbering.refresh()
        self.levels.refresh()
        self.form.refresh()
        rows = self._rows()
        chosen = self.context.selection.now.position
        self.table.show(rows, chosen)
        index = next((place for place, row in enumerate(rows) if row.id == chosen), -1)
        self._showRow(rows[index] if index >= 0 else None)
        ui.removeButton.enabled = index >= 0
        ui.upButton.enabled = index > 0
        ui.downButton.enabled = 0 <= index < len(rows) - 1
        ui.findButton.enabled = session is not None
        ui.addBox.enabled = session is not None
        self._showAdding()

    def _rows(self) -> tuple[PositionRow, ...]:
        session = self.context.session
        if session is None:
            return ()
        self._names = volumeNames(session)
        counts = countsByPosition(session.case, self._marking(session.case))
        return positionRows(session.case, counts, self._names, self._warned[1])

    def _marking(self, case: Case) -> Marking:
        """What is to be marked, as chosen in the section Landmarks."""
        chosen = self.context.parameters
        if chosen is None:
            return Marking()
        onlyAt = self.context.selection.now.place if chosen.oneLevelOnly else ""
        return fittedMarking(case.chain, Marking(chosen.firstLevel, chosen.lastLevel, onlyAt, chosen.protocols))

    def _showRow(self, row: PositionRow | None) -> None:
        general = self._warned[1].get(WHOLE_CASE, ())
        warnings = [*(row.warnings if row is not None else ()), *general]
        self.ui.warningLabel.text = "\n".join(warnings)
        self.ui.warningLabel.visible = self.ui.warningIcon.visible = bool(warnings)
        said = [row.rolesSentence, row.marksDetail] if row is not None else []
        self.ui.rowLabel.text = " ".join(text for text in said if text) or _(
            "No positions yet. Load the series, then let them be found, or add them one by one.")  # fmt: skip

    # --- what the user does ---

    def _rowChosen(self, positionId: str) -> None:
        self.context.selection.choose(position=positionId)

    def _cellEdited(self, positionId: str, name: str, value: str) -> None:
        session = self.context.session
        position = session.case.position(positionId) if session is not None else None
        if position is not None:
            texts = {"title": _("renamed {position}"), "posture": _("{position}: posture"),
                     "bend": _("{position}: bend"), "angleReachedDeg": _("{position}: angle reached")}  # fmt: skip
            self.edits.do(
                texts[name].format(position=titleOf(position)),
                lambda case: withField(case, positionId, name, numberIn(value, _("angle reached"))
                                       if name == "angleReachedDeg" else value),
            )  # fmt: skip

    def _volumeToAdd(self, *_nodes: Any) -> None:
        """Another volume was chosen to be added: its names may tell the position that it shows."""
        node, ui = self.ui.addVolumeCombo.currentNode(), self.ui
        if node is not None:
            with shownErrors():
                guess = guessPosition(volumeTexts(node, headerReader()))
                for combo, value in ((ui.addPostureCombo, guess.posture), (ui.addBendCombo, guess.bend)):
                    if value:
                        showChoice(combo, value)
        self._showAdding()

    def _showAdding(self) -> None:
        node = self.ui.addVolumeCombo.currentNode()
        self.ui.addButton.enabled = node is not None
        self.ui.addButton.toolTip = (
            _("Add {volume} as a position").format(volume=node.GetName()) if node is not None
            else _("Choose a loaded volume first")
        )  # fmt: skip

    def add(self, *_arguments: Any) -> None:
        """Add the chosen volume with posture and bend."""
        node, ui = self.ui.addVolumeCombo.currentNode(), self.ui
        if node is not None:
            new = NewPosition(node, chosenValue(ui.addPostureCombo), chosenValue(ui.addBendCombo))
            self.edits.run(lambda: self._add([new]))
            ui.addVolumeCombo.setCurrentNode(None)

    def _add(self, added: list[NewPosition], markedIn: str = "") -> None:
        session = self.context.session
        if session is not None:
            made = addPositions(session, added, markedIn)
            self.context.selection.choose(position=made[0].id)
            self.context.tell(_("Added {count} positions").format(count=len(made)) if len(made) > 1
                              else _("Added {position}").format(position=titleOf(made[0])))  # fmt: skip

    def find(self, *_arguments: Any) -> None:
        """Propose positions for the loaded volumes."""
        with shownErrors(), slicer.util.WaitCursor():
            session = self.context.session
            if session is not None:
                session.settle()
                self.finder.show(findPositions(session.scene, headerReader(), session.case.positions))

    def accept(self, added: list[NewPosition], markedIn: str) -> None:
        """Add the accepted proposals, all of them as one edit."""
        self._add(added, markedIn)

    def remove(self, *_arguments: Any) -> None:
        """Take the chosen position out of the case, and choose its neighbor."""
        session, position = self.context.session, self.context.position
        if session is None or position is None:
            return
        ids = [item.id for item in session.case.positions]
        place = ids.index(position.id)
        neighbor = next(iter(ids[place + 1 : place + 2] or ids[max(place - 1, 0) : place]), "")
        self.context.selection.choose(position=neighbor)
        self.edits.do(_("removed {position}").format(position=titleOf(position)),
                      lambda case: withoutPosition(case, position.id))  # fmt: skip

    def moveUp(self, *_arguments: Any) -> None:
        """Move the chosen position one place up."""
        self._move(-1)

    def moveDown(self, *_arguments: Any) -> None:
        """Move the chosen position one place down."""
        self._move(1)

    def _move(self, step: int) -> None:
        position = self.context.position
        if position is not None:
            self.edits.do(_("moved {position}").format(position=titleOf(position)),
                          lambda case: withMoved(case, position.id, step))  # fmt: skip
