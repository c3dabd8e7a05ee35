"""The views while the module is shown: they follow the case and what is chosen in the panel."""

from __future__ import annotations

from typing import Any

import slicer

from DynamicSpineLib.Session.CaseState import firstSection
from DynamicSpineLib.Session.CaseViews import MARKING, POSITIONS, CaseViews
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineWidgets.PanelContext import PanelContext

_SIDE_BY_SIDE = ("review", "results", "compare", "report")
"""Sections that look at all positions; the others at one."""


class PanelViews:
    """Connects Session/CaseViews with the panel."""

    def __init__(self, context: PanelContext) -> None:
        self._context = context
        self.views = CaseViews(slicer.mrmlScene)
        self._stops: list[Any] = []
        context.sessionChanged.listen(self._sessionChanged)
        context.selection.changed.listen(self._chosen)
        context.results.changed.listen(self._caption)

    def enter(self) -> None:
        """The module is shown."""
        with slicer.util.RenderBlocker():
            self.views.enter()

    def exit(self) -> None:
        """The module is left."""
        with slicer.util.RenderBlocker():
            self.views.exit()

    def showSection(self, name: str) -> None:
        """A section was opened: the layout that its work needs."""
        with slicer.util.RenderBlocker():
            self.views.setMode(_modeOf(name))

    def setPlot(self, withPlot: bool) -> None:
        """Whether a plot stands below the views of all positions."""
        with slicer.util.RenderBlocker():
            self.views.setPlot(withPlot)

    def showAgain(self) -> None:
        """What lies on what has changed."""
        with slicer.util.RenderBlocker():
            self.views.showAll()

    def rest(self) -> None:
        """The mouse rests."""
        self.views.rest()

    def setTexts(self, withNames: bool, withLabels: bool) -> None:
        """Whether levels and marks are named in the views."""
        self.views.setTexts(withNames, withLabels)

    def _sessionChanged(self) -> None:
        for stop in self._stops:
            stop()
        session = self._context.session
        self._stops = [] if session is None else [
            session.caseChanged.listen(self.views.changeCase), session.markMoved.listen(self.views.moveMark),
        ]  # fmt: skip
        mode = _modeOf(firstSection(session.case)) if session is not None else self.views.mode
        with slicer.util.RenderBlocker():
            self.views.setSession(session, self._context.selection.now, mode)

    def _chosen(self, _before: Chosen, now: Chosen) -> None:
        with slicer.util.RenderBlocker():
            self.views.choose(now)
        self._caption()

    def _caption(self) -> None:
        """Grade, number and symptom of the chosen level above each position, where they are known."""
        review, place = self._context.results.review, self._context.selection.now.place
        known = review is not None and not review.outdated
        self.views.setCaptions({item: review.caption(place, item) for item in review.positions} if known else {})


def _modeOf(section: str) -> str:
    return POSITIONS if section in _SIDE_BY_SIDE else MARKING
