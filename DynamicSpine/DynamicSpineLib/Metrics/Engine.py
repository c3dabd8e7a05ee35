"""Computes the state and motion values of one reading of a case, for one set of points or for many draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from DynamicSpineLib.Geometry.Planar import length
from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Metrics.CommonCorners import changesFromCommonCorners
from DynamicSpineLib.Metrics.EvaluationContext import EvaluationContext, MetricKey, Wanted
from DynamicSpineLib.Metrics.Outlines import OutlineValues
from DynamicSpineLib.Metrics.OutOfPlane import outOfPlaneInputs
from DynamicSpineLib.Metrics.PairInputs import PairInputs, RegionPairInputs
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, PointTable
from DynamicSpineLib.Metrics.Registry import (
    CRANIOCERVICAL,
    MOTION_KIND,
    REGION,
    SEGMENT,
    SIDED_SEGMENT,
    STATE_KIND,
    MetricDefinition,
    allMetrics,
    metricsByKey,
)  # fmt: skip
from DynamicSpineLib.Metrics.StateInputs import Later, RegionInputs, SegmentInputs, SidedInputs, VertebraInputs

_REGION_OF = {"T1": "C2C7"}
"""The region whose plane the metrics of a single level are taken in."""


@dataclass(frozen=True)
class Values:
    """Values by metric id, without any gate applied; leading axes are those of the table (draws or none).

    states: segment (..., P, S), sided segment (..., P, S, 2), vertebra (..., P, L), region (..., P).
    motions: segment (..., Q, S), region (..., Q); regionRotation has one more axis, the chain's regions.
    changes: against the compared position, where they are not the difference of two states (Metrics/CommonCorners.py).
    """

    states: Mapping[str, Array] = field(default_factory=dict)
    motions: Mapping[str, Array] = field(default_factory=dict)
    changes: Mapping[str, Array] = field(default_factory=dict)


def evaluate(
    context: EvaluationContext, table: PointTable, outlines: OutlineValues,
    between: Array, wanted: Wanted = None,
) -> Values:  # fmt: skip
    """All values of a point table, or those that are wanted with what they are built on.

    between: motion (..., P, S, 4, 4) of each segment's upper bone against its lower one, NaN where not carried.
    """
    return Evaluation(context, table, lambda: outlines, between, wanted).all()


class Evaluation:
    """The values of one point table: each metric is computed when it is asked for and kept, as is what metrics share.

    wanted: the metrics that will be asked for, None for all. known: values that need not be computed. regionTurns:
    known rotations (..., Q) of regions by name.
    """

    def __init__(
        self, context: EvaluationContext, table: PointTable, outlines: Callable[[], OutlineValues], between: Array,
        wanted: Wanted = None, known: Values | None = None, regionTurns: Mapping[str, Array] | None = None,
    ) -> None:  # fmt: skip
        self._context, self._table, self._between, self._wanted = context, table, between, wanted
        known = known or Values()
        self._states, self._motions, self._changes = dict(known.states), dict(known.motions), dict(known.changes)
        self.regionTurns = dict(regionTurns or {})
        self._vertebrae = VertebraInputs(table, context.frames)
        self._segments = SegmentInputs(table, context.frames, self._vertebrae, self._plainExtras(outlines))
        self._sided = SidedInputs(table, self._sidedExtras(outlines))
        self._regions: dict[str, RegionInputs] = {}
        self._regionPairs: dict[str, RegionPairInputs] = {}
        self._pairs: PairInputs | None = None
        self._sideways: dict[str, Array] = {}
        self._beside: dict[str, tuple[Array, Array]] = {}

    def all(self) -> Values:
        """Every wanted value that this case can have, with whatever else has been computed."""
        for key in metricsByKey() if self._wanted is None else self._wanted:
            if self.has(key):
                (self.state if key[0] == STATE_KIND else self.motion)(key[1])
        self.changes()
        return self.known

    @property
    def known(self) -> Values:
        """What has been computed so far."""
        return Values(self._states, self._motions, self._changes)

    def has(self, key: MetricKey) -> bool:
        """True for a metric that this case's chain and positions can have."""
        definition = metricsByKey().get(key)
        if definition is None or (definition.kind == MOTION_KIND and not self._context.fromIndex):
            return False
        if definition.scope not in (REGION, CRANIOCERVICAL):
            return True
        regions = self._context.frames.regions
        return len(regions) > 0 if definition.places == "regions" else _regionOf(definition) in regions

    def state(self, metricId: str) -> Array:
        """The values of a state metric; KeyError for one that the case cannot have."""
        if metricId not in self._states:
            definition = metricsByKey()[STATE_KIND, metricId]
            inputs = self._inputsOf(definition)
            # Ratios over nothing (no rotation, no width) are not finite; rows give such values as not available.
            with np.errstate(divide="ignore", invalid="ignore"):
                self._states[metricId] = definition.compute(*[inputs[name] for name in definition.inputs])
        return self._states[metricId]

    def motion(self, metricId: str) -> Array:
        """The values of a motion metric; KeyError for one that the case cannot have."""
        if metricId not in self._motions:
            with np.errstate(divide="ignore", invalid="ignore"):
                self._motions[metricId] = self._computedMotion(metricsByKey()[MOTION_KIND, metricId])
        return self._motions[metricId]

    def changes(self) -> Mapping[str, Array]:
        """The changes that are not the difference of two states; empty where all positions have the same corners."""
        if self._context.mixedCorners is not None and not self._changes:
            with np.errstate(divide="ignore", invalid="ignore"):
                found = changesFromCommonCorners(self._table, self._context.frames, self._context.mixedCorners)
            self._changes.update(found)
        return self._changes

    def _inputsOf(self, definition: MetricDefinition) -> VertebraInputs | SegmentInputs | SidedInputs | RegionInputs:
        if definition.scope in (REGION, CRANIOCERVICAL):
            return self._regionInputs(_regionOf(definition))
        if definition.scope == SEGMENT:
            return self._segments
        return self._sided if definition.scope == SIDED_SEGMENT else self._vertebrae

    def _computedMotion(self, definition: MetricDefinition) -> Array:
        if definition.places == "regions":
            regions = self._context.case.chain.regions
            return np.stack([self._regionTurn(definition, region.name) for region in regions], axis=-1)
        pairs = self._regionPairInputs(definition.places) if definition.scope == REGION else self._pairInputs()
        return definition.compute(*[pairs[name] for name in definition.inputs])

    def _regionTurn(self, definition: MetricDefinition, region: str) -> Array:
        if region not in self.regionTurns:
            pairs = self._regionPairInputs(region)
            self.regionTurns[region] = definition.compute(*[pairs[name] for name in definition.inputs])
        return self.regionTurns[region]

    def _plainExtras(self, outlines: Callable[[], OutlineValues]) -> Later:
        return {
            "areaDS": lambda: outlines().area["DS"],
            "areaKC": lambda: outlines().area["KC"],
            "apKC": lambda: outlines().apExtent["KC"],
            "transverseKC": lambda: outlines().transverseExtent["KC"],
            "cordAbove": lambda: self._widths("cord")[0],
            "cordBelow": lambda: self._widths("cord")[1],
            "canalAbove": lambda: self._widths("canal")[0],
            "canalBelow": lambda: self._widths("canal")[1],
        }

    @staticmethod
    def _sidedExtras(outlines: Callable[[], OutlineValues]) -> Later:
        lengths = {f"length{code}": code for code in ("LF", "FG", "LR")}
        return {
            "areaFC": lambda: outlines().area["FC"],
            **{name: lambda code=code: outlines().lineLength[code] for name, code in lengths.items()},  # type: ignore[misc]
        }

    def _widths(self, name: str) -> tuple[Array, Array]:
        """Widths (..., P, S) of the cord or canal at the mid-body levels above and below."""
        if name not in self._beside:
            context = self._context
            if name == "canal":
                self._beside[name] = context.canalNeighbors.widths(self.state("canalApBody"))
            else:
                cord = length(self._vertebrae["KP"] - self._vertebrae["KA"])
                self._beside[name] = context.cordNeighbors.widths(cord)
        return self._beside[name]

    def _regionInputs(self, region: str) -> RegionInputs:
        if region not in self._regions:
            if region not in self._context.frames.regions:
                raise KeyError(region)
            asked = [definition for definition in _statesOfRegion(region) if self._isWanted(definition)]
            names = {name for definition in asked for name in definition.inputs}
            frame, gravity_RAS = self._context.frames.regions[region], self._context.constants.gravity_RAS
            self._regions[region] = RegionInputs(self._table, frame, self._vertebrae, gravity_RAS, names)
        return self._regions[region]

    def _isWanted(self, definition: MetricDefinition) -> bool:
        missing = definition.id not in self._states
        return missing and (self._wanted is None or (definition.kind, definition.id) in self._wanted)

    def _pairInputs(self) -> PairInputs:
        if self._pairs is None:
            context = self._context
            later: dict[str, Callable[[], Array]] = {
                "regionSum": lambda: context.constants.regionSums(self.motion("rotation")),
                "relativeTurn": lambda: self._outOfPlane("relativeTurn"),
                "relativeShift": lambda: self._outOfPlane("relativeShift"),
            }
            states = OnDemand(self, STATE_KIND)
            self._pairs = PairInputs(self._segments, states, context.fromIndex, context.toIndex, later)
        return self._pairs

    def _outOfPlane(self, name: str) -> Array:
        if not self._sideways:
            self._sideways = outOfPlaneInputs(self._context, self._table, self._segments, self._between)
        return self._sideways[name]

    def _regionPairInputs(self, region: str) -> RegionPairInputs:
        if region not in self._regionPairs:
            context = self._context
            ends = next(item for item in context.case.chain.regions if item.name == region)
            self._regionPairs[region] = RegionPairInputs(
                lambda: np.stack([self._endCorners(region, level) for level in (ends.top, ends.bottom)]),
                OnDemand(self, STATE_KIND), context.fromIndex, context.toIndex,
            )  # fmt: skip
        return self._regionPairs[region]

    def _endCorners(self, region: str, level: str) -> Array:
        """Corners (..., P, 4, 2) of a region's end body in the region's frame."""
        frame, index = self._context.frames.regions[region], self._table.chain.levels.index(level)
        wide = Frames(frame.origin[:, None], frame.anterior[:, None], frame.cranial[:, None])
        return wide.toPlane(np.stack([self._table.levels[code][..., index, :] for code in CORNERS], axis=-2))


class OnDemand(Mapping[str, Array]):
    """Values of one kind by metric id, computed when they are asked for."""

    def __init__(self, evaluation: Evaluation, kind: str) -> None:
        self._evaluation, self._kind = evaluation, kind

    def __getitem__(self, name: str) -> Array:
        if name not in self:
            raise KeyError(name)
        return self._evaluation.state(name) if self._kind == STATE_KIND else self._evaluation.motion(name)

    def __contains__(self, name: object) -> bool:
        return self._evaluation.has((self._kind, str(name)))

    def __iter__(self) -> Iterator[str]:
        return (name for kind, name in metricsByKey() if kind == self._kind and name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _regionOf(definition: MetricDefinition) -> str:
    return _REGION_OF.get(definition.places, definition.places)


@cache
def _statesOfRegion(region: str) -> tuple[MetricDefinition, ...]:
    """The state metrics that are taken in a region's plane."""
    regional = [item for item in allMetrics() if item.kind == STATE_KIND and item.scope in (REGION, CRANIOCERVICAL)]
    return tuple(item for item in regional if _regionOf(item) == region)


def pairIndices(positionIds: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[list[int], list[int]]:
    """Indices of the first and second position of every pair."""
    place = {positionId: index for index, positionId in enumerate(positionIds)}
    return [place[first] for first, _ in pairs], [place[second] for _, second in pairs]
