"""What Compare draws into the application's slice views, and where the mouse is in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer

from DynamicSpineLib.Scene.Overlays.LiveOverlay import LiveOverlay

_CURSOR_MOVED = slicer.vtkMRMLCrosshairNode.CursorPositionModifiedEvent


class CompareLayers:
    """One overlay for each view that needs one; all of them go with `remove`.

    cursorMoved gets the name of the view that the mouse is in (empty elsewhere) and its place in the world; clicked the
    place of a click of the left button without a drag.
    """

    def __init__(
        self, cursorMoved: Callable[[str, tuple[float, float, float]], None],
        clicked: Callable[[tuple[float, float, float]], None],
    ) -> None:  # fmt: skip
        self._overlays: dict[str, LiveOverlay] = {}
        self._cursorMoved, self._clicked = cursorMoved, clicked
        self._crosshair: Any = None
        self._tag = 0
        self._interactor: Any = None
        self._clickTags: list[int] = []
        self._pressedAt: tuple[int, int] | None = None
        self._name = ""

    def overlay(self, name: str) -> LiveOverlay | None:
        """The overlay of a slice view by its name; None while the layout has no such view."""
        if name not in self._overlays:
            widget = slicer.app.layoutManager().sliceWidget(name)
            if widget is None:
                return None
            view = widget.sliceView()
            renderer = view.renderWindow().GetRenderers().GetFirstRenderer()
            self._overlays[name] = LiveOverlay(widget.sliceLogic(), renderer, view.scheduleRender)
        return self._overlays[name]

    def watch(self, clickedView: str, withCursor: bool) -> None:
        """Follow clicks in one view ("" in none) and, or not, the mouse through all of them."""
        self._watchCursor(withCursor)
        if clickedView == self._name:
            return
        self._watchNoClicks()
        widget = slicer.app.layoutManager().sliceWidget(clickedView) if clickedView else None
        if widget is not None:
            self._name, self._interactor = clickedView, widget.sliceView().interactor()
            self._clickTags = [self._interactor.AddObserver("LeftButtonPressEvent", self._pressed),
                               self._interactor.AddObserver("LeftButtonReleaseEvent", self._released)]  # fmt: skip

    def _watchNoClicks(self) -> None:
        for tag in self._clickTags:
            self._interactor.RemoveObserver(tag)
        self._clickTags, self._interactor, self._name = [], None, ""

    def _pressed(self, *_arguments: Any) -> None:
        self._pressedAt = tuple(self._interactor.GetEventPosition())

    def _released(self, *_arguments: Any) -> None:
        place, self._pressedAt = self._pressedAt, None
        here = tuple(self._interactor.GetEventPosition())
        held = (self._interactor.GetShiftKey(), self._interactor.GetControlKey(), self._interactor.GetAltKey())
        if place == here and not any(held):
            widget = slicer.app.layoutManager().sliceWidget(self._name)
            world = widget.sliceLogic().GetSliceNode().GetXYToRAS().MultiplyPoint((*here, 0.0, 1.0))
            self._clicked((world[0], world[1], world[2]))

    def clear(self) -> None:
        """Draw nothing in any view."""
        for overlay in self._overlays.values():
            overlay.clear()

    def _watchCursor(self, isWatching: bool) -> None:
        """Follow the mouse through the slice views, or no longer."""
        if isWatching == (self._crosshair is not None):
            return
        if isWatching:
            self._crosshair = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
            if self._crosshair is not None:
                self._tag = self._crosshair.AddObserver(_CURSOR_MOVED, self._moved)
        else:
            self._crosshair.RemoveObserver(self._tag)
            self._crosshair = None

    def _moved(self, *_arguments: Any) -> None:
        position, pixel = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
        node = self._crosshair.GetCursorPositionXYZ(pixel)
        isInside = node is not None and self._crosshair.GetCursorPositionRAS(position)
        name = node.GetLayoutName() if isInside else ""
        for other, overlay in self._overlays.items():
            overlay.pointTo((pixel[0], pixel[1]) if other == name else None)
        self._cursorMoved(name, (position[0], position[1], position[2]))

    def remove(self) -> None:
        """Draw nothing any more and follow nothing."""
        self._watchCursor(False)
        self._watchNoClicks()
        for overlay in self._overlays.values():
            overlay.remove()
        self._overlays.clear()
