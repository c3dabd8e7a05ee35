"""Solids of vertebrae from marks: closed, of the volume of their outline and profile, and where the bones are."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import gamma

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine

from DynamicSpineLib.Compare.BodySolids import OUTLINE_POWER, PROFILE, bodySolids

DEPTH, HEIGHT, WIDTH = 30.0, 24.0, 39.0  # the width is the usual share of the depth
CORNERS = {"SA": (0.0, 15.0, 24.0), "SP": (0.0, -15.0, 24.0), "IA": (0.0, 15.0, 0.0), "IP": (0.0, -15.0, 0.0)}


def outlineArea(width, depth):
    """The area inside |x/a|^p + |y/b|^p = 1."""
    p = OUTLINE_POWER
    return width * depth * gamma(1 + 1 / p) ** 2 / gamma(1 + 2 / p)


def meanSquareSize():
    """The mean over the height of the section's squared size, linear between the sections of the profile."""
    return sum((b - a) / 3.0 * (s * s + s * t + t * t) for (a, s), (b, t) in pairwise(PROFILE))


def assertClosed(solid):
    edges = Counter((int(a), int(b)) for row in solid.triangles for a, b in zip(row, np.roll(row, -1), strict=True))
    assert set(edges.values()) == {1}
    assert all((b, a) in edges for a, b in edges)


def carried(points, matrix):
    return np.asarray(points) @ matrix[:3, :3].T + matrix[:3, 3]


def test_a_square_body_has_the_volume_of_its_outline_and_profile():
    solid = bodySolids({f"L4_{code}": point for code, point in CORNERS.items()})["L4"]
    assertClosed(solid)
    assert solid.volumeMm3 == pytest.approx(outlineArea(WIDTH, DEPTH) * HEIGHT * meanSquareSize(), rel=0.01)
    low, high = solid.points_RAS.min(axis=0), solid.points_RAS.max(axis=0)
    assert low == pytest.approx([-WIDTH / 2, -15.0, 0.0], abs=1e-6)
    assert high == pytest.approx([WIDTH / 2, 15.0, 24.0], abs=1e-6)


def test_a_wedge_has_the_volume_of_its_turn_about_the_hinge():
    angle, hinge = np.radians(20.0), 60.0
    corners = {"IA": (0.0, hinge + 15.0, 0.0), "IP": (0.0, hinge - 15.0, 0.0)}
    for code, distance in (("SA", hinge + 15.0), ("SP", hinge - 15.0)):
        corners[code] = (0.0, distance * np.cos(angle), distance * np.sin(angle))
    solid = bodySolids({f"L4_{code}": point for code, point in corners.items()})["L4"]
    assertClosed(solid)
    expected = outlineArea(WIDTH, DEPTH) * hinge * np.sin(angle) * meanSquareSize()
    assert solid.volumeMm3 == pytest.approx(expected, rel=0.01)


def test_coronal_marks_give_the_width():
    sides = {"L4_CSL": (-25.0, 0.0, 24.0), "L4_CSR": (25.0, 0.0, 24.0), "L4_CIL": (-25.0, 0.0, 0.0),
             "L4_CIR": (25.0, 0.0, 0.0)}
    solid = bodySolids({**{f"L4_{code}": point for code, point in CORNERS.items()}, **sides})["L4"]
    assert np.ptp(solid.points_RAS[:, 0]) == pytest.approx(50.0, abs=0.01)


@pytest.mark.parametrize("scenario", ["lumbarSlip", "cervicalNarrowing"])
def test_every_marked_bone_of_the_phantom_has_a_closed_solid_that_is_its_own_size(scenario):
    position = phantomCase(scenario).position("SUP_N")
    marks = {name: point for name in position.marks.landmarks if (point := position.marks.point(name)) is not None}
    solids = bodySolids(marks)
    assert set(solids) == set(phantomCase(scenario).chain.levels) - {"Oc"}
    spine = posedSpine(scenario, "SUP_N")
    for level, solid in solids.items():
        assertClosed(solid)
        assert solid.volumeMm3 > 0
        own = carried(solid.points_RAS, np.linalg.inv(spine.boneToRAS[level]))
        bone = spine.bones[level]
        if len(bone.corners) == 4:
            body = own[: len(PROFILE) * 48]
            outline = np.array(bone.bodyOutline)
            assert np.ptp(body[:, 1]) == pytest.approx(np.ptp(outline[:, 0]), rel=0.1)
            assert np.ptp(body[:, 2]) == pytest.approx(np.ptp(outline[:, 1]), rel=0.12)
            assert np.abs(body[:, 0]).max() == pytest.approx(0.5 * bone.widthMm, rel=0.1)
            # The spinous process reaches as far back as its marked edges, and no part crosses the canal's middle.
            assert own[:, 1].min() < bone.points["SPU"][0]
            canal = np.array([0.0, 0.5 * (bone.corners["SP"][0] + bone.points["SL"][0]), 0.0])
            assert np.linalg.norm((own - canal)[:, :2], axis=1).min() > 3.0


def test_what_is_not_marked_is_left_out():
    assert bodySolids({}) == {}
    assert bodySolids({"L4_SA": (0, 0, 0), "L4_IP": (0, -20, -20)}) == {}
    # One endplate alone does not say where its bone's left is.
    assert bodySolids({"L4_SA": CORNERS["SA"], "L4_SP": CORNERS["SP"]}) == {}
