"""All vertebrae of two positions laid on themselves at once: the polyrigid field between the positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf
from DynamicSpineLib.Anatomy.BoneRegions import rigidBodies
from DynamicSpineLib.Anatomy.Levels import unbrokenRuns
from DynamicSpineLib.Compare.Anchor import Anchor, anchorOn, heldLevels
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField, withSkin
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Unbending:
    """The motion of a whole spine between two positions.

    anchors: every vertebra that takes part, cranial to caudal. field: carries points of the reference position to the
    moving one, and back. leftOut: the levels that both positions have marks of and that could not take part.
    """

    reference: str
    moving: str
    anchors: tuple[Anchor, ...]
    field: PolyrigidField
    leftOut: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """The vertebrae that take part, cranial to caudal."""
        return tuple(item.level for item in self.anchors)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the picture must say of the vertebrae that take part."""
        return tuple(dict.fromkeys(text for item in self.anchors for text in item.warnings))

    def anchor(self, level: str) -> Anchor | None:
        """The vertebra of a level, or None where it takes no part."""
        return next((item for item in self.anchors if item.level == level), None)


def unbend(case: Case, reference: str, moving: str) -> Unbending:
    """The field between two positions, from the longest unbroken row of vertebrae that can be held in both.

    Raises InputError where fewer than two neighbors can.
    """
    marks = positionOf(case, reference).marks
    corners = cornersOf({name: point for name in marks.landmarks if (point := marks.point(name)) is not None})
    anchors = {level: anchorOn(case, level, reference, moving) for level in heldLevels(case, reference, moving)}
    plated = [level for level in anchors if _hasPlate(corners.get(level, {}))]
    run = max(unbrokenRuns(plated), key=len, default=[])
    if len(run) < 2:
        raise InputError(f"'{moving}' cannot be unbent onto '{reference}': two neighboring vertebrae that can be held "
                         "in both are needed")  # fmt: skip
    motions = {level: anchors[level].referenceToMoving for level in run}
    bodies = rigidBodies({level: corners[level] for level in run}, motions)
    field = PolyrigidField(withSkin(bodies))
    leftOut = tuple(level for level in anchors if level not in run)
    return Unbending(reference, moving, tuple(anchors[level] for level in run), field, leftOut)


def _hasPlate(corners: dict[str, Array]) -> bool:
    return {"SA", "SP"} <= corners.keys() or {"IA", "IP"} <= corners.keys()
