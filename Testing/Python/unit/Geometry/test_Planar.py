"""Plane geometry in (anterior, cranial) coordinates against values worked out by hand, and against complex numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from DynamicSpineLib.Geometry.Planar import (
    alongLine,
    angleBetweenDeg,
    cross,
    dot,
    heightAboveLine,
    isThere,
    leftOf,
    length,
    middle,
    planarFit,
    turned,
    unit,
    wrapDeg,
)

ANGLES = st.floats(-179.0, 179.0)


def vector(angleDeg, size=1.0):
    return size * np.array([math.cos(math.radians(angleDeg)), math.sin(math.radians(angleDeg))])


def test_the_angle_grows_in_extension_when_the_front_end_of_an_endplate_rises():
    assert angleBetweenDeg(np.array([10.0, 0.0]), np.array([1.0, 0.0])) == pytest.approx(0.0)
    assert angleBetweenDeg(np.array([10.0, 10.0]), np.array([1.0, 0.0])) == pytest.approx(45.0)
    assert angleBetweenDeg(np.array([10.0, -10.0]), np.array([1.0, 0.0])) == pytest.approx(-45.0)


@given(first=ANGLES, second=ANGLES)
def test_the_angle_between_vectors_takes_the_short_way_round(first, second):
    expected = (first - second + 180.0) % 360.0 - 180.0
    found = float(angleBetweenDeg(vector(first, 3.0), vector(second, 0.2)))
    assert abs((found - expected + 180.0) % 360.0 - 180.0) < 1e-9


@pytest.mark.parametrize(
    ("angle", "wrapped"), [(190.0, -170.0), (-190.0, 170.0), (180.0, -180.0), (359.0, -1.0), (0, 0)]
)
def test_wrapped_angles_lie_within_half_a_turn(angle, wrapped):
    assert wrapDeg(np.array(angle)) == pytest.approx(wrapped)


def test_a_line_drawn_forward_has_cranial_points_above_it():
    start, end = np.array([0.0, 0.0]), np.array([10.0, 0.0])
    assert heightAboveLine(np.array([4.0, 3.0]), start, end) == pytest.approx(3.0)
    assert heightAboveLine(np.array([4.0, -3.0]), start, end) == pytest.approx(-3.0)
    assert alongLine(np.array([4.0, 3.0]), start, end) == pytest.approx(4.0)
    assert alongLine(np.array([-4.0, 3.0]), start, end) == pytest.approx(-4.0)


def test_a_line_drawn_downward_has_anterior_points_above_it():
    assert heightAboveLine(np.array([2.0, 5.0]), np.array([0.0, 9.0]), np.array([0.0, 1.0])) == pytest.approx(2.0)


def test_distances_from_a_3_4_5_line_are_exact():
    start, end = np.array([1.0, 1.0]), np.array([5.0, 4.0])
    assert length(end - start) == pytest.approx(5.0)
    # (3 - 1) * 4/5 + (6 - 1) * 3/5 = 4.6 along, -(3 - 1) * 3/5 + (6 - 1) * 4/5 = 2.8 across.
    assert alongLine(np.array([3.0, 6.0]), start, end) == pytest.approx(4.6)
    assert heightAboveLine(np.array([3.0, 6.0]), start, end) == pytest.approx(2.8)


def test_products_middles_and_quarter_turns_of_stacks_of_vectors():
    a, b = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[3.0, 4.0], [5.0, 0.0]])
    assert np.array_equal(dot(a, b), [11.0, 0.0])
    assert np.array_equal(cross(a, b), [-2.0, -5.0])
    assert np.array_equal(middle(a, b), [[2.0, 3.0], [2.5, 0.5]])
    assert np.array_equal(leftOf(a), [[-2.0, 1.0], [-1.0, 0.0]])


def test_a_null_vector_has_no_direction_and_missing_points_are_told_apart():
    assert np.isnan(unit(np.zeros(2))).all()
    assert np.array_equal(isThere(np.array([[1.0, 2.0], [np.nan, 2.0]])), [True, False])


@given(angle=ANGLES)
def test_turning_a_vector_is_multiplying_by_a_complex_number(angle):
    expected = complex(2.0, -3.0) * complex(math.cos(math.radians(angle)), math.sin(math.radians(angle)))
    assert turned(np.array([2.0, -3.0]), np.array(angle)) == pytest.approx([expected.real, expected.imag])


@given(angle=ANGLES, shift=st.tuples(st.floats(-80, 80), st.floats(-80, 80)), seed=st.integers(0, 99))
def test_a_rigid_motion_of_points_is_found_exactly(angle, shift, seed):
    before = np.random.default_rng(seed).uniform(-20, 20, (4, 2))
    after = np.array([[math.cos(math.radians(angle)) * x - math.sin(math.radians(angle)) * y + shift[0],
                       math.sin(math.radians(angle)) * x + math.cos(math.radians(angle)) * y + shift[1]]
                      for x, y in before])  # fmt: skip
    turn, centerBefore, centerAfter = planarFit(before, after)
    assert float(wrapDeg(turn - angle)) == pytest.approx(0.0, abs=1e-8)
    assert centerBefore == pytest.approx(before.mean(axis=0))
    assert centerAfter == pytest.approx(after.mean(axis=0))


def test_the_fitted_turn_is_the_least_squares_one():
    random = np.random.default_rng(3)
    before = random.uniform(-20, 20, (5, 2))
    after = before + random.normal(0, 2.0, (5, 2))
    turn = float(planarFit(before, after)[0])
    a = (before - before.mean(axis=0)) @ [1, 1j]
    b = (after - after.mean(axis=0)) @ [1, 1j]
    angles = np.radians(np.linspace(turn - 1.0, turn + 1.0, 2001))
    misfit = [(np.abs(b - a * np.exp(1j * angle)) ** 2).sum() for angle in angles]
    assert np.degrees(angles[int(np.argmin(misfit))]) == pytest.approx(turn, abs=1e-3)


def test_a_fit_uses_only_the_points_of_both_sets_and_needs_two():
    before = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [np.nan, np.nan]])
    after = np.array([[0.0, 0.0], [0.0, 10.0], [np.nan, np.nan], [7.0, 7.0]])
    turn, centerBefore, centerAfter = planarFit(before, after)
    assert float(turn) == pytest.approx(90.0)
    assert centerBefore == pytest.approx([5.0, 0.0])
    assert centerAfter == pytest.approx([0.0, 5.0])
    after[1] = np.nan
    assert np.isnan(planarFit(before, after)[0])
