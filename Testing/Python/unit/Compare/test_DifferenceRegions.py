"""What a difference map shows in a region and at the rims of bodies."""

from __future__ import annotations

import numpy as np
import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.Difference import DifferenceMap
from DynamicSpineLib.Compare.DifferenceRegions import (
    HALF_WIDTH_SHARE,
    RIM_MM,
    bodyDifferences,
    bodyRims,
    cornersIn,
    heldPoints,
    regionDifference,
)
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

FINE = VolumeGeometry((160, 200, 40), (0.5, 0.5, 1.0), (-20.0, 40.13, 60.17),
                      ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)))  # fmt: skip


def square(bottom, depth=30.0, height=25.0):
    """The corners of a body in the plane R = 0, whose front looks forward."""
    front, back, top = 0.5 * depth, -0.5 * depth, bottom + height
    places = {"SA": (front, top), "SP": (back, top), "IA": (front, bottom), "IP": (back, bottom)}
    return {code: np.array([0.0, anterior, cranial]) for code, (anterior, cranial) in places.items()}


def mapOf(values, geometry=FINE, noise=10.0):
    values = np.asarray(values, dtype=np.float32)
    return DifferenceMap(geometry, values, np.ones(values.shape, dtype=bool), np.full_like(values, noise), 3.0, 1.0)


def centersOf(geometry):
    k, j, i = np.meshgrid(*(np.arange(count) for count in geometry.size[::-1]), indexing="ij")
    return np.stack([i, j, k], axis=-1) @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]


def test_the_rim_is_a_frame_just_inside_the_corners():
    rim = bodyRims({"L3": square(15.0), "L4": square(-20.0)}, FINE)["L3"]
    right, anterior, cranial = np.moveaxis(centersOf(FINE)[rim], -1, 0)
    wall = 15.0 - 0.02 * 30.0
    assert np.abs(right).max() <= HALF_WIDTH_SHARE * 30.0
    assert np.abs(anterior).max() <= wall
    assert cranial.min() >= 15.0
    assert cranial.max() <= 40.0
    depth = np.min([wall - np.abs(anterior), cranial - 15.0, 40.0 - cranial], axis=0)
    assert depth.max() <= RIM_MM + 1e-9
    area = 2 * wall * 25.0 - (2 * wall - 2 * RIM_MM) * (25.0 - 2 * RIM_MM)
    assert rim.sum() * 0.25 == pytest.approx(area * 15.0, rel=0.1)


def test_a_bone_with_one_marked_endplate_has_a_strip_on_its_bony_side():
    corners = {"L5": square(15.0), "S1": {code: square(-15.0)[code] for code in ("SA", "SP")},
               "C2": {code: square(-15.0)[code] for code in ("IA", "IP")}, "C3": square(-50.0)}  # fmt: skip
    rims = bodyRims(corners, FINE)
    for level, low, high in (("S1", 10.0 - RIM_MM, 10.0), ("C2", -15.0, -15.0 + RIM_MM)):
        cranial = centersOf(FINE)[rims[level]][:, 2]
        assert low <= cranial.min() < low + 0.6, level
        assert high - 0.6 < cranial.max() <= high, level


def test_means_are_absolute_and_in_both_units():
    values = np.zeros(FINE.size[::-1])
    region = np.zeros(values.shape, dtype=bool)
    region[5, 10:20, 30:50] = True
    values[5, 10:20, 30:40], values[5, 10:20, 40:50] = 3.0, -1.0
    found = regionDifference(mapOf(values), region)
    assert found.noiseUnits == pytest.approx(2.0)
    assert found.grayValue == pytest.approx(20.0)
    assert found.voxels == 200


def test_a_region_that_is_not_seen_has_no_number():
    map_ = mapOf(np.ones(FINE.size[::-1]))
    map_.mask[:, :, 70:] = False
    corners = {"L3": square(15.0), "L4": square(-20.0)}
    with pytest.raises(InputError, match="outside"):
        regionDifference(map_, bodyRims(corners, FINE)["L3"])
    assert bodyDifferences(map_, corners) == {}
    away = np.array([0.0, 500.0, 0.0])
    far = {level: {code: point + away for code, point in own.items()} for level, own in corners.items()}
    assert bodyDifferences(mapOf(np.ones(FINE.size[::-1])), far) == {}


def test_points_and_corners_come_from_the_reference_position():
    case = phantomCase("healthyLumbar")
    names = [position.id for position in case.positions][:2]
    anchor = anchorOn(case, "L4", *names)
    points = heldPoints(case, anchor)
    corners = cornersIn(case, names[0])
    assert {"L1", "L4", "S1"} <= corners.keys()
    for code in ("SA", "SP", "IA", "IP"):
        assert np.min(np.linalg.norm(points - corners["L4"][code], axis=1)) == 0.0
    assert np.ptp(points[:, 2]) < 60.0
