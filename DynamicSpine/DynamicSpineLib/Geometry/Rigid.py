"""Rigid transforms as 4x4 matrices in RAS mm, on arrays with any leading axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def applyTransform(points_RAS: Array, aToB: Array) -> Array:
    """Points (..., 3) moved by transforms (..., 4, 4)."""
    return (aToB[..., :3, :3] @ np.asarray(points_RAS)[..., None])[..., 0] + aToB[..., :3, 3]


def inverseRigid(aToB: Array) -> Array:
    """Inverse (..., 4, 4) of rigid transforms."""
    inverse = np.zeros_like(aToB)
    turnedBack = np.swapaxes(aToB[..., :3, :3], -1, -2)
    inverse[..., :3, :3] = turnedBack
    inverse[..., :3, 3] = -(turnedBack @ aToB[..., :3, 3, None])[..., 0]
    inverse[..., 3, 3] = 1.0
    return inverse


def rotationMatrix(vector: Array) -> Array:
    """Rotations (..., 3, 3) by rotation vectors (..., 3) in radians (Rodrigues)."""
    angle = np.linalg.norm(vector, axis=-1)[..., None, None]
    skew = np.zeros((*vector.shape[:-1], 3, 3))
    skew[..., 0, 1], skew[..., 0, 2], skew[..., 1, 2] = -vector[..., 2], vector[..., 1], -vector[..., 0]
    skew = skew - np.swapaxes(skew, -1, -2)
    return np.eye(3) + np.sinc(angle / np.pi) * skew + 0.5 * np.sinc(angle / (2.0 * np.pi)) ** 2 * (skew @ skew)


def rotationVector(rotation: Array) -> Array:
    """Rotation vectors (..., 3) in radians of rotations (..., 3, 3), of at most half a turn; NaN stays NaN."""
    axis = 0.5 * np.stack(
        [
            rotation[..., 2, 1] - rotation[..., 1, 2],
            rotation[..., 0, 2] - rotation[..., 2, 0],
            rotation[..., 1, 0] - rotation[..., 0, 1],
        ],
        axis=-1,
    )
    sine = np.linalg.norm(axis, axis=-1)
    cosine = 0.5 * (np.trace(rotation, axis1=-2, axis2=-1) - 1.0)
    angle = np.arctan2(sine, cosine)
    return axis * np.where(sine > 1e-12, angle / np.where(sine > 1e-12, sine, 1.0), 1.0)[..., None]


def perturbations(twists: Array, center_RAS: Array) -> Array:
    """Transforms (..., 4, 4) that turn by (..., 0:3) in radians about a center and then shift by (..., 3:6) in mm."""
    transforms = np.zeros((*twists.shape[:-1], 4, 4))
    rotation = rotationMatrix(twists[..., :3])
    transforms[..., :3, :3] = rotation
    transforms[..., :3, 3] = center_RAS - (rotation @ np.asarray(center_RAS)[..., None])[..., 0] + twists[..., 3:]
    transforms[..., 3, 3] = 1.0
    return transforms
