"""The part of an image that moves with a bone."""

from __future__ import annotations

import numpy as np
import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Rigid import applyTransform, rigid, rotationMatrix
from DynamicSpineLib.Registration.BoneRegion import FADE_MM, RIM_MM, boneRegions

BOX = {f"L3_{code}": (0.0, 16.0 * y, 12.0 * z) for code, y, z in
       (("SA", 1, 1), ("SP", -1, 1), ("IA", 1, -1), ("IP", -1, -1))}  # fmt: skip
RIGHT = np.array([1.0, 0.0, 0.0])


def region(marks, levels=("L3",), across=RIGHT, **options):
    return boneRegions(marks, Chain(levels), across, **options)


def test_axes_point_left_up_and_forward_whatever_the_sign_of_the_slices():
    for across in (RIGHT, -RIGHT):
        axes = region(BOX, across=across)["L3"].axes
        assert np.allclose(axes, [[-1, 0, 0], [0, 0, 1], [0, 1, 0]], atol=1e-9)


def test_distance_is_that_to_the_box_within_its_width():
    bone = region(BOX)["L3"]
    points = np.array([[0, 0, 0], [0, 19, 0], [0, 0, 15], [0, 19, 16], [15.9, 0, 0], [16.1, 0, 0]], dtype=float)
    assert bone.outsideMm(bone.local(points)) == pytest.approx([-12.0, 3.0, 3.0, 5.0, -12.0, np.inf])
    assert bone.sizeMm == pytest.approx(np.sqrt(32 * 24 / np.pi))


def test_weight_falls_from_one_to_nothing_beyond_the_rim():
    bone = region(BOX)["L3"]
    beyond = np.array([0.0, RIM_MM, RIM_MM + 0.5 * FADE_MM, RIM_MM + FADE_MM, 9.0])
    points = np.column_stack([0 * beyond, 16.0 + beyond, 0 * beyond])
    assert bone.weights(bone.local(points)) == pytest.approx([1.0, 1.0, 0.5, 0.0, 0.0])


def test_the_region_moves_with_its_marks():
    motion = rigid(rotationMatrix([0.3, 0.2, -0.1]), [10.0, -20.0, 30.0])
    moved = {name: tuple(applyTransform(np.array(point), motion)) for name, point in BOX.items()}
    points = np.random.default_rng(1).uniform(-25, 25, (200, 3))
    still, turned = region(BOX)["L3"], region(moved, across=motion[:3, :3] @ RIGHT)["L3"]
    there = turned.weights(turned.local(applyTransform(points, motion)))
    assert there == pytest.approx(still.weights(still.local(points)), abs=1e-6)


def test_a_lone_endplate_gives_the_bone_below_or_above_it():
    s1 = {"S1_SA": (0.0, 15.0, 0.0), "S1_SP": (0.0, -15.0, 0.0)}
    c2 = {"C2_IA": (0.0, 8.0, 0.0), "C2_IP": (0.0, -8.0, 0.0)}
    below, above = region(s1, ("S1",))["S1"], region(c2, ("C2",))["C2"]
    points = np.array([[0.0, 0.0, 5.0], [0.0, 0.0, -5.0]])
    assert list(below.outsideMm(below.local(points)) < 0) == [False, True]
    assert list(above.outsideMm(above.local(points)) < 0) == [True, False]


def test_levels_with_too_few_marks_have_no_region():
    assert region({"L3_SA": (0.0, 1.0, 2.0)}) == {}
    assert region({"L3_SA": (0.0, 1.0, 12.0), "L3_IA": (0.0, 1.0, -12.0)}) == {}


def test_skull_and_atlas_have_regions_of_rods_and_no_body():
    marks = {"Oc_BA": (0.0, 20.0, 0.0), "Oc_CL": (0.0, 25.0, 25.0), "Oc_OP": (0.0, -15.0, 0.0),
             "C1_AAP": (0.0, 12.0, -12.0), "C1_PAA": (0.0, -16.0, -14.0)}  # fmt: skip
    regions = region(marks, ("Oc", "C1"))
    assert list(regions) == ["Oc", "C1"]
    assert not any(item.hasBody for item in regions.values())
    atlas = regions["C1"]
    dens = np.array([[0.0, 6.0, -12.0]])
    assert atlas.outsideMm(atlas.local(dens))[0] > 2.0, "the dens moves on its own"


def test_images_that_show_no_more_make_the_region_narrow():
    bone = region(BOX, mostHalfWidthMm=3.0)["L3"]
    assert np.isinf(bone.outsideMm(bone.local(np.array([[4.0, 0.0, 0.0]]))))[0]


def test_the_plane_follows_marks_that_are_turned_about_the_long_axis():
    turn = rotationMatrix([0.0, 0.0, np.radians(12.0)])
    moved = {name: tuple(turn @ np.array(point)) for name, point in BOX.items()}
    assert np.degrees(np.arccos(region(moved)["L3"].axes[0] @ turn @ -RIGHT)) < 1.0
