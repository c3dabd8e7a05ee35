"""What the slice views show of a case: the layout, which position where, which place of it, and what is drawn there."""

from __future__ import annotations

from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.NodeTypes import MrmlScene, VolumeNode
from DynamicSpineLib.Scene.Overlays.HeldTransform import Held, heldPositions
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.Layouts import (
    MARKING_TAGS,
    MOST_POSITIONS,
    SAGITTAL,
    applyMarkingLayout,
    applyPositionsLayout,
    positionTag,
)
from DynamicSpineLib.Scene.Views.LevelPlacing import PositionView, centerOnLevel
from DynamicSpineLib.Scene.Views.MarkDisplay import freeMarks
from DynamicSpineLib.Scene.Views.MarkLook import MarkChoice
from DynamicSpineLib.Scene.Views.MarkPlacing import showMark, showPlace, showPosition
from DynamicSpineLib.Scene.Views.PlaceMode import stopPlacing
from DynamicSpineLib.Scene.Views.SavedViews import SavedViews, layoutNode, restoreViews, saveViews
from DynamicSpineLib.Scene.Views.SlicePlacing import planeInFrame, shownPlane
from DynamicSpineLib.Scene.Views.ViewNodes import layOver, markingNode, showVolume, sliceNode
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.PositionDrawing import PositionDrawing, Tags
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Landmark
from DynamicSpineLib.Study.Position import Position

MARKING, POSITIONS = "marking", "positions"
"""The layouts: one position large with axial and coronal views, or every position side by side."""


class CaseViews:
    """Follows a case and what is chosen of it. Nothing is drawn before `enter` and nothing stays after `exit`."""

    def __init__(self, scene: MrmlScene) -> None:
        self._scene = scene
        self._session: CaseSession | None = None
        self._chosen = Chosen()
        self._mode = MARKING
        self._saved: SavedViews | None = None
        self._isEntered = False
        self._withNames, self._withLabels = True, False
        self._withPlot = False
        self._drawings: dict[str, PositionDrawing] = {}
        self._shownPosition = ""
        self._placedSizes: dict[str, tuple[int, ...]] = {}
        self.placings = 0
        """How often all views were placed anew."""

    @property
    def mode(self) -> str:
        """MARKING or POSITIONS."""
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
        self._session, self._chosen, self._mode = session, chosen, mode
        self.showAll()

    def setMode(self, mode: str) -> None:
        """Change the layout."""
        if mode != self._mode:
            self._mode = mode
            self.showAll()

    def setPlot(self, withPlot: bool) -> None:
        """Whether a plot stands below the views of all positions."""
        if withPlot != self._withPlot:
            self._withPlot = withPlot
            if self._mode == POSITIONS:
                self.showAll()

    def setTexts(self, withNames: bool, withLabels: bool) -> None:
        """Whether the levels' names, and those of the marks, stand in the views."""
        if (withNames, withLabels) != (self._withNames, self._withLabels):
            self._withNames, self._withLabels = withNames, withLabels
            self.redraw()

    def positionViews(self) -> dict[str, str]:
        """The view of each position, by its id, while all are shown beside each other."""
        if not self._isShown() or self._mode != POSITIONS:
            return {}
        return {item.id: positionTag(number) for number, item in enumerate(self._shownPositions(), start=1)}

    def overlays(self) -> dict[str, str]:
        """What lies over which position, by its id, in words."""
        case, words = self._case(), {}
        for reference, held in self._held().items():
            moving = case.position(held.moving) if case is not None else None
            if moving is not None:
                words[reference] = f"{moving.shownTitle} over it, {held.level} held"
        return words

    def fitAgain(self) -> None:
        """Place the views anew where they have another size than when they were placed: a new layout gets its sizes
        only when the application draws it."""
        if self._isShown() and self._sizes() != self._placedSizes:
            self.showAll()

    def choose(self, chosen: Chosen) -> None:
        """Bring the views to what is chosen now."""
        before, self._chosen = self._chosen, chosen
        if not self._isShown():
            return
        if self._mode == POSITIONS:
            if chosen.place != before.place:
                self._centerPositions()
        elif chosen.position != self._shownPosition:
            self._showMarkingPosition()
        elif (chosen.mark, chosen.place) != (before.mark, before.place):
            self._bringMarkingViews()
        self.redraw()

    def showAll(self) -> None:
        """Show layout, volumes and marks anew, with each view where the case wants it."""
        if not self._isShown():
            return
        layout = layoutNode(self._scene)
        if layout is None:
            return
        if self._mode == MARKING:
            applyMarkingLayout(layout)
            self._showMarkingPosition()
        else:
            applyPositionsLayout(layout, len(self._shownPositions()), self._withPlot)
            self._showPositionVolumes()
            self._centerPositions()
        self._placedSizes, self.placings = self._sizes(), self.placings + 1
        self.redraw()

    def redraw(self) -> None:
        """Draw marks and names anew where the views are."""
        case = self._case()
        if case is None or self._session is None or not self._isShown():
            return
        shown = self._tags()
        for position in case.positions:
            drawing = self._drawings.get(position.id)
            if drawing is None and position.id not in shown:
                continue
            if drawing is None:
                drawing = self._drawings[position.id] = PositionDrawing(self._session.caseNode, case, position.id)
            tags = shown.get(position.id, {})
            drawing.show(case, position, tags, self._planes(position, tags), self._choice(), self._withNames,
                         self._withLabels)  # fmt: skip
        for positionId in [item for item in self._drawings if case.position(item) is None]:
            self._drawings.pop(positionId).remove()

    def moveMark(self, positionId: str, mark: Landmark) -> None:
        """Draw one dragged mark anew."""
        if positionId in self._drawings:
            self._drawings[positionId].move(mark)

    def rest(self) -> None:
        """The mouse rests: what was left out while a mark was dragged."""
        case = self._case()
        for position in case.positions if case is not None else ():
            if position.id in self._drawings:
                self._drawings[position.id].rest(position)

    def changeCase(self, before: Case, after: Case) -> None:
        """Draw anew what an edit changed; other volumes or levels show everything anew."""
        if before.chain == after.chain and _shown(before) == _shown(after):
            self.redraw()
        else:
            self._clear()
            self.showAll()

    # --- helpers ---

    def _isShown(self) -> bool:
        return self._isEntered and self._session is not None and self._session.isOpen and bool(self._shownPositions())

    def _case(self) -> Case | None:
        return self._session.case if self._session is not None and self._session.isOpen else None

    def _shownPositions(self) -> tuple[Position, ...]:
        case = self._case()
        return case.positions[:MOST_POSITIONS] if case is not None else ()

    def _markedPosition(self) -> Position | None:
        case = self._case()
        if case is None or not case.positions:
            return None
        return case.position(self._chosen.position) or case.positions[0]

    def _volume(self, positionId: str) -> VolumeNode | None:
        return volumeNode(self._session.caseNode, positionId) if self._session is not None else None

    def _showMarkingPosition(self) -> None:
        case, position = self._case(), self._markedPosition()
        if case is None or position is None:
            return
        self._shownPosition = position.id
        showPosition(self._scene, position, case.chain, self._volume(position.id))
        self._bringMarkingViews()

    def _bringMarkingViews(self) -> None:
        case, position = self._case(), self._markedPosition()
        if case is None or position is None:
            return
        volume = self._volume(position.id)
        if self._chosen.mark:
            showMark(self._scene, position, case.chain, self._chosen.mark, volume)
        elif self._chosen.place:
            showPlace(self._scene, position, case.chain, self._chosen.place, volume)

    def _showPositionVolumes(self) -> None:
        held = self._held()
        for number, position in enumerate(self._shownPositions(), start=1):
            view = sliceNode(self._scene, positionTag(number))
            if view is not None:
                showVolume(view, self._volume(position.id))
                layOver(view, self._volume(held[position.id].moving) if position.id in held else None)
                view.SetLayoutLabel(position.shownTitle)

    def _held(self) -> dict[str, Held]:
        """What lies on which position, by the one below."""
        return {item.reference: item for item in heldPositions(self._session.caseNode)} if self._session else {}

    def _sizes(self) -> dict[str, tuple[int, ...]]:
        tags = MARKING_TAGS.values() if self._mode == MARKING else self.positionViews().values()
        views = {tag: sliceNode(self._scene, tag) for tag in tags}
        return {tag: tuple(view.GetDimensions()) for tag, view in views.items() if view is not None}

    def _centerPositions(self) -> None:
        case = self._case()
        if case is None:
            return
        views = {}
        for number, position in enumerate(self._shownPositions(), start=1):
            view = sliceNode(self._scene, positionTag(number))
            if view is not None:
                views[position.id] = PositionView(view, self._volume(position.id))
        centerOnLevel(case, self._chosen.place, views)

    def _tags(self) -> dict[str, Tags]:
        """Where each position is shown, by kind of view."""
        if self._mode == MARKING:
            position = self._markedPosition()
            return {position.id: {kind: (tag,) for kind, tag in MARKING_TAGS.items()}} if position is not None else {}
        return {position.id: {SAGITTAL: (positionTag(number),)}
                for number, position in enumerate(self._shownPositions(), start=1)}  # fmt: skip

    def _planes(self, position: Position, tags: Tags) -> dict[str, PicturePlane]:
        """The planes that a position's views show, in its volume's frame."""
        volume = self._volume(position.id)
        planes = {}
        for kind, some in tags.items():
            view = markingNode(self._scene, kind) if self._mode == MARKING else sliceNode(self._scene, some[0])
            if view is not None:
                planes[kind] = planeInFrame(shownPlane(view), volume)
        return planes

    def _choice(self) -> MarkChoice:
        """What stands out: the chosen mark; without one, the marks of the chosen place."""
        place = self._chosen.place if not self._chosen.mark else ""
        return MarkChoice(self._chosen.mark, frozenset({place}) if place else frozenset())

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
        self._shownPosition = ""
        case = self._case()
        if case is not None and self._session is not None:
            with self._session.ownWriting():
                freeMarks(self._session.caseNode, [item.id for item in case.positions], self._chosen.position)


def _shown(case: Case) -> list[tuple[str, str]]:
    """What decides which views there are: the positions, each with its volume."""
    return [(item.id, item.volume) for item in case.positions]
