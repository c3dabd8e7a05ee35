"""The field moves bones rigidly, tissue smoothly and without folds, and back again."""

from __future__ import annotations

import numpy as np
import pytest
from BentSpines import CERVICAL, LUMBAR, Grid, bentSpine, turnAbout
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import Part, PolyrigidField, RigidBody, box, capsule, coarserGrid


def around(sizes, count=6000, seed=0):
    """Random points around a spine, up to three depths behind and two before it."""
    height = 6 * (sizes["height"] + sizes["disc"])
    low = [-sizes["width"], -3 * sizes["depth"], -sizes["disc"]]
    return np.random.default_rng(seed).uniform(low, [sizes["width"], 2 * sizes["depth"], height], (count, 3))


def within(part, count=200, seed=1):
    """Random points of a box, with its surface and corners."""
    random = np.random.default_rng(seed)
    local = np.vstack([random.uniform(-1, 1, (count, 3)), np.sign(random.uniform(-1, 1, (20, 3)))]) * part.halfSizeMm
    return local @ part.partToRAS[:3, :3].T + part.partToRAS[:3, 3]


def jacobians(field, points, step=0.01):
    """Determinants of the deformation gradient by central differences."""
    columns = [(field.carry(points + step * e) - field.carry(points - step * e)) / (2 * step) for e in np.eye(3)]
    return np.linalg.det(np.stack(columns, axis=-1))


@pytest.mark.parametrize("sizes", [LUMBAR, CERVICAL], ids=["lumbar", "cervical"])
@pytest.mark.parametrize("flexionDeg", [10.0, 15.0, -10.0, -15.0])
def test_bones_keep_their_shape_and_tissue_never_folds(sizes, flexionDeg):
    bodies = bentSpine(sizes, flexionDeg)
    field = PolyrigidField(bodies)
    for body in bodies:
        points = within(body.parts[0])
        exact = points @ body.referenceToMoved[:3, :3].T + body.referenceToMoved[:3, 3]
        assert np.linalg.norm(field.carry(points) - exact, axis=1).max() < 0.002
    assert jacobians(field, around(sizes)).min() > 0.20


@pytest.mark.parametrize("sizes", [LUMBAR, CERVICAL], ids=["lumbar", "cervical"])
def test_the_way_back_undoes_the_way_there(sizes):
    field = PolyrigidField(bentSpine(sizes, 12.0, bendDeg=5.0))
    points = around(sizes, 1500)
    assert np.linalg.norm(field.carryBack(field.carry(points)) - points, axis=1).max() < 0.001
    assert np.linalg.norm(field.carry(field.carryBack(points)) - points, axis=1).max() < 0.001


def test_more_steps_change_nothing():
    bodies = bentSpine(CERVICAL, 15.0)
    points = around(CERVICAL, 1500)
    usual, fine = PolyrigidField(bodies).carry(points), PolyrigidField(bodies, steps=128).carry(points)
    assert np.linalg.norm(usual - fine, axis=1).max() < 0.01


def test_one_bone_alone_carries_all_space_with_it():
    motion = turnAbout([20.0, -5.0, 9.0], [3.0, 50.0, -80.0])
    field = PolyrigidField([RigidBody("L3", (capsule([0, 0, 0], [0, -30, -5], 4.0),), motion)])
    points = around(LUMBAR, 200)
    np.testing.assert_allclose(field.carry(points), points @ motion[:3, :3].T + motion[:3, 3], atol=1e-9)


def test_bones_that_move_together_carry_all_space_with_them():
    motion = turnAbout([35.0, 10.0, -4.0], [0.0, -90.0, 40.0])
    bodies = [RigidBody(body.name, body.parts, motion) for body in bentSpine(CERVICAL, 0.0)]
    points = around(CERVICAL, 300)
    expected = points @ motion[:3, :3].T + motion[:3, 3]
    np.testing.assert_allclose(PolyrigidField(bodies).carry(points), expected, atol=1e-9)


def test_turning_the_world_turns_the_field_with_it():
    world = turnAbout([25.0, 40.0, -60.0], [10.0, 20.0, 30.0])
    bodies = bentSpine(LUMBAR, 9.0)
    turned = [
        RigidBody(
            body.name,
            tuple(Part(world @ part.partToRAS, part.halfSizeMm, part.radiusMm) for part in body.parts),
            world @ body.referenceToMoved @ np.linalg.inv(world),
        )
        for body in bodies
    ]
    points = around(LUMBAR, 300)
    elsewhere = points @ world[:3, :3].T + world[:3, 3]
    expected = PolyrigidField(bodies).carry(points) @ world[:3, :3].T + world[:3, 3]
    np.testing.assert_allclose(PolyrigidField(turned).carry(elsewhere), expected, atol=1e-6)


def test_a_point_in_a_bone_belongs_to_it_and_one_between_two_belongs_to_both():
    field = PolyrigidField(bentSpine(LUMBAR, 10.0))
    inside, between = field.weights([[0.0, 0.0, 13.0], [0.0, 0.0, 27.0 + 5.0]])
    assert inside[0] > 1.0 - 1e-5
    assert between[0] == pytest.approx(between[1])
    assert between[0] > 0.4
    np.testing.assert_allclose([inside.sum(), between.sum()], 1.0)


def test_a_capsule_reaches_as_far_as_its_radius():
    there = capsule([0.0, 0.0, 0.0], [0.0, -30.0, -10.0], 4.0)
    beyond = box([-5.0, -5.0, 40.0], np.diag([10.0, 10.0, 10.0]))
    field = PolyrigidField([RigidBody("process", (there,), np.eye(4)), RigidBody("other", (beyond,), np.eye(4))])
    along = np.array([0.0, -30.0, -10.0]) / np.sqrt(1000.0)
    points = [[3.9, -15.0, -5.0], [4.5, -15.0, -5.0], -3.9 * along, [0.0, -30.0, -10.0] + 4.5 * along]
    share = field.weights(points)[:, 0]
    assert (share > 1.0 - 1e-5).tolist() == [True, False, True, False]


def test_arrays_of_points_keep_their_shape_and_none_is_no_error():
    field = PolyrigidField(bentSpine(CERVICAL, 5.0))
    points = around(CERVICAL, 24)
    np.testing.assert_array_equal(field.carry(points.reshape(2, 3, 4, 3)).reshape(24, 3), field.carry(points))
    assert field.carry(np.zeros((0, 3))).shape == (0, 3)
    assert field.carry([0.0, 0.0, 0.0]).shape == (3,)


def obliqueGrid():
    """26 x 40 x 9 voxels of 1.5 x 1 x 4 mm, turned against the patient axes."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", [5, -8, 12], degrees=True).as_matrix() * [1.5, 1.0, 4.0]
    matrix[:3, 3] = [-20.0, -30.0, 5.0]
    return Grid((26, 40, 9), matrix)


@pytest.mark.parametrize("inverse", [False, True])
def test_the_displacement_grid_spans_the_volume_and_holds_the_field(inverse):
    field = PolyrigidField(bentSpine(CERVICAL, 8.0))
    grid = obliqueGrid()
    found = field.displacementGrid(grid, 2.0, inverse)
    counts = np.array(found.displacements_RAS.shape[2::-1])
    nodes = found.ijkToRAS @ [*(counts - 1), 1]
    np.testing.assert_allclose(nodes, grid.ijkToRAS @ [25, 39, 8, 1])
    np.testing.assert_allclose(found.ijkToRAS[:, 3], grid.ijkToRAS[:, 3])
    assert np.linalg.norm(found.ijkToRAS[:3, :3], axis=0).max() <= 2.0 + 1e-9
    node = (found.ijkToRAS @ [3, 5, 7, 1])[:3]
    expected = field.carryBack(node) if inverse else field.carry(node)
    np.testing.assert_allclose(node + found.displacements_RAS[7, 5, 3], expected, atol=1e-9)


def test_a_grid_of_one_slice_still_has_nodes():
    matrix, size = coarserGrid(Grid((10, 10, 1), np.diag([1.0, 1.0, 5.0, 1.0])), 2.0)
    assert size == (6, 6, 2)
    assert np.linalg.det(matrix) > 0


@pytest.mark.parametrize(
    "bodies",
    [
        [],
        [RigidBody("C5", (), np.eye(4))],
        [RigidBody("C5", (capsule([0, 0, 0], [1, 0, 0], 1.0),), np.full((4, 4), np.nan))],
    ],
)
def test_a_field_needs_bones_with_regions_and_motions(bodies):
    with pytest.raises(InputError):
        PolyrigidField(bodies)


def test_a_flat_box_is_refused():
    with pytest.raises(InputError, match="no extent"):
        box([0, 0, 0], np.diag([1.0, 0.0, 1.0]))
