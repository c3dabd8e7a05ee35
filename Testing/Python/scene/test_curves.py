"""Slicer's own closed curve: the reference for the areas that DynamicSpine computes without Slicer."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Geometry.Curves import closedCurve, signedArea
from DynamicSpineLib.Scene.ContourNodes import slicerClosedCurvePoints


def ellipse(count):
    """Points (count, 3) on an ellipse of 9 by 6 mm in an oblique plane, and its axes there."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + 0.3
    first = np.array([2.0, 1.0, 2.0]) / 3
    second = np.array([1.0, 2.0, -2.0]) / 3
    points = np.outer(9 * np.cos(angles), first) + np.outer(6 * np.sin(angles), second)
    return points + np.array([5.0, -70.0, 11.0]), first, second


def slicerArea(points):
    """The area in square mm that Slicer itself shows for a closed curve of control points (N, 3)."""
    from slicer import vtkMRMLMarkupsClosedCurveNode

    node = vtkMRMLMarkupsClosedCurveNode()
    for point in points:
        node.AddControlPoint(*point)
    return node.GetClosedCurveSurfaceArea(node, None, True)


def polygonArea(flat):
    x, y = flat[:, 0], flat[:, 1]
    return 0.5 * abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


@pytest.mark.parametrize(("count", "within"), [(8, 0.0025), (12, 0.001), (20, 0.0003)])
def test_slicers_area_of_an_ellipse_is_close_from_few_points(count, within):
    points, _, _ = ellipse(count)
    assert slicerArea(points) == pytest.approx(54 * np.pi, rel=within)


def test_the_polygon_of_eight_points_is_a_tenth_too_small():
    points, first, second = ellipse(8)
    assert polygonArea(points @ np.stack([first, second], axis=1)) == pytest.approx(0.9 * 54 * np.pi, rel=0.002)


@pytest.mark.parametrize("count", [3, 8, 12, 20])
def test_our_curve_is_slicers_curve(count):
    generator = np.random.default_rng(count)
    points, _, _ = ellipse(count)
    points = points + generator.normal(size=points.shape)
    theirs = slicerClosedCurvePoints(points)
    assert theirs[-1] == pytest.approx(theirs[0], abs=1e-9)
    np.testing.assert_allclose(closedCurve(points), theirs[:-1], atol=1e-6)


@pytest.mark.parametrize("count", [8, 12, 20])
def test_our_area_is_slicers_area(count):
    points, first, second = ellipse(count)
    ours = abs(signedArea(points @ np.stack([first, second], axis=1)))
    assert ours == pytest.approx(slicerArea(points), rel=1e-6)
