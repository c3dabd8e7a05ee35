"""Closed curves as Slicer draws them, and the areas they enclose.

Slicer's closed curve runs a periodic cubic spline (uniform parameter) through the control points and samples ten
chords a span; its polygon of control points alone is about 10 % too small for eight points.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CHORDS_PER_SPAN = 10
"""Slicer's default number of chords between two control points of a curve."""


@lru_cache(maxsize=64)
def splineMatrix(count: int) -> Array:
    """Matrix (10 N, N) that turns N control points into the sampled periodic cubic spline through them.

    Raises ValueError for fewer than three points.
    """
    if count < 3:
        raise ValueError("a closed curve needs at least three points")
    identity = np.eye(count)
    following, preceding = np.roll(identity, -1, axis=0), np.roll(identity, 1, axis=0)
    # Slopes of the C2 periodic spline: m[i-1] + 4 m[i] + m[i+1] = 3 (p[i+1] - p[i-1]).
    slopes = np.linalg.solve(4.0 * identity + following + preceding, 3.0 * (following - preceding))
    t = np.arange(CHORDS_PER_SPAN)[:, None, None] / CHORDS_PER_SPAN
    basis = (
        (2 * t**3 - 3 * t**2 + 1) * identity
        + (t**3 - 2 * t**2 + t) * slopes
        + (-2 * t**3 + 3 * t**2) * np.roll(identity, -1, axis=0)
        + (t**3 - t**2) * np.roll(slopes, -1, axis=0)
    )
    return np.ascontiguousarray(np.swapaxes(basis, 0, 1).reshape(CHORDS_PER_SPAN * count, count))


@lru_cache(maxsize=64)
def _areaMatrix(count: int) -> Array:
    """Antisymmetric (N, N) matrix A with area = x . A . y for control points (x, y)."""
    sampling = splineMatrix(count)
    following = np.roll(sampling, -1, axis=0)
    return 0.5 * (sampling.T @ following - following.T @ sampling)


def closedCurve(points: Array) -> Array:
    """Sampled curve (..., 10 N, D) through control points (..., N, D)."""
    return splineMatrix(points.shape[-2]) @ points


def curveLength(points: Array) -> Array:
    """Length in mm (...) of the closed curve through control points (..., N, D)."""
    sampled = closedCurve(points)
    steps = np.linalg.norm(sampled - np.roll(sampled, 1, axis=-2), axis=-1)
    return np.asarray(steps.sum(axis=-1))


def signedArea(points: Array) -> Array:
    """Area in mm2 (...) enclosed by the closed curve through planar control points (..., N, 2); sign by direction."""
    matrix = _areaMatrix(points.shape[-2])
    return np.einsum("...i,ij,...j->...", points[..., 0], matrix, points[..., 1])


def areaGradientSize(points: Array) -> Array:
    """Length (...) of the gradient of the area to all control points (..., N, 2), in mm2 per mm.

    Independent errors of SD s at every control point give the area an SD of s times this, to first order.
    """
    matrix = _areaMatrix(points.shape[-2])
    byX = np.einsum("ij,...j->...i", matrix, points[..., 1])
    byY = np.einsum("ij,...j->...i", matrix, points[..., 0])
    return np.sqrt((byX**2 + byY**2).sum(axis=-1))
