"""How much a difference map shows in one region or at each vertebral body: whether a body stayed or moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import CORNER_CODES, Array, Corners, bodyMiddle, cornersOf
from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Compare.Anchor import Anchor
from DynamicSpineLib.Compare.Difference import DifferenceMap
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Planes import fitPlanes
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.VolumeGeometry import RIGHT_RAS, VolumeGeometry

Mask = NDArray[np.bool_]

RIM_MM = 2.0
"""Depth of a body's rim: cortex, endplate and the marrow beside them. The middle of a body looks the same everywhere,
so a body that moved by less than its size shows at its rim only; and what lies outside moved with the neighbors."""

HALF_WIDTH_SHARE = 0.25
"""Half the rim's width to the left and right, as a share of the body's depth: there its outline is still that of the
marked plane, and thick slices do not yet reach the side walls."""

WALL_INSET_SHARE = 0.02
"""Front and back wall of a body are hollow between the corners: the outline is drawn in there by this share of the
body's depth on either side, or soft tissue behind a hollow wall would count as bone."""

LEAST_SEEN = 0.8
"""Share of a region's voxels that both images must show."""


_PLATES = (("SA", "SP"), ("IA", "IP"))


@dataclass(frozen=True)
class RegionDifference:
    """Mean absolute difference over a region, in gray values of the reference and in units of the noise, and the
    number of voxels that it was taken over."""

    grayValue: float
    noiseUnits: float
    voxels: int


def regionDifference(difference: DifferenceMap, region: Mask) -> RegionDifference:
    """Over the voxels of a region (k, j, i) that both images show. Raises InputError where they are fewer than 80 %."""
    seen = region & difference.mask
    count = int(seen.sum())
    if count == 0 or count < LEAST_SEEN * int(region.sum()):
        raise InputError("the region lies outside of what both images show")
    values = np.abs(difference.values[seen], dtype=np.float64)
    return RegionDifference(float(np.mean(values * difference.noise[seen])), float(values.mean()), count)


def bodyDifferences(difference: DifferenceMap, corners: Corners) -> dict[str, RegionDifference]:
    """The difference in the rim of every marked body, cranial to caudal; bodies that are not wholly seen are left out.

    corners: of the reference position, level -> SA, SP, IA, IP -> (3,) RAS mm.
    """
    found = {}
    for level, rim in bodyRims(corners, difference.geometry).items():
        try:
            found[level] = regionDifference(difference, rim)
        except InputError:
            continue
    return found


def bodyRims(corners: Corners, geometry: VolumeGeometry) -> dict[str, Mask]:
    """Masks (k, j, i) of the rim of each body that has a marked endplate: what lies within RIM_MM of the inside of the
    outline through its corners, or of its one marked endplate, in the middle half of its width."""
    rims = {}
    for level in sorted(corners, key=CANONICAL_LEVELS.index):
        own = corners[level]
        normal = _normal(corners, level)
        plates = [(own[front], own[back]) for front, back in _PLATES if {front, back} <= own.keys()]
        if normal is None or not plates:
            continue
        width = HALF_WIDTH_SHARE * float(np.mean([np.linalg.norm(front - back) for front, back in plates]))
        outline = _outline(own, plates, normal)
        edges = range(4) if len(plates) == 2 else (0,)
        rims[level] = _rim(outline, tuple(edges), normal, width, geometry)
    return rims


def heldPoints(case: Case, anchor: Anchor) -> Array:
    """Marks (N, 3), RAS mm, of the held vertebra in the reference position: for `differenceMap`."""
    marks = positionOf(case, anchor.reference).marks
    points = [point for name in marks.landmarks
              if boneOfMark(name) == anchor.level and (point := marks.point(name)) is not None]  # fmt: skip
    return np.array(points, dtype=float).reshape(-1, 3)


def cornersIn(case: Case, position: str) -> dict[str, dict[str, Array]]:
    """The corners of all bodies marked in a position, for `bodyDifferences`."""
    marks = positionOf(case, position).marks
    return cornersOf({name: point for name in marks.landmarks if (point := marks.point(name)) is not None})


def _normal(corners: Corners, level: str) -> Array | None:
    """Unit normal of the plane through the corners of a body and its neighbors; None where they fix none."""
    levels = sorted(corners, key=CANONICAL_LEVELS.index)
    index = levels.index(level)
    near = [corners[other] for other in levels[max(index - 1, 0) : index + 2]]
    points = np.array([own[code] for own in near for code in CORNER_CODES if code in own], dtype=float)
    if len(points) < 3:
        return None
    plane = fitPlanes(points)
    return None if float(plane.widthMm) < 1.0 else np.asarray(plane.normal, dtype=float)


def _outline(own: Mapping[str, Array], plates: list[tuple[Array, Array]], normal: Array) -> Array:
    """Four points (4, 3) around a body, the first two on a marked endplate; of a single one, its bony side."""
    inset = WALL_INSET_SHARE
    if len(plates) == 2:
        ends = [(front + inset * (back - front), back + inset * (front - back)) for front, back in plates]
        return np.array([*ends[0], *ends[1][::-1]])
    front, back = plates[0]
    inward = np.cross(normal, front - back)
    # Anterior x right is caudal, where an upper endplate has its bone.
    caudal = np.cross(front - back, RIGHT_RAS)
    inward *= np.sign(inward @ caudal) * (1.0 if "SA" in own else -1.0) / np.linalg.norm(inward)
    return np.array([front, back, back + RIM_MM * inward, front + RIM_MM * inward])


def _rim(
    outline: Array, edges: tuple[int, ...], normal: Array, halfWidthMm: float, geometry: VolumeGeometry
) -> Mask:
    """Voxels inside a convex outline (4, 3), near one of its edges, and near its plane."""
    mask = np.zeros(geometry.size[::-1], dtype=bool)
    center = bodyMiddle({str(index): point for index, point in enumerate(outline)})
    ends = np.concatenate([outline + halfWidthMm * normal, outline - halfWidthMm * normal])
    indices = geometry.indices(ends)
    low = np.maximum(np.floor(indices.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(indices.max(axis=0)).astype(int) + 1, geometry.size)
    if np.any(high <= low):
        return mask
    k, j, i = np.meshgrid(*(np.arange(low[axis], high[axis]) for axis in (2, 1, 0)), indexing="ij")
    points = np.stack([i, j, k], axis=-1) @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3] - center
    inside = np.abs(points @ normal) <= max(halfWidthMm, 0.5 * geometry.spacingMm[geometry.sliceAxis(normal)])
    depths = []
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        inward = np.cross(normal, end - start)
        inward *= np.sign(inward @ (center - start)) / np.linalg.norm(inward)
        depths.append(points @ inward - (start - center) @ inward)
    inside &= np.min(depths, axis=0) >= 0.0
    inside &= np.min([depths[edge] for edge in edges], axis=0) <= RIM_MM
    mask[low[2] : high[2], low[1] : high[1], low[0] : high[0]] = inside
    return mask
