"""Regions of bones hold their corners, also of wedges, and leave the disc between them free."""

from __future__ import annotations

import numpy as np
import pytest

from DynamicSpineLib.Anatomy.BoneRegions import bodyParts, process, rigidBodies
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField, RigidBody

LEFT = np.array([-1.0, 0.0, 0.0])


def corners(*places):
    """Corners SA, SP, IA, IP from (anterior, cranial) pairs in the plane R = 3."""
    return {code: np.array([3.0, *place]) for code, place in zip(("SA", "SP", "IA", "IP"), places, strict=True)}


@pytest.fixture
def wedged():
    """L4 with a wedge of 9 degrees, L5 tilted below it, the disc 5 mm high at the back and 10 mm in front."""
    return {
        "L4": corners((35.0, 42.0), (0.0, 40.0), (36.0, 12.0), (0.0, 14.0)),
        "L5": corners((33.0, 2.0), (-2.0, 9.0), (26.0, -25.0), (-6.0, -13.0)),
    }


def shareOf(level, bodies, points):
    """Share of one bone in the motion of points."""
    names = [body.name for body in bodies]
    return PolyrigidField(bodies).weights(points)[..., names.index(level)]


def test_every_corner_moves_with_its_own_bone(wedged):
    bodies = rigidBodies(wedged, {"L4": np.eye(4), "L5": np.eye(4)})
    for level, own in wedged.items():
        assert shareOf(level, bodies, np.array(list(own.values()))).min() > 0.9999


def test_the_inside_of_a_body_moves_with_it_and_the_middle_of_the_disc_with_both(wedged):
    bodies = rigidBodies(wedged, {"L4": np.eye(4), "L5": np.eye(4)})
    share = shareOf("L4", bodies, [[3.0, 18.0, 28.0], [3.0 + 18.0, 18.0, 28.0], [3.0, 17.0, 9.3], [3.0, 14.0, -6.0]])
    assert share[:2].min() > 0.999
    assert 0.3 < share[2] < 0.7
    assert share[3] < 0.001


def test_a_bone_with_one_endplate_reaches_away_from_the_disc(wedged):
    sacrum = {code: point for code, point in wedged["L5"].items() if code[0] == "S"}
    bodies = rigidBodies({"L5": wedged["L4"], "S1": sacrum}, {"L5": np.eye(4), "S1": np.eye(4)})
    below, above = np.array([3.0, 13.0, -8.0]), np.array([3.0, 15.0, 9.0])
    assert shareOf("S1", bodies, below) > 0.999
    assert shareOf("S1", bodies, above) < 0.9


def test_a_spinous_process_is_held_by_pedicles_on_both_sides(wedged):
    rods = {"L4": process([[3.0, -22.0, 22.0], [3.0, -45.0, 15.0]], 4.0)}
    bodies = rigidBodies(wedged, {"L4": np.eye(4), "L5": np.eye(4)}, rods)
    assert shareOf("L4", bodies, [[3.0, -40.0, 17.0]]).min() > 0.999
    beside = 0.38 * 1.3 * np.linalg.norm(wedged["L4"]["SA"] - wedged["L4"]["SP"])
    pedicles = [[3.0 + beside, -10.0, 27.0], [3.0 - beside, -10.0, 27.0]]
    assert shareOf("L4", bodies, pedicles).min() > 0.999
    without = rigidBodies(wedged, {"L4": np.eye(4), "L5": np.eye(4)})
    assert shareOf("L4", without, pedicles).max() < 0.99


def test_regions_of_neighbors_stay_clear_of_each_other(wedged):
    parts = {level: bodyParts(own, LEFT) for level, own in wedged.items()}
    field = PolyrigidField([RigidBody(level, own, np.eye(4)) for level, own in parts.items()])
    for index, own in enumerate(wedged.values()):
        middle = np.mean(list(own.values()), axis=0)
        assert field.weights([middle + 0.99 * (corner - middle) for corner in own.values()])[:, index].min() > 0.999


def test_a_rod_through_several_points_has_no_gap():
    parts = process([[0, 0, 0], [0, -10, -5], [0, -12, -20]], 3.0)
    assert len(parts) == 2
    other = process([[0, 0, 40], [0, 0, 50]], 1.0)
    field = PolyrigidField([RigidBody("T1", parts, np.eye(4)), RigidBody("C7", other, np.eye(4))])
    assert field.weights([[0, -10, -5], [0, -11, -12], [2.9, -5, -2.5]])[:, 0].min() > 0.999
