"""How far a carried bone's marks may lie from the truth, from its transform's covariance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Geometry.Planes import fitPlanes
from DynamicSpineLib.Geometry.Rigid import crossMatrix
from DynamicSpineLib.Study.Case import BoneTransform
from DynamicSpineLib.Study.Marks import Point

Array = NDArray[np.float64]

_CORNERS = ("_SA", "_SP", "_IA", "_IP")
_RIGHT_RAS = np.array([1.0, 0.0, 0.0])
_FEWEST_FOR_A_PLANE, _LEAST_WIDTH_MM, _LEAST_UPRIGHT = 3, 1.0, 0.7


def expectedErrorMm(bone: BoneTransform, source_RAS: Mapping[str, Point]) -> float | None:
    """Root mean square error in mm, within the sagittal plane, of the bone's worst body corner; None where not known.

    source_RAS: points of the position that the bone was carried from. Where no corner is placed there, the worst of
    the bone's other points is taken. It is the error of carrying alone: that of the marks themselves comes on top.
    """
    own = {name: point for name, point in source_RAS.items() if boneOfMark(name) == bone.level}
    if bone.covariance is None or not own:
        return None
    corners = [point for name, point in own.items() if name.endswith(_CORNERS)]
    points = np.array(corners or list(own.values()), dtype=float)
    center = np.mean(np.array(list(own.values()), dtype=float), axis=0) if bone.center_RAS is None else bone.center_RAS
    errors = pointCovariances(np.array(bone.covariance), points, np.asarray(center, dtype=float))
    across = _across(points)
    inPlane = np.eye(3) - np.outer(across, across)
    return float(np.sqrt(np.einsum("ij,njk,ki->n", inPlane, errors, inPlane).max()))


def pointCovariances(covariance: Array, points_RAS: Array, center_RAS: Array) -> Array:
    """Covariances (N, 3, 3) in mm^2 of points (N, 3) that move with a bone whose error is (6, 6) about its center."""
    arms = -crossMatrix(points_RAS - center_RAS)
    jacobian = np.concatenate([arms, np.broadcast_to(np.eye(3), arms.shape)], axis=-1)
    return np.asarray(jacobian @ covariance @ np.swapaxes(jacobian, -1, -2))


def _across(points: Array) -> Array:
    """The unit normal of the bone's own sagittal plane, or the patient's left-right axis where its points fix none."""
    if len(points) < _FEWEST_FOR_A_PLANE:
        return _RIGHT_RAS
    plane = fitPlanes(points)
    isSagittal = plane.widthMm >= _LEAST_WIDTH_MM and abs(float(plane.normal @ _RIGHT_RAS)) >= _LEAST_UPRIGHT
    return np.asarray(plane.normal) if isSagittal else _RIGHT_RAS
