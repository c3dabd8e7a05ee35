"""Slowly varying properties of an image, measured in blocks of voxels and laid smoothly over the whole grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import Voxels

Array = NDArray[np.float64]

BLOCK_MM = 16.0
"""Edge of a block: two hundred voxels and more of a thick slice, for a steady median."""

VOXELS_PER_BLOCK = 1500
"""About so many voxels of each block are read; more make a median no steadier where it matters."""

FEWEST = 30
"""Voxels that a block must hold to be heard."""

ROUNDS = 3
"""Rounds in which blocks far from their surroundings lose weight."""


@dataclass(frozen=True)
class Blocks:
    """A grid of blocks over the voxels (k, j, i): voxels of a block along each axis, and the grid's own shape."""

    shape: tuple[int, int, int]
    edge: tuple[int, int, int]
    counts: tuple[int, int, int]
    spacingMm: tuple[float, float, float]
    strides: tuple[int, int, int]

    def gathered(self, voxels: Voxels) -> Voxels:
        """Some voxels of every block (blocks k, j, i, voxels), evenly spread; NaN beyond the edge of the grid."""
        thin = voxels[:: self.strides[0], :: self.strides[1], :: self.strides[2]]
        edge = [own // step for own, step in zip(self.edge, self.strides, strict=True)]
        missing = [(0, count * own - have) for count, own, have in zip(self.counts, edge, thin.shape, strict=True)]
        thin = np.pad(thin, missing, constant_values=np.nan)
        k, j, i = self.counts
        parts = thin.reshape(k, edge[0], j, edge[1], i, edge[2]).transpose(0, 2, 4, 1, 3, 5)
        return parts.reshape(k, j, i, -1)

    def spread(self, values: Array) -> Voxels:
        """Values (k, j, i) of the blocks' centers laid over all voxels, trilinear; constant beyond the outermost."""
        return spreadLinearly(values, [self._places(axis) for axis in range(3)])

    def smoothed(self, values: Array, weights: Array, widthMm: float) -> Array:
        """Weighted means of the blocks' values under a Gaussian of that SD, defined everywhere.

        The mean is of what a curved trend over the whole grid leaves, so that the ends of the field are not pulled
        inward. Blocks far from what surrounds them lose weight (Cauchy), so that a real change in one place stays.
        Weights are 0 where a value counts for nothing.
        """
        found = np.where(weights > 0, values, 0.0)
        weight = np.where(weights > 0, weights, 0.0)
        mean = np.zeros_like(found)
        for _ in range(ROUNDS):
            trend = self._trend(found, weight)
            mean = trend + self._smooth(found - trend, weight, widthMm)
            gap = np.abs(found - mean)
            spread = float(np.median(gap[weight > 0])) * 1.4826 if np.any(weight > 0) else 0.0
            weight = np.where(weights > 0, weights, 0.0) / (1.0 + (gap / max(2.0 * spread, 1e-9)) ** 2)
        return mean

    def centers(self) -> Array:
        """Voxel indices (k, j, i, 3), as (i, j, k), of the blocks' centers."""
        k, j, i = np.meshgrid(*((np.arange(count) + 0.5) * own - 0.5
                                for count, own in zip(self.counts, self.edge, strict=True)), indexing="ij")  # fmt: skip
        return np.stack([i, j, k], axis=-1)

    def _trend(self, values: Array, weights: Array) -> Array:
        """The weighted least-squares polynomial of second degree through the blocks' values."""
        k, j, i = np.meshgrid(*(np.linspace(-1.0, 1.0, count) if count > 1 else np.zeros(1) for count in self.counts),
                              indexing="ij")  # fmt: skip
        terms = np.stack([np.ones_like(k), k, j, i, k * k, j * j, i * i, k * j, k * i, j * i], axis=-1)
        heard = weights.ravel()[:, None] * terms.reshape(-1, 10)
        normal = heard.T @ terms.reshape(-1, 10)
        # A trace of ridge: few blocks, or all in one plane, do not fix every term.
        normal += 1e-3 * np.trace(normal) / 10.0 * np.diag([0.0, 1, 1, 1, 1, 1, 1, 1, 1, 1]) + 1e-12 * np.eye(10)
        return np.asarray(terms @ np.linalg.solve(normal, heard.T @ values.ravel()))

    def _smooth(self, values: Array, weights: Array, widthMm: float) -> Array:
        from scipy.ndimage import gaussian_filter

        sigma = [widthMm / step for step in self.spacingMm]
        total = gaussian_filter(values * weights, sigma, mode="constant")
        heard = gaussian_filter(weights, sigma, mode="constant")
        everywhere = float((values * weights).sum() / max(weights.sum(), 1e-12))
        # A trace of the mean of all holds where no block near is heard.
        trace = 1e-4 * max(float(weights.mean()), 1e-12)
        return np.asarray((total + trace * everywhere) / (heard + trace))

    def _places(self, axis: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """For each voxel of an axis the block center below it and the share of the one above."""
        at = (np.arange(self.shape[axis]) + 0.5) / self.edge[axis] - 0.5
        return linearPlaces(at, self.counts[axis])


def blocksOver(geometry: VolumeGeometry) -> Blocks:
    """Blocks of about BLOCK_MM over a grid."""
    shape = geometry.size[::-1]
    spacing = geometry.spacingMm[::-1]
    wanted = [max(round(BLOCK_MM / step), 1) for step in spacing]
    strides = [1, 1, 1]
    # Within the slices every second or third voxel tells the same; slices are few.
    while np.prod([own / step for own, step in zip(wanted, strides, strict=True)]) > VOXELS_PER_BLOCK:
        axis = int(np.argmin([mm * step for mm, step in zip(spacing, strides, strict=True)]))
        strides[axis] += 1
    edge = [max(round(own / step), 1) * step for own, step in zip(wanted, strides, strict=True)]
    counts = [-(-count // own) for count, own in zip(shape, edge, strict=True)]
    return Blocks(
        (shape[0], shape[1], shape[2]), (edge[0], edge[1], edge[2]), (counts[0], counts[1], counts[2]),
        (edge[0] * spacing[0], edge[1] * spacing[1], edge[2] * spacing[2]), (strides[0], strides[1], strides[2]),
    )  # fmt: skip


def quantiles(gathered: Voxels, shares: tuple[float, ...]) -> Iterator[Array]:
    """Quantiles (blocks) over the last axis without the NaN, one array for each share; NaN in blocks with too few."""
    ordered = np.sort(gathered, axis=-1)
    count = np.isfinite(ordered).sum(axis=-1)
    for share in shares:
        at = np.maximum(np.round(share * (count - 1)), 0).astype(np.intp)
        found = np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0].astype(float)
        yield np.where(count >= FEWEST, found, np.nan)


def linearPlaces(at: Array, count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """For positions along a line of nodes: the node below and the share of the next; clamped to the line."""
    inside = np.clip(at, 0.0, count - 1.0)
    low = np.minimum(inside.astype(np.intp), max(count - 2, 0))
    return low, (inside - low).astype(np.float32)


def spreadLinearly(values: Array | Voxels, places: list[tuple[NDArray[np.intp], NDArray[np.float32]]]) -> Voxels:
    """Node values (k, j, i) interpolated at every voxel, axis by axis."""
    found = np.asarray(values, dtype=np.float32)
    for axis, (low, share) in enumerate(places):
        high = np.minimum(low + 1, found.shape[axis] - 1)
        weight = share.reshape([-1 if index == axis else 1 for index in range(3)])
        first = found.take(low, axis=axis)
        step = found.take(high, axis=axis)
        step -= first
        step *= weight
        step += first
        found = step
    return found


def upsampled(values: Array | Voxels, ijkToRAS: Array, grid: VolumeGeometry) -> Voxels:
    """Node values (k, j, i), trilinear at all voxels of a grid. ijkToRAS (4x4) is that of the nodes, whose axes and
    first center are the grid's (PolyrigidField.displacementGrid)."""
    scale = np.linalg.norm(grid.ijkToRAS[:3, :3], axis=0) / np.linalg.norm(ijkToRAS[:3, :3], axis=0)
    return spreadLinearly(values, [linearPlaces(np.arange(count) * scale[2 - axis], values.shape[axis])
                                   for axis, count in enumerate(grid.size[::-1])])  # fmt: skip
