"""Walls tracked through a sheet, and the narrowest section between them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from DynamicSpineLib.Registration.PredictWalls import (
    WallPattern,
    likeness,
    narrowestSection,
    sectionAt,
    slopesAlong,
    trackWall,
)

ALONG = np.arange(-10.0, 10.01, 0.5)
DEPTH = np.arange(-8.0, 22.0, 0.2)


def sheetOf(front, back):
    """Dark outside, bright inside two walls (K,), blurred."""
    inside = ndtr((DEPTH - front[:, None]) / 0.5) - ndtr((DEPTH - back[:, None]) / 0.5)
    return 100.0 + 900.0 * inside


def pattern(sign):
    profile = 100.0 + 900.0 * ndtr(sign * np.arange(-2.0, 2.01, 0.2) / 0.5)
    slope = float(np.max(slopesAlong(profile[None] * np.ones((1, 1)), 0.2) * sign))
    return WallPattern(profile, slope, sign, 150.0)


def test_a_wall_is_followed_round_a_wedge():
    back = 12.0 - 4.0 * np.maximum(1.0 - np.abs(ALONG) / 4.0, 0.0)
    sheet = sheetOf(np.zeros(len(ALONG)), back)
    wall = trackWall(DEPTH, likeness(sheet, 0.2, pattern(-1.0), 1.0), np.full(len(ALONG), 12.0), 3.0, 0.5)
    off = np.abs(wall.depthMm - back)
    assert np.median(off) < 0.1
    assert off.max() < 0.8
    assert wall.strength.min() > 0.2


def test_of_two_walls_the_one_that_looks_like_the_reference_is_taken():
    flat = np.zeros(len(ALONG))
    sheet = sheetOf(flat, flat + 12.0)
    # Nearer to what is expected lies a border of the other direction.
    sheet[:, (DEPTH > 9.0) & (DEPTH < 9.5)] -= 500.0
    wall = trackWall(DEPTH, likeness(sheet, 0.2, pattern(-1.0), 1.0), flat + 10.0, 3.0, 0.5)
    assert wall.depthMm == pytest.approx(flat + 12.0, abs=0.3)


def test_a_sheet_without_walls_leaves_what_is_expected_and_says_so():
    wall = trackWall(DEPTH, likeness(np.full((len(ALONG), len(DEPTH)), 300.0), 0.2, pattern(1.0), 1.0),
                     np.full(len(ALONG), 1.0), 1.5, 0.5)  # fmt: skip
    assert wall.depthMm == pytest.approx(np.full(len(ALONG), 1.0), abs=0.11)
    assert wall.strength.max() == 0.0


def test_the_narrowest_section_is_square_where_walls_are_parallel():
    front, back = np.zeros(len(ALONG)), np.full(len(ALONG), 12.0)
    found = narrowestSection(ALONG, front, back, (-3.0, 3.0), 1.0)
    assert (found.leanDeg, found.widthMm) == (0.0, pytest.approx(12.0))
    assert found.alongMm == pytest.approx(1.0, abs=0.13)


def test_the_narrowest_section_is_found_at_a_wedge_and_leans_to_it():
    back = 12.0 - 5.0 * np.maximum(1.0 - np.abs(ALONG - 1.5) / 3.0, 0.0)
    found = narrowestSection(ALONG, np.zeros(len(ALONG)), back, (-3.0, 3.0), 0.0)
    assert found.alongMm == pytest.approx(1.5, abs=0.6)
    assert found.widthMm == pytest.approx(7.0, abs=0.2)


def test_walls_that_stand_oblique_are_met_square():
    front = 0.3 * ALONG
    found = narrowestSection(ALONG, front, front + 12.0, (-1.0, 1.0), 0.0)
    truth = 12.0 * np.cos(np.arctan(0.3))
    assert found.widthMm == pytest.approx(truth, abs=0.2)
    square = sectionAt(ALONG, front, front + 12.0, 0.0, 0.0)
    assert square.widthMm == pytest.approx(12.0, abs=1e-6)
