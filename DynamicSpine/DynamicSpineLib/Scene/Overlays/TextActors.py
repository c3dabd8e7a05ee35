"""Words over a slice view, and the bar of colors that says what a map's colors mean."""

from __future__ import annotations

from vtkmodules.vtkRenderingCore import vtkActor2D, vtkTextActor, vtkTextProperty

from DynamicSpineLib.Scene.Overlays.LineActors import lineActor, lineData
from DynamicSpineLib.Scene.PictureContent import LEFT, RIGHT, TEXT_PIXELS, Color, PictureLabel, PictureLegend

WHITE: Color = (1.0, 1.0, 1.0)
_GROUND = 0.45  # opacity below texts that lie on the image
_BESIDE_PIXELS = 8
_BAR_PIXELS, _FROM_RIGHT, _FROM_TOP, _BAR_SHARE = 12, 20, 40, 0.3


def textActor(
    text: str, place: tuple[float, float], anchors: tuple[str, str] = ("center", "center"), size: int = TEXT_PIXELS,
    color: Color = WHITE, onGround: bool = False,
) -> vtkTextActor:  # fmt: skip
    """A text at pixels from the lower left corner.

    anchors: which part of it is there: left, center or right; top, center or bottom. onGround: on a dark ground.
    """
    actor = vtkTextActor()
    actor.SetInput(text)
    actor.SetPosition(*place)
    look = actor.GetTextProperty()
    setFont(look, size)
    look.SetColor(color)
    look.SetShadow(True)
    if onGround:
        look.SetBackgroundColor(0.0, 0.0, 0.0)
        look.SetBackgroundOpacity(_GROUND)
    {"left": look.SetJustificationToLeft, "center": look.SetJustificationToCentered,
     "right": look.SetJustificationToRight}[anchors[0]]()  # fmt: skip
    {"top": look.SetVerticalJustificationToTop, "center": look.SetVerticalJustificationToCentered,
     "bottom": look.SetVerticalJustificationToBottom}[anchors[1]]()  # fmt: skip
    return actor


def labelActor(label: PictureLabel, place: tuple[float, float]) -> vtkTextActor:
    """A label whose point lies at pixels from the lower left corner."""
    shift, anchor = {LEFT: (-_BESIDE_PIXELS, "right"), RIGHT: (_BESIDE_PIXELS, "left")}.get(label.beside, (0, "center"))
    there = (place[0] + shift, place[1])
    return textActor(label.text, there, (anchor, "center"), label.sizePixels, label.color, label.onGround)


def setFont(look: vtkTextProperty, size: int) -> None:
    """The font of all texts in pictures."""
    look.SetFontFamilyToArial()
    look.SetFontSize(size)


def legendActors(legend: PictureLegend, size: tuple[int, int], textPixels: int = TEXT_PIXELS) -> list[vtkActor2D]:
    """The bar of colors with its title and values, at the right edge of a view of some pixels, above its middle."""
    right, height = float(size[0] - _FROM_RIGHT), _BAR_SHARE * size[1]
    left, bottom = right - _BAR_PIXELS, size[1] - _FROM_TOP - height
    step = height / len(legend.colors)
    actors: list[vtkActor2D] = []
    for index, color in enumerate(legend.colors):
        y = bottom + (index + 0.5) * step
        actors.append(lineActor(lineData([(left, y), (right, y)], False), color, step + 1.0))
    corners = [(left, bottom), (right, bottom), (right, bottom + height), (left, bottom + height)]
    actors.append(lineActor(lineData(corners, True), WHITE, 1.0))
    for share, text in legend.ticks:
        place = (left - 5, bottom + share * height)
        actors.append(textActor(text, place, ("right", "center"), textPixels, onGround=True))
    title = (right, bottom + height + 6)
    return [*actors, textActor(legend.title, title, ("right", "bottom"), textPixels, onGround=True)]
