"""Gray values on lines and sheets across the canal, in mm and along true directions, whatever the voxels' grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

Array = NDArray[np.float64]

STEP_MM = 0.2
"""Distance between samples along a line; a third of a fine pixel."""

STATION_MM = 0.5
"""Distance between neighboring lines of a sheet."""


@dataclass(frozen=True)
class CanalFrame:
    """Axes of a piece of canal in one position: RAS origin, and unit vectors backward, cranial and to the right."""

    origin_RAS: Array
    backward_RAS: Array
    cranial_RAS: Array
    right_RAS: Array

    def toRAS(self, depthMm: Array, alongMm: Array) -> Array:
        """RAS points (..., 3) of depths backward and of distances along the canal (cranial positive)."""
        across = np.asarray(depthMm)[..., None] * self.backward_RAS
        return np.asarray(self.origin_RAS + across + np.asarray(alongMm)[..., None] * self.cranial_RAS)

    def of(self, points_RAS: Array) -> tuple[Array, Array]:
        """Depths and distances along the canal of RAS points (..., 3)."""
        offset = np.asarray(points_RAS) - self.origin_RAS
        return offset @ self.backward_RAS, offset @ self.cranial_RAS


def canalFrame(origin_RAS: Array, backward_RAS: Array, right_RAS: Array) -> CanalFrame:
    """A frame whose backward axis is exact, and whose right axis is made square to it."""
    backward = backward_RAS / np.linalg.norm(backward_RAS)
    right = right_RAS - (right_RAS @ backward) * backward
    right = right / np.linalg.norm(right)
    # Right x posterior is caudal in RAS: (R, -A) gives -S.
    return CanalFrame(np.asarray(origin_RAS, dtype=float), backward, -np.cross(right, backward), right)


def grayAt(volume: GrayVolume, points_RAS: Array) -> Array:
    """Gray values at RAS points (..., 3): cubic within the slices, linear between them, NaN outside the volume."""
    inside = volume.geometry.contains(points_RAS)
    indices = np.moveaxis(volume.geometry.indices(points_RAS)[..., ::-1], -1, 0)
    through = 2 - volume.geometry.sliceAxis()
    slices = indices[through].reshape(-1)
    rest = np.delete(indices, through, axis=0).reshape(2, -1)
    voxels = np.moveaxis(volume.voxels, through, 0)
    low = np.clip(np.floor(slices), 0, max(len(voxels) - 2, 0)).astype(int)
    share = np.clip(slices - low, 0.0, 1.0)
    values = np.zeros(len(slices))
    for number in np.unique(np.concatenate([low, np.minimum(low + 1, len(voxels) - 1)])):
        weight = np.where(low == number, 1.0 - share, 0.0) + np.where(low + 1 == number, share, 0.0)
        used = weight > 0.0
        if used.any():
            values[used] += weight[used] * _cubicAt(voxels[number], rest[:, used])
    return np.where(inside, values.reshape(inside.shape), np.nan)


def _cubicAt(image: NDArray[np.float32], rowsAndColumns: Array) -> Array:
    """Cubic spline values of one slice, computed on the part of it that is asked for."""
    from scipy.ndimage import map_coordinates

    low = np.clip(np.floor(rowsAndColumns.min(axis=1)).astype(int) - 8, 0, np.array(image.shape) - 1)
    high = np.clip(np.ceil(rowsAndColumns.max(axis=1)).astype(int) + 9, low + 1, np.array(image.shape))
    part = np.asarray(image[low[0] : high[0], low[1] : high[1]], dtype=float)
    return np.asarray(map_coordinates(part, rowsAndColumns - low[:, None], order=3, mode="nearest"))
