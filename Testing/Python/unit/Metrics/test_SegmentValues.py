"""Angles, sizes, slips and discs of one segment against values worked out by hand, in several poses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import STILL, Spine, anyPose, at, body, case, position, rowsOf

POSES = [
    pytest.param(np.eye(4), id="straight"),
    pytest.param(anyPose(1), id="tumbled"),
    pytest.param(anyPose(2), id="reversed"),
]


def segment(pose=STILL, levels=("L4", "L5"), **points):
    """Rows of two bodies 35 x 27 mm with a 10 mm disc between them, and further points."""
    spine = Spine(levels, {**body(levels[0], (0.0, 37.0), 35.0, 27.0), **body(levels[1], (0.0, 0.0), 35.0, 27.0)})
    return rowsOf(case(position("a", spine.having(**points).posed(pose)), levels=levels))


def tilted(pose, upperDeg, lowerDeg, shift=0.0):
    """Rows of two such bodies, each tilted in extension about its center, the upper one shifted forward."""
    points = {**body("L4", (shift, 37.0), 35.0, 27.0, upperDeg), **body("L5", (0.0, 0.0), 35.0, 27.0, lowerDeg)}
    return rowsOf(case(position("a", Spine(("L4", "L5"), points).posed(pose)), levels=("L4", "L5")))


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("metric", ["discAngle", "segmentCobb", "bodyAngle"])
@pytest.mark.parametrize(("upper", "lower"), [(5.0, -7.0), (-6.0, 3.0), (0.0, 0.0)])
def test_angles_of_rectangles_are_the_difference_of_their_tilts_with_lordosis_positive(pose, metric, upper, lower):
    assert tilted(pose, upper, lower)(metric, "L4L5", "a").value == pytest.approx(upper - lower, abs=1e-9)


@pytest.mark.parametrize("pose", POSES)
def test_the_three_angles_of_a_wedge_differ_by_its_wedge(pose):
    # The front of the upper endplate of L5 is raised so that it tilts by 4 degrees; its mid-plane tilts by half of it.
    rise = 35.0 * math.tan(math.radians(4.0))
    rows = segment(pose, L5_SA=at(17.5, 13.5 + rise))
    assert rows("discAngle", "L4L5", "a").value == pytest.approx(-4.0)
    assert rows("segmentCobb", "L4L5", "a").value == pytest.approx(0.0, abs=1e-9)
    assert rows("bodyAngle", "L4L5", "a").value == pytest.approx(-math.degrees(math.atan(rise / 70.0)))


@pytest.mark.parametrize("pose", POSES)
def test_body_sizes_are_those_of_the_mid_plane_and_the_mean_of_both_walls(pose):
    rows = segment(pose, L4_SA=at(17.5, 53.5), L4_IA=at(19.5, 23.5))
    # Anterior wall from (19.5, 23.5) to (17.5, 53.5), posterior wall 27; its middle lies at (18.5, 38.5).
    assert rows("bodyHeight", "L4", "a").value == pytest.approx((math.hypot(2.0, 30.0) + 27.0) / 2.0)
    assert rows("bodyDepth", "L4", "a").value == pytest.approx(math.hypot(18.5 + 17.5, 38.5 - 37.0))
    assert rows("bodyDepth", "L5", "a").value == pytest.approx(35.0)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("shift", [4.0, -4.0])
def test_a_pure_shift_of_4_mm_on_a_depth_of_35_is_a_slip_of_11_43_percent(pose, shift):
    # Reference section 8, test 2: anterior positive, a retrolisthesis negative.
    rows = tilted(pose, 0.0, 0.0, shift)
    sign = math.copysign(1.0, shift)
    assert rows("slip", "L4L5", "a").value == pytest.approx(shift)
    assert rows("slipCenter", "L4L5", "a").value == pytest.approx(shift)
    assert rows("slipPercent", "L4L5", "a").value == pytest.approx(sign * 11.43, abs=0.005)
    assert rows("slipPercentUpper", "L4L5", "a").value == pytest.approx(sign * 100 * 4 / 35)
    assert rows("meyerding", "L4L5", "a").value == sign


@pytest.mark.parametrize("pose", POSES)
def test_slip_runs_along_the_lower_endplate_and_its_two_percentages_differ_by_their_depths(pose):
    # The lower endplate rises by 3:4 over 30 mm, so its length is 37.5; the upper body keeps a mid-width of 35.
    rows = segment(pose, L5_SA=at(12.5, 36.0), L5_SP=at(-17.5, 13.5))
    along = (-17.5 + 17.5) * 0.8 + (23.5 - 13.5) * 0.6
    assert rows("slip", "L4L5", "a").value == pytest.approx(along)
    assert rows("slipPercent", "L4L5", "a").value == pytest.approx(100 * along / 37.5)
    assert rows("slipPercentUpper", "L4L5", "a").value == pytest.approx(100 * along / 35.0)


@pytest.mark.parametrize("pose", POSES)
def test_the_center_slip_runs_along_the_bisector_of_the_mid_planes(pose):
    # Mid-planes at +10 and -4 degrees: the bisector lies at +3 degrees, whatever their lengths.
    points = {**body("L4", (3.0, 37.0), 30.0, 27.0, 10.0), **body("L5", (0.0, 0.0), 40.0, 27.0, -4.0)}
    rows = rowsOf(case(position("a", Spine(("L4", "L5"), points).posed(pose)), levels=("L4", "L5")))
    bisector = math.radians(3.0)
    expected = 3.0 * math.cos(bisector) + 37.0 * math.sin(bisector)
    assert rows("slipCenter", "L4L5", "a").value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("percent", "grade"),
    [
        (0.0, 0),
        (4.9, 0),
        (5.1, 1),
        (24.9, 1),
        (25.0, 1),
        (25.1, 2),
        (50.1, 3),
        (75.1, 4),
        (100.0, 4),
        (101.0, 5),
        (-30.0, -2),
    ],
)
def test_meyerding_grades_are_quarters_of_the_lower_endplate(percent, grade):
    rows = tilted(np.eye(4), 0.0, 0.0, 0.35 * percent)
    assert rows("meyerding", "L4L5", "a").value == grade


@pytest.mark.parametrize("pose", POSES)
def test_disc_heights_are_the_distances_of_the_facing_corners(pose):
    rows = segment(pose, L4_IA=at(17.5, 26.5), L4_IP=at(-16.5, 21.5))
    front, back = 13.0, math.hypot(1.0, 8.0)
    assert rows("discHeightAnterior", "L4L5", "a").value == pytest.approx(front)
    assert rows("discHeightPosterior", "L4L5", "a").value == pytest.approx(back)
    assert rows("discHeightMiddle", "L4L5", "a").value == pytest.approx(math.hypot(0.5, 24.0 - 13.5))
    upperMid = math.hypot(17.5 + (17.5 + 16.5) / 2.0, (50.5 + 26.5) / 2.0 - (50.5 + 21.5) / 2.0)
    assert rows("discHeightIndex", "L4L5", "a").value == pytest.approx((front + back) / (upperMid + 35.0))


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("bulge", [4.0, -1.5])
def test_a_disc_behind_the_line_of_the_corners_bulges_and_one_in_front_does_not(pose, bulge):
    rows = segment(pose, L4L5_CA=at(-17.5 - bulge, 18.0), L4L5_CP=at(-32.0, 18.0))
    assert rows("discBulge", "L4L5", "a").value == pytest.approx(bulge)


def test_the_bulge_of_a_slipped_segment_is_square_to_the_oblique_line():
    # Corners at (-17.5 + 6, 23.5) and (-17.5, 13.5): direction (6, 10) / |.|; the disc's edge lies at (-18, 18).
    points = {**body("L4", (6.0, 37.0), 35.0, 27.0), **body("L5", (0.0, 0.0), 35.0, 27.0), "L4L5_CA": at(-18.0, 18.0)}
    rows = rowsOf(case(position("a", Spine(("L4", "L5"), points)), levels=("L4", "L5")))
    # Distance of (-18, 18) from that line: ((18 - 13.5) * 6 + 0.5 * 10) / |(6, 10)|, behind it.
    expected = (4.5 * 6.0 + 0.5 * 10.0) / math.hypot(6.0, 10.0)
    assert rows("discBulge", "L4L5", "a").value == pytest.approx(expected)


@pytest.mark.parametrize("pose", POSES)
def test_the_interspinous_distance_is_that_of_the_facing_edges(pose):
    rows = segment(pose, L4_SPL=at(-50.0, 24.0), L5_SPU=at(-53.0, 20.0))
    assert rows("interspinousDistance", "L4L5", "a").value == pytest.approx(5.0)
