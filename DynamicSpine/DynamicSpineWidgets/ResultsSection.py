"""The section Results: every value with interval and status, live while a mark is dragged; chart, copy and export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Metrics.Measurement import RowKey
from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Reports.FirstScreen import numberingLine
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.MetricGroups import metricGroup
from DynamicSpineLib.Session.ResultsChoice import (
    SIGNS,
    comparedIn,
    endsChoices,
    fittedEnds,
    groupChoices,
    levelChoices,
    levelsOf,
    placeToChoose,
)
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Session.TablePlan import Ends, TableChoice
from DynamicSpineLib.Session.TouchedKeys import Keys
from DynamicSpineLib.Session.ValueTable import TableColumn, TableRow, ValueTable
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.JudgingBox import JudgingBox
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.ResultsChart import ResultsChart
from DynamicSpineWidgets.ResultsOutputs import ResultsOutputs
from DynamicSpineWidgets.ResultsTable import ResultsTable
from DynamicSpineWidgets.Section import Section

_CELL_LINES = 4
CELL_MILLISECONDS = 80
"""How long the words of the chosen value may be behind its number in the table while a mark is dragged."""


class ResultsSection(Section):
    """The table with what it shows, and the ways out of it."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        ui = self.ui
        self.table = ResultsTable(ui.valueTable, self._cellChosen, self._sortBy)
        self.judging = JudgingBox(context)
        ui.judgingLayout.addWidget(self.judging.widget)
        self.outputs = ResultsOutputs(context, ui, self.table)
        self.chart = ResultsChart(context, ui.chartButton, self._chosenKey)
        self._sort: tuple[int, bool] | None = None
        self._ends: Ends = ("", "")
        self._known: dict[str, Ends] = {}
        self._isOpen = False
        self._cellTimer = qt.QTimer()  # the label makes the whole panel lay itself out, which is too slow for each step
        self._cellTimer.setSingleShot(True)
        self._cellTimer.interval = CELL_MILLISECONDS
        self._cellTimer.timeout.connect(self._showCell)
        self._openStops: list[Callable[[], None]] = []
        for combo in (ui.groupCombo, ui.levelCombo, ui.endsCombo):
            combo.activated.connect(self._choiceMade)
        ui.sideBySideCheck.toggled.connect(self._sideBySideToggled)
        ui.keyButton.toggled.connect(self._keyToggled)
        self._stops = [context.results.changed.listen(self._resultsChanged),
                       context.selection.changed.listen(self._selectionChanged)]  # fmt: skip

    def cleanup(self) -> None:
        self.closed()
        self.connectParameters(None)
        for stop in self._stops:
            stop()

    # --- moments ---

    def opened(self) -> None:
        if not self._isOpen:
            self._isOpen = True
            live = self.context.live
            live.looksAt = self._looksAt
            self._openStops = [live.touched.listen(self._touched), live.drawn.listen(self._drawn)]
        self.refresh()
        self.chart.open()

    def closed(self) -> None:
        if self._isOpen:
            self._isOpen = False
            self.context.live.looksAt = frozenset
            self._cellTimer.stop()
            for stop in self._openStops:
                stop()
            self.chart.close()

    def _looksAt(self) -> Keys:
        return self.table.visibleKeys() | self.chart.keys()

    def _chosenKey(self) -> RowKey | None:
        cell = self.table.current
        return cell.key if cell is not None else None

    def restSteps(self) -> Steps[None]:
        self._catchUp()
        yield from ()

    def refresh(self) -> None:
        if not self._isOpen:
            return
        self.connectParameters(self.context.parameters)
        self._fill()
        self.judging.refresh()

    def _resultsChanged(self) -> None:
        if self._isOpen:
            if (self._values is None) != (self.table.content is None):
                self._fill()
            self.outputs.refresh()
            self.judging.refresh()

    def _touched(self, keys: Keys) -> None:
        """Part of every step of a drag."""
        if not self.table.touch(keys):
            self._fill()
        elif self._chosenKey() in keys and not self._cellTimer.active:
            self._cellTimer.start()

    def _drawn(self, keys: Keys) -> None:
        if self.table.content is None:
            self._fill()
            return
        self._touched(keys)
        self._catchUp()
        self.chart.refresh()

    def _catchUp(self) -> None:
        if not self._isOpen:
            return
        if not self.table.catchUp():
            self._fill()
        self.table.fit()
        self._showCell()
        self.outputs.refresh()

    # --- showing ---

    @property
    def _values(self) -> LiveValues | None:
        return self.context.live.values if not self.context.results.problem else None

    def _fill(self) -> None:
        """Make the choices and the table anew."""
        values = self._values
        self._say(self._state(values))
        for widget in (self.ui.groupCombo, self.ui.levelCombo, self.ui.endsCombo, self.ui.sideBySideCheck):
            widget.enabled = values is not None
        self.ui.valueTable.visible = values is not None
        if values is None:
            self.table.show(None, None)
        else:
            self._fillChoices(values)
            self.table.show(ValueTable(values, self._choice(values), self._sort), self._sort)
            if not self.ui.valueTable.rowCount:
                self._say(_("Nothing of this group is measured at these levels."))
        self._showLegend()
        self._markChosen()
        self.outputs.refresh()

    def _state(self, values: LiveValues | None) -> str:
        if self.context.session is None:
            return _("No case is open.")
        if self.context.results.problem:
            return self.context.results.problem
        return "" if values is not None else _("The case has no positions yet.")

    def _say(self, text: str) -> None:
        self.ui.stateLabel.text = text
        self.ui.stateLabel.visible = bool(text)

    def _fillChoices(self, values: LiveValues) -> None:
        ui, case, now = self.ui, values.case, self.context.selection.now
        groups = groupChoices(values)
        fillChoice(ui.groupCombo, groups)
        wanted = self.context.parameters.metricGroup if self.context.parameters is not None else ""
        showChoice(ui.groupCombo, wanted if wanted in dict(groups) else groups[0][0])
        fillChoice(ui.levelCombo, levelChoices(case))
        if ui.levelCombo.currentIndex < 0:
            ui.levelCombo.currentIndex = 0
        found = endsChoices(case, metricGroup(chosenValue(ui.groupCombo)))
        self._known = {">".join(ends): ends for ends, _title in found}
        fillChoice(ui.endsCombo, [(">".join(ends), title) for ends, title in found])
        ends = fittedEnds(found, now.position, now.compared, self._ends)
        if ends is not None:
            self._ends = ends
            showChoice(ui.endsCombo, ">".join(ends))
        ui.endsCombo.enabled = bool(found) and not ui.sideBySideCheck.checked

    def _choice(self, values: LiveValues) -> TableChoice:
        ends = None if self.ui.sideBySideCheck.checked or not self._known else self._ends
        levels = levelsOf(values.case, chosenValue(self.ui.levelCombo) or "")
        return TableChoice(chosenValue(self.ui.groupCombo), ends, levels)

    def _showLegend(self) -> None:
        content, ui = self.table.content, self.ui
        lines = content.legend if content is not None else ()
        signs = [f"{line}." for line in lines if line[:1] in SIGNS]
        case = self.context.session.case if self.context.session is not None else None
        numbering = [numberingLine(case)] if case is not None and not case.numbering.isConfirmed else []
        always = _("? too imprecise to tell. Hatched: provisional. \u2026 noise is drawn anew when the mouse rests.")
        ui.legendLabel.text = " ".join([*numbering, *signs, always])
        ui.keyLabel.text = "\n".join(lines)
        ui.keyButton.toolTip = ui.keyLabel.text
        ui.keyButton.visible = ui.legendLabel.visible = content is not None
        ui.keyLabel.visible = content is not None and ui.keyButton.checked

    def _keyToggled(self, isShown: bool) -> None:
        self.ui.keyLabel.visible = isShown

    def _markChosen(self) -> None:
        now, values = self.context.selection.now, self._values
        if values is None:
            return
        case = values.case

        def score(row: TableRow, column: TableColumn) -> int:
            segment = case.chain.segment(row.level)
            isNear = segment is not None and now.place in (segment.upper, segment.lower)
            level = 4 if row.level == now.place else 2 if isNear else 0
            return level and level + (column.position == now.position)

        self.table.mark(score)
        self._showCell()

    def _showCell(self) -> None:
        content = self.table.content
        row, column = self.table.currentPlace
        self.chart.follow()
        tip = content.tip(row, column) if content is not None and row >= 0 and column >= 0 else ""
        cell = self.table.current
        lines = _CELL_LINES + (cell is not None and cell.provisional)  # a chosen cell's hatching cannot be seen
        self.ui.cellLabel.text = "\n".join(tip.split("\n")[:lines])
        self.ui.cellLabel.visible = bool(tip)

    # --- choices ---

    def _choiceMade(self, *_index: Any) -> None:
        with shownErrors():
            self._sort = None
            group, ends = chosenValue(self.ui.groupCombo), self._known.get(chosenValue(self.ui.endsCombo) or "")
            if self.context.parameters is not None and group:
                self.context.parameters.metricGroup = group
            if ends is not None and ends != self._ends:
                self._ends = ends
                self.context.selection.choose(position=ends[1], compared=ends[0])
            self._fill()

    def keyBindings(self) -> list[tuple[str, Callable[..., None]]]:
        return [("O", self.layOver)]

    def layOver(self, *_arguments: Any) -> None:
        """Go to Compare, which lays the positions of the chosen cell on each other."""
        self.context.openSection("compare")

    def _sideBySideToggled(self, *_isOn: Any) -> None:
        self._sort = None
        if self._isOpen:
            self._fill()

    def _sortBy(self, column: int) -> None:
        """By a column, the largest first; at the second click the smallest; at the third as the spine goes."""
        orders = {None: (column, True), (column, True): (column, False), (column, False): None}
        self._sort = orders.get(self._sort, (column, True))
        self._fill()

    def _selectionChanged(self, before: Chosen, now: Chosen) -> None:
        if not self._isOpen:
            return
        if (now.position, now.compared) != (before.position, before.compared) and not self.ui.sideBySideCheck.checked:
            self._fill()
        else:
            self._markChosen()

    def _cellChosen(self, key: RowKey) -> None:
        with shownErrors():
            session = self.context.session
            if session is not None:
                self.context.selection.choose(
                    place=placeToChoose(session.case, key), position=key[4], mark="", compared=comparedIn(key))
            self._showCell()
