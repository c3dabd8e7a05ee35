"""Rigid motions against matrix exponentials, drawn-by-hand cases and scipy's rotations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import (
    aboutCenter,
    aligningRotation,
    applyTransform,
    expRigid,
    fitRigid,
    helicalAxis,
    interpolateRigid,
    inverseRigid,
    logRigid,
    nearestRigid,
    perturbations,
    rigid,
    rotationMatrix,
    rotationVector,
)

ANGLES = [0.0, 1e-12, 1e-9, 1e-6, 1e-3, 0.1, 0.299, 0.301, 1.0, 2.5, 3.0, np.pi - 1e-4, np.pi - 1e-8, np.pi - 1e-13]


@pytest.fixture
def directions():
    """Unit vectors along and between the axes, and at random."""
    random = np.random.default_rng(5).standard_normal((20, 3))
    every = np.vstack([np.eye(3), -np.eye(3), [[1, 1, 0], [0, 1, -1], [1, 1, 1]], random])
    return every / np.linalg.norm(every, axis=1, keepdims=True)


def generator(twist):
    """4x4 element of se(3)."""
    x, y, z, *velocity = twist
    return np.array([[0, -z, y, velocity[0]], [z, 0, -x, velocity[1]], [-y, x, 0, velocity[2]], [0, 0, 0, 0]])


def randomMotions(count, seed=3):
    """Motions with turns up to pi, independent of the code under test."""
    random = np.random.default_rng(seed)
    motions = np.tile(np.eye(4), (count, 1, 1))
    motions[:, :3, :3] = Rotation.random(count, random_state=7).as_matrix()
    motions[:, :3, 3] = random.normal(0.0, 80.0, (count, 3))
    return motions


def test_a_quarter_turn_about_the_superior_axis_takes_right_to_anterior():
    turn = rotationMatrix([0.0, 0.0, np.pi / 2])
    np.testing.assert_allclose(turn @ [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], atol=1e-15)


@pytest.mark.parametrize("angle", ANGLES)
def test_the_exponential_is_that_of_the_matrix(angle, directions):
    velocity = np.array([3.0, -40.0, 7.0])
    twists = np.hstack([angle * directions, np.tile(velocity, (len(directions), 1))])
    expected = [expm(generator(twist)) for twist in twists]
    np.testing.assert_allclose(expRigid(twists), expected, atol=2e-13)


@pytest.mark.parametrize("angle", ANGLES)
def test_the_logarithm_finds_the_twist_again(angle, directions):
    twists = np.hstack([angle * directions, np.tile([3.0, -40.0, 7.0], (len(directions), 1))])
    np.testing.assert_allclose(logRigid(expRigid(twists)), twists, rtol=0, atol=3e-12)


@pytest.mark.parametrize("angle", ANGLES)
def test_a_rotation_vector_keeps_its_digits_near_zero_and_near_half_a_turn(angle, directions):
    vectors = angle * directions
    found = rotationVector(Rotation.from_rotvec(vectors).as_matrix())
    np.testing.assert_allclose(found, vectors, rtol=0, atol=1e-15 + 3e-15 * angle)


def test_at_exactly_half_a_turn_either_sign_of_the_axis_is_the_turn(directions):
    turns = 2.0 * directions[:, :, None] * directions[:, None, :] - np.eye(3)
    np.testing.assert_allclose(rotationMatrix(rotationVector(turns)), turns, atol=1e-14)


def test_motions_of_any_size_come_back_from_their_logarithm():
    motions = randomMotions(500)
    np.testing.assert_allclose(expRigid(logRigid(motions)), motions, atol=1e-11)


def test_the_inverse_undoes_the_motion():
    motions = randomMotions(50).reshape(5, 10, 4, 4)
    np.testing.assert_allclose(inverseRigid(motions) @ motions, np.broadcast_to(np.eye(4), motions.shape), atol=1e-12)


def test_missing_points_stay_missing_and_do_not_spread():
    motions = randomMotions(3)
    motions[1] = np.nan
    there = [True, False, True]
    for values in (rotationVector(motions[:, :3, :3]), logRigid(motions), expRigid(logRigid(motions)),
                   inverseRigid(motions)[:, :3], applyTransform(np.ones(3), motions)):  # fmt: skip
        finite = np.isfinite(values).reshape(3, -1).all(axis=1)
        assert finite.tolist() == there


def test_one_transform_carries_any_array_and_one_per_draw_carries_its_own_row():
    motions, cloud = randomMotions(4), np.random.default_rng(1).normal(size=(4, 6, 3))
    one = applyTransform(cloud, motions[2])
    each = applyTransform(cloud, motions)
    single = applyTransform(cloud[0, 0], motions)
    for draw in range(4):
        for point in range(6):
            inHomogeneous = np.append(cloud[draw, point], 1.0)
            np.testing.assert_allclose(one[draw, point], (motions[2] @ inHomogeneous)[:3])
            np.testing.assert_allclose(each[draw, point], (motions[draw] @ inHomogeneous)[:3])
        np.testing.assert_allclose(single[draw], (motions[draw] @ np.append(cloud[0, 0], 1.0))[:3])


def test_half_a_screw_done_twice_is_the_screw():
    motions = randomMotions(40)
    half = interpolateRigid(motions, 0.5)
    np.testing.assert_allclose(half @ half, motions, atol=1e-10)
    np.testing.assert_allclose(interpolateRigid(motions, 0.0), np.broadcast_to(np.eye(4), motions.shape), atol=1e-15)
    np.testing.assert_allclose(interpolateRigid(motions[0], np.array([0.0, 1.0])), [np.eye(4), motions[0]], atol=1e-10)


def test_the_helical_axis_of_a_known_screw_is_found():
    axis, point, angle, slide = np.array([2.0, -1.0, 2.0]) / 3.0, np.array([10.0, -30.0, 55.0]), 0.4, -3.5
    motion = np.eye(4)
    motion[:3, :3] = Rotation.from_rotvec(angle * axis).as_matrix()
    motion[:3, 3] = point - motion[:3, :3] @ point + slide * axis
    found = helicalAxis(motion)
    np.testing.assert_allclose(found.direction, axis, atol=1e-12)
    np.testing.assert_allclose(found.point_RAS, point - (point @ axis) * axis, atol=1e-9)
    np.testing.assert_allclose([found.angleRad, found.shiftMm], [angle, slide], atol=1e-12)


def test_a_pure_slide_has_a_direction_but_no_axis_and_rest_has_neither():
    slide, rest = np.eye(4), np.eye(4)
    slide[:3, 3] = [0.0, 3.0, 4.0]
    found = helicalAxis(np.stack([slide, rest]))
    np.testing.assert_allclose(found.direction[0], [0.0, 0.6, 0.8])
    np.testing.assert_allclose(found.shiftMm, [5.0, 0.0])
    np.testing.assert_allclose(found.angleRad, [0.0, 0.0])
    assert np.isnan(found.point_RAS).all()
    assert np.isnan(found.direction[1]).all()


def test_a_turn_about_a_center_leaves_it_in_place():
    center = np.array([12.0, -40.0, 90.0])
    motion = aboutCenter(Rotation.from_rotvec([0.3, -0.2, 0.9]).as_matrix(), center)
    np.testing.assert_allclose(applyTransform(center, motion), center, atol=1e-12)
    below = center - [0.0, 0.0, 10.0]
    assert np.linalg.norm(applyTransform(below, motion) - center) == pytest.approx(10.0)


def test_a_drawn_motion_shifts_its_center_by_exactly_the_drawn_translation():
    random = np.random.default_rng(11)
    draws = random.normal(0.0, 0.05, (30, 6))
    center = np.array([5.0, 60.0, -300.0])
    motions = perturbations(draws, center)
    np.testing.assert_allclose(applyTransform(center, motions) - center, draws[:, 3:], atol=1e-12)
    np.testing.assert_allclose(motions[:, :3, :3], Rotation.from_rotvec(draws[:, :3]).as_matrix(), atol=1e-15)


def test_the_covariance_of_drawn_motions_is_the_one_asked_for():
    covariance = np.diag([0.004, 0.002, 0.003, 0.15, 0.2, 0.1]) ** 2
    covariance[0, 4] = covariance[4, 0] = 0.6 * 0.004 * 0.2
    random = np.random.default_rng(2)
    draws = random.standard_normal((40000, 6)) @ np.linalg.cholesky(covariance).T
    center = np.array([0.0, 50.0, 10.0])
    motions = perturbations(draws, center)
    seen = np.hstack([rotationVector(motions[:, :3, :3]), applyTransform(center, motions) - center])
    scale = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(np.cov(seen.T) / np.outer(scale, scale), covariance / np.outer(scale, scale), atol=0.03)


def test_a_fit_finds_the_motion_of_points_even_when_they_lie_in_one_plane():
    corners = np.array([[0.0, 17.0, 13.0], [0.0, -17.0, 13.0], [0.0, 17.0, -13.0], [0.0, -17.0, -13.0]])
    motions = randomMotions(30)
    moved = np.einsum("nij,kj->nki", motions[:, :3, :3], corners) + motions[:, None, :3, 3]
    fit, rms = fitRigid(np.broadcast_to(corners, moved.shape), moved)
    np.testing.assert_allclose(fit, motions, atol=1e-11)
    assert rms.max() < 1e-11


def test_a_fit_never_mirrors_and_reports_what_is_left():
    cloud = np.random.default_rng(4).normal(0.0, 10.0, (12, 3))
    mirrored = cloud * [-1.0, 1.0, 1.0]
    fit, rms = fitRigid(cloud, mirrored)
    assert np.linalg.det(fit[:3, :3]) == pytest.approx(1.0)
    residual = cloud @ fit[:3, :3].T + fit[:3, 3] - mirrored
    assert rms == pytest.approx(np.sqrt((residual**2).sum(axis=1).mean()))
    assert rms > 5.0


def test_a_fit_of_noisy_points_is_the_one_of_scipy():
    random = np.random.default_rng(8)
    cloud = random.normal(0.0, 15.0, (9, 3))
    moved = cloud @ Rotation.from_rotvec([0.1, 0.7, -0.4]).as_matrix().T + random.normal(0.0, 1.0, (9, 3))
    expected, distance = Rotation.align_vectors(moved - moved.mean(axis=0), cloud - cloud.mean(axis=0))
    fit, rms = fitRigid(cloud, moved)
    np.testing.assert_allclose(fit[:3, :3], expected.as_matrix(), atol=1e-10)
    assert rms == pytest.approx(distance / 3.0)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([[0, 0, 0], [1, 0, 0]], "three or more"),
        ([[0, 0, 0], [1, 1, 1], [2, 2, 2], [5, 5, 5]], "one line"),
        ([[3, 3, 3], [3, 3, 3], [3, 3, 3]], "one line"),
        ([[0, 0, 0], [1, 0, 0], [0, np.nan, 0]], "not finite"),
    ],
)
def test_points_that_fix_no_motion_are_refused(points, words):
    with pytest.raises(InputError, match=words):
        fitRigid(points, points)


def test_rounding_is_taken_out_of_a_nearly_rigid_matrix():
    motions = randomMotions(20)
    rough = motions.copy()
    rough[:, :3, :3] = np.round(rough[:, :3, :3], 6)
    tidy = nearestRigid(rough)
    products = tidy[:, :3, :3] @ np.swapaxes(tidy[:, :3, :3], 1, 2)
    np.testing.assert_allclose(products, np.tile(np.eye(3), (20, 1, 1)), atol=1e-14)
    np.testing.assert_allclose(tidy, motions, atol=2e-6)


@pytest.mark.parametrize(
    "matrix", [np.diag([-1.0, 1.0, 1.0, 1.0]), np.diag([1.0, 1.0, 0.0, 1.0]), np.full((4, 4), np.nan)]
)
def test_a_mirror_or_an_empty_matrix_is_no_motion(matrix):
    with pytest.raises(InputError):
        nearestRigid(matrix)


def test_matrices_are_built_from_parts_with_shared_leading_axes():
    matrix = rigid(np.eye(3), np.arange(6.0).reshape(2, 3))
    np.testing.assert_allclose(matrix[1], [[1, 0, 0, 3], [0, 1, 0, 4], [0, 0, 1, 5], [0, 0, 0, 1]])


def test_the_shortest_rotation_lays_one_direction_on_another_and_turns_about_their_normal():
    random = np.random.default_rng(4)
    for _ in range(50):
        first, second = (vector / np.linalg.norm(vector) for vector in random.normal(size=(2, 3)))
        turn = aligningRotation(first, second)
        normal = np.cross(first, second)
        assert turn @ first == pytest.approx(second, abs=1e-12)
        assert turn @ normal == pytest.approx(normal, abs=1e-12)
        assert np.linalg.det(turn) == pytest.approx(1.0)
    assert aligningRotation(first, first) == pytest.approx(np.eye(3))
