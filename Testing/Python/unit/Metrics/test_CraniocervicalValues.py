"""The craniocervical junction against values worked out by hand; signs as in reference section 4."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import STILL, Rows, Spine, anyPose, at, case, flexionAbout, moved, position, rowsOf

LEVELS = ("Oc", "C1", "C2")
POSES = [
    pytest.param(np.eye(4), id="straight"),
    pytest.param(anyPose(1), id="tumbled"),
    pytest.param(anyPose(4), id="reversed"),
]

# The basion is the origin, McRae's line runs level back to the opisthion, and the back of C2 stands 8 mm behind.
PLACES = {"Oc_BA": (0, 0), "Oc_OP": (-36, 0), "Oc_CL": (20, 20), "Oc_HP": (40, 0), "Oc_OL": (-40, 0),
          "C2_DP": (-8, -12), "C2_IP": (-8, -40), "C2_IA": (8, -40), "C2_DT": (0, -6), "C2_DA": (4, -14),
          "C2_DQ": (-8, -14), "C1_AAP": (6, -14), "C1_PAA": (-28, -14)}  # fmt: skip


def rows(pose=STILL, posture="standing", **places) -> Rows:
    points = {name: at(*place) for name, place in {**PLACES, **places}.items()}
    return rowsOf(case(position("a", Spine(LEVELS, points).posed(pose), posture), levels=LEVELS))


def value(metric, pose=STILL, **places) -> float:
    return rows(pose, **places)(metric, "OcC2", "a").value


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize(
    ("clivus", "back", "expected"),
    [((20, 20), (-8, -40), 135.0), ((10, 10 * math.sqrt(3)), (-8, -40), 150.0), ((0, 25), (-8, -40), 180.0),
     ((-10, 25), (-8, -40), 180.0 + math.degrees(math.atan(10 / 25))), ((20, 20), (-36, -40), 180.0)],
)  # fmt: skip
def test_the_clivo_axial_angle_is_the_ventral_one(pose, clivus, back, expected):
    # Clivus up at atan2 of its direction, posterior axial line down: the angle between them on the front.
    assert value("cxa", pose, Oc_CL=clivus, C2_IP=back) == pytest.approx(expected)


def test_the_clivo_axial_angle_falls_when_the_head_nods():
    angles = []
    for nod in (-10.0, 0.0, 10.0):
        turn = flexionAbout(at(-10.0, -5.0), nod)
        points = {name: at(*place) for name, place in PLACES.items()}
        points = {name: moved(point, turn) if name.startswith("Oc") else point for name, point in points.items()}
        angles.append(rowsOf(case(position("a", Spine(LEVELS, points)), levels=LEVELS))("cxa", "OcC2", "a").value)
    assert angles == pytest.approx([145.0, 135.0, 125.0])


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize(("dura", "expected"), [((-13.0, -20.0), 9.0), ((-1.0, -20.0), -3.0)])
def test_grabb_oakes_counts_dura_behind_the_line_positive(pose, dura, expected):
    # With the lower back corner of C2 straight below and behind at (-8, -40) the line falls back by 1 in 5.
    along = np.array([-8.0, -40.0]) / math.hypot(8.0, 40.0)
    square = abs(dura[0] * along[1] - dura[1] * along[0])
    assert value("pbc2", pose, Oc_VD=dura) == pytest.approx(math.copysign(square, expected))


@pytest.mark.parametrize("pose", POSES)
def test_an_upright_line_makes_grabb_oakes_a_plain_distance(pose):
    assert value("pbc2", pose, C2_IP=(0, -40), C2_DP=(0, -12), Oc_VD=(-9.0, -20.0)) == pytest.approx(9.0)


@pytest.mark.parametrize("pose", POSES)
def test_basion_dens_and_basion_axial_intervals(pose):
    assert value("bdi", pose, C2_DT=(-3, -4)) == pytest.approx(5.0)
    assert value("bai", pose) == pytest.approx(8.0)
    assert value("bai", pose, C2_DP=(3, -12), C2_IP=(3, -40)) == pytest.approx(-3.0)


@pytest.mark.parametrize("pose", POSES)
def test_the_atlas_is_measured_in_front_of_and_behind_the_dens(pose):
    assert value("adi", pose) == pytest.approx(2.0)
    assert value("padi", pose) == pytest.approx(20.0)


def test_the_dens_cortex_stands_in_for_its_back_at_the_height_of_the_arch():
    points = {name: at(*place) for name, place in PLACES.items() if name != "C2_DQ"}
    row = rowsOf(case(position("a", Spine(LEVELS, points)), levels=LEVELS))("padi", "OcC2", "a")
    assert row.value == pytest.approx(math.hypot(20.0, 2.0))


@pytest.mark.parametrize("pose", POSES)
def test_powers_ratio_of_30_over_36_is_0_833(pose):
    # Reference section 8, test 4.
    found = value("powers", pose, C1_PAA=(-30, 0), C1_AAP=(0, 0))
    assert found == pytest.approx(30 / 36)
    assert round(found, 3) == 0.833


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("metric", ["mcrae", "chamberlain", "mcgregor"])
@pytest.mark.parametrize("height", [-5.0, 3.0])
def test_a_dens_above_the_skull_base_lines_is_positive(pose, metric, height):
    assert value(metric, pose, C2_DT=(-4, height)) == pytest.approx(height)


@pytest.mark.parametrize("pose", POSES)
def test_the_three_skull_base_lines_are_told_apart(pose):
    places = {"Oc_OP": (-30, 3), "Oc_HP": (50, -57), "Oc_OL": (-40, -12), "C2_DT": (-10, -10)}
    found = rows(pose, **places)
    # Chamberlain from (-30, 3) to (50, -57): direction (4, -3)/5; the dens tip lies (20, -13) off its start.
    assert found("chamberlain", "OcC2", "a").value == pytest.approx((20 * 3 - 13 * 4) / 5)
    # McGregor from (-40, -12) to (50, -57): direction (2, -1)/sqrt 5, offset (30, 2).
    assert found("mcgregor", "OcC2", "a").value == pytest.approx((30 + 2 * 2) / math.sqrt(5))
    # McRae from (-30, 3) to (0, 0): direction (10, -1)/sqrt 101, offset (20, -13).
    assert found("mcrae", "OcC2", "a").value == pytest.approx((20 - 130) / math.sqrt(101))


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize(("tip", "expected"), [((-6, 0), 18**0.5), ((6, 0), -(18**0.5)), ((-10, -10), 0.0)])
def test_a_dens_behind_the_line_of_the_clivus_is_positive(pose, tip, expected):
    # The clivus falls at 45 degrees through the basion, so a point is |a - c| / sqrt 2 behind it.
    assert value("wackenheim", pose, C2_DT=tip) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("pose", POSES)
def test_ranawat_runs_along_the_axis_of_c2(pose):
    places = {"C2_PD": (-3, -30), "C1_AC": (9, -14), "C1_PC": (-31, -14), "C2_DT": (0, -6)}
    assert value("ranawat", pose, **places) == pytest.approx(16.0)
    # A tilted axis (from (0, -40) to (-17, -6): 1 back for 2 up) makes the way to the level line longer by sqrt 5 / 2.
    places["C2_DT"] = (-17, -6)
    assert value("ranawat", pose, **places) == pytest.approx(16.0 * math.sqrt(5) / 2)


@pytest.mark.parametrize("pose", POSES)
def test_redlund_johnell_is_how_far_the_base_of_c2_lies_below_mcgregors_line(pose):
    assert value("redlundJohnell", pose) == pytest.approx(40.0)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("height", [-6.0, 2.0])
def test_a_tonsil_below_the_foramen_magnum_is_positive(pose, height):
    assert value("tonsil", pose, Oc_TT=(-20, height)) == pytest.approx(-height)


@pytest.mark.parametrize("pose", POSES)
def test_the_angle_of_the_occiput_to_c2_has_lordosis_positive(pose):
    # McRae's line is raised in front by 10 degrees against the level endplate of C2.
    rise = 36 * math.tan(math.radians(10.0))
    assert value("occiputC2", pose, Oc_BA=(0, rise)) == pytest.approx(10.0)
    assert value("occiputC2", pose, C2_IA=(8, -40 + 16 * math.tan(math.radians(4.0)))) == pytest.approx(-4.0)


@pytest.mark.parametrize("pose", POSES)
def test_the_upper_joints_use_the_lines_of_the_skull_the_atlas_and_the_endplate_of_c2(pose):
    # Reference 1.1: C0-C1 between McRae's line and the line of the arches, C1-C2 between that line and C2's endplate.
    rise = 34 * math.tan(math.radians(6.0))
    found = rows(pose, C1_AAP=(6, -14 + rise))
    assert found("discAngle", "OcC1", "a").value == pytest.approx(-6.0)
    assert found("discAngle", "C1C2", "a").value == pytest.approx(6.0)
