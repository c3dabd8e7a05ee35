"""Least-squares planes against numpy's singular values, and anatomical frames against directions known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from DynamicSpineLib.Geometry.Planes import fitPlanes, framesInPlanes, unit3

RIGHT, ANTERIOR, CRANIAL = np.eye(3)
COMPONENT = st.floats(-1.0, 1.0)


@given(seed=st.integers(0, 500), count=st.integers(4, 9))
def test_the_fitted_plane_is_that_of_the_smallest_singular_value(seed, count):
    points = np.random.default_rng(seed).normal(size=(count, 3)) * [9.0, 4.0, 0.7] + [5.0, -30.0, 80.0]
    fit = fitPlanes(points)
    centered = points - points.mean(axis=0)
    singular, axes = np.linalg.svd(centered)[1:]
    assert fit.centroid == pytest.approx(points.mean(axis=0))
    assert abs(fit.normal @ axes[2]) == pytest.approx(1.0, abs=1e-7)
    assert fit.widthMm == pytest.approx(singular[1] / np.sqrt(count))
    assert fit.count == count


def test_missing_points_are_left_out_of_each_plane():
    points = np.array([[0.0, 0, 0], [10, 0, 0], [0, 10, 0], [10, 10, 0], [3, 3, 50]])
    stacked = np.stack([points, points])
    stacked[1, 4] = np.nan
    fit = fitPlanes(stacked)
    assert list(fit.count) == [5, 4]
    assert abs(fit.normal[1] @ [0, 0, 1]) == pytest.approx(1.0)
    assert fit.centroid[1] == pytest.approx([5.0, 5.0, 0.0])


def test_points_on_a_line_have_no_width():
    assert fitPlanes(np.outer(np.arange(5.0), [1.0, 2.0, 3.0])).widthMm == pytest.approx(0.0, abs=1e-7)


def test_no_points_at_all_have_no_count_and_no_warning():
    with np.errstate(all="raise"):
        assert fitPlanes(np.full((3, 4, 3), np.nan)).count.sum() == 0


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_frame_takes_its_directions_from_the_bones_and_not_from_the_normals_sign(side):
    frame = framesInPlanes(np.zeros(3), side * RIGHT, ANTERIOR, CRANIAL)
    assert frame.anterior == pytest.approx(ANTERIOR)
    assert frame.cranial == pytest.approx(CRANIAL)
    assert frame.left == pytest.approx(-RIGHT)
    assert frame.offPlaneMm(np.array([-4.0, 20.0, 30.0])) == pytest.approx(4.0)


@given(normal=st.tuples(COMPONENT, COMPONENT, COMPONENT), seed=st.integers(0, 50))
def test_frames_are_right_handed_and_stay_in_their_plane(normal, seed):
    normal = np.array(normal)
    if np.linalg.norm(normal) < 0.1:
        return
    normal /= np.linalg.norm(normal)
    hint, up = np.random.default_rng(seed).normal(size=(2, 3))
    frame = framesInPlanes(np.ones(3), normal, hint, up)
    axes = np.stack([frame.left, frame.cranial, frame.anterior])
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    assert abs(frame.left @ normal) == pytest.approx(1.0)
    assert hint @ frame.anterior > 0
    assert up @ frame.cranial > 0


def test_points_are_projected_on_the_plane_and_measured_from_its_origin():
    frame = framesInPlanes(np.array([1.0, 2.0, 3.0]), RIGHT, ANTERIOR, CRANIAL)
    assert frame.toPlane(np.array([[99.0, 7.0, -1.0]])) == pytest.approx(np.array([[5.0, -4.0]]))
    assert frame.vectorToPlane(np.array([99.0, 7.0, -1.0])) == pytest.approx([7.0, -1.0])


def test_hints_that_do_not_span_the_plane_give_no_frame():
    frame = framesInPlanes(np.zeros(3), RIGHT, ANTERIOR, ANTERIOR)
    assert np.isnan(frame.cranial).all()
    assert np.isnan(unit3(np.zeros(3))).all()
