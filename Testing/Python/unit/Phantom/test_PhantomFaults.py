"""What scenarios can say of series, readers and marks, and of spines that are not as usual."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.Acquisition import acquisition, seriesGeometry
from DynamicSpineLib.Phantom.ExtraLevel import withExtraLevel
from DynamicSpineLib.Phantom.MarkFaults import mirroredVolume
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import loadScenario, regionData
from DynamicSpineLib.Phantom.Truth import truthValues
from DynamicSpineLib.Study.Marks import MISSING
from DynamicSpineLib.Study.Validation import validateCase


def _scenario(base: str, everywhere=None, **positions):
    """A known scenario with further keys, everywhere and by position."""
    scenario = loadScenario(base)
    entries = {name: {**entry, **positions.get(name, {})} for name, entry in scenario.data["positions"].items()}
    return replace(scenario, data={**scenario.data, **(everywhere or {}), "positions": entries})


def _points(case, position):
    marks = case.position(position).marks.landmarks
    return {name: np.array(mark.point_RAS) for name, mark in marks.items() if mark.point_RAS is not None}


def _values(scenario: str, metric: str, level: str, kind: str = "state") -> dict[str, float]:
    rows = (row for row in truthValues(scenario) if (row.kind, row.metric, row.level) == (kind, metric, level))
    return {f"{row.fromPosition}>{row.position}" if kind == "motion" else row.position: row.value for row in rows}


def test_a_position_says_how_its_series_was_taken() -> None:
    stated = {"date": "2025-03-10", "scanner": "Open 0.6 T", "quality": "limited", "notes": "motion blur",
              "stoppedBy": "pain", "support": "arm rest"}  # fmt: skip
    case = phantomCase(_scenario("healthyLumbar", {"noise": {"corner": 0.8}, "sidesVerified": False}, ST_F=stated))
    position = case.position("ST_F")
    assert {key: getattr(position, key) for key in stated} == stated
    assert (case.position("ST_N").quality, case.position("ST_N").scanner) == ("good", "")
    assert dict(case.noise) == {"corner": 0.8}
    assert case.sidesVerifiedBy == ""
    assert phantomCase("healthyLumbar").sidesVerifiedBy


def test_two_readers_grade_the_fused_neck() -> None:
    grades = [item for item in phantomCase("fusedC5C6").position("UP_E").grades if item.level == "C4C5"]
    assert {(item.reader, item.value) for item in grades} == {("readerA", "2b"), ("readerB", "2b")}


def test_marks_in_a_metal_void_are_missing_with_the_reason() -> None:
    case = phantomCase("fusedC5C6")
    for position in case.positions:
        missing = {name: mark for name, mark in position.marks.landmarks.items() if mark.status == MISSING}
        assert {"C5C6_CA", "C5_IA", "C6_SP"} <= set(missing)
        assert {mark.note for mark in missing.values()} == {"metal void"}
        assert not any(name.startswith("C5C6_") for name in position.marks.contours)
        assert position.marks.point("C5_SA") is not None
    hidden = [{"names": ["T1_*"], "reason": "out of view"}]
    here = phantomCase(_scenario("healthyCervical", UP_F={"missingMarks": hidden}))
    assert here.position("UP_F").marks.point("T1_SA") is None
    assert here.position("UP_E").marks.point("T1_SA") is not None


def test_marks_that_nobody_looked_for_are_not_there() -> None:
    marks = phantomCase("midlineOnly").position("ST_E").marks
    assert not any(name.split("_")[1] in ("DS", "LF", "FG", "LR") for name in marks.contours)
    assert {"L4L5_FC_L"} <= set(marks.contours)
    assert "L4_AX0" not in marks.landmarks


def test_a_mirrored_series_has_its_marks_on_the_other_side_under_the_same_names() -> None:
    case, plain = phantomCase("mirroredPosition"), phantomCase(_scenario("mirroredPosition", ST_E={"mirrored": False}))
    moved, before = _points(case, "ST_E"), _points(plain, "ST_E")
    assert set(moved) == set(before)
    middles = {round(float(moved[name][0] + before[name][0]), 9) for name in moved}
    assert middles == {2.0}
    assert all(np.array_equal(moved[name][1:], before[name][1:]) for name in moved)
    assert moved["L4L5_FS_L"][0] > moved["L4L5_FS_R"][0]
    assert {bone.toPosition for bone in case.bones} == {"ST_N", "ST_F"}
    assert [fault.severity for fault in validateCase(case) if "swapped" in fault.message] == ["error"]


def test_a_mirrored_series_lettered_by_its_own_axes_swaps_left_and_right() -> None:
    case, plain = phantomCase("mirroredRelettered"), phantomCase("mirroredPosition")
    moved, named = _points(case, "ST_E"), _points(plain, "ST_E")
    np.testing.assert_array_equal(moved["L4L5_FA_L"], named["L4L5_FA_R"])
    np.testing.assert_array_equal(moved["L3_CSL"], named["L3_CSR"])
    assert moved["L4L5_FS_L"][0] < moved["L4L5_FS_R"][0]
    lines = [item.position("ST_E").marks.contours for item in (case, plain)]
    assert lines[0]["L4L5_LR_L"].points_RAS == lines[1]["L4L5_LR_R"].points_RAS


def test_a_mirrored_volume_shows_each_place_on_the_other_side() -> None:
    geometry = seriesGeometry(posedSpine("healthyLumbar", "ST_N"), acquisition("upright06T"), 3)
    array = np.random.default_rng(0).integers(0, 9, geometry.size[::-1], dtype=np.int16)
    mirrored, grid = mirroredVolume(array, geometry, 1.5)
    axes = np.array(grid.directions_RAS)
    assert np.linalg.det(axes) == pytest.approx(np.linalg.det(np.array(geometry.directions_RAS)))
    for index in ((0, 0, 0), (3, 5, 2), (7, 1, geometry.size[2] - 1)):
        steps = np.array(index) * geometry.spacingMm
        place = np.array(geometry.origin_RAS) + steps @ np.array(geometry.directions_RAS)
        target = place * [-1.0, 1.0, 1.0] + [3.0, 0.0, 0.0]
        found = (target - np.array(grid.origin_RAS)) @ axes.T / np.array(grid.spacingMm)
        column, row, slice_ = np.rint(found).astype(int)
        np.testing.assert_allclose(found, [column, row, slice_], atol=1e-9)
        assert mirrored[slice_, row, column] == array[index[2], index[1], index[0]]


def test_a_series_counted_one_level_off_names_every_mark_one_level_down() -> None:
    off, plain = _points(phantomCase("oneLevelOff"), "ST_F"), _points(phantomCase("lumbarSlip"), "ST_F")
    np.testing.assert_array_equal(off["L5_SA"], plain["L4_SA"])
    np.testing.assert_array_equal(off["L5S1_CA"], plain["L4L5_CA"])
    np.testing.assert_array_equal(off["S1_SP"], plain["L5_SP"])
    assert not any(name.startswith("T12") for name in off)
    assert "S1_IA" not in off
    up = _points(phantomCase(_scenario("lumbarSlip", ST_F={"labelledOff": -1})), "ST_F")
    np.testing.assert_array_equal(up["L4_IP"], plain["L5_IP"])
    np.testing.assert_array_equal(up["L5_SA"], plain["S1_SA"])
    assert "S1_SA" not in up
    case = phantomCase("oneLevelOff")
    assert _points(case, "ST_N").keys() == _points(phantomCase("lumbarSlip"), "ST_N").keys()


def test_the_same_series_stands_under_two_labels() -> None:
    case = phantomCase("identicalSeries")
    neutral, flexion = case.position("UP_N"), case.position("UP_F")
    assert neutral.marks == flexion.marks
    assert (flexion.bend, flexion.title) == ("flexion", "Sitting flexion")
    assert _values("identicalSeries", "regionRotation", "C2C7", "motion")["UP_N>UP_F"] == 0.0
    with pytest.raises(InputError, match="names 'UP_F' as a series of its own"):
        posedSpine(_scenario("identicalSeries", UP_E={"sameAs": "UP_F"}), "UP_E")
    with pytest.raises(InputError, match="has no position 'UP_X'"):
        posedSpine(_scenario("identicalSeries", UP_E={"sameAs": "UP_X"}), "UP_E")


def test_six_lumbar_vertebrae_stand_on_the_sacrum() -> None:
    case = phantomCase("sixLumbar")
    assert case.chain.levels[-3:] == ("L5", "L6", "S1")
    assert case.chain.lumbosacralJunction.name == "L6S1"
    assert "L5S1" not in loadScenario("sixLumbar").state("lumbar", "ST_N").segments
    rotations = {level: _values("sixLumbar", "rotation", level, "motion")["ST_E>ST_F"] for level in ("L4L5", "L5L6")}
    assert rotations["L5L6"] == pytest.approx(rotations["L4L5"])
    heights = _points(case, "ST_N")
    assert heights["L5_IP"][2] > heights["L6_SP"][2] > heights["L6_IP"][2] > heights["S1_SP"][2]
    with pytest.raises(InputError, match="paints no image of a spine with L6"):
        paintVolume(posedSpine("sixLumbar", "ST_N"), acquisition("upright06T"), 0)


def test_an_extra_level_that_cannot_be_is_refused() -> None:
    data = regionData("lumbar")
    with pytest.raises(InputError, match="no level 'L7'"):
        withExtraLevel(data, {"level": "L6", "like": "L7", "segments": {}})
    with pytest.raises(InputError, match="does not say what segment 'L5L6' is like"):
        withExtraLevel(data, {"level": "L6", "like": "L5", "segments": {}})
    with pytest.raises(InputError, match="cannot stand below"):
        withExtraLevel(data, {"level": "L2", "like": "L5", "segments": {}})


@pytest.mark.parametrize(("scenario", "segment"), [
    ("blockC2C3", "C2C3"), ("sacralizedL5", "L5S1"), ("fusedC5C6", "C5C6"), ("lumbarCage", "L4L5"),
])  # fmt: skip
def test_a_motionless_segment_is_the_same_in_every_position(scenario, segment) -> None:
    states = [loadScenario(scenario).state(loadScenario(scenario).regions[0], name)
              for name in loadScenario(scenario).positionIds]  # fmt: skip
    assert all(state.segments[segment] == states[0].segments[segment] for state in states)
    assert len({state.segments["C4C5" if segment[0] == "C" else "L3L4"].flexionDeg for state in states}) > 2


def test_typing_errors_in_the_new_keys_are_refused() -> None:
    with pytest.raises(InputError, match="unknown segment 'C5C7'"):
        posedSpine(_scenario("healthyCervical", {"motionless": ["C5C7"]}), "UP_N")
    with pytest.raises(InputError, match="unknown level 'L3'"):
        posedSpine(_scenario("healthyCervical", UP_N={"sections": {"L3": {"cordAp": 5.0}}}), "UP_N")
