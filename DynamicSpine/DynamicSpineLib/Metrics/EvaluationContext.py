"""What an evaluation is given besides points: what stays the same for all draws, and what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Metrics.Gates import CaseConstants
from DynamicSpineLib.Metrics.Neighbors import NeighborChoice
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames
from DynamicSpineLib.Study.Case import Case

MetricKey = tuple[str, str]
"""Kind (state or motion) and id of a metric."""

Wanted = frozenset[MetricKey] | None
"""The metrics to compute; None for all."""


@dataclass(frozen=True)
class EvaluationContext:
    """What stays the same for all draws: the case, nominal frames, choices of neighbors and the pairs to compare.

    held (Q, S): both bones of a segment have transforms to both positions of a pair; bonesIndex: the position that the
    transforms start from, or -1. mixedCorners: index of the compared position where positions have different corners,
    else None. constants: what the case itself fixes, whatever its marks.
    """

    case: Case
    constants: CaseConstants
    frames: CaseFrames
    cordNeighbors: NeighborChoice
    canalNeighbors: NeighborChoice
    fromIndex: list[int]
    toIndex: list[int]
    held: NDArray[np.bool_]
    bonesIndex: int
    mixedCorners: int | None = None

    @property
    def neighborChoices(self) -> Mapping[str, NeighborChoice]:
        """The levels above and below that a metric compares with, for the metrics that do."""
        return {"mscc": self.cordNeighbors, "mcc": self.canalNeighbors}
