"""How far a difference of two images may go without any change: noise, and what lies between the slices."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Compare.DifferenceBlocks import Array, Blocks, quantiles, upsampled
from DynamicSpineLib.Compare.Resampling import Motion
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, Voxels

NOISE_MM = 16.0
"""SD of the Gaussian over which noise is smooth."""

QUIET_SHARE, QUIET_SD = 0.25, 0.31864
"""Share of a block's voxels taken as flat, and where that share of a normal distribution's sizes ends, in its SD."""

LAGS = (2, 3)
"""Pixels between the three values of a second difference: noise of neighboring pixels hangs together."""

SLICE_SHARE = 0.28
"""Error of linear interpolation half-way between thick slices, as a share of the second difference through three of
them, in the root mean square: 0.23 to 0.29 in two phantoms and two real volumes, cervical and lumbar (BenchCompare)."""

NEAR_PIXELS = 5
"""Edge in pixels of the square over which the second difference through the slices is averaged."""


def noiseOf(difference: Voxels, blocks: Blocks, inPlaneAxes: tuple[int, int]) -> Array:
    """SD (blocks) of the noise in a difference (k, j, i), which is NaN where nothing is known.

    From second differences within the slices, over two and over three pixels (the smaller one), in the flatter part of
    each block. Right within 10 % where most anatomy lies on itself, and up to 1.7 times too large where nothing does.
    """
    found = np.full((len(LAGS), *blocks.counts), np.nan)
    for row, lag in enumerate(LAGS):
        sizes = [next(quantiles(np.abs(blocks.gathered(_secondDifference(difference, lag, axis))), (QUIET_SHARE,)))
                 for axis in inPlaneAxes if difference.shape[axis] > 2 * lag]  # fmt: skip
        if sizes:
            found[row] = np.fmin.reduce(sizes) / QUIET_SD / np.sqrt(6.0)
    smallest = np.fmin.reduce(found)
    known = np.isfinite(smallest) & (smallest > 0)
    if not np.any(known):
        return np.zeros(blocks.counts)
    logs = np.log(np.where(known, smallest, 1.0))
    return np.exp(blocks.smoothed(logs, known.astype(float), NOISE_MM))


def betweenSlices(moving: GrayVolume) -> Voxels:
    """Root mean square (k, j, i) of the second difference through the slices about each voxel; 0 for a single slice."""
    from scipy.ndimage import uniform_filter1d

    axis = 2 - moving.geometry.sliceAxis()
    voxels = moving.voxels
    bent = np.zeros(voxels.shape, dtype=np.float32)
    if voxels.shape[axis] < 3:
        return bent
    there, values = np.moveaxis(bent, axis, 0), np.moveaxis(voxels, axis, 0)
    there[1:-1] = values[2:] + values[:-2] - 2.0 * values[1:-1]
    there[0], there[-1] = there[1], there[-2]
    bent *= bent
    for other in range(3):
        if other != axis:
            uniform_filter1d(bent, NEAR_PIXELS, axis=other, output=bent, mode="nearest")
    return np.sqrt(np.maximum(bent, 0.0, out=bent), out=bent)


def offSlice(motion: Motion, reference: VolumeGeometry, moving: VolumeGeometry) -> Voxels:
    """2 sqrt(f (1 - f)) for every voxel (k, j, i) of the reference, f being how far (0 to 1) its point in the moving
    volume lies between two slices: 0 on a slice, 1 half-way."""
    row = np.linalg.inv(moving.ijkToRAS)[moving.sliceAxis()]
    affine = row @ (reference.ijkToRAS if isinstance(motion, DisplacementGrid) else motion @ reference.ijkToRAS)
    k, j, i = (affine[2 - axis] * np.arange(count) for axis, count in enumerate(reference.size[::-1]))
    at = (k[:, None, None] + (j[:, None] + (i + affine[3]))).astype(np.float32)
    if isinstance(motion, DisplacementGrid):
        at += upsampled(motion.displacements_RAS @ row[:3], motion.ijkToRAS, reference)
    at -= np.floor(at)
    at *= 1.0 - at
    return 2.0 * np.sqrt(at, out=at)


def _secondDifference(voxels: Voxels, lag: int, axis: int) -> Voxels:
    found = np.full(voxels.shape, np.nan, dtype=np.float32)
    there, values = np.moveaxis(found, axis, 0), np.moveaxis(voxels, axis, 0)
    there[lag:-lag] = values[2 * lag :] + values[: -2 * lag] - 2.0 * values[lag:-lag]
    return found
