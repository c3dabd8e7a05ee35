"""Canal, cord and their ratios in the midline against values worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from Spines import CERVICAL, STILL, Rows, Spine, anyPose, at, body, case, cervicalSpine, position, rowsOf

from DynamicSpineLib.Study.Position import Observation

POSES = [
    pytest.param(np.eye(4), id="straight"),
    pytest.param(anyPose(1), id="tumbled"),
    pytest.param(anyPose(4), id="reversed"),
]
MIDDLE = 9.0
BODIES = {**body("C5", (0.0, 18.0), 16.0, 13.0), **body("C6", (0.0, 0.0), 16.0, 13.0)}


def rows(pose=STILL, **points) -> Rows:
    """Rows of C5-6 (corners of rectangles 16 x 13 mm) with the given further points (anterior, cranial)."""
    marks = {name: at(*place) for name, place in points.items()}
    return rowsOf(case(position("a", Spine(("C5", "C6"), {**BODIES, **marks}).posed(pose)), levels=("C5", "C6")))


@pytest.mark.parametrize("pose", POSES)
def test_widths_are_the_distances_of_their_borders(pose):
    found = rows(pose, C5C6_CA=(-9, 8), C5C6_CP=(-18, 20), C5C6_KA=(-11, 9), C5C6_KP=(-15, 12), C5C6_LP=(-21, 24))
    assert found("canalApDisc", "C5C6", "a").value == pytest.approx(15.0)
    assert found("cordAp", "C5C6", "a").value == pytest.approx(5.0)
    assert found("ligamentumFlavum", "C5C6", "a").value == pytest.approx(5.0)
    assert found("occupationRatio", "C5C6", "a").value == pytest.approx(100 * 5 / 15)


@pytest.mark.parametrize("pose", POSES)
def test_mid_body_width_over_depth_is_the_torg_ratio(pose):
    # Reference section 8, test 4: Torg 12/16 = 0.75. The middle of the posterior wall lies at (-8, 18).
    found = rows(pose, C5_SL=(-20.0, 18.0), C6_SL=(-17.0, 12.0))
    assert found("canalApBody", "C5", "a").value == pytest.approx(12.0)
    assert found("torgPavlov", "C5", "a").value == pytest.approx(0.75)
    assert found("canalApBody", "C6", "a").value == pytest.approx(15.0)


@pytest.mark.parametrize("pose", POSES)
def test_the_room_for_the_cord_is_measured_on_the_canals_own_line(pose):
    # Clinical review 1.8: skew cord marks make the difference of two lengths 1.5 mm where the room is 4.0 mm. Canal 12,
    # cord 8 on the canal's line but 10.5 between its skew marks.
    skew = math.sqrt(10.5**2 - 8.0**2) / 2.0
    found = rows(
        pose, C5C6_CA=(-9, MIDDLE), C5C6_CP=(-21, MIDDLE), C5C6_KA=(-12, MIDDLE + skew), C5C6_KP=(-20, MIDDLE - skew)
    )
    assert found("canalApDisc", "C5C6", "a").value - found("cordAp", "C5C6", "a").value == pytest.approx(1.5)
    assert found("spaceAvailable", "C5C6", "a").value == pytest.approx(4.0)
    assert found("spaceAnterior", "C5C6", "a").value == pytest.approx(3.0)
    assert found("spacePosterior", "C5C6", "a").value == pytest.approx(1.0)


def test_a_cord_marked_outside_the_canal_has_less_than_no_room_there():
    found = rows(C5C6_CA=(-9, MIDDLE), C5C6_CP=(-21, MIDDLE), C5C6_KA=(-8, MIDDLE), C5C6_KP=(-22.5, MIDDLE))
    assert found("spaceAvailable", "C5C6", "a").value == pytest.approx(-2.5)
    assert found("spaceAnterior", "C5C6", "a").value == pytest.approx(-1.0)
    assert found("spacePosterior", "C5C6", "a").value == pytest.approx(-1.5)


@pytest.mark.parametrize("pose", POSES)
def test_csf_reserve_compares_the_cord_with_the_sac_and_not_with_the_canal(pose):
    found = rows(
        pose, C5C6_CA=(-9, MIDDLE), C5C6_CP=(-21, MIDDLE), C5C6_TA=(-10, MIDDLE), C5C6_TP=(-20, MIDDLE),
        C5C6_KA=(-12, MIDDLE), C5C6_KP=(-18, MIDDLE),
    )  # fmt: skip
    assert found("csfReserve", "C5C6", "a").value == pytest.approx(40.0)
    assert found("occupationRatio", "C5C6", "a").value == pytest.approx(50.0)


def test_csf_reserve_is_not_made_up_where_the_sac_is_not_marked():
    row = rows(C5C6_CA=(-9, 9), C5C6_CP=(-21, 9), C5C6_KA=(-12, 9), C5C6_KP=(-18, 9))("csfReserve", "C5C6", "a")
    assert (row.value, row.status, row.reasonCode) == (None, "notAvailable", "notMarked")
    assert "C5C6_TA (a)" in row.reason
    assert "C5C6_TP (a)" in row.reason


def compressed(cordMm=4.0, aboveMm=8.0, belowMm=8.0, drop=(), contact=(), sex="") -> Rows:
    """Rows of a neck with a thin cord and canal at C5-6 and given widths at all mid-bodies above and below."""
    spine = cervicalSpine()
    points = dict(spine.points)
    for level in ("C2", "C3", "C4", "C5", "C6", "C7", "T1"):
        width = aboveMm if level in ("C2", "C3", "C4", "C5") else belowMm
        points[f"{level}_KP"] = points[f"{level}_KA"] - at(width, 0.0)
    points["C5C6_KP"] = points["C5C6_KA"] - at(cordMm, 0.0)
    seen = tuple(Observation(level, "cordContact") for level in contact)
    held = replace(spine, points=points).without(*drop)
    return rowsOf(case(position("a", held, observations=seen), levels=CERVICAL, sex=sex))


def test_a_cord_of_4_mm_between_levels_of_8_mm_is_compressed_by_50_percent():
    # Reference section 8, test 4.
    row = compressed()("mscc", "C5C6", "a")
    assert row.value == pytest.approx(50.0)
    assert row.method == "midBodyWithoutContact"


def test_compression_compares_with_the_mean_of_both_sides():
    assert compressed(4.0, 8.5, 7.5)("mscc", "C5C6", "a").value == pytest.approx(50.0)
    assert compressed(4.0, 9.0, 5.0)("mscc", "C5C6", "a").value == pytest.approx(100 * (1 - 4 / 7))
    assert compressed(9.0)("mscc", "C5C6", "a").value == pytest.approx(-12.5)


def marksOfLevels(code, levels):
    return [f"{level}_{code}" for level in levels]


def test_levels_with_cord_contact_are_skipped_for_the_next_ones():
    spine = cervicalSpine()
    points = {**spine.points, "C5C6_KP": spine.points["C5C6_KA"] - at(4.0, 0.0)}
    points["C5_KP"] = points["C5_KA"] - at(5.0, 0.0)
    points["C4_KP"] = points["C4_KA"] - at(8.5, 0.0)
    seen = (Observation("C5", "cordContact"), Observation("C6", "cordContact", present=False))
    here = position("a", replace(spine, points=points), observations=seen)
    row = rowsOf(case(here, levels=CERVICAL))("mscc", "C5C6", "a")
    # Above C4 (8.5 mm) since C5 is touched, below C6 (7.5 mm) since no contact was seen there.
    assert row.value == pytest.approx(50.0)
    assert {"C4_KA", "C4_KP", "C6_KA", "C6_KP"} <= set(row.points)


def test_contact_recorded_for_the_whole_case_counts_in_every_position():
    spine = cervicalSpine().having(C4_KP=at(-20.5, 72.0))
    without, touched = position("a", spine), case(position("a", spine), levels=CERVICAL)
    touched = replace(touched, observations=(Observation("C5", "cordContact"),))
    assert "C4_KA" in rowsOf(touched)("mscc", "C5C6", "a").points
    assert "C4_KA" not in rowsOf(case(without, levels=CERVICAL))("mscc", "C5C6", "a").points


NECK = ("C2", "C3", "C4", "C5", "C6", "C7", "T1")


@pytest.mark.parametrize(("sex", "above", "below"), [("", 7.471, 7.067), ("F", 7.372, 6.989), ("M", 7.564, 7.139)])
def test_without_any_mid_body_level_the_norms_by_level_and_sex_stand_in_and_say_so(sex, above, below):
    # spinalcordtoolbox/PAM50-normalized-metrics, cord AP at C5 and C6 (203 healthy adults; 98 women, 105 men).
    row = compressed(drop=marksOfLevels("KA", NECK), sex=sex)("mscc", "C5C6", "a")
    assert row.value == pytest.approx(100 * (1 - 4.0 / ((above + below) / 2)))
    assert row.method == "normsByLevel"
    assert "normsUsed" in row.warnings


def test_a_level_on_one_side_only_is_no_comparison():
    row = compressed(drop=marksOfLevels("KP", ("C6", "C7", "T1")))("mscc", "C5C6", "a")
    assert (row.status, row.reasonCode) == ("notAvailable", "oneSided")
    row = compressed(contact=("C2", "C3", "C4", "C5"))("mscc", "C5C6", "a")
    assert (row.status, row.reasonCode) == ("notAvailable", "oneSided")


def test_no_norm_no_comparison():
    levels = ("T8", "T9")
    points = {**body("T8", (0.0, 25.0), 26.0, 20.0), **body("T9", (0.0, 0.0), 26.0, 20.0)}
    points.update({"T8T9_KA": at(-20.0, 12.0), "T8T9_KP": at(-26.0, 12.0)})
    row = rowsOf(case(position("a", Spine(levels, points)), levels=levels))("mscc", "T8T9", "a")
    assert (row.status, row.reasonCode) == ("notAvailable", "noNorm")


def test_canal_compression_compares_with_the_canal_at_mid_body():
    # The built canal is 12 mm at the discs and 14 mm at every mid-body from C3 to T1.
    found = rowsOf(case(position("a", cervicalSpine()), levels=CERVICAL))
    assert found("mcc", "C5C6", "a").value == pytest.approx(100 * (1 - 12 / 14))
    assert found("mcc", "C2C3", "a").reasonCode == "oneSided"


def test_the_canal_norms_are_those_of_the_canal():
    found = rowsOf(case(position("a", cervicalSpine().without(*marksOfLevels("SL", NECK))), levels=CERVICAL))
    # Canal AP at C5 and C6 of the same source.
    assert found("mcc", "C5C6", "a").value == pytest.approx(100 * (1 - 12.0 / ((12.776 + 12.578) / 2)))
    assert found("mcc", "C5C6", "a").method == "normsByLevel"


@pytest.mark.parametrize("second", ["contact above", "no mid-body marks"])
def test_the_same_cord_has_no_change_of_compression(second):
    # C4 is thicker than C5; where C5 is touched in one position only, the comparison there is with C4.
    spine = cervicalSpine().having(C4_KP=at(-22.0, 72.0))
    contact = (Observation("C5", "cordContact"),) if second == "contact above" else ()
    other = spine if contact else spine.without(*marksOfLevels("KA", NECK))
    positions = position("a", spine, "supine"), position("b", other, observations=contact)
    row = rowsOf(case(*positions, levels=CERVICAL))("mscc", "C5C6", "b", "a", kind="change")
    assert row.status == "notAvailable" or row.value == pytest.approx(0.0, abs=1e-9)
