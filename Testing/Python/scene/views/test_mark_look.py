"""Which color, shape and size a mark has: told apart by color-blind readers, and never by color alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet

pytest.importorskip("slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.Views.MarkLook import (
    CIRCLE,
    DIAMOND,
    DIMMED,
    SHAPE_WORDS,
    SQUARE,
    TRIANGLE,
    MarkChoice,
    colorOfLevel,
    isDimmed,
    shapeOf,
    shownMark,
    shownMarks,
)

HERE = (1.0, 2.0, 3.0)

# Machado, Oliveira and Fernandes 2009: what is seen of linear RGB without one kind of cones.
SIGHTS = {
    "all cones": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}
JUST_SEEN = 2.3  # Mahy et al. 1994, in units of CIE Lab


def lab(color, sight):
    """CIE Lab (D65) of an sRGB color of bytes as somebody sees it."""
    share = np.array(color) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(SIGHTS[sight] @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    scaled = xyz / (0.9505, 1.0, 1.089)
    f = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
def test_neighboring_vertebrae_have_colors_that_are_told_apart(sight):
    for upper, lower in pairwise(CANONICAL_LEVELS):
        difference = np.linalg.norm(lab(colorOfLevel(upper), sight) - lab(colorOfLevel(lower), sight))
        assert difference > 12 * JUST_SEEN, (upper, lower, difference)


@pytest.mark.parametrize("sight", SIGHTS)
def test_every_color_is_told_from_dark_bone_and_from_dimmed_marks_by_its_brightness_or_hue(sight):
    for color in {colorOfLevel(level) for level in CANONICAL_LEVELS}:
        assert np.linalg.norm(lab(color, sight) - lab((50, 50, 50), sight)) > 10 * JUST_SEEN
        assert np.linalg.norm(lab(color, sight) - lab(DIMMED, sight)) > 6 * JUST_SEEN


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("pair", [("L4", "S1"), ("L5", "S1"), ("T11", "L1"), ("T12", "L1")])
def test_neighbors_are_told_apart_where_a_vertebra_is_missing_or_one_too_many(pair, sight):
    upper, lower = (lab(colorOfLevel(level), sight) for level in pair)
    assert np.linalg.norm(upper - lower) > 6 * JUST_SEEN


@pytest.mark.parametrize(("landmark", "shape"), [
    (Landmark("L4_SA", HERE), CIRCLE),
    (Landmark("L4_SA", HERE, origin="carried", confirmed=True), SQUARE),
    (Landmark("L4_SA", HERE, origin="segmented", confirmed=True), SQUARE),
    (Landmark("L4_SA", HERE, origin="carried", confirmed=False), TRIANGLE),
    (Landmark("L3_SA", HERE, origin="carried", confirmed=False), DIAMOND),
    (Landmark("L4L5_CA", HERE, origin="predicted", confirmed=False), DIAMOND),
])
def test_the_shape_says_the_status(landmark, shape):
    assert shapeOf(landmark, {"L4": "check"}) == shape
    assert SHAPE_WORDS[shape]


def test_the_chosen_mark_is_larger_and_other_levels_are_gray_and_smaller():
    marks = landmarkSet([Landmark(name, HERE) for name in ("L3_IA", "L4_SA", "L4_SP", "L4L5_CA", "L5_IA")])
    plain = {item.name: item for item in shownMarks(marks, MarkChoice())}
    chosen = {item.name: item for item in shownMarks(marks, MarkChoice("L4_SP", frozenset({"L4"})))}
    assert chosen["L4_SP"].radiusMm > 1.4 * plain["L4_SP"].radiusMm
    assert chosen["L4_SA"] == plain["L4_SA"]
    assert chosen["L4L5_CA"] == plain["L4L5_CA"]
    for name in ("L3_IA", "L5_IA"):
        assert chosen[name].color == DIMMED != plain[name].color
        assert chosen[name].radiusMm < plain[name].radiusMm


@pytest.mark.parametrize(("places", "kept"), [
    ({"L4L5"}, {"L4_SA", "L5_SA", "L4L5_CA"}),
    ({"L4"}, {"L4_SA", "L4L5_CA", "L3L4_CA"}),
    ({"L3L4", "L5"}, {"L3_SA", "L4_SA", "L3L4_CA", "L5_SA", "L4L5_CA", "L5S1_CA"}),
    (set(), {"L3_SA", "L4_SA", "L5_SA", "S1_SA", "L3L4_CA", "L4L5_CA", "L5S1_CA"}),
])
def test_a_chosen_place_keeps_its_own_marks_and_those_beside_it(places, kept):
    names = ("L3_SA", "L4_SA", "L5_SA", "S1_SA", "L3L4_CA", "L4L5_CA", "L5S1_CA")
    assert {name for name in names if not isDimmed(name, MarkChoice(places=frozenset(places)))} == kept


def test_unplaced_unknown_and_hidden_marks_are_not_drawn():
    assert shownMark(Landmark("L4_SA", None, "missing"), MarkChoice()) is None
    assert shownMark(Landmark("no name", HERE), MarkChoice()) is None
    assert shownMark(Landmark("L4L5_FA_L", HERE), MarkChoice(hidden=frozenset("D"))) is None
    assert shownMark(Landmark("L4_SA", HERE), MarkChoice(hidden=frozenset("D"))) is not None
