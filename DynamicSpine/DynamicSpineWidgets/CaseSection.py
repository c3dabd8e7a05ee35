"""The section Case: make, open and save a case, and a line that says what is there and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import qt
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Session.CaseFiles import saveCase
from DynamicSpineLib.Session.CasePath import SCENE, casePath
from DynamicSpineLib.Session.CaseState import caseState
from DynamicSpineLib.Session.LevelEdits import usualLevels
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section


class CaseSection(Section):
    """New, open, save."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        for combo, chosen in ((self.ui.firstLevelCombo, "C2"), (self.ui.lastLevelCombo, "T1")):
            combo.addItems(list(CANONICAL_LEVELS))
            combo.currentIndex = CANONICAL_LEVELS.index(chosen)
        self.ui.openButton.clicked.connect(self.open)
        self.ui.saveButton.clicked.connect(self.save)
        self.ui.saveAsButton.clicked.connect(self.saveAs)
        self.ui.newButton.clicked.connect(self.makeNew)
        self.ui.nameEdit.returnPressed.connect(self.makeNew)

    def refresh(self) -> None:
        session = self.context.session
        self.ui.stateLabel.text = (
            caseState(session) if session is not None
            else _("No case is open. Open one, make a new one, or load a sample from the Sample Data module.")
        )  # fmt: skip
        busy = self.context.runner.isBusy
        self.ui.saveButton.enabled = session is not None and not busy and not (session.folder and session.isSaved)
        self.ui.saveAsButton.enabled = session is not None and not busy
        folder = session.folder if session is not None else None
        self.ui.saveButton.toolTip = (
            _("Save the case in {folder}").format(folder=folder) if folder is not None
            else _("Save the case in a folder")
        )

    def open(self, *_arguments: Any) -> None:
        """Ask for a case and open it."""
        path = qt.QFileDialog.getOpenFileName(
            self.widget, _("Open case"), "", _("Cases (case.json *.mrb *.mrml)")
        )
        path = path[0] if isinstance(path, tuple) else path
        if path:
            self.openPath(Path(path))

    def openPath(self, path: Path) -> None:
        """Open a case.json, a case folder or a scene."""
        with shownErrors(), slicer.util.WaitCursor():
            found = casePath(path)
            if found.kind == SCENE:
                slicer.util.loadScene(str(found.path))
                return
            session = self.context.workspace.openFolder(found.path)
            self.context.showSession(session)
            self.context.tell(_("Opened {case}").format(case=session.case.caseId))

    def save(self, *_arguments: Any) -> None:
        """Save where the case came from; ask where it has no folder yet."""
        session = self.context.session
        if session is not None and session.folder is None:
            self.saveAs()
        elif session is not None:
            self._saveTo(None)

    def saveAs(self, *_arguments: Any) -> None:
        """Ask for a folder and save the case in it."""
        session = self.context.session
        if session is None:
            return
        question = _("Folder in which the case's own folder is made")
        parent = qt.QFileDialog.getExistingDirectory(self.widget, question, "")
        if parent:
            self._saveTo(Path(parent) / _folderName(session.case.caseId))

    def _saveTo(self, folder: Path | None) -> None:
        with shownErrors(), slicer.util.WaitCursor():
            saved = saveCase(self.context.session, folder)
            self.context.tell(_("Saved in {folder}").format(folder=saved))
        self.refresh()

    def makeNew(self, *_arguments: Any) -> None:
        """Make a case of the chosen levels."""
        with shownErrors():
            first, last = self.ui.firstLevelCombo.currentText, self.ui.lastLevelCombo.currentText
            session = self.context.workspace.newCase(self.ui.nameEdit.text, usualLevels(first, last))
            self.ui.nameEdit.text = ""
            self.context.showSession(session)
            self.context.openSection("positions")


def _folderName(caseId: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in caseId).strip("_")
    return kept or "case"
