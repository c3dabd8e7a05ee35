"""One place of the anatomy in every position: where the mouse points to in one, a cross shows it in the others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Compare.Unbending import Unbending, unbend
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid
from DynamicSpineLib.Scene.NodeTypes import CaseNode
from DynamicSpineLib.Scene.Overlays.CompareDrawing import Drawing
from DynamicSpineLib.Scene.Overlays.HeldTransform import frameToWorld
from DynamicSpineLib.Scene.PictureContent import PictureOutline
from DynamicSpineLib.Scene.PicturePlane import asPoint
from DynamicSpineLib.Study.Case import Case

_ARM_MM, _COLOR, _WIDTH = 6.0, (1.0, 0.95, 0.35), 2.0


class SharedCursor:
    """Carries points between the positions of a case as it is; an edited case needs a new one."""

    def __init__(self, case: Case, caseNode: CaseNode) -> None:
        self.case, self._caseNode = case, caseNode
        self._fields: dict[tuple[str, str], Unbending | None] = {}

    def counterparts(self, positionId: str, world_RAS: ArrayLike) -> Mapping[str, NDArray[np.float64]]:
        """Where a place of the world that a position shows lies in the world of each position, itself included.

        Positions without two neighboring vertebrae in common with it are left out.
        """
        try:
            own = frameToWorld(self._caseNode, positionId)
            point = applyTransform(world_RAS, inverseRigid(own))
            found = {positionId: np.asarray(world_RAS, dtype=float)}
            for other in self.case.positions:
                field = self._field(positionId, other.id) if other.id != positionId else None
                if field is not None:
                    there = field.field.carry(point[None])[0]
                    found[other.id] = applyTransform(there, frameToWorld(self._caseNode, other.id))
            return found
        except InputError:  # an unbent position is shown in no frame of its own
            return {}

    def _field(self, positionId: str, other: str) -> Unbending | None:
        key = (positionId, other)
        if key not in self._fields:
            try:
                self._fields[key] = unbend(self.case, positionId, other)
            except InputError:
                self._fields[key] = None
        return self._fields[key]


def crossAt(point_RAS: ArrayLike) -> Drawing:
    """A cross to draw at a place of the world, seen in a slice of any direction."""
    point = np.asarray(point_RAS, dtype=float)
    arms = [(asPoint(point - _ARM_MM * axis), asPoint(point + _ARM_MM * axis)) for axis in np.eye(3)]
    return Drawing(tuple(PictureOutline(arm, False, _COLOR, _WIDTH) for arm in arms))
