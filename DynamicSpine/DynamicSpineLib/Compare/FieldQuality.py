"""How good a field between two positions is as it is shown: on its grid, trilinear between the nodes.

Slicer shows a grid transform by trilinear interpolation between its nodes (vtkOrientedGridTransform, linear), so all
but the flow's own inverse is measured so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid, Part, PolyrigidField, RigidBody
from DynamicSpineLib.Geometry.Rigid import applyTransform

Array = NDArray[np.float64]

POINTS = 3000
POINTS_IN_PART = 6
"""Points along each edge of a part of a bone, its corners among them."""


@dataclass(frozen=True)
class FieldQuality:
    """Figures of a field as it is shown.

    leastJacobian: smallest determinant of its gradient at the corners of all cells of the grid; under 0 it folds.
    inverse95Mm: distance from where a point started after the flow there and back, 95th percentile over the grid's
    field. shownInverse95Mm: the same, there by the grid and back by the flow. worstBodyMm: largest distance of a point
    in a bone (worstBody), by the grid, from where the bone's own rigid motion takes it; without the skin that
    PolyrigidField.withSkin adds. spacingMm: largest distance between nodes.
    """

    leastJacobian: float
    inverse95Mm: float
    shownInverse95Mm: float
    worstBodyMm: float
    worstBody: str
    spacingMm: float


def fieldQuality(field: PolyrigidField, shown: DisplacementGrid, seed: int = 0) -> FieldQuality:
    """The figures of a field and of the grid that shows it (reference to moving); the same seed, the same figures."""
    points_RAS = _pointsIn(shown, seed)
    there_RAS = points_RAS + shiftsAt(shown, points_RAS)
    gaps = [np.linalg.norm(field.carryBack(ends_RAS) - points_RAS, axis=-1)
            for ends_RAS in (field.carry(points_RAS), there_RAS)]  # fmt: skip
    errors = {body.name: _bodyErrorMm(body, shown) for body in field.bodies}
    errors = {name: error for name, error in errors.items() if np.isfinite(error)}
    worst = max(errors, key=lambda name: errors[name], default="")
    return FieldQuality(
        leastJacobian(shown), float(np.quantile(gaps[0], 0.95)), float(np.quantile(gaps[1], 0.95)),
        errors.get(worst, float("nan")), worst, float(np.linalg.norm(shown.ijkToRAS[:3, :3], axis=0).max()),
    )  # fmt: skip


def shiftsAt(grid: DisplacementGrid, points_RAS: Array) -> Array:
    """Displacements (N, 3) at points (N, 3) by trilinear interpolation; NaN outside of the grid."""
    at = (points_RAS - grid.ijkToRAS[:3, 3]) @ np.linalg.inv(grid.ijkToRAS[:3, :3]).T
    counts = np.array(grid.displacements_RAS.shape[2::-1])
    low = np.clip(np.floor(at + 1e-9).astype(np.intp), 0, np.maximum(counts - 2, 0))
    share = at - low
    found = np.zeros_like(points_RAS, dtype=float)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(np.array(corner) == 1, share, 1.0 - share), axis=-1)
        i, j, k = np.minimum(low + corner, counts - 1).T
        found += weight[:, None] * grid.displacements_RAS[k, j, i]
    outside = np.any((at < -1e-6) | (at > counts - 1 + 1e-6), axis=-1)
    found[outside] = np.nan
    return found


def leastJacobian(grid: DisplacementGrid) -> float:
    """Smallest determinant of the gradient of a trilinear displacement grid, at all corners of all cells.

    Raises no error for a grid of one node along an axis: along it the field is taken as constant.
    """
    shifts = grid.displacements_RAS
    toNodes = np.linalg.inv(grid.ijkToRAS[:3, :3])
    steps = [np.diff(shifts, axis=axis) if shifts.shape[axis] > 1 else np.zeros_like(shifts) for axis in (2, 1, 0)]
    least = np.inf
    cells = [slice(None, count - 1 if count > 1 else None) for count in shifts.shape[:3]]
    for corner in np.ndindex(2, 2, 2):
        columns = []
        for axis, step in enumerate(steps):
            # The slope along an axis at a cell's corner is that of the edge through this corner.
            own = [slice(side, step.shape[index] - 1 + side) if index != 2 - axis and step.shape[index] > 1
                   else cells[index] for index, side in enumerate(corner[::-1])]  # fmt: skip
            own[2 - axis] = slice(None)
            columns.append(step[tuple(own)])
        gradient = np.stack(columns, axis=-1) @ toNodes + np.eye(3)
        least = min(least, float(_determinants(gradient).min()))
    return least


def _determinants(m: Array) -> Array:
    return np.asarray(
        m[..., 0, 0] * (m[..., 1, 1] * m[..., 2, 2] - m[..., 1, 2] * m[..., 2, 1])
        - m[..., 0, 1] * (m[..., 1, 0] * m[..., 2, 2] - m[..., 1, 2] * m[..., 2, 0])
        + m[..., 0, 2] * (m[..., 1, 0] * m[..., 2, 1] - m[..., 1, 1] * m[..., 2, 0])
    )


def _pointsIn(grid: DisplacementGrid, seed: int) -> Array:
    """Random points (POINTS, 3) within the outermost nodes."""
    counts = np.array(grid.displacements_RAS.shape[2::-1])
    at = np.random.default_rng(seed).uniform(0.0, 1.0, (POINTS, 3)) * (counts - 1)
    return np.asarray(at @ grid.ijkToRAS[:3, :3].T + grid.ijkToRAS[:3, 3])


def _bodyErrorMm(body: RigidBody, grid: DisplacementGrid) -> float:
    """Largest error of the grid inside a bone's region and on its surface; NaN where none of it lies in the grid."""
    points_RAS = np.concatenate([_pointsOf(part) for part in body.parts])
    shifts_RAS = shiftsAt(grid, points_RAS)
    gaps = np.linalg.norm(points_RAS + shifts_RAS - applyTransform(points_RAS, body.referenceToMoved), axis=-1)
    return float(np.nanmax(gaps)) if np.isfinite(gaps).any() else float("nan")


def _pointsOf(part: Part) -> Array:
    """Points (N, 3) of a part: a lattice over its box, with its corners; of a rod those on its axis."""
    lines = [np.linspace(-half, half, POINTS_IN_PART if half > 0 else 1) for half in part.halfSizeMm]
    local = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 3)
    return applyTransform(local, part.partToRAS)
