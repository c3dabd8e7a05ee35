"""Dashes cut from lines by their length, and styles that differ for every eye."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Compare.LineStyles import MOVING_STYLE, REFERENCE_STYLE, dashes, styleOf
from DynamicSpineLib.Compare.Outlines import BODY, KINDS, outlinesOf
from DynamicSpineLib.Errors import InputError

# Machado, Oliveira and Fernandes, IEEE TVCG 2009;15:1291, severity 1, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                        [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                        [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip


def linear(color):
    values = np.asarray(color)
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(color, seenBy):
    """CIE L*a*b* of an sRGB color as an eye sees it."""
    xyz = TO_XYZ @ np.clip(BLINDNESS[seenBy] @ linear(color), 0.0, 1.0) / (TO_XYZ @ np.ones(3))
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16.0 / 116.0)
    return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])


def total(segments):
    return np.linalg.norm(segments[:, 1] - segments[:, 0], axis=-1).sum()


def test_a_straight_line_is_cut_where_dashes_and_gaps_end():
    found = dashes([[0.0, 0.0], [20.0, 0.0]], (5.0, 3.0))
    assert found[:, :, 0] == pytest.approx(np.array([[0.0, 5.0], [8.0, 13.0], [16.0, 20.0]]))


def test_the_pattern_runs_on_round_a_corner():
    found = dashes([[0.0, 0.0], [7.0, 0.0], [7.0, 10.0]], (5.0, 3.0))
    expected = [[[0, 0], [5, 0]], [[7, 1], [7, 6]], [[7, 9], [7, 10]]]
    assert found == pytest.approx(np.array(expected, dtype=float))
    bent = dashes([[0.0, 0.0], [3.0, 0.0], [3.0, 10.0]], (5.0, 3.0))
    assert bent[:2] == pytest.approx(np.array([[[0, 0], [3, 0]], [[3, 0], [3, 2]]], dtype=float))


def test_the_phase_says_how_far_the_pattern_has_run():
    line = np.array([[0.0, 0.0], [20.0, 0.0]])
    assert dashes(line, (5.0, 3.0), phasePixels=6.0)[:, :, 0] == pytest.approx(
        np.array([[2.0, 7.0], [10.0, 15.0], [18.0, 20.0]]))  # fmt: skip
    for phase in (8.0, -8.0, 800.0):
        assert dashes(line, (5.0, 3.0), phasePixels=phase) == pytest.approx(dashes(line, (5.0, 3.0)))


@pytest.mark.parametrize("closed", [False, True])
def test_dashes_of_a_winding_line_are_those_found_by_walking_along_it(closed):
    random = np.random.default_rng(5)
    line, pattern = np.cumsum(random.normal(0.0, 6.0, (60, 2)), axis=0), np.array([9.0, 4.0, 2.0, 4.0])
    found = dashes(line, pattern, closed=closed, phasePixels=3.0)
    walked = np.concatenate([line, line[:1]]) if closed else line
    expected, travelled, drawn = 0.0, 3.0, []
    for start, end in pairwise(walked):
        size = np.linalg.norm(end - start)
        shares = (np.arange(4000) + 0.5) / 4000
        place = (travelled + shares * size) % pattern.sum()
        isDash = (place < 9.0) | ((place >= 13.0) & (place < 15.0))
        expected += size * isDash.mean()
        drawn.append(start + shares[isDash, None][::50] * (end - start))
        travelled += size
    assert total(found) == pytest.approx(expected, rel=1e-3)
    steps = found[:, 1] - found[:, 0]
    for point in np.concatenate(drawn):
        share = np.clip(((point - found[:, 0]) * steps).sum(-1) / (steps**2).sum(-1), 0.0, 1.0)
        assert np.linalg.norm(found[:, 0] + share[:, None] * steps - point, axis=-1).min() < 1e-6


def test_dashes_of_a_circle_have_their_length():
    angle = np.linspace(0.0, 2.0 * np.pi, 400)[:-1]
    circle = 100.0 * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    around = 399 * 200.0 * np.sin(np.pi / 399)
    whole, rest = divmod(around, 14.0)
    assert total(dashes(circle, (9.0, 5.0), closed=True)) == pytest.approx(9.0 * whole + min(rest, 9.0))


def test_without_a_pattern_every_edge_is_drawn_and_points_on_each_other_are_not():
    line = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 0.0], [4.0, 3.0]])
    found = dashes(line, (), closed=True)
    assert found == pytest.approx(np.array([[[0, 0], [4, 0]], [[4, 0], [4, 3]], [[4, 3], [0, 0]]], dtype=float))
    assert total(dashes(line, (2.0, 1.0))) == pytest.approx(5.0)


def test_an_odd_pattern_is_run_through_twice():
    found = dashes([[0.0, 0.0], [9.0, 0.0]], (2.0, 1.0, 3.0))
    assert found[:, :, 0] == pytest.approx(np.array([[0.0, 2.0], [3.0, 6.0], [8.0, 9.0]]))


@pytest.mark.parametrize("points", [np.zeros((0, 2)), [[1.0, 2.0]], [[1.0, 2.0], [1.0, 2.0]]])
def test_a_line_without_length_has_no_dashes(points):
    assert dashes(points, (5.0, 3.0)).shape == (0, 2, 2)
    assert dashes(points, (), closed=True).shape == (0, 2, 2)


def test_what_cannot_be_dashed_is_refused():
    with pytest.raises(InputError, match="not finite"):
        dashes([[0.0, 0.0], [np.nan, 1.0]], (5.0, 3.0))
    for pattern in ((0.0, 0.0), (5.0, -1.0), (np.inf, 1.0)):
        with pytest.raises(InputError, match="dashes and gaps"):
            dashes([[0.0, 0.0], [1.0, 1.0]], pattern)


@pytest.mark.parametrize("seenBy", sorted(BLINDNESS))
def test_every_eye_tells_the_two_positions_apart_and_from_a_dark_image(seenBy):
    seen = [lab(style.color, seenBy) for style in (REFERENCE_STYLE, MOVING_STYLE)]
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(one - other) > 40.0
    assert min(color[0] for color in seen) > 65.0


def test_dashes_alone_tell_the_moving_position():
    case = phantomCase("lumbarSlip")
    assert REFERENCE_STYLE.patternPixels == ()
    for positionId in ("SUP_N", "ST_F"):
        for outline in outlinesOf(case, positionId, KINDS):
            style = styleOf(outline, "SUP_N")
            assert bool(style.patternPixels) == (positionId == "ST_F")
            assert style.color == (REFERENCE_STYLE if positionId == "SUP_N" else MOVING_STYLE).color
            assert style.widthPixels >= (2.0 if outline.kind == BODY else 1.5)
