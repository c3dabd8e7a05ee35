"""Where a volume lies in the world: enough to judge points against it and to know its slice thickness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = tuple[float, float, float]

RIGHT_RAS = (1.0, 0.0, 0.0)


@dataclass(frozen=True)
class VolumeGeometry:
    """A voxel grid: size in voxels, spacing in mm, RAS position of the first voxel's center, axes as unit columns.

    ijkToRAS_directions: three unit vectors, one per voxel axis, each in RAS.
    sidesKnown: False where the format does not say which side is left (a NIfTI without a qform or sform code).
    """

    size: tuple[int, int, int]
    spacingMm: Vector
    origin_RAS: Vector
    directions_RAS: tuple[Vector, Vector, Vector]
    sidesKnown: bool = True

    @property
    def ijkToRAS(self) -> NDArray[np.float64]:
        """4x4 matrix from voxel indices to RAS mm."""
        matrix = np.eye(4)
        matrix[:3, :3] = np.array(self.directions_RAS).T * np.array(self.spacingMm)
        matrix[:3, 3] = self.origin_RAS
        return matrix

    def indices(self, points_RAS: NDArray[np.float64]) -> NDArray[np.float64]:
        """Continuous voxel indices (..., 3) of RAS points (..., 3)."""
        toIJK = np.linalg.inv(self.ijkToRAS)
        return np.asarray(points_RAS) @ toIJK[:3, :3].T + toIJK[:3, 3]

    def contains(self, points_RAS: NDArray[np.float64], marginMm: float = 0.0) -> NDArray[np.bool_]:
        """For points (..., 3): True where inside the outer faces of the grid, widened by a margin in mm."""
        indices = self.indices(points_RAS)
        margin = 0.5 + marginMm / np.array(self.spacingMm)
        return np.all((indices >= -margin) & (indices <= np.array(self.size) - 1 + margin), axis=-1)

    def sliceAxis(self, across_RAS: NDArray[np.float64] | Vector = RIGHT_RAS) -> int:
        """The voxel axis that runs through the slices: the coarsest one, or the one nearest `across_RAS` if equal."""
        spacing = np.array(self.spacingMm)
        coarse = spacing >= 0.98 * spacing.max()
        along = np.abs(np.array(self.directions_RAS) @ np.asarray(across_RAS, dtype=float))
        return int(np.argmax(np.where(coarse, along, -1.0)))

    @property
    def through_RAS(self) -> NDArray[np.float64]:
        """Unit direction of the voxel axis that runs through the slices."""
        return np.array(self.directions_RAS[self.sliceAxis()])

    @property
    def inPlaneMm(self) -> float:
        """Voxel spacing within the slices, mean of both axes."""
        through = self.sliceAxis()
        return float(np.mean([spacing for axis, spacing in enumerate(self.spacingMm) if axis != through]))
