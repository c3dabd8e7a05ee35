"""Bodies with one endplate: where their center lies, by which height, and alike in both positions of a difference."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import (
    CERVICAL,
    LUMBAR,
    Spine,
    anyPose,
    at,
    body,
    case,
    cervicalSpine,
    flexed,
    lumbarSpine,
    position,
    rowsOf,
)

from DynamicSpineLib.Metrics.Bodies import medianOver
from DynamicSpineLib.Metrics.InputPoints import missingPoints

POSES = pytest.mark.parametrize("pose", [np.eye(4), anyPose(1)], ids=["straight", "tumbled"])


def rows(*spines, names="abc", levels=None):
    positions = [position(name, spine, "standing") for name, spine in zip(names, spines, strict=False)]
    return rowsOf(case(*positions, levels=levels or spines[0].levels))


@POSES
def test_the_sacrum_gets_a_body_half_of_l5s_height_below_its_endplate(pose):
    # A sacrum tilted by 30 degrees, its endplate's middle at the origin; L5 is 27 mm high.
    angle = math.radians(30.0)
    along, up = np.array([math.cos(angle), -math.sin(angle)]), np.array([math.sin(angle), math.cos(angle)])
    spine = lumbarSpine().having(S1_SA=at(*(17.5 * along)), S1_SP=at(*(-17.5 * along)))
    center = -13.5 * up
    bisector = math.radians(-15.0)
    offset = np.array([0.0, 23.5]) - center
    expected = offset @ [math.cos(bisector), math.sin(bisector)]
    assert rows(spine.posed(pose))("slipCenter", "L5S1", "a").value == pytest.approx(expected)
    assert rows(spine.posed(pose))("bodyAngle", "L5S1", "a").value == pytest.approx(30.0)
    assert rows(spine.posed(pose))("bodyDepth", "S1", "a").value == pytest.approx(35.0)


@POSES
def test_c2_gets_a_body_half_of_c3s_height_above_its_endplate(pose):
    # Tilted in extension by 20 degrees about its endplate's middle at (2, 101.5); C3 (13 mm high) at (0, 90).
    angle = math.radians(20.0)
    along, up = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    middle = np.array([2.0, 101.5])
    spine = cervicalSpine().having(C2_IA=at(*(middle + 8 * along)), C2_IP=at(*(middle - 8 * along)))
    offset = middle + 6.5 * up - [0.0, 90.0]
    bisector = math.radians(10.0)
    expected = offset @ [math.cos(bisector), math.sin(bisector)]
    assert rows(spine.posed(pose))("slipCenter", "C2C3", "a").value == pytest.approx(expected)


def test_a_t1_with_two_corners_gets_the_height_of_c7():
    spine = cervicalSpine().without("T1_IA", "T1_IP").having(**body("C7", (3.0, 18.0), 16.0, 15.0))
    row = rows(spine)("slipCenter", "C7T1", "a")
    assert row.value == pytest.approx(3.0)
    assert "virtualBody" in row.warnings


def test_the_height_is_the_median_of_the_neighbors_over_all_positions():
    # C7 is 13, 15 and 20 mm high: 15 counts in all three. T1's endplate is tilted by 20 degrees, so height shows.
    angle = math.radians(20.0)
    tilted = {"T1_SA": at(8 * math.cos(angle), 6.5 - 8 * math.sin(angle)),
              "T1_SP": at(-8 * math.cos(angle), 6.5 + 8 * math.sin(angle))}  # fmt: skip
    base = cervicalSpine().without("T1_IA", "T1_IP").having(**tilted)
    spines = [base.having(**body("C7", (0.0, 18.0), 16.0, height)) for height in (13.0, 20.0, 15.0)]
    found = rows(*spines)
    bisector = math.radians(-10.0)
    center = np.array([0.0, 6.5]) - 7.5 * np.array([math.sin(angle), math.cos(angle)])
    expected = (np.array([0.0, 18.0]) - center) @ [math.cos(bisector), math.sin(bisector)]
    for name in "abc":
        assert found("slipCenter", "C7T1", name).value == pytest.approx(expected)


def test_a_body_without_a_lower_endplate_takes_the_height_of_whichever_neighbor_has_one():
    # C3 with two corners faces C2, which never has a height; C4 (13 mm) has, and so has C3 in the other position.
    spine = cervicalSpine()
    found = rows(spine, spine.without("C3_IA", "C3_IP"))
    assert found("slipCenter", "C2C3", "b").status == "ok"
    assert found("translation", "C2C3", "b", "a").status == "ok"


@pytest.mark.parametrize(("values", "expected"), [([3, 1, 2], 2.0), ([4, np.nan, 1], 2.5), ([np.nan, 7, np.nan], 7.0)])
def test_the_median_leaves_out_what_is_missing(values, expected):
    assert medianOver(np.array(values, dtype=float), 0) == pytest.approx(expected)


def test_the_median_of_nothing_is_nothing():
    assert np.isnan(medianOver(np.full((3, 2), np.nan), 0)).all()


def wedgedT1():
    """A neck whose T1 is a wedge, so that its mid-plane and center are not those of its upper endplate."""
    return cervicalSpine().having(T1_IA=at(8.0, -3.5), T1_IP=at(-8.0, -8.0))


def flexedNeck(spine, degrees=6.0):
    return spine.carried(flexed(spine, {"C7": degrees}))


def test_both_ends_of_a_translation_use_the_corners_that_both_have():
    # T1 with four corners in one position and two in the other: the same as with two in both.
    spine = wedgedT1()
    mixed = rows(spine, flexedNeck(spine).without("T1_IA", "T1_IP"))
    alike = rows(*(item.without("T1_IA", "T1_IP") for item in (spine, flexedNeck(spine))))
    assert mixed("translation", "C7T1", "b", "a").value == pytest.approx(alike("translation", "C7T1", "b", "a").value)
    # Between positions that both have four, the true body counts.
    four = rows(spine, flexedNeck(spine), flexedNeck(spine, 3.0).without("T1_IA", "T1_IP"))
    whole = rows(spine, flexedNeck(spine))("translation", "C7T1", "b", "a").value
    assert four("translation", "C7T1", "b", "a").value == pytest.approx(whole)


def test_a_translation_built_on_a_virtual_body_says_so():
    spine = wedgedT1()
    mixed = rows(spine, flexedNeck(spine).without("T1_IA", "T1_IP"))
    assert "virtualBody" in mixed("translation", "C7T1", "b", "a").warnings


@pytest.mark.parametrize("metric", ["slipCenter", "bodyAngle"])
def test_a_change_compares_bodies_built_alike(metric):
    # Issue, engine part 3: both positions of a difference use the same construction.
    spine = wedgedT1()
    mixed = rows(spine, flexedNeck(spine).without("T1_IA", "T1_IP"))
    alike = rows(*(item.without("T1_IA", "T1_IP") for item in (spine, flexedNeck(spine))))
    expected = alike(metric, "C7T1", "b", "a", kind="change").value
    assert mixed(metric, "C7T1", "b", "a", kind="change").value == pytest.approx(expected)


def test_without_any_height_the_center_slip_asks_for_the_corners_that_would_give_one():
    spine = Spine(("C2", "C3"), {name: cervicalSpine().points[name] for name in ("C2_IA", "C2_IP", "C3_SA", "C3_SP")})
    row = rows(spine)("slipCenter", "C2C3", "a")
    assert (row.status, row.reasonCode) == ("notAvailable", "notMarked")
    assert set(missingPoints("slipCenter", "C2C3", spine.points)) == {"C3_IA", "C3_IP"}


def test_regions_of_the_builder_hold_virtual_bodies_at_their_ends():
    assert rows(cervicalSpine())("slipCenter", "C2C3", "a").warnings[0] == "virtualBody"
    assert rows(lumbarSpine())("slipCenter", "L5S1", "a").warnings[0] == "virtualBody"
    assert "virtualBody" not in rows(lumbarSpine())("slipCenter", "L4L5", "a").warnings
    assert (CERVICAL[-1], LUMBAR[-1]) == ("T1", "S1")


def test_a_body_that_changes_its_depth_between_positions_is_flagged():
    spine = lumbarSpine()
    longer = spine.having(L3_SA=spine.points["L3_SA"] + at(12.0, 0.0), L3_IA=spine.points["L3_IA"] + at(12.0, 0.0))
    found = rows(spine, longer)
    assert "depthDiffers" in found("discAngle", "L3L4", "b").warnings
    assert "depthDiffers" not in found("discAngle", "L4L5", "b").warnings
