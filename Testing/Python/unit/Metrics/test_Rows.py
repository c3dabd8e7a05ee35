"""What stands in a row of the measurements, against the definitions of the design (section 7)."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from Spines import (
    CERVICAL,
    LUMBAR,
    case,
    cervicalSpine,
    flexed,
    lumbarSpine,
    marks,
    position,
    rowsOf,
    shiftBy,
    volume,
)

from DynamicSpineLib.Study.Case import BoneTransform, Numbering, Reading

Z95 = 1.959964


def study(**fields):
    spine = lumbarSpine()
    flexion = spine.carried(flexed(spine, {"L4": 9.0, "L3": 1.0}))
    return case(position("supine", spine, "supine"), position("flexion", flexion, "standing", "flexion"),
                levels=LUMBAR, **fields)  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    return rowsOf(study(), 300)


def test_the_smallest_detectable_change_of_a_state_is_1_96_root_2_sd(rows):
    for row in (row for row in rows.all if row.kind == "state" and row.status == "ok"):
        assert row.sdc95 == pytest.approx(Z95 * math.sqrt(2.0) * row.sd, rel=1e-5)
        assert row.exceedsNoise is None


def test_the_smallest_detectable_change_of_a_difference_is_1_96_sd(rows):
    for row in (row for row in rows.all if row.kind != "state" and row.status == "ok"):
        assert row.sdc95 == pytest.approx(Z95 * row.sd, rel=1e-5)
        assert row.exceedsNoise == (abs(row.value) > row.sdc95)


def test_some_differences_exceed_the_noise_and_others_do_not(rows):
    assert rows("rotation", "L4L5", "flexion", "supine").exceedsNoise is True
    assert rows("rotation", "L3L4", "flexion", "supine").exceedsNoise is False


def test_the_interval_is_the_value_and_1_96_sd_to_either_side(rows):
    for row in (row for row in rows.all if row.status == "ok"):
        assert row.upper95 == pytest.approx(row.value + Z95 * row.sd, rel=1e-5, abs=1e-9)
        assert row.lower95 == pytest.approx(row.value - Z95 * row.sd, rel=1e-5, abs=1e-9) or row.lower95 == 0.0


def test_no_width_is_stated_to_be_below_nothing():
    spine = cervicalSpine()
    narrow = spine.having(C5C6_CP=spine.points["C5C6_CA"] - [0.0, 0.3, 0.0])
    found = rowsOf(case(position("a", spine, "supine"), position("b", narrow), levels=CERVICAL), 200)
    row = found("canalApDisc", "C5C6", "b")
    assert row.value - Z95 * row.sd < 0
    assert row.lower95 == 0.0
    # A change may be below nothing, and so may a signed state.
    assert found("canalApDisc", "C5C6", "b", "a", kind="change").lower95 < -11.7
    assert found("slip", "C5C6", "b").lower95 < 0


def test_a_change_is_the_position_minus_the_compared_one(rows):
    for row in (row for row in rows.all if row.kind == "change" and row.status == "ok"):
        here = rows(row.metric, row.level, "flexion", side=row.side).value
        there = rows(row.metric, row.level, "supine", side=row.side).value
        assert (row.position, row.fromPosition) == ("flexion", "supine")
        assert row.value == pytest.approx(here - there, abs=1e-9)


def test_changes_compare_with_the_stated_reference():
    spine = lumbarSpine()
    positions = [position(name, spine, "standing") for name in ("a", "b", "c")]
    found = rowsOf(case(*positions, levels=LUMBAR, reference="b"))
    assert {(row.fromPosition, row.position) for row in found.all if row.kind == "change"} == {("b", "a"), ("b", "c")}


def test_without_draws_there_are_values_and_no_uncertainty():
    row = rowsOf(study())("rotation", "L4L5", "flexion", "supine")
    assert row.value == pytest.approx(9.0)
    assert (row.sd, row.sdc95, row.lower95, row.upper95, row.exceedsNoise, row.sdSource) == (None,) * 5 + ("",)


def test_a_row_says_whose_it_is_and_what_it_rests_on(rows):
    row = rows("slip", "L4L5", "supine")
    assert (row.case, row.reader, row.reading, row.software, row.unit) == ("case", "", "1", "test", "mm")
    assert set(row.points) == {"L4_IP", "L5_SP", "L5_SA"}
    assert row.method == "cornerOnLowerEndplate"
    assert (row.origin, row.confirmed, row.segmentStatus, row.sdSource) == ("placed", True, "native", "assumed")


def test_the_segments_status_stands_in_its_rows():
    found = rowsOf(study(segments={"L4L5": "discReplacement"}))
    assert found("slip", "L4L5", "supine").segmentStatus == "discReplacement"
    assert found("rotation", "L4L5", "flexion", "supine").segmentStatus == "discReplacement"
    assert found("slip", "L3L4", "supine").segmentStatus == "native"


def marked(**fields):
    return case(replace(position("a", lumbarSpine()), marks=marks(lumbarSpine(), **fields)), levels=LUMBAR)


def test_values_on_predicted_and_unconfirmed_marks_are_provisional_and_of_mixed_origin():
    found = rowsOf(marked(L4_IP={"origin": "predicted", "confirmed": False}))
    row = found("slip", "L4L5", "a")
    assert (row.origin, row.confirmed) == ("mixed", False)
    assert found("slip", "L3L4", "a").confirmed is True
    every = rowsOf(marked(**{f"L4L5_{code}": {"origin": "segmented"} for code in ("CA", "CP")}))
    assert every("canalApDisc", "L4L5", "a").origin == "segmented"


def unconfirmedNeck(*names):
    spine = cervicalSpine()
    flexion = spine.carried(flexed(spine, dict.fromkeys(CERVICAL[2:-1], 8.0)))
    fields = {name: {"origin": "predicted", "confirmed": False} for name in names}
    first = replace(position("a", spine, "supine"), marks=marks(spine, **fields))
    return rowsOf(case(first, position("b", flexion, bend="flexion"), levels=CERVICAL))


def test_a_compression_is_as_provisional_as_the_levels_it_compares_with():
    row = unconfirmedNeck("C4_KA")("mscc", "C4C5", "a")
    assert row.confirmed is False
    assert row.origin == "mixed"


def test_a_share_is_as_provisional_as_the_levels_of_its_region():
    row = unconfirmedNeck("C3_SA")("romShare", "C6C7", "b", "a")
    assert row.status == "ok"
    assert row.confirmed is False


def test_a_virtual_body_is_as_provisional_as_its_height():
    row = unconfirmedNeck("C3_SA", "C3_SP", "C3_IA", "C3_IP")("c2c7Sva", "C2C7", "b")
    assert row.status == "ok"
    assert row.confirmed is False or "C3_IA" in row.points


def test_series_of_different_days_and_scanners_are_named():
    spine = lumbarSpine()

    def warningsOf(**second):
        first = position("a", spine, "supine", date="2024-01-10", scanner="one")
        found = rowsOf(case(first, position("b", spine, **second), levels=LUMBAR))
        change = found("slip", "L4L5", "b", "a", kind="change").warnings
        assert change == found("translation", "L4L5", "b", "a").warnings or "virtualBody" in change
        assert not {"differentDates", "differentScanners"} & set(found("slip", "L4L5", "b").warnings)
        return set(change) & {"differentDates", "differentScanners"}

    assert warningsOf(date="2024-02-09", scanner="one") == set()
    assert warningsOf(date="2024-02-10T08:30:00", scanner="one") == {"differentDates"}
    assert warningsOf(date="2024-01-10", scanner="two") == {"differentScanners"}
    assert warningsOf(date="not a day") == set()


def test_sides_that_nobody_knows_are_flagged_on_sided_values_only():
    unknown = replace(volume(), sidesKnown=False)
    found = rowsOf(case(position("a", lumbarSpine(), geometry=unknown), levels=LUMBAR))
    assert "sideNotVerified" in found("foramenHeight", "L4L5", "a", side="L").warnings
    assert "sideNotVerified" not in found("slip", "L4L5", "a").warnings
    verified = rowsOf(case(position("a", lumbarSpine(), geometry=unknown), levels=LUMBAR, sidesVerifiedBy="reader"))
    assert "sideNotVerified" not in verified("foramenHeight", "L4L5", "a", side="L").warnings
    known = rowsOf(case(position("a", lumbarSpine(), geometry=volume()), levels=LUMBAR))
    assert "sideNotVerified" not in known("foramenHeight", "L4L5", "a", side="L").warnings


def test_a_direction_of_bend_is_flagged_where_nobody_knows_the_sides():
    unknown = replace(volume(), sidesKnown=False)
    positions = [position(name, lumbarSpine(), geometry=unknown) for name in "ab"]
    assert "sideNotVerified" in rowsOf(case(*positions, levels=LUMBAR))("lateralBend", "L3L4", "b", "a").warnings


def test_unverified_level_names_are_said_in_every_row():
    counted = Numbering(countedFrom="sacrum", confirmedBy="A. Reader")
    rows, verified = rowsOf(study()), rowsOf(study(numbering=counted))
    assert all("numberingNotVerified" in row.warnings for row in rows.all if row.status == "ok")
    assert all("not verified" in row.numbering for row in rows.all)
    assert not any("numberingNotVerified" in row.warnings for row in verified.all)
    assert {row.numbering for row in verified.all} == {"levels counted from the sacrum, verified by A. Reader"}


def test_marks_carried_by_a_doubtful_transform_are_to_be_checked():
    spine = lumbarSpine()
    fields = {f"L4_{code}": {"origin": "carried"} for code in ("SA", "SP", "IA", "IP")}
    bone = BoneTransform("L4", "a", "b", tuple(map(tuple, shiftBy(1.0))), verdict="check")
    second = replace(position("b", spine), marks=marks(spine.having(), **fields))
    found = rowsOf(case(position("a", spine, "supine"), second, levels=LUMBAR, bones=(bone,)))
    assert "carriedCheck" in found("slip", "L4L5", "b").warnings
    assert "carriedCheck" not in found("slip", "L4L5", "a").warnings
    assert "carriedCheck" not in found("slip", "L2L3", "b").warnings


def test_every_reading_has_its_own_rows():
    spine = lumbarSpine()
    shifted = spine.having(L4_IP=spine.points["L4_IP"] + [0.0, 2.0, 0.0])
    readings = (Reading("A", 1, marks={"a": marks(spine)}), Reading("B", 2, marks={"a": marks(shifted)}))
    found = rowsOf(case(position("a", spine), levels=LUMBAR, readings=readings))
    assert {(row.reader, row.reading) for row in found.all} == {("A", "1"), ("B", "2")}
    assert found("slip", "L4L5", "a", reader="A").value == pytest.approx(0.0, abs=1e-9)
    assert found("slip", "L4L5", "a", reader="B", reading="2").value == pytest.approx(2.0)


def test_the_positions_own_marks_are_a_reading_where_the_readings_do_not_hold_them():
    spine = lumbarSpine()
    shifted = spine.having(L4_IP=spine.points["L4_IP"] + [0.0, 2.0, 0.0])
    readings = (Reading("B", 2, marks={"a": marks(shifted)}),)
    found = rowsOf(case(position("a", spine), levels=LUMBAR, readings=readings))
    assert {(row.reader, row.reading) for row in found.all} == {("", "1"), ("B", "2")}
