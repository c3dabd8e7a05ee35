"""The plane that sagittal values are computed in, whose it is, and marks that lie off it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import (
    CERVICAL,
    CRANIAL,
    LUMBAR,
    Spine,
    anyPose,
    at,
    case,
    cervicalSpine,
    lumbarSpine,
    position,
    rowsOf,
    scattered,
    turnAbout,
    volume,
)


def rows(spine, **fields):
    return rowsOf(case(position("a", spine, "standing", **fields), levels=spine.levels))


def offPlane(found):
    return {(row.metric, row.level) for row in found.all if "offPlane" in row.warnings}


@pytest.mark.parametrize("turnDeg", [0.0, 20.0, 45.0, 80.0])
def test_a_rotated_segment_is_measured_in_its_own_plane(turnDeg):
    # L4 and L5 turned about the long axis, as in scoliosis: their slip is along their own plane.
    spine = lumbarSpine()
    turn = turnAbout(CRANIAL, turnDeg, at(0.0, 0.0))
    points = {name: (turn[:3, :3] @ point) if name[:2] in ("L4", "L5") and "L5S1" not in name else point
              for name, point in spine.points.items()}  # fmt: skip
    forward = turn[:3, :3] @ at(4.0, 0.0)
    points.update({name: points[name] + forward for name in points if name.startswith("L4_")})
    found = rows(Spine(LUMBAR, points))
    assert found("slip", "L4L5", "a").value == pytest.approx(4.0)
    assert found("bodyDepth", "L4", "a").value == pytest.approx(35.0)


def test_values_are_those_of_the_points_projected_on_the_least_squares_plane():
    # Everything computed again by hand from the plane of numpy's singular values, for one irregular segment.
    spine = scattered(Spine(("L4", "L5"), {name: point for name, point in lumbarSpine().points.items()
                                           if name.split("_")[0] in ("L4", "L5")}), 1.2, 3)  # fmt: skip
    corners = np.array([spine.points[f"{level}_{code}"] for level in ("L4", "L5") for code in ("SA", "SP", "IA", "IP")])
    centered = corners - corners.mean(axis=0)
    normal = np.linalg.svd(centered)[2][2]
    flat = {name: point - (point - corners.mean(axis=0)) @ normal * normal for name, point in spine.points.items()}
    endplate = flat["L5_SA"] - flat["L5_SP"]
    slip = (flat["L4_IP"] - flat["L5_SP"]) @ endplate / np.linalg.norm(endplate)
    upper = flat["L4_IA"] - flat["L4_IP"]
    angle = math.degrees(math.acos(upper @ endplate / np.linalg.norm(upper) / np.linalg.norm(endplate)))
    found = rows(spine)
    assert found("slip", "L4L5", "a").value == pytest.approx(slip)
    assert abs(found("discAngle", "L4L5", "a").value) == pytest.approx(angle)
    height = np.linalg.norm(flat["L4_IP"] - flat["L5_SP"])
    assert found("discHeightPosterior", "L4L5", "a").value == pytest.approx(height)


def test_a_canal_mark_off_the_plane_counts_by_its_projection_and_is_warned_of():
    spine = lumbarSpine()
    moved = spine.having(L4L5_CA=spine.points["L4L5_CA"] + at(0.0, 0.0, 3.0))
    assert rows(moved)("canalApDisc", "L4L5", "a").value == pytest.approx(12.0)
    assert {("canalApDisc", "L4L5"), ("discBulge", "L4L5")} <= offPlane(rows(moved))
    assert ("canalApDisc", "L3L4") not in offPlane(rows(moved))


@pytest.mark.parametrize(("distance", "warned"), [(1.9, False), (2.1, True), (-2.1, True)])
def test_the_warning_starts_at_2_mm(distance, warned):
    spine = lumbarSpine()
    moved = spine.having(L4L5_CP=spine.points["L4L5_CP"] + at(0.0, 0.0, distance))
    assert (("canalApDisc", "L4L5") in offPlane(rows(moved))) == warned


@pytest.mark.parametrize(
    ("sliceMm", "distance", "warned"), [(3.0, 1.4, False), (3.0, 1.6, True), (6.0, 1.9, False), (6.0, 2.1, True)]
)
def test_or_at_half_a_slice_where_that_is_less(sliceMm, distance, warned):
    spine = lumbarSpine()
    moved = spine.having(L4L5_CP=spine.points["L4L5_CP"] + at(0.0, 0.0, distance))
    found = rows(moved, geometry=volume((sliceMm, 0.7, 0.7)))
    assert (("canalApDisc", "L4L5") in offPlane(found)) == warned


@pytest.mark.parametrize("corner", ["L4_SA", "L4_SP", "L4_IA", "L4_IP"])
@pytest.mark.parametrize("segment", ["L3L4", "L4L5"])
def test_a_corner_3_mm_off_the_plane_warns_on_every_value_of_both_its_segments(corner, segment):
    spine = lumbarSpine()
    found = rows(spine.having(**{corner: spine.points[corner] + at(0.0, 0.0, 3.0)}))
    using = {(row.metric, row.level) for row in found.all if row.level == segment and corner in row.points}
    assert using
    assert using <= offPlane(found)


@pytest.mark.parametrize("name", ["Oc_BA", "Oc_OP", "C2_DT", "C1_AAP", "C2_DP"])
def test_a_craniocervical_mark_off_the_plane_is_warned_of(name):
    spine = cervicalSpine()
    found = rows(spine.having(**{name: spine.points[name] + at(0.0, 0.0, 6.0)}))
    using = {(row.metric, row.level) for row in found.all if row.level == "OcC2" and name in row.points}
    assert using <= offPlane(found)


@pytest.mark.parametrize("corner", ["L1_SA", "L1_SP", "S1_SA"])
def test_a_corner_at_the_end_of_the_marked_spine_is_warned_of_too(corner):
    # The other corners of its segment lie in one plane, 3 mm from it.
    spine = lumbarSpine()
    found = rows(spine.having(**{corner: spine.points[corner] + at(0.0, 0.0, 3.0)}))
    using = {(row.metric, row.level) for row in found.all if row.level in ("L1L2", "L5S1") and corner in row.points}
    assert using <= offPlane(found)


@pytest.mark.xfail(
    strict=True, reason="OffPlane: with two bodies alone no plane but the pulled one is looked at; 4 mm are seen"
)
def test_a_corner_3_mm_off_is_warned_of_in_a_study_of_one_level_too():
    whole = lumbarSpine()
    points = {name: point for name, point in whole.points.items() if name.split("_")[0] in ("L4", "L5")}
    spine = Spine(("L4", "L5"), {**points, "L4_SA": points["L4_SA"] + at(0.0, 0.0, 3.0)})
    assert ("bodyDepth", "L4") in offPlane(rows(spine))


def test_a_straight_spine_has_no_such_warning():
    assert not offPlane(rows(cervicalSpine().posed(anyPose(3))))


def test_a_segment_with_too_few_corners_uses_the_plane_of_its_region():
    # L5 and S1 have three corners together; the plane of L1 to L4, turned by 25 degrees, decides what forward is.
    spine = lumbarSpine().posed(turnAbout(CRANIAL, 25.0, at(0.0, 0.0))).without("L5_SA", "L5_SP", "S1_SA")
    found = rows(spine)
    assert found("canalApDisc", "L5S1", "a").value == pytest.approx(12.0)
    assert found("discHeightPosterior", "L5S1", "a").value == pytest.approx(10.0)


def test_it_says_that_the_plane_is_the_regions():
    found = rows(lumbarSpine().without("L5_SA", "L5_SP", "S1_SA"))
    assert "regionPlane" in found("canalApDisc", "L5S1", "a").warnings
    assert "regionPlane" not in found("canalApDisc", "L4L5", "a").warnings


@pytest.mark.parametrize("bare", [("C5", "C6"), ("C6",)])
def test_canal_marks_of_a_segment_without_corners_are_measured_in_the_regions_plane(bare):
    spine = cervicalSpine()
    kept = {name: point for name, point in spine.points.items() if name.split("_")[0] not in bare}
    found = rows(Spine(CERVICAL, kept))
    assert found("canalApDisc", "C5C6", "a").value == pytest.approx(12.0)
    assert found("cordAp", "C5C6", "a").value == pytest.approx(7.0)


def test_a_lone_segment_without_enough_corners_has_no_plane_and_no_value():
    points = {name: lumbarSpine().points[name] for name in ("L4_IA", "L4_IP", "L4L5_CA", "L4L5_CP")}
    row = rows(Spine(("L4", "L5"), points))("canalApDisc", "L4L5", "a")
    assert row.status == "notAvailable"
    assert row.reasonCode == "noPlane"
