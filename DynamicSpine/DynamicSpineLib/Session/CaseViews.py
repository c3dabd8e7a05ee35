"""What the slice views show of a case: the layout, which position where, which place of it, and what is drawn there."""

from __future__ import annotations

from DynamicSpineLib.Scene.NodeTypes import MrmlScene
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.MarkDisplay import freeMarks
from DynamicSpineLib.Scene.Views.MarkLook import MarkChoice
from DynamicSpineLib.Scene.Views.PlaceMode import stopPlacing
from DynamicSpineLib.Scene.Views.SavedViews import SavedViews, layoutNode, restoreViews, saveViews
from DynamicSpineLib.Scene.Views.SlicePlacing import planeInFrame, shownPlane
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.ComparePage import ComparePage
from DynamicSpineLib.Session.MarkingPage import MarkingPage
from DynamicSpineLib.Session.PositionDrawing import PositionDrawing, Tags
from DynamicSpineLib.Session.PositionsPage import PositionsPage
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Session.ShownCase import ShownCase
from DynamicSpineLib.Session.ViewsPage import ViewsPage
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Landmark
from DynamicSpineLib.Study.Position import Position

MARKING, POSITIONS, COMPARE = "marking", "positions", "compare"
"""The pages: one position large with axial and coronal views, every position side by side, or one over another."""


class CaseViews:
    """Follows a case and what is chosen of it. Nothing is drawn before `enter` and nothing stays after `exit`."""

    def __init__(self, scene: MrmlScene) -> None:
        self._scene = scene
        self._shown = ShownCase(scene)
        self._positions, self.compare = PositionsPage(self._shown), ComparePage(self._shown)
        self._pages: dict[str, ViewsPage] = {
            MARKING: MarkingPage(self._shown), POSITIONS: self._positions, COMPARE: self.compare,
        }  # fmt: skip
        self._mode = MARKING
        self._saved: SavedViews | None = None
        self._isEntered = False
        self._withNames, self._withLabels, self._areNamesHidden = True, False, False
        self._drawings: dict[str, PositionDrawing] = {}
        self._placedSizes: dict[str, tuple[int, ...]] = {}
        self.placings = 0
        """How often all views were placed anew."""

    @property
    def mode(self) -> str:
        """MARKING, POSITIONS or COMPARE."""
        return self._mode

    def enter(self) -> None:
        """The module is shown: remember what the user's views were like, and show the case."""
        self._isEntered = True
        self._saved = saveViews(self._scene, self._saved)
        self.showAll()

    def exit(self) -> None:
        """The module is left: give layout, mouse and marks back."""
        self._isEntered = False
        self._hide()
        stopPlacing(self._scene)
        restoreViews(self._scene, self._saved)
        self._saved = None

    def setSession(self, session: CaseSession | None, chosen: Chosen, mode: str) -> None:
        """Show another case, or none, in a layout."""
        self._clear()
        self._shown.session, self._shown.chosen, self._mode = session, chosen, mode
        self.showAll()

    @property
    def isEntered(self) -> bool:
        """True from `enter` to `exit`."""
        return self._isEntered

    def setMode(self, mode: str, keepsPlace: bool = False) -> None:
        """Change the layout. keepsPlace: when the page that is left is shown again, its views are where they were."""
        if mode != self._mode:
            if not keepsPlace:
                self._pages[self._mode].leave()
            self._mode = mode
            self.showAll()

    def setPlot(self, withPlot: bool) -> None:
        """Whether a plot stands below the views of all positions."""
        if withPlot != self._positions.withPlot:
            self._positions.withPlot = withPlot
            if self._mode == POSITIONS:
                self.showAll()

    def setTexts(self, withNames: bool, withLabels: bool) -> None:
        """Whether the levels' names, and those of the marks, stand in the views."""
        if (withNames, withLabels) != (self._withNames, self._withLabels):
            self._withNames, self._withLabels = withNames, withLabels
            self.redraw()

    def showNames(self, isShown: bool) -> None:
        """Hide the levels' names for a while, as while others move with the bones, or show them again as is wanted."""
        if isShown == self._areNamesHidden:
            self._areNamesHidden = not isShown
            self.redraw()

    def positionViews(self) -> dict[str, str]:
        """The view of each position, by its id, while all are shown beside each other."""
        return self._positions.views() if self._isShown() and self._mode == POSITIONS else {}

    def fitAgain(self) -> None:
        """Place the views anew where they have another size than when they were placed: a new layout gets its sizes
        only when the application draws it."""
        if self._isShown() and self._sizes() != self._placedSizes:
            self._page.leave()
            self.showAll()

    def choose(self, chosen: Chosen) -> None:
        """Bring the views to what is chosen now."""
        before, self._shown.chosen = self._shown.chosen, chosen
        if not self._isShown():
            return
        self._page.follow(before)
        self.redraw()

    def showAll(self) -> None:
        """Show layout, volumes and marks anew, with each view where the case wants it."""
        layout = layoutNode(self._scene) if self._isShown() else None
        if layout is None:
            return
        self._page.show(layout)
        self._placedSizes, self.placings = self._sizes(), self.placings + 1
        self.redraw()

    def redraw(self) -> None:
        """Draw marks and names anew where the views are."""
        case, caseNode = self._shown.case, self._shown.caseNode
        if case is None or not self._isShown():
            return
        shown = self._page.tags()
        for position in case.positions:
            drawing = self._drawings.get(position.id)
            if drawing is None and position.id not in shown:
                continue
            if drawing is None:
                drawing = self._drawings[position.id] = PositionDrawing(caseNode, case, position.id)
            tags = shown.get(position.id, {})
            drawing.show(case, position, tags, self._planes(position, tags), self._choice(),
                         self._withNames and not self._areNamesHidden, self._withLabels, self._mode != COMPARE)
        for positionId in [item for item in self._drawings if case.position(item) is None]:
            self._drawings.pop(positionId).remove()

    def moveMark(self, positionId: str, mark: Landmark) -> None:
        """Draw one dragged mark anew."""
        if positionId in self._drawings:
            self._drawings[positionId].move(mark)

    def rest(self) -> None:
        """The mouse rests: what was left out while a mark was dragged."""
        case = self._shown.case
        for position in case.positions if case is not None else ():
            if position.id in self._drawings:
                self._drawings[position.id].rest(position)

    def changeCase(self, before: Case, after: Case) -> None:
        """Draw anew what an edit changed; other volumes or levels show everything anew."""
        if before.chain == after.chain and _volumes(before) == _volumes(after):
            self.redraw()
        else:
            self._clear()
            self.showAll()

    # --- helpers ---

    @property
    def _page(self) -> ViewsPage:
        return self._pages[self._mode]

    def _isShown(self) -> bool:
        return self._isEntered and bool(self._shown.positions)

    def _sizes(self) -> dict[str, tuple[int, ...]]:
        tags = [tag for kinds in self._page.tags().values() for some in kinds.values() for tag in some]
        views = {tag: self._page.view(tag) for tag in tags}
        return {tag: tuple(view.GetDimensions()) for tag, view in views.items() if view is not None}

    def _planes(self, position: Position, tags: Tags) -> dict[str, PicturePlane]:
        """The planes that a position's views show, in its volume's frame."""
        volume = self._shown.volume(position.id)
        views = {kind: self._page.view(some[0]) for kind, some in tags.items()}
        return {kind: planeInFrame(shownPlane(view), volume) for kind, view in views.items() if view is not None}

    def _choice(self) -> MarkChoice:
        """What stands out: the chosen mark; without one, the marks of the chosen place."""
        chosen = self._shown.chosen
        place = chosen.place if not chosen.mark else ""
        return MarkChoice(chosen.mark, frozenset({place}) if place else frozenset())

    def _clear(self) -> None:
        """Remove what was drawn, and let Slicer show the marks again."""
        for drawing in self._drawings.values():
            drawing.remove()
        self._drawings.clear()
        self._hide()

    def _hide(self) -> None:
        """Show nothing of ours, and let Slicer show the marks again. What was drawn is kept for the next `enter`."""
        for drawing in self._drawings.values():
            drawing.hide()
        self._page.leave()
        case, session = self._shown.case, self._shown.session
        if case is not None and session is not None:
            with session.ownWriting():
                freeMarks(session.caseNode, [item.id for item in case.positions], self._shown.chosen.position)


def _volumes(case: Case) -> list[tuple[str, str]]:
    """What decides which views there are: the positions, each with its volume."""
    return [(item.id, item.volume) for item in case.positions]
