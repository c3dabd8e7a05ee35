"""From joint draws to SD, interval and smallest detectable change.

This is technical noise: the error of placing points and of carrying bones. It contains neither another day, nor
another posture, nor another slice; a repositioning SD from the literature stands beside it in the reports.
"""

from __future__ import annotations

import math

import numpy as np

from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.Registry import MetricDefinition

Z95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

SDC_STATE = Z95 * math.sqrt(2.0)
"""SDC95 of a state in units of its SD: the smallest difference of two such readings that noise does not explain."""

SDC_CHANGE = Z95
"""SDC95 of a change or motion in units of its SD, which is already that of a difference."""

_HEAVY_TAILED = ("rotation", "excursion")


def spread(definition: MetricDefinition, draws: Array) -> Array:
    """SD over the first axis of draws.

    Ratios over a rotation have no finite variance, so for them it is the half-width of the central 95 % of the draws
    over 1.96: the SD of the normal distribution with that interval.
    """
    with np.errstate(invalid="ignore"):
        if set(definition.needs) & set(_HEAVY_TAILED):
            low, high = np.quantile(draws, [0.025, 0.975], axis=0)
            return (high - low) / (2.0 * Z95)
        return draws.std(axis=0, ddof=1)


def interval(value: float, sd: float, minimum: float | None) -> tuple[float, float]:
    """95 % interval of a value; a quantity that cannot be below `minimum` is not stated to be."""
    low, high = value - Z95 * sd, value + Z95 * sd
    return (low if minimum is None else max(low, minimum)), high
