"""Foramina, areas and axial lines against analytic figures, and the planes they may be marked in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import (
    ANTERIOR,
    CRANIAL,
    LEFT,
    LUMBAR,
    STILL,
    Spine,
    anyPose,
    at,
    case,
    cervicalSpine,
    ellipse,
    lumbarSpine,
    position,
    rowsOf,
    turnAbout,
)

POSES = [pytest.param(np.eye(4), id="straight"), pytest.param(anyPose(1), id="tumbled")]


def rows(spine, pose=STILL, posture="supine"):
    return rowsOf(case(position("a", spine.posed(pose), posture), levels=spine.levels))


def withCurve(spine, name, curve):
    return Spine(spine.levels, spine.points, {**spine.curves, name: curve})


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("side", ["L", "R"])
def test_the_height_of_a_foramen_is_its_length_and_its_widths_are_square_to_that(pose, side):
    sideways = 20.0 if side == "L" else -20.0
    # The pedicles lie 15 mm apart along (9, 12); the borders differ by 6 mm square to it and by 4 mm along it.
    along, square = np.array([9.0, 12.0]) / 15.0, np.array([12.0, -9.0]) / 15.0
    places = {"FS": (9.0, 12.0), "FI": (0.0, 0.0), "FA": 7 * along + 3.5 * square, "FP": 3 * along - 2.5 * square,
              "FAS": 12 * along + 2 * square, "FPS": 11 * along - 3 * square}  # fmt: skip
    marks = {f"L4L5_{code}_{side}": at(u - 20, v + 30, sideways) for code, (u, v) in places.items()}
    found = rows(lumbarSpine().having(**marks), pose)
    assert found("foramenHeight", "L4L5", "a", side=side).value == pytest.approx(15.0)
    assert found("foramenWidthMiddle", "L4L5", "a", side=side).value == pytest.approx(6.0)
    assert found("foramenWidthSuperior", "L4L5", "a", side=side).value == pytest.approx(5.0)


# Reference 0.3: at 10 degrees the area is 1.5 % too large, at 20 degrees 6.4 %.
@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize(("count", "percent"), [(8, 0.3), (12, 0.1), (20, 0.04)])
def test_areas_are_those_of_the_drawn_curve_and_not_of_its_control_points(pose, count, percent):
    center = at(-24.0, 42.0)
    spine = withCurve(lumbarSpine(), "L4L5_DS", ellipse(center, LEFT, ANTERIOR, (8.0, 5.5), count))
    spine = withCurve(spine, "L4L5_FC_L", ellipse(at(-20.0, 42.0, 18.0), CRANIAL, ANTERIOR, (7.0, 4.0), count))
    found = rows(spine, pose)
    assert found("duralSacArea", "L4L5", "a").value == pytest.approx(math.pi * 44.0, rel=percent / 100)
    assert found("foramenArea", "L4L5", "a", side="L").value == pytest.approx(math.pi * 28.0, rel=percent / 100)


def test_an_area_is_that_of_its_own_plane_and_the_method_names_tilt_and_factor():
    for tilt, factor in ((0.0, "1.000"), (9.9, "1.015"), (20.0, "1.064")):
        angle = math.radians(tilt)
        forward = math.cos(angle) * ANTERIOR + math.sin(angle) * CRANIAL
        # A canal of half axes 8 and 5.5 cut obliquely is longer in front-to-back by 1 / cos.
        curve = ellipse(at(-24.0, 42.0), LEFT, forward, (8.0, 5.5 / math.cos(angle)), 16)
        row = rows(withCurve(lumbarSpine(), "L4L5_DS", curve))("duralSacArea", "L4L5", "a")
        assert row.value == pytest.approx(math.pi * 44.0 / math.cos(angle), rel=1e-3)
        assert f"tilt {tilt:.1f} deg" in row.method
        assert factor in row.method
        assert ("obliqueToCanal" in row.warnings) == (tilt > 10.0)


def test_the_tilt_is_against_the_canal_and_not_against_the_disc():
    # The canal's borders are marked on a line that falls back by 15 degrees, so the canal itself is tilted.
    angle = math.radians(15.0)
    back = at(-math.cos(angle), -math.sin(angle))
    spine = lumbarSpine().having(L4L5_CA=at(-18.0, 43.0), L4L5_CP=at(-18.0, 43.0) + 14.0 * back)
    curve = ellipse(at(-24.0, 42.0), LEFT, back, (8.0, 5.0))
    assert "tilt 0.0 deg" in rows(withCurve(spine, "L4L5_DS", curve))("duralSacArea", "L4L5", "a").method


@pytest.mark.parametrize("pose", POSES)
def test_a_cord_of_5_by_14_mm_has_a_compression_ratio_of_0_357(pose):
    # Reference section 8, test 4.
    curve = ellipse(at(-15.5, 45.0), LEFT, ANTERIOR, (7.0, 2.5), 12)
    found = rows(withCurve(cervicalSpine(), "C5C6_KC", curve), pose)
    assert found("compressionRatio", "C5C6", "a").value == pytest.approx(5 / 14, abs=1e-9)
    assert round(found("compressionRatio", "C5C6", "a").value, 3) == 0.357
    assert found("cordArea", "C5C6", "a").value == pytest.approx(math.pi * 17.5, rel=1e-3)


def test_the_change_of_the_dural_sac_from_138_to_123_mm2_is_minus_15():
    # Reference section 8, test 5 (Sasani 2019, L4-5): -15 mm2, -10.9 %.
    positions = []
    for name, posture, area in (("lying", "supine", 138.0), ("upright", "standing", 123.0)):
        half = math.sqrt(area / math.pi)
        curve = ellipse(at(-24.0, 42.0), LEFT, ANTERIOR, (half, half), 24)
        positions.append(position(name, withCurve(lumbarSpine(), "L4L5_DS", curve), posture))
    row = rowsOf(case(*positions, levels=LUMBAR))("duralSacArea", "L4L5", "upright", "lying", kind="change")
    assert row.value == pytest.approx(-15.0, abs=0.03)
    assert 100 * row.value / 138 == pytest.approx(-10.9, abs=0.05)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize(
    ("metric", "code"), [("facetGap", "FG"), ("recessDepth", "LR"), ("ligamentumFlavumAxial", "LF")]
)
def test_lines_on_axial_images_are_measured_end_to_end(pose, metric, code):
    line = np.array([at(-20.0, 42.0, 15.0), at(-23.0, 42.0, 19.0)])
    found = rows(withCurve(lumbarSpine(), f"L4L5_{code}_L", line), pose)
    assert found(metric, "L4L5", "a", side="L").value == pytest.approx(5.0)


def obliqueNeck(degreesFromFront, side="L"):
    """A neck whose foramen C5-6 of one side is marked square to an axis at that angle from the front to its side."""
    sign = 1.0 if side == "L" else -1.0
    axis = math.cos(math.radians(degreesFromFront)) * ANTERIOR + sign * math.sin(math.radians(degreesFromFront)) * LEFT
    across = np.cross(axis, CRANIAL)
    center = at(-12.0, 45.0, 12.0 * sign)
    places = {"FS": (0, 5), "FI": (0, -5), "FA": (3, 0), "FP": (-3, 0), "FAS": (3, 2), "FPS": (-2, 2)}
    marks = {f"C5C6_{code}_{side}": center + u * across + v * CRANIAL for code, (u, v) in places.items()}
    curve = ellipse(center, CRANIAL, across, (5.0, 3.0))
    return withCurve(cervicalSpine().having(**marks), f"C5C6_FC_{side}", curve)


FORAMEN = ["foramenHeight", "foramenWidthSuperior", "foramenWidthMiddle", "foramenArea"]


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize(
    ("degrees", "counts"), [(45, True), (31, True), (59, True), (29, False), (61, False), (90, False)]
)
def test_a_cervical_foramen_counts_within_15_degrees_of_its_axis(side, pose, degrees, counts):
    found = rows(obliqueNeck(degrees, side), pose)
    given = {(found(metric, "C5C6", "a", side=side).status, found(metric, "C5C6", "a", side=side).reasonCode)
             for metric in FORAMEN}  # fmt: skip
    assert given == {("ok", "") if counts else ("notAvailable", "wrongPlane")}


def test_the_plane_of_a_cervical_foramen_may_also_be_tilted_too_far_up_or_down():
    for tilt, status in ((14.0, "ok"), (16.0, "notAvailable")):
        axis = (ANTERIOR + LEFT) / math.sqrt(2.0)
        turn = turnAbout(np.cross(axis, CRANIAL), tilt, at(-12.0, 45.0, 12.0))
        neck = obliqueNeck(45.0)
        tilted = neck.posed(turn)
        points = {name: point for name, point in tilted.points.items() if name.startswith("C5C6_F")}
        row = rows(withCurve(neck.having(**points), "C5C6_FC_L", tilted.curves["C5C6_FC_L"]))
        assert row("foramenHeight", "C5C6", "a", side="L").status == status


def test_lumbar_foramina_are_measured_in_sagittal_planes():
    assert rows(lumbarSpine())("foramenArea", "L4L5", "a", side="R").status == "ok"


def test_a_cervical_foramen_without_marks_is_not_marked_rather_than_in_a_wrong_plane():
    neck = cervicalSpine().without("C5C6_FC_L", "C5C6_FS_L")
    assert rows(neck)("foramenArea", "C5C6", "a", side="L").reasonCode == "notMarked"
    assert rows(neck)("foramenHeight", "C5C6", "a", side="L").reasonCode == "notMarked"
    assert rows(neck)("foramenHeight", "C5C6", "a", side="R").status == "ok"


def test_every_sided_metric_has_a_row_for_each_side():
    found = rows(cervicalSpine())
    assert {row.side for row in found.all if row.metric in (*FORAMEN, "facetGap", "recessDepth")} == {"L", "R"}
    assert {row.side for row in found.all if row.metric == "cordAp"} == {""}


@pytest.mark.xfail(strict=True, reason="Foramen: lengths in space, so marks 4 mm apart across the slices make it wider")
def test_a_foramen_marked_on_neighboring_slices_is_no_wider_for_that():
    spine = lumbarSpine()
    front, back = (spine.points[f"L4L5_{code}_L"] for code in ("FA", "FP"))
    width = rows(spine)("foramenWidthMiddle", "L4L5", "a", side="L").value
    shifted = spine.having(L4L5_FA_L=front + at(0.0, 0.0, 2.0), L4L5_FP_L=back - at(0.0, 0.0, 2.0))
    assert rows(shifted)("foramenWidthMiddle", "L4L5", "a", side="L").value == pytest.approx(width, abs=0.1)
