"""Marks of soft tissue in another position: drawn to known edges, moved with the bones where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from StraightCanal import CHAIN, USUAL, imaged, posed, straightMarks, straightVolume

from DynamicSpineLib.Geometry.Rigid import applyTransform, rigid, rotationMatrix
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Registration.PredictMarks import DRAWN, MOVED, NO_EDGE, predictMarks
from DynamicSpineLib.Registration.PredictSheet import canalFrame, grayAt
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

STILL = {"C5": np.eye(4), "C6": np.eye(4)}
MARKS = straightMarks()
SOURCE = straightVolume(seed=1)
POSE = rigid(rotationMatrix(np.array([0.3, -0.5, 0.4])), np.array([12.0, -30.0, 55.0]))


def predicted(target, bones=None, marks=MARKS, obeyed=(), chain=CHAIN):
    """What is predicted in a target volume, by name, from the straight canal."""
    steps = predictMarks(imaged(SOURCE, MARKS), imaged(target, marks, "b", obeyed), MARKS, bones or STILL, chain)
    return runSteps(steps)


def byName(found):
    return {mark.name: mark for mark in found.landmarks}


def width(marks, first, second, place="C5C6"):
    ends = (np.array(marks[f"{place}_{code}"].point_RAS) for code in (first, second))
    return float(np.linalg.norm(np.subtract(*ends)))


def test_in_the_same_image_marks_stay_where_they_were_placed():
    found = byName(predicted(SOURCE))
    for code in USUAL:
        off = np.subtract(found[f"C5C6_{code}"].point_RAS, MARKS.point(f"C5C6_{code}"))
        assert abs(off[1]) < 0.15, code
    assert all(mark.origin == "predicted" and not mark.confirmed for mark in found.values())
    assert found["C5C6_CA"].quality == DRAWN


@pytest.mark.parametrize("seed", [2, 3])
def test_a_canal_that_is_narrower_by_a_third_is_found_so(seed):
    # Fluid behind the cord is pressed away; in front a film is left.
    narrow = {"CA": 1.5, "KA": 1.9, "KP": 9.4, "CP": 9.6, "LP": 14.0}
    found = byName(predicted(straightVolume(narrow, seed)))
    assert width(found, "CA", "CP") == pytest.approx(8.1, abs=0.4)
    assert width(found, "KA", "KP") == pytest.approx(7.5, abs=0.5)


def test_the_narrow_place_is_sought_along_the_canal():
    def backAt(cranial):
        return 12.0 - 2.0 * np.maximum(1.0 - np.abs(cranial - 2.0) / 4.0, 0.0)

    found = byName(predicted(straightVolume(seed=4, backAt=backAt)))
    assert width(found, "CA", "CP") == pytest.approx(10.0, abs=0.4)
    assert found["C5C6_CP"].point_RAS[2] == pytest.approx(2.0, abs=1.2)


def test_another_scanner_with_other_gray_values_and_coarser_pixels_changes_little():
    found = byName(predicted(straightVolume({"CP": 11.0, "KP": 9.0}, 5, noise=35.0, spacingMm=0.9, gain=0.13)))
    assert width(found, "CA", "CP") == pytest.approx(11.0, abs=0.4)
    assert width(found, "KA", "KP") == pytest.approx(7.0, abs=0.4)


def test_the_cord_is_found_opposite_the_bodies_too():
    found = byName(predicted(straightVolume({"KA": 2.6, "KP": 9.2}, 6)))
    for level in ("C5", "C6"):
        assert width(found, "KA", "KP", level) == pytest.approx(6.6, abs=0.4)
        assert found[f"{level}_KA"].quality == DRAWN


def test_the_whole_prediction_moves_with_the_patient():
    target = straightVolume({"CP": 11.0}, 7)
    still = byName(predicted(target))
    moved = byName(predicted(posed(target, POSE), dict.fromkeys(STILL, POSE)))
    for name, mark in still.items():
        assert moved[name].point_RAS == pytest.approx(applyTransform(np.array(mark.point_RAS), POSE), abs=1e-3), name
        assert moved[name].sdMm == pytest.approx(mark.sdMm, abs=0.011)


@pytest.mark.parametrize("level", [0.0, 500.0])
def test_a_blank_image_leaves_marks_where_the_bones_take_them_and_says_so(level):
    blank = GrayVolume(np.full_like(SOURCE.voxels, level), posed(SOURCE, POSE).geometry)
    found = byName(predicted(blank, dict.fromkeys(STILL, POSE)))
    for code in ("CA", "KA", "CP"):
        mark = found[f"C5C6_{code}"]
        assert mark.point_RAS == pytest.approx(applyTransform(np.array(MARKS.point(mark.name)), POSE), abs=1e-6)
        assert mark.quality == NO_EDGE
        assert mark.sdMm >= 0.8


def test_an_image_of_noise_alone_shows_no_edge():
    noise = np.abs(np.random.default_rng(1).normal(0.0, 100.0, SOURCE.voxels.shape)).astype(np.float32)
    found = byName(predicted(GrayVolume(noise, SOURCE.geometry)))
    assert found["C5C6_CP"].quality == NO_EDGE or found["C5C6_CP"].sdMm > 0.5


def test_a_mark_that_lies_on_no_border_of_its_own_image_is_not_looked_for_in_another():
    off = {"C5C6_CP": replace(MARKS.landmarks["C5C6_CP"], point_RAS=(0.0, -16.5, 0.0)),
           "C5C6_LP": replace(MARKS.landmarks["C5C6_LP"], point_RAS=(0.0, -18.5, 0.0))}  # fmt: skip
    marks = LandmarkSet({**MARKS.landmarks, **off}, MARKS.contours)
    steps = predictMarks(imaged(SOURCE, marks), imaged(straightVolume(seed=12), marks, "b"), marks, STILL, CHAIN)
    found = byName(runSteps(steps))
    assert found["C5C6_CP"].quality == NO_EDGE
    assert found["C5C6_CP"].point_RAS == pytest.approx((0.0, -16.5, 0.0), abs=1e-6)


def test_a_place_outside_the_image_shows_no_edge():
    away = rigid(np.eye(3), np.array([0.0, 0.0, 300.0]))
    found = byName(predicted(SOURCE, dict.fromkeys(STILL, away)))
    assert found["C5C6_CA"].quality == NO_EDGE
    assert found["C5C6_CA"].point_RAS == pytest.approx((0.0, 0.0, 300.0))


def test_more_noise_makes_the_sd_larger():
    quiet, loud = (byName(predicted(straightVolume(seed=8, noise=noise))) for noise in (10.0, 250.0))
    assert loud["C5C6_KA"].sdMm > quiet["C5C6_KA"].sdMm
    assert loud["C5C6_CP"].sdMm > quiet["C5C6_CP"].sdMm


def test_nothing_is_predicted_beside_a_bone_that_was_not_carried():
    found = predicted(SOURCE, {"C5": np.eye(4)})
    assert {mark.name for mark in found.landmarks} == {"C5_KA", "C5_KP"}
    assert found.notPredicted["C5C6_CA"].endswith("C6.")
    assert "C5C6_DS" in found.notPredicted


def test_marks_that_a_user_placed_are_left_alone():
    found = predicted(SOURCE, obeyed=("C5C6_CA", "C5_KA"))
    assert not {"C5C6_CA", "C5_KA"} & byName(found).keys()
    assert "C5C6_CP" in byName(found)


def test_bones_marks_are_not_predicted():
    assert not [name for name in byName(predicted(SOURCE)) if name.split("_")[1] in ("SA", "SP", "IA", "IP", "SL")]


def test_an_outline_of_the_sac_is_stretched_with_its_front_and_back():
    found = predicted(straightVolume({"CP": 11.0, "KP": 9.0}, 9))
    sac = np.array(found.contours[0].points_RAS)
    before = np.array(MARKS.contours["C5C6_DS"].points_RAS)
    assert np.ptp(sac[:, 0]) == pytest.approx(np.ptp(before[:, 0]), abs=0.05)
    assert np.ptp(sac[:, 1]) < np.ptp(before[:, 1]) - 0.3
    assert (found.contours[0].origin, found.contours[0].quality) == ("predicted", DRAWN)


def test_without_marks_across_the_canal_the_rest_only_moves():
    alone = {name: mark for name, mark in MARKS.landmarks.items() if not name.endswith(("_CA", "_CP"))}
    marks = LandmarkSet(alone, MARKS.contours)
    steps = predictMarks(imaged(SOURCE, marks), imaged(SOURCE, marks, "b"), marks, STILL, CHAIN)
    found = byName(runSteps(steps))
    assert found["C5C6_KA"].quality == MOVED
    assert found["C5C6_KA"].point_RAS == pytest.approx(MARKS.point("C5C6_KA"), abs=1e-6)


def test_edges_keep_their_order():
    squeezed = straightVolume({"CA": 3.0, "KA": 3.0, "KP": 8.0, "CP": 8.0}, 10)
    found = byName(predicted(squeezed))
    depths = [-found[f"C5C6_{code}"].point_RAS[1] for code in ("CA", "TA", "KA", "KP", "TP", "CP", "LP")]
    assert np.all(np.diff(depths) > -0.05)


def test_a_single_slice_is_enough():
    flat = replace(SOURCE.geometry, size=(*SOURCE.geometry.size[:2], 1), origin_RAS=(0.0, 28.0, 30.0))
    target = GrayVolume(straightVolume({"CP": 11.0}, 11).voxels[2:3], flat)
    assert width(byName(predicted(target)), "CA", "CP") == pytest.approx(11.0, abs=0.4)


def test_gray_values_are_read_along_true_directions():
    volume = straightVolume()
    ramp = np.arange(volume.voxels.shape[2], dtype=np.float32)[None, None, :] * np.ones_like(volume.voxels)
    points = np.array([[0.3, -3.1, 2.2], [-1.0, 5.55, -4.0], [0.0, 500.0, 0.0]])
    values = grayAt(GrayVolume(ramp, volume.geometry), points)
    assert values[:2] == pytest.approx((28.0 - points[:2, 1]) / 0.7, abs=1e-4)
    assert np.isnan(values[2])
    frame = canalFrame(np.zeros(3), np.array([0.0, -2.0, 0.5]), np.array([1.0, 0.2, 0.0]))
    axes = np.stack([frame.backward_RAS, frame.cranial_RAS, frame.right_RAS])
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)
    assert frame.cranial_RAS[2] > 0.9
