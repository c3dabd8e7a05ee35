"""What goes wrong between a spine and its marks: metal voids, parts not marked, mirrored images, levels miscounted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, splitSegment
from DynamicSpineLib.Study.Marks import MISSING, Contour, Landmark, LandmarkSet, Point, landmarkSet
from DynamicSpineLib.Study.VolumeGeometry import Vector, VolumeGeometry

_OTHER_SIDE = {"CSL": "CSR", "CSR": "CSL", "CIL": "CIR", "CIR": "CIL"}


def faultyMarks(
    marks: LandmarkSet, chain: Chain, everywhere: Mapping[str, Any], here: Mapping[str, Any], midline_R: float
) -> LandmarkSet:
    """One position's marks with what the scenario (`everywhere`) and the position (`here`) say is wrong with them.

    In this order: unmarked, missingMarks, mirrored about the patient's midline (with relettered: and lettered by the
    mirrored axes), labelledOff.
    """
    unmarked = [*everywhere.get("unmarked", []), *here.get("unmarked", [])]
    marks = _leftOut(marks, unmarked)
    for entry in [*everywhere.get("missingMarks", []), *here.get("missingMarks", [])]:
        marks = _missing(marks, entry["names"], entry["reason"])
    if here.get("mirrored"):
        marks = _mirrored(marks, midline_R)
        if here.get("relettered"):
            marks = _renamed(marks, _otherSide)
    if here.get("labelledOff"):
        marks = _renamed(marks, lambda name: _levelsDown(name, chain, here["labelledOff"]))
    return marks


def _fits(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _leftOut(marks: LandmarkSet, patterns: Sequence[str]) -> LandmarkSet:
    """Without the marks of those names, as where nobody looked."""
    return landmarkSet(
        [mark for name, mark in marks.landmarks.items() if not _fits(name, patterns)],
        [curve for name, curve in marks.contours.items() if not _fits(name, patterns)],
    )


def _missing(marks: LandmarkSet, patterns: Sequence[str], reason: str) -> LandmarkSet:
    """With the points of those names missing for a reason; curves, which have no such state, are left out."""
    return landmarkSet(
        [
            Landmark(name, None, status=MISSING, note=reason) if _fits(name, patterns) else mark
            for name, mark in marks.landmarks.items()
        ],
        [curve for name, curve in marks.contours.items() if not _fits(name, patterns)],
    )


def _mirrored(marks: LandmarkSet, midline_R: float) -> LandmarkSet:
    """Every mark at the same distance on the other side of the patient's midline; names stay."""

    def flipped(point: Point) -> Point:
        return (2.0 * midline_R - point[0], point[1], point[2])

    return landmarkSet(
        [
            mark if mark.point_RAS is None else replace(mark, point_RAS=flipped(mark.point_RAS))
            for mark in marks.landmarks.values()
        ],
        [
            replace(curve, points_RAS=tuple(flipped(point) for point in curve.points_RAS))
            for curve in marks.contours.values()
        ],
    )


def mirroredVolume(
    array: NDArray[np.int16], geometry: VolumeGeometry, midline_R: float
) -> tuple[NDArray[np.int16], VolumeGeometry]:
    """A volume (k, j, i) of slices to the right, mirrored like the marks; its axes stay right-handed."""
    flip = np.array([-1.0, 1.0, 1.0])
    columns, rows, slices = (np.array(direction) for direction in geometry.directions_RAS)
    last = np.array(geometry.origin_RAS) + (geometry.size[2] - 1) * geometry.spacingMm[2] * slices
    origin = flip * last + np.array([2.0 * midline_R, 0.0, 0.0])
    axes = (_vector(flip * columns), _vector(flip * rows), _vector(-flip * slices))
    return array[::-1], VolumeGeometry(geometry.size, geometry.spacingMm, _vector(origin), axes)


def _vector(values: NDArray[np.float64]) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))


def _renamed(marks: LandmarkSet, rename: Callable[[LandmarkName], str]) -> LandmarkSet:
    """With every mark under another name; those whose new name is empty or unknown to the protocols are left out."""
    landmarks: list[Landmark] = []
    contours: list[Contour] = []
    for name, mark in marks.landmarks.items():
        new = _newName(name, rename)
        landmarks += [replace(mark, name=new)] if new else []
    for name, curve in marks.contours.items():
        new = _newName(name, rename)
        contours += [replace(curve, name=new)] if new else []
    return landmarkSet(landmarks, contours)


def _newName(name: str, rename: Callable[[LandmarkName], str]) -> str:
    parsed = parseLandmarkName(name)
    new = "" if parsed is None else rename(parsed)
    return new if new and parseLandmarkName(new) is not None else ""


def _otherSide(name: LandmarkName) -> str:
    side = {"L": "R", "R": "L"}.get(name.side, "")
    return str(LandmarkName(name.place, _OTHER_SIDE.get(name.code, name.code), side))


def _levelsDown(name: LandmarkName, chain: Chain, levels: int) -> str:
    """The same mark's name so many levels further down (negative: up); empty where the chain ends before."""
    segment = splitSegment(name.place)
    ends = (name.place,) if segment is None else (segment.upper, segment.lower)
    ranks = [chain.levels.index(level) + levels for level in ends]
    if min(ranks) < 0 or max(ranks) >= len(chain.levels):
        return ""
    return str(LandmarkName("".join(chain.levels[rank] for rank in ranks), name.code, name.side))
