"""Why a value is not given: every gate of the issue with its reason code, and no value without one or the other."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from Spines import (
    CERVICAL,
    LUMBAR,
    Spine,
    anyPose,
    case,
    cervicalSpine,
    flexed,
    lumbarSpine,
    marks,
    measured,
    position,
    rowsOf,
    scattered,
    volume,
)

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Study.Marks import landmarkSet

GROUPS = {
    group["id"]: {code["id"]: code for code in group["codes"]}
    for group in packageData("Report", "codes.json")["groups"]
}
GRAVITY = [("c2c7Sva", "C2C7"), ("t1Slope", "T1"), ("tonsil", "OcC2")]


@pytest.mark.parametrize("posture", ["supine", "prone"])
@pytest.mark.parametrize(("metric", "place"), GRAVITY)
def test_what_depends_on_gravity_is_not_defined_lying_down(posture, metric, place):
    row = rowsOf(case(position("a", cervicalSpine(), posture), levels=CERVICAL))(metric, place, "a")
    assert (row.value, row.status, row.reasonCode) == (None, "notAvailable", "notDefinedHere")
    assert row.reason


@pytest.mark.parametrize("posture", ["standing", "sitting"])
@pytest.mark.parametrize(("metric", "place"), GRAVITY)
def test_it_is_given_upright(posture, metric, place):
    assert rowsOf(case(position("a", cervicalSpine(), posture), levels=CERVICAL))(metric, place, "a").status == "ok"


def test_a_change_against_a_lying_position_is_not_defined_either():
    study = case(position("a", cervicalSpine(), "supine"), position("b", cervicalSpine(), "standing"), levels=CERVICAL)
    assert rowsOf(study)("tonsil", "OcC2", "b", "a", kind="change").reasonCode == "notDefinedHere"


def test_an_unusual_posture_needs_its_gravity_stated():
    unknown = rowsOf(case(position("a", cervicalSpine(), "other"), levels=CERVICAL))
    stated = rowsOf(case(position("a", cervicalSpine(), "other", gravity_RAS=(0.0, 0.5, -1.0)), levels=CERVICAL))
    assert unknown("c2c7Sva", "C2C7", "a").status == "notAvailable"
    assert stated("t1Slope", "T1", "a").value == pytest.approx(math.degrees(math.atan(0.5)))


def test_unknown_gravity_has_its_own_reason():
    row = rowsOf(case(position("a", cervicalSpine(), "other"), levels=CERVICAL))("c2c7Sva", "C2C7", "a")
    assert row.reasonCode == "noGravity"


@pytest.mark.parametrize("metric", ["facetGap", "recessDepth"])
def test_facet_fluid_and_recess_are_measured_lying_down_only(metric):
    lying, upright = (
        rowsOf(case(position("a", lumbarSpine(), posture), levels=LUMBAR))(metric, "L4L5", "a", side="L")
        for posture in ("supine", "standing")
    )
    assert lying.status == "ok"
    assert (upright.status, upright.reasonCode) == ("notAvailable", "notDefinedHere")


def test_one_position_has_states_and_no_motion_with_the_reason():
    found = rowsOf(case(position("a", lumbarSpine()), levels=LUMBAR))
    motions = [row for row in found.all if row.kind == "motion"]
    assert {row.reasonCode for row in motions} == {"onePositionOnly"}
    assert {row.metric for row in motions} >= {"rotation", "translation", "regionRotation", "lateralBend"}
    assert not [row for row in found.all if row.kind == "change"]
    assert found("slip", "L4L5", "a").status == "ok"


def test_a_mark_that_is_not_there_and_one_that_cannot_be_seen_are_told_apart():
    spine = lumbarSpine().without("L4L5_CA", "L3L4_CA")
    here = position("a", spine)
    seen = marks(
        spine.having(L3L4_CA=lumbarSpine().points["L3L4_CA"]), L3L4_CA={"status": "missing", "point_RAS": None}
    )
    found = rowsOf(case(replace(here, marks=seen), levels=LUMBAR))
    assert found("canalApDisc", "L4L5", "a").reasonCode == "notMarked"
    assert "L4L5_CA (a)" in found("canalApDisc", "L4L5", "a").reason
    assert found("canalApDisc", "L3L4", "a").reasonCode == "notVisible"
    assert "L3L4_CA (a)" in found("canalApDisc", "L3L4", "a").reason


def test_an_undefined_mark_counts_as_not_marked():
    seen = marks(lumbarSpine(), L4L5_CA={"status": "undefined", "point_RAS": None})
    found = rowsOf(case(replace(position("a", lumbarSpine()), marks=seen), levels=LUMBAR))
    assert found("canalApDisc", "L4L5", "a").reasonCode == "notMarked"


def test_a_motion_names_the_position_that_lacks_the_mark():
    first, second = lumbarSpine(), lumbarSpine().without("L4_IP", "L4_SP")
    row = rowsOf(case(position("a", first), position("b", second), levels=LUMBAR))("rotationDisc", "L4L5", "b", "a")
    assert row.reasonCode == "notMarked"
    assert "L4_IP (b)" in row.reason
    assert "(a)" not in row.reason


def test_marks_that_coincide_are_degenerate():
    point = lumbarSpine().points["L5_SA"]
    found = rowsOf(case(position("a", lumbarSpine().having(L5_SP=point)), levels=LUMBAR))
    assert found("slip", "L4L5", "a").reasonCode == "degenerate"


def wholeCase(seed=0):
    """Neck and low back in five positions, irregular, some marks missing, carried or not seen, in oblique volumes."""
    levels = (*CERVICAL, *LUMBAR)
    neck, back = scattered(cervicalSpine(), 0.5, seed), scattered(lumbarSpine(), 0.8, seed)
    lowered = back.mapped(lambda points: points - np.array([0.0, 0.0, 300.0]))
    spine = Spine(levels, {**neck.points, **lowered.points}, {**neck.curves, **lowered.curves})
    positions = []
    for name, posture, bend, angle in (
        ("supine", "supine", "neutral", 0.0), ("standing", "standing", "neutral", 1.0),
        ("extension", "standing", "extension", -5.0), ("flexion", "sitting", "flexion", 8.0),
        ("bent", "standing", "rightBend", 0.5),
    ):  # fmt: skip
        angles = dict.fromkeys((*CERVICAL[:-1], *LUMBAR[:-1]), angle)
        moved = scattered(spine.carried(flexed(spine, angles)), 0.3, seed + 1).posed(anyPose(seed + len(positions)))
        dropped = {"extension": ("C5_SA", "L4L5_CA", "T1_IA", "T1_IP"), "bent": ("L5_IP", "C3C4_KA")}.get(name, ())
        geometry = volume(pose=anyPose(seed + len(positions)))
        positions.append(position(name, moved.without(*dropped), posture, bend, geometry=geometry))
    seen = dict(positions[4].marks.landmarks)
    seen["C4C5_CP"] = replace(seen["C4C5_CP"], status="missing", point_RAS=None)
    positions[4] = replace(
        positions[4], marks=landmarkSet(list(seen.values()), list(positions[4].marks.contours.values()))
    )
    return case(*positions, levels=levels, segments={"L5S1": "fused", "C5C6": "implant"})


@pytest.fixture(scope="module")
def whole():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        return measured(wholeCase(), 120)


def test_a_full_case_is_measured_without_a_numpy_warning(whole):
    assert len(whole.rows) > 3000


def test_a_row_has_a_finite_value_or_a_reason_and_never_both(whole):
    for row in whole.rows:
        numbers = (row.value, row.sd, row.sdc95, row.lower95, row.upper95)
        if row.status == "ok":
            assert all(number is not None and math.isfinite(number) for number in numbers), row
            assert not row.reasonCode
        else:
            assert row.status == "notAvailable"
            assert numbers == (None,) * 5
            assert row.reasonCode


def test_every_code_that_a_row_uses_is_explained_and_every_reason_is_a_sentence(whole):
    used = {
        "reasonCode": {row.reasonCode for row in whole.rows} - {""},
        "origin": {row.origin for row in whole.rows} - {""},
        "sdSource": {row.sdSource for row in whole.rows} - {""},
        "warnings": {code for row in whole.rows for code in row.warnings},
        "kind": {row.kind for row in whole.rows},
        "status": {row.status for row in whole.rows},
    }
    assert {group: codes - set(GROUPS[group]) for group, codes in used.items()} == {group: set() for group in used}
    assert all(row.reason.endswith(".") for row in whole.rows if row.status == "notAvailable")


@pytest.mark.parametrize("quality", ["limited", "noUse"])
def test_warnings_about_image_quality_are_explained_too(quality):
    row = rowsOf(case(position("a", lumbarSpine(), quality=quality), levels=LUMBAR))("slip", "L4L5", "a")
    assert row.warnings[0] in GROUPS["warnings"]


def test_a_region_that_cannot_be_summed_has_an_explained_reason():
    spine = lumbarSpine()
    lacking = spine.without("L3_SA", "L3_SP", "L3_IA", "L3_IP")
    flexion = lacking.carried(flexed(spine, dict.fromkeys(LUMBAR[:-1], 8.0)))
    study = case(position("a", lacking), position("b", flexion, bend="flexion"), levels=LUMBAR)
    assert rowsOf(study)("romShare", "L1L2", "b", "a").reasonCode in GROUPS["reasonCode"]


def test_every_metric_answers_at_every_place_for_every_position_and_pair(whole):
    counts = {}
    for row in whole.rows:
        counts[row.kind, row.metric] = counts.get((row.kind, row.metric), 0) + 1
    # 5 positions, 10 pairs; 6 cervical and 5 lumbar discs, 7 discs with a cord, 13 joints.
    assert counts["state", "slip"] == 55
    assert counts["change", "slip"] == 44
    assert counts["motion", "translation"] == 110
    assert counts["motion", "rotation"] == 130
    assert counts["state", "cordAp"] == 35
    assert counts["state", "foramenArea"] == 110
    assert counts["motion", "regionRotation"] == 30
    assert counts["state", "cxa"] == 5
