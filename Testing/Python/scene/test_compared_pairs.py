"""The report's pictures of two positions on each other: which pairs, what they show and say, and what is open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.LineStyles import MOVING_STYLE
from DynamicSpineLib.Compare.Statements import CT_BESIDE_MR
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Reports.Pictures import pngSize
from DynamicSpineLib.Scene.CasePictures import casePictures
from DynamicSpineLib.Scene.ComparedPairs import comparedPlan
from DynamicSpineLib.Scene.Overlays.CompareFrames import ComparedImages
from DynamicSpineLib.Scene.Overlays.LevelFrame import levelFrame
from DynamicSpineLib.Scene.PictureContent import PictureCaption, SlicePicture
from DynamicSpineLib.Scene.PicturePlane import sagittalPlane
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Scene.Volumes import addVolume, volumeArray, volumeGeometry
from DynamicSpineLib.Study.Marks import CARRIED, landmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

LOAD, MOTION = ("SUP_N", "ST_N"), ("ST_E", "ST_F")
CODES = ("SA", "SP", "IA", "IP")


@pytest.fixture
def case():
    return phantomCase("lumbarSlip")


def frameOf(case, segment="L4L5", pair=MOTION):
    """The planned picture of a pair; no volume is looked at."""
    found = case.chain.segment(segment)
    anchor = anchorOn(case, found.lower, *pair)
    comparison = Comparison(case, case.position(pair[0]), case.position(pair[1]), anchor, None)
    return levelFrame(comparison, ComparedImages(None, None), found)


def changed(case, positionId, **changes):
    return replace(case, positions=tuple(replace(item, **changes) if item.id == positionId else item
                                         for item in case.positions))  # fmt: skip


def bodyCorners(case, positionId, level):
    return np.array([case.position(positionId).marks.point(f"{level}_{code}") for code in CODES])


def motionOf(case, level, positionId):
    """The phantom's own motion (4x4, RAS) of a bone from where it was marked."""
    found = [bone.matrix for bone in case.bones if (bone.level, bone.toPosition) == (level, positionId)]
    return np.array(found[0]) if found else np.eye(4)


def test_load_and_motion_are_shown_and_no_other_pair(case):
    plan = comparedPlan(case, "L4L5")
    assert (set(plan.frames), plan.notices) == ({LOAD, MOTION}, ())


@pytest.mark.parametrize("segment", ["", "C5C6", "L4"])
def test_a_level_that_is_no_segment_of_the_case_has_no_picture(case, segment):
    plan = comparedPlan(case, segment)
    assert (dict(plan.frames), plan.notices) == ({}, ())


def test_a_vertebra_that_cannot_be_held_is_said_in_a_sentence_and_other_pairs_stay(case):
    marks = case.position("ST_F").marks
    without = landmarkSet([item for item in marks.landmarks.values() if boneOfMark(item.name) != "L5"])
    plan = comparedPlan(replace(changed(case, "ST_F", marks=without), bones=()), "L4L5")
    assert set(plan.frames) == {LOAD}
    (sentence,) = plan.notices
    assert sentence.startswith("No picture shows Standing extension and Standing flexion on each other: L5 cannot")
    assert sentence.endswith(".")


def test_a_pair_without_two_volumes_is_left_out(case):
    assert set(comparedPlan(changed(case, "ST_N", volume=""), "L4L5").frames) == {MOTION}


def test_the_moving_outlines_lie_where_the_bones_truly_went_against_the_held_one(case):
    picture = frameOf(case).picture
    dashed = [np.array(item.points_RAS) for item in picture.outlines if item.color == MOVING_STYLE.color]
    toReference = motionOf(case, "L5", MOTION[0]) @ np.linalg.inv(motionOf(case, "L5", MOTION[1]))
    for level in ("L4", "L5"):
        there = bodyCorners(case, MOTION[1], level) @ toReference[:3, :3].T + toReference[:3, 3]
        nearest = [min(np.abs(points - corner).max(axis=-1).min() for points in dashed) for corner in there]
        assert max(nearest) < 0.01, level
        stayed = np.abs(there - bodyCorners(case, MOTION[0], level)).max() < 0.01
        assert stayed == (level == "L5")


@pytest.mark.parametrize(("scenario", "segment", "pair", "fieldMm"), [
    ("lumbarSlip", "L4L5", MOTION, 120.0), ("lumbarSlip", "L5S1", LOAD, 120.0),
    ("cervicalNarrowing", "C5C6", None, 80.0),
])  # fmt: skip
def test_the_segment_stands_in_the_middle_of_its_field_with_both_bodies_whole(scenario, segment, pair, fieldMm):
    case = phantomCase(scenario)
    pair = pair or next(iter(comparedPlan(case, segment).frames))
    frame, found = frameOf(case, segment, pair), case.chain.segment(segment)
    picture = frame.picture
    assert picture.fieldOfViewMm == fieldMm
    points = [point for level in (found.upper, found.lower) for code in CODES
              if (point := case.position(pair[0]).marks.point(f"{level}_{code}")) is not None]  # fmt: skip
    pixels = np.array([picture.pixelOf(point) for point in points])
    assert pixels.min() > 80
    assert (pixels.max(axis=0) < np.array(picture.size) - 80).all()
    assert np.abs(picture.plane.project(points)[:, 2]).max() < 1.0


def test_the_caption_says_what_lies_on_what_what_holds_it_and_what_is_in_doubt(case):
    caption = frameOf(case).picture.caption
    assert caption.title == "Standing flexion on Standing extension"
    assert caption.key == "L5 held by its carried bone; half of each; reference blue, the other dashed orange"
    assert (caption.numbering, caption.use) == (case.numbering.statement(), "Research use")
    assert caption.warnings == ()
    marks = landmarkSet([replace(item, origin=CARRIED, confirmed=False)
                         for item in case.position("ST_F").marks.landmarks.values()])  # fmt: skip
    bones = tuple(replace(bone, verdict="check") if (bone.level, bone.toPosition) == ("L5", "ST_F") else bone
                  for bone in case.bones)  # fmt: skip
    doubtful = frameOf(replace(changed(case, "ST_F", marks=marks), bones=bones)).picture.caption
    assert doubtful.warnings == ("L5 carried: check", "marks not yet accepted: Standing flexion")


def test_no_name_lies_below_the_texts_at_the_edges(case):
    for pair in (LOAD, MOTION):
        picture = frameOf(case, pair=pair).picture
        names = {item.text.split("\n")[0] for item in picture.labels}
        assert {"L4", "L5"} <= names
        for label in picture.labels:
            column, row = picture.pixelOf(label.point_RAS)
            assert 20 < column < 620
            assert 75 < row < 600


def boxVolume(scene, value, name):
    grid = VolumeGeometry((30, 30, 5), (4.0, 4.0, 4.0), (0.0, 0.0, 0.0), ((0, -1.0, 0), (0, 0, -1.0), (1.0, 0, 0)))
    voxels = np.full((5, 30, 30), value, dtype=np.int16)
    voxels[:, :, :10] = -1000 if value < 100 else 20
    return addVolume(scene, voxels, grid, name)


def test_a_ct_beside_an_mr_is_shown_as_such(scene, case):
    mr, ct = boxVolume(scene, 400, "MR"), boxVolume(scene, 60, "CT")
    frames = comparedPlan(case, "L4L5").frames
    assert CT_BESIDE_MR in frames[MOTION](mr, ct).picture.caption.warnings
    assert frames[MOTION](mr, mr).picture.caption.warnings == ()


def test_a_ct_is_drawn_in_a_window_of_bone(scene):
    ct = boxVolume(scene, 60, "CT")
    voxels = volumeArray(ct).copy()
    voxels[:, :10] = 1000
    bone = addVolume(scene, voxels, volumeGeometry(ct), "Bone")
    plane = sagittalPlane((8.0, -58.0, -58.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    pixels = renderSlice(bone, SlicePicture(plane, PictureCaption("", ""), 116.0, (232, 232))).pixels[..., 0]
    places = {1000: (50, 110), 60: (170, 110), -1000: (170, 40)}
    shown = {value: int(pixels[place]) for value, place in places.items()}
    expected = {value: round(255 * np.clip((value + 500) / 1800, 0, 1)) for value in shown}
    assert shown == pytest.approx(expected, abs=3)


def test_two_volumes_at_most_are_open_at_once_and_none_at_the_end(scene, case, writeVolume, tmp_path, monkeypatch):
    from DynamicSpineLib.Scene import Volumes

    positions = []
    for position in case.positions:
        middle = np.array(position.marks.point("L5_SP"))
        path = writeVolume(tmp_path / f"{position.id}.nrrd", np.full((30, 30, 30), 100, dtype=np.int16),
                           spacing=(5.0,) * 3, origin=tuple(middle - 72.5))  # fmt: skip
        positions.append(replace(position, volume=path.name))
    load, opened = Volumes.loadVolume, []

    def counted(*given):
        node = load(*given)
        opened.append((given[2], scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")))
        return node

    monkeypatch.setattr(Volumes, "loadVolume", counted)
    made = runSteps(casePictures(replace(case, positions=tuple(positions)), tmp_path, "L4L5"))
    assert [name for name, _ in opened] == [item.id for item in case.positions]
    assert max(count for _, count in opened) == 2
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0
    assert {key: pngSize(png, "") for key, png in made.compared.items()} == {LOAD: (640, 640), MOTION: (640, 640)}
    assert made.notices == ()
