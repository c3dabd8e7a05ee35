"""Masks, lines and color scales that are laid over slice views."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.Overlays.ColorScale import amountScale, colorNode, differenceScale
from DynamicSpineLib.Scene.Overlays.LineActors import lineData
from DynamicSpineLib.Scene.Overlays.MaskedLayer import checkerboardMask, revealMask


def test_squares_alternate_from_the_upper_left_corner_which_is_the_references():
    mask = checkerboardMask((7, 5), 2)
    assert mask.shape == (5, 7)
    assert ["".join("#" if one else "." for one in row) for row in mask] == [
        "..##..#", "..##..#", "##..##.", "##..##.", "..##..#"]  # fmt: skip


def test_the_circle_holds_the_pixels_no_farther_than_its_radius():
    mask = revealMask((9, 7), (6.0, 2.0), 2.0)
    assert mask.shape == (7, 9)
    assert {(int(column), int(row)) for row, column in np.argwhere(mask)} == {
        (6, 2), (5, 2), (7, 2), (4, 2), (8, 2), (6, 1), (6, 3), (6, 0), (6, 4), (5, 1), (7, 1), (5, 3), (7, 3)}
    assert not revealMask((9, 7), (60.0, 2.0), 2.0).any()


def cells(data):
    found = []
    for index in range(data.GetNumberOfCells()):
        points = data.GetCell(index).GetPoints()
        found.append([points.GetPoint(number)[:2] for number in range(points.GetNumberOfPoints())])
    return found


def test_a_whole_line_is_one_cell_and_a_closed_one_comes_back():
    corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 5.0)]
    assert cells(lineData(corners, False)) == [corners]
    assert cells(lineData(corners, True)) == [[*corners, corners[0]]]


def test_a_dashed_line_has_its_dashes_and_its_gaps():
    drawn = cells(lineData([(0.0, 0.0), (20.0, 0.0)], False, (6.0, 4.0)))
    assert [[place[0] for place in piece] for piece in drawn] == [[0.0, 6.0], [10.0, 16.0]]


def test_differences_within_noise_are_clear_and_the_signs_have_their_own_colors():
    scale = differenceScale(3.0, 12.0, "difference")
    assert all(scale.colorOf(value)[3] == 0 for value in (-2.9, 0.0, 2.9))
    for value in (3.2, 7.0, 12.0, 99.0):
        more, less = scale.colorOf(value), scale.colorOf(-value)
        assert more[3] == less[3] == 1
        assert more[0] > more[2] + 0.3  # orange
        assert less[2] > less[0] + 0.2  # blue
    assert not np.allclose(scale.colorOf(4.0), scale.colorOf(11.0))
    assert np.array_equal(scale.colorOf(12.0), scale.colorOf(50.0))


def test_amounts_grow_lighter_and_small_ones_are_clear():
    scale = amountScale(0.5, 20.0, "moved, mm")
    assert scale.colorOf(0.2)[3] == 0
    lightness = [scale.colorOf(value)[:3] @ [0.2126, 0.7152, 0.0722] for value in np.linspace(0.6, 20.0, 30)]
    assert np.all(np.diff(lightness) >= 0)
    assert lightness[-1] > lightness[0] + 0.5


def test_a_scale_becomes_a_table_of_colors_that_is_not_saved(scene):
    node = colorNode(scene, differenceScale(3.0, 12.0, "difference"), "difference")
    assert not node.GetSaveWithScene()
    assert node.GetNumberOfColors() == 256
    color = [0.0] * 4
    node.GetColor(127, color)
    assert color[3] == 0.0
    node.GetColor(255, color)
    assert color[3] == 1.0
    assert color[0] > color[2]
