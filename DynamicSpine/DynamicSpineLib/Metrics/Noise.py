"""How far a placed point may lie from the truth: SD by point class, and the directions that count."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Landmarks import LandmarkDefinition, LandmarkName, definitionAt
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

ASSUMED, FROM_CASE, FROM_REPEATS, FROM_TRANSFORM, FROM_EDGE = "assumed", "case", "repeat", "transform", "edge"
_CANAL_LINE_CODES, _CANAL_LINE_ENDS = ("KA", "KP", "TA", "TP"), ("CA", "CP")
"""Marks of cord and sac lie on the line between the canal's borders at their level."""


@dataclass(frozen=True)
class NoiseModel:
    """SD in mm per axis by point class, with where each came from (assumed, case or repeat).

    curveLocalShare: the part of an outline's SD that is independent from control point to control point.
    """

    sdMm: Mapping[str, float]
    source: Mapping[str, str]
    curveLocalShare: float
    throughPlaneWithoutVolumeMm: float


def noiseModel(case: Case, repeatSdMm: Mapping[str, float] | None = None) -> NoiseModel:
    """The case's noise: from repeat readings where given, else as the case states it, else the assumed figures."""
    data = packageData("Noise", "pointClasses.json")
    sd = {entry["id"]: float(entry["sdMm"]) for entry in data["classes"]}
    source = dict.fromkeys(sd, ASSUMED)
    if case.landmarkSdMm is not None:
        sd, source = dict.fromkeys(sd, case.landmarkSdMm), dict.fromkeys(sd, FROM_CASE)
    for stated, origin in ((case.noise, FROM_CASE), (repeatSdMm or {}, FROM_REPEATS)):
        for pointClass in sd.keys() & stated.keys():
            sd[pointClass], source[pointClass] = float(stated[pointClass]), origin
    return NoiseModel(sd, source, data["curveLocalShare"], data["throughPlaneWithoutVolumeMm"])


def sliceNoise(geometry: VolumeGeometry | None, withoutVolumeMm: float) -> tuple[Array, float]:
    """Unit direction through the slices and the SD along it: slice spacing / sqrt(12) for a uniform error.

    Without a volume the direction is the patient's left-right axis and the SD as given: neither may depend on which
    other points are placed.
    """
    towardRight_RAS = np.array([1.0, 0.0, 0.0])
    if geometry is None:
        return towardRight_RAS, withoutVolumeMm
    axis = geometry.sliceAxis(towardRight_RAS)
    return np.array(geometry.directions_RAS[axis]), geometry.spacingMm[axis] / math.sqrt(12.0)


def errorShape(
    name: LandmarkName, definition: LandmarkDefinition, sdMm: float, across_RAS: Array | None,
    slices: tuple[Array, float],
) -> Array:  # fmt: skip
    """Symmetric square root (3, 3) of a point's error covariance, in RAS mm.

    An edge point errs only across its edge (`across_RAS`, a unit vector; its error along the edge changes nothing).
    Points marked on sagittal slices err through the slices by `slices`, others in all directions alike.
    """
    if not _isOnSagittalSlices(name, definition):
        return sdMm * (np.eye(3) if across_RAS is None else np.outer(across_RAS, across_RAS))
    through = np.outer(slices[0], slices[0])
    if across_RAS is not None:
        inSlice = withinSlice(across_RAS, slices[0])
        return sdMm * np.outer(inSlice, inSlice) + slices[1] * through
    return sdMm * (np.eye(3) - through) + slices[1] * through


def withinSlice(across_RAS: Array, through_RAS: Array) -> Array:
    """A direction across an edge, brought into the slice: partners on other slices must not tilt it."""
    inSlice = across_RAS - (across_RAS @ through_RAS) * through_RAS
    size = float(np.linalg.norm(inSlice))
    return inSlice / size if size > 1e-6 else across_RAS


def _isOnSagittalSlices(name: LandmarkName, definition: LandmarkDefinition) -> bool:
    """True for marks placed on sagittal slices; cervical foramina are marked in planes of their own, square to them."""
    if definition.plane == "midsagittal":
        return True
    return definition.plane.startswith("parasagittal") and not name.place.startswith("C")


def edgeDirection(
    name: LandmarkName, definition: LandmarkDefinition, points_RAS: Mapping[str, Sequence[float]]
) -> Array | None:
    """Unit vector across an edge point's edge; None where the points that tell it are not there.

    Marks of cord and sac lie on the line across the canal, so that it is theirs where it is placed; others point to
    their partners.
    """
    if not definition.across or str(name) not in points_RAS:
        return None
    if definition.scope == "segment" and name.code in _CANAL_LINE_CODES:
        ends = [points_RAS.get(f"{name.place}_{code}") for code in _CANAL_LINE_ENDS]
        if ends[0] is not None and ends[1] is not None and math.dist(ends[0], ends[1]) > 1e-6:
            return (np.array(ends[1]) - np.array(ends[0])) / math.dist(ends[0], ends[1])
    partners = [points_RAS.get(str(LandmarkName(name.place, code, name.side))) for code in definition.across]
    if any(partner is None for partner in partners):
        return None
    vector = np.mean(np.array(partners, dtype=float), axis=0) - np.asarray(points_RAS[str(name)], dtype=float)
    size = float(np.linalg.norm(vector))
    return vector / size if size > 1e-6 else None


@lru_cache(maxsize=4096)
def edgePartners(name: LandmarkName) -> tuple[str, ...]:
    """Names of the points that tell the direction across an edge point's edge; none for other points."""
    definition = definitionAt(name.place, name.code)
    if definition is None or not definition.across:
        return ()
    isOnLine = definition.scope == "segment" and name.code in _CANAL_LINE_CODES
    ends = [f"{name.place}_{code}" for code in _CANAL_LINE_ENDS] if isOnLine else []
    return (*ends, *(str(LandmarkName(name.place, code, name.side)) for code in definition.across))


def pointClassOf(name: LandmarkName) -> str:
    """The noise class of a landmark."""
    definition = definitionAt(name.place, name.code)
    return definition.pointClass if definition is not None else "poor"
