"""The panel: which case is shown, its sections in the order of the work, one of them open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.CaseState import firstSection
from DynamicSpineLib.Session.ReviewWalk import rowOf, stepped
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Session.Workspace import Workspace
from DynamicSpineWidgets.CaseSection import CaseSection
from DynamicSpineWidgets.CompareSection import CompareSection
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.JournalBar import JournalBar
from DynamicSpineWidgets.LandmarksSection import LandmarksSection
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.PanelViews import PanelViews
from DynamicSpineWidgets.ParameterNode import DynamicSpineParameterNode
from DynamicSpineWidgets.PositionsSection import PositionsSection
from DynamicSpineWidgets.ReportSection import ReportSection
from DynamicSpineWidgets.ResultsSection import ResultsSection
from DynamicSpineWidgets.ReviewSection import ReviewSection
from DynamicSpineWidgets.Shortcuts import Shortcuts
from DynamicSpineWidgets.StepRunner import RestWork, StepRunner


class Panel:
    """Made once, when the module is opened the first time; `enter` and `exit` each time it is shown or left."""

    def __init__(
        self, workspace: Workspace, resourcePath: Any, layout: Any, parameters: Callable[[], DynamicSpineParameterNode]
    ) -> None:
        """parameters: the parameter node of the scene as it is now; closing a scene makes another one."""
        self._parameters = parameters
        self.context = PanelContext(workspace, resourcePath)
        self.widget, self.ui = self.context.loadUi("DynamicSpine")
        layout.addWidget(self.widget)
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.context.runner = StepRunner(self.ui.jobLabel, self.ui.jobBar, self.ui.cancelButton, self.refresh)
        self.context.views = PanelViews(self.context)
        self.context.openSection, self.context.showSession = self.openSection, self.showSession
        self.journal = JournalBar(self.context, self.ui)
        self.rest = RestWork(self._restSteps)
        self.context.restart = self.rest.restart
        self._hasLooked = self._isOpening = self._isEntered = False
        self._sessionStops: list[Any] = []
        self._buttons = self._sectionButtons()
        self.sections = self._makeSections()
        self.context.nextPlace = self._nextPlace
        self.shortcuts = Shortcuts(self)
        for section in self.sections.values():
            for keys, slot in section.keyBindings():
                self.shortcuts.add(keys, slot, section.widget)
        self._connect()
        self.refreshCases()

    def _sectionButtons(self) -> dict[str, Any]:
        ui = self.ui
        return {
            "review": ui.reviewButton, "case": ui.caseButton, "positions": ui.positionsButton,
            "landmarks": ui.landmarksButton, "results": ui.resultsButton, "compare": ui.compareButton,
            "report": ui.reportButton,
        }  # fmt: skip

    def _makeSections(self) -> dict[str, Any]:
        makers = {"review": ReviewSection, "case": CaseSection, "positions": PositionsSection,
                  "landmarks": LandmarksSection, "results": ResultsSection, "compare": CompareSection,
                  "report": ReportSection}  # fmt: skip
        sections = {name: maker(self.context) for name, maker in makers.items()}
        for name, section in sections.items():
            self._buttons[name].layout().addWidget(section.widget)
        return sections

    def _connect(self) -> None:
        self.ui.caseCombo.activated.connect(self._caseChosen)
        self.ui.undoButton.clicked.connect(self.undo)
        self.ui.redoButton.clicked.connect(self.redo)
        for name, button in self._buttons.items():
            button.toggled.connect(self._togglerOf(name))
        self.context.workspace.casesChanged.listen(self.refreshCases)
        self.context.selection.changed.listen(self._selectionChanged)

    def _togglerOf(self, name: str) -> Any:
        def toggled(isOpen: bool) -> None:
            if isOpen:
                self.openSection(name)
            elif name in self.sections and not self._isOpening:
                self.sections[name].closed()

        return toggled

    # --- life of the module ---

    def enter(self) -> None:
        """The user opened the module: show what the scene has."""
        if not self._hasLooked:
            self._hasLooked = True
            self.journal.look()
        self._isEntered = True
        self.context.parameters = self._parameters()
        self.shortcuts.enabled = True
        self.context.views.enter()
        self.refreshCases()
        if self.context.parameters.section:
            self.openSection(self.context.parameters.section)
        self.rest.restart()

    def exit(self) -> None:
        """The user went to another module: give the views back as they were."""
        self._isEntered = False
        self.shortcuts.enabled = False
        self.rest.stop()
        for section in self.sections.values():
            section.closed()
        self.context.views.exit()

    def cleanup(self) -> None:
        """The module is unloaded or the application ends."""
        self.exit()
        self.context.runner.cancel()
        self.journal.leave()
        self._leaveSession()
        self.shortcuts.remove()
        for section in self.sections.values():
            section.cleanup()

    # --- the case shown ---

    def refreshCases(self) -> None:
        """List the cases of the scene and keep showing the chosen one, else the first."""
        if self._isEntered:
            self.context.parameters = self._parameters()
        nodes = self.context.workspace.caseNodes()
        shown = self.context.session
        if shown is None or not shown.isOpen or all(node is not shown.caseNode for node in nodes):
            chosen = self.context.parameters.currentCase if self.context.parameters is not None else None
            node = next((item for item in nodes if item is chosen), nodes[0] if nodes else None)
            session = None
            with shownErrors():
                session = self.context.workspace.session(node) if node is not None else None
            self.showSession(session)
        self.refresh()

    def showSession(self, session: CaseSession | None) -> None:
        """Show a case, or none."""
        if session is self.context.session:
            return
        self._leaveSession()
        self.context.session = session
        if session is not None:
            self._sessionStops = [
                session.caseChanged.listen(self._caseEdited), session.markMoved.listen(self._markMoved),
                session.unsettled.listen(self.rest.restart), session.faultChanged.listen(self.refresh),
                session.closed.listen(self._sessionClosed),
            ]  # fmt: skip
        self._restoreChoice(session)
        self.context.live.setSession(session)
        self.context.results.setSession(session)
        self.context.sessionChanged.tell()
        self.refresh()
        if session is not None:  # a scene that was saved while positions were compared opens the same way
            self.openSection("compare" if self.context.compare.isOn else firstSection(session.case))
        self.rest.restart()

    def _restoreChoice(self, session: CaseSession | None) -> None:
        """Choose what the scene remembers of this case, as far as the case has it."""
        parameters, node = self.context.parameters, session.caseNode if session is not None else None
        if parameters is not None:
            if node is not None and parameters.currentCase is node:
                self.context.selection.choose(parameters.position, parameters.place)
            parameters.currentCase = node
        self.context.selection.fit(session.case if session is not None else None)

    def _leaveSession(self) -> None:
        self.rest.stop()
        self.journal.write()
        for stop in self._sessionStops:
            stop()
        self._sessionStops = []
        self.context.session = None

    def _sessionClosed(self) -> None:
        self._leaveSession()
        self.context.live.setSession(None)
        self.context.results.setSession(None)
        self.context.selection.fit(None)
        self.context.sessionChanged.tell()
        self.refresh()

    def _caseChosen(self, *_arguments: Any) -> None:
        with shownErrors():
            nodeId = self.ui.caseCombo.currentData
            node = slicer.mrmlScene.GetNodeByID(nodeId) if nodeId else None
            self.showSession(self.context.workspace.session(node) if node is not None else None)

    def _caseEdited(self, *_cases: Any) -> None:
        if self.context.session is not None:
            self.context.selection.fit(self.context.session.case)
        self.context.results.outdate()
        self.refresh()
        self.rest.restart()

    def _markMoved(self, *_mark: Any) -> None:
        self.context.results.outdate()
        self.rest.restart()

    def _selectionChanged(self, _before: Chosen, now: Chosen) -> None:
        if self.context.parameters is not None:
            self.context.parameters.position, self.context.parameters.place = now.position, now.place

    def _restSteps(self) -> Steps[None]:
        """What is due when the mouse rests: take over edits of others, then what each section computes then."""
        if self.context.session is not None:
            self.context.session.settle()
        self.context.views.rest()
        self.journal.write()
        parameters = self.context.parameters
        if parameters is None or not self._isEntered:
            return  # nobody looks; entering the module comes here again
        yield from self.context.live.quickSteps()
        yield from self.context.results.steps(parameters.draws, tuple(parameters.ruleSets))
        self.context.live.accept(self.context.results.measured, parameters.draws)
        for section in self.sections.values():
            yield from section.restSteps()

    # --- what the user does ---

    def undo(self, *_arguments: Any) -> None:
        """Take the last edit back."""
        with shownErrors():
            if self.context.session is not None:
                text = self.context.session.undo()
                self.context.tell(_("Undone: {text}").format(text=text) if text else _("Nothing to undo."))

    def redo(self, *_arguments: Any) -> None:
        """Make an edit again."""
        with shownErrors():
            if self.context.session is not None:
                text = self.context.session.redo()
                self.context.tell(_("Done again: {text}").format(text=text) if text else _("Nothing to redo."))

    def _nextPlace(self) -> None:
        self.sections["review"].goToNext()

    def stepLevel(self, step: int) -> None:
        """Go so many levels down in every view, whatever section is open."""
        session = self.context.session
        if session is not None:
            levels = [segment.name for segment in session.case.chain.segments]
            row = rowOf(session.case, levels, self.context.selection.now.place)
            self.context.selection.choose(place=stepped(levels, row, step))

    def openSection(self, name: str) -> None:
        """Open one section and close the others, so that nothing has to be scrolled."""
        if self._isOpening:
            return
        self._isOpening = True  # the buttons fold by their own signals, which therefore cannot be blocked
        for other, button in self._buttons.items():
            button.collapsed = other != name
        self._isOpening = False
        if self.context.parameters is not None:
            self.context.parameters.section = name
        for other, section in self.sections.items():
            if other != name:
                section.closed()
        self.context.views.showSection(name)
        section = self.sections.get(name)
        if section is not None:
            section.opened()

    def refresh(self) -> None:
        """Show the state of case, history and work."""
        session = self.context.session
        self._listCases()
        history = session.history if session is not None else None
        self.ui.undoButton.enabled = bool(history and history.undoText)
        self.ui.redoButton.enabled = bool(history and history.redoText)
        self.ui.undoButton.toolTip = _("Undo: {text} (Ctrl+Z)").format(text=history.undoText if history else "")
        self.ui.redoButton.toolTip = _("Redo: {text} (Ctrl+Y)").format(text=history.redoText if history else "")
        for section in self.sections.values():
            section.refresh()

    def _listCases(self) -> None:
        combo, nodes = self.ui.caseCombo, self.context.workspace.caseNodes()
        shown = self.context.session
        wanted = [(node.GetName().removeprefix("DynamicSpine "), node.GetID()) for node in nodes]
        found = [(combo.itemText(index), combo.itemData(index)) for index in range(combo.count)]
        if wanted != found:
            combo.clear()
            for name, nodeId in wanted:
                combo.addItem(name, nodeId)
        combo.enabled = bool(nodes)
        if shown is not None:
            combo.currentIndex = max(combo.findData(shown.caseNode.GetID()), 0)
