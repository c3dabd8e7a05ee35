"""The range of a metric over the positions as rules see it: neither made by noise alone nor hidden by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from DynamicSpineLib.Criteria.CaseValues import CaseValues, Sample
from DynamicSpineLib.Criteria.Results import SURE, SURELY_NOT
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS


def rangeSample(
    values: CaseValues, metric: str, place: str, side: str = "", leftOut: Sequence[str] = ()
) -> Sample:
    """Largest minus smallest value over the positions that are not bent to a side, with draws of that range.

    A range of noisy values is too large, and a range of draws around them is too large once more; so the draws are
    moved down by twice that excess. In draws in which the same range would come about with nothing moving they are
    zero: a limit is then met only where the range is larger than noise alone makes it in 95 % of draws. What noise
    alone could have made need not be noise: that a limit is not met rests on the draws as they are, upperDraws.
    """
    positions = [item.id for item in values.case.positions if item.bend not in BENT_SIDEWAYS and item.id not in leftOut]
    samples = [values.state(metric, place, item, side) for item in positions]
    there = [item for item in samples if item.value is not None]
    if len(there) < 2:
        missing = next((item.reasonCode for item in samples if item.value is None), "onePositionOnly")
        return Sample(reasonCode=missing or "onePositionOnly")
    value = np.array([item.value for item in there], dtype=float)
    size = float(np.ptp(value))
    found = Sample(size, unit=there[0].unit, confirmed=all(item.confirmed for item in there),
                   rows=tuple(row for item in there for row in item.rows))  # fmt: skip
    drawn = [item.draws for item in there if item.draws is not None]
    if len(drawn) < len(there):
        return found
    stacked = np.stack(drawn, axis=-1)
    still = np.ptp(stacked - value, axis=-1)
    ranges = np.ptp(stacked, axis=-1)
    excess = max(float(ranges.mean()) - size, 0.0)
    draws = np.where(still >= size, 0.0, np.maximum(ranges - 2.0 * excess, 0.0)) if size > 0.0 else np.zeros(len(still))
    return replace(found, draws=draws, upperDraws=ranges)


def heldBetween(first: Array, second: Array) -> Array:
    """Certainty draw by draw (N,) of a comparison that too small and too large draws answer differently.

    It is sure only where both are, surely not where neither may hold, and otherwise as near to the lesser as it can.
    """
    low, high = np.minimum(first, second), np.maximum(first, second)
    if low.mean() >= SURE:
        return low
    middle = 0.5 * (low + high)
    return next((item for item in (low, middle) if item.mean() > SURELY_NOT), high)
