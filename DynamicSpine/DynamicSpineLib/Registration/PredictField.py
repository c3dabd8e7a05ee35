"""The motion of soft tissue between bones that were carried: polyrigid where bodies are marked, rigid beyond them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf
from DynamicSpineLib.Anatomy.BoneRegions import rigidBodies
from DynamicSpineLib.Anatomy.Levels import levelsBeside, unbrokenRuns
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField
from DynamicSpineLib.Geometry.Rigid import applyTransform

Array = NDArray[np.float64]


class TissueMotion:
    """Where soft tissue goes when bones move by matrices (4x4 by level, RAS). Only carried levels have one."""

    def __init__(self, points_RAS: Mapping[str, Array], bones: Mapping[str, Array]) -> None:
        self.bones = {level: np.asarray(matrix, dtype=float) for level, matrix in bones.items()}
        corners = cornersOf(points_RAS)
        self._fields: dict[str, PolyrigidField] = {}
        for run in unbrokenRuns([level for level in corners if level in self.bones and len(corners[level]) >= 2]):
            own = {level: corners[level] for level in run}
            if len(run) > 1:
                field = PolyrigidField(rigidBodies(own, self.bones))
                self._fields.update(dict.fromkeys(run, field))

    def missing(self, place: str) -> tuple[str, ...]:
        """The levels that a mark at a level or segment depends on and that were not carried."""
        return tuple(level for level in levelsBeside(place) if level not in self.bones)

    def carry(self, place: str, points_RAS: Array) -> Array:
        """Where points (..., 3) beside the bones of a level or segment go. Needs every bone of the place."""
        levels = levelsBeside(place)
        fields = [self._fields.get(level) for level in levels]
        if fields[0] is not None and all(field is fields[0] for field in fields):
            return fields[0].carry(points_RAS)
        moved = [applyTransform(points_RAS, self.bones[level]) for level in levels]
        return np.asarray(np.mean(moved, axis=0))

    def turned(self, place: str, directions_RAS: Array) -> Array:
        """Directions (..., 3) turned by the mean of the place's bones; unit length."""
        turns = np.sum([self.bones[level][:3, :3] for level in levelsBeside(place)], axis=0)
        moved = np.asarray(directions_RAS) @ turns.T
        return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True))
