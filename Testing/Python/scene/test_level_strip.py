"""The strip of one level: in every position the lower vertebra stands still, and the upper one shows what it does."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase

from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Reports.Pictures import pngSize
from DynamicSpineLib.Scene.CasePictures import casePictures
from DynamicSpineLib.Scene.KeyPictures import keyPictures
from DynamicSpineLib.Scene.LevelStrip import levelStrip, stripPlan
from DynamicSpineLib.Study.Marks import landmarkSet

SLIPS_MM = {"SUP_N": 3.0, "ST_N": 5.0, "ST_F": 7.0, "ST_E": 4.0}
SIZE = (240, 240)
LOWER = ("L5_SA", "L5_SP", "L5_IA", "L5_IP")


@pytest.fixture
def slipping(writeVolume, tmp_path):
    """The case whose L4 slips on L5, with a small dark volume for each position."""
    case = phantomCase("lumbarSlip")
    axes = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    positions = []
    for position in case.positions:
        middle = np.array(position.marks.point("L5_SP"))
        origin = middle - axes @ (np.array([29.5, 29.5, 2.0]) * 4.0)
        voxels = np.full((5, 60, 60), 100, dtype=np.int16)
        voxels[:, :3] = 900  # so that the gray around the marks is drawn dark
        path = writeVolume(tmp_path / f"{position.id}.nrrd", voxels, axes, (4.0, 4.0, 4.0), tuple(origin))
        positions.append(replace(position, volume=path.name))
    return replace(case, positions=tuple(positions)), tmp_path


def without(case, positionId, *names):
    """The case with some landmarks of a position not placed."""
    def stripped(position):
        kept = [item for item in position.marks.landmarks.values() if item.name not in names]
        return replace(position, marks=landmarkSet(kept, list(position.marks.contours.values())))

    return replace(case, positions=tuple(
        stripped(item) if item.id == positionId else item for item in case.positions))


def pixelsOf(case, plan, name):
    """Where a landmark falls in each picture of a plan, (pictures, 2)."""
    return np.array([picture.pixelOf(case.position(key).marks.point(name)) for key, picture in plan.items()])


def test_every_position_has_a_picture_of_the_size_asked_for(scene, slipping):
    case, folder = slipping
    steps = []
    pictures = runSteps(levelStrip(case, folder, "L4L5", SIZE), steps.append)
    assert list(pictures) == list(SLIPS_MM)
    assert {pngSize(png, key) for key, png in pictures.items()} == {SIZE}
    assert [step.fraction for step in steps] == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0


def test_the_lower_body_stands_still_and_the_upper_one_moves_by_its_slip(slipping):
    case, _ = slipping
    plan = stripPlan(case, "L4L5")
    (pixelMm,) = {picture.pixelMm for picture in plan.values()}
    for name in LOWER:
        assert np.ptp(pixelsOf(case, plan, name), axis=0).max() < 1.5
    back, front = pixelsOf(case, plan, "L5_SP"), pixelsOf(case, plan, "L5_SA")
    forward = (front - back) / np.linalg.norm(front - back, axis=1, keepdims=True)
    slips = np.sum((pixelsOf(case, plan, "L4_IP") - back) * forward, axis=1)
    assert slips - slips[0] == pytest.approx((np.array(list(SLIPS_MM.values())) - 3.0) / pixelMm, abs=1.5)


def test_the_marks_are_drawn_where_the_plan_says(slipping):
    image = pytest.importorskip("PIL.Image")
    case, folder = slipping
    plan = stripPlan(case, "L4L5")
    for key, png in runSteps(levelStrip(case, folder, "L4L5")).items():
        pixels = np.asarray(image.open(io.BytesIO(png)).convert("RGB")).astype(int)
        for name in (*LOWER, "L4_SA", "L4_SP", "L4_IA"):
            column, row = (round(item) for item in plan[key].pixelOf(case.position(key).marks.point(name)))
            assert np.abs(pixels[row, column] - [255, 224, 51]).max() < 60, (key, name)


@pytest.mark.parametrize("segment", ["L1L2", "L3L4", "L4L5", "L5S1"])
def test_both_bodies_are_in_all_pictures_above_the_caption(slipping, segment):
    case, _ = slipping
    plan = stripPlan(case, segment, (360, 360))
    names = [f"{level}_{code}" for level in (segment[:2], segment[2:]) for code in ("SA", "SP", "IA", "IP")]
    for key, picture in plan.items():
        assert picture.plane.edgeLetters()[:2] == ("A", "P")
        assert 70.0 < picture.fieldOfViewMm < 90.0
        marks = case.position(key).marks
        places = np.array([picture.pixelOf(point) for name in names if (point := marks.point(name)) is not None])
        assert places.min() > 10
        assert places[:, 0].max() < 350
        assert places[:, 1].max() < 335


def test_the_endplate_is_as_inclined_as_in_the_routine_position(slipping):
    case, _ = slipping
    back, front = np.array([case.position("SUP_N").marks.point(name) for name in ("L5_SP", "L5_SA")])
    truth = np.degrees(np.arctan2(front[2] - back[2], np.hypot(*(front - back)[:2])))
    for item in (case, replace(case, positions=case.positions[::-1])):
        plan = stripPlan(item, "L4L5")
        across = pixelsOf(item, plan, "L5_SA") - pixelsOf(item, plan, "L5_SP")
        assert np.degrees(np.arctan2(-across[:, 1], -across[:, 0])) == pytest.approx(truth, abs=1.0)


@pytest.mark.parametrize("names", [("L5_IA", "L5_IP"), ("L5_SP",), LOWER])
def test_a_position_with_too_few_marks_is_left_out(slipping, names):
    case, folder = slipping
    pictures = runSteps(levelStrip(without(case, "ST_F", *names), folder, "L4L5", (100, 100)))
    assert list(pictures) == ["SUP_N", "ST_N", "ST_E"]


def test_three_corners_of_the_lower_body_are_enough(slipping):
    case, _ = slipping
    few = without(case, "ST_F", "L5_IA", "L4_SA", "L4_SP", "L4_IA", "L4_IP")
    whole, plan = (pixelsOf(item, stripPlan(item, "L4L5"), "L5_IP") for item in (case, few))
    assert np.ptp(plan, axis=0).max() < 1.5
    assert plan.shape == whole.shape


def test_marks_that_fix_no_plane_leave_a_position_out(slipping):
    case, _ = slipping
    position = case.position("ST_F")
    line = [replace(item, point_RAS=(0.0, float(index), 0.0)) if item.name[:2] in ("L4", "L5") else item
            for index, item in enumerate(position.marks.landmarks.values())]
    lined = replace(case, positions=(replace(position, marks=landmarkSet(line)), *case.positions[:2]))
    assert list(stripPlan(lined, "L4L5")) == ["SUP_N", "ST_N"]


def test_a_position_without_volume_is_left_out_and_an_unknown_segment_has_no_strip(slipping):
    case, folder = slipping
    bare = replace(case, positions=(replace(case.positions[0], volume=""), *case.positions[1:]))
    assert list(stripPlan(bare, "L4L5")) == ["ST_N", "ST_F", "ST_E"]
    assert runSteps(levelStrip(case, folder, "C5C6")) == {}


def test_both_sets_of_a_case_are_drawn_from_one_loading(slipping, monkeypatch):
    from DynamicSpineLib.Scene import Volumes

    case, folder = slipping
    loaded, load = [], Volumes.loadVolume
    apart = runSteps(keyPictures(case, folder)), runSteps(levelStrip(case, folder, "L4L5"))
    monkeypatch.setattr(Volumes, "loadVolume", lambda *given: loaded.append(given[2]) or load(*given))
    together = runSteps(casePictures(case, folder, "L4L5"))
    assert loaded == list(SLIPS_MM)
    assert (together.positions, together.strip) == apart
