"""Ways out of the table of results: the clipboard, a CSV file, and tables of the scene."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import qt
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement
from DynamicSpineLib.Reports.Csv import writeMeasurements
from DynamicSpineLib.Reports.FirstScreen import numberingLine
from DynamicSpineLib.Scene.CaseHash import caseHash
from DynamicSpineLib.Scene.ResultTables import areCurrent, resultTables, writeResultTables
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.ResultsTable import ResultsTable


class ResultsOutputs:
    """The buttons below the table."""

    def __init__(self, context: PanelContext, ui: Any, table: ResultsTable) -> None:
        self._context, self._ui, self._table = context, ui, table
        ui.copyButton.clicked.connect(self.copyTable)
        ui.exportButton.clicked.connect(self.export)
        ui.tablesButton.clicked.connect(self.writeTables)

    @property
    def _measured(self) -> CaseMeasurement | None:
        """The measurement of the case as it now is; None before it is made."""
        results = self._context.results
        return results.measured if results.isCurrent else None

    def refresh(self) -> None:
        """Offer what there is."""
        ui, session, measured = self._ui, self._context.session, self._measured
        ui.copyButton.enabled = self._table.content is not None
        ui.exportButton.enabled = ui.tablesButton.enabled = measured is not None
        waits = "" if measured is not None else _(" (when the case is measured)")
        ui.exportButton.toolTip = _("Save all values of the case as measurements.csv") + waits
        told = _("Put all values of the case into tables of the scene") + waits
        if session is not None and measured is not None and resultTables(session.caseNode) \
                and not areCurrent(session.caseNode, caseHash(session.case)):  # fmt: skip
            told = _("Make the tables of the scene anew: they are of an earlier state of the case")
        ui.tablesButton.toolTip = told

    def copyTable(self, *_arguments: Any) -> None:
        """Put the table as shown on the clipboard, with tabs between its columns; names of levels as far verified."""
        with shownErrors():
            session = self._context.session
            if session is not None and self._table.content is not None:
                self._table.catchUp()
                text = self._table.content.text()
                if not session.case.numbering.isConfirmed:
                    text += f"{numberingLine(session.case)}\n"
                slicer.app.clipboard().setText(text)
                self._context.tell(_("Copied {count} rows.").format(count=len(self._table.content.rows)))

    def export(self, *_arguments: Any) -> None:
        """Ask for a file and write all values of the case into it."""
        name = qt.QFileDialog.getSaveFileName(
            self._ui.valueTable, _("Save values"), "measurements.csv", _("Tables (*.csv)"))
        if name:
            self.exportTo(Path(name))

    def exportTo(self, path: Path) -> None:
        """Write measurements.csv of the case as it was measured last."""
        with shownErrors():
            measured = self._measured
            if measured is not None:
                writeMeasurements(measured.rows, path)
                self._context.tell(_("Saved {path}").format(path=path))

    def writeTables(self, *_arguments: Any) -> None:
        """Put all values of the case into tables of the scene."""
        with shownErrors(), slicer.util.WaitCursor():
            session, measured = self._context.session, self._measured
            if session is None or measured is None:
                return
            with session.ownWriting():
                tables = writeResultTables(session.caseNode, measured.rows, caseHash(session.case))
            self._context.tell(_("Made {count} tables.").format(count=len(tables)))
        self.refresh()
