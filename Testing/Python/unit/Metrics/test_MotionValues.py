"""Motion from one position to another against rigid motions whose center and angle are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from Spines import (
    CERVICAL,
    LUMBAR,
    STILL,
    Spine,
    anyPose,
    at,
    body,
    case,
    cervicalSpine,
    chainMatrices,
    flexed,
    flexionAbout,
    lumbarSpine,
    position,
    rowsOf,
    shiftBy,
)

LEVELS = ("L4", "L5")
PAIR = Spine(LEVELS, {**body("L4", (0.0, 37.0), 35.0, 27.0), **body("L5", (0.0, 0.0), 35.0, 27.0)})
CENTER = (-3.0, 10.0)


def turned(point, center, degrees):
    """(anterior, cranial) turned in flexion (clockwise) about a center, by hand."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    u, v = point[0] - center[0], point[1] - center[1]
    return center[0] + c * u + s * v, center[1] - s * u + c * v


def moving(joint, before=STILL, after=STILL, spine=PAIR, **fields):
    """Rows of extension and flexion, L4 moved by a 4 x 4 matrix against L5, each patient posed as given."""
    flexion = spine.carried(chainMatrices(spine.levels, {"L4": joint})).posed(after)
    study = case(
        position("flexion", flexion, "standing", "flexion"),
        position("extension", spine.posed(before), "standing", "extension"),
        levels=spine.levels, **fields,
    )  # fmt: skip
    return rowsOf(study)


def motion(rows, metric, level="L4L5"):
    return rows(metric, level, "flexion", "extension")


@pytest.mark.parametrize("after", [np.eye(4), anyPose(3)], ids=["same pose", "another pose"])
@pytest.mark.parametrize("center", [CENTER, (10.0, 25.0), (-30.0, -4.0)])
def test_all_angle_variants_agree_on_8_degrees_of_flexion_and_the_center_is_found(after, center):
    # Reference section 8, test 1.
    rows = moving(flexionAbout(at(*center), 8.0), after=after)
    assert motion(rows, "rotation").value == pytest.approx(8.0)
    assert motion(rows, "rotationDisc").value == pytest.approx(8.0)
    for metric in ("discAngle", "segmentCobb", "bodyAngle"):
        # Lordosis falls in flexion.
        change = rows(metric, "L4L5", "flexion", kind="state").value - rows(metric, "L4L5", "extension").value
        assert change == pytest.approx(-8.0)
    assert motion(rows, "icrAnterior").value == pytest.approx(100 * (center[0] + 17.5) / 35)
    assert motion(rows, "icrCranial").value == pytest.approx(100 * (center[1] - 13.5) / 27)


def test_the_corner_method_contains_the_lever_arm_that_the_centers_do_not():
    # Reference section 8, test 1: both shifts by hand, from the turned corner and from the turned center.
    rows = moving(flexionAbout(at(*CENTER), 8.0), after=anyPose(3))
    corner = turned((-17.5, 23.5), CENTER, 8.0)[0] + 17.5
    center = turned((0.0, 37.0), CENTER, 8.0)
    half = math.radians(4.0)
    middle = center[0] * math.cos(half) - center[1] * math.sin(half)
    assert motion(rows, "translationCorner").value == pytest.approx(corner)
    assert motion(rows, "translationPercent").value == pytest.approx(100 * corner / 35)
    assert motion(rows, "translation").value == pytest.approx(middle)
    assert motion(rows, "tpdr").value == pytest.approx(100 * corner / 35 / 8.0)
    assert abs(corner - middle) > 0.5


def test_a_flexion_against_a_moved_lower_body_is_the_same_motion():
    still = moving(flexionAbout(at(*CENTER), 8.0))
    both = moving(flexionAbout(at(*CENTER), 8.0), after=flexionAbout(at(20.0, -40.0), 25.0) @ shiftBy(12.0, -7.0))
    for metric in ("rotation", "translation", "translationCorner", "icrAnterior", "icrCranial", "tpdr"):
        assert motion(both, metric).value == pytest.approx(motion(still, metric).value, abs=1e-9)


@pytest.mark.parametrize("shift", [4.0, -4.0])
def test_a_pure_shift_is_a_translation_with_anterior_positive_and_no_rotation(shift):
    rows = moving(shiftBy(anterior=shift))
    assert motion(rows, "rotation").value == pytest.approx(0.0, abs=1e-9)
    assert motion(rows, "translation").value == pytest.approx(shift)
    assert motion(rows, "translationCorner").value == pytest.approx(shift)
    assert motion(rows, "translationPercent").value == pytest.approx(100 * shift / 35)


@pytest.mark.parametrize(("degrees", "given"), [(4.9, False), (5.1, True), (-4.9, False), (-5.1, True)])
def test_centers_and_shifts_per_degree_are_refused_under_5_degrees_with_the_reason(degrees, given):
    rows = moving(flexionAbout(at(*CENTER), degrees))
    for metric in ("icrAnterior", "icrCranial", "tpdr"):
        row = motion(rows, metric)
        assert row.status == ("ok" if given else "notAvailable")
        assert row.reasonCode == ("" if given else "belowRotation")
        assert "5 degrees" in row.reason or given
    assert motion(rows, "rotation").status == "ok"


def test_a_motion_against_its_label_is_negative():
    # A "flexion" that extends the segment: the sign tells it, the direction of the pair stays.
    rows = moving(flexionAbout(at(*CENTER), -6.0))
    assert motion(rows, "rotation").value == pytest.approx(-6.0)
    assert motion(rows, "icrAnterior").value == pytest.approx(100 * (CENTER[0] + 17.5) / 35)


@settings(max_examples=25, deadline=None)
@given(
    degrees=st.floats(5.5, 40.0), sign=st.sampled_from([1.0, -1.0]),
    center=st.tuples(st.floats(-40.0, 40.0), st.floats(-30.0, 60.0)), seed=st.integers(0, 1000),
)  # fmt: skip
def test_any_planar_motion_of_irregular_bodies_is_recovered(degrees, sign, center, seed):
    random = np.random.default_rng(seed)
    shaped = PAIR.mapped(lambda point: point + at(*random.normal(0, 1.5, 2)))
    rows = moving(flexionAbout(at(*center), sign * degrees), anyPose(seed), anyPose(seed + 1), shaped)
    assert motion(rows, "rotation").value == pytest.approx(sign * degrees, abs=1e-7)
    # Along the superior endplate in percent of the mid-plane's length, and square to it in percent of the height.
    corner = {code: shaped.points[f"L5_{code}"][1:] for code in ("SA", "SP", "IA", "IP")}
    endplate = (corner["SA"] - corner["SP"]) / np.linalg.norm(corner["SA"] - corner["SP"])
    offset = np.array(center) - corner["SP"]
    depth = np.linalg.norm(corner["SA"] + corner["IA"] - corner["SP"] - corner["IP"]) / 2
    height = (np.linalg.norm(corner["SA"] - corner["IA"]) + np.linalg.norm(corner["SP"] - corner["IP"])) / 2
    above = endplate[0] * offset[1] - endplate[1] * offset[0]
    assert motion(rows, "icrAnterior").value == pytest.approx(100 * offset @ endplate / depth, abs=1e-6)
    assert motion(rows, "icrCranial").value == pytest.approx(100 * above / height, abs=1e-6)


def test_rotation_uses_the_corners_that_both_positions_have():
    spine = Spine(LEVELS, PAIR.points)
    turnedSpine = spine.carried(chainMatrices(LEVELS, {"L4": flexionAbout(at(*CENTER), 7.0)}))
    study = case(
        position("extension", spine.without("L4_SA", "L5_IP"), "standing", "extension"),
        position("flexion", turnedSpine.without("L4_IP"), "standing", "flexion"),
        levels=LEVELS,
    )
    assert motion(rowsOf(study), "rotation").value == pytest.approx(7.0)


def lumbarMotion(angles, drop=(), **fields):
    """Rows of a lumbar spine that flexes by angles per segment, cranial to caudal."""
    spine = lumbarSpine().without(*drop)
    flexion = spine.carried(flexed(lumbarSpine(), dict(zip(LUMBAR, angles, strict=False))))
    return rowsOf(case(position("extension", spine, "standing", "extension"),
                       position("flexion", flexion, "standing", "flexion"), levels=LUMBAR, **fields))  # fmt: skip


def shares(rows):
    return {row.level: row for row in rows.all if row.metric == "romShare"}


def test_shares_are_percent_of_the_sum_over_the_region():
    rows = shares(lumbarMotion([4.0, 5.0, 6.0, 7.0, 3.0]))
    assert [rows[level].value for level in rows] == pytest.approx([16.0, 20.0, 24.0, 28.0, 12.0])


def test_shares_count_native_segments_only():
    rows = shares(lumbarMotion([6.0, 5.0, 6.0, 7.0, 5.0], segments={"L4L5": "fused"}))
    assert (rows["L4L5"].status, rows["L4L5"].reasonCode) == ("notAvailable", "notNative")
    given = [rows[level].value for level in ("L1L2", "L2L3", "L3L4", "L5S1")]
    assert given == pytest.approx([100 * angle / 22.0 for angle in (6, 5, 6, 5)])


def test_a_fused_segments_motion_does_not_help_to_reach_the_excursion():
    rows = shares(lumbarMotion([4.0, 4.0, 5.0, 7.0, 5.0], segments={"L4L5": "implant"}))
    assert rows["L1L2"].reasonCode == "belowExcursion"


def test_centers_of_rotation_are_for_native_segments():
    rows = lumbarMotion([6.0] * 5, segments={"L4L5": "block"})
    assert motion(rows, "icrAnterior").reasonCode == "notNative"
    assert motion(rows, "icrAnterior", "L3L4").status == "ok"
    assert motion(rows, "rotation").value == pytest.approx(6.0)
    assert motion(rows, "rotation").segmentStatus == "block"


@pytest.mark.parametrize("total", [19.5, 20.5])
def test_shares_need_20_degrees_from_l1_to_s1(total):
    rows = shares(lumbarMotion([total / 5.0] * 5))
    assert {row.reasonCode for row in rows.values()} == ({""} if total > 20 else {"belowExcursion"})


def neckMotion(angles, drop=()):
    spine = cervicalSpine().without(*drop)
    flexion = spine.carried(flexed(cervicalSpine(), dict(zip(CERVICAL[2:], angles, strict=False))))
    return rowsOf(case(position("extension", spine, "standing", "extension"),
                       position("flexion", flexion, "standing", "flexion"), levels=CERVICAL))  # fmt: skip


@pytest.mark.parametrize("total", [29.5, 30.5])
def test_shares_need_30_degrees_from_c2_to_c7(total):
    rows = shares(neckMotion([total / 5.0] * 5 + [9.0]))
    assert {row.reasonCode for row in rows.values()} == ({""} if total > 30 else {"belowExcursion"})
    assert set(rows) == {"C2C3", "C3C4", "C4C5", "C5C6", "C6C7"}


def test_a_region_with_a_level_that_cannot_be_measured_gives_no_shares():
    rows = shares(lumbarMotion([8.0] * 5, drop=("L3_SA", "L3_SP", "L3_IA", "L3_IP")))
    assert rows["L1L2"].reasonCode == "regionIncomplete"
    assert rows["L2L3"].reasonCode == "notMarked"


@pytest.mark.parametrize("after", [np.eye(4), anyPose(8)], ids=["same pose", "another pose"])
def test_the_regions_turn_by_the_sum_of_their_segments(after):
    spine = cervicalSpine()
    matrices = flexed(spine, {"Oc": 11.0, "C1": -3.0, "C2": 5.0, "C3": 6.0, "C4": 7.0, "C5": 8.0, "C6": 9.0, "C7": 4.0})
    rows = rowsOf(case(position("extension", spine, "standing", "extension"),
                       position("flexion", spine.carried(matrices).posed(after), "standing", "flexion"),
                       levels=CERVICAL))  # fmt: skip
    assert motion(rows, "regionRotation", "C2C7").value == pytest.approx(35.0)
    assert motion(rows, "regionRotation", "OcC2").value == pytest.approx(8.0)
    assert motion(rows, "occiputC2", "OcC2").value == pytest.approx(8.0)
    assert motion(rows, "rotation", "OcC1").value == pytest.approx(11.0)
    assert motion(rows, "rotation", "C1C2").value == pytest.approx(-3.0)
    assert motion(rows, "rotation", "C7T1").value == pytest.approx(4.0)


def test_the_lumbar_region_turns_by_the_sum_of_its_segments():
    assert motion(lumbarMotion([4, 5, 6, 7, 3]), "regionRotation", "L1S1").value == pytest.approx(25.0)


def test_there_is_one_row_per_pair_in_the_declared_direction():
    rows = moving(flexionAbout(at(*CENTER), 8.0))
    ends = {(row.fromPosition, row.position) for row in rows.all if row.kind == "motion"}
    assert ends == {("extension", "flexion")}
