"""Bones carried by their true motion, for tests of what is built around the search."""

from __future__ import annotations

import math

import numpy as np

from DynamicSpineLib.Registration.CarriedBone import CarriedBone, Reason
from DynamicSpineLib.Study.CarryState import FAILED, GOOD
from DynamicSpineLib.Study.Case import BoneTransform

GOOD_COVARIANCE = tuple(map(tuple, np.diag([math.radians(0.3) ** 2] * 3 + [0.2**2] * 3).tolist()))


def still():
    return np.eye(4)


def shifted(forwardMm=0.0, upMm=0.0, rightMm=0.0):
    matrix = np.eye(4)
    matrix[:3, 3] = rightMm, forwardMm, upMm
    return matrix


def carriedBone(level, matrix, target="b", source="a", verdict=GOOD, reasons=(), **fields):
    """A bone carried by a matrix with the covariance of a good registration."""
    rows = tuple(map(tuple, np.asarray(matrix, dtype=float).tolist()))
    transform = BoneTransform(level, source, target, rows, GOOD_COVARIANCE, **fields)
    return CarriedBone(level, source, target, verdict, transform, tuple(reasons), 0.1)


def failedBone(level, target="b", source="a", code="notFound", **numbers):
    return CarriedBone(level, source, target, FAILED, None, (Reason(code, numbers),), 0.1)
