"""Sagittal translation of a vertebra on the one below it (reference section 1.3)."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planar import alongLine, dot, length, unit
from DynamicSpineLib.Metrics.Registry import SEGMENT, Array, metric

_SIGN = "anterior positive, posterior (retrolisthesis) negative"

SLIP_GRADED_FROM_PERCENT = 5.0
"""Below this share of the endplate no Meyerding grade is given: hand marks cannot tell such a slip from none.
Source: clinical review, section 3 (slip rules apply from 5 % in some position)."""


@metric("slip", title="slip at the posterior corners", unit="mm", scope=SEGMENT, places="discs", section="1.3",
        source="White and Panjabi corner method", evidence="V2", sign=_SIGN, method="cornerOnLowerEndplate",
        worst="largest", eitherWay=True, code="DCM 110856")  # fmt: skip
def slip(upperIP: Array, lowerSP: Array, lowerSA: Array) -> Array:
    """Upper posterior inferior corner minus lower posterior superior corner, along the lower superior endplate."""
    return alongLine(upperIP, lowerSP, lowerSA)


@metric("slipPercent", title="slip in percent of the lower endplate", unit="%", scope=SEGMENT, places="discs",
        section="1.3", source="Taillard", evidence="M", sign=_SIGN, method="cornerOverLowerEndplate",
        worst="largest", eitherWay=True)  # fmt: skip
def slipPercent(upperIP: Array, lowerSP: Array, lowerSA: Array) -> Array:
    """Slip at the corners divided by the length of the lower body's superior endplate."""
    return 100.0 * slip(upperIP, lowerSP, lowerSA) / length(lowerSA - lowerSP)


@metric("slipPercentUpper", title="slip in percent of the upper body's mid-width", unit="%", scope=SEGMENT,
        places="discs", section="1.3", source="White and Panjabi, p. 354 as quoted", evidence="V2", sign=_SIGN,
        method="cornerOverUpperMidWidth")  # fmt: skip
def slipPercentUpper(upperIP: Array, lowerSP: Array, lowerSA: Array, upperDepth: Array) -> Array:
    """Slip at the corners divided by the upper body's depth at mid-height (for C2 its inferior endplate)."""
    return 100.0 * slip(upperIP, lowerSP, lowerSA) / upperDepth


@metric("slipCenter", title="slip between the bodies' centers", unit="mm", scope=SEGMENT, places="discs",
        section="1.3", source="Frobin et al., Clin Biomech 1997;12 Suppl 1", evidence="V", sign=_SIGN,
        method="centersAlongBisector", code="DCM 110856")  # fmt: skip
def slipCenter(upperCenter: Array, lowerCenter: Array, upperMid: Array, lowerMid: Array) -> Array:
    """Upper center minus lower center along the bisector of the two mid-planes (each of unit length)."""
    return dot(upperCenter - lowerCenter, unit(unit(upperMid) + unit(lowerMid)))


@metric("meyerding", title="Meyerding grade of the slip", unit="{grade}", scope=SEGMENT, places="discs",
        section="1.3", source="Meyerding", evidence="M", sign="anterior positive, posterior as a minus grade",
        method="quartersOfLowerEndplate")  # fmt: skip
def meyerding(upperIP: Array, lowerSP: Array, lowerSA: Array) -> Array:
    """Quarter of the lower endplate that the slip reaches (1 to 25 % = I ... above 100 % = V); 0 below 5 %."""
    percent = slipPercent(upperIP, lowerSP, lowerSA)
    grade = np.minimum(np.ceil(np.round(np.abs(percent), 9) / 25.0), 5.0)
    graded = np.where(np.abs(percent) < SLIP_GRADED_FROM_PERCENT, 0.0, np.copysign(grade, percent))
    return np.where(np.isfinite(percent), graded, np.nan)
