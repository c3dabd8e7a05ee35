"""Marks of soft tissue in a position whose bones were carried: moved with the tissue, then drawn to their edges.

Cord, canal and ligament change between positions, so they are never carried as if rigid. A predicted mark has its own
SD (see PredictLine) and is not confirmed; it shares the placing error of the mark that it comes from, since the edge in
the other image is sought at the same place of the same profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain, levelsBeside, splitSegment
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Registration.CarriedBone import ImagedSpine
from DynamicSpineLib.Registration.PredictCanal import Array
from DynamicSpineLib.Registration.PredictCurves import movedCurve
from DynamicSpineLib.Registration.PredictField import TissueMotion
from DynamicSpineLib.Registration.PredictPlace import LinePair, foundAtBody, foundAtSegment, movedPair
from DynamicSpineLib.Registration.PredictSegment import ON_LINE
from DynamicSpineLib.Study.Marks import PREDICTED, Contour, Landmark, LandmarkSet, Point

DRAWN, NO_EDGE, MOVED = "drawn to the edge", "moved with the bones, no edge found", "moved with the bones"

NOT_CARRIED = "Not predicted, since the bones beside it were not carried: {levels}."

OTHER_SD_MM = {"FS": 0.4, "FI": 0.4, "FA": 0.5, "FP": 0.5, "FAS": 0.6, "FPS": 0.7, "VD": 1.0, "TT": 1.0}
"""SD of marks that only move with the bones, mm, by code; as phantoms show it, and never less than bones carry with."""

UNKNOWN_SD_MM = 1.0


@dataclass(frozen=True)
class PredictedMarks:
    """What was predicted in a position. notPredicted: a sentence for each mark of soft tissue that was not."""

    landmarks: tuple[Landmark, ...] = ()
    contours: tuple[Contour, ...] = ()
    notPredicted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def predictMarks(
    source: ImagedSpine, target: ImagedSpine, marks: LandmarkSet, bones: Mapping[str, Sequence[Sequence[float]]],
    chain: Chain,
) -> Steps[PredictedMarks]:  # fmt: skip
    """Predict every mark and curve of soft tissue that the source has and that was not placed in the target.

    marks: those of the source. bones: matrices (4x4, RAS, source to target) by level, of bones that were carried well.
    """
    points = {name: np.asarray(point) for name in marks.landmarks if (point := marks.point(name)) is not None}
    motion = TissueMotion(points, {level: np.asarray(matrix, dtype=float) for level, matrix in bones.items()})
    landmarks: list[Landmark] = []
    contours: list[Contour] = []
    refused: dict[str, str] = {}
    places = _places(marks, chain)
    for number, (place, names) in enumerate(places.items(), start=1):
        missing = motion.missing(place)
        if missing:
            refused.update(dict.fromkeys(names, NOT_CARRIED.format(levels=" and ".join(missing))))
        else:
            wanted = [name for name in names if name not in target.obeyed]
            find = foundAtBody if splitSegment(place) is None else foundAtSegment
            lines = find(place, source.volume, target.volume, points, motion) if wanted else None
            landmarks += [_landmark(name, points[name], lines, motion) for name in wanted if name in points]
            contours += [_contour(marks.contours[name], lines, motion) for name in wanted if name in marks.contours]
        yield Step(number / len(places), f"soft tissue of {place}")
    return PredictedMarks(tuple(landmarks), tuple(contours), MappingProxyType(refused))


def _places(marks: LandmarkSet, chain: Chain) -> dict[str, list[str]]:
    """Names of the soft tissue's marks and curves by level or segment, cranial to caudal."""
    found: dict[str, list[str]] = {}
    for name in (*marks.landmarks, *marks.contours):
        parsed = parseLandmarkName(name)
        if parsed is None or boneOfMark(name) or (name in marks.landmarks and marks.point(name) is None):
            continue
        if all(level in chain.levels for level in levelsBeside(parsed.place)):
            found.setdefault(parsed.place, []).append(name)
    order = {level: index for index, level in enumerate(CANONICAL_LEVELS)}
    return {place: found[place] for place in sorted(found, key=lambda item: (order[levelsBeside(item)[0]], item))}


def _landmark(name: str, point: Array, lines: LinePair | None, motion: TissueMotion) -> Landmark:
    place, code = name.split("_")[:2]
    if lines is not None and code in ON_LINE:
        found = lines.new if code in lines.new.depthMm else movedPair(place, lines.old, motion).new
        return _predicted(name, found.point(code), found.sdMm[code], DRAWN if found.drawn else NO_EDGE)
    return _predicted(name, motion.carry(place, point), OTHER_SD_MM.get(code, UNKNOWN_SD_MM), MOVED)


def _predicted(name: str, point_RAS: Array, sdMm: float, quality: str) -> Landmark:
    place: Point = (float(point_RAS[0]), float(point_RAS[1]), float(point_RAS[2]))
    return Landmark(name, place, origin=PREDICTED, confirmed=False, sdMm=round(max(sdMm, 0.01), 2), quality=quality)


def _contour(curve: Contour, lines: LinePair | None, motion: TissueMotion) -> Contour:
    points, sdMm, drawn = movedCurve(curve, lines, motion)
    return Contour(
        curve.name, tuple((float(x), float(y), float(z)) for x, y, z in points), curve.closed, PREDICTED, False,
        round(sdMm, 2), DRAWN if drawn else MOVED,
    )  # fmt: skip
