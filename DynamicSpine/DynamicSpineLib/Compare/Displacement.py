"""How far all tissue moved between two positions, against the vertebra that is held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Anchor import Anchor
from DynamicSpineLib.Compare.DifferenceBlocks import upsampled
from DynamicSpineLib.Compare.Resampling import geometryOf
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry


@dataclass(frozen=True, eq=False)
class DisplacementMap:
    """valuesMm: (k, j, i) distances, mm, on a grid in the reference's frame with the axes of its volume, nodes 1 to
    2 mm apart; level: the vertebra held, where they are 0."""

    geometry: VolumeGeometry
    valuesMm: NDArray[np.float32]
    level: str

    def on(self, reference: VolumeGeometry) -> NDArray[np.float32]:
        """The distances (k, j, i) at the voxels of the reference volume that the field was made for, trilinear."""
        return upsampled(self.valuesMm, self.geometry.ijkToRAS, reference)


def displacementMap(field: DisplacementGrid, anchor: Anchor) -> DisplacementMap:
    """The distance, mm, that each node of a field (reference to moving) moves while the anchor's vertebra stays."""
    slices, rows, columns, _ = field.displacements_RAS.shape
    k, j, i = np.meshgrid(np.arange(slices), np.arange(rows), np.arange(columns), indexing="ij")
    nodes_RAS = applyTransform(np.stack([i, j, k], axis=-1), field.ijkToRAS)
    moved_RAS = applyTransform(nodes_RAS + field.displacements_RAS, anchor.movingToReference)
    lengths = np.linalg.norm(moved_RAS - nodes_RAS, axis=-1).astype(np.float32)
    return DisplacementMap(geometryOf(field.ijkToRAS, (columns, rows, slices)), lengths, anchor.level)
