"""Marks that were not placed look different without color as well, and a doubtful bone is named on the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Scene.KeyPictures import keyPlan
from DynamicSpineLib.Scene.LevelStrip import stripPlan
from DynamicSpineLib.Scene.PictureContent import (
    CROSS,
    DIAMOND,
    DOT,
    SQUARE,
    PictureCaption,
    PictureMark,
    SlicePicture,
    marksKey,
)
from DynamicSpineLib.Scene.PicturePlane import sagittalPlane
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

SHAPES = (DOT, DIAMOND, CROSS, SQUARE)
STILL = tuple(map(tuple, np.eye(4).tolist()))
HERE = (0.0, 0.0, 0.0)


def drawnShape(scene, shape):
    """The pixels that a large mark of a shape covers on a black picture."""
    size = (40, 40, 5)
    axes = ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    geometry = VolumeGeometry(size, (2.0, 2.0, 2.0), (-5.0, -40.0, -40.0), axes)
    node = addVolume(scene, np.zeros(size[::-1], dtype=np.int16), geometry, "black")
    plane = sagittalPlane(HERE, (0, 1, 0), (0, 0, 1))
    mark = PictureMark(HERE, (1.0, 1.0, 1.0), pixels=40.0, shape=shape)
    shown = SlicePicture(plane, PictureCaption("", "", ""), 80.0, (200, 200), (0.0, 100.0), marks=(mark,))
    return renderSlice(node, shown).pixels[60:140, 60:140].max(axis=2) > 128


def test_shapes_differ_where_there_is_no_color(scene):
    masks = {shape: drawnShape(scene, shape) for shape in SHAPES}
    for index, first in enumerate(SHAPES):
        assert masks[first].sum() > 100
        for second in SHAPES[index + 1 :]:
            differs = np.logical_xor(masks[first], masks[second]).sum()
            assert differs > 0.15 * min(masks[first].sum(), masks[second].sum()), (first, second)


@pytest.mark.parametrize(("origins", "words"), [
    ([("placed", True)], ""),
    ([("placed", True), ("carried", False)], "dots placed, diamonds carried; not yet accepted"),
    ([("carried", True), ("predicted", False)], "diamonds carried, crosses predicted; some not yet accepted"),
    ([("segmented", True)], "squares segmented"),
])  # fmt: skip
def test_the_picture_says_what_its_shapes_mean(origins, words):
    marks = [Landmark(f"L{index + 1}_SA", HERE, origin=origin, confirmed=confirmed)
             for index, (origin, confirmed) in enumerate(origins)]  # fmt: skip
    assert marksKey([*marks, Landmark("L5_SA", None, "missing", "carried", False)]) == words


def carriedCase(accepted=()):
    """Two bodies placed in one position and carried to another, where L4 is to be looked at."""
    points = {f"{level}_{code}": (0.0, 15.0 * (code[1] == "A"), base + 25.0 * (code[0] == "S"))
              for level, base in (("L4", 40.0), ("L5", 0.0)) for code in ("SA", "SP", "IA", "IP")}  # fmt: skip
    placed = [Landmark(name, point) for name, point in points.items()]
    carried = [replace(item, origin="carried", confirmed=item.name.split("_")[0] in accepted) for item in placed]
    verdicts = {"L4": "check", "L5": "good"}
    bones = tuple(BoneTransform(level, "a", "b", STILL, verdict=verdict) for level, verdict in verdicts.items())
    positions = (Position("a", "supine", "neutral", volume="a.nrrd", marks=landmarkSet(placed)),
                 Position("b", "standing", "flexion", volume="b.nrrd", marks=landmarkSet(carried)))  # fmt: skip
    return Case("x", Chain(("L4", "L5")), positions, bones=bones)


@pytest.mark.parametrize("plan", [keyPlan, lambda case: stripPlan(case, "L4L5")], ids=["key picture", "strip"])
def test_a_bone_to_be_looked_at_is_named_where_its_marks_are_shown_and_not_accepted(plan):
    texts = {name: [label.text for label in item.labels] for name, item in plan(carriedCase()).items()}
    assert texts == {"a": ["L4", "L5"], "b": ["L4\ncheck", "L5"]}
    accepted = plan(carriedCase(("L4",)))["b"]
    assert [label.text for label in accepted.labels] == ["L4", "L5"]
    assert accepted.caption.key == "diamonds carried; some not yet accepted"
    assert {mark.shape for mark in accepted.marks} == {DIAMOND}
