"""What is drawn into a slice view of the application over Slicer's own picture: lines, words, squares, a circle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkRenderer

from DynamicSpineLib.Compare.LineStyles import Color, dashes
from DynamicSpineLib.Compare.Modes import CHECKERBOARD, REVEAL
from DynamicSpineLib.Scene.Overlays.CompareDrawing import Drawing
from DynamicSpineLib.Scene.Overlays.LineActors import lineActor, lineData, piecesData
from DynamicSpineLib.Scene.Overlays.MaskedLayer import MaskedLayer, checkerboardMask, revealMask
from DynamicSpineLib.Scene.Overlays.TextActors import labelActor, legendActors
from DynamicSpineLib.Scene.PictureContent import PictureLegend

Array = NDArray[np.float64]

_RING_COLOR, _RING_POINTS = (0.9, 0.9, 0.9), 72


class LiveOverlay:
    """Follows the view's slice, zoom and size; nothing of it is in the scene or in a file.

    sliceLogic, renderer: of the view, the renderer that Slicer draws the image into. render: asks for a new picture.
    """

    def __init__(self, sliceLogic: Any, renderer: vtkRenderer, render: Callable[[], None]) -> None:
        self._logic, self._renderer, self._render = sliceLogic, renderer, render
        self._masked = MaskedLayer(sliceLogic, renderer)
        self._node = sliceLogic.GetSliceNode()
        self._tag = self._node.AddObserver(vtkCommand.ModifiedEvent, self._viewChanged)
        self._actors: list[Any] = []
        self._ring: Any = None
        self._drawing, self._toWorld = Drawing(), np.eye(4)
        self._legend: PictureLegend | None = None
        self._mode, self._sizeMm = "", 0.0
        self._center: tuple[float, float] | None = None
        self._seen: tuple[object, ...] = ()
        self._slice = self._sliceNow()
        self.sliceChanged: Callable[[], None] | None = None
        """Called after the user went to another slice: what is drawn may not lie in it."""

    def draw(
        self, drawing: Drawing, toWorld: Array | None = None, legend: PictureLegend | None = None
    ) -> None:
        """Draw lines, words and a legend in place of earlier ones. toWorld: 4x4 from their frame to the world, mm."""
        self._drawing, self._toWorld = drawing, np.eye(4) if toWorld is None else toWorld
        self._legend = legend
        self._drawLines()

    def clear(self) -> None:
        """Draw no lines, and show the foreground as Slicer does."""
        if self._actors or self._mode:
            self._drawing, self._mode, self._legend = Drawing(), "", None
            self._clearLines()
            self._drawMask()

    def mask(self, mode: str, sizeMm: float = 0.0) -> None:
        """Show the foreground in squares of sizeMm (CHECKERBOARD), within sizeMm of the mouse (REVEAL), or not ("")."""
        self._mode, self._sizeMm = mode, sizeMm
        self._drawMask()

    def pointTo(self, pixel: tuple[float, float] | None) -> None:
        """Where the mouse is in the view, (column, row) from its lower left corner, or None where it is elsewhere."""
        self._center = pixel
        if self._mode == REVEAL:
            self._drawMask()

    def remove(self) -> None:
        """Draw nothing any more, and stop following the view."""
        self._node.RemoveObserver(self._tag)
        self._masked.hide()
        self._clearRing()
        self._clearLines()
        self._render()

    def _viewChanged(self, *_arguments: object) -> None:
        """Slicer tells of many changes; only those of place and size matter here."""
        node = self._node
        seen = (*node.GetDimensions(), *node.GetFieldOfView(), *node.GetXYToRAS().GetData())
        if seen != self._seen:
            self._seen = seen
            if self._actors:
                self._drawLines()
            if self._mode:
                self._drawMask()
        sliceNow = self._sliceNow()
        if sliceNow != self._slice:
            self._slice = sliceNow
            if self.sliceChanged is not None:
                self.sliceChanged()

    def _sliceNow(self) -> tuple[float, ...]:
        """Direction and depth of the slice; neither zoom nor pan changes them."""
        rows = np.reshape(self._node.GetSliceToRAS().GetData(), (4, 4))
        return tuple(np.round([*rows[:3, 2], rows[:3, 2] @ rows[:3, 3]], 6).tolist())

    # --- lines and words ---

    def _drawLines(self) -> None:
        self._clearLines()
        toPixels = self._toPixels()
        looks: dict[tuple[Color, float], list[Array]] = {}
        for outline in self._drawing.outlines:
            pieces = dashes(_projected(outline.points_RAS, toPixels), outline.dashPixels, outline.closed)
            looks.setdefault((outline.color, outline.widthPixels), []).append(pieces)
        for (color, widthPixels), found in looks.items():
            self._add(lineActor(piecesData(found), color, widthPixels))
        for label in self._drawing.labels:
            x, y = _projected((label.point_RAS,), toPixels)[0].tolist()
            self._add(labelActor(label, (x, y)))
        if self._legend is not None:
            for actor in legendActors(self._legend, tuple(self._node.GetDimensions()[:2])):
                self._add(actor)
        self._render()

    def _toPixels(self) -> Array:
        """4x4 from the drawing's frame to the view's pixels from its lower left corner."""
        matrix = vtkMatrix4x4()
        vtkMatrix4x4.Invert(self._node.GetXYToRAS(), matrix)
        return np.reshape(matrix.GetData(), (4, 4)) @ self._toWorld

    def _add(self, actor: Any) -> None:
        self._renderer.AddViewProp(actor)
        self._actors.append(actor)

    def _clearLines(self) -> None:
        for actor in self._actors:
            self._renderer.RemoveViewProp(actor)
        self._actors = []

    # --- the part of the view that shows the second volume ---

    def _drawMask(self) -> None:
        self._clearRing()
        columns, rows, _ = self._node.GetDimensions()
        pixelMm = self._node.GetFieldOfView()[0] / max(columns, 1)
        if self._mode == CHECKERBOARD and self._sizeMm > 0:
            self._masked.show(checkerboardMask((columns, rows), max(2, round(self._sizeMm / pixelMm))))
        elif self._mode == REVEAL and self._center is not None:
            radius = self._sizeMm / pixelMm
            self._masked.show(revealMask((columns, rows), (self._center[0], rows - 1 - self._center[1]), radius))
            self._ring = lineActor(lineData(_circle(self._center, radius), True), _RING_COLOR, 1.0)
            self._renderer.AddViewProp(self._ring)
        else:
            self._masked.hide()
        self._render()

    def _clearRing(self) -> None:
        if self._ring is not None:
            self._renderer.RemoveViewProp(self._ring)
            self._ring = None


def _projected(points_RAS: Any, toPixels: Array) -> Array:
    points = np.asarray(points_RAS, dtype=float).reshape(-1, 3)
    return np.asarray((points @ toPixels[:3, :3].T + toPixels[:3, 3])[:, :2] + 0.5)


def _circle(center: tuple[float, float], radius: float) -> Array:
    turns = np.linspace(0.0, 2.0 * np.pi, _RING_POINTS, endpoint=False)
    return np.stack([center[0] + radius * np.cos(turns), center[1] + radius * np.sin(turns)], axis=-1)
