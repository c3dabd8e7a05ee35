"""A mask as a smooth field: what its border is to a fraction of a voxel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Segmentations.SpineLabels import Mask
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Array = NDArray[np.float64]

SMOOTHING = 0.75
"""SD of the smoothing as a share of the finest spacing: enough to melt the steps between voxels."""

BORDER = 0.5


@dataclass(frozen=True)
class MaskField:
    """A smoothed mask (values 0 to 1 at voxel centers of a block of the grid); its border is where it is 0.5.

    values: (k, j, i). firstVoxel: (i, j, k) of the block's first voxel. smoothingMm: SD of the smoothing.
    """

    values: NDArray[np.float32]
    firstVoxel: Array
    geometry: VolumeGeometry
    smoothingMm: float

    def at(self, points_RAS: Array) -> Array:
        """Field values (...) at RAS points (..., 3), 0 outside of the block."""
        from scipy.ndimage import map_coordinates

        where = np.moveaxis(self.geometry.indices(points_RAS) - self.firstVoxel, -1, 0)[::-1]
        return np.asarray(map_coordinates(self.values, where, order=1, mode="constant"), dtype=float)

    def inField(self, points_RAS: Array) -> NDArray[np.bool_]:
        """For RAS points (..., 3): True where the field lies between voxel centers of the volume."""
        indices = self.geometry.indices(points_RAS)
        return np.asarray(np.all((indices >= 0) & (indices <= np.array(self.geometry.size) - 1), axis=-1))

    def spacingAlong(self, direction_RAS: Array) -> float:
        """How far apart voxels are along a direction (unit vector, RAS), mm."""
        shares = np.abs(np.array(self.geometry.directions_RAS) @ direction_RAS)
        return float(1.0 / np.max(shares / np.array(self.geometry.spacingMm)))


def maskField(mask: Mask, geometry: VolumeGeometry, marginMm: float = 6.0) -> MaskField:
    """The field of a mask (k, j, i), cropped to what it holds; the mask goes on beyond the volume's outer faces.

    The mask must hold a voxel.
    """
    from scipy.ndimage import gaussian_filter

    spacing = np.array(geometry.spacingMm)[::-1]
    sigmaMm = SMOOTHING * float(spacing.min())
    margin = np.ceil(marginMm / spacing).astype(int) + 1
    filled = [np.flatnonzero(mask.any(axis=tuple(other for other in range(3) if other != axis))) for axis in range(3)]
    low = [max(int(found[0]) - pad, 0) for found, pad in zip(filled, margin, strict=True)]
    high = [min(int(found[-1]) + pad + 1, size) for found, pad, size in zip(filled, margin, mask.shape, strict=True)]
    block = mask[tuple(slice(a, b) for a, b in zip(low, high, strict=True))].astype(np.float32)
    smooth = gaussian_filter(block, sigmaMm / spacing, mode="nearest")
    return MaskField(smooth, np.array(low[::-1], dtype=float), geometry, sigmaMm)


def centersOf(mask: Mask, geometry: VolumeGeometry, most: int = 0) -> Array:
    """RAS centers (N, 3) of a mask's voxels, evenly thinned to `most` of them where that is given."""
    kji = np.argwhere(mask)
    if most and len(kji) > most:
        kji = kji[np.linspace(0, len(kji) - 1, most).astype(int)]
    matrix = geometry.ijkToRAS
    return np.asarray(kji[:, ::-1] @ matrix[:3, :3].T + matrix[:3, 3])
