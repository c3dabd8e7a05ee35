"""Closed curves against scipy's periodic spline, VTK's own (which Slicer draws with), and areas of known figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from DynamicSpineLib.Geometry.Curves import areaGradientSize, closedCurve, signedArea, splineMatrix


def ellipse(a, b, count, turn=0.0):
    angles = 2 * np.pi * np.arange(count) / count
    points = np.stack([a * np.cos(angles), b * np.sin(angles)], axis=-1)
    cosine, sine = math.cos(turn), math.sin(turn)
    return points @ np.array([[cosine, sine], [-sine, cosine]])


def shoelace(points):
    x, y = points[..., 0], points[..., 1]
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


@pytest.mark.parametrize("count", [3, 5, 8, 12])
def test_the_curve_is_the_periodic_cubic_spline_of_scipy(count):
    from scipy.interpolate import CubicSpline

    points = np.random.default_rng(count).normal(size=(count, 3)) * 10
    spline = CubicSpline(np.arange(count + 1), np.vstack([points, points[:1]]), bc_type="periodic")
    assert closedCurve(points) == pytest.approx(spline(np.arange(10 * count) / 10.0), abs=1e-9)


def test_the_curve_is_the_closed_cardinal_spline_that_slicer_draws_with():
    vtk = pytest.importorskip("vtkmodules.vtkCommonComputationalGeometry")
    points = ellipse(9.0, 5.0, 8) + np.random.default_rng(1).normal(size=(8, 2)) * 0.8
    ours = closedCurve(points)
    for axis in (0, 1):
        spline = vtk.vtkCardinalSpline()
        spline.ClosedOn()
        for number, value in enumerate(points[:, axis]):
            spline.AddPoint(number, value)
        theirs = [spline.Evaluate(t) for t in np.arange(80) / 10.0]
        assert ours[:, axis] == pytest.approx(np.array(theirs), abs=1e-6)


# Ten chords a span cut off (2 pi / 10 N)^2 / 6 of a circle's area: 0.10, 0.05 and 0.02 % at 8, 12 and 20 points; the
# cubics between the points add about as much at 8 points and next to nothing at 20.
@pytest.mark.parametrize(("count", "percent"), [(8, 0.3), (12, 0.1), (20, 0.04)])
@pytest.mark.parametrize(("a", "b"), [(7.0, 7.0), (9.0, 5.0), (14.0, 6.0)])
def test_areas_of_circles_and_ellipses_are_right(count, percent, a, b):
    exact = math.pi * a * b
    assert abs(float(signedArea(ellipse(a, b, count, 0.3)))) == pytest.approx(exact, rel=percent / 100.0)


def test_the_polygon_of_eight_points_alone_would_be_ten_percent_too_small():
    polygon = shoelace(ellipse(7.0, 7.0, 8))
    assert polygon / (49.0 * math.pi) == pytest.approx(0.90, abs=0.005)
    assert float(signedArea(ellipse(7.0, 7.0, 8))) / polygon > 1.10


def test_the_area_is_the_one_that_slicer_reports():
    # vtkMRMLMarkupsClosedCurveNode.GetClosedCurveSurfaceArea of slicer-core 5.11.0.6 (single precision points).
    assert abs(float(signedArea(ellipse(9.0, 5.0, 8)))) == pytest.approx(141.05399, abs=2e-5)


@given(seed=st.integers(0, 200), count=st.integers(3, 16))
def test_the_area_is_that_of_the_sampled_curve(seed, count):
    points = np.random.default_rng(seed).normal(size=(count, 2)) * 8
    assert float(signedArea(points)) == pytest.approx(shoelace(closedCurve(points)), abs=1e-8)


def test_the_areas_sign_follows_the_direction_and_its_size_does_not():
    points = ellipse(9.0, 5.0, 12)
    assert float(signedArea(points)) == pytest.approx(-float(signedArea(points[::-1])))


def test_shifting_and_turning_a_curve_keeps_its_area_and_scaling_squares_it():
    points = ellipse(9.0, 5.0, 9) + np.random.default_rng(2).normal(size=(9, 2))
    area = float(signedArea(points))
    assert float(signedArea(points + np.array([100.0, -40.0]))) == pytest.approx(area)
    assert float(signedArea(points * 1.3)) == pytest.approx(1.69 * area)


def test_the_gradient_is_that_of_finite_differences():
    points = ellipse(8.0, 5.0, 10) + np.random.default_rng(4).normal(size=(10, 2)) * 0.5
    gradient = []
    for index in np.ndindex(points.shape):
        step = np.zeros_like(points)
        step[index] = 1e-4
        gradient.append((float(signedArea(points + step)) - float(signedArea(points - step))) / 2e-4)
    assert float(areaGradientSize(points)) == pytest.approx(np.linalg.norm(gradient), rel=1e-6)


def test_stacks_of_curves_are_measured_at_once_and_two_points_are_no_curve():
    stack = np.stack([ellipse(7.0, 7.0, 12), ellipse(9.0, 5.0, 12)])
    assert signedArea(stack) == pytest.approx([float(signedArea(item)) for item in stack])
    with pytest.raises(ValueError, match="three points"):
        splineMatrix(2)
