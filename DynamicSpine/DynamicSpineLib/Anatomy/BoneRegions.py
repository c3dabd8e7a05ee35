"""The part of space that moves with each bone of a marked spine: its body, its arch, and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.BodyCorners import Array, Corners, segmentAxes, segmentsOf
from DynamicSpineLib.Geometry.PolyrigidField import Part, RigidBody, box, capsule

WIDTH_SHARE = 1.3
"""Width of a body as a share of its depth: endplates of the cervical and lumbar spine are 1.1 to 1.6 times as wide as
deep (Panjabi et al., Spine 1991;16:888 and 1992;17:299)."""

HALF_OVERLAP = 0.55
"""Each endplate carries a slab this share of the body's height thick, so the two overlap in the middle of a wedge."""

SINGLE_PLATE_SHARE = 0.7
"""Thickness, as a share of the endplate's length, of the slab of a bone that has one marked endplate."""

PEDICLE_APART, PEDICLE_RADIUS = 0.38, 0.12
"""Place of each pedicle off the midline, and its radius, as shares of the body's width and depth."""


def rigidBodies(
    corners: Corners, motions: Mapping[str, Array], processes: Mapping[str, Sequence[Part]] | None = None,
    widthShare: float = WIDTH_SHARE,
) -> list[RigidBody]:  # fmt: skip
    """Every marked bone with its region and motion (4x4, RAS), cranial to caudal.

    processes: further parts by level (spinous process first; see `process`), which move with the bone.
    """
    segments = segmentsOf(corners)
    levels = list(corners)
    others = processes or {}
    bodies = []
    for index, level in enumerate(levels):
        axes = segmentAxes(corners, segments[min(index, len(segments) - 1)])
        parts = bodyParts(corners[level], axes[0], widthShare)
        own = tuple(others.get(level, ()))
        if own and set(corners[level]) >= {"SP", "IP"}:
            parts += _pedicles(corners[level], axes[0], own[0], widthShare)
        bodies.append(RigidBody(level, parts + own, np.asarray(motions[level])))
    return bodies


def process(points_RAS: Sequence[Sequence[float]], radiusMm: float) -> tuple[Part, ...]:
    """Capsules along a line of points: a spinous process from lamina to tip, or bones that continue the chain."""
    return tuple(capsule(start, end, radiusMm) for start, end in pairwise(points_RAS))


def processesFrom(regions: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[Part, ...]]:
    """Further parts by level from data: level -> rods, each with `points` (two or more, RAS mm) and `radiusMm`."""
    return {
        level: tuple(part for rod in rods for part in process(rod["points"], rod["radiusMm"]))
        for level, rods in regions.items()
    }


def bodyParts(corners: Mapping[str, Array], left: Array, widthShare: float = WIDTH_SHARE) -> tuple[Part, ...]:
    """A slab on the inner side of each marked endplate; together they fill the body and hold its corners.

    left: unit vector square to the sagittal plane.
    """
    plates = [(corners[front], corners[back], side) for front, back, side in (("SA", "SP", -1.0), ("IA", "IP", 1.0))
              if {front, back} <= corners.keys()]  # fmt: skip
    lengths = [float(np.linalg.norm(front - back)) for front, back, _ in plates]
    if len(plates) == 2:
        heights = [float(np.linalg.norm(plates[0][end] - plates[1][end])) for end in (0, 1)]
        thickness = HALF_OVERLAP * sum(heights) / 2.0
    else:
        thickness = SINGLE_PLATE_SHARE * lengths[0]
    width = widthShare * max(lengths)
    return tuple(_slab(front, back, left, side * thickness, width) for front, back, side in plates)


def _slab(front: Array, back: Array, left: Array, thicknessMm: float, widthMm: float) -> Part:
    """A box under an endplate, as thick as told towards cranial (negative: towards caudal)."""
    along = front - back - ((front - back) @ left) * left
    # Anterior x left is cranial.
    cranial = np.cross(along, left) / np.linalg.norm(along)
    middle = 0.5 * (front + back)
    edges = np.stack([along, widthMm * left, thicknessMm * cranial])
    return box(middle - 0.5 * (edges[0] + edges[1]), edges)


def _pedicles(corners: Mapping[str, Array], left: Array, spinous: Part, widthShare: float) -> tuple[Part, Part]:
    """Two rods from the upper third of the body's back to the sides of the lamina, where the spinous process begins."""
    depth = float(np.linalg.norm(corners["SA"] - corners["SP"])) if "SA" in corners else 1.0
    start = corners["SP"] + (corners["IP"] - corners["SP"]) / 3.0
    lamina = spinous.partToRAS[:3, 3] - spinous.halfSizeMm[0] * spinous.partToRAS[:3, 0]
    aside = PEDICLE_APART * widthShare * depth * left
    radius = PEDICLE_RADIUS * depth
    return (capsule(start + aside, lamina + aside, radius), capsule(start - aside, lamina - aside, radius))
