"""What a picture shows, as values: plane, window, marks, outlines and caption; and the picture itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Study.Marks import CARRIED, PLACED, PREDICTED, SEGMENTED, Landmark, Point

Color = tuple[float, float, float]

# Light on dark images, and apart for color-blind readers as well.
ORIGIN_COLORS = {
    PLACED: (1.0, 0.88, 0.2), CARRIED: (0.35, 0.85, 1.0), PREDICTED: (1.0, 0.45, 0.75), SEGMENTED: (0.6, 1.0, 0.5),
}  # fmt: skip
DOT, DIAMOND, CROSS, SQUARE = "dot", "diamond", "cross", "square"
ORIGIN_SHAPES = {PLACED: DOT, CARRIED: DIAMOND, PREDICTED: CROSS, SEGMENTED: SQUARE}
"""The shape says it as well, for prints without color."""

_SHAPE_WORDS = {DOT: "dots", DIAMOND: "diamonds", CROSS: "crosses", SQUARE: "squares"}
_SHAPE_SIZES = {DOT: 1.0, DIAMOND: 1.4, CROSS: 1.8, SQUARE: 1.1}  # so that all are seen alike
_CORNER_ENDINGS = ("_SA", "_SP", "_IA", "_IP")
_CORNER_PIXELS, _OTHER_PIXELS = 6.5, 4.0
TEXT_PIXELS = 13
RESEARCH_USE = "Research use"
LEFT, RIGHT = "left", "right"


@dataclass(frozen=True)
class PictureMark:
    """A point to draw as a shape of some pixels; the label is drawn beside it where it is not empty."""

    point_RAS: Point
    color: Color = ORIGIN_COLORS[PLACED]
    label: str = ""
    pixels: float = 6.5
    shape: str = DOT


@dataclass(frozen=True)
class PictureOutline:
    """A curve to draw as projected on the plane: points (N, 3) in order, joined up where `closed`.

    dashPixels: lengths of dash and gap; none draw it whole.
    """

    points_RAS: tuple[Point, ...]
    closed: bool = True
    color: Color = (0.6, 1.0, 0.5)
    widthPixels: float = 1.5
    dashPixels: tuple[float, ...] = ()


@dataclass(frozen=True)
class PictureLabel:
    """A word to write on a point, such as a level's name. onGround: on a dark ground.

    beside: LEFT or RIGHT of the point, some pixels off; by default it is centered on it.
    """

    text: str
    point_RAS: Point
    color: Color = (1.0, 1.0, 1.0)
    sizePixels: int = TEXT_PIXELS
    onGround: bool = False
    beside: str = ""


@dataclass(frozen=True)
class PictureCaption:
    """The texts burned into a picture: the position's title, how the levels were counted, and what it is for.

    key: what the shapes of the marks mean, below the title. warnings: what is in doubt or must not be done, one on each
    line below the key, in another color.
    """

    title: str
    numbering: str
    use: str = RESEARCH_USE
    key: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PictureLegend:
    """A bar of colors from the lowest to the highest value, with a title and values beside it.

    ticks: place from 0 (lowest) to 1 (highest) and text. A clear place of the scale is given as black.
    """

    title: str
    colors: tuple[Color, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class PictureLayout:
    """Where the texts of a picture stand, and how large they are; the title and the sides are a little larger.

    smallestPixels: down to which the lower edge's text shrinks before it takes a second line. isSmall: only the left
    and right side are named, and the scale bar lies above the lower left corner, where small pictures have room.
    """

    textPixels: int = TEXT_PIXELS
    smallestPixels: int = TEXT_PIXELS
    isSmall: bool = False


@dataclass(frozen=True)
class SlicePicture:
    """One picture to draw. fieldOfViewMm: width of the picture; windowRange: gray values shown black and white."""

    plane: PicturePlane
    caption: PictureCaption
    fieldOfViewMm: float = 180.0
    size: tuple[int, int] = (640, 640)
    windowRange: tuple[float, float] | None = None
    marks: tuple[PictureMark, ...] = ()
    outlines: tuple[PictureOutline, ...] = ()
    labels: tuple[PictureLabel, ...] = ()
    scaleBarMm: float = 20.0
    layout: PictureLayout = PictureLayout()
    legend: PictureLegend | None = None

    @property
    def pixelMm(self) -> float:
        """The edge of a pixel."""
        return self.fieldOfViewMm / self.size[0]

    def pixelOf(self, point_RAS: Point) -> tuple[float, float]:
        """Column and row (from the left and the top, pixel centers at whole numbers) that a point is drawn at."""
        right, up, _ = self.plane.project(point_RAS)
        # A slice view samples the image at the pixels' lower left corners: its middle is pixel n / 2, not n / 2 - 0.5.
        column, row = right / self.pixelMm + self.size[0] / 2, up / self.pixelMm + self.size[1] / 2
        return float(column), float(self.size[1] - 1 - row)


@dataclass(frozen=True, eq=False)
class RenderedPicture:
    """A picture as drawn: pixels (rows, columns, 3) of bytes, top row first, and the same as a PNG file."""

    pixels: NDArray[np.uint8]
    png: bytes


def pictureMarks(
    landmarks: Iterable[Landmark], plane: PicturePlane, withinMm: float, withLabels: bool = False
) -> tuple[PictureMark, ...]:
    """The marks of placed landmarks no farther than `withinMm` from a plane; color and shape say where they come from.

    Corners of bodies are large, all others are smaller: they lie on the edges of canal and cord, which must stay seen.
    """
    marks = []
    for item in landmarks:
        if item.point_RAS is not None and abs(plane.project(item.point_RAS)[2]) <= withinMm:
            pixels = _CORNER_PIXELS if item.name.endswith(_CORNER_ENDINGS) else _OTHER_PIXELS
            label = item.name if withLabels else ""
            shape = ORIGIN_SHAPES[item.origin]
            size = pixels * _SHAPE_SIZES[shape]
            marks.append(PictureMark(item.point_RAS, ORIGIN_COLORS[item.origin], label, size, shape))
    return tuple(marks)


def marksKey(landmarks: Iterable[Landmark]) -> str:
    """What the shapes mean where some marks were not placed: "dots placed, diamonds carried; not yet accepted"."""
    there = [item for item in landmarks if item.point_RAS is not None]
    others = [item for item in there if item.origin != PLACED]
    if not others:
        return ""
    origins = {item.origin for item in there}
    parts = [f"{_SHAPE_WORDS[shape]} {origin}" for origin, shape in ORIGIN_SHAPES.items() if origin in origins]
    waiting = sum(not item.confirmed for item in others)
    ending = "" if not waiting else "; not yet accepted" if waiting == len(others) else "; some not yet accepted"
    return ", ".join(parts) + ending
