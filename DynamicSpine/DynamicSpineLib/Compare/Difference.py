"""The difference of two positions' images: signed, of anatomy and not of gain, in units of its local uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.DifferenceBlocks import Array, Blocks, blocksOver, upsampled
from DynamicSpineLib.Compare.DifferenceLikeness import NEAR_MM, likeness
from DynamicSpineLib.Compare.DifferenceMatching import matched
from DynamicSpineLib.Compare.DifferenceNoise import SLICE_SHARE, betweenSlices, noiseOf, offSlice
from DynamicSpineLib.Compare.Resampling import (
    Motion,
    equallySharp,
    geometryOf,
    interpolated,
    meanRotation,
    resampled,
)
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid, coarserGrid
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, Voxels

WITHIN_NOISE = 3.0
"""Values of smaller size count as within noise: shown transparent."""

EVERY_PIXEL = 2.2
"""Pixels between the places where the second difference through the slices is read."""

LEAST_NOISE_SHARE = 1e-3
"""The unit is never less than this share of the reference's bright tissue: images without noise are drawn ones."""


@dataclass(frozen=True, eq=False)
class DifferenceMap:
    """Moving minus reference on the reference's grid.

    values: (k, j, i) in units of `noise`, 0 outside the mask. mask: (k, j, i), the field that both share. noise:
    (k, j, i), the unit in gray values of the reference, positive everywhere; see `differenceMap`. withinNoise: size
    under which a value counts as within noise. alikeness: correlation (-1 to 1) of the two images after matching, about
    the held vertebra. warnings: what the picture must say of it, in words (another contrast, a CT beside an MR).
    """

    geometry: VolumeGeometry
    values: Voxels
    mask: NDArray[np.bool_]
    noise: Voxels
    withinNoise: float
    alikeness: float
    warnings: tuple[str, ...] = ()

    @property
    def grayValues(self) -> Voxels:
        """The difference (k, j, i) in gray values of the reference."""
        return np.asarray(self.values * self.noise, dtype=np.float32)


def differenceMap(
    reference: GrayVolume, moving: GrayVolume, motion: Motion, held_RAS: Array | None = None
) -> DifferenceMap:
    """Moving minus reference: positive where the moving position is brighter.

    motion leads from reference to moving (4x4 RAS of an Anchor, or a field). held_RAS: points (N, 3) of the held
    vertebra in the reference (DifferenceRegions.heldPoints), about which the two images are judged to be alike or not.
    Give them wherever one is held: without them a contrast that is reversed in some tissues only is not noticed.

    The moving gray values are first brought to the reference's scale (DifferenceMatching). The unit of the values is
    the SD that a voxel's difference has without any change: the noise of both images together as measured in the
    difference, and, added in squares, what the moving series does not show between its slices (SLICE_SHARE of its
    second difference through three slices, less on a slice than between two). It holds no error of the held vertebra's
    place: where that is off by a fraction of a pixel, edges show.
    Raises InputError where the two share no field or hold no contrast.
    """
    turn = meanRotation(motion)
    own = equallySharp(reference, moving.geometry, turn)
    other = equallySharp(moving, reference.geometry, turn.T)
    there = resampled(other, reference.geometry, motion)
    blocks = blocksOver(reference.geometry)
    scaled = matched(own.voxels, there.values, there.inside, blocks)
    difference = np.where(there.inside, scaled.values - own.voxels, np.float32(np.nan))
    noise = _unit(difference, own, other, motion, blocks, scaled.relation.slope * scaled.gain)
    values = np.where(there.inside, difference / noise, np.float32(0.0))
    near = _near(blocks, reference.geometry, held_RAS)
    liesEverywhere = near is not None or isinstance(motion, DisplacementGrid)
    alike = likeness(own.voxels, scaled.values, there.inside, blocks, near, liesEverywhere)
    return DifferenceMap(reference.geometry, values, there.inside, noise, WITHIN_NOISE, alike.correlation,
                         alike.warnings)  # fmt: skip


def _unit(
    difference: Voxels, own: GrayVolume, other: GrayVolume, motion: Motion, blocks: Blocks, scale: Array
) -> Voxels:
    """The SD (k, j, i) of a difference without change, in gray values of the reference."""
    through = 2 - own.geometry.sliceAxis()
    inPlane = tuple(axis for axis in range(3) if axis != through)
    least = LEAST_NOISE_SHARE * float(np.quantile(own.voxels[::2, ::4, ::4], 0.99))
    noise = np.maximum(noiseOf(difference, blocks, (inPlane[0], inPlane[1])), max(least, 1e-6))
    unit = blocks.spread(noise)
    unit *= unit
    between = _betweenSlices(own.geometry, other, motion)
    between *= blocks.spread(SLICE_SHARE * scale)
    between *= between
    unit += between
    return np.sqrt(unit, out=unit)


def _betweenSlices(reference: VolumeGeometry, other: GrayVolume, motion: Motion) -> Voxels:
    """What the moving series bends between its slices (k, j, i), where the reference's voxels lie off these."""
    # It is averaged over several pixels, so every other one tells it.
    steps = np.where(np.arange(3) == reference.sliceAxis(), 1.0, EVERY_PIXEL)
    ijkToRAS, size = coarserGrid(reference, tuple(steps * np.array(reference.spacingMm)))
    bent = interpolated(GrayVolume(betweenSlices(other), other.geometry), geometryOf(ijkToRAS, size), motion)
    between = upsampled(bent.values, ijkToRAS, reference)
    between *= offSlice(motion, reference, other.geometry)
    return between


def _near(blocks: Blocks, geometry: VolumeGeometry, held_RAS: Array | None) -> NDArray[np.bool_] | None:
    """Blocks (k, j, i) about the held vertebra."""
    if held_RAS is None or len(held_RAS) == 0:
        return None
    matrix = geometry.ijkToRAS
    middles_RAS = blocks.centers() @ matrix[:3, :3].T + matrix[:3, 3]
    distance = np.linalg.norm(middles_RAS - np.mean(np.asarray(held_RAS, dtype=float).reshape(-1, 3), axis=0), axis=-1)
    return np.asarray(distance < NEAR_MM)
