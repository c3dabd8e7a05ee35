"""Which values of a reading may not be given, need by need; made for a metric when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Metrics.Engine import Values
from DynamicSpineLib.Metrics.EvaluationContext import EvaluationContext, MetricKey
from DynamicSpineLib.Metrics.Gates import foramenPlanesBlocked, nativeSegments, statePositionsBlocked
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.PointTable import Array, PointTable
from DynamicSpineLib.Metrics.Registry import (
    MOTION_KIND,
    SEGMENT,
    SIDED_SEGMENT,
    VERTEBRA,
    MetricDefinition,
    metricsByKey,
)  # fmt: skip

AXES_BEHIND_POSITIONS = MappingProxyType({SEGMENT: 1, VERTEBRA: 1, SIDED_SEGMENT: 2})
"""How many axes of a state's values stand behind that of the positions, by scope; none for others."""

Masks = Mapping[str, NDArray[np.bool_]]
"""Need -> True where that need is not met, in the shape of the values."""

_NOTHING: Masks = MappingProxyType({})


class Blocked:
    """The masks of one reading: its points, frames, planes of outlines of foramina (P, S, 2, 3) and values."""

    def __init__(
        self, context: EvaluationContext, table: PointTable, foramenNormals: Array, values: Values
    ) -> None:
        self._context, self._table, self._normals, self._values = context, table, foramenNormals, values
        self._made: dict[MetricKey, Masks] = {}

    def masks(self, key: MetricKey) -> Masks:
        """The masks of a metric given as kind and id; none where it has no needs or no values."""
        if key not in self._made:
            self._made[key] = self._masks(metricsByKey()[key])
        return self._made[key]

    def _masks(self, definition: MetricDefinition) -> Masks:
        if not definition.needs:
            return _NOTHING
        held = (self._values.motions if definition.kind == MOTION_KIND else self._values.states).get(definition.id)
        if held is None:
            return _NOTHING
        return {need: np.broadcast_to(self._mask(definition, need), held.shape) for need in definition.needs}

    def _mask(self, definition: MetricDefinition, need: str) -> NDArray[np.bool_]:
        case, constants = self._context.case, self._context.constants
        if need == "nativeSegment":
            return ~nativeSegments(case)[None, :]
        if need == "foramenPlane":
            frames = self._context.frames.segments
            return foramenPlanesBlocked(case.chain, self._table, frames, self._normals)
        if definition.kind == MOTION_KIND:
            rotation = self._values.motions["rotation"]
            with np.errstate(invalid="ignore"):
                if need == "rotation":
                    return np.asarray(np.abs(rotation) < limit("leastRotationDeg"))
                return np.asarray(np.abs(constants.regionSums(rotation)) < constants.leastExcursions)
        blocked = statePositionsBlocked(case, need)
        return blocked.reshape(-1, *(1,) * AXES_BEHIND_POSITIONS.get(definition.scope, 0))
