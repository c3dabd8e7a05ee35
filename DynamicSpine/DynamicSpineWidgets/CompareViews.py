"""The views while positions are compared: what lies over what, what is drawn, and what the mouse does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Compare.Modes import CHECKERBOARD, REVEAL, SIDE_BY_SIDE
from DynamicSpineLib.Compare.PickLevel import levelAt
from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid
from DynamicSpineLib.Scene.Overlays.HeldTransform import frameToWorld
from DynamicSpineLib.Scene.PictureCapture import capture
from DynamicSpineLib.Scene.PictureContent import RESEARCH_USE, RenderedPicture
from DynamicSpineLib.Scene.Views.Layouts import COMPARE_TAG
from DynamicSpineLib.Scene.Views.SavedViews import interactionNode
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Session.MotionDesk import MotionDesk
from DynamicSpineLib.Session.SharedCursor import SharedCursor, crossAt
from DynamicSpineWidgets.CompareLayers import CompareLayers
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext


class CompareViews:
    """Shows what CompareDesk has made. held: called with the level that was clicked; say: tells the user something."""

    def __init__(self, context: PanelContext, held: Callable[[str], None], say: Callable[[str], None]) -> None:
        self._context, self._held, self._say = context, held, say
        self._layers = CompareLayers(self._cursorMoved, self._clicked)
        self._cursor: SharedCursor | None = None
        self._drawAgain: Callable[[], None] | None = None
        self._mouse: tuple[Any, int] | None = None

    def show(self, choice: CompareChoice) -> None:
        """Show a choice that the desk has applied; the view itself does not move."""
        panelViews, desk = self._context.views, self._context.compare
        panelViews.views.showNames(True)
        panelViews.showCompared(choice)
        self._forbidPlacing(choice.bends)
        isBeside = choice.mode == SIDE_BY_SIDE
        self._layers.watch(COMPARE_TAG if not isBeside else "", choice.mode in (REVEAL, SIDE_BY_SIDE))
        self._drawAgain = None
        if isBeside:
            self._layers.clear()
            return
        overlay, view = self._overlayAndView()
        if overlay is not None:
            sizes = {CHECKERBOARD: choice.squareMm, REVEAL: choice.circleMm}
            overlay.mask(choice.mode if choice.mode in sizes else "", sizes.get(choice.mode, 0.0))
            self._draw(lambda: overlay.draw(desk.drawing(desk.planeOf(view)), desk.toWorld(), desk.legend()))

    def _overlayAndView(self) -> tuple[Any, Any]:
        """The overlay of the one large view, and its node; None for both while it is not there."""
        overlay, view = self._layers.overlay(COMPARE_TAG), self._context.views.views.compare.view(COMPARE_TAG)
        if overlay is None or view is None:
            return None, None
        overlay.sliceChanged = self._sliceChanged
        return overlay, view

    def _draw(self, draw: Callable[[], None]) -> None:
        """Draw now, and again for every other slice that the user goes to: lines belong to the slice they lie in."""
        self._drawAgain = draw
        draw()

    def _sliceChanged(self) -> None:
        if self._drawAgain is not None:
            with shownErrors():
                self._drawAgain()

    def picture(self) -> RenderedPicture:
        """What the view shows now, with its captions and what it is for."""
        view, views = slicer.app.layoutManager().sliceWidget(COMPARE_TAG).sliceView(), self._context.views
        said = self._context.compare.caption()
        try:
            views.write(COMPARE_TAG, f"{said}\n{RESEARCH_USE}")
            view.forceRender()
            return capture(view.renderWindow(), tuple(view.renderWindow().GetSize()))
        finally:
            views.write(COMPARE_TAG, said)

    def beginMotion(self) -> None:
        """A play begins: images, names and solids are its own, and nothing of the mode is drawn over them."""
        self._drawAgain = None
        self._layers.clear()
        self._layers.watch("", False)
        self._context.compare.removeSolids()
        self._context.views.views.showNames(False)

    def drawMotion(self, motion: MotionDesk, withOutlines: bool) -> None:
        """Draw the outlines of a frame, and write what it is."""
        desk = self._context.compare
        desk.frameText = motion.caption()
        self._context.views.write(COMPARE_TAG, desk.frameText)
        overlay, view = self._overlayAndView()
        if overlay is not None:
            self._draw(lambda: overlay.draw(motion.drawing(desk.planeOf(view), withOutlines), desk.toWorld()))

    def flash(self) -> None:
        """Show the other of the two positions."""
        page = self._context.views.views.compare
        page.isMovingShown = not page.isMovingShown
        page.showLayer()
        self._context.views.sayAgain()

    def showPlain(self) -> None:
        """Nothing is compared any more: the views show the case as it is."""
        self._context.views.showAgain()

    def watchClicks(self) -> None:
        """A click on a vertebra holds it, though nothing is held."""
        self._layers.watch(COMPARE_TAG, False)

    def remove(self) -> None:
        """Draw nothing any more, and leave the mouse alone."""
        self._forbidPlacing(False)
        self._layers.remove()
        self._cursor = self._drawAgain = None
        self._context.views.views.showNames(True)

    def _forbidPlacing(self, isForbidden: bool) -> None:
        """While an image is bent nothing can be placed: a mark or a ruler on it would measure nothing."""
        if self._mouse is not None and not isForbidden:
            self._mouse[0].RemoveObserver(self._mouse[1])
            self._mouse = None
        elif self._mouse is None and isForbidden:
            node = interactionNode(slicer.mrmlScene)
            if node is not None:
                self._mouse = (node, node.AddObserver(node.InteractionModeChangedEvent, self._mouseModeChanged))
                self._mouseModeChanged()

    def _mouseModeChanged(self, *_arguments: Any) -> None:
        node = interactionNode(slicer.mrmlScene)
        if node is not None and node.GetCurrentInteractionMode() == node.Place:
            node.SetCurrentInteractionMode(node.ViewTransform)
            self._say(_("This picture is warped: nothing can be placed or measured on it."))

    def _clicked(self, world_RAS: tuple[float, float, float]) -> None:
        """A click without a drag on a vertebra of the reference holds it."""
        with shownErrors():
            session, reference = self._context.session, self._context.views.views.compare.reference
            if reference is not None and session is not None:
                toWorld = frameToWorld(session.caseNode, reference.id)
                self._held(levelAt(reference.marks, applyTransform(np.array(world_RAS), inverseRigid(toWorld))))

    def _cursorMoved(self, viewName: str, world_RAS: tuple[float, float, float]) -> None:
        """Side by side: show the place under the mouse in every position."""
        session, choice = self._context.session, self._context.compare.choice
        tags = self._context.views.views.positionViews()
        if session is None or choice.mode != SIDE_BY_SIDE or not tags:
            return
        if self._cursor is None or self._cursor.case is not session.case:
            self._cursor = SharedCursor(session.case, session.caseNode)
        positionId = next((item for item, tag in tags.items() if tag == viewName), "")
        places = self._cursor.counterparts(positionId, world_RAS) if positionId else {}
        for other, tag in tags.items():
            overlay = self._layers.overlay(tag)
            if overlay is not None:
                overlay.draw(crossAt(places[other])) if other in places else overlay.clear()
