"""Alignment of whole regions against values worked out by hand; signs as in reference section 1.8."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import CERVICAL, STILL, Spine, anyPose, at, body, case, cervicalSpine, lumbarSpine, position, rowsOf

NECK = CERVICAL[2:]
POSES = [
    pytest.param(np.eye(4), id="straight"),
    pytest.param(anyPose(1), id="tumbled"),
    pytest.param(anyPose(4), id="reversed"),
]
DOWN = (0.0, 0.0, -1.0)


def arc(lordosisDeg):
    """C2 to T1 on a circle: each body tilted so that C2's and C7's inferior endplates differ by the lordosis."""
    step = math.radians(lordosisDeg / 5.0)
    points = {}
    for number, level in enumerate(reversed(NECK[1:])):
        turn = (number - 1) * step
        # The chain's centers follow the circle of radius 18 / step; straight for no lordosis.
        if step:
            radius = 18.0 / step
            center = (radius * (math.cos(turn) - 1.0), radius * math.sin(turn))
        else:
            center = (0.0, 18.0 * (number - 1))
        points.update(body(level, center, 16.0, 13.0, math.degrees(turn)))
    top = (len(NECK) - 2) * step
    radius = 18.0 / step if step else 0.0
    middle = np.array([radius * (math.cos(top) - 1), radius * math.sin(top)]) if step else np.array([0.0, 90.0])
    along, up = np.array([math.cos(top), math.sin(top)]), np.array([-math.sin(top), math.cos(top)])
    for code, side in (("IA", 8.0), ("IP", -8.0)):
        points[f"C2_{code}"] = at(*(middle - 6.5 * up + side * along))
    points["C2_DP"] = at(*(middle + 20.0 * up - 8.0 * along))
    return Spine(NECK, points)


def rows(spine, pose=STILL, posture="standing"):
    gravity = tuple(pose[:3, :3] @ np.array(DOWN))
    return rowsOf(case(position("a", spine.posed(pose), posture, gravity_RAS=gravity), levels=spine.levels))


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("lordosis", [25.0, 0.0, -15.0])
def test_cervical_lordosis_is_positive_by_cobb_and_by_tangents(pose, lordosis):
    found = rows(arc(lordosis), pose)
    assert found("c2c7Cobb", "C2C7", "a").value == pytest.approx(lordosis, abs=1e-9)
    # The posterior walls of C2 and C7 are square to their endplates here.
    assert found("c2c7Tangent", "C2C7", "a").value == pytest.approx(lordosis, abs=1e-9)
    assert math.copysign(1.0, lordosis) * found("ishihara", "C2C7", "a").value >= -1e-9


@pytest.mark.parametrize("pose", POSES)
def test_ishihara_sums_the_distances_in_front_of_the_line_in_percent_of_its_length(pose):
    # Posterior inferior corners 3, 5, 4 and 2 mm in front of a line of 90 mm from C2 down to C7.
    spine = cervicalSpine()
    moves = {"C2": 0, "C3": 3, "C4": 5, "C5": 4, "C6": 2, "C7": 0}
    ends = {
        f"{level}_IP": at(-8.0 + shift, 100.0 - 18.0 * number) for number, (level, shift) in enumerate(moves.items())
    }
    found = rows(spine.having(**ends), pose)
    assert found("ishihara", "C2C7", "a").value == pytest.approx(100 * 14 / 90)
    ends["C4_IP"] = at(-13.0, 64.0)
    assert rows(spine.having(**ends), pose)("ishihara", "C2C7", "a").value == pytest.approx(100 * 4 / 90)


@pytest.mark.parametrize("pose", POSES)
def test_c2_in_front_of_c7_makes_a_positive_vertical_axis(pose):
    # The virtual center of C2 lies 6.5 mm (half the height of C3) above its inferior endplate's middle.
    spine = cervicalSpine().having(C2_IA=at(23.0, 101.5), C2_IP=at(7.0, 101.5), C7_SP=at(-8.0, 24.5))
    assert rows(spine, pose)("c2c7Sva", "C2C7", "a").value == pytest.approx(15.0 + 8.0)


@pytest.mark.parametrize("pose", POSES)
def test_the_vertical_axis_follows_gravity_and_not_the_scanner(pose):
    # Leaning forward by 30 degrees turns the 83.5 mm from C7's corner (24.5) to C2's center (108) partly forward.
    spine = cervicalSpine()
    angle = math.radians(30.0)
    gravity = tuple(pose[:3, :3] @ np.array([0.0, math.sin(angle), -math.cos(angle)]))
    here = position("a", spine.posed(pose), "sitting", gravity_RAS=gravity)
    expected = 8.0 * math.cos(angle) + 83.5 * math.sin(angle)
    found = rowsOf(case(here, levels=CERVICAL))
    assert found("c2c7Sva", "C2C7", "a").value == pytest.approx(expected)
    assert found("t1Slope", "T1", "a").value == pytest.approx(30.0)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("slope", [25.0, -5.0])
def test_a_t1_that_tilts_forward_has_a_positive_slope(pose, slope):
    points = body("T1", (0.0, 0.0), 16.0, 13.0, -slope)
    assert rows(cervicalSpine().having(**points), pose)("t1Slope", "T1", "a").value == pytest.approx(slope)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("lordosis", [45.0, -10.0])
def test_lumbar_lordosis_is_positive(pose, lordosis):
    angle = math.radians(lordosis)
    sacrum = {"S1_SA": at(35.0 * math.cos(angle) - 17.5, -35.0 * math.sin(angle)), "S1_SP": at(-17.5, 0.0)}
    assert rows(lumbarSpine().having(**sacrum), pose)("lumbarLordosis", "L1S1", "a").value == pytest.approx(lordosis)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("front", [2.5, -1.0])
def test_the_cords_line_is_crossed_where_the_smallest_distance_is_negative(pose, front):
    # The cord's middle runs straight at -15.5; the canal's front lies `front` before it at C5-6, farther elsewhere.
    found = rows(cervicalSpine().having(C5C6_CA=at(-15.5 + front, 45.0)), pose)
    assert found("kLineMinimum", "C2C7", "a").value == pytest.approx(front)
    # The untouched canal of the builder starts at -9, 6.5 mm in front of that line.
    assert rows(cervicalSpine(), pose)("kLineMinimum", "C2C7", "a").value == pytest.approx(6.5)
