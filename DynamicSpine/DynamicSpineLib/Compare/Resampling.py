"""A moving position's volume seen on the reference's grid: by a rigid motion or by a field, at equal sharpness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Geometry.Rigid import fitRigid
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, Voxels

Array = NDArray[np.float64]
Motion: TypeAlias = "Array | DisplacementGrid"
"""Where points of the reference position lie in the moving one: a 4x4 RAS matrix (Anchor.referenceToMoving), or
displacements (PolyrigidField.displacementGrid over the reference's grid)."""

SINGLE_SLICE_MM = 6.0
"""A single slice stands for what lies this far beside it: nothing else is known of that."""

FEWEST_SHARED = 200
"""Voxels that two volumes must share to be compared."""

LEAST_BLUR = 0.45
"""A Gaussian of a smaller SD, in voxels, is left out: it would change next to nothing."""

RAS_TO_LPS = np.array([-1.0, -1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Resampled:
    """Gray values (k, j, i) on the reference's grid, 0 where nothing is known, and where something is (k, j, i)."""

    values: Voxels
    inside: NDArray[np.bool_]


def resampled(moving: GrayVolume, reference: VolumeGeometry, motion: Motion) -> Resampled:
    """The moving volume at the reference's voxel centers, by trilinear interpolation.

    motion leads from reference to moving, RAS mm. A voxel is inside where its center lies within the outer faces of the
    moving volume, half a voxel or half a slice beyond the outermost centers; a single slice reaches SINGLE_SLICE_MM to
    both sides. Raises InputError where the volumes share no field, or where the motion is not finite.
    """
    found = interpolated(moving, reference, motion)
    if int(found.inside.sum()) < FEWEST_SHARED:
        raise InputError("the two positions share no field of view when this vertebra is held: "
                         "hold another one, or compare other series")  # fmt: skip
    return found


def interpolated(moving: GrayVolume, reference: VolumeGeometry, motion: Motion) -> Resampled:
    """As `resampled`, and nothing is inside where the volumes share no field."""
    import SimpleITK as sitk

    filter_ = sitk.ResampleImageFilter()
    filter_.SetSize(reference.size)
    image = imageOf(np.zeros((1, 1, 1), dtype=np.float32), reference)
    filter_.SetOutputOrigin(image.GetOrigin())
    filter_.SetOutputSpacing(image.GetSpacing())
    filter_.SetOutputDirection(image.GetDirection())
    filter_.SetTransform(_transform(motion))
    filter_.SetInterpolator(sitk.sitkLinear)
    filter_.SetDefaultPixelValue(float("nan"))
    source = np.asarray(moving.voxels, dtype=np.float32)
    values = sitk.GetArrayFromImage(filter_.Execute(imageOf(source, _widened(moving.geometry))))
    inside = np.isfinite(values)
    values[~inside] = 0.0
    return Resampled(values, inside)


def equallySharp(volume: GrayVolume, other: VolumeGeometry, toOther: Array) -> GrayVolume:
    """The volume blurred along those of its axes along which the other's voxels are larger.

    toOther: rotation (3, 3) of RAS from this position to the other. A voxel averages over its size, so a thin one
    shows detail that a thick slice of the other series has lost; a Gaussian of the missing variance takes it away.
    """
    from scipy.ndimage import gaussian_filter1d

    own = np.array(volume.geometry.spacingMm)
    # Rows: this volume's axes seen from the other's.
    along = np.array(volume.geometry.directions_RAS) @ toOther.T @ np.array(other.directions_RAS).T
    variance = (along**2 @ np.array(other.spacingMm) ** 2 - own**2) / 12.0
    voxels = volume.voxels
    for axis, sigma in enumerate(np.sqrt(np.maximum(variance, 0.0)) / own):
        if sigma > LEAST_BLUR and volume.geometry.size[axis] > 1:
            voxels = gaussian_filter1d(voxels, sigma, axis=2 - axis, mode="nearest", truncate=3.0, output=np.float32)
    return volume if voxels is volume.voxels else GrayVolume(voxels, volume.geometry)


def meanRotation(motion: Motion) -> Array:
    """The rotation (3, 3) of a motion; of a field, that of the rigid motion nearest to it."""
    if not isinstance(motion, DisplacementGrid):
        return np.asarray(motion, dtype=float)[:3, :3]
    steps = [max(count // 8, 1) for count in motion.displacements_RAS.shape[:3]]
    shifts = motion.displacements_RAS[:: steps[0], :: steps[1], :: steps[2]]
    k, j, i = np.meshgrid(*(np.arange(count) * step for count, step in zip(shifts.shape[:3], steps, strict=True)),
                          indexing="ij")  # fmt: skip
    nodes = (np.stack([i, j, k], axis=-1) @ motion.ijkToRAS[:3, :3].T + motion.ijkToRAS[:3, 3]).reshape(-1, 3)
    return fitRigid(nodes, nodes + shifts.reshape(-1, 3))[0][:3, :3]


def imageOf(voxels: NDArray[Any], geometry: VolumeGeometry, isVector: bool = False) -> Any:
    """A SimpleITK image, whose world is LPS, of voxels (k, j, i) or (k, j, i, channel)."""
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(voxels, isVector=isVector)
    image.SetSpacing(geometry.spacingMm)
    image.SetOrigin([float(value) for value in RAS_TO_LPS * np.array(geometry.origin_RAS)])
    directions = np.array(geometry.directions_RAS).T * RAS_TO_LPS[:, None]
    image.SetDirection([float(value) for value in directions.ravel()])
    return image


def geometryOf(ijkToRAS: Array, size: tuple[int, int, int]) -> VolumeGeometry:
    """The geometry of a 4x4 matrix from voxel indices to RAS mm."""
    spacing = np.linalg.norm(ijkToRAS[:3, :3], axis=0)
    axes = [tuple(float(value) for value in column) for column in (ijkToRAS[:3, :3] / spacing).T]
    origin, spacingMm = (tuple(float(value) for value in row) for row in (ijkToRAS[:3, 3], spacing))
    return VolumeGeometry(size, spacingMm, origin, (axes[0], axes[1], axes[2]))  # type: ignore[arg-type]


def _transform(motion: Motion) -> Any:
    import SimpleITK as sitk

    if isinstance(motion, DisplacementGrid):
        if not np.isfinite(motion.displacements_RAS).all():
            raise InputError("the field between the two positions holds numbers that are not finite")
        size = motion.displacements_RAS.shape[2::-1]
        field = imageOf(motion.displacements_RAS * RAS_TO_LPS, geometryOf(motion.ijkToRAS, size), isVector=True)
        return sitk.DisplacementFieldTransform(field)
    matrix = np.asarray(motion, dtype=float)
    if not np.isfinite(matrix).all():
        raise InputError("the motion of the held vertebra holds numbers that are not finite")
    affine = sitk.AffineTransform(3)
    affine.SetMatrix([float(v) for v in (matrix[:3, :3] * RAS_TO_LPS * RAS_TO_LPS[:, None]).ravel()])
    affine.SetTranslation([float(v) for v in matrix[:3, 3] * RAS_TO_LPS])
    return affine


def _widened(geometry: VolumeGeometry) -> VolumeGeometry:
    """The geometry with single slices as thick as what they stand for."""
    spacing = [step if count > 1 else max(step, 2.0 * SINGLE_SLICE_MM)
               for step, count in zip(geometry.spacingMm, geometry.size, strict=True)]  # fmt: skip
    return VolumeGeometry(geometry.size, (spacing[0], spacing[1], spacing[2]), geometry.origin_RAS,
                          geometry.directions_RAS, geometry.sidesKnown)  # fmt: skip
