"""Center, mid-plane, depth and height of vertebral bodies from their corners, real or virtual.

A body with both endplates has its center at the mean of four corners. One with a single endplate (C2, S1, T1 at the
edge of the images) gets a virtual body: its mid-plane runs like the endplate, and its center lies half a body height
away from the endplate's middle, square to it and away from the disc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Geometry.Planar import isThere, leftOf, length, middle, unit
from DynamicSpineLib.Metrics.PointTable import Array


@dataclass(frozen=True)
class Bodies:
    """Bodies (...): center and mid-plane vector (..., 2) posterior to anterior, depth and height (...) in mm."""

    center: Array
    mid: Array
    depth: Array
    height: Array


def heightOfWalls(SA: Array, SP: Array, IA: Array, IP: Array) -> Array:
    """Mean of the anterior and the posterior height in mm of bodies with four corners (..., 2); NaN for others."""
    return 0.5 * (length(SA - IA) + length(SP - IP))


def bodiesFrom(corners: Sequence[Array], spareHeight: Array) -> Bodies:
    """Bodies of corners SA, SP, IA, IP (..., 2) in (anterior, cranial) mm; `spareHeight` (...) serves those with one
    endplate."""
    SA, SP, IA, IP = corners
    superior, inferior = SA - SP, IA - IP
    hasSuperior = isThere(superior)
    whole = hasSuperior & isThere(inferior)
    plate = np.where(hasSuperior[..., None], superior, inferior)
    plateMiddle = np.where(hasSuperior[..., None], middle(SA, SP), middle(IA, IP))
    # Below its superior endplate, above its inferior one: that is away from the disc the endplate faces.
    away = np.where(hasSuperior, -0.5, 0.5) * spareHeight
    virtualCenter = plateMiddle + away[..., None] * leftOf(unit(plate))
    mid = np.where(whole[..., None], 0.5 * (superior + inferior), plate)
    center = np.where(whole[..., None], 0.25 * (SA + SP + IA + IP), virtualCenter)
    height = np.where(whole, heightOfWalls(SA, SP, IA, IP), spareHeight)
    return Bodies(center, mid, length(mid), height)


def spareHeights(heights: Array, SA: Array, joinedAbove: Array, joinedBelow: Array) -> Array:
    """Height (..., P, L) that stands in for a missing endplate: the neighbor's across the disc it faces.

    heights: (..., P, L) of whole bodies, NaN for others; the median over positions is taken. joinedAbove and
    joinedBelow (L,) say whether the chain goes on there. A body with a superior endplate looks up, else down; where
    that neighbor has no height the other one serves, else the body's own in other positions.
    """
    median = medianOver(heights, axis=-2)
    nothing = np.full_like(median[..., :1], np.nan)
    above = np.where(joinedAbove, np.concatenate([nothing, median[..., :-1]], axis=-1), np.nan)
    below = np.where(joinedBelow, np.concatenate([median[..., 1:], nothing], axis=-1), np.nan)
    facesUp = isThere(SA)
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
