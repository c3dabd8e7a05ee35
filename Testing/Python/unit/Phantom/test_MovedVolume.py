"""A volume with known motion: what was at a point is found where the truth says it went."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf, segmentsOf
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.JointMotion import Excursion, boneMotions, sharedTurns
from DynamicSpineLib.Phantom.MovedVolume import (
    Series,
    boneOfMark,
    inverseResidualMm,
    moveMarks,
    moveVolume,
)
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import readVolume

FINE = Series(inPlaneMm=1.0, sliceMm=1.0, subSlices=1)


@pytest.fixture
def marks():
    """Corners of L4, L5 and S1, and two soft-tissue marks behind the disc L4L5, in the plane R = 2."""
    places = {
        "L4_SA": (20, 60), "L4_SP": (-14, 60), "L4_IA": (20, 34), "L4_IP": (-14, 34),
        "L5_SA": (20, 24), "L5_SP": (-14, 26), "L5_IA": (20, -4), "L5_IP": (-14, 2),
        "S1_SA": (18, -16), "S1_SP": (-14, -4), "L4L5_CA": (-15, 30), "L4L5_CP": (-30, 30),
    }  # fmt: skip
    return {name: np.array([2.0, *place], dtype=float) for name, place in places.items()}


@pytest.fixture
def motions(marks):
    """12 degrees of flexion with some rotation, and the lowest bone moved in the scanner."""
    corners = cornersOf(marks)
    base = np.eye(4)
    base[:3, :3] = Rotation.from_rotvec([3.0, -2.0, 4.0], degrees=True).as_matrix()
    base[:3, 3] = [3.0, 8.0, 4.0]
    return boneMotions(corners, sharedTurns(segmentsOf(corners), Excursion(12.0, 4.0)), baseMotion=base)


@pytest.fixture
def geometry():
    """A volume whose axes run left, backward and up, 1.2 mm voxels."""
    return VolumeGeometry((40, 80, 90), (1.2, 1.2, 1.2), (26.0, 45.0, -28.0), ((-1, 0, 0), (0, -1, 0), (0, 0, 1)))


def blobs(geometry, centers, sdMm=3.0):
    """A volume of bright Gaussian blobs about RAS centers."""
    k, j, i = np.meshgrid(*(np.arange(count) for count in geometry.size[::-1]), indexing="ij")
    points = np.stack([i, j, k, np.ones_like(i)], axis=-1) @ geometry.ijkToRAS.T
    volume = np.zeros(geometry.size[::-1])
    for center in centers:
        volume += 1000.0 * np.exp(-0.5 * ((points[..., :3] - center) ** 2).sum(axis=-1) / sdMm**2)
    return volume


def brightest(moved, near, reachMm=9.0):
    """Center of gravity of the signal around a point of the moved volume."""
    k, j, i = np.meshgrid(*(np.arange(count) for count in moved.geometry.size[::-1]), indexing="ij")
    points = (np.stack([i, j, k, np.ones_like(i)], axis=-1) @ moved.geometry.ijkToRAS.T)[..., :3]
    weight = moved.voxels * (np.linalg.norm(points - near, axis=-1) < reachMm)
    return (points * weight[..., None]).sum(axis=(0, 1, 2)) / weight.sum()


def carried(point, motion):
    """A point carried by a 4x4 matrix."""
    return motion[:3, :3] @ point + motion[:3, 3]


def test_what_lies_in_a_bone_is_found_where_its_matrix_takes_it(marks, motions, geometry):
    middles = {level: np.mean([marks[f"{level}_{code}"] for code in ("SA", "SP", "IA", "IP")], axis=0)
               for level in ("L4", "L5")}  # fmt: skip
    moved = moveVolume(blobs(geometry, middles.values(), 2.5), geometry, marks, motions, FINE)
    for level, middle in middles.items():
        expected = carried(middle, motions[level])
        assert np.linalg.norm(expected - middle) > 4.0
        assert np.linalg.norm(brightest(moved, expected) - expected) < 0.05


def test_thick_tilted_slices_keep_the_place_of_things(marks, motions, geometry):
    middle = np.mean([marks[f"L4_{code}"] for code in ("SA", "SP", "IA", "IP")], axis=0)
    series = Series(inPlaneMm=0.8, sliceMm=3.5, tiltDeg=(6.0, -9.0, 7.0))
    moved = moveVolume(blobs(geometry, [middle]), geometry, marks, motions, series)
    normal = np.array(moved.geometry.directions_RAS[2])
    np.testing.assert_allclose(normal, Rotation.from_rotvec([6, -9, 7], degrees=True).as_matrix()[:, 0])
    assert moved.geometry.spacingMm == (0.8, 0.8, 3.5)
    expected = carried(middle, motions["L4"])
    assert np.linalg.norm(brightest(moved, expected, 12.0) - expected) < 0.15


def test_a_slice_is_the_mean_over_its_thickness(marks, geometry):
    level = {"L4": np.eye(4), "L5": np.eye(4)}
    ramp = np.broadcast_to((np.arange(40) >= 20) * 100.0, (90, 80, 40))
    thick = moveVolume(ramp, geometry, marks, level, Series(1.2, 4.8, subSlices=24, spline=1)).voxels[:, 40, 30]
    thin = moveVolume(ramp, geometry, marks, level, Series(1.2, 0.2, subSlices=1, spline=1)).voxels[:, 40, 30]
    np.testing.assert_allclose(thick[1:-1], thin[: 24 * len(thick)].reshape(-1, 24).mean(axis=1)[1:-1], atol=1e-3)
    assert np.any((thick > 10.0) & (thick < 90.0))


def test_bones_that_stay_leave_the_volume_as_it_is(marks, geometry):
    level = {"L4": np.eye(4), "L5": np.eye(4)}
    sagittal = VolumeGeometry((80, 90, 40), (1.2, 1.2, 1.2), (-20.0, 45.0, 78.0), ((0, -1, 0), (0, 0, -1), (1, 0, 0)))
    volume = np.random.default_rng(3).uniform(50.0, 100.0, (40, 90, 80)).astype(np.float32)
    moved = moveVolume(volume, sagittal, marks, level, Series(1.2, 1.2, subSlices=1))
    assert moved.geometry == sagittal
    np.testing.assert_allclose(moved.voxels, volume, atol=0.02)
    for name, point in marks.items():
        np.testing.assert_allclose(moved.marks_RAS[name], point, atol=1e-9)
    assert geometry.size != sagittal.size


def test_marks_of_bones_go_with_the_bone_and_others_with_the_tissue(marks, motions, geometry):
    moved = moveVolume(np.zeros(geometry.size[::-1]), geometry, marks, motions, Series(4.0, 8.0, subSlices=1))
    for name, point in marks.items():
        if "_S" in name or "_I" in name:
            np.testing.assert_allclose(moved.marks_RAS[name], carried(point, motions[name[:2]]), atol=1e-12)
        else:
            np.testing.assert_allclose(moved.marks_RAS[name], moved.field.carry(point), atol=1e-12)
            by = [carried(point, motions[level]) for level in ("L4", "L5")]
            assert np.linalg.norm(moved.marks_RAS[name] - np.mean(by, axis=0)) < 1.0
    assert moveMarks({}, motions, moved.field) == {}


def test_the_way_back_on_the_grid_is_close_to_the_integrated_one(marks, motions, geometry):
    moved = moveVolume(np.zeros(geometry.size[::-1]), geometry, marks, motions, Series(4.0, 8.0, subSlices=1))
    low, high = np.min(list(marks.values()), axis=0) - 8.0, np.max(list(marks.values()), axis=0) + 8.0
    residual = inverseResidualMm(moved, np.random.default_rng(2).uniform(low, high, (2000, 3)))
    assert np.sqrt((residual**2).mean()) < 0.05
    assert residual.max() < 0.3


@pytest.mark.parametrize(
    ("name", "bone"),
    [("L4_SA", "L4"), ("L4_SPU", "L4"), ("L4_CSL", "L4"), ("C5_KA", None), ("L4L5_CA", None), ("T9_SA", None)],
)
def test_the_bone_of_a_mark_is_known_by_its_name(name, bone):
    assert boneOfMark(name, ("L4", "L5", "C5")) == bone


def test_the_same_seed_gives_the_same_noise_and_another_one_does_not(marks, motions, geometry):
    def made(seed):
        series = Series(3.0, 6.0, subSlices=1, noiseShare=0.05, shadingShare=0.2, seed=seed)
        return moveVolume(blobs(geometry, [[0, 0, 0]]), geometry, marks, motions, series).voxels

    np.testing.assert_array_equal(made(1), made(1))
    assert np.abs(made(1) - made(2)).max() > 1.0


def test_noise_is_rician_with_the_asked_share_of_the_bright_signal(marks, geometry):
    volume = np.full(geometry.size[::-1], 200.0)
    volume[:, :, :20] = 0.0
    still = {"L4": np.eye(4), "L5": np.eye(4)}
    noisy = moveVolume(volume, geometry, marks, still, Series(1.2, 1.2, subSlices=1, noiseShare=0.05, seed=4)).voxels
    dark, bright = noisy[25:-2], noisy[2:15, 5:-5, 5:-5]
    assert dark.mean() == pytest.approx(10.0 * np.sqrt(np.pi / 2), rel=0.02)
    assert bright.std() == pytest.approx(10.0, rel=0.03)
    assert noisy.min() >= 0.0


def test_shading_changes_the_signal_by_no_more_than_asked(marks, geometry):
    volume = np.full(geometry.size[::-1], 100.0)
    still = {"L4": np.eye(4), "L5": np.eye(4)}
    plain, shaded = (moveVolume(volume, geometry, marks, still, Series(2.0, 4.0, shadingShare=share, seed=1)).voxels
                     for share in (0.0, 0.3))  # fmt: skip
    gain = shaded[1:-1, 2:-2, 2:-2] / plain[1:-1, 2:-2, 2:-2]
    assert 0.7 <= gain.min() < 0.9
    assert 1.0 < gain.max() <= 1.3


def test_a_chosen_field_of_view_lies_about_the_moved_bones(marks, motions, geometry):
    series = Series(1.0, 4.0, subSlices=1, fieldMm=(60.0, 90.0))
    moved = moveVolume(np.zeros(geometry.size[::-1]), geometry, marks, motions, series)
    assert moved.geometry.size[:2] == (60, 90)
    corners = np.array([point for name, point in moved.marks_RAS.items() if "_S" in name or "_I" in name])
    assert moved.geometry.contains(corners).all()


def test_bones_without_corners_and_voxels_of_another_size_are_refused(marks, motions, geometry):
    with pytest.raises(InputError, match="L3 is to move"):
        moveVolume(np.zeros(geometry.size[::-1]), geometry, marks, {**motions, "L3": np.eye(4)}, FINE)
    with pytest.raises(InputError, match="geometry says"):
        moveVolume(np.zeros(geometry.size), geometry, marks, motions, FINE)


def test_a_volume_is_read_with_its_grid_in_ras(tmp_path):
    sitk = pytest.importorskip("SimpleITK")
    image = sitk.GetImageFromArray(np.arange(24, dtype=np.int16).reshape(2, 3, 4))
    image.SetOrigin([10.0, -20.0, 30.0])
    sitk.WriteImage(image, str(tmp_path / "a.nrrd"))
    read = readVolume(tmp_path / "a.nrrd")
    voxels, geometry = read.voxels, read.geometry
    assert voxels[1, 2, 3] == 23.0
    assert geometry.origin_RAS == (-10.0, 20.0, 30.0)
    with pytest.raises(InputError, match="missing"):
        readVolume(tmp_path / "b.nrrd")
