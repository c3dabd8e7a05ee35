"""The hatching that says which vertebra is held: parallel lines inside a body, ticks below a lone endplate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Errors import InputError

Array = NDArray[np.float64]

ANGLE_DEG = 45.0
MOST_LINES = 10_000
_LEAST_SHARE = 1e-9  # of the size of a body; what is shorter comes from rounding


def hatchLines(
    polygon: ArrayLike, spacing: float, angleDeg: float = ANGLE_DEG, through: ArrayLike | None = None
) -> Array:
    """Segments (M, 2, 2) of parallel lines inside a closed polygon (N, 2), in its units (pixels or mm).

    spacing: between the lines. angleDeg: of the lines, counter-clockwise from the first axis. through: a point (2,) on
    one of the lines; the mean of the vertices by default, so that the hatching moves with the body.
    Inside is what a line from outside enters after an odd number of edges, so that hollows, and outlines that cross
    themselves, come out right. Fewer than three vertices give none. Raises InputError for points that are not finite
    and for a spacing that is not positive or so small that there would be more than MOST_LINES.
    """
    corners = np.asarray(polygon, dtype=float).reshape(-1, 2)
    if not np.isfinite(corners).all():
        raise InputError("an outline to hatch has points that are not finite")
    if len(corners) < 3:
        return np.zeros((0, 2, 2))
    origin = corners.mean(axis=0) if through is None else np.asarray(through, dtype=float)
    axes = _axes(angleDeg)
    local = (corners - origin) @ axes.T
    numbers = _lineNumbers(local[:, 1], spacing)
    crossings = _crossings(local, numbers * spacing)
    return np.asarray(crossings @ axes + origin)


def edgeTicks(
    plate: ArrayLike, inside: ArrayLike, spacing: float, lengthOfTick: float, angleDeg: float = ANGLE_DEG
) -> Array:
    """Segments (M, 2, 2) of slanted ticks from a line (2, 2) toward the side of a point (2,): a held lone endplate.

    spacing: along the line, half of it at either end. angleDeg: between line and ticks. A line without length, and an
    inside point on the line itself, give none. Raises InputError for a spacing that is not positive or far too small.
    """
    (start, end), toward = np.asarray(plate, dtype=float).reshape(2, 2), np.asarray(inside, dtype=float)
    if not (np.isfinite([start, end]).all() and np.isfinite(toward).all()):
        raise InputError("a line to hatch has points that are not finite")
    along = end - start
    size = float(np.linalg.norm(along))
    side = along[0] * (toward - start)[1] - along[1] * (toward - start)[0]
    if size == 0.0 or side == 0.0:
        return np.zeros((0, 2, 2))
    _checkCount(size, spacing)
    along = along / size
    square = np.sign(side) * np.array([-along[1], along[0]])
    tick = lengthOfTick * (np.cos(np.radians(angleDeg)) * along + np.sin(np.radians(angleDeg)) * square)
    feet = start + np.arange(0.5 * spacing, size, spacing)[:, None] * along
    return np.stack([feet, feet + tick], axis=1)


def _axes(angleDeg: float) -> Array:
    """Rows: along the lines, and across them."""
    cosine, sine = np.cos(np.radians(angleDeg)), np.sin(np.radians(angleDeg))
    return np.array([[cosine, sine], [-sine, cosine]])


def _checkCount(extent: float, spacing: float) -> None:
    if not spacing > 0.0 or extent / spacing > MOST_LINES:
        raise InputError("the spacing of a hatching is not positive, or far too small for what it fills")


def _lineNumbers(across: Array, spacing: float) -> Array:
    """Numbers of the lines that may meet a body that reaches over these heights."""
    _checkCount(float(np.ptp(across)), spacing)
    return np.arange(np.ceil(across.min() / spacing), np.floor(across.max() / spacing) + 1)


def _crossings(local: Array, heights: Array) -> Array:
    """Pairs of points (M, 2, 2) where the lines at these heights enter and leave a polygon.

    An edge holds its lower end and not its upper one, so that every line crosses an even number of edges.
    """
    following = np.roll(local, -1, axis=0)
    low, high = np.minimum(local[:, 1], following[:, 1]), np.maximum(local[:, 1], following[:, 1])
    line, edge = np.nonzero((low <= heights[:, None]) & (heights[:, None] < high))
    start, end, height = local[edge], following[edge], heights[line]
    along = start[:, 0] + (height - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0])
    order = np.lexsort((along, line))
    pairs = np.stack([along, height], axis=-1)[order].reshape(-1, 2, 2)
    return np.asarray(pairs[np.ptp(pairs[..., 0], axis=1) > _LEAST_SHARE * np.abs(local).max()])
