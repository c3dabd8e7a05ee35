"""A reading whose points move one at a time: only what a point touches is computed again, when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from DynamicSpineLib.Metrics.Blocked import Blocked
from DynamicSpineLib.Metrics.Engine import Evaluation, OnDemand, Values
from DynamicSpineLib.Metrics.EvaluationContext import MetricKey
from DynamicSpineLib.Metrics.Outlines import Outline, OutlineValues, withExtents
from DynamicSpineLib.Metrics.PointTable import Array, PointTable, withPoint
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer, ReadingValues
from DynamicSpineLib.Metrics.Registry import MOTION_KIND, STATE_KIND, metricsByKey
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames, framesAfterMove, sharesPlanes
from DynamicSpineLib.Metrics.Touched import Touched, comparedWith, fixesPlanes, metricsIn, touchedMetrics

_KEPT = 64
"""Marks of which it is remembered what they touch: enough for a drag, and little memory after many edits."""


class LiveReading:
    """The values of one reading, kept up to date while its points are dragged.

    A point that is placed, removed or no longer visible changes what can be measured at all: make a new reading then.
    """

    def __init__(self, measurer: ReadingMeasurer) -> None:
        self._measurer = measurer
        self._table, self._context = measurer.table, measurer.context
        self._touched: dict[tuple[str, str, bool], Touched] = {}
        self._indices = {positionId: index for index, positionId in enumerate(measurer.ids)}
        self._outlines = _LiveOutlines(measurer.outlines, {}, measurer.context.frames)
        self._cords: dict[tuple[int, int], list[Outline]] = {}
        for item in measurer.outlineList:
            if item.name.code == "KC":
                self._cords.setdefault((item.positionIndex, item.segmentIndex), []).append(item)
        self._begin(Values(), {})

    @property
    def table(self) -> PointTable:
        """The points as they now are."""
        return self._table

    @property
    def values(self) -> Values:
        """All values of the points as they now are."""
        return self._evaluation.all()

    def move(self, positionId: str, landmarkName: str, point_RAS: Sequence[float]) -> Touched:
        """Move a point that has a place; returns (kind, metric id, place) of every value that this may change.

        Raises KeyError for a position that the reading does not have.
        """
        index = self._indices[positionId]
        level, chain = landmarkName.split("_", maxsplit=1)[0], self._measurer.case.chain
        self._table = withPoint(self._table, index, landmarkName, np.asarray(point_RAS, dtype=float))
        shared = False
        if fixesPlanes(chain, landmarkName):
            before = sharesPlanes(self._context.frames, self._table, index)
            frames = framesAfterMove(self._context.frames, self._table, index, level)
            self._context = replace(self._context, frames=frames)
            shared = before or sharesPlanes(frames, self._table, index)
            self._turnCords(index, "" if shared else level)
        touched = self.touchedBy(positionId, landmarkName, shared)
        self._forget(metricsIn(touched), level)
        return touched

    def touchedBy(self, positionId: str, landmarkName: str, sharedPlane: bool = False) -> Touched:
        """What `move` returns, where only the segment's own plane moves with the point, or its whole stretch's."""
        key = (positionId, landmarkName, sharedPlane)
        if key not in self._touched:
            chain = self._measurer.case.chain
            found = touchedMetrics(chain, landmarkName, sharedPlane)
            if not sharedPlane:
                choices = self._context.neighborChoices
                found = comparedWith(found, chain, landmarkName, choices, self._indices[positionId])
            if len(self._touched) >= _KEPT:
                self._touched.clear()
            self._touched[key] = found
        return self._touched[key]

    def snapshot(self) -> ReadingValues:
        """The reading as it now is, without draws; its values are computed when they are asked for."""
        measurer, evaluation = self._measurer, self._evaluation
        values = Values(
            OnDemand(evaluation, STATE_KIND), OnDemand(evaluation, MOTION_KIND), _ChangesOnDemand(evaluation)
        )
        normals = measurer.outlines.normal["FC"]
        return ReadingValues(
            measurer.case, measurer.reader, measurer.reading, measurer.marks, measurer.pairs, self._context,
            self._table, measurer.outlines, measurer.noise, values,
            Blocked(self._context, self._table, normals, values), measurer.transforms,
        )  # fmt: skip

    def _turnCords(self, positionIndex: int, level: str) -> None:
        """Have the cord's extents measured again in a position: at a level, or everywhere."""
        segments = self._measurer.case.chain.segments
        touched = [number for number, item in enumerate(segments) if level in ("", item.upper, item.lower)]
        cells = [(positionIndex, number) for number in touched if (positionIndex, number) in self._cords]
        turned = {**self._outlines.waiting, **{cell: self._cords[cell] for cell in cells}}
        self._outlines = _LiveOutlines(self._outlines.known, turned, self._context.frames)

    def _forget(self, keys: frozenset[MetricKey], level: str) -> None:
        """Drop the values that have to be computed again."""
        known, chain = self._evaluation.known, self._measurer.case.chain
        values = Values(
            {name: array for name, array in known.states.items() if (STATE_KIND, name) not in keys},
            {name: array for name, array in known.motions.items() if (MOTION_KIND, name) not in keys},
            {} if any((STATE_KIND, name) in keys for name in known.changes) else known.changes,
        )
        here = {region.name for region in chain.regions if level in chain.levelsWithin(region)}
        turns = self._evaluation.regionTurns.items()
        self._begin(values, {name: array for name, array in turns if name not in here})

    def _begin(self, known: Values, regionTurns: Mapping[str, Array]) -> None:
        held = {(STATE_KIND, name) for name in known.states} | {(MOTION_KIND, name) for name in known.motions}
        self._evaluation = Evaluation(
            self._context, self._table, self._outlines, self._measurer.between, frozenset(metricsByKey()) - held,
            known, regionTurns,
        )  # fmt: skip


class _LiveOutlines:
    """Curves whose extents are measured again, in frames that have turned, when they are asked for.

    waiting: the cords whose frames have turned, by position and segment index.
    """

    def __init__(
        self, outlines: OutlineValues, waiting: Mapping[tuple[int, int], Sequence[Outline]], frames: CaseFrames
    ) -> None:
        self.known, self.waiting, self._frames = outlines, waiting, frames

    def __call__(self) -> OutlineValues:
        if self.waiting:
            cords = [outline for items in self.waiting.values() for outline in items]
            self.known, self.waiting = withExtents(self.known, cords, self._frames.segments), {}
        return self.known


class _ChangesOnDemand(Mapping[str, Array]):
    """The changes that are not the difference of two states, computed when they are asked for."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation

    def __getitem__(self, name: str) -> Array:
        return self._evaluation.changes()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._evaluation.changes())

    def __len__(self) -> int:
        return len(self._evaluation.changes())
