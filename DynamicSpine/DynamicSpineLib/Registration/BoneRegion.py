"""The part of an image that surely moves with one bone: its body with the dark rim around it, and no neighbor.

A region is a set of shapes in the bone's own sagittal plane, each with a half width to both sides. Frames are
(left, cranial, anterior) about the bone's center; marks are landmark name -> (3,) RAS mm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.CarriedBone import FEWEST_POINTS

Array = NDArray[np.float64]

OUTLINE_CODES = ("SA", "SP", "IP", "IA")
"""Round the body's outline."""

HALF_WIDTH_SHARE = 0.5
"""Half width of the region as a share of the body's depth: bodies are 1.1 to 1.6 times as wide as deep (Panjabi et al.,
Spine 1991;16:888 and 1992;17:299), and their sides are round."""

PLATE_DEPTH_SHARE = 0.7
"""Height of the region under a lone endplate, as a share of its length."""

RIM_MM, FADE_MM = 1.0, 1.0
"""The region reaches this far beyond the corners' outline at full weight, and this much farther with falling weight:
the dark line of cortex and endplate is the bone's, and the edge is what tells where it is."""

ROUNDING_MM = 1e-6
"""What a box is wider than what it holds."""


@dataclass(frozen=True)
class Shape:
    """A polygon (N, 2) of (cranial, anterior) in mm about the bone's center; a path of round rods where radiusMm > 0.

    halfWidthMm: how far the region reaches to the left and to the right.
    """

    outline: Array
    halfWidthMm: float
    radiusMm: float = 0.0

    @property
    def areaMm2(self) -> float:
        """Area in the sagittal plane."""
        x, y = self.outline.T
        if self.radiusMm > 0:
            return float(np.hypot(np.diff(x), np.diff(y)).sum() * 2.0 * self.radiusMm + np.pi * self.radiusMm**2)
        return float(0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


@dataclass(frozen=True)
class BoneRegion:
    """A bone in its reference position.

    center_RAS (3,); axes (3, 3): rows left, cranial, anterior in RAS; ownMarks: its points (N, 3) RAS by name.
    body: voxels (k, j, i) of the reference image that a segmentation gives to the bone's body, where there is one.
    """

    level: str
    center_RAS: Array
    axes: Array
    shapes: tuple[Shape, ...]
    ownMarks: Mapping[str, Array]
    body: NDArray[np.bool_] | None = None

    @property
    def points_RAS(self) -> Array:
        """The bone's own marks (N, 3)."""
        return np.array(list(self.ownMarks.values()))

    @property
    def reachMm(self) -> float:
        """Radius about the center that holds the whole region."""
        far = max(float(np.linalg.norm(shape.outline, axis=1).max()) + shape.radiusMm for shape in self.shapes)
        return far + RIM_MM + FADE_MM

    @property
    def hasBody(self) -> bool:
        """True where the bone shows a body, and not only rods and arches."""
        return any(shape.radiusMm == 0.0 for shape in self.shapes)

    @property
    def sizeMm(self) -> float:
        """Radius of a disc as large as the region in the sagittal plane."""
        return float(np.sqrt(sum(shape.areaMm2 for shape in self.shapes) / np.pi))

    def local(self, points_RAS: ArrayLike) -> Array:
        """Points (..., 3) in the bone's own frame: left, cranial, anterior in mm."""
        return (np.asarray(points_RAS, dtype=float) - self.center_RAS) @ self.axes.T

    def box(self, beyondMm: float) -> Array:
        """Least and most (3, 2) of left, cranial and anterior of what lies no farther than that outside the outline."""
        width = max(shape.halfWidthMm for shape in self.shapes)
        around = max(beyondMm, 0.0) + ROUNDING_MM
        low = np.min([shape.outline.min(axis=0) - shape.radiusMm for shape in self.shapes], axis=0) - around
        high = np.max([shape.outline.max(axis=0) + shape.radiusMm for shape in self.shapes], axis=0) + around
        return np.array([(-width - ROUNDING_MM, width + ROUNDING_MM), *zip(low, high, strict=True)])

    def outsideMm(self, local: Array) -> Array:
        """Signed distance (N,) of points (N, 3) in the bone's frame to its outline; infinite beyond its width."""
        distance = np.full(len(local), np.inf)
        for shape in self.shapes:
            within = np.abs(local[:, 0]) <= shape.halfWidthMm
            own = _distance(local[within, 1:], shape)
            distance[within] = np.minimum(distance[within], own)
        return distance

    def weights(self, local: Array, rimMm: float = RIM_MM, fadeMm: float = FADE_MM) -> Array:
        """Weight (N,) from 0 to 1 of points (N, 3) in the bone's frame."""
        return np.clip((rimMm + fadeMm - self.outsideMm(local)) / fadeMm, 0.0, 1.0)


def boneRegions(
    marks_RAS: Mapping[str, ArrayLike], chain: Chain, across_RAS: ArrayLike, mostHalfWidthMm: float = np.inf
) -> dict[str, BoneRegion]:
    """The region of every level of the chain whose marks show it: two corners, or two points of Oc, C1 and dens.

    across_RAS: unit vector through the slices, the sagittal planes' normal where the marks do not tell it.
    mostHalfWidthMm: the regions reach no farther to the sides, for images that show no more.
    """
    own = {level: _bonePoints(level, marks_RAS) for level in chain.levels}
    marked = {level: points for level, points in own.items() if len(points) >= FEWEST_POINTS}
    regions = {}
    for index, level in enumerate(chain.levels):
        if level not in marked:
            continue
        near = [marked[other] for other in chain.levels[max(index - 1, 0) : index + 2] if other in marked]
        region = _region(level, marked[level], near, np.asarray(across_RAS, dtype=float))
        if region is not None:
            narrow = tuple(replace(item, halfWidthMm=min(item.halfWidthMm, mostHalfWidthMm)) for item in region.shapes)
            regions[level] = replace(region, shapes=narrow)
    return regions


_SKULL = ("BA", "CL", "OP")
_ATLAS = ("AAP", "PAA", "AC", "PC")
_DENS = ("DT", "DP", "DA", "DQ")


def _bonePoints(level: str, marks_RAS: Mapping[str, ArrayLike]) -> dict[str, Array]:
    codes = {"Oc": _SKULL, "C1": _ATLAS, "C2": (*OUTLINE_CODES, *_DENS)}.get(level, OUTLINE_CODES)
    return {code: np.asarray(marks_RAS[f"{level}_{code}"], dtype=float)
            for code in codes if f"{level}_{code}" in marks_RAS}  # fmt: skip


def _region(level: str, points: dict[str, Array], near: Sequence[dict[str, Array]], across: Array) -> BoneRegion | None:
    directions = _directions(level, points)
    if directions is None:
        return None
    normal = _planeNormal([point for one in near for point in one.values()], across)
    anterior = directions - (directions @ normal) * normal
    anterior /= np.linalg.norm(anterior)
    axes = np.stack([normal, np.cross(anterior, normal), anterior])
    center = np.mean(list(points.values()), axis=0)
    flat = {code: (axes[1:] @ (point - center)) for code, point in points.items()}
    shapes = {"Oc": _skullShapes, "C1": _atlasShapes, "C2": _axisShapes}.get(level, _bodyShapes)(flat)
    named = {f"{level}_{code}": point for code, point in points.items()}
    return BoneRegion(level, center, axes, shapes, named) if shapes else None


def _directions(level: str, points: Mapping[str, Array]) -> Array | None:
    """A vector toward the front, from the bone's own points."""
    pairs = {"Oc": (("BA", "OP"), ("CL", "OP")), "C1": (("AAP", "PAA"), ("AC", "PC"), ("AC", "PAA"))}.get(
        level, (("SA", "SP"), ("IA", "IP"))
    )
    found = [points[front] - points[back] for front, back in pairs if front in points and back in points]
    if found:
        return np.asarray(np.mean(found, axis=0))
    if level == "C2" and {"DA", "DP"} <= points.keys():
        return points["DA"] - points["DP"]
    return None


def _planeNormal(points: Sequence[Array], across: Array) -> Array:
    """Left-pointing normal of the plane through marks, held near the slices' normal as far as the marks are few."""
    flat = np.array(points) - np.mean(points, axis=0)
    left = across if across @ np.array([-1.0, 0.0, 0.0]) >= 0 else -across
    spread = flat.T @ flat
    # The slices' normal counts as marks that lie 0.7 mm in depth per 10 mm: noise of a slice, not of the marks.
    spread += 25.0 * (np.eye(3) - np.outer(left, left))
    normal = np.linalg.eigh(spread)[1][:, 0]
    return np.asarray(normal if normal @ left >= 0 else -normal)


def _bodyShapes(flat: Mapping[str, Array]) -> tuple[Shape, ...]:
    corners = {code: flat[code] for code in OUTLINE_CODES if code in flat}
    plates = [(front, back) for front, back in (("SA", "SP"), ("IA", "IP")) if front in corners and back in corners]
    if not plates:
        return ()
    depth = max(float(np.linalg.norm(corners[front] - corners[back])) for front, back in plates)
    if len(corners) == 4:
        outline = np.array([corners[code] for code in OUTLINE_CODES])
    else:
        front, back = plates[0]
        outline = _plateOutline(corners[front], corners[back], -1.0 if front == "SA" else 1.0, depth)
    return (Shape(outline, HALF_WIDTH_SHARE * depth),)


def _plateOutline(front: Array, back: Array, way: float, depth: float) -> Array:
    """A slab under a lone endplate; way: -1 below it, +1 above it."""
    along = (front - back) / np.linalg.norm(front - back)
    inward = way * np.array([along[1], -along[0]])
    drop = PLATE_DEPTH_SHARE * depth * inward
    return np.array([front, back, back + drop, front + drop])


def _axisShapes(flat: Mapping[str, Array]) -> tuple[Shape, ...]:
    """C2: a slab over its lower endplate, and a rod up to the dens tip."""
    shapes = list(_bodyShapes(flat))
    dens = [flat[code] for code in ("DP", "DA", "DQ") if code in flat]
    foot = [flat[code] for code in ("IA", "IP") if code in flat]
    if "DT" in flat and foot:
        base = np.mean(foot, axis=0)
        top = flat["DT"] + 4.0 * (base - flat["DT"]) / np.linalg.norm(base - flat["DT"])
        path = [top, np.mean(dens, axis=0), 0.4 * top + 0.6 * base] if len(dens) > 1 else [top, 0.4 * top + 0.6 * base]
        shapes.append(Shape(np.array(path), 5.0, 4.0))
    elif len(dens) > 1:
        shapes.append(Shape(np.array(dens), 5.0, 3.0))
    return tuple(shapes)


def _atlasShapes(flat: Mapping[str, Array]) -> tuple[Shape, ...]:
    """C1: its front arch before the joint with the dens, and its back arch."""
    shapes = []
    for center, surface, way in (("AC", "AAP", 1.0), ("PC", "PAA", -1.0)):
        place = flat.get(center)
        if place is None and surface in flat:
            place = flat[surface] + np.array([0.0, 3.0 * way])
        if place is not None:
            shapes.append(Shape(np.array([place, place]), 5.0, 3.5))
    return tuple(shapes)


def _skullShapes(flat: Mapping[str, Array]) -> tuple[Shape, ...]:
    """Oc: the clivus down to the basion, and the rim behind the foramen magnum."""
    shapes = []
    if "BA" in flat and "CL" in flat:
        shapes.append(Shape(np.array([flat["BA"], flat["CL"]]), 8.0, 4.0))
    elif "BA" in flat:
        shapes.append(Shape(np.array([flat["BA"], flat["BA"]]), 6.0, 4.0))
    if "OP" in flat:
        shapes.append(Shape(np.array([flat["OP"], flat["OP"]]), 6.0, 4.0))
    return tuple(shapes)


def _distance(flat: Array, shape: Shape) -> Array:
    """Signed distance (N,) of points (N, 2) to a shape, negative inside."""
    starts = shape.outline
    ends = np.roll(starts, -1, axis=0)
    if shape.radiusMm > 0:
        starts, ends = shape.outline[:-1], shape.outline[1:]
    along = ends - starts
    offset = flat[:, None, :] - starts
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip((offset * along).sum(axis=2) / length, 0.0, 1.0)
    nearest = np.sqrt(((offset - share[..., None] * along) ** 2).sum(axis=2)).min(axis=1)
    if shape.radiusMm > 0:
        return np.asarray(nearest - shape.radiusMm)
    return np.where(_inside(flat, shape.outline), -nearest, nearest)


def _inside(flat: Array, outline: Array) -> NDArray[np.bool_]:
    """True (N,) where points (N, 2) lie inside a polygon (even-odd rule)."""
    inside = np.zeros(len(flat), dtype=bool)
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        crosses = (start[0] > flat[:, 0]) != (end[0] > flat[:, 0])
        with np.errstate(divide="ignore", invalid="ignore"):
            at = start[1] + (flat[:, 0] - start[0]) / (end[0] - start[0]) * (end[1] - start[1])
        inside ^= crosses & (flat[:, 1] < at)
    return inside
