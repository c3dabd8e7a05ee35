"""Rigid motions of space as 4x4 matrices in RAS mm, and their exponentials, screws, fits and random draws.

A matrix `aToB` carries points of frame (or position) A to B: p_B = aToB . p_A. A twist (..., 6) is (rx, ry, rz, tx, ty,
tz): a rotation vector in radians and a velocity in mm at the origin. Everything works over leading axes, and NaN in
gives NaN out. Closed forms: Murray, Li and Sastry, A Mathematical Introduction to Robotic Manipulation (1994), ch. 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Errors import InputError

Array = NDArray[np.float64]

SMALL_ANGLE = 0.3
"""Below this angle (rad) the coefficients come from their series, whose next terms are under 1e-14 there."""

LEAST_SINE = 1e-9
LEAST_SPREAD = 1e-6
"""Points whose second-largest spread is below this share of the largest lie on one line and fix no rotation."""


@dataclass(frozen=True)
class HelicalAxis:
    """Finite helical axes (...) of rigid motions: turn by angleRad about the axis, then slide shiftMm along it.

    direction (..., 3) is a unit vector about which the turn is right-handed, point_RAS (..., 3) the axis' point nearest
    the origin. Without a turn the direction is that of the slide and the point NaN; without any motion both are NaN.
    """

    direction: Array
    point_RAS: Array
    angleRad: Array
    shiftMm: Array


def rigid(rotation: ArrayLike, translation: ArrayLike) -> Array:
    """Matrices (..., 4, 4) from rotations (..., 3, 3) and translations (..., 3) in mm."""
    turn, shift = np.asarray(rotation, dtype=float), np.asarray(translation, dtype=float)
    leading = np.broadcast_shapes(turn.shape[:-2], shift.shape[:-1])
    matrix = np.zeros((*leading, 4, 4))
    matrix[..., :3, :3], matrix[..., :3, 3], matrix[..., 3, 3] = turn, shift, 1.0
    return matrix


def inverseRigid(aToB: ArrayLike) -> Array:
    """Inverses (..., 4, 4) of rigid matrices, by transposition."""
    matrix = np.asarray(aToB, dtype=float)
    turn = np.swapaxes(matrix[..., :3, :3], -1, -2)
    return rigid(turn, -np.einsum("...ij,...j->...i", turn, matrix[..., :3, 3]))


def applyTransform(points_RAS: ArrayLike, aToB: ArrayLike) -> Array:
    """Points (..., 3) carried by matrices (..., 4, 4).

    Leading axes broadcast; a transform with fewer leading axes than the points has them in common from the front, so
    that (draws, 4, 4) carries (draws, N, 3) and one (4, 4) carries any array of points.
    """
    points, matrix = np.asarray(points_RAS, dtype=float), np.asarray(aToB, dtype=float)
    missing = (points.ndim - 1) - (matrix.ndim - 2)
    if missing > 0:
        matrix = matrix.reshape(*matrix.shape[:-2], *(1,) * missing, 4, 4)
    return np.einsum("...ij,...j->...i", matrix[..., :3, :3], points) + matrix[..., :3, 3]


def crossMatrix(vector: ArrayLike) -> Array:
    """Matrices (..., 3, 3) that take the cross product with vectors (..., 3) from the left."""
    x, y, z = np.moveaxis(np.asarray(vector, dtype=float), -1, 0)
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)


def _series(squared: Array, coefficients: tuple[float, ...], closed: Array) -> Array:
    """A power series in the squared angle where the angle is small, else the closed form."""
    value = np.zeros_like(squared)
    for coefficient in reversed(coefficients):
        value = value * squared + coefficient
    return np.where(squared < SMALL_ANGLE**2, value, closed)


def _safe(angle: Array) -> Array:
    """The angle, with small ones replaced: they are taken from a series."""
    return np.where(angle < SMALL_ANGLE, 1.0, angle)


def _coefficients(angle: Array) -> tuple[Array, Array, Array]:
    """sin(a)/a, (1 - cos(a))/a^2 and (a - sin(a))/a^3."""
    safe, squared = _safe(angle), angle * angle
    third = _series(squared, (1 / 6, -1 / 120, 1 / 5040, -1 / 362880, 1 / 39916800), (safe - np.sin(safe)) / safe**3)
    return np.sinc(angle / np.pi), 0.5 * np.sinc(angle / (2.0 * np.pi)) ** 2, third


def rotationMatrix(vector: ArrayLike) -> Array:
    """Rotations (..., 3, 3) from rotation vectors (..., 3) in radians (Rodrigues)."""
    turn = np.asarray(vector, dtype=float)
    sine, cosine, _ = _coefficients(np.linalg.norm(turn, axis=-1))
    generator = crossMatrix(turn)
    return np.eye(3) + sine[..., None, None] * generator + cosine[..., None, None] * (generator @ generator)


def rotationVector(rotation: ArrayLike) -> Array:
    """Rotation vectors (..., 3) in radians, of length 0 to pi, from rotations (..., 3, 3).

    Goes through the unit quaternion by its largest component, so it keeps its digits near 0 and near pi. At exactly pi
    both signs mean the same turn.
    """
    r = np.asarray(rotation, dtype=float)
    x, y, z = r[..., 0, 0], r[..., 1, 1], r[..., 2, 2]
    rows = [
        [1 + x + y + z, r[..., 2, 1] - r[..., 1, 2], r[..., 0, 2] - r[..., 2, 0], r[..., 1, 0] - r[..., 0, 1]],
        [None, 1 + x - y - z, r[..., 1, 0] + r[..., 0, 1], r[..., 0, 2] + r[..., 2, 0]],
        [None, None, 1 - x + y - z, r[..., 2, 1] + r[..., 1, 2]],
        [None, None, None, 1 - x - y + z],
    ]
    products = np.stack([np.stack([rows[min(i, j)][max(i, j)] for j in range(4)], axis=-1) for i in range(4)], axis=-2)
    largest = np.argmax(np.stack([rows[i][i] for i in range(4)], axis=-1), axis=-1)
    chosen = np.take_along_axis(products, largest[..., None, None], axis=-2)[..., 0, :]
    quaternion = chosen / np.linalg.norm(chosen, axis=-1, keepdims=True)
    quaternion = quaternion * np.where(quaternion[..., :1] < 0, -1.0, 1.0)
    sine = np.linalg.norm(quaternion[..., 1:], axis=-1)
    angle = 2.0 * np.arctan2(sine, quaternion[..., 0])
    # For tiny turns angle / sine tends to 2.
    scale = np.where(sine > 0, angle / np.where(sine > 0, sine, 1.0), np.where(np.isnan(sine), np.nan, 2.0))
    return scale[..., None] * quaternion[..., 1:]


def expRigid(twist: ArrayLike) -> Array:
    """Matrices (..., 4, 4) of the motions that twists (..., 6) reach in unit time."""
    values = np.asarray(twist, dtype=float)
    turn, velocity = values[..., :3], values[..., 3:]
    _, second, third = _coefficients(np.linalg.norm(turn, axis=-1))
    once = np.cross(turn, velocity)
    shift = velocity + second[..., None] * once + third[..., None] * np.cross(turn, once)
    return rigid(rotationMatrix(turn), shift)


def logRigid(aToB: ArrayLike) -> Array:
    """Twists (..., 6) whose motion in unit time is the rigid matrix (..., 4, 4); the turn is the shorter way round."""
    matrix = np.asarray(aToB, dtype=float)
    turn, shift = rotationVector(matrix[..., :3, :3]), matrix[..., :3, 3]
    angle = np.linalg.norm(turn, axis=-1)
    safe = _safe(angle)
    closed = (1.0 - 0.5 * safe / np.tan(0.5 * safe)) / safe**2
    back = _series(angle * angle, (1 / 12, 1 / 720, 1 / 30240, 1 / 1209600, 1 / 47900160), closed)
    once = np.cross(turn, shift)
    velocity = shift - 0.5 * once + back[..., None] * np.cross(turn, once)
    return np.concatenate([turn, velocity], axis=-1)


def interpolateRigid(aToB: ArrayLike, fraction: ArrayLike) -> Array:
    """The motion (..., 4, 4) that has gone `fraction` (...) of the way along the screw from rest (0) to aToB (1)."""
    return expRigid(np.asarray(fraction, dtype=float)[..., None] * logRigid(aToB))


def helicalAxis(aToB: ArrayLike) -> HelicalAxis:
    """Finite helical axes of rigid matrices (..., 4, 4); see HelicalAxis for what a pure slide gives."""
    twist = logRigid(aToB)
    turn, velocity = twist[..., :3], twist[..., 3:]
    angle = np.linalg.norm(turn, axis=-1)
    turning = angle > 0
    slide = np.linalg.norm(velocity, axis=-1)
    size = np.where(turning, angle, np.where(slide > 0, slide, np.nan))
    direction = np.where(turning[..., None], turn, velocity) / size[..., None]
    squared = np.where(turning, angle, np.nan)[..., None] ** 2
    shift = np.where(turning, (np.nan_to_num(direction) * velocity).sum(axis=-1), slide)
    return HelicalAxis(direction, np.cross(turn, velocity) / squared, angle, shift)


def aboutCenter(rotation: ArrayLike, center_RAS: ArrayLike) -> Array:
    """Matrices (..., 4, 4) that turn by rotations (..., 3, 3) and keep the centers (..., 3) in place."""
    turn, center = np.asarray(rotation, dtype=float), np.asarray(center_RAS, dtype=float)
    return rigid(turn, center - np.einsum("...ij,...j->...i", turn, center))


def aligningRotation(fromUnit: Array, toUnit: Array) -> Array:
    """The shortest rotation (3, 3) of one unit vector (3,) onto another that is not opposite to it."""
    axis = np.cross(fromUnit, toUnit)
    sine, cosine = float(np.linalg.norm(axis)), float(fromUnit @ toUnit)
    return rotationMatrix(axis / sine * np.arctan2(sine, cosine)) if sine > LEAST_SINE else np.eye(3)


def perturbations(draws6: ArrayLike, center_RAS: ArrayLike) -> Array:
    """Small motions (..., 4, 4) from draws (..., 6): turn about the center by the first three (rotation vector, rad),
    then shift by the last three (mm)."""
    values = np.asarray(draws6, dtype=float)
    motion = aboutCenter(rotationMatrix(values[..., :3]), center_RAS)
    motion[..., :3, 3] += values[..., 3:]
    return motion


def _nearestRotation(matrix: Array) -> Array:
    """Proper rotations (..., 3, 3) nearest in the Frobenius norm."""
    left, _, right = np.linalg.svd(matrix)
    right[..., 2, :] *= np.sign(np.linalg.det(left) * np.linalg.det(right))[..., None]
    return left @ right


def nearestRigid(aToB: ArrayLike) -> Array:
    """Rigid matrices (..., 4, 4) nearest to nearly rigid ones: the rotation made orthonormal with determinant +1.

    The translation is kept. Raises InputError where a matrix mirrors, collapses or is not finite.
    """
    matrix = np.asarray(aToB, dtype=float)
    if not np.isfinite(matrix).all():
        raise InputError("a transform holds numbers that are not finite")
    if np.any(np.linalg.det(matrix[..., :3, :3]) <= 0.0):
        raise InputError("a transform mirrors or flattens space, so it is no motion of a bone")
    return rigid(_nearestRotation(matrix[..., :3, :3]), matrix[..., :3, 3])


def fitRigid(from_RAS: ArrayLike, to_RAS: ArrayLike) -> tuple[Array, Array]:
    """Least-squares rigid motion (..., 4, 4) of point sets (..., N, 3), and its RMS distance (...) in mm.

    Never mirrors. Raises InputError for fewer than three points, points that are not finite, or points on one line.
    Source: Kabsch, Acta Cryst A 1976;32:922, with the sign after Umeyama, IEEE PAMI 1991;13:376.
    """
    before, after = np.asarray(from_RAS, dtype=float), np.asarray(to_RAS, dtype=float)
    if before.shape[-2] < 3 or before.shape[-2:] != after.shape[-2:]:
        raise InputError("a rigid fit needs the same three or more points in both positions")
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise InputError("a rigid fit got points that are not finite")
    centerBefore, centerAfter = before.mean(axis=-2), after.mean(axis=-2)
    a, b = before - centerBefore[..., None, :], after - centerAfter[..., None, :]
    for offsets in (a, b):
        spread = np.linalg.svd(offsets, compute_uv=False)
        if np.any(spread[..., 1] <= LEAST_SPREAD * spread[..., 0]):
            raise InputError("a rigid fit needs points that do not lie on one line")
    turn = _nearestRotation(np.swapaxes(b, -1, -2) @ a)
    fit = rigid(turn, centerAfter - np.einsum("...ij,...j->...i", turn, centerBefore))
    residual = np.swapaxes(turn @ np.swapaxes(a, -1, -2), -1, -2) - b
    return fit, np.sqrt((residual**2).sum(axis=-1).mean(axis=-1))
