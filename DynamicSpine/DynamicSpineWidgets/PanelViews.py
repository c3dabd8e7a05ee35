"""The views while the module is shown: they follow the case and what is chosen in the panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Compare.Modes import FLICKER, SIDE_BY_SIDE
from DynamicSpineLib.Scene.Views.Layouts import COMPARE_TAG
from DynamicSpineLib.Session.CaseState import firstSection
from DynamicSpineLib.Session.CaseViews import COMPARE, MARKING, POSITIONS, CaseViews
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Session.ReviewContent import ReviewContent
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Case
from DynamicSpineWidgets.PanelContext import PanelContext

_SIDE_BY_SIDE = ("review", "results", "report")
"""Sections that look at all positions; the others at one."""

_UPPER_EDGE = 7  # of vtkCornerAnnotation; Slicer's own annotations stand in the corners
_GROUND, _FONT_SIZE = 0.6, 14


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
        self._change(self.views.enter)

    def exit(self) -> None:
        """The module is left."""
        with slicer.util.RenderBlocker():
            self.views.exit()

    def showSection(self, name: str) -> None:
        """A section was opened: the layout that its work needs."""
        self._change(lambda: self.views.setMode(_modeOf(name)))

    def setPlot(self, withPlot: bool) -> None:
        """Whether a plot stands below the views of all positions."""
        self._change(lambda: self.views.setPlot(withPlot))

    def showCompared(self, choice: CompareChoice) -> None:
        """Two positions are laid on each other, in another way than before."""
        page, mode = self.views.compare, POSITIONS if choice.mode == SIDE_BY_SIDE else COMPARE
        page.choice = choice
        if mode != self.views.mode:
            self._change(lambda: self.views.setMode(mode, keepsPlace=True))
        elif mode == COMPARE and page.isCurrent:
            page.showLayer()
            self._caption()
        else:
            self._change(self.views.showAll)

    def write(self, tag: str, text: str) -> None:
        """Write at the upper edge of a view until the case, or what is chosen, is written there again."""
        _write(tag, text)

    def showAgain(self) -> None:
        """What lies on what has changed."""
        if self.views.mode != COMPARE:
            self.views.compare.leave()
        self._change(self.views.showAll)

    def _change(self, change: Callable[[], None]) -> None:
        """Make a change; where it placed the views, once more when the application has given them their sizes."""
        placings = self.views.placings
        with slicer.util.RenderBlocker():
            change()
        self._caption()
        if self.views.placings != placings:
            qt.QTimer.singleShot(0, self.views.fitAgain)

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
            session.caseChanged.listen(self._caseChanged), session.markMoved.listen(self.views.moveMark),
        ]  # fmt: skip
        mode = _modeOf(firstSection(session.case)) if session is not None else self.views.mode
        self._change(lambda: self.views.setSession(session, self._context.selection.now, mode))

    def _caseChanged(self, before: Case, after: Case) -> None:
        self._change(lambda: self.views.changeCase(before, after))

    def _chosen(self, _before: Chosen, now: Chosen) -> None:
        with slicer.util.RenderBlocker():
            self.views.choose(now)
        self._caption()

    def sayAgain(self) -> None:
        """What a picture must say of itself has changed."""
        self._caption()

    def _flickering(self) -> str:
        """Which of two positions that flicker is shown now."""
        desk = self._context.compare
        if not desk.isOn or desk.comparison is None or desk.choice.mode != FLICKER or desk.frameText:
            return ""
        isMoving = self.views.compare.isMovingShown
        return str((desk.comparison.moving if isMoving else desk.comparison.reference).shownTitle)

    def _caption(self) -> None:
        """Grade, number and symptom of the chosen level in the view of each position; what lies on what when compared.

        Drawn in the picture: in the bar above a view a long text would keep the whole window wide.
        """
        review, place = self._context.results.review, self._context.selection.now.place
        known = review is not None and not review.outdated
        for positionId, tag in self.views.positionViews().items():
            _write(tag, _said(review, place, positionId) if known else "")
        if self.views.mode == COMPARE:
            said = (self._flickering(), self._context.compare.caption())
            _write(COMPARE_TAG, "\n".join(line for line in said if line))


def _said(review: ReviewContent, place: str, positionId: str) -> str:
    """Grade, number and symptom of a level in a position, and whether a reader has accepted its marks."""
    text, cell = review.caption(place, positionId), review.cell(place, positionId)
    return _("{text} (provisional)").format(text=text) if cell is not None and cell.provisional else text


def _write(tag: str, text: str) -> None:
    """Write at the upper edge of a slice view."""
    widget = slicer.app.layoutManager().sliceWidget(tag)
    if widget is None:  # a position was added: its view comes with the layout, which is told next
        return
    view = widget.sliceView()
    texts = view.cornerAnnotation()
    if texts.GetText(_UPPER_EDGE) != text:
        texts.SetMaximumFontSize(_FONT_SIZE)
        texts.GetTextProperty().SetBackgroundColor(0.0, 0.0, 0.0)  # it may lie on bright fat or fluid
        texts.GetTextProperty().SetBackgroundOpacity(_GROUND)
        texts.SetText(_UPPER_EDGE, text)
        view.scheduleRender()


def _modeOf(section: str) -> str:
    if section == "compare":
        return COMPARE
    return POSITIONS if section in _SIDE_BY_SIDE else MARKING
