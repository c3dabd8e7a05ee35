"""Hatching: parallel lines that fill a body and nothing else, and ticks on the bone's side of a lone endplate."""

from __future__ import annotations

import numpy as np
import pytest

from DynamicSpineLib.Compare.Hatching import edgeTicks, hatchLines
from DynamicSpineLib.Errors import InputError

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
HORSESHOE = np.array([[0, 0], [10, 0], [10, 10], [7, 10], [7, 3], [3, 3], [3, 10], [0, 10]], dtype=float)
BOW_TIE = np.array([[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]])


def star(seed):
    """A polygon with deep hollows round the origin, moved aside."""
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0.0, 2.0 * np.pi, 15))
    return 20.0 + random.uniform(3.0, 12.0, (15, 1)) * np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def shoelace(polygon):
    x, y = polygon.T
    return 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def windings(points, polygon):
    """How often a polygon runs round each of some points, from the angles that its edges are seen under."""
    rays = polygon[None] - points[:, None]
    following = np.roll(rays, -1, axis=1)
    turn = np.arctan2(rays[..., 0] * following[..., 1] - rays[..., 1] * following[..., 0],
                      (rays * following).sum(axis=-1))  # fmt: skip
    return np.round(turn.sum(axis=1) / (2.0 * np.pi)).astype(int)


def lengths(segments):
    return np.linalg.norm(segments[:, 1] - segments[:, 0], axis=-1)


def test_level_lines_cross_a_square_from_edge_to_edge():
    found = hatchLines(SQUARE, 2.0, angleDeg=0.0, through=(0.0, 1.0))
    assert found[:, :, 1] == pytest.approx(np.repeat([[1.0], [3.0], [5.0], [7.0], [9.0]], 2, axis=1))
    assert found[:, :, 0] == pytest.approx(np.tile([0.0, 10.0], (5, 1)))


def test_slanted_lines_of_a_square_rise_at_45_degrees_through_its_middle():
    found = hatchLines(SQUARE, 3.0)
    steps = found[:, 1] - found[:, 0]
    assert steps[:, 0] == pytest.approx(steps[:, 1])
    offsets = np.sort((found[:, 0, 1] - found[:, 0, 0]) / np.sqrt(2.0))
    assert offsets == pytest.approx([-6.0, -3.0, 0.0, 3.0, 6.0])
    # A chord of a square, d off its diagonal, is 2 d shorter than the diagonal.
    assert np.sort(lengths(found)) == pytest.approx(np.sort(10.0 * np.sqrt(2.0) - 2.0 * np.abs(offsets)))


@pytest.mark.parametrize("angleDeg", [0.0, 45.0, 90.0, 133.0])
@pytest.mark.parametrize("polygon", [HORSESHOE, star(1), star(2), star(3)], ids=["horseshoe", "a", "b", "c"])
def test_lines_fill_a_hollow_outline_and_stay_inside(polygon, angleDeg):
    found = hatchLines(polygon, 0.01, angleDeg)
    assert 0.01 * lengths(found).sum() == pytest.approx(shoelace(polygon), rel=2e-3)
    some = hatchLines(polygon, 0.7, angleDeg)
    for share in (0.01, 0.5, 0.99):
        inner = some[:, 0] + share * (some[:, 1] - some[:, 0])
        assert (windings(inner, polygon) != 0).all()


def test_a_hollow_splits_lines():
    found = hatchLines(HORSESHOE, 2.0, angleDeg=0.0, through=(0.0, 5.0))
    assert [tuple(row) for row in found[found[:, 0, 1] == 7.0][:, :, 0]] == [(0.0, 3.0), (7.0, 10.0)]


def test_an_outline_that_crosses_itself_is_filled_on_both_sides():
    found = hatchLines(BOW_TIE, 0.01, angleDeg=90.0)
    assert 0.01 * lengths(found).sum() == pytest.approx(50.0, rel=2e-3)


def test_lines_through_vertices_come_in_pairs():
    diamond = np.array([[0.0, -5.0], [5.0, 0.0], [0.0, 5.0], [-5.0, 0.0]])
    found = hatchLines(diamond, 5.0, angleDeg=0.0, through=(0.0, 0.0))
    assert found == pytest.approx(np.array([[[-5.0, 0.0], [5.0, 0.0]]]))


def test_the_hatching_moves_with_the_body_and_does_not_depend_on_the_order_of_its_corners():
    polygon = star(4)
    found = hatchLines(polygon, 1.5)
    aside = np.array([130.0, -40.0])
    assert hatchLines(polygon + aside, 1.5) == pytest.approx(found + aside)
    again = hatchLines(np.roll(polygon[::-1], 4, axis=0), 1.5)
    assert again == pytest.approx(found)


@pytest.mark.parametrize("points", [np.zeros((0, 2)), SQUARE[:1], SQUARE[:2]])
def test_two_corners_enclose_nothing(points):
    assert hatchLines(points, 1.0).shape == (0, 2, 2)


def test_a_flat_outline_has_no_inside():
    assert len(hatchLines([[0.0, 0.0], [5.0, 0.0], [10.0, 0.0]], 1.0)) == 0


def test_what_cannot_be_hatched_is_refused():
    with pytest.raises(InputError, match="not finite"):
        hatchLines([[0.0, 0.0], [np.nan, 0.0], [1.0, 1.0]], 1.0)
    for spacing in (0.0, -1.0, np.nan, 1e-5):
        with pytest.raises(InputError, match="spacing"):
            hatchLines(SQUARE, spacing)


@pytest.mark.parametrize("inside", [(3.0, -4.0), (9.0, 6.0)])
def test_ticks_stand_on_the_endplate_on_the_side_of_its_bone(inside):
    found = edgeTicks([[0.0, 0.0], [10.0, 0.0]], inside, 2.0, 3.0)
    assert found[:, 0] == pytest.approx(np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 0.0], [7.0, 0.0], [9.0, 0.0]]))
    step = 3.0 / np.sqrt(2.0)
    expected = np.tile([step, np.sign(inside[1]) * step], (5, 1))
    assert found[:, 1] - found[:, 0] == pytest.approx(expected)


def test_ticks_need_a_line_and_a_side():
    assert len(edgeTicks([[1.0, 1.0], [1.0, 1.0]], (0.0, 5.0), 2.0, 3.0)) == 0
    assert len(edgeTicks([[0.0, 0.0], [10.0, 0.0]], (5.0, 0.0), 2.0, 3.0)) == 0
    with pytest.raises(InputError, match="spacing"):
        edgeTicks([[0.0, 0.0], [10.0, 0.0]], (5.0, 1.0), 0.0, 3.0)
    with pytest.raises(InputError, match="not finite"):
        edgeTicks([[0.0, 0.0], [10.0, np.inf]], (5.0, 1.0), 1.0, 3.0)
