"""A reading whose points move one at a time: only what a point touches is computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Metrics.Engine import Values
from DynamicSpineLib.Metrics.EvaluationContext import Wanted
from DynamicSpineLib.Metrics.InputPoints import touchedMetrics
from DynamicSpineLib.Metrics.Outlines import Outline, withExtents
from DynamicSpineLib.Metrics.PointTable import PointTable, withPoint
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer
from DynamicSpineLib.Metrics.Registry import MOTION_KIND, allMetrics
from DynamicSpineLib.Metrics.SagittalFrames import caseFrames


@lru_cache(maxsize=4096)
def metricsToRedo(chain: Chain, landmarkName: str, sharedPlane: bool = False) -> frozenset[str]:
    """Ids of the metrics that moving a point may change, with the states that their motions are built on."""
    touched = {metricId for _, metricId, _ in touchedMetrics(chain, landmarkName, sharedPlane)}
    states = {item.id for item in allMetrics() if item.kind != MOTION_KIND}
    for definition in allMetrics():
        if definition.id in touched:
            for text in definition.inputs:
                name = text.removeprefix("from").removeprefix("to")
                built = name[:1].lower() + name[1:]
                touched.update({built} & states)
            touched.update({"rotation"} if "regionSum" in definition.inputs else ())
            touched.update({"canalApBody"} if "canalAbove" in definition.inputs else ())
    return frozenset(touched)


class LiveReading:
    """The values of one reading, kept up to date while points are dragged (defined points only)."""

    def __init__(self, measurer: ReadingMeasurer) -> None:
        self._measurer = measurer
        self.values: Values = measurer.values()
        self._cords: dict[tuple[int, str], list[Outline]] = {}
        for item in measurer.outlineList:
            if item.name.code == "KC":
                self._cords.setdefault((item.positionIndex, item.name.place), []).append(item)

    @property
    def table(self) -> PointTable:
        """The points as they now are."""
        return self._measurer.table

    def move(self, positionId: str, landmarkName: str, point_RAS: Sequence[float]) -> frozenset[str]:
        """Move a point and compute what it touches again; returns the ids of those metrics."""
        measurer = self._measurer
        index = measurer.ids.index(positionId)
        measurer.table = withPoint(measurer.table, index, landmarkName, np.asarray(point_RAS, dtype=float))
        chain, place = measurer.case.chain, landmarkName.split("_", maxsplit=1)[0]
        level = place if place in chain.levels else ""
        if level:  # marks of a segment's soft tissue fix no plane
            frames = caseFrames(measurer.table)
            measurer.context = replace(measurer.context, frames=frames)
            near = [item for segment in chain.segments if level in (segment.upper, segment.lower)
                    for item in self._cords.get((index, segment.name), ())]  # fmt: skip
            measurer.outlines = withExtents(measurer.outlines, near, frames.segments)
        redone = metricsToRedo(chain, landmarkName, bool(measurer.context.frames.borrowed.any()))
        fresh = measurer.values(Wanted(redone, level))
        if "regionRotation" in fresh.motions:
            kept = [bool(level) and level not in chain.levelsWithin(region) for region in chain.regions]
            old = self.values.motions["regionRotation"]
            fresh.motions["regionRotation"][..., kept] = old[..., kept]
        self.values = Values(
            {**self.values.states, **fresh.states}, {**self.values.motions, **fresh.motions}, fresh.changes
        )
        return redone
