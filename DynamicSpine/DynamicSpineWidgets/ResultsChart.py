"""The chart of one measure by level and position, below the views, while its button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Metrics.Measurement import RowKey
from DynamicSpineLib.Scene.CaseHash import caseHash
from DynamicSpineLib.Scene.ResultPlot import releaseView, showResultPlot, writeResultPlot
from DynamicSpineLib.Scene.Views.Layouts import PLOT_TAG
from DynamicSpineLib.Session.ChartContent import chartContent
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext

_NODE = "vtkMRMLPlotViewNode"


class ResultsChart:
    """Charts the measure of a cell. `wanted` gives its key, or None."""

    def __init__(self, context: PanelContext, button: Any, wanted: Callable[[], RowKey | None]) -> None:
        self._context, self._button, self._wanted = context, button, wanted
        self._isOn = False
        self._shown: tuple[str, str, str] | None = None
        button.toggled.connect(self._toggled)

    @property
    def isShown(self) -> bool:
        """True while a plot stands below the views."""
        return self._isOn

    def keys(self) -> frozenset[RowKey]:
        """The keys of the values that the chart shows."""
        values, wanted = self._context.live.values, self._wanted()
        if not self._isOn or values is None or wanted is None:
            return frozenset()
        return frozenset(key for key in values.cells if (key[:2], key[3]) == (wanted[:2], wanted[3]))

    def open(self) -> None:
        """The section was opened: show the plot where the button is pressed."""
        self._show(bool(self._button.checked))

    def close(self) -> None:
        """The section was left: give the plot's place back."""
        self._show(False)

    def _toggled(self, isOn: bool) -> None:
        with shownErrors():
            self._show(isOn)

    def _show(self, isOn: bool) -> None:
        if isOn == self._isOn:
            return
        view = _chartView() if self._isOn else None
        if view is not None:
            releaseView(view)
        self._isOn = isOn
        self._context.views.setPlot(isOn)
        self.refresh()

    def follow(self) -> None:
        """Another cell may have been chosen: chart its measure."""
        wanted = self._wanted()
        if (None if wanted is None else (wanted[0], wanted[1], wanted[3])) != self._shown:
            self.refresh()

    def refresh(self) -> None:
        """Make the chart of the chosen measure as it now is."""
        wanted = self._wanted()
        self._button.toolTip = (
            _("Chart this measure by level and position, with intervals, below the views") if wanted is not None
            else _("Choose a value first: its measure is charted by level and position")
        )  # fmt: skip
        self._button.enabled = wanted is not None or bool(self._button.checked)
        self._shown = None if wanted is None else (wanted[0], wanted[1], wanted[3])
        session, values = self._context.session, self._context.live.values
        if not self._isOn or session is None or values is None or wanted is None:
            return
        keys = self.keys()
        rows = [values.cell(key).row for key in values.cells if key in keys]
        content = chartContent(session.case, rows, wanted[1], wanted[0], wanted[3])
        viewNode = session.scene.GetSingletonNode(PLOT_TAG, _NODE)
        if content is None or viewNode is None:
            return
        with session.ownWriting():
            writeResultPlot(session.caseNode, content, caseHash(session.case))
            showResultPlot(session.caseNode, viewNode, _chartView())


def _chartView() -> Any:
    """The chart of our plot view, on whose axis names can be put; None where the application shows none."""
    manager = slicer.app.layoutManager()
    for index in range(manager.plotViewCount):
        widget = manager.plotWidget(index)
        if widget.mrmlPlotViewNode().GetSingletonTag() == PLOT_TAG:
            return widget.plotView().chart()
    return None
