"""The expected error of a carried bone, against draws of the same covariance."""

from __future__ import annotations

import numpy as np
import pytest
from CarriedByTruth import carriedBone, still

from DynamicSpineLib.Geometry.Rigid import applyTransform, perturbations
from DynamicSpineLib.Registration.ExpectedError import expectedErrorMm
from DynamicSpineLib.Study.Case import BoneTransform

CORNERS = {"C5_SA": (2.0, 8.0, 6.0), "C5_SP": (2.0, -8.0, 6.0), "C5_IA": (2.0, 8.0, -6.0), "C5_IP": (2.0, -8.0, -6.0)}
CENTER = (2.0, 0.0, 0.0)


def drawnError(bone, points, center, across):
    """RMS in-plane error of the worst point by 40,000 draws."""
    random = np.random.default_rng(1)
    draws = random.multivariate_normal(np.zeros(6), np.array(bone.covariance), 40_000)
    moved = applyTransform(np.array([list(points.values())]), perturbations(draws, np.array(center)))
    off = moved - np.array(list(points.values()))
    inPlane = off - (off @ across)[..., None] * across
    return float(np.sqrt((inPlane**2).sum(axis=-1).mean(axis=0)).max())


def test_it_is_the_error_that_draws_of_the_transform_show():
    bone = carriedBone("C5", still()).transform
    expected = drawnError(bone, CORNERS, CENTER, np.array([1.0, 0.0, 0.0]))
    assert expectedErrorMm(bone, CORNERS) == pytest.approx(expected, rel=0.02)
    assert expected == pytest.approx(0.288, abs=0.005)  # 0.2 mm in two directions and 0.3 degrees at 10 mm


def test_it_grows_where_the_bone_turns_about_a_far_center():
    far = carriedBone("C5", still(), center_RAS=(2.0, 100.0, 0.0)).transform
    expected = drawnError(far, CORNERS, (2.0, 100.0, 0.0), np.array([1.0, 0.0, 0.0]))
    assert expectedErrorMm(far, CORNERS) == pytest.approx(expected, rel=0.02)
    assert expected > 0.5


def test_error_through_the_slices_does_not_count():
    loose = np.diag([0.0, 0.0, 0.0, 25.0, 0.04, 0.04])
    bone = BoneTransform("C5", "a", "b", tuple(map(tuple, np.eye(4))), tuple(map(tuple, loose)))
    assert expectedErrorMm(bone, CORNERS) == pytest.approx(np.sqrt(0.08))


def test_a_bone_without_corners_is_told_by_its_other_points():
    arches = {"C1_AAP": (0.0, 20.0, 0.0), "C1_PAA": (0.0, -20.0, 0.0), "C2_DT": (0.0, 15.0, 0.0)}
    bone = carriedBone("C1", still()).transform
    own = {name: point for name, point in arches.items() if name.startswith("C1")}
    expected = drawnError(bone, own, (0.0, 0.0, 0.0), np.array([1.0, 0.0, 0.0]))
    assert expectedErrorMm(bone, arches) == pytest.approx(expected, rel=0.02)


def test_without_covariance_or_points_nothing_is_stated():
    bone = carriedBone("C5", still()).transform
    assert expectedErrorMm(bone, {"C6_SA": (0.0, 0.0, 0.0), "C5C6_CA": (0.0, 0.0, 0.0)}) is None
    assert expectedErrorMm(BoneTransform("C5", "a", "b", bone.matrix), CORNERS) is None
