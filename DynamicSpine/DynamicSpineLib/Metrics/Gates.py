"""Conditions under which a value may be given at all; what they block is notAvailable, with a reason code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain, spineRegionOf
from DynamicSpineLib.Geometry.Planar import isThere
from DynamicSpineLib.Geometry.Planes import Frames, fitPlanes
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.PointTable import Array, PointTable
from DynamicSpineLib.Study.Case import NATIVE, Case
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS

Mask = NDArray[np.bool_]

REASON_OF_NEED = {
    "gravity": "noGravity",
    "upright": "notDefinedHere",
    "recumbent": "notDefinedHere",
    "foramenPlane": "wrongPlane",
    "nativeSegment": "notNative",
    "rotation": "belowRotation",
    "excursion": "belowExcursion",
}
"""The reason code written where a need is not met."""


FORAMEN_CODES = ("FS", "FI", "FA", "FP", "FAS", "FPS")
"""The points of a foramen."""


def recumbent(case: Case) -> Mask:
    """True (P,) for lying positions."""
    return np.array([position.isRecumbent for position in case.positions], dtype=bool)


def gravityDirections(case: Case) -> Array:
    """Directions of gravity (P, 3) in RAS; NaN where not known."""
    nothing = (np.nan, np.nan, np.nan)
    return np.array([position.gravityDirection_RAS or nothing for position in case.positions]).reshape(-1, 3)


def nativeSegments(case: Case) -> Mask:
    """True (S,) for segments that nobody operated on and that are not block vertebrae."""
    return np.array([case.segmentStatus(item.name) == NATIVE for item in case.chain.segments], dtype=bool)


def bentSideways(case: Case) -> Mask:
    """True (P,) for side-bent and rotated positions, where one sagittal plane does not hold."""
    return np.array([position.bend in BENT_SIDEWAYS for position in case.positions], dtype=bool)


def statePositionsBlocked(case: Case, need: str) -> Mask:
    """True (P,) where a need of a state metric is not met by the position."""
    if need == "recumbent":
        return ~recumbent(case)
    if need == "upright":
        return recumbent(case)
    if need == "gravity":
        return ~isThere(gravityDirections(case))
    return np.zeros(len(case.positions), dtype=bool)


def foramenPlanesBlocked(chain: Chain, table: PointTable, frames: Frames, outlineNormals: Array) -> Mask:
    """True (P, S, 2) where a cervical foramen was marked in a plane too far from square to its axis.

    The plane is that of the outline, else of the foramen's points; the axis points 45 degrees from the front to its
    own side, in the segment's frame. A plane that cannot be told counts as wrong.
    """
    cervical = np.array([spineRegionOf(item.upper) in ("craniocervical", "cervical") for item in chain.segments])
    if not cervical.any():
        return np.zeros((len(table.positionIds), len(chain.segments), 2), dtype=bool)
    points = np.stack([table.sided[code] for code in FORAMEN_CODES], axis=-2)
    fit = fitPlanes(points)
    own = np.where((fit.count >= 3)[..., None] & (fit.widthMm > 0.5)[..., None], fit.normal, np.nan)
    normal = np.where(np.isfinite(outlineNormals), outlineNormals, own)
    angle = np.radians(limit("cervicalForamenAxisDeg"))
    toSide = np.array([1.0, -1.0])[:, None] * frames.left[..., None, :]
    axis = np.cos(angle) * frames.anterior[..., None, :] + np.sin(angle) * toSide
    aligned = np.abs((normal * axis).sum(axis=-1)) >= np.cos(np.radians(limit("foramenTiltDeg")))
    return cervical[:, None] & ~aligned


@dataclass(frozen=True)
class CaseConstants:
    """What a case fixes whatever its marks: directions of gravity (P, 3) in RAS, the smallest summed rotation (S,) for
    shares, and the regions whose rotation is summed, as columns of all their segments and of the native ones."""

    gravity_RAS: Array
    shares: tuple[tuple[list[int], list[int]], ...]
    leastExcursions: Array

    def regionSums(self, rotation: Array) -> Array:
        """For segments (..., Q, S) the summed rotation of their region's native levels, C2-C7 or L1-S1.

        NaN outside the regions, and in a region with a native level that has no rotation: a sum over fewer levels would
        make every share too large.
        """
        sums = np.full(rotation.shape, np.nan)
        for inside, counted in self.shares:
            sums[..., inside] = rotation[..., counted].sum(axis=-1, keepdims=True)
        return sums


def caseConstants(case: Case) -> CaseConstants:
    """The constants of a case."""
    native = nativeSegments(case)
    names = [segment.name for segment in case.chain.segments]
    shares, least = [], np.full(len(names), np.inf)
    for region in case.chain.regions:
        if region.name != "OcC2":
            inside = [names.index(segment.name) for segment in case.chain.segmentsWithin(region)]
            least[inside] = limit(f"leastExcursion{region.name}Deg")
            counted = [index for index in inside if native[index]]
            if counted:
                shares.append((inside, counted))
    return CaseConstants(gravityDirections(case), tuple(shares), least)
