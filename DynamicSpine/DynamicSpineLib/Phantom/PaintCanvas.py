"""The canvas that anatomy is painted on: thin sub-slices of every slice, averaged at the end into partial volume.

In the plane of a slice partial volume comes from the signed distance to an edge: the share of a pixel that a straight
edge covers. So the half maximum of a painted edge is the edge itself, at any pixel size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Array = NDArray[np.float64]
Samples = NDArray[np.float32]


def coverage(distanceMm: Samples, pixelMm: float) -> Samples:
    """Share (0 to 1) of each pixel inside an edge, from the signed distance to it (negative inside)."""
    share = distanceMm * np.float32(-1.0 / pixelMm)
    share += np.float32(0.5)
    return np.clip(share, 0.0, 1.0, out=share)


def rounded(numbers: ArrayLike) -> Samples:
    """The same numbers in single precision, which painting works in."""
    return np.asarray(numbers, dtype=np.float32)


@dataclass(frozen=True)
class Block:
    """A box of samples (sub-slices, rows, columns) of the canvas; `values` is a view, so painting here paints there."""

    values: Samples
    sampleToRAS: Array
    first: tuple[int, int, int]
    pixelMm: float

    def local(self, frameToRAS: Array) -> tuple[Samples, Samples, Samples]:
        """Coordinates x, y, z of every sample in a frame given by its 4x4 matrix to RAS."""
        toLocal = np.linalg.inv(frameToRAS) @ self.sampleToRAS
        steps = [np.arange(count) + start for count, start in zip(self.values.shape, self.first, strict=True)]
        planes, rows, columns = np.ix_(*steps)
        x, y, z = (rounded(row[3] + row[2] * planes + (row[1] * rows + row[0] * columns)) for row in toLocal[:3])
        return x, y, z

    def blend(self, share: Samples, signal: float | Samples) -> None:
        """Let a tissue cover `share` of each sample."""
        self.values[...] += share * (signal - self.values)


@dataclass(frozen=True)
class Canvas:
    """All sub-slices of a volume: values[plane, row, column], `subSlices` planes to a slice."""

    geometry: VolumeGeometry
    subSlices: int
    values: Samples

    @staticmethod
    def over(geometry: VolumeGeometry, subSlices: int, background: Samples) -> Canvas:
        """A canvas that starts with a background painted at the middle of each slice (slices, rows, columns)."""
        return Canvas(geometry, subSlices, np.repeat(background, subSlices, axis=0))

    @property
    def pixelMm(self) -> float:
        """The size of a pixel in the plane of the slices."""
        return float(self.geometry.spacingMm[0])

    @property
    def sampleToRAS(self) -> Array:
        """4x4 matrix from (column, row, sub-slice) to RAS."""
        fineStep = np.eye(4)
        fineStep[2, 2] = 1.0 / self.subSlices
        fineStep[2, 3] = 0.5 / self.subSlices - 0.5
        return np.asarray(self.geometry.ijkToRAS @ fineStep)

    def block(self, points_RAS: Array, marginMm: float) -> Block | None:
        """The smallest box of samples that holds the points (N, 3) with a margin; None where it is out of the field."""
        toSample = np.linalg.inv(self.sampleToRAS)
        indices = points_RAS @ toSample[:3, :3].T + toSample[:3, 3]
        reach = marginMm * np.linalg.norm(toSample[:3, :3], axis=1)
        low = np.floor(indices.min(axis=0) - reach).astype(int)[::-1]
        high = np.ceil(indices.max(axis=0) + reach).astype(int)[::-1] + 1
        low, high = np.maximum(low, 0), np.minimum(high, self.values.shape)
        if np.any(low >= high):
            return None
        box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
        return Block(self.values[box], self.sampleToRAS, (int(low[0]), int(low[1]), int(low[2])), self.pixelMm)

    def slices(self) -> Samples:
        """The volume (slices, rows, columns): every slice the mean of its sub-slices."""
        planes, rows, columns = self.values.shape
        return self.values.reshape(planes // self.subSlices, self.subSlices, rows, columns).mean(axis=1)


def boxCorners(low: ArrayLike, high: ArrayLike, frameToRAS: Array) -> Array:
    """RAS positions (8, 3) of the corners of a box that is given in a frame."""
    unit = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    corners = np.asarray(low) + unit * (np.asarray(high) - np.asarray(low))
    return np.asarray(corners @ frameToRAS[:3, :3].T + frameToRAS[:3, 3])
