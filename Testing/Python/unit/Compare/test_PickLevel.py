"""Which vertebra a point means."""

from __future__ import annotations

import numpy as np
import pytest

from DynamicSpineLib.Compare.PickLevel import levelAt
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet


def body(level, middle, depth, height, codes=("SA", "SP", "IA", "IP")):
    ahead, up = np.array([0.0, 0.5 * depth, 0.0]), np.array([0.0, 0.0, 0.5 * height])
    places = {"SA": ahead + up, "SP": up - ahead, "IA": ahead - up, "IP": -ahead - up}
    return [Landmark(f"{level}_{code}", tuple(map(float, np.array(middle) + places[code]))) for code in codes]


SPINE = landmarkSet([*body("L3", (0, 0, 35), 34, 27), *body("L4", (0, 0, 0), 34, 27), *body("L5", (0, 2, -33), 32, 26)])


@pytest.mark.parametrize(("point", "level"), [
    ((0, 0, 0), "L4"), ((0, 15, 12), "L4"), ((12, -14, -10), "L4"), ((0, 0, 20), "L3"), ((0, 0, -30), "L5"),
    ((0, 60, 0), ""), ((0, 0, 90), ""), ((45, 0, 0), ""),
])  # fmt: skip
def test_a_point_means_the_body_it_lies_in_and_none_far_from_all(point, level):
    assert levelAt(SPINE, point) == level


def test_a_point_in_a_small_body_is_not_given_to_its_large_neighbor():
    marks = landmarkSet([*body("L5", (0, 0, 30), 40, 32), *body("S1", (0, 0, 4), 16, 12)])
    assert levelAt(marks, (0, 0, 9)) == "S1"  # inside of the small one, and 21 mm from the other's middle


def test_bodies_with_two_corners_are_found_and_spines_without_corners_have_none():
    marks = landmarkSet([*body("S1", (0, 0, 0), 30, 20, ("SA", "SP"))])
    assert levelAt(marks, (0, 3, 8)) == "S1"
    assert levelAt(landmarkSet([]), (0, 0, 0)) == ""
