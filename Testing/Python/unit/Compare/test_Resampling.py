"""A moving volume on the reference's grid, against scipy's interpolation and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Compare.Resampling import SINGLE_SLICE_MM, equallySharp, geometryOf, meanRotation, resampled
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

SAGITTAL = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
AXIAL = np.eye(3)


def stack(axes, size, spacingMm, middle=(0.0, 0.0, 0.0), tiltDeg=(0.0, 0.0, 0.0)) -> VolumeGeometry:
    """A stack about a point."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", tiltDeg, degrees=True).as_matrix() @ axes * np.array(spacingMm)
    matrix[:3, 3] = np.array(middle) - matrix[:3, :3] @ (0.5 * (np.array(size) - 1))
    return geometryOf(matrix, size)


def noiseIn(geometry, seed=0) -> GrayVolume:
    """A volume of random gray values."""
    return GrayVolume(np.random.default_rng(seed).uniform(0, 100, geometry.size[::-1]).astype(np.float32), geometry)


def motionOf(vectorDeg, shift):
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_rotvec(vectorDeg, degrees=True).as_matrix()
    matrix[:3, 3] = shift
    return matrix


def centersOf(geometry):
    """RAS of all voxel centers (k, j, i, 3)."""
    k, j, i = np.meshgrid(*(np.arange(count) for count in geometry.size[::-1]), indexing="ij")
    return np.stack([i, j, k], axis=-1) @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]


REFERENCE = stack(SAGITTAL, (60, 70, 7), (0.8, 0.7, 4.0), tiltDeg=(3.0, -4.0, 2.0))
MOVING = {
    "sagittal, other spacing": stack(SAGITTAL, (50, 55, 9), (1.1, 1.0, 3.3), (2.0, -3.0, 4.0), (-5.0, 8.0, -6.0)),
    "axial": stack(AXIAL, (40, 45, 12), (0.9, 0.9, 4.5), (-3.0, 2.0, 1.0), (6.0, 0.0, 10.0)),
    "small field": stack(SAGITTAL, (20, 18, 5), (1.0, 1.0, 3.0), (2.0, 5.0, -8.0)),
}


@pytest.mark.parametrize("name", MOVING)
def test_values_and_field_of_view_are_those_of_trilinear_interpolation(name):
    moving, motion = noiseIn(MOVING[name]), motionOf([7.0, -3.0, 5.0], [2.0, -1.0, 3.0])
    found = resampled(moving, REFERENCE, motion)
    points = centersOf(REFERENCE) @ motion[:3, :3].T + motion[:3, 3]
    expected = map_coordinates(moving.voxels, np.moveaxis(moving.geometry.indices(points)[..., ::-1], -1, 0), order=1,
                               mode="nearest")  # fmt: skip
    inside = moving.geometry.contains(points)
    assert 0.02 < inside.mean() < 1.0
    # On the outermost face itself rounding decides.
    assert (found.inside != inside).mean() < 1e-3
    both = found.inside & inside
    np.testing.assert_allclose(found.values[both], expected[both], atol=2e-3)
    assert not found.values[~found.inside].any()


def test_a_field_that_is_rigid_resamples_as_the_rigid_motion_does():
    moving, motion = noiseIn(MOVING["axial"]), motionOf([5.0, 2.0, -4.0], [1.0, 2.0, -1.5])
    nodes = stack(SAGITTAL, (25, 26, 13), (2.0, 2.0, 2.0), tiltDeg=(3.0, -4.0, 2.0))
    points = centersOf(nodes)
    field = DisplacementGrid(nodes.ijkToRAS, points @ motion[:3, :3].T + motion[:3, 3] - points)
    byField, byMatrix = resampled(moving, REFERENCE, field), resampled(moving, REFERENCE, motion)
    both = byField.inside & byMatrix.inside & nodes.contains(centersOf(REFERENCE), marginMm=-1.0)
    assert both.mean() > 0.3
    np.testing.assert_allclose(byField.values[both], byMatrix.values[both], atol=0.05)
    np.testing.assert_allclose(meanRotation(field), motion[:3, :3], atol=1e-6)


def test_a_single_slice_stands_for_what_lies_beside_it():
    moving = noiseIn(stack(SAGITTAL, (60, 70, 1), (0.8, 0.7, 4.0)))
    reference = stack(SAGITTAL, (50, 60, 9), (0.8, 0.7, 2.5))
    found = resampled(moving, reference, np.eye(4))
    offsets = np.abs(centersOf(reference)[:, 30, 25, 0])
    np.testing.assert_array_equal(found.inside[:, 30, 25], offsets <= SINGLE_SLICE_MM)


def test_volumes_without_a_common_field_are_refused_in_one_sentence():
    with pytest.raises(InputError, match="share no field of view"):
        resampled(noiseIn(REFERENCE), REFERENCE, motionOf([0.0, 0.0, 0.0], [0.0, 400.0, 0.0]))


@pytest.mark.parametrize(
    "motion", [np.full((4, 4), np.nan), DisplacementGrid(np.eye(4), np.full((3, 3, 3, 3), np.nan))]
)
def test_a_motion_that_is_not_finite_is_refused(motion):
    with pytest.raises(InputError, match="not finite"):
        resampled(noiseIn(REFERENCE), REFERENCE, motion)


def test_fine_voxels_are_blurred_to_the_size_of_the_other_slices():
    fine = stack(SAGITTAL, (41, 61, 5), (0.8, 0.8, 4.0))
    impulse = np.zeros(fine.size[::-1], dtype=np.float32)
    impulse[2, 30, 20] = 1.0
    found = equallySharp(GrayVolume(impulse, fine), stack(AXIAL, (50, 50, 9), (0.8, 0.8, 4.0)), np.eye(3)).voxels
    # The axial slices are thick along the sagittal rows' axis j: variance (4^2 - 0.8^2) / 12 mm2.
    along = found.sum(axis=(0, 2))
    variance = (along * (0.8 * (np.arange(61) - 30)) ** 2).sum() / along.sum()
    assert variance == pytest.approx((16.0 - 0.64) / 12.0, rel=0.06)
    assert np.count_nonzero(found.sum(axis=(0, 1))) == 1
    assert np.count_nonzero(found.sum(axis=(1, 2))) == 1


def test_stacks_of_one_kind_stay_as_they_are():
    volume = noiseIn(REFERENCE)
    turn = Rotation.from_euler("x", 5, degrees=True).as_matrix()
    assert equallySharp(volume, MOVING["sagittal, other spacing"], turn) is volume
