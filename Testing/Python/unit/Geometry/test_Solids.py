"""Solids of triangles: closed, facing outward, and of the volumes that their closed forms have."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Solids import joined, loft, tube


def edgesOf(solid):
    """How often each directed edge occurs."""
    return Counter((int(a), int(b)) for row in solid.triangles for a, b in zip(row, np.roll(row, -1), strict=True))


def assertClosed(solid):
    edges = edgesOf(solid)
    assert set(edges.values()) == {1}
    assert all((b, a) in edges for a, b in edges)


def circle(radius, height, count=64):
    angles = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles), np.full(count, height)], axis=-1)


@pytest.mark.parametrize("rings", [[circle(5, 0), circle(5, 12)], [circle(5, 12), circle(5, 0)],
                                   [circle(5, 0)[::-1], circle(5, 12)[::-1]]])
def test_a_loft_is_closed_faces_outward_and_has_the_volume_of_a_cylinder(rings):
    solid = loft(rings)
    assertClosed(solid)
    assert solid.volumeMm3 == pytest.approx(np.pi * 25 * 12, rel=0.005)


def test_a_cyclic_loft_is_a_torus():
    turns = np.linspace(0.0, 2.0 * np.pi, 60, endpoint=False)
    flat = circle(2, 0, 40)[:, :2]
    rings = [np.stack([(9 + flat[:, 0]) * np.cos(turn), (9 + flat[:, 0]) * np.sin(turn), flat[:, 1]], axis=-1)
             for turn in turns]
    solid = loft(rings, isCyclic=True)
    assertClosed(solid)
    assert solid.volumeMm3 == pytest.approx(2 * np.pi**2 * 9 * 4, rel=0.02)


def test_a_tube_is_a_cylinder_with_round_ends():
    solid = tube([[0, 0, 0], [0, 10, 20], [0, 20, 40]], (1.0, 0.3, 0.0), 3.0, 3.0, size=48)
    assertClosed(solid)
    length = np.hypot(20, 40)
    # Flat facets lose a little of the caps.
    assert solid.volumeMm3 == pytest.approx(np.pi * 9 * length + 4 / 3 * np.pi * 27, rel=0.03)
    along = np.array([0, 20, 40]) / length
    ends = solid.points_RAS @ along
    assert ends.min() > -3.01
    assert ends.max() < length + 3.01
    away = solid.points_RAS - np.outer(ends, along)
    assert np.linalg.norm(away, axis=1).max() < 3.001


def test_joined_solids_keep_their_surfaces_and_add_their_volumes():
    parts = [loft([circle(5, 0), circle(4, 3)]), tube([[30, 0, 0], [30, 0, 9]], (1, 0, 0), 2, [2, 3])]
    solid = joined(parts)
    assertClosed(solid)
    assert solid.volumeMm3 == pytest.approx(sum(part.volumeMm3 for part in parts))


def test_what_encloses_nothing_is_refused():
    with pytest.raises(InputError, match="two rings"):
        loft([circle(5, 0)])
    with pytest.raises(InputError, match="two different points"):
        tube([[0, 0, 0], [0, 0, 0]], (1, 0, 0), 1, 1)
    with pytest.raises(InputError, match="axis of its own sections"):
        tube([[0, 0, 0], [0, 0, 5]], (0, 0, 1), 1, 1)
    with pytest.raises(InputError, match="no solid"):
        joined([])
