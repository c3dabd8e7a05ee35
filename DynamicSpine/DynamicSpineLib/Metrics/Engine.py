"""Computes every state and motion value of one reading of a case, for one set of points or for many draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from DynamicSpineLib.Geometry.Planar import length
from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Metrics.CommonCorners import changesFromCommonCorners
from DynamicSpineLib.Metrics.EvaluationContext import EvaluationContext, Wanted
from DynamicSpineLib.Metrics.Gates import gravityDirections, regionSums
from DynamicSpineLib.Metrics.Neighbors import NeighborChoice
from DynamicSpineLib.Metrics.Outlines import OutlineValues
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE, outOfPlaneInputs
from DynamicSpineLib.Metrics.PairInputs import PairInputs, RegionPairInputs
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, PointTable
from DynamicSpineLib.Metrics.Registry import (
    CRANIOCERVICAL,
    MOTION_KIND,
    REGION,
    SEGMENT,
    SIDED_SEGMENT,
    STATE_KIND,
    VERTEBRA,
    MetricDefinition,
    metricsOf,
)  # fmt: skip
from DynamicSpineLib.Metrics.StateInputs import RegionInputs, SegmentInputs, SidedInputs, VertebraInputs


@dataclass(frozen=True)
class Values:
    """Values by metric id, without any gate applied; leading axes are those of the table (draws or none).

    states: segment (..., P, S), sided segment (..., P, S, 2), vertebra (..., P, L), region (..., P).
    motions: segment (..., Q, S), region (..., Q); regionRotation has one more axis, the chain's regions.
    changes: against the compared position, where they are not the difference of two states (Metrics/CommonCorners.py).
    """

    states: dict[str, Array] = field(default_factory=dict)
    motions: dict[str, Array] = field(default_factory=dict)
    changes: dict[str, Array] = field(default_factory=dict)


def evaluate(
    context: EvaluationContext, table: PointTable, outlines: OutlineValues,
    between: Array, wanted: Wanted | None = None,
) -> Values:  # fmt: skip
    """All values of a point table, or those that are wanted.

    between: motion (..., P, S, 4, 4) of each segment's upper bone against its lower one, NaN where not carried.
    """
    return _Evaluation(context, table, outlines, between, wanted or Wanted()).run()


@lru_cache(maxsize=4096)
def _chosenMetrics(kind: str, scope: str, wanted: frozenset[str] | None) -> tuple[MetricDefinition, ...]:
    return tuple(item for item in metricsOf(kind, scope) if wanted is None or item.id in wanted)


class _Evaluation:
    """One pass over the registry; keeps the shared inputs of the pass."""

    def __init__(
        self, context: EvaluationContext, table: PointTable, outlines: OutlineValues,
        between: Array, wanted: Wanted,
    ) -> None:  # fmt: skip
        self._context, self._table, self._between, self._wanted = context, table, between, wanted
        self._vertebrae = VertebraInputs(table, context.frames)
        self._segments = SegmentInputs(table, context.frames, self._vertebrae, self._plainExtras(outlines))
        self._sided = SidedInputs(table, self._sidedExtras(outlines))
        self._values = Values()

    def run(self) -> Values:
        """Compute states first, since motions are built on them."""
        # Ratios over nothing (no rotation, no width) are not finite; rows give such values as not available.
        with np.errstate(divide="ignore", invalid="ignore"):
            self._compute()
        return self._values

    def _compute(self) -> None:
        self._states(VERTEBRA, self._vertebrae)
        if self._wants("mscc"):
            levels, toPlane = self._table.levels, self._context.frames.levels.toPlane
            cord = length(toPlane(levels["KP"]) - toPlane(levels["KA"]))
            self._provideWidths("cord", self._context.cordNeighbors, cord)
        if self._wants("mcc"):
            self._provideWidths("canal", self._context.canalNeighbors, self._values.states["canalApBody"])
        self._states(SEGMENT, self._segments)
        self._states(SIDED_SEGMENT, self._sided)
        self._regionStates()
        if self._context.fromIndex:
            self._segmentMotions()
            self._regionMotions()
        if self._context.mixedCorners is not None:
            changes = changesFromCommonCorners(self._table, self._context.frames, self._context.mixedCorners)
            self._values.changes.update(changes)

    def _wants(self, *ids: str) -> bool:
        return self._wanted.metrics is None or not self._wanted.metrics.isdisjoint(ids)

    def _chosen(self, kind: str, scope: str) -> tuple[MetricDefinition, ...]:
        return _chosenMetrics(kind, scope, self._wanted.metrics)

    @staticmethod
    def _plainExtras(outlines: OutlineValues) -> dict[str, Array]:
        return {
            "areaDS": outlines.area["DS"],
            "areaKC": outlines.area["KC"],
            "apKC": outlines.apExtent["KC"],
            "transverseKC": outlines.transverseExtent["KC"],
        }

    @staticmethod
    def _sidedExtras(outlines: OutlineValues) -> dict[str, Array]:
        lengths = {f"length{code}": array for code, array in outlines.lineLength.items()}
        return {"areaFC": outlines.area["FC"], **lengths}

    def _provideWidths(self, name: str, choice: NeighborChoice, byLevel: Array) -> None:
        """Give the segments' metrics the widths above and below, from mid-body widths (..., P, L)."""
        above, below = choice.widths(byLevel)
        self._segments.provide(f"{name}Above", above)
        self._segments.provide(f"{name}Below", below)

    def _states(self, scope: str, inputs: VertebraInputs | SegmentInputs | SidedInputs) -> None:
        for definition in self._chosen(STATE_KIND, scope):
            arguments = [inputs[name] for name in definition.inputs]
            self._values.states[definition.id] = definition.compute(*arguments)

    def _regionStates(self) -> None:
        regionOf = {"T1": "C2C7"}
        byRegion: dict[str, list[MetricDefinition]] = {}
        for scope in (REGION, CRANIOCERVICAL):
            for definition in self._chosen(STATE_KIND, scope):
                byRegion.setdefault(regionOf.get(definition.places, definition.places), []).append(definition)
        gravity = gravityDirections(self._context.case)
        for region, definitions in byRegion.items():
            if region in self._context.frames.regions:
                names = [name for definition in definitions for name in definition.inputs]
                frame = self._context.frames.regions[region]
                inputs = RegionInputs(self._table, frame, self._vertebrae, gravity, names)
                for definition in definitions:
                    arguments = [inputs[name] for name in definition.inputs]
                    self._values.states[definition.id] = definition.compute(*arguments)

    def _segmentMotions(self) -> None:
        context = self._context
        sideways = {}
        if self._wants(*OUT_OF_PLANE):
            sideways = outOfPlaneInputs(context, self._table, self._segments, self._between)
        pairs = PairInputs(self._segments, self._values.states, context.fromIndex, context.toIndex, sideways)
        for definition in self._chosen(MOTION_KIND, SEGMENT):
            if "regionSum" in definition.inputs:
                pairs.provide("regionSum", regionSums(context.case, self._values.motions["rotation"]))
            arguments = [pairs[name] for name in definition.inputs]
            self._values.motions[definition.id] = definition.compute(*arguments)

    def _regionMotions(self) -> None:
        context, rotations = self._context, []
        if not self._wants("regionRotation", "occiputC2"):
            return
        for region in context.case.chain.regions:
            if self._wanted.level and self._wanted.level not in context.case.chain.levelsWithin(region):
                rotations.append(np.full((*self._table.levels["SA"].shape[:-3], len(context.fromIndex)), np.nan))
                continue
            ends = [self._endCorners(region.name, level) for level in (region.top, region.bottom)]
            pairs = RegionPairInputs(ends[0], ends[1], self._values.states, context.fromIndex, context.toIndex)
            for definition in self._chosen(MOTION_KIND, REGION):
                if definition.places == "regions":
                    rotations.append(definition.compute(*(pairs[name] for name in definition.inputs)))
                elif definition.places == region.name:
                    arguments = [pairs[name] for name in definition.inputs]
                    self._values.motions[definition.id] = definition.compute(*arguments)
        if rotations:
            self._values.motions["regionRotation"] = np.stack(rotations, axis=-1)

    def _endCorners(self, region: str, level: str) -> Array:
        """Corners (..., P, 4, 2) of a region's end body in the region's frame."""
        frame, index = self._context.frames.regions[region], self._table.chain.levels.index(level)
        wide = Frames(frame.origin[:, None], frame.anterior[:, None], frame.cranial[:, None])
        return wide.toPlane(np.stack([self._table.levels[code][..., index, :] for code in CORNERS], axis=-2))


def pairIndices(positionIds: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[list[int], list[int]]:
    """Indices of the first and second position of every pair."""
    place = {positionId: index for index, positionId in enumerate(positionIds)}
    return [place[first] for first, _ in pairs], [place[second] for _, second in pairs]
