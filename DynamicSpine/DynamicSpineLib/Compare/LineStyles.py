"""How the lines of two compared positions look: colors, widths and dashes, as values, and dashes cut from lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Compare.Outlines import BODY, BONE_LINE, CANAL, CONTOUR, CORD, SpineOutline
from DynamicSpineLib.Errors import InputError

Array = NDArray[np.float64]
Color = tuple[float, float, float]


@dataclass(frozen=True)
class LineStyle:
    """Color (red, green, blue from 0 to 1), width in pixels, and lengths of dashes and gaps in pixels; empty: solid."""

    color: Color
    widthPixels: float
    patternPixels: tuple[float, ...] = ()


REFERENCE_STYLE = LineStyle((0.42, 0.78, 1.0), 1.5)
MOVING_STYLE = LineStyle((1.0, 0.66, 0.18), 1.5, (9.0, 5.0))
"""Light blue and orange: both light on dark images, and apart for color-blind readers; dashes say it without color."""

_WIDTHS = MappingProxyType({BODY: 2.0, BONE_LINE: 2.0, CANAL: 1.5, CORD: 1.5, CONTOUR: 1.5})


def styleOf(outline: SpineOutline, reference: str) -> LineStyle:
    """The style of a line: that of the reference for its own anatomy, that of the moving position for any other's."""
    style = REFERENCE_STYLE if outline.positionId == reference else MOVING_STYLE
    return replace(style, widthPixels=_WIDTHS[outline.kind])


def dashes(
    points: ArrayLike, patternPixels: ArrayLike, closed: bool = False, phasePixels: float = 0.0
) -> Array:
    """The drawn pieces (M, 2, D) of a polyline (N, D), each straight, from start to end along the line.

    patternPixels: lengths of dash, gap, dash, gap ... in the units of the points; an odd number of them is run through
    twice; none: every edge is drawn whole. phasePixels: how far into the pattern the first point is. The pattern runs
    on round the vertices, and along the last edge back to the first point where `closed`. Fewer than two different
    points give none. Raises InputError for points that are not finite and for a pattern without length.
    """
    line, pattern = np.asarray(points, dtype=float), np.asarray(patternPixels, dtype=float).ravel()
    if not np.isfinite(line).all():
        raise InputError("a line to draw has points that are not finite")
    if closed and len(line) > 2:
        line = np.concatenate([line, line[:1]])
    if len(line) < 2:
        return np.zeros((0, 2, line.shape[-1] if line.ndim > 1 else 2))
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    ends = _ends(pattern)
    cuts = _cuts(ends, along[-1], phasePixels) if len(ends) else np.zeros(0)
    stations = np.unique(np.concatenate([along, cuts]))
    starts, stops = stations[:-1], stations[1:]
    isDrawn = stops - starts > 1e-9 * along[-1]
    if len(ends):
        within = (0.5 * (starts + stops) + phasePixels) % ends[-1]
        isDrawn &= np.searchsorted(ends, within, side="right") % 2 == 0
    both = np.stack([starts[isDrawn], stops[isDrawn]], axis=-1)
    return np.stack([np.interp(both, along, line[:, axis]) for axis in range(line.shape[1])], axis=-1)


def _ends(pattern: Array) -> Array:
    """Where in the pattern each dash and gap ends; empty for a solid line."""
    if not len(pattern):
        return pattern
    if not np.isfinite(pattern).all() or pattern.min() < 0.0 or pattern.sum() <= 0.0:
        raise InputError("the lengths of dashes and gaps must not be negative, nor all zero")
    return np.cumsum(np.tile(pattern, 1 + len(pattern) % 2))


def _cuts(ends: Array, lengthPixels: float, phasePixels: float) -> Array:
    """Where along a line dashes and gaps meet, without the line's own ends."""
    rounds = np.arange(np.floor(phasePixels / ends[-1]), np.floor((phasePixels + lengthPixels) / ends[-1]) + 1)
    cuts = (rounds[:, None] * ends[-1] + ends - phasePixels).ravel()
    return np.asarray(cuts[(cuts > 0.0) & (cuts < lengthPixels)])
