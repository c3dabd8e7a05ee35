"""How good a field is on its grid, against closed forms; and the figures that unbending must reach."""

from __future__ import annotations

import numpy as np
import pytest
from BentSpines import CERVICAL, LUMBAR, Grid, bentSpine
from PhantomCases import phantomCase
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.Displacement import displacementMap
from DynamicSpineLib.Compare.FieldQuality import fieldQuality, leastJacobian, shiftsAt
from DynamicSpineLib.Compare.Resampling import geometryOf
from DynamicSpineLib.Compare.Unbending import unbend
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid, PolyrigidField, withSkin

SIZES = {"lumbar": LUMBAR, "cervical": CERVICAL}


def stackAbout(region, tiltDeg, count=4):
    """A sagittal stack of thick slices about such a spine."""
    own = SIZES[region]
    length = count * (own["height"] + own["disc"])
    axes = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    size = (int(2.6 * own["depth"] / 0.6), int((length + 12.0) / 0.6), int((own["width"] + 6.0) / 3.3) + 1)
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", tiltDeg, degrees=True).as_matrix() @ axes * [0.6, 0.6, 3.3]
    matrix[:3, 3] = [0.0, -0.2 * own["depth"], 0.5 * length] - matrix[:3, :3] @ (0.5 * (np.array(size) - 1))
    return geometryOf(matrix, size)


def affineGrid(gradient, shape=(4, 5, 6)):
    """Displacements of an affine map on an oblique grid."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", [10, -20, 30], degrees=True).as_matrix() * [2.0, 1.5, 3.0]
    k, j, i = np.meshgrid(*(np.arange(count) for count in shape), indexing="ij")
    nodes = np.stack([i, j, k], axis=-1) @ matrix[:3, :3].T
    return DisplacementGrid(matrix, nodes @ np.asarray(gradient).T)


def test_the_jacobian_of_an_affine_map_is_its_determinant():
    gradient = np.array([[0.1, -0.2, 0.05], [0.3, -0.15, 0.1], [0.0, 0.2, -0.4]])
    assert leastJacobian(affineGrid(gradient)) == pytest.approx(np.linalg.det(np.eye(3) + gradient))


def test_a_fold_in_a_single_cell_is_found():
    grid = affineGrid(np.zeros((3, 3)))
    assert leastJacobian(grid) == pytest.approx(1.0)
    # One node is pushed past its neighbor, 2 mm on along the first axis.
    grid.displacements_RAS[2, 2, 3] += 2.5 / 2.0 * grid.ijkToRAS[:3, 0]
    assert leastJacobian(grid) == pytest.approx(1.0 - 2.5 / 2.0)


def test_shifts_between_nodes_are_those_of_trilinear_interpolation():
    random = np.random.default_rng(0)
    grid = DisplacementGrid(affineGrid(np.zeros((3, 3))).ijkToRAS, random.normal(size=(4, 5, 6, 3)))
    at = random.uniform(0.0, 1.0, (50, 3)) * [5, 4, 3]
    points = at @ grid.ijkToRAS[:3, :3].T + grid.ijkToRAS[:3, 3]
    expected = [map_coordinates(grid.displacements_RAS[..., axis], at.T[::-1], order=1) for axis in range(3)]
    np.testing.assert_allclose(shiftsAt(grid, points), np.stack(expected, axis=-1), atol=1e-12)
    assert np.isnan(shiftsAt(grid, points + 100.0)).all()


@pytest.mark.parametrize("region", SIZES)
@pytest.mark.parametrize("flexionDeg", [15.0, -15.0])
def test_bodies_stay_within_a_third_of_a_millimeter_at_15_degrees_a_joint(region, flexionDeg):
    field = PolyrigidField(withSkin(bentSpine(SIZES[region], flexionDeg, count=4)))
    found = fieldQuality(field, field.displacementGrid(stackAbout(region, [3.0, -4.0, 2.0])))
    assert 0.02 < found.worstBodyMm < 0.3
    assert found.leastJacobian > 0.1
    assert found.inverse95Mm < 0.1
    assert found.shownInverse95Mm < 0.1
    assert found.spacingMm <= 2.0 + 1e-9


def test_errors_of_a_grid_are_noticed_and_named():
    bodies = bentSpine(LUMBAR, 5.0, count=4)
    field = PolyrigidField(bodies)
    shown = field.displacementGrid(stackAbout("lumbar", [0.0, 0.0, 0.0]))
    inside = field.distanceMm(nodesOf(shown)) == 0.0
    third = inside & (nodesOf(shown)[..., 2] > 70.0) & (nodesOf(shown)[..., 2] < 105.0)
    shown.displacements_RAS[third] += [0.0, 0.0, 2.0]
    found = fieldQuality(field, shown)
    assert found.worstBody == "V2"
    assert found.worstBodyMm == pytest.approx(2.0, abs=0.2)
    assert found.shownInverse95Mm > 1.0 > found.inverse95Mm


def nodesOf(grid):
    k, j, i = np.meshgrid(*(np.arange(count) for count in grid.displacements_RAS.shape[:3]), indexing="ij")
    return np.stack([i, j, k], axis=-1) @ grid.ijkToRAS[:3, :3].T + grid.ijkToRAS[:3, 3]


def test_distances_of_a_map_are_those_against_the_held_vertebra():
    case = phantomCase("healthyLumbar")
    reference, moving = [position.id for position in case.positions][:2]
    unbending = unbend(case, reference, moving)
    anchor = anchorOn(case, "L4", reference, moving)
    marks, codes = case.position(reference).marks, ("SA", "SP", "IA", "IP")
    middle = np.mean([marks.point(f"L4_{code}") for code in codes], axis=0)
    matrix = np.diag([4.0, 1.0, 1.0, 1.0])
    matrix[:3, 3] = middle - [18.0, 40.0, 60.0]
    grid = Grid((10, 81, 121), matrix)
    map_ = displacementMap(unbending.field.displacementGrid(grid), anchor)
    volume = geometryOf(grid.ijkToRAS, grid.size)
    lengths = map_.on(volume)
    assert lengths.shape == (121, 81, 10)
    for level in ("L3", "L4", "L5"):
        points = np.array([marks.point(f"{level}_{code}") for code in codes])
        motion = unbending.anchor(level).referenceToMoving
        there = points @ motion[:3, :3].T + motion[:3, 3]
        expected = np.linalg.norm(there @ anchor.movingToReference[:3, :3].T + anchor.movingToReference[:3, 3] - points,
                                  axis=1)  # fmt: skip
        found = map_coordinates(lengths, volume.indices(points)[:, ::-1].T, order=1)
        seen = volume.contains(points, marginMm=-1.0)
        assert seen.any()
        np.testing.assert_allclose(found[seen], expected[seen], atol=0.35)
        assert (expected.max() < 1e-6) == (level == "L4")
