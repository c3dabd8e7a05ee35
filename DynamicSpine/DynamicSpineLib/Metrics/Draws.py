"""Monte Carlo draws of every point, outline and bone transform of one reading.

Each point has its own random stream, keyed by seed, position, name and reading, so that adding a point changes no
other point's draws. A carried point moves with its bone: its draw is T . dT . (the draw of its source point). A
predicted point keeps its distance from the edge that its source point was placed at: it has the placing error of that
point, turned with the bone, and its own SD across the edge.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import LandmarkDefinition, LandmarkName, definitionAt, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import applyTransform, perturbations
from DynamicSpineLib.Metrics.Noise import NoiseModel, edgeDirection, errorShape, sliceNoise
from DynamicSpineLib.Metrics.PointTable import Array, PointTable, PointTableBuilder
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.Marks import CARRIED, DEFINED, PREDICTED, LandmarkSet, Point

POINTS_AT_ONCE = 64
"""Points drawn in one step."""


@dataclass(frozen=True)
class DrawSettings:
    """Number of draws, the user's seed, and the reading they belong to (reader and repeat)."""

    count: int = 1000
    seed: int = 0
    reading: str = ""


def stream(settings: DrawSettings, position: str, name: str) -> np.random.Generator:
    """The random stream of one point (or bone, or outline) of one position; stable across runs and machines."""
    key = f"{settings.seed}|{settings.reading}|{position}|{name}".encode()
    number = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little")
    return np.random.Generator(np.random.SFC64(number))


def definedPoints(marks: LandmarkSet) -> dict[str, Point]:
    """Name -> RAS point of every defined landmark."""
    landmarks = marks.landmarks.items()
    return {name: mark.point_RAS for name, mark in landmarks if mark.status == DEFINED and mark.point_RAS is not None}


def usableBone(
    case: Case, marksByPosition: Mapping[str, LandmarkSet], position: str, name: LandmarkName
) -> BoneTransform | None:
    """The transform that carried a landmark to a position, with its covariance, or None if it stands alone."""
    landmark = marksByPosition[position].landmarks.get(str(name))
    if landmark is None or landmark.origin != CARRIED:
        return None
    for bone in case.bones:
        if bone.level == name.place and bone.toPosition == position and bone.covariance is not None:
            source = marksByPosition.get(bone.fromPosition)
            if source is not None and source.point(str(name)) is not None:
                return bone
    return None


def predictingBone(
    case: Case, marksByPosition: Mapping[str, LandmarkSet], position: str, name: LandmarkName
) -> BoneTransform | None:
    """The transform of a bone of a predicted landmark's place, from a position where that landmark has a point.

    Of a segment's two bones the lower comes first. None for other landmarks, and for one without an SD of its own.
    """
    landmark = marksByPosition[position].landmarks.get(str(name))
    if landmark is None or landmark.origin != PREDICTED or landmark.sdMm is None:
        return None
    segment = splitSegment(name.place)
    for level in (segment.lower, segment.upper) if segment is not None else (name.place,):
        for bone in case.bones:
            source = marksByPosition.get(bone.fromPosition)
            if (bone.level, bone.toPosition) == (level, position) and source is not None and source.point(str(name)):
                return bone
    return None


class Drawer:
    """Makes the draws of one reading: displacements (N, 3) of points and transforms (N, 4, 4) of bones."""

    def __init__(
        self, case: Case, marksByPosition: Mapping[str, LandmarkSet], noise: NoiseModel, settings: DrawSettings
    ) -> None:
        self._case, self._marks, self._noise, self._settings = case, marksByPosition, noise, settings
        self._points = {position.id: definedPoints(marksByPosition[position.id]) for position in case.positions}
        self._slices = {
            position.id: sliceNoise(position.geometry, noise.throughPlaneWithoutVolumeMm) for position in case.positions
        }
        self._moved: dict[tuple[str, str], Array] = {}
        self._bones: dict[tuple[str, str, str], Array] = {}
        self._following: set[tuple[str, str]] = set()
        self._drawn: list[tuple[list[tuple[int, str]], Array]] = []

    def displacement(self, position: str, text: str) -> Array:
        """Draws (N, 3) of how far a point lies from where it was marked, RAS mm.

        Raises InputError for a point that transforms carry round in a circle, since nothing says where it was placed.
        """
        key = (position, text)
        if key not in self._moved:
            if key in self._following:
                raise InputError(f"position '{position}', {text}: is carried from itself in a circle of transforms")
            self._following.add(key)
            name = parseLandmarkName(text)
            bone = None if name is None else usableBone(self._case, self._marks, position, name)
            self._moved[key] = self._placed(position, text) if bone is None else self._carried(bone, text)
            self._following.discard(key)
        return self._moved[key]

    def _placed(self, position: str, text: str) -> Array:
        name = parseLandmarkName(text)
        definition = None if name is None else definitionAt(name.place, name.code)
        if name is None or definition is None:
            return np.zeros((self._settings.count, 3))
        random = stream(self._settings, position, text).standard_normal((self._settings.count, 3))
        across = edgeDirection(name, definition, self._points[position])
        source = predictingBone(self._case, self._marks, position, name)
        if source is not None:
            ownSdMm = self._marks[position].landmarks[text].sdMm or 0.0
            own = ownSdMm * (random if across is None else np.outer(random @ across, across))
            return own + self.displacement(source.fromPosition, text) @ np.array(source.matrix)[:3, :3].T
        sdMm = self._sdMm(position, text, definition)
        return random @ errorShape(name, definition, sdMm, across, self._slices[position])

    def _sdMm(self, position: str, text: str, definition: LandmarkDefinition) -> float:
        """A point's own SD, else that of its class; both for a predicted point whose source is not known."""
        mark, ofClass = self._marks[position].landmarks[text], self._noise.sdMm[definition.pointClass]
        if mark.sdMm is None:
            return ofClass
        return math.hypot(ofClass, mark.sdMm) if mark.origin == PREDICTED else mark.sdMm

    def _carried(self, bone: BoneTransform, text: str) -> Array:
        source = np.array(self._points[bone.fromPosition][text])
        drawn = source + self.displacement(bone.fromPosition, text)
        carried = self.boneDraws(bone)
        exact = applyTransform(source, np.array(bone.matrix))
        return applyTransform(drawn[:, None, :], carried)[:, 0] - exact

    def boneDraws(self, bone: BoneTransform) -> Array:
        """Draws (N, 4, 4) of T . dT, the transform from the source position; NaN where its error is not known."""
        if bone.covariance is None:
            return np.full((self._settings.count, 4, 4), np.nan)
        key = (bone.fromPosition, bone.toPosition, bone.level)
        if key not in self._bones:
            spread, axes = np.linalg.eigh(np.array(bone.covariance))
            root = axes * np.sqrt(np.maximum(spread, 0.0))
            random = stream(self._settings, bone.toPosition, f"bone:{bone.level}")
            twists = random.standard_normal((self._settings.count, 6)) @ root.T
            self._bones[key] = np.array(bone.matrix) @ perturbations(twists, self._boneCenter(bone))
        return self._bones[key]

    def _boneCenter(self, bone: BoneTransform) -> Array:
        if bone.center_RAS is not None:
            return np.array(bone.center_RAS)
        points = self._points.get(bone.fromPosition, {})
        own = [point for text, point in points.items() if text.startswith(bone.level + "_")]
        return np.mean(np.array(own), axis=0) if own else np.zeros(3)

    def drawPoints(self, marks: Collection[tuple[str, str]] | None = None) -> Iterator[float]:
        """Draw every point, or those given as (position id, name), some at a time; yields the fraction done."""
        self._drawn = []
        wanted = [(index, position.id, text) for index, position in enumerate(self._case.positions)
                  for text in self._points[position.id] if marks is None or (position.id, text) in marks]  # fmt: skip
        for start in range(0, len(wanted), POINTS_AT_ONCE):
            some = wanted[start : start + POINTS_AT_ONCE]
            points = [np.asarray(self._points[positionId][text]) + self.displacement(positionId, text)
                      for _, positionId, text in some]  # fmt: skip
            self._drawn.append(([(index, text) for index, _, text in some], np.stack(points)))
            yield (start + len(some)) / len(wanted)

    def table(self, part: slice) -> PointTable:
        """The point table (N, P, ..., 3) of some of the draws, of the points drawn."""
        ids = [position.id for position in self._case.positions]
        builder = PointTableBuilder(self._case.chain, ids, (len(range(*part.indices(self._settings.count))),))
        for places, points_RAS in self._drawn:
            builder.putMany(places, points_RAS[:, part])
        return builder.table()
