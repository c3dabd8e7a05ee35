"""Where the names of the levels stand, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint
from DynamicSpineLib.Scene.SlicePictures import cornersOf
from DynamicSpineLib.Scene.Views.Layouts import AXIAL, CORONAL, SAGITTAL
from DynamicSpineLib.Study.Marks import LandmarkSet, Point

Array = NDArray[np.float64]

UNVERIFIED = "?"
"""Stands behind every level's name until a person has verified the numbering: it is seen however far one zooms in."""

_BESIDE_MM = MappingProxyType({SAGITTAL: 3.0, CORONAL: 3.0, AXIAL: 3.0})
_WIDTH_OF_DEPTH = 0.65  # half of a body's width, of its depth
_USUAL_DEPTH_MM = MappingProxyType({"O": 16.0, "C": 16.0, "T": 24.0, "L": 33.0, "S": 33.0})
# Bones without corners: the marks at their front, the first that is placed.
_FRONT_MARKS = MappingProxyType({"Oc": ("CL", "BA"), "C1": ("AC", "AAP")})


def levelText(level: str, isVerified: bool, verdicts: Mapping[str, str] = MappingProxyType({})) -> str:
    """What stands beside a vertebra: "L4", "L4?" while the numbering is not verified, "L4 check" for a doubtful one."""
    name = level if isVerified else level + UNVERIFIED
    return f"{name} {verdicts[level]}" if level in verdicts else name


def namePoint(marks: LandmarkSet, level: str, kind: str, sagittal: PicturePlane) -> Point | None:
    """Where a level's name stands in a kind of view, in the frame of the marks; None where nothing of it is placed.

    Sagittal and axial views: in front of the body. Coronal views: beside the body, at the patient's left.
    """
    body = _body(marks, level, sagittal)
    if body is None:
        return None
    middle, front, depthMm = body
    if kind == CORONAL:
        return asPoint(middle + (_WIDTH_OF_DEPTH * depthMm + _BESIDE_MM[kind]) * sagittal.sliceToRAS[:3, 2])
    return asPoint(front - _BESIDE_MM[kind] * np.array(sagittal.right_RAS))


def levelsCut(marks: LandmarkSet, chain: Chain, plane: PicturePlane) -> tuple[str, ...]:
    """The level whose body a slice across the spine cuts, or both beside a disc that it cuts; else empty."""
    middles: list[tuple[str, float]] = []  # of the endplates, in order: mm above the slice
    for level in chain.levels:
        corners = cornersOf(marks, level)
        for plate in (("SA", "SP"), ("IA", "IP")):
            if set(plate) <= set(corners):
                offsets = plane.project([corners[code] for code in plate])[:, 2]
                middles.append((level, float(offsets.mean())))
    for (above, high), (below, low) in pairwise(middles):
        if high * low <= 0.0 and chain.levels.index(below) - chain.levels.index(above) <= 1:
            return (above,) if above == below else (above, below)
    return ()


def _body(marks: LandmarkSet, level: str, sagittal: PicturePlane) -> tuple[Array, Array, float] | None:
    """Middle, front and depth in mm of a body, or of the bone's front mark where it has no corners."""
    corners = cornersOf(marks, level)
    backward = np.array(sagittal.right_RAS)
    if not corners:
        placed = [marks.point(f"{level}_{code}") for code in _FRONT_MARKS.get(level, ())]
        point = next((np.array(item) for item in placed if item is not None), None)
        return None if point is None else (point, point, _USUAL_DEPTH_MM[level[0]])
    points = np.array(list(corners.values()))
    middle = points.mean(axis=0)
    fronts = [corners[code] for code in ("SA", "IA") if code in corners]
    backs = [corners[code] for code in ("SP", "IP") if code in corners]
    if fronts and backs:
        depthMm = float((np.mean(backs, axis=0) - np.mean(fronts, axis=0)) @ backward)
    else:
        depthMm = _USUAL_DEPTH_MM[level[0]]
    front = np.mean(fronts, axis=0) if fronts else middle - depthMm * backward
    return middle, front, depthMm
