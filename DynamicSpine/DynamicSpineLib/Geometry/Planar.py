"""Plane geometry on arrays of points (..., 2) in (anterior, cranial) millimeters.

Angles follow phi(w) = atan2(cranial, anterior) of a vector drawn from posterior to anterior, so they grow in
extension. NaN coordinates mean a point that is not there; results that need it are NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_QUARTER_TURN = np.array([-1.0, 1.0])


def isThere(points: Array) -> NDArray[np.bool_]:
    """True (...) for points or vectors (..., D) without NaN."""
    # A sum is finite where all parts are, and adding few parts is quicker than reducing a short axis.
    total = points[..., 0]
    for number in range(1, points.shape[-1]):
        total = total + points[..., number]
    return np.asarray(np.isfinite(total))


def dot(a: Array, b: Array) -> Array:
    """Scalar product of vectors (..., 2)."""
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1]


def cross(a: Array, b: Array) -> Array:
    """Signed area a x b of vectors (..., 2); positive where b is counter-clockwise (cranial) of a."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def length(vector: Array) -> Array:
    """Length in mm of vectors (..., 2)."""
    return np.hypot(vector[..., 0], vector[..., 1])


def _nonZero(size: Array) -> Array:
    """Lengths, with NaN for zero, so that what is divided by them is not there instead of infinite."""
    return np.where(size > 0, size, np.nan)


def unit(vector: Array) -> Array:
    """Vectors (..., 2) scaled to length one; NaN for null vectors."""
    return vector / _nonZero(length(vector))[..., None]


def leftOf(vector: Array) -> Array:
    """Vectors (..., 2) turned a quarter turn counter-clockwise: anterior becomes cranial."""
    return vector[..., ::-1] * _QUARTER_TURN


def wrapDeg(angleDeg: Array) -> Array:
    """Angles brought to [-180, 180)."""
    return (angleDeg + 180.0) % 360.0 - 180.0


def angleBetweenDeg(first: Array, second: Array) -> Array:
    """Turn from second to first in degrees in [-180, 180], counter-clockwise from anterior positive."""
    return np.degrees(np.arctan2(cross(second, first), dot(second, first)))


def middle(a: Array, b: Array) -> Array:
    """Midpoints of points (..., 2)."""
    return 0.5 * (a + b)


def heightAboveLine(point: Array, lineStart: Array, lineEnd: Array) -> Array:
    """Signed distance in mm of points from lines start->end; positive on the left (counter-clockwise) side."""
    line = lineEnd - lineStart
    return cross(line, point - lineStart) / _nonZero(length(line))


def alongLine(point: Array, lineStart: Array, lineEnd: Array) -> Array:
    """Signed distance in mm of points along lines start->end, measured from the start."""
    line = lineEnd - lineStart
    return dot(point - lineStart, line) / _nonZero(length(line))


def planarFit(fromPoints: Array, toPoints: Array) -> tuple[Array, Array, Array]:
    """Least-squares rigid motion of point sets (..., N, 2) using the points that both sets have.

    Returns the counter-clockwise turn in degrees (...), and the centers (..., 2) of the common points before and
    after. Fewer than two common points give NaN. Source: planar Procrustes (Schonemann 1966).
    """
    common = isThere(fromPoints) & isThere(toPoints)
    count = common.sum(axis=-1)[..., None]
    few = np.where(count >= 2, count, np.nan)
    before = np.where(common[..., None], fromPoints, 0.0)
    after = np.where(common[..., None], toPoints, 0.0)
    centerBefore, centerAfter = before.sum(axis=-2) / few, after.sum(axis=-2) / few
    before = np.where(common[..., None], before - centerBefore[..., None, :], 0.0)
    after = np.where(common[..., None], after - centerAfter[..., None, :], 0.0)
    turn = np.arctan2(cross(before, after).sum(axis=-1), dot(before, after).sum(axis=-1))
    return np.degrees(np.where(count[..., 0] >= 2, turn, np.nan)), centerBefore, centerAfter


def turned(vector: Array, angleDeg: Array) -> Array:
    """Vectors (..., 2) turned counter-clockwise by angles (...) in degrees."""
    cosine, sine = np.cos(np.radians(angleDeg)), np.sin(np.radians(angleDeg))
    x, y = vector[..., 0], vector[..., 1]
    return np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=-1)
