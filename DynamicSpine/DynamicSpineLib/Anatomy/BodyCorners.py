"""Vertebral bodies by the corners marked on them: levels in order, segments, and the axes that the corners give.

`corners` maps level -> corner code (SA, SP, IA, IP) -> (3,) RAS mm.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, areNeighbors, splitSegment
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Planes import fitPlanes, framesInPlanes, unit3

Array = NDArray[np.float64]
Corners = Mapping[str, Mapping[str, Array]]

CORNER_CODES = ("SA", "SP", "IA", "IP")
_PLATES = (("SA", "SP"), ("IA", "IP"))


def cornersOf(marks: Mapping[str, ArrayLike]) -> dict[str, dict[str, Array]]:
    """The corners among marks named <Level>_<Code>, by level from cranial to caudal. Other marks are left out."""
    found: dict[str, dict[str, Array]] = {}
    for level in CANONICAL_LEVELS:
        corners = {code: np.asarray(marks[f"{level}_{code}"], dtype=float)
                   for code in CORNER_CODES if f"{level}_{code}" in marks}  # fmt: skip
        if corners:
            found[level] = corners
    return found


def segmentsOf(corners: Corners) -> tuple[str, ...]:
    """Names of the segments between neighboring levels, cranial to caudal.

    Raises InputError where fewer than two levels are marked or a level between is missing.
    """
    levels = sorted(corners, key=CANONICAL_LEVELS.index)
    if len(levels) < 2:
        raise InputError("a motion needs the corners of at least two bones")
    for upper, lower in pairwise(levels):
        if not areNeighbors(upper, lower):
            raise InputError(f"the corners of the bones between {upper} and {lower} are missing")
    return tuple(upper + lower for upper, lower in pairwise(levels))


def segmentAxes(corners: Corners, segment: str) -> Array:
    """Rows left, cranial, anterior (3, 3) of a segment's lower bone, in the plane fitted to all corners of both bones.

    Raises InputError where the corners fix no plane.
    """
    upper, lower = bonesOf(segment)
    points = np.array([*corners[upper].values(), *corners[lower].values()], dtype=float)
    plane = fitPlanes(points)
    plates = [corners[lower][front] - corners[lower][back]
              for front, back in _PLATES if {front, back} <= corners[lower].keys()]  # fmt: skip
    if not plates or len(points) < 4 or plane.widthMm < 0.5:
        raise InputError(f"the corners of {segment} do not say where its front and top are")
    anterior = np.sum([unit3(plate) for plate in plates], axis=0)
    cranial = bodyMiddle(corners[upper]) - bodyMiddle(corners[lower])
    frames = framesInPlanes(plane.centroid, plane.normal, anterior, cranial)
    return np.stack([frames.left, frames.cranial, frames.anterior])


def bodyBasis(corners: Mapping[str, Array], left: Array) -> tuple[Array, Array, Array]:
    """Middle of a body, its forward vector as long as its depth, its upward vector as long as its mean height.

    corners: all four of one body. left: unit vector square to the sagittal plane.
    """
    depth = 0.5 * (corners["SA"] + corners["IA"] - corners["SP"] - corners["IP"])
    height = 0.5 * (np.linalg.norm(corners["SA"] - corners["IA"]) + np.linalg.norm(corners["SP"] - corners["IP"]))
    # Anterior x left is cranial: (left, cranial, anterior) is right-handed.
    up = height * unit3(np.cross(depth, left))
    return bodyMiddle(corners), depth, up


def bodyMiddle(corners: Mapping[str, Array]) -> Array:
    """Mean (3,) of the marked corners of one body."""
    return np.asarray(np.mean(np.array(list(corners.values())), axis=0))


def bonesOf(segment: str) -> tuple[str, str]:
    """The upper and the lower level of a segment. Raises InputError for a name that is no segment."""
    pair = splitSegment(segment)
    if pair is None:
        raise InputError(f"'{segment}' is no segment of the spine")
    return pair.upper, pair.lower
