"""Fields on many nodes: exact near bones, and close to exact where they are filled in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from DynamicSpineLib.Geometry.NodeFilling import FEW_NODES, cubicWeights, everyNode, filledIn
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField, RigidBody, box


@dataclass(frozen=True)
class Grid:
    """A voxel grid."""

    size: tuple[int, int, int]
    ijkToRAS: np.ndarray


def turnedBoxes():
    """Two boxes of the size of lumbar bodies, the upper one flexed by 15 degrees."""
    angle = np.radians(-15.0)
    motion = np.eye(4)
    motion[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    boxes = [(box([-20.0, -15.0, z], np.diag([40.0, 30.0, 25.0])),) for z in (5.0, -35.0)]
    return [RigidBody("upper", boxes[0], motion), RigidBody("lower", boxes[1], np.eye(4))]


def test_a_cubic_is_filled_in_without_error():
    places, kept = np.arange(23), everyNode(23, 4)
    assert kept.tolist() == [0, 4, 8, 12, 16, 20, 22]
    values = 0.3 * places**3 - 2.0 * places**2 + 7.0
    np.testing.assert_allclose(cubicWeights(places, kept) @ values[kept], values, atol=1e-8)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_short_lines_are_filled_in_too(count):
    weights = cubicWeights(np.arange(count), everyNode(count, 4))
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)


def test_few_nodes_are_all_exact():
    nodes = np.random.default_rng(0).normal(size=(3, 4, 5, 3))
    found = filledIn(nodes, lambda points: points**5, lambda points: np.full(len(points), 1e9), 2.0)
    np.testing.assert_array_equal(found, nodes**5)


@pytest.mark.parametrize("inverse", [False, True])
def test_a_large_grid_is_exact_at_bones_and_close_to_it_elsewhere(inverse):
    field = PolyrigidField(turnedBoxes())
    matrix = np.diag([2.0, 2.0, 2.0, 1.0])
    matrix[:3, 3] = [-60.0, -90.0, -80.0]
    grid = Grid((51, 91, 81), matrix)
    assert np.prod(grid.size) > FEW_NODES
    found = field.displacementGrid(grid, 2.0, inverse)
    k, j, i = np.random.default_rng(1).integers(0, np.array(found.displacements_RAS.shape[:3])[:, None], (3, 6000))
    nodes = np.stack([i, j, k], axis=-1) @ found.ijkToRAS[:3, :3].T + found.ijkToRAS[:3, 3]
    exact = (field.carryBack(nodes) if inverse else field.carry(nodes)) - nodes
    gap = np.linalg.norm(found.displacements_RAS[k, j, i] - exact, axis=1)
    near = field.distanceMm(nodes, moved=inverse) <= 6.0
    assert 100 < near.sum() < 0.3 * len(near)
    assert gap[near].max() < 1e-9
    assert np.quantile(gap, 0.99) < 0.03
    assert gap.max() < 0.15


def test_distances_are_those_to_the_nearest_bone_where_it_is():
    field = PolyrigidField(turnedBoxes())
    there = [[0.0, 0.0, -10.0], [0.0, 0.0, -38.0], [25.0, 18.0, -20.0]]
    np.testing.assert_allclose(field.distanceMm(there), [0.0, 3.0, np.hypot(5.0, 3.0)], atol=1e-5)
    # The upper box has turned forward about the origin, so it has left its upper back edge.
    cosine, sine = np.cos(np.radians(15.0)), np.sin(np.radians(15.0))
    behind = [0.0, -15.0, 30.0]
    assert field.distanceMm(behind) == pytest.approx(0.0, abs=1e-5)
    assert field.distanceMm(behind, moved=True) == pytest.approx(30.0 * sine + 15.0 * cosine - 15.0, abs=0.3)
    edge = [0.0, -15.0 * cosine + 30.0 * sine, 15.0 * sine + 30.0 * cosine]
    assert field.distanceMm(edge, moved=True) == pytest.approx(0.0, abs=1e-4)
