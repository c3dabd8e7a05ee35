"""Signed distances (negative inside) to the few kinds of outlines that anatomy is painted from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintCanvas import Samples, rounded

Array = NDArray[np.float64]

TABLE_STEP_MM = 0.3
TABLE_MARGIN_MM = 2.5
PAIRS_AT_ONCE = 20_000


def polygonDistance(points: Array, outline: Array) -> Array:
    """Signed distance in mm (N,) of points (N, 2) to a closed polygon (M, 2), negative inside."""
    # A few points at a time, so that what is worked on stays in the processor's cache.
    count = max(1, PAIRS_AT_ONCE // len(outline))
    starts = range(0, max(1, len(points)), count)
    return np.concatenate([_polygonDistance(points[start : start + count], outline) for start in starts])


def _polygonDistance(points: Array, outline: Array) -> Array:
    u, v = rounded(points).T[:, :, None]
    startU, startV = rounded(outline).T[:, None, :]
    edgeU, edgeV = np.roll(startU, -1) - startU, np.roll(startV, -1) - startV
    toU, toV = u - startU, v - startV
    along = toU * edgeU
    along += toV * edgeV
    along /= np.maximum(edgeU**2 + edgeV**2, np.float32(1e-9))
    np.clip(along, 0.0, 1.0, out=along)
    square = np.square(toU - along * edgeU)
    square += np.square(toV - along * edgeV)
    # Even-odd rule: edges that a ray to the right crosses.
    spans = (toV < 0) != (toV < edgeV)
    slope = edgeU / np.where(np.abs(edgeV) < 1e-9, np.float32(1e-9), edgeV)
    inside = np.count_nonzero(spans & (toU < toV * slope), axis=1) % 2 == 1
    distance = np.sqrt(square.min(axis=1))
    return np.where(inside, -distance, distance)


def roundedOutline(outline: Array, radiusMm: float) -> Array:
    """A closed polygon with round corners, which begin `radiusMm` (a third of a short edge) before them."""
    before, after = np.roll(outline, 1, axis=0) - outline, np.roll(outline, -1, axis=0) - outline
    lengths = [np.maximum(np.linalg.norm(edge, axis=1, keepdims=True), 1e-9) for edge in (before, after)]
    first = outline + before * np.minimum(radiusMm / lengths[0], 1.0 / 3.0)
    last = outline + after * np.minimum(radiusMm / lengths[1], 1.0 / 3.0)
    middle = 0.25 * (first + last) + 0.5 * outline
    return np.stack([first, middle, last], axis=1).reshape(-1, 2)


@dataclass(frozen=True)
class PolygonTable:
    """The signed distance to one polygon, tabulated so that millions of samples can look it up."""

    low: Array
    step: float
    table: Samples

    @staticmethod
    def of(outline: Array, step: float = TABLE_STEP_MM, margin: float = TABLE_MARGIN_MM) -> PolygonTable:
        """Tabulate a closed polygon (M, 2) with a margin in mm; farther out the distance stays that of the border."""
        low = outline.min(axis=0) - margin
        counts = np.ceil((outline.max(axis=0) + margin - low) / step).astype(int) + 2
        axes = [low[i] + step * np.arange(counts[i]) for i in (0, 1)]
        points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
        return PolygonTable(low, step, rounded(polygonDistance(points, outline).reshape(counts)))

    def distance(self, first: Samples, second: Samples) -> Samples:
        """Signed distance of samples with these coordinates, interpolated."""
        u, v = self._cell(first, 0), self._cell(second, 1)
        i, j = u.astype(np.int32), v.astype(np.int32)
        u -= i
        v -= j
        columns = self.table.shape[1]
        flat, start = self.table.ravel(), i * columns + j
        near = flat[start] * (1 - v) + flat[start + 1] * v
        start += columns
        far = flat[start] * (1 - v) + flat[start + 1] * v
        return near + u * (far - near)

    def _cell(self, coordinate: Samples, axis: int) -> Samples:
        cell = (coordinate - np.float32(self.low[axis])) * np.float32(1.0 / self.step)
        return np.clip(cell, 0.0, self.table.shape[axis] - 1.001, out=cell)


def ellipseDistance(u: Samples, v: Samples, halfU: float | Samples, halfV: float | Samples) -> Samples:
    """Signed distance to an ellipse with half axes in mm: exact on its axes, first order elsewhere."""
    a, b = np.maximum(halfU, np.float32(1e-3)), np.maximum(halfV, np.float32(1e-3))
    reduced = np.hypot(u / a, v / b)
    slope = np.hypot(u / (a * a), v / (b * b))
    return np.where(slope > 1e-6, (reduced - 1) * reduced / np.maximum(slope, np.float32(1e-6)), -np.minimum(a, b))


def boxyDistance(u: Samples, v: Samples, halfU: float | Samples, halfV: float | Samples) -> Samples:
    """Like ellipseDistance for the fuller curve |u/a|^4 + |v/b|^4 = 1: flat faces with round corners."""
    a, b = np.maximum(halfU, np.float32(1e-3)), np.maximum(halfV, np.float32(1e-3))
    p, q = np.square(u / a), np.square(v / b)
    reduced = np.sqrt(np.sqrt(p * p + q * q))
    slope = np.hypot(p * u / (a * a), q * v / (b * b)) / np.maximum(reduced**3, np.float32(1e-6))
    return np.where(slope > 1e-6, (reduced - 1) / np.maximum(slope, np.float32(1e-6)), -np.minimum(a, b))


def smoothStep(values: Samples, low: float, high: float) -> Samples:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return t * t * (3 - 2 * t)
