"""A real volume with known motion applied: bones rigid, soft tissue by the polyrigid field, seen in a new acquisition.

Plain inputs and outputs: voxels (k, j, i), a VolumeGeometry, marks name -> (3,) RAS mm, motions level -> 4x4 RAS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf
from DynamicSpineLib.Anatomy.BoneRegions import rigidBodies
from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid, Part, PolyrigidField
from DynamicSpineLib.Geometry.Rigid import applyTransform, rotationMatrix
from DynamicSpineLib.Study.VolumeGeometry import Vector, VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import Voxels

Array = NDArray[np.float64]

SAGITTAL_AXES = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
"""Columns: the voxel axes of an untilted sagittal series run backward, downward and to the right."""

SOFT_CODES = ("KA", "KP")
"""Marks named after a level that lie on soft tissue (the cord)."""

NOISE_STREAM, SHADING_STREAM = 1, 2


@dataclass(frozen=True)
class Series:
    """How the moved spine is acquired: sagittal, in its own oblique grid.

    tiltDeg: turns of the grid about R, A and S, as one rotation vector. subSlices: samples averaged over the slice's
    thickness. fieldMm: field of view front to back and lengthwise about the bones; None covers all of the source.
    noiseShare: SD of each channel as a share of the source's 99th percentile. shadingShare: half the range of a smooth
    gain. spline: degree of the interpolation of the source (1 linear, 3 cubic B-spline).
    """

    inPlaneMm: float = 0.8
    sliceMm: float = 3.3
    tiltDeg: Vector = (0.0, 0.0, 0.0)
    subSlices: int = 4
    fieldMm: tuple[float, float] | None = None
    noiseShare: float = 0.0
    shadingShare: float = 0.0
    seed: int = 0
    spline: int = 3


@dataclass(frozen=True)
class MovedVolume:
    """The moved volume with its truth: voxels (k, j, i), grid, marks, motion of each bone (4x4, reference to moved)."""

    voxels: Voxels
    geometry: VolumeGeometry
    marks_RAS: dict[str, Array]
    motions: dict[str, Array]
    field: PolyrigidField
    backward: DisplacementGrid


def boneOfMark(name: str, levels: Sequence[str]) -> str | None:
    """The bone that a mark named <Level>_<Code> sits on, among the levels that move; None for soft tissue."""
    parsed = parseLandmarkName(name)
    if parsed is None or parsed.code in SOFT_CODES or parsed.place not in levels:
        return None
    return parsed.place


def moveMarks(marks: Mapping[str, ArrayLike], motions: Mapping[str, Array], field: PolyrigidField) -> dict[str, Array]:
    """Marks of bones carried exactly by their bone, all others by the field."""
    moved = {}
    for name, point in marks.items():
        bone = boneOfMark(name, tuple(motions))
        moved[name] = field.carry(point) if bone is None else applyTransform(point, motions[bone])
    return moved


def moveVolume(
    voxels: NDArray[np.generic], geometry: VolumeGeometry, marks: Mapping[str, ArrayLike],
    motions: Mapping[str, Array], series: Series, processes: Mapping[str, Sequence[Part]] | None = None,
) -> MovedVolume:  # fmt: skip
    """Move a volume by known bone motions, and acquire it anew.

    voxels (k, j, i) of the reference position; marks must hold the corners of every bone in `motions`.
    processes: parts beyond the bodies that move with a bone (BoneRegions.process).
    Raises InputError where a bone has no corners, or the voxels do not fit their geometry.
    """
    if voxels.shape != geometry.size[::-1]:
        raise InputError(f"the volume has {voxels.shape} voxels (k, j, i), but its geometry says {geometry.size[::-1]}")
    corners = cornersOf(marks)
    missing = sorted(set(motions) - set(corners))
    if missing:
        raise InputError(f"{missing[0]} is to move, but its corners are not marked")
    kept = {level: corners[level] for level in corners if level in motions}
    field = PolyrigidField(rigidBodies(kept, motions, processes))
    movedMarks = moveMarks(marks, motions, field)
    about = np.array([movedMarks[f"{level}_{code}"] for level, own in kept.items() for code in own])
    grid = movedGrid(geometry, field, series, about)
    backward = field.displacementGrid(grid, inverse=True)
    values = np.asarray(voxels, dtype=np.float32)
    image = _degraded(_resampled(values, geometry, grid, backward, series), values, series)
    return MovedVolume(image, grid, movedMarks, dict(motions), field, backward)


def movedGrid(source: VolumeGeometry, field: PolyrigidField, series: Series, about_RAS: Array) -> VolumeGeometry:
    """The new grid: sagittal, tilted, over all that the source's content moves to.

    Where the series has a field of view, that is centered in plane on the middle of the extent of `about_RAS` (N, 3).
    """
    steps = [np.linspace(-0.5, count - 0.5, 7) for count in source.size]
    indices = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    moved_RAS = field.carry(affine(indices, source.ijkToRAS))
    axes = rotationMatrix(np.radians(series.tiltDeg)) @ SAGITTAL_AXES
    along = moved_RAS @ axes
    low, high = along.min(axis=0), along.max(axis=0)
    if series.fieldMm is not None:
        inPlane = (about_RAS @ axes)[:, :2]
        middle = 0.5 * (inPlane.min(axis=0) + inPlane.max(axis=0))
        low[:2], high[:2] = middle - 0.5 * np.array(series.fieldMm), middle + 0.5 * np.array(series.fieldMm)
    extent = high - low
    spacing = np.array([series.inPlaneMm, series.inPlaneMm, series.sliceMm])
    size = np.maximum(np.floor(extent / spacing + 1e-6).astype(int), 1)
    origin = axes @ (0.5 * (low + high) - 0.5 * (size - 1) * spacing)
    directions = (_vector(axes[:, 0]), _vector(axes[:, 1]), _vector(axes[:, 2]))
    return VolumeGeometry((int(size[0]), int(size[1]), int(size[2])), _vector(spacing), _vector(origin), directions)


def affine(indices: Array, matrix: NDArray[np.floating]) -> Array:
    """Points (..., 3) carried by any affine 4x4 matrix."""
    return np.asarray(indices @ matrix[:3, :3].T + matrix[:3, 3])


def inverseResidualMm(moved: MovedVolume, points_RAS: ArrayLike) -> Array:
    """Distance (N,) between the way back that the resampling took at points (N, 3) and the integrated one."""
    points = np.asarray(points_RAS, dtype=float)
    taken = sourcePoints(points, moved.backward)
    return np.asarray(np.linalg.norm(taken - moved.field.carryBack(points), axis=-1))


def sourcePoints(points_RAS: Array, backward: DisplacementGrid) -> Array:
    """Where points (N, 3) of the moved position came from, by cubic interpolation of the grid of displacements."""
    from scipy.ndimage import map_coordinates

    nodes = affine(points_RAS, np.linalg.inv(backward.ijkToRAS)).T[::-1]
    shifts = [map_coordinates(backward.displacements_RAS[..., axis], nodes, order=3, mode="mirror")
              for axis in range(3)]  # fmt: skip
    return np.asarray(points_RAS + np.stack(shifts, axis=-1))


def _resampled(
    voxels: Voxels, source: VolumeGeometry, grid: VolumeGeometry, backward: DisplacementGrid, series: Series
) -> Voxels:
    """Slices (k, j, i) of the moved volume, each the mean of sub-slices over its thickness."""
    from scipy.ndimage import map_coordinates, spline_filter

    coefficients = spline_filter(voxels, series.spline, output=np.float32) if series.spline > 1 else voxels
    columns, rows, slices = grid.size
    # The two grids have the same axes, so the interpolation of displacements works axis by axis.
    scale = np.linalg.norm(grid.ijkToRAS[:3, :3], axis=0) / np.linalg.norm(backward.ijkToRAS[:3, :3], axis=0)
    counts = backward.displacements_RAS.shape
    acrossRows = _cubicWeights(counts[1], np.arange(rows) * scale[1])
    acrossColumns = _cubicWeights(counts[2], np.arange(columns) * scale[0])
    offsets = (np.arange(series.subSlices) + 0.5) / series.subSlices - 0.5
    toIJK = np.linalg.inv(source.ijkToRAS)
    image = np.zeros((slices, rows, columns), dtype=np.float32)
    for index in range(slices):
        acrossSlices = _cubicWeights(counts[0], (index + offsets) * scale[2])
        for offset, weights in zip(offsets, acrossSlices, strict=True):
            shift = np.moveaxis(np.tensordot(weights, backward.displacements_RAS, 1), -1, 0)
            shift = np.moveaxis(acrossRows @ shift @ acrossColumns.T, 0, -1)
            nodes = affine(_plane(grid, index + offset) + shift, toIJK)
            image[index] += map_coordinates(
                coefficients, [nodes[..., 2], nodes[..., 1], nodes[..., 0]], order=series.spline, prefilter=False,
                output=np.float32,
            ) / series.subSlices  # fmt: skip
    return np.asarray(np.maximum(image, 0.0))


def _plane(grid: VolumeGeometry, k: float) -> Array:
    """RAS points (rows, columns, 3) of a plane of voxel centers."""
    columns, rows, _ = grid.size
    matrix = grid.ijkToRAS
    across = matrix[:3, 0] * np.arange(columns)[:, None]
    down = matrix[:3, 1] * np.arange(rows)[:, None]
    return np.asarray(down[:, None] + across + matrix[:3, 2] * k + matrix[:3, 3])


def _cubicWeights(count: int, positions: Array) -> Array:
    """Weights (positions, count) of each node of a line in its cubic spline interpolation at the positions."""
    from scipy.ndimage import map_coordinates

    nodes = np.eye(count)
    columns = [map_coordinates(nodes[index], positions[None], order=3, mode="mirror") for index in range(count)]
    return np.stack(columns, axis=-1)


def _degraded(image: Voxels, voxels: Voxels, series: Series) -> Voxels:
    """The image under a smooth gain and with Rician noise; the same for the same seed."""
    result = np.asarray(image, dtype=np.float32)
    if series.shadingShare > 0:
        phases = np.random.default_rng([series.seed, SHADING_STREAM]).uniform(0.0, 2.0 * np.pi, 3)
        waves = [np.cos(np.linspace(0.0, 1.4 * np.pi, count) + phase)
                 for count, phase in zip(result.shape, phases, strict=True)]  # fmt: skip
        gain = 1.0 + series.shadingShare / 3.0 * (waves[0][:, None, None] + waves[1][:, None] + waves[2])
        result = (result * gain).astype(np.float32)
    if series.noiseShare > 0:
        random = np.random.default_rng([series.seed, NOISE_STREAM])
        spread = np.float32(series.noiseShare * np.percentile(voxels, 99.0))
        real, imaginary = random.standard_normal((2, *result.shape), dtype=np.float32) * spread
        result = np.hypot(result + real, imaginary)
    return result


def _vector(values: Array) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))
