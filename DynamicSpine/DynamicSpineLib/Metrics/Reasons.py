"""Why a value is not available."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from DynamicSpineLib.Metrics.Gates import REASON_OF_NEED
from DynamicSpineLib.Metrics.MarksBehind import MarksBehind
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Registry import SEGMENT, MetricDefinition
from DynamicSpineLib.Study.Marks import MISSING

NOT_MARKED, NOT_VISIBLE = "notMarked", "notVisible"


class Reasons:
    """Says why values of one reading are missing."""

    def __init__(self, measured: ReadingValues, marks: MarksBehind) -> None:
        self._measured, self._marks = measured, marks
        self._rows = {position.id: row for row, position in enumerate(measured.case.positions)}
        self._columns = {segment.name: column for column, segment in enumerate(measured.case.chain.segments)}

    def code(
        self, definition: MetricDefinition, positions: Sequence[str], indices: Sequence[tuple[int, ...]], place: str,
        side: str,
    ) -> str:  # fmt: skip
        """The reason code of a missing value: an unmet need at any of its indices, else a mark that is absent."""
        if definition.id in OUT_OF_PLANE:
            return "noTransform"
        unmarked = self._unmarked(definition, positions, place, side)
        for need, mask in self._measured.blocked.masks((definition.kind, definition.id)).items():
            if any(mask[index] for index in indices) and not (need == "foramenPlane" and unmarked):
                return REASON_OF_NEED[need]
        if unmarked:
            return NOT_VISIBLE if self._unmarked(definition, positions, place, side, MISSING) else NOT_MARKED
        choice = self._marks.neighborChoice(definition)
        if choice is not None:
            return "oneSided" if any(choice.oneSided[index] for index in indices) else "noNorm"
        if definition.scope == SEGMENT and not self._hasPlane(positions, place):
            return "noPlane"
        return {"romShare": "regionIncomplete"}.get(definition.id, "degenerate")

    def _hasPlane(self, positions: Sequence[str], place: str) -> bool:
        """True where the segment has a sagittal plane, its own or its stretch's, in all these positions."""
        rows = [self._rows[item] for item in positions]
        cranial = self._measured.context.frames.segments.cranial
        return bool(np.isfinite(cranial[rows, self._columns[place]]).all())

    def _unmarked(
        self, definition: MetricDefinition, positions: Sequence[str], place: str, side: str, status: str = ""
    ) -> bool:
        """True where a needed mark is absent (with a status given: absent with that status) in some position."""
        for positionId in positions:
            names = self._marks.absent(definition, positionId, place, side)
            if not status and names:
                return True
            known = self._measured.marks[positionId].landmarks
            if status and any(name in known and known[name].status == status for name in names):
                return True
        return False
