"""How sure it is where marks and a held vertebra lie: the metrics' own draws of the marks of two positions.

Marks and anchor come from the same draws, so that errors which they share, such as that of a mark that was carried and
of the transform that carried it, cancel here as they do in the measurements.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import CORNER_CODES
from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Compare.Anchor import BY_IMAGES, BY_MARKS, Anchor, anchorOn
from DynamicSpineLib.Geometry.Rigid import expRigid, fitRigid, inverseRigid, logRigid
from DynamicSpineLib.Metrics.Draws import Drawer, DrawSettings
from DynamicSpineLib.Metrics.MeasureCase import caseNoise, ownReading
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.EditMarks import positionOf, withLandmarks
from DynamicSpineLib.Study.Marks import Landmark

Array = NDArray[np.float64]

DRAWS = 1000
_STEP_MM = 0.01  # of the numerical derivative of an anchor
_SAME_MM = 1e-6


class PairDraws:
    """Draws of the marks of two positions of a case, and of the vertebrae held there, made when asked for and kept.

    They are those of the metrics for the case's own marks, the same number of draws and the same seed: the SDs of the
    tables come out to the last digit. Fewer draws (300: SDs within 4 %) are the first of more, and quicker.
    Raises InputError for a position that the case does not have.
    """

    def __init__(self, case: Case, reference: str, moving: str, draws: int = DRAWS, seed: int = 0) -> None:
        self.case, self.reference, self.moving = case, reference, moving
        self._own = {positionId: positionOf(case, positionId).marks for positionId in (reference, moving)}
        reader, repeat, marks = ownReading(case)
        self._held: dict[tuple[str, str, bytes], Array | None] = {}
        self._drawer = Drawer(case, marks, caseNoise(case), DrawSettings(draws, seed, f"{reader}#{repeat}"))

    def point(self, positionId: str, name: str) -> Array:
        """Draws (N, 3) of where a defined mark of one of the two positions lies, RAS mm in that position.

        Raises InputError for a mark that transforms carry round in a circle.
        """
        point = np.array(self._own[positionId].point(name), dtype=float)
        return point + self._drawer.displacement(positionId, name)

    def movingToReference(self, anchor: Anchor) -> Array | None:
        """Draws (N, 4, 4) of an anchor between these two positions; None where the error of its bone is not known."""
        key = (anchor.level, anchor.heldBy, anchor.movingToReference.tobytes())
        if key not in self._held:
            self._held[key] = self._anchorDraws(anchor)
        return self._held[key]

    def _anchorDraws(self, anchor: Anchor) -> Array | None:
        if anchor.heldBy == BY_IMAGES:
            return self._byBones(anchor)
        names = self._commonMarks(anchor.level)
        if anchor.heldBy == BY_MARKS:
            ends = [np.stack([self.point(positionId, name) for name in names], axis=1)
                    for positionId in (self.moving, self.reference)]  # fmt: skip
            return fitRigid(*ends)[0]
        return self._byDerivative(anchor, [*names, *self._cornersBeside(anchor.level)])

    def _byBones(self, anchor: Anchor) -> Array | None:
        """Draws of the transforms that the anchor was made of."""
        for source in dict.fromkeys(bone.fromPosition for bone in self.case.bones if bone.level == anchor.level):
            for there in self._bonesTo(anchor.level, source, self.reference):
                for here in self._bonesTo(anchor.level, source, self.moving):
                    found = _matrix(there) @ inverseRigid(_matrix(here))
                    if np.allclose(found, anchor.movingToReference, rtol=0.0, atol=_SAME_MM):
                        drawn = np.asarray(self._drawn(there) @ inverseRigid(self._drawn(here)))
                        return drawn if np.isfinite(drawn).all() else None
        return None

    def _bonesTo(self, level: str, source: str, target: str) -> list[BoneTransform | None]:
        """The transforms of a bone from a source; None, which stands for no motion, where that is the target."""
        if source == target:
            return [None]
        return [bone for bone in self.case.bones
                if (bone.level, bone.fromPosition, bone.toPosition) == (level, source, target)]  # fmt: skip

    def _drawn(self, bone: BoneTransform | None) -> Array:
        return np.eye(4)[None] if bone is None else self._drawer.boneDraws(bone)

    def _commonMarks(self, level: str) -> list[str]:
        return [name for name in self._own[self.reference].landmarks
                if boneOfMark(name) == level and self._isInBoth(name)]  # fmt: skip

    def _cornersBeside(self, level: str) -> list[str]:
        levels = self.case.chain.levels
        index = levels.index(level) if level in levels else 0
        near = [other for other in levels[max(index - 1, 0) : index + 2] if other != level]
        return [name for other in near for code in CORNER_CODES if self._isInBoth(name := f"{other}_{code}")]

    def _isInBoth(self, name: str) -> bool:
        return all(marks.point(name) is not None for marks in self._own.values())

    def _byDerivative(self, anchor: Anchor, names: list[str]) -> Array:
        """Draws of an anchor that follow the marks' errors to first order."""
        twists: Array = np.zeros((1, 6))
        for positionId in (self.reference, self.moving):
            for name in names:
                errors = self._drawer.displacement(positionId, name)
                twists = twists + errors @ self._derivative(anchor, positionId, name)
        return np.asarray(expRigid(twists) @ anchor.movingToReference)

    def _derivative(self, anchor: Anchor, positionId: str, name: str) -> Array:
        """Twists (3, 6) of the anchor per mm that a mark lies farther along each axis."""
        mark = self._own[positionId].landmarks[name]
        rows = []
        for axis in range(3):
            shifted = [_shifted(mark, axis, step) for step in (-_STEP_MM, _STEP_MM)]
            cases = [withLandmarks(self.case, positionId, [item]) for item in shifted]
            ends = [anchorOn(item, anchor.level, self.reference, self.moving).movingToReference for item in cases]
            rows.append(logRigid(ends[1] @ inverseRigid(ends[0])) / (2.0 * _STEP_MM))
        return np.array(rows)


def _matrix(bone: BoneTransform | None) -> Array:
    return np.eye(4) if bone is None else np.array(bone.matrix, dtype=float)


def _shifted(mark: Landmark, axis: int, stepMm: float) -> Landmark:
    point = list(mark.point_RAS or (np.nan,) * 3)
    point[axis] += stepMm
    return replace(mark, point_RAS=(point[0], point[1], point[2]))
