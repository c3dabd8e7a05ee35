"""Bones found and fitted anywhere in another image, on a synthetic spine whose truth is exact."""

from __future__ import annotations

import numpy as np
import pytest
from SyntheticSpine import LEVELS, bent, bodyMarks, stack, still, worstCornerMm

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Rigid import rotationMatrix
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Registration.CarriedBone import ImagedSpine
from DynamicSpineLib.Registration.CarryBones import carryBones
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

CHAIN = Chain(LEVELS)
MARKS = bodyMarks()


@pytest.fixture(scope="module")
def reference():
    return stack(still(), noise=8.0, seed=1)


@pytest.fixture(scope="module")
def motions():
    elsewhere = np.eye(4)
    elsewhere[:3, :3] = rotationMatrix(np.radians([6.0, 4.0, -5.0]))
    elsewhere[:3, 3] = 12.0, 25.0, -18.0
    return {level: elsewhere @ matrix for level, matrix in bent().items()}


@pytest.fixture(scope="module")
def moved(motions):
    return stack(motions, (1.0, -2.0, 3.0), noise=12.0, seed=2, middle=np.array([12.0, 25.0, -18.0]))


@pytest.fixture(scope="module")
def plain(reference, moved):
    """The bones carried without a mark in the moved image."""
    return carry(reference, moved)


def carry(reference, moved, points=None, marks=MARKS, levels=None, segments=None, chain=CHAIN, bodies=None):
    known = points or {}
    source = ImagedSpine("A", reference, marks, bodies=bodies or {})
    target = ImagedSpine("B", moved, known, frozenset(known))
    bones = runSteps(carryBones(source, target, chain, segments or {}, levels))
    return {bone.level: bone for bone in bones}


def codes(bone):
    return [reason.code for reason in bone.reasons]


def test_all_bones_are_found_without_a_mark_and_within_a_fraction_of_a_voxel(plain, motions):
    assert list(plain) == list(LEVELS)
    for level, bone in plain.items():
        assert worstCornerMm(level, np.array(bone.transform.matrix), motions[level]) < 0.3, level
        assert bone.transform.quality["similarity"] > 0.9
        assert bone.seconds > 0
        spread = np.linalg.eigvalsh(np.array(bone.transform.covariance))
        assert spread.min() > 0


def test_without_a_unique_level_every_bone_is_to_be_checked_for_a_shift_by_one(plain):
    assert {bone.verdict for bone in plain.values()} == {CHECK}
    assert all(codes(bone) == ["levelShiftPossible"] for bone in plain.values())


def test_one_vertebra_that_a_user_marked_settles_the_levels(reference, moved, motions):
    placed = {name: tuple(motions["L4"][:3, :3] @ point + motions["L4"][:3, 3])
              for name, point in MARKS.items() if name in ("L4_SA", "L4_IP")}  # fmt: skip
    bones = carry(reference, moved, placed)
    assert {bone.verdict for bone in bones.values()} == {GOOD}
    assert bones["L4"].transform.quality["residualMm"] < 0.4
    assert "residualMm" not in bones["L3"].transform.quality


def test_a_user_may_say_that_the_levels_are_one_off(reference, moved, motions):
    # Marks of L4 placed on what the search would call L3: the chain follows the user.
    placed = {name.replace("L3", "L4"): tuple(motions["L3"][:3, :3] @ point + motions["L3"][:3, 3])
              for name, point in MARKS.items() if name.startswith("L3")}  # fmt: skip
    bones = carry(reference, moved, placed)
    assert worstCornerMm("L3", np.array(bones["L4"].transform.matrix) @ _up(), motions["L3"]) < 2.0
    assert bones["L4"].transform.quality["residualMm"] < 2.0


def _up():
    """From L3's place in the reference to L4's."""
    matrix = np.eye(4)
    matrix[2, 3] = -34.0
    return matrix


def test_marks_that_lie_elsewhere_are_obeyed_and_their_residual_is_told(reference, moved, motions):
    placed = {name: tuple(motions["L4"][:3, :3] @ point + motions["L4"][:3, 3] + np.array([0.0, 7.0, 0.0]))
              for name, point in MARKS.items() if name.startswith("L4")}  # fmt: skip
    bone = carry(reference, moved, placed)["L4"]
    assert bone.verdict == CHECK
    assert bone.transform is not None


def test_only_the_wanted_levels_come_back_and_the_others_hold_the_chain(reference, moved, motions):
    known = {name: tuple(motions[name[:2]][:3, :3] @ point + motions[name[:2]][:3, 3])
             for name, point in MARKS.items() if name[:2] != "L3"}  # fmt: skip
    bones = carry(reference, moved, known, levels=("L3",))
    assert list(bones) == ["L3"]
    assert bones["L3"].verdict == GOOD
    assert worstCornerMm("L3", np.array(bones["L3"].transform.matrix), motions["L3"]) < 0.3


def test_the_voxel_axes_order_and_direction_change_nothing(reference, moved, plain):
    flipped = carry(_reordered(reference), _reordered(moved))
    for level in LEVELS:
        gap = worstCornerMm(level, np.array(plain[level].transform.matrix), np.array(flipped[level].transform.matrix))
        assert gap < 0.1, level


def _reordered(volume):
    """The same volume stored with its slices first and its rows reversed."""
    geometry = volume.geometry
    i, j, k = geometry.directions_RAS
    origin = np.array(geometry.origin_RAS) + np.array(j) * geometry.spacingMm[1] * (geometry.size[1] - 1)
    axes = (k, tuple(-value for value in j), i)
    size = (geometry.size[2], geometry.size[1], geometry.size[0])
    spacing = (geometry.spacingMm[2], geometry.spacingMm[1], geometry.spacingMm[0])
    voxels = np.ascontiguousarray(np.transpose(volume.voxels, (2, 1, 0))[:, ::-1])
    return GrayVolume(voxels, VolumeGeometry(size, spacing, tuple(origin), axes))


def test_the_same_input_gives_the_same_digits(reference, moved, plain):
    again = carry(reference, moved)
    assert [bone.transform.matrix for bone in plain.values()] == [bone.transform.matrix for bone in again.values()]


def test_a_blank_image_carries_nothing_and_says_so(reference):
    blank = GrayVolume(np.full_like(reference.voxels, 7.0), reference.geometry)
    bones = carry(reference, blank)
    assert {bone.verdict for bone in bones.values()} == {FAILED}
    assert all(codes(bone) == ["blankImage"] and bone.transform is None for bone in bones.values())


def test_noise_alone_carries_nothing(reference):
    noise = np.abs(np.random.default_rng(3).normal(0.0, 100.0, reference.voxels.shape)).astype(np.float32)
    bones = carry(reference, GrayVolume(noise, reference.geometry))
    assert not any(bone.verdict == GOOD for bone in bones.values())


def test_bones_out_of_the_field_fail_and_the_others_are_carried(reference, moved, motions):
    rows = 95
    geometry = moved.geometry
    size = (geometry.size[0], rows, geometry.size[2])
    cut = GrayVolume(np.ascontiguousarray(moved.voxels[:, :rows]), VolumeGeometry(
        size, geometry.spacingMm, geometry.origin_RAS, geometry.directions_RAS))  # fmt: skip
    bones = carry(reference, cut)
    for level in ("L2", "L3"):
        assert worstCornerMm(level, np.array(bones[level].transform.matrix), motions[level]) < 0.5
    assert bones["L5"].verdict != GOOD


def test_a_signal_void_over_one_bone_leaves_the_others(reference, moved, motions):
    center = np.mean([point for name, point in MARKS.items() if name.startswith("L3")], axis=0)
    middle = moved.geometry.indices(motions["L3"][:3, :3] @ center + motions["L3"][:3, 3])
    _, j, i = np.meshgrid(*(np.arange(count) for count in moved.voxels.shape), indexing="ij")
    inside = np.hypot(i - middle[0], j - middle[1]) < 24.0
    bones = carry(reference, GrayVolume(np.where(inside, 5.0, moved.voxels).astype(np.float32), moved.geometry))
    assert bones["L3"].verdict in (CHECK, FAILED)
    assert codes(bones["L3"])[0] != "levelShiftPossible"
    for level in ("L2", "L5"):
        assert worstCornerMm(level, np.array(bones[level].transform.matrix), motions[level]) < 0.5


def test_a_single_slice_works_in_its_plane_and_says_what_it_cannot_know(reference):
    motions = bent()
    single = stack(motions, slices=1)
    bones = carry(reference, single)
    for level, bone in bones.items():
        assert bone.verdict == CHECK
        assert "sagittalOnly" in codes(bone)
        assert worstCornerMm(level, np.array(bone.transform.matrix), motions[level]) < 0.5
        sd = np.sqrt(np.diag(np.array(bone.transform.covariance)))
        assert sd[3] > 2.0, "the shift to the side is not known"
        assert max(sd[4:]) < 0.5


def test_very_thick_slices_are_told(reference):
    thick = stack(bent(), slices=5, sliceMm=11.0)
    assert all("coarseSlices" in codes(bone) for bone in carry(reference, thick).values())


def test_a_level_with_one_mark_fails_with_the_reason_and_one_without_is_not_named(reference, moved):
    marks = {name: point for name, point in MARKS.items() if not name.startswith("L2") or name == "L2_SA"}
    marks = {name: point for name, point in marks.items() if not name.startswith("L5")}
    bones = carry(reference, moved, marks=marks)
    assert list(bones) == ["L2", "L3", "L4"]
    assert (bones["L2"].verdict, codes(bones["L2"])) == (FAILED, ["tooFewPoints"])
    assert dict(bones["L2"].reasons[0].numbers) == {"count": 1, "needed": 2}


def test_a_fused_pair_moves_as_one(reference):
    motions = bent()
    motions["L3"] = motions["L4"]
    motions["L2"] = motions["L4"] @ np.linalg.inv(bent()["L4"]) @ bent()["L3"]
    bones = carry(reference, stack(motions, noise=8.0, seed=5), segments={"L3L4": "fused"})
    between = np.linalg.inv(np.array(bones["L4"].transform.matrix)) @ np.array(bones["L3"].transform.matrix)
    assert np.degrees(np.arccos(np.clip((np.trace(between[:3, :3]) - 1) / 2, -1, 1))) < 0.6
    assert all(code == "levelShiftPossible" for bone in bones.values() for code in codes(bone))


def test_each_step_names_a_vertebra_and_stopping_early_is_safe(reference, moved):
    work = carryBones(ImagedSpine("A", reference, MARKS), ImagedSpine("B", moved, {}), CHAIN, {})
    steps = [next(work) for _ in range(4)]
    work.close()
    assert [step.fraction for step in steps] == sorted(step.fraction for step in steps)
    assert "looking for L2" in steps[1].message


def test_marks_off_by_half_a_millimeter_do_not_move_the_bone(reference, moved, motions):
    random = np.random.default_rng(8)
    marks = {name: tuple(np.array(point) + random.normal(0.0, (0.2, 0.5, 0.5))) for name, point in MARKS.items()}
    for level, bone in carry(reference, moved, marks=marks).items():
        assert worstCornerMm(level, np.array(bone.transform.matrix), motions[level]) < 0.35, level


def test_a_segmented_body_keeps_what_is_no_bone_out_of_the_fit(reference, moved, motions):
    # Something bright lies in the front of L3 in the reference only; the segmentation leaves it out.
    k, j, i = np.meshgrid(*(np.arange(count) for count in reference.voxels.shape), indexing="ij")
    matrix = reference.geometry.ijkToRAS
    points = np.stack([i, j, k], axis=-1) @ matrix[:3, :3].T + matrix[:3, 3]
    bright = (points[..., 1] > 8.0) & (points[..., 1] < 14.0) & (points[..., 2] > 19.0) & (points[..., 2] < 27.0)
    odd = GrayVolume(np.where(bright, 900.0, reference.voxels).astype(np.float32), reference.geometry)
    body = (np.abs(points[..., 1]) < 16.0) & (np.abs(points[..., 2] - 17.0) < 12.0) & ~bright
    errors = [worstCornerMm("L3", np.array(carry(odd, moved, bodies=bodies)["L3"].transform.matrix), motions["L3"])
              for bodies in ({}, {"L3": body})]  # fmt: skip
    assert errors[1] < 0.3
    assert errors[1] < errors[0]


def test_one_level_that_is_not_found_does_not_make_the_images_differ(reference, moved, motions):
    known = {name: tuple(motions[name[:2]][:3, :3] @ point + motions[name[:2]][:3, 3])
             for name, point in MARKS.items() if name[:2] != "L3"}  # fmt: skip
    center = motions["L3"][:3, :3] @ np.array([0.0, 0.0, 17.0]) + motions["L3"][:3, 3]
    middle = moved.geometry.indices(center)
    _, j, i = np.meshgrid(*(np.arange(count) for count in moved.voxels.shape), indexing="ij")
    gone = np.where(np.hypot(i - middle[0], j - middle[1]) < 22.0, 5.0, moved.voxels).astype(np.float32)
    bone = carry(reference, GrayVolume(gone, moved.geometry), known, levels=("L3",))["L3"]
    assert bone.verdict == FAILED
    assert "imagesDiffer" not in codes(bone)
