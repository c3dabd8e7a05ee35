"""A smooth, invertible motion of all tissue that moves each bone rigidly: a polyrigid velocity field.

Each bone turns and slides along the screw of its own motion. At every instant a point moves with a weighted mean of the
bones' velocities; the weight of a bone falls with the distance to its region *where that bone is at that instant*, so a
point of a bone stays with its bone. The motion of the middle bone is taken out first, so that the screws are short. The
field is the flow of a velocity, so it has an inverse (the same flow backwards) and never folds.
After Arsigny, Commowick, Ayache and Pennec, J Math Imaging Vis 2009;33:222 (polyaffine), with weights that move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.NodeFilling import filledIn
from DynamicSpineLib.Geometry.Rigid import applyTransform, expRigid, inverseRigid, logRigid, rigid

Array = NDArray[np.float64]

STEPS, FEWEST_STEPS, MOST_STEPS = 8, 5, 16
"""Runge-Kutta steps of fourth order from rest to the moved position: for a largest turn of 45 degrees against the
middle bone, and their limits. The number goes with the square of the turn; up to 45 degrees, 128 steps move no point by
more than 0.01 mm, and no point of a bone by more than 0.002 mm."""

NEAREST_MM = 1e-3
"""Distances below this count as inside; it bounds the weights."""

ACROSS_SPACING_MM, SAGITTAL_SPACING_MM, SMALL_BODY_SPACING_MM = 2.0, 1.5, 0.9
"""Distance between the nodes of a grid from left to right, in the sagittal plane, and there with small bodies."""

SMALL_BODY_MM = 20.0
"""Bodies less deep than this, as in the neck, are small."""

SKIN_SHARE = 0.27
"""What moves rigidly about each bone of a field that is to be shown, as a share of the nodes' distance: trilinear
interpolation between nodes bends the outermost part of a mm, and this keeps it out of the bone."""

POINTS_AT_ONCE = 1024
"""Points integrated together: their work arrays stay in the processor's cache."""


@dataclass(frozen=True)
class Part:
    """A box with rounded edges that belongs to a bone: its frame, half its size along the frame's axes (before
    rounding) and the radius of its edges, mm. A box has radius 0, a capsule two half sizes of 0."""

    partToRAS: Array
    halfSizeMm: Array
    radiusMm: float = 0.0


@dataclass(frozen=True)
class RigidBody:
    """A bone: its name, the region that moves rigidly with it, and its motion (4x4, RAS)."""

    name: str
    parts: tuple[Part, ...]
    referenceToMoved: Array


class Grid(Protocol):
    """A voxel grid: size in voxels and 4x4 matrix from voxel indices to RAS."""

    @property
    def size(self) -> tuple[int, int, int]:
        """Number of voxels along each axis."""

    @property
    def ijkToRAS(self) -> Array:
        """4x4 matrix from voxel indices to RAS mm."""


@dataclass(frozen=True)
class DisplacementGrid:
    """Displacements (k, j, i, 3) in RAS mm on a grid; the grid's indices (i, j, k) go to RAS by ijkToRAS (4x4)."""

    ijkToRAS: Array
    displacements_RAS: Array


def box(corner_RAS: ArrayLike, edges_RAS: ArrayLike, radiusMm: float = 0.0) -> Part:
    """A box from one corner (3,) and the three edges from it (3, 3), which are square to each other.

    Raises InputError where an edge is missing.
    """
    corner, edges = np.asarray(corner_RAS, dtype=float), np.asarray(edges_RAS, dtype=float)
    lengths = np.linalg.norm(edges, axis=-1)
    if not np.all(lengths > 0):
        raise InputError("the region of a bone has no extent along one of its edges")
    return Part(rigid((edges / lengths[:, None]).T, corner + 0.5 * edges.sum(axis=0)), 0.5 * lengths, radiusMm)


def capsule(start_RAS: ArrayLike, end_RAS: ArrayLike, radiusMm: float) -> Part:
    """All points within radiusMm of the line from start to end."""
    start, end = np.asarray(start_RAS, dtype=float), np.asarray(end_RAS, dtype=float)
    length = float(np.linalg.norm(end - start))
    axis = (end - start) / length if length > 0 else np.array([0.0, 0.0, 1.0])
    helper = np.eye(3)[np.argmin(np.abs(axis))]
    second = np.cross(axis, helper)
    second /= np.linalg.norm(second)
    frame = rigid(np.stack([axis, second, np.cross(axis, second)], axis=-1), 0.5 * (start + end))
    return Part(frame, np.array([0.5 * length, 0.0, 0.0]), radiusMm)


class PolyrigidField:
    """The motion of all space between bones that move rigidly; points are (..., 3) in RAS mm.

    Raises InputError without bodies, for a body without a region, or for a motion that is not finite.
    """

    def __init__(self, bodies: Sequence[RigidBody], steps: int | None = None) -> None:
        for body in bodies:
            if not body.parts or not np.isfinite(body.referenceToMoved).all():
                raise InputError(f"{body.name} has no region or no motion to build a field from")
        if not bodies or (steps is not None and steps < 1):
            raise InputError("a field of motion needs at least one bone and one step")
        self._bodies = tuple(bodies)
        motions = np.array([body.referenceToMoved for body in bodies], dtype=float)
        # The middle bone's motion is applied at the end, so that the others' screws stay short.
        self._middle = motions[len(bodies) // 2]
        self._twists = logRigid(inverseRigid(self._middle) @ motions)
        self._steps = steps or _stepsFor(np.linalg.norm(self._twists[:, :3], axis=-1).max())
        parts = [part for body in bodies for part in body.parts]
        self._owner = np.repeat(np.arange(len(bodies)), [len(body.parts) for body in bodies])
        ends = np.cumsum([len(body.parts) for body in bodies])
        self._partsOfBody = [slice(int(end) - len(body.parts), int(end))
                             for end, body in zip(ends, bodies, strict=True)]  # fmt: skip
        self._partFromRAS = inverseRigid(np.array([part.partToRAS for part in parts]))
        self._half = np.array([part.halfSizeMm for part in parts], dtype=np.float32).reshape(-1, 1)
        self._radius = np.array([part.radiusMm for part in parts], dtype=np.float32)
        self._frames = self._framesInTime()

    @property
    def bodies(self) -> tuple[RigidBody, ...]:
        """The bones, in the order given."""
        return self._bodies

    def carry(self, points_RAS: ArrayLike) -> Array:
        """Where points (..., 3) of the reference position lie in the moved position."""
        return applyTransform(self._flow(np.asarray(points_RAS, dtype=float), forward=True), self._middle)

    def carryBack(self, points_RAS: ArrayLike) -> Array:
        """Where points (..., 3) of the moved position lay in the reference position."""
        return self._flow(applyTransform(points_RAS, inverseRigid(self._middle)), forward=False)

    def weights(self, points_RAS: ArrayLike) -> Array:
        """Share (..., bodies), summing to 1, of each bone in the motion of reference points (..., 3)."""
        points = np.asarray(points_RAS, dtype=float)
        share = self._weights(points.reshape(-1, 3).T, self._frames[0])
        return share.T.reshape(*points.shape[:-1], len(self._bodies))

    def displacementGrid(self, grid: Grid, spacingMm: float | None = None, inverse: bool = False) -> DisplacementGrid:
        """Displacements over a voxel grid's field of view, on a grid of about spacingMm with the same axes.

        Without a spacing it is 2 mm from left to right and finer in the sagittal plane, the finer the smaller the
        bodies, so that trilinear interpolation keeps each within 0.3 mm at 15 degrees a joint (with `withSkin`).

        They lead from the reference to the moved position, or with `inverse` from the moved back to the reference.
        The outermost nodes lie on or beyond the outermost voxel centers. Nodes in and near bones are exact, the others
        are filled in (NodeFilling).
        """
        spacings = self._spacings(grid) if spacingMm is None else (spacingMm,) * 3
        ijkToRAS, size = coarserGrid(grid, spacings)
        k, j, i = np.meshgrid(*(np.arange(count) for count in size[::-1]), indexing="ij")
        nodes_RAS = np.stack([i, j, k], axis=-1) @ ijkToRAS[:3, :3].T + ijkToRAS[:3, 3]
        carry = self.carryBack if inverse else self.carry
        shifts_RAS = filledIn(nodes_RAS, lambda points_RAS: carry(points_RAS) - points_RAS,
                              lambda points_RAS: self.distanceMm(points_RAS, inverse), max(spacings))  # fmt: skip
        return DisplacementGrid(ijkToRAS, shifts_RAS)

    def distanceMm(self, points_RAS: ArrayLike, moved: bool = False) -> Array:
        """Distance (...) of points (..., 3) from the nearest bone, 0 inside, where it is in the reference position or,
        with `moved`, in the moved one."""
        points = np.asarray(points_RAS, dtype=float)
        if moved:
            points = applyTransform(points, inverseRigid(self._middle))
        outside = self._outside(points.reshape(-1, 3).T, self._frames[-1 if moved else 0])
        return np.asarray(outside.min(axis=0), dtype=float).reshape(points.shape[:-1])

    def _spacings(self, grid: Grid) -> tuple[float, ...]:
        """Distance between nodes along each voxel axis, mm."""
        fine = sagittalSpacingMm(self._bodies)
        axes = grid.ijkToRAS[:3, :3] / np.linalg.norm(grid.ijkToRAS[:3, :3], axis=0)
        across = int(np.argmax(np.abs(axes[0])))
        return tuple(ACROSS_SPACING_MM if axis == across else fine for axis in range(3))

    def _framesInTime(self) -> Array:
        """Matrices (2 steps + 1, parts, 3, 4) from RAS to each part's frame, at every half step."""
        times = np.linspace(0.0, 1.0, 2 * self._steps + 1)
        back = expRigid(-times[:, None, None] * self._twists)
        return (self._partFromRAS @ back[:, self._owner])[..., :3, :]

    def _weights(self, columns: Array, frames: Array) -> Array:
        """Shares (bodies, N) at points given as columns (3, N): distance^-1.5, made to sum to 1.

        An exponent above 1 keeps the motion smooth across a bone's surface, and the nearer it is to 1, the more evenly
        the tissue between two bones is strained; of 1, 1.25, 1.5 and 2 the third left the largest smallest Jacobian.
        """
        outside = self._outside(columns, frames)
        # Several times faster than reduceat along the first axis.
        nearest = np.stack([outside[own].min(axis=0) if own.stop - own.start > 1 else outside[own.start]
                            for own in self._partsOfBody])  # fmt: skip
        np.maximum(nearest, NEAREST_MM, out=nearest)
        share = 1.0 / (nearest * np.sqrt(nearest))
        return np.asarray(share / share.sum(axis=0), dtype=float)

    def _outside(self, columns: Array, frames: Array) -> NDArray[np.float32]:
        """Distances (parts, N) of points (3, N) from each part, 0 inside."""
        count = len(self._owner)
        # Single precision: a distance that is wrong by 1e-5 mm moves no share by more than that.
        matrix = frames.reshape(3 * count, 4).astype(np.float32)
        local = matrix[:, :3] @ columns.astype(np.float32)
        local += matrix[:, 3:]
        np.abs(local, out=local)
        local -= self._half
        np.maximum(local, 0.0, out=local)
        local *= local
        outside = local.reshape(count, 3, -1)
        outside = outside[:, 0] + outside[:, 1] + outside[:, 2]
        np.sqrt(outside, out=outside)
        outside -= self._radius[:, None]
        return np.asarray(np.maximum(outside, 0.0, out=outside))

    def _velocity(self, columns: Array, frames: Array) -> Array:
        mean = self._twists.T @ self._weights(columns, frames)
        turn, slide = mean[:3], mean[3:]
        slide[0] += turn[1] * columns[2] - turn[2] * columns[1]
        slide[1] += turn[2] * columns[0] - turn[0] * columns[2]
        slide[2] += turn[0] * columns[1] - turn[1] * columns[0]
        return slide

    def _flow(self, points: Array, forward: bool) -> Array:
        """Points carried by the flow without the middle bone's motion, in portions."""
        flat = points.reshape(-1, 3)
        portions = [self._flowColumns(flat[start : start + POINTS_AT_ONCE].T, forward).T
                    for start in range(0, len(flat), POINTS_AT_ONCE)]  # fmt: skip
        return np.concatenate(portions).reshape(points.shape) if portions else points.copy()

    def _flowColumns(self, columns: Array, forward: bool) -> Array:
        """Classical Runge-Kutta of fourth order on columns (3, N), forward or backward in time."""
        frames = self._frames if forward else self._frames[::-1]
        step = (1.0 if forward else -1.0) / self._steps
        for index in range(self._steps):
            start, half, end = frames[2 * index], frames[2 * index + 1], frames[2 * index + 2]
            first = self._velocity(columns, start)
            second = self._velocity(columns + 0.5 * step * first, half)
            third = self._velocity(columns + 0.5 * step * second, half)
            fourth = self._velocity(columns + step * third, end)
            columns = columns + step / 6.0 * (first + 2.0 * (second + third) + fourth)
        return columns


def _stepsFor(turnRad: float) -> int:
    wanted = np.ceil(STEPS * (turnRad / np.radians(45.0)) ** 2 - 1e-6)
    return int(np.clip(wanted, FEWEST_STEPS, MOST_STEPS))


def sagittalSpacingMm(bodies: Sequence[RigidBody]) -> float:
    """Distance between the nodes of a grid in the sagittal plane that suits the least deep of the bodies, mm."""
    depthMm = min(2.0 * float(np.median(body.parts[0].halfSizeMm)) for body in bodies)
    return SMALL_BODY_SPACING_MM if depthMm < SMALL_BODY_MM else SAGITTAL_SPACING_MM


def withSkin(bodies: Sequence[RigidBody]) -> list[RigidBody]:
    """The bones with regions that reach farther by SKIN_SHARE of a grid's spacing, with rounded edges."""
    skinMm = SKIN_SHARE * sagittalSpacingMm(bodies)
    return [RigidBody(body.name, tuple(Part(part.partToRAS, part.halfSizeMm, part.radiusMm + skinMm)
                                       for part in body.parts), body.referenceToMoved)
            for body in bodies]  # fmt: skip


def coarserGrid(grid: Grid, spacingMm: float | Sequence[float]) -> tuple[Array, tuple[int, int, int]]:
    """Matrix (4x4) and size of a grid with the same axes and first voxel center, nodes about spacingMm apart.

    spacingMm is one number, or one for each axis. Nodes are never farther apart than asked for along an axis, and the
    last ones lie on the last voxel centers.
    """
    axes = grid.ijkToRAS[:3, :3]
    extent = np.linalg.norm(axes, axis=0) * (np.array(grid.size) - 1)
    counts = np.maximum(np.ceil(extent / np.asarray(spacingMm)).astype(int), 1) + 1
    matrix = grid.ijkToRAS.copy()
    steps = np.where(extent > 0, (np.array(grid.size) - 1) / (counts - 1), 1.0)
    matrix[:3, :3] = axes * steps
    return matrix, (int(counts[0]), int(counts[1]), int(counts[2]))
