"""Center, mid-plane, depth and height of vertebral bodies from their corners, real or virtual.

A body with both endplates has its center at the mean of four corners. One with a single endplate (C2, S1, T1 at the
edge of the images) gets a virtual body: its mid-plane runs like the endplate, and its center lies half a body height
away from the endplate's middle, square to it and away from the disc.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Planar import isThere, leftOf, length, middle, unit
from DynamicSpineLib.Metrics.PointTable import Array

Mask = NDArray[np.bool_]


def heightOfWalls(SA: Array, SP: Array, IA: Array, IP: Array) -> Array:
    """Mean of the anterior and the posterior height in mm of bodies with four corners (..., 2); NaN for others."""
    return 0.5 * (length(SA - IA) + length(SP - IP))


class Bodies:
    """Bodies (...) of corners SA, SP, IA, IP (..., 2) in (anterior, cranial) mm.

    spareHeight: gives the height (...) that serves those with one endplate.
    """

    def __init__(self, corners: Iterable[Array], spareHeight: Callable[[], Array]) -> None:
        self._corners, self._spareHeight = tuple(corners), spareHeight
        SA, SP, IA, IP = self._corners
        self._superior, self._inferior = SA - SP, IA - IP
        self._hasSuperior = isThere(self._superior)
        self._whole = self._hasSuperior & isThere(self._inferior)

    @cached_property
    def _plate(self) -> Array:
        """The endplate that stands for a body with only one."""
        return np.where(self._hasSuperior[..., None], self._superior, self._inferior)

    @cached_property
    def mid(self) -> Array:
        """Mid-plane vectors (..., 2), posterior to anterior."""
        return np.where(self._whole[..., None], 0.5 * (self._superior + self._inferior), self._plate)

    @cached_property
    def depth(self) -> Array:
        """Length in mm of the mid-planes."""
        return length(self.mid)

    @cached_property
    def height(self) -> Array:
        """Height in mm."""
        return np.where(self._whole, heightOfWalls(*self._corners), self._spareHeight())

    @cached_property
    def center(self) -> Array:
        """Centers (..., 2)."""
        SA, SP, IA, IP = self._corners
        whole = 0.25 * (SA + SP + IA + IP)
        if self._whole.all():
            return whole
        plateMiddle = np.where(self._hasSuperior[..., None], middle(SA, SP), middle(IA, IP))
        # Below its superior endplate, above its inferior one: that is away from the disc the endplate faces.
        away = np.where(self._hasSuperior, -0.5, 0.5) * self._spareHeight()
        virtual = plateMiddle + away[..., None] * leftOf(unit(self._plate))
        return np.where(self._whole[..., None], whole, virtual)


def spareHeights(heights: Array, facesUp: Mask, joinedAbove: Mask, joinedBelow: Mask) -> Array:
    """Height (..., P, L) that stands in for a missing endplate: the neighbor's across the disc it faces.

    heights: (..., P, L) of whole bodies, NaN for others; the median over positions is taken. joinedAbove and
    joinedBelow (L,) say whether the chain goes on there. facesUp (..., P, L): a body with a superior endplate looks
    up, else down; where that neighbor has no height the other one serves, else the body's own in other positions.
    """
    median = medianOver(heights, axis=-2)
    nothing = np.full_like(median[..., :1], np.nan)
    above = np.where(joinedAbove, np.concatenate([nothing, median[..., :-1]], axis=-1), np.nan)
    below = np.where(joinedBelow, np.concatenate([median[..., 1:], nothing], axis=-1), np.nan)
    faced = np.where(facesUp, above[..., None, :], below[..., None, :])
    other = np.where(facesUp, below[..., None, :], above[..., None, :])
    spare = np.where(np.isfinite(other), other, median[..., None, :])
    return np.where(np.isfinite(faced), faced, spare)


def medianOver(values: Array, axis: int) -> Array:
    """Median over an axis leaving out NaN; NaN where there is nothing (numpy's nanmedian, but fast on short axes)."""
    ordered = np.sort(np.moveaxis(values, axis, -1), axis=-1)
    count = np.isfinite(ordered).sum(axis=-1)[..., None]
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ordered, count // 2, axis=-1)
    return 0.5 * (low + high)[..., 0]
