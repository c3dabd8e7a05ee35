"""Color scales of maps that lie over an image: which value has which color, and which values are clear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from slicer import vtkMRMLColorTableNode, vtkMRMLScene

_COUNT = 256
# Apart for color-blind eyes, and both light on dark images: blue for less, orange for more.
_LESS, _MORE = np.array([(0.25, 0.55, 1.0), (0.75, 0.9, 1.0)]), np.array([(1.0, 0.5, 0.05), (1.0, 0.92, 0.55)])
DIFFERENCE_OPACITY, AMOUNT_OPACITY = 0.8, 0.4
"""Of a map over an image. Slicer's slice views take of a table's own opacity only whether there is any."""

# From dark blue to yellow, even in lightness (after the idea of viridis).
_AMOUNT = np.array([(0.27, 0.2, 0.55), (0.16, 0.5, 0.58), (0.35, 0.75, 0.42), (0.98, 0.9, 0.2)])


@dataclass(frozen=True, eq=False)
class ColorScale:
    """Colors (256, 4) red, green, blue, and 1 or for a clear value 0, for values from low to high; title with its unit.

    opacity: of the whole map, from 0 to 1.
    """

    rgba: NDArray[np.float64]
    low: float
    high: float
    title: str
    clearBelow: float
    opacity: float

    def colorOf(self, value: float) -> NDArray[np.float64]:
        """Red, green, blue and 1 or 0 (4,) of a value; beyond the ends those of the ends."""
        share = (value - self.low) / (self.high - self.low)
        return np.asarray(self.rgba[int(np.clip(share * _COUNT, 0, _COUNT - 1))])


def differenceScale(clearBelow: float, highest: float, title: str) -> ColorScale:
    """From -highest to highest: blue where less, orange where more, clear between -clearBelow and clearBelow."""

    def color(value: float) -> tuple[float, ...]:
        beyond = (abs(value) - clearBelow) / (highest - clearBelow)
        if beyond < 0:
            return (0.0, 0.0, 0.0, 0.0)
        pair = _LESS if value < 0 else _MORE
        return (*(pair[0] + beyond * (pair[1] - pair[0])), 1.0)

    return ColorScale(_table(-highest, highest, color), -highest, highest, title, clearBelow, DIFFERENCE_OPACITY)


def amountScale(clearBelow: float, highest: float, title: str) -> ColorScale:
    """From 0 to highest, from dark blue to yellow, clear below clearBelow."""

    def color(value: float) -> tuple[float, ...]:
        if value < clearBelow:
            return (0.0, 0.0, 0.0, 0.0)
        place = value / highest * (len(_AMOUNT) - 1)
        first = min(int(place), len(_AMOUNT) - 2)
        return (*(_AMOUNT[first] + (place - first) * (_AMOUNT[first + 1] - _AMOUNT[first])), 1.0)

    return ColorScale(_table(0.0, highest, color), 0.0, highest, title, clearBelow, AMOUNT_OPACITY)


def colorNode(scene: vtkMRMLScene, scale: ColorScale, name: str) -> vtkMRMLColorTableNode:
    """A color table of a scale as a new node, which is not saved."""
    node = scene.AddNewNodeByClass("vtkMRMLColorTableNode", name)
    fillColorNode(node, scale)
    node.SetSaveWithScene(False)
    return node


def fillColorNode(node: vtkMRMLColorTableNode, scale: ColorScale) -> None:
    """Give a color table the colors of a scale."""
    modifying = node.StartModify()
    node.SetTypeToUser()
    node.SetNumberOfColors(_COUNT)
    node.GetLookupTable().SetRange(0, _COUNT - 1)
    for index, rgba in enumerate(scale.rgba.tolist()):
        node.SetColor(index, f"{scale.low + (index + 0.5) / _COUNT * (scale.high - scale.low):.2g}", *rgba)
    node.EndModify(modifying)


def _table(low: float, high: float, color: Callable[[float], tuple[float, ...]]) -> NDArray[np.float64]:
    middles = low + (np.arange(_COUNT) + 0.5) / _COUNT * (high - low)
    return np.array([color(float(value)) for value in middles])
