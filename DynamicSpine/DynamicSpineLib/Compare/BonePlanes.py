"""The sagittal planes that the metrics measure in, one by one: where forward and up are at a level or segment."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Metrics.Draws import definedPoints
from DynamicSpineLib.Metrics.PointTable import pointTable
from DynamicSpineLib.Metrics.SagittalFrames import caseFrames
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf


class BonePlanes:
    """The planes of one position, from its own marks.

    Raises InputError for a position that the case does not have.
    """

    def __init__(self, case: Case, positionId: str) -> None:
        points = definedPoints(positionOf(case, positionId).marks)
        self._levels = {level: number for number, level in enumerate(case.chain.levels)}
        self._segments = {segment.name: number for number, segment in enumerate(case.chain.segments)}
        self._frames = caseFrames(pointTable(case.chain, (positionId,), {positionId: points}))

    def at(self, place: str) -> Frames | None:
        """The frame, its arrays (3,), at a level or segment; None where too few corners tell it.

        At a level it is that of the segment below, else of the one above, as for the metrics of one level.
        """
        isLevel = place in self._levels
        number = (self._levels if isLevel else self._segments).get(place)
        if number is None:
            return None
        frames = self._frames.levels if isLevel else self._frames.segments
        found = Frames(frames.origin[0, number], frames.anterior[0, number], frames.cranial[0, number])
        isWhole = np.isfinite([found.origin, found.anterior, found.cranial]).all()
        return found if isWhole else None
