"""Coordinates that follow the posed spine, so that the soft tissue around it bends as smoothly as it does.

s: mm along the canal, growing caudally; r: mm in front of the canal's middle (behind it negative); x: mm to the right.
Far from the spine neighboring stations share a point, weighted by nearness, which keeps the field smooth where the
planes of a bent spine would cross.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Phantom.PaintCanvas import Samples, rounded
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Array = NDArray[np.float64]

STATION_STEP_MM = 3.0
BEYOND_MM = 180.0
SHARING_MM, SHARING_PER_MM = 6.0, 0.2
COARSE_PIXELS = 10
PROFILE_STEP_MM = 0.2
THINNING = 8
_PLACE = re.compile(r"^([A-Z][a-z]?\d*)([A-Z]\d+)?([+-]\d+(?:\.\d+)?)?$")


@dataclass(frozen=True)
class SpineCourse:
    """Stations every few mm along the canal, with straight runs beyond both ends: (N, 3) in RAS, s in mm (N,)."""

    center_RAS: Array
    forward_RAS: Array
    right_RAS: Array
    s: Array
    levels: dict[str, float]
    bodyFront: tuple[Array, Array]

    def coordinates(self, points_RAS: Array) -> tuple[Array, Array, Array]:
        """s, r and x of points (M, 3)."""
        origin = self.center_RAS.mean(axis=0)
        points, centers = rounded(points_RAS - origin), rounded(self.center_RAS - origin)
        weight = (centers**2).sum(axis=1) - 2.0 * points @ centers.T
        nearest = weight.min(axis=1, keepdims=True)
        distance = np.sqrt(np.maximum(nearest + (points**2).sum(axis=1, keepdims=True), 0.0))
        weight -= nearest
        weight *= np.float32(-0.5) / np.square(SHARING_MM + SHARING_PER_MM * distance)
        weight = np.exp(weight)
        weight /= weight.sum(axis=1, keepdims=True)
        along = []
        for axis in (rounded(self.forward_RAS), rounded(self.right_RAS)):
            offset = weight @ (centers * axis).sum(axis=1)
            along.append((points * (weight @ axis)).sum(axis=1) - offset)
        return weight @ rounded(self.s), along[0], along[1]

    def place(self, name: str) -> float:
        """s of a place: a level's middle ("L4"), between two ("L4L5"), each with mm caudally ("S1+20", "Oc-15")."""
        found = _PLACE.match(name)
        if not found or found[1] not in self.levels or (found[2] or found[1]) not in self.levels:
            raise JobError(f"the phantom's tissue data name the place '{name}', which this spine does not have")
        return 0.5 * (self.levels[found[1]] + self.levels[found[2] or found[1]]) + float(found[3] or 0.0)

    def profile(self, knots: Sequence[Sequence[str | float]], column: int) -> tuple[Array, Array]:
        """Places and values of one column of a table [[place, value, ...], ...], sorted along the spine."""
        rows = sorted((self.place(str(row[0])), float(row[column])) for row in knots)
        return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


def spineCourse(posed: PosedSpine) -> SpineCourse:
    """The course of a posed spine's canal."""
    stations = posed.stations
    steps = np.linalg.norm(np.diff(stations.center_RAS, axis=0), axis=1)
    s = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0.0, s[-1], max(2, round(s[-1] / STATION_STEP_MM) + 1))
    center = _resampled(at, s, stations.center_RAS)
    forward = _unit(_resampled(at, s, stations.anteriorWall_RAS - stations.posteriorWall_RAS))
    right = _unit(_resampled(at, s, stations.right_RAS))
    step = at[1] - at[0]
    beyond = step * np.arange(1, round(BEYOND_MM / step) + 1)
    up = _unit(center[0] - center[min(8, len(at) - 1)])
    down = _unit(center[-1] - center[max(-8, -len(at))])
    center = np.vstack([center[0] + np.outer(beyond[::-1], up), center, center[-1] + np.outer(beyond, down)])
    count = len(beyond)
    spread = [np.vstack([np.tile(v[0], (count, 1)), v, np.tile(v[-1], (count, 1))]) for v in (forward, right)]
    full = np.concatenate([-beyond[::-1], at, at[-1] + beyond])
    course = SpineCourse(center, spread[0], spread[1], full, {}, (np.zeros(1), np.zeros(1)))
    origins = np.array([posed.boneToRAS[level][:3, 3] for level in posed.bones])
    places = course.coordinates(origins)[0]
    levels = dict(zip(posed.bones, map(float, places), strict=True))
    return replace(course, levels=levels, bodyFront=_bodyFront(course, posed))


def _bodyFront(course: SpineCourse, posed: PosedSpine) -> tuple[Array, Array]:
    """How far in front of the canal's middle the front of the bones lies, along the spine."""
    points: list[Array] = []
    for level, bone in posed.bones.items():
        known = {**bone.points, **bone.corners}
        front = [known[code] for code in ("AC", "SA", "IA") if code in known]
        points.extend(posed.boneToRAS[level][:3, 1:3] @ np.array(p) + posed.boneToRAS[level][:3, 3] for p in front)
    if not points:
        return np.zeros(1), np.zeros(1)
    s, r, _ = course.coordinates(np.array(points))
    order = np.argsort(s)
    return s[order], r[order]


def _resampled(at: Array, s: Array, values: Array) -> Array:
    return np.column_stack([np.interp(at, s, column) for column in values.T])


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


@dataclass(frozen=True)
class SliceCoordinates:
    """s, r, x (slices, rows, columns) at the middle of every slice of a volume, and the pixel size in mm.

    step: whole number of profile steps from `places[0]` to each s, where profiles are looked up.
    """

    s: Samples
    r: Samples
    x: Samples
    step: NDArray[np.int32]
    places: Array
    pixelMm: float

    def at(self, knots: tuple[Array, Array]) -> Samples:
        """A profile along the spine, looked up at every voxel."""
        return np.take(rounded(np.interp(self.places, *knots)), self.step)

    def part(self, box: tuple[slice, ...]) -> SliceCoordinates:
        """The same coordinates in a box of voxels."""
        return replace(self, s=self.s[box], r=self.r[box], x=self.x[box], step=self.step[box])

    def boxWithin(self, limits: Sequence[tuple[float, float]], mirrored: bool) -> tuple[slice, ...] | None:
        """A box that holds all voxels within limits of s, r and x (of |x| if mirrored); None if there are none."""
        thinned = (slice(None), slice(None, None, THINNING), slice(None, None, THINNING))
        margin = 1.5 * THINNING * self.pixelMm
        x = np.abs(self.x[thinned]) if mirrored else self.x[thinned]
        inside = np.ones(x.shape, dtype=bool)
        for field, (low, high) in zip((self.s[thinned], self.r[thinned], x), limits, strict=True):
            inside &= (field > low - margin) & (field < high + margin)
        box = []
        for axis, (count, thinning) in enumerate(zip(self.s.shape, (1, THINNING, THINNING), strict=True)):
            touched = np.flatnonzero(inside.any(axis=tuple(other for other in range(3) if other != axis)))
            if not len(touched):
                return None
            box.append(slice(max(0, (touched[0] - 1) * thinning), min(count, (touched[-1] + 2) * thinning)))
        return tuple(box)


def sliceCoordinates(course: SpineCourse, geometry: VolumeGeometry) -> SliceCoordinates:
    """Spine coordinates of a volume: exact on a coarse grid in every slice, linear between."""
    columns, rows, slices = geometry.size
    coarseRows, spreadRows = _coarse(rows)
    coarseColumns, spreadColumns = _coarse(columns)
    k, j, i = np.meshgrid(np.arange(slices), coarseRows, coarseColumns, indexing="ij")
    indices = np.stack([i, j, k], axis=-1).reshape(-1, 3)
    matrix = geometry.ijkToRAS
    fields = course.coordinates(indices @ matrix[:3, :3].T + matrix[:3, 3])
    s, r, x = (spreadRows @ rounded(field).reshape(k.shape) @ spreadColumns.T for field in fields)
    low = float(np.floor(s.min()))
    step = ((s - np.float32(low)) * np.float32(1.0 / PROFILE_STEP_MM)).astype(np.int32)
    places = low + PROFILE_STEP_MM * np.arange(int(step.max()) + 1, dtype=float)
    return SliceCoordinates(s, r, x, step, places, float(geometry.spacingMm[0]))


def _coarse(count: int) -> tuple[Array, Samples]:
    """Coarse positions along an axis of `count` voxels, and the matrix that interpolates linearly between them."""
    coarse = np.linspace(0.0, count - 1.0, max(2, count // COARSE_PIXELS))
    at = np.arange(count) / (coarse[1] - coarse[0])
    return coarse, rounded(np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(len(coarse)))))
