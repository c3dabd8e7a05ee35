"""An image as registration reads it: smoothed within its slices, sampled with its slope at any point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, Voxels

Array = NDArray[np.float64]

GAUSSIAN_REACH = 3.0
SINGLE_SLICE_MM = 6.0


@dataclass(frozen=True)
class Sampled:
    """Values (N,), slopes (N, 3) per mm in RAS, and whether each point (N,) lies among the voxel centers."""

    values: Array
    slopes_RAS: Array
    inside: NDArray[np.bool_]


@dataclass(frozen=True)
class GrayImage:
    """Voxels (k, j, i) of float32 smoothed by smoothMm within the slices, with the grid and its inverse."""

    voxels: Voxels
    geometry: VolumeGeometry
    smoothMm: float

    def sampled(self, points_RAS: Array) -> Sampled:
        """Trilinear values and their exact slopes at points (N, 3); outside the grid both are those of its edge."""
        toIJK = np.linalg.inv(self.geometry.ijkToRAS)
        indices = points_RAS @ toIJK[:3, :3].T + toIJK[:3, 3]
        size = np.array(self.geometry.size)
        # A single slice stands for what lies a little beside it: nothing else is known of that.
        margin = np.where(size > 1, 0.5, SINGLE_SLICE_MM / np.array(self.geometry.spacingMm))
        inside = np.all((indices >= -margin) & (indices <= size - 1 + margin), axis=-1)
        low = np.clip(np.floor(indices), 0, np.maximum(size - 2, 0)).astype(np.intp)
        share = np.clip(indices - low, 0.0, 1.0)
        values, slopes = _trilinear(self.voxels, low, share)
        return Sampled(values, slopes @ toIJK[:3, :3], inside)


def grayImage(volume: GrayVolume, smoothMm: float) -> GrayImage:
    """The volume smoothed by a Gaussian of that SD within its slices; across thick slices it stays as it is."""
    from scipy.ndimage import gaussian_filter1d

    voxels = np.asarray(volume.voxels, dtype=np.float32)
    through = volume.geometry.sliceAxis()
    for axis, spacing in enumerate(volume.geometry.spacingMm):
        sigma = smoothMm / spacing
        if sigma > 0.2 and volume.geometry.size[axis] > 1 and (axis != through or sigma > 0.5):
            voxels = gaussian_filter1d(voxels, sigma, axis=2 - axis, mode="nearest", truncate=GAUSSIAN_REACH)
    return GrayImage(voxels, volume.geometry, smoothMm)


def _trilinear(voxels: Voxels, low: NDArray[np.intp], share: Array) -> tuple[Array, Array]:
    """Values (N,) and slopes (N, 3) per voxel along (i, j, k) between the eight voxels around each point."""
    steps = [1 if count > 1 else 0 for count in voxels.shape]
    rows, columns = voxels.shape[1], voxels.shape[2]
    flat = voxels.ravel()
    first = (low[:, 2] * rows + low[:, 1]) * columns + low[:, 0]
    di, dj, dk = steps[2], steps[1] * columns, steps[0] * rows * columns
    x, y, z = share.T
    c000, c100 = flat[first], flat[first + di]
    c010, c110 = flat[first + dj], flat[first + dj + di]
    c001, c101 = flat[first + dk], flat[first + dk + di]
    c011, c111 = flat[first + dk + dj], flat[first + dk + dj + di]
    c00, c10, c01, c11 = (a + (b - a) * x for a, b in ((c000, c100), (c010, c110), (c001, c101), (c011, c111)))
    c0, c1 = c00 + (c10 - c00) * y, c01 + (c11 - c01) * y
    alongI0 = (c100 - c000) + ((c110 - c010) - (c100 - c000)) * y
    alongI1 = (c101 - c001) + ((c111 - c011) - (c101 - c001)) * y
    slopes = np.stack([alongI0 + (alongI1 - alongI0) * z, (c10 - c00) + ((c11 - c01) - (c10 - c00)) * z, c1 - c0], -1)
    return c0 + (c1 - c0) * z, slopes
