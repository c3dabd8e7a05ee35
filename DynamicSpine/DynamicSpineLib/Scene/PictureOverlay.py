"""What is drawn over the image in pixels: outlines, caption, the patient's sides and a scale bar."""

from __future__ import annotations

import textwrap
from typing import Any

import vtkmodules.vtkRenderingFreeType
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 - importing both is what makes text and lines drawable
from vtkmodules.vtkRenderingCore import (
    vtkRenderer,
    vtkTextProperty,
    vtkTextRenderer,
)

from DynamicSpineLib.Scene.Overlays.LineActors import lineActor, lineData
from DynamicSpineLib.Scene.Overlays.TextActors import WHITE, labelActor, legendActors, setFont, textActor
from DynamicSpineLib.Scene.PictureContent import (
    TEXT_PIXELS,
    Color,
    PictureCaption,
    PictureLayout,
    PictureOutline,
    SlicePicture,
)

_WARNING: Color = (1.0, 0.75, 0.2)
_MARGIN = 8
_LARGER = 3  # px of the title and the sides above the other texts
_CENTIMETERS_FROM_MM = 20.0
_DOTS_PER_INCH = 72
_LINE_HEIGHT = 1.4  # of the font size
_CHARACTER_WIDTH = 0.56  # of the font size, Arial on average


class PictureOverlay:
    """The texts and lines of one view, made anew for each picture."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._actors: list[Any] = []
        # Without this, text between two $ signs would be taken for a formula.
        vtkTextRenderer.GetInstance().SetDefaultBackend(vtkTextRenderer.FreeType)

    def update(self, picture: SlicePicture) -> None:
        """Draw what a picture has in place of what was there."""
        self._clear()
        for outline in picture.outlines:
            self._addOutline(outline, picture)
        for label in picture.labels:
            column, row = picture.pixelOf(label.point_RAS)
            self._add(labelActor(label, (column + 0.5, picture.size[1] - row - 0.5)))
        self._addScaleBar(picture)
        self._addCaption(picture.caption, picture.size, picture.layout)
        self._addSides(picture)
        if picture.legend is not None:
            for actor in legendActors(picture.legend, picture.size, picture.layout.textPixels):
                self._add(actor)

    def updateCaption(self, caption: PictureCaption, size: tuple[int, int]) -> None:
        """Draw a caption alone in place of what was there."""
        self._clear()
        self._addCaption(caption, size, PictureLayout())

    def _clear(self) -> None:
        for actor in self._actors:
            self._renderer.RemoveViewProp(actor)
        self._actors = []

    def _addOutline(self, outline: PictureOutline, picture: SlicePicture) -> None:
        height = picture.size[1]
        corners = [picture.pixelOf(point) for point in outline.points_RAS]
        pixels = [(column + 0.5, height - row - 0.5) for column, row in corners]
        data = lineData(pixels, outline.closed, outline.dashPixels)
        self._add(lineActor(data, outline.color, outline.widthPixels))

    def _addLine(self, points: list[tuple[float, float]], color: Color, width: float) -> None:
        """A line through display coordinates (from the lower left corner)."""
        self._add(lineActor(lineData(points, False), color, width))

    def _addScaleBar(self, picture: SlicePicture) -> None:
        width, height = picture.size
        length, layout = picture.scaleBarMm / picture.pixelMm, picture.layout
        inCentimeters = picture.scaleBarMm >= _CENTIMETERS_FROM_MM
        text = f"{picture.scaleBarMm / 10:g} cm" if inCentimeters else f"{picture.scaleBarMm:g} mm"
        if layout.isSmall:
            left, y = float(_MARGIN), _MARGIN + 2.2 * layout.textPixels
            ends = [(left, y + 4), (left, y), (left + length, y), (left + length, y + 4)]
            self._addText(text, left + length / 2, y + 3, "center", "bottom", layout.textPixels)
        else:
            right, bottom, top = width - 2.5 * _MARGIN, height / 2 - length / 2, height / 2 + length / 2
            ends = [(right - 4, top), (right, top), (right, bottom), (right - 4, bottom)]
            self._addText(text, right - 8, bottom - 4, "right", "top", layout.textPixels)
        self._addLine(ends, WHITE, 1.5)

    def _addCaption(self, caption: PictureCaption, size: tuple[int, int], layout: PictureLayout) -> None:
        width, height = size
        top, bottom, left = float(height - _MARGIN), _MARGIN, _MARGIN // 2 if layout.isSmall else _MARGIN
        small = layout.textPixels
        room = 0.75 * width if caption.use else width - 2 * left
        below, fitting = _fitted(caption.numbering, room, small, layout.smallestPixels)
        for text, fontSize, color in _upperLines(caption, width, layout):
            self._addText(text, _MARGIN, top, "left", "top", fontSize, color, onGround=True)
            top -= _LINE_HEIGHT * fontSize * (text.count("\n") + 1)
        self._addText(below, left, bottom, "left", "bottom", fitting)
        self._addText(caption.use, width - _MARGIN, bottom, "right", "bottom", small)

    def _addSides(self, picture: SlicePicture) -> None:
        width, height = picture.size
        small, large = picture.layout.textPixels, picture.layout.textPixels + _LARGER
        left, right, top, bottom = picture.plane.edgeLetters()
        self._addText(left, _MARGIN, height / 2, "left", "center", large)
        self._addText(right, width - _MARGIN, height / 2, "right", "center", large)
        if picture.layout.isSmall:
            return
        caption = picture.caption
        below = max(_reach(caption.numbering, small), _reach(caption.use, small))
        # Beside a short text, else beyond it.
        bottomRow = _MARGIN if below < 0.45 * width else 5 * _MARGIN
        topRow = _MARGIN + sum(_LINE_HEIGHT * fontSize * (text.count("\n") + 1)
                               for text, fontSize, _ in _upperLines(caption, width, picture.layout)
                               if max(_reach(line, fontSize) for line in text.split("\n")) >= 0.45 * width)
        self._addText(top, width / 2, height - topRow, "center", "top", large)
        self._addText(bottom, width / 2, bottomRow, "center", "bottom", large)

    def _addText(
        self, text: str, x: float, y: float, horizontal: str, vertical: str, size: int = TEXT_PIXELS,
        color: Color = WHITE, onGround: bool = False,
    ) -> None:  # fmt: skip
        self._add(textActor(text, (x, y), (horizontal, vertical), size, color, onGround))

    def _add(self, actor: Any) -> None:
        self._renderer.AddViewProp(actor)
        self._actors.append(actor)


def _fitted(text: str, width: float, size: int, smallest: int) -> tuple[str, int]:
    """A text and its size: as large as fits on one line, else wrapped at the smallest size."""
    line, look, box = " ".join(text.split()), vtkTextProperty(), [0, 0, 0, 0]
    for fitting in range(size, smallest - 1, -1):
        setFont(look, fitting)
        vtkTextRenderer.GetInstance().GetBoundingBox(look, line, box, _DOTS_PER_INCH)
        if box[1] - box[0] < width:
            return line, fitting
    return _wrapped(text, width, smallest), smallest


def _upperLines(caption: PictureCaption, width: int, layout: PictureLayout) -> list[tuple[str, int, Color]]:
    """The texts at the upper edge from the top down, wrapped, each with its size and color."""
    small, large = layout.textPixels, layout.textPixels + _LARGER
    lines = [(caption.title, large, WHITE), (caption.key, small, WHITE),
             *((text, small, _WARNING) for text in caption.warnings)]  # fmt: skip
    return [(_wrapped(text, 0.7 * width, size), size, color) for text, size, color in lines if text]


def _reach(text: str, size: int) -> float:
    """About how many pixels a text takes on one line, with its margin."""
    return _MARGIN + len(text) * size * _CHARACTER_WIDTH


def _wrapped(text: str, width: float, size: int) -> str:
    """A text on one or more lines no wider than a number of pixels, without line ends of its own."""
    return textwrap.fill(" ".join(text.split()), max(8, int(width / (size * _CHARACTER_WIDTH))))
