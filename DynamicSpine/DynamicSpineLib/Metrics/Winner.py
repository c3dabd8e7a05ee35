"""Intervals for what was picked because it is extreme: the worst place, and the range over positions.

A picked value is picked partly for its noise, so its plain interval holds the truth far less often than it says.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from DynamicSpineLib.Metrics.PointTable import Array

REPEATED = math.sqrt(2.0)
"""A place is as sure to be the worst as it would lead again in a second marking, whose noise adds to the first's."""

_NORMAL = NormalDist()
_MISSED, _MISSED_BY_ALL = 0.05, 0.005
_STEPS = 40
_RANGE_STEPS = 9
_RANGE_DRAWS = 500


def smallestInterval(value: float, sd: float, next_: float, candidates: int) -> tuple[float, float]:
    """95 % interval of the true value where the smallest of several candidates was seen; next_: the next smallest.

    The seen value follows a normal distribution cut off at the next one, which gives the interval, and no end lies
    farther out than an interval that holds for all candidates at once in 99.5 % (hybrid inference on winners:
    Andrews I, Kitagawa T, McCloskey A. Q J Econ 2024;139:305).
    """
    if sd <= 0.0:
        return value, value
    reach = _NORMAL.inv_cdf(1.0 - _MISSED_BY_ALL / (2.0 * max(candidates, 1))) * sd
    missed = (_MISSED - _MISSED_BY_ALL) / (1.0 - _MISSED_BY_ALL)

    def share(truth: float) -> float:
        picked = _NORMAL.cdf((next_ - truth) / sd)
        return _NORMAL.cdf((value - truth) / sd) / picked if picked > 0.0 else 0.0

    ends = (value - reach, value + reach)
    return _falling(share, 1.0 - 0.5 * missed, *ends), _falling(share, 0.5 * missed, *ends)


def rangeInterval(values: Array, noise: Array) -> tuple[float, float]:
    """95 % interval of the true range of values (K,) seen with noise draws (N, K): the ranges that may give this one.

    A true range is thought of as the seen values drawn closer together or farther apart; it may be the true one where
    the seen range lies in the central 95 % of the ranges that it would give with noise.
    """
    size, drawn = float(np.ptp(values)), np.ascontiguousarray(noise[:_RANGE_DRAWS].T)
    # Without any spread of their own the values are thought of as evenly spread.
    spread = (values - values.mean()) / size if size > 0.0 else np.linspace(-0.5, 0.5, len(values))

    def seen(truth: float, level: float) -> float:
        seen = (truth * spread)[:, None] + drawn
        return quantile(seen.max(axis=0) - seen.min(axis=0), level)

    widest = size + 4.0 * float(np.sqrt((noise[:_RANGE_DRAWS] ** 2).mean(axis=0)).max()) * REPEATED
    low = 0.0
    if seen(0.0, 1.0 - 0.5 * _MISSED) < size:
        low = _falling(lambda truth: -seen(truth, 1.0 - 0.5 * _MISSED), -size, 0.0, size, _RANGE_STEPS)
    high = _falling(lambda truth: -seen(truth, 0.5 * _MISSED), -size, 0.0, widest, _RANGE_STEPS)
    return low, high


def quantile(values: Array, level: float) -> float:
    """Quantile of values (N,) with N > 1, as numpy's, but quick for few values; NaN where any value is."""
    last = len(values) - 1
    below = min(int(level * last), last - 1)
    share, ordered = level * last - below, np.partition(values, (below, below + 1, last))
    if math.isnan(ordered[last]):
        return math.nan
    low, high = float(ordered[below]), float(ordered[below + 1])
    return low + (high - low) * share if share < 0.5 else high - (high - low) * (1.0 - share)


def _falling(
    function: Callable[[float], float], wanted: float, low: float, high: float, steps: int = _STEPS
) -> float:
    """Where a falling function has a value, between two ends; the nearer end where it has it beyond them."""
    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if function(middle) > wanted else (low, middle)
    return 0.5 * (low + high)

