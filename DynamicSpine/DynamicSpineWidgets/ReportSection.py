"""The section Report: the report and the tables of the case as files."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Jobs.ReportJob import ReportMade
from DynamicSpineLib.Session.CaseVerbs import reportSteps
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section


class ReportSection(Section):
    """Chooses a folder, writes the report with progress, and opens it."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self._report: Path | None = None
        self._offerHtml(importlib.util.find_spec("jinja2") is not None)
        self.ui.writeButton.clicked.connect(self.write)
        self.ui.openButton.clicked.connect(self.open)
        context.sessionChanged.listen(self._forget)

    def _offerHtml(self, isThere: bool) -> None:
        """The page needs a package that Slicer does not bring; the tables need nothing."""
        self.ui.htmlBox.enabled = self.ui.htmlBox.checked = isThere
        if not isThere:
            self.ui.htmlBox.toolTip = _("Needs the Python package jinja2. In the Python console: "
                                        "slicer.util.pip_install('jinja2'), then restart.")  # fmt: skip

    def refresh(self) -> None:
        session = self.context.session
        ready = session is not None and not session.fault and bool(session.case.positions)
        self.ui.writeButton.enabled = ready and not self.context.runner.isBusy
        self.ui.writeButton.toolTip = (
            _("Write the report with its tables into a folder") if ready
            else _("Needs a case with at least one position")
        )  # fmt: skip
        self.ui.openButton.enabled = self._report is not None

    def write(self, *_arguments: Any) -> None:
        """Ask for a folder and write the report into it."""
        folder = qt.QFileDialog.getExistingDirectory(self.widget, _("Folder for the report"), "")
        if folder:
            self.writeTo(Path(folder))

    def writeTo(self, folder: Path) -> None:
        """Write the report into a folder, in short steps."""
        session, ui = self.context.session, self.ui
        formats = tuple(name for name, box in (("html", ui.htmlBox), ("csv", ui.csvBox), ("json", ui.jsonBox))
                        if box.checked)  # fmt: skip
        if session is None or not formats:
            return
        with shownErrors():
            parameters = self.context.parameters
            draws = parameters.draws if parameters is not None else 1000
            steps = reportSteps(session, folder, draws, tuple(parameters.ruleSets) if parameters else (), formats)
            self.context.runner.start(_("Writing the report"), steps, self._written)

    def _written(self, made: ReportMade) -> None:
        self._report = made.files.get("html")
        shown = self._report or next(iter(made.files.values()))
        self.ui.writtenLabel.text = _("Written: {path}").format(path=shown)
        self.refresh()

    def open(self, *_arguments: Any) -> None:
        """Show the report in the web browser."""
        if self._report is not None:
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(self._report)))

    def _forget(self) -> None:
        self._report = None
        self.ui.writtenLabel.text = ""
