"""Angles and sizes of bodies in one position (reference sections 0.2, 1.1 and 1.6)."""

from __future__ import annotations

from DynamicSpineLib.Geometry.Planar import angleBetweenDeg
from DynamicSpineLib.Metrics.Registry import SEGMENT, VERTEBRA, Array, metric

_LORDOSIS = "lordosis positive"


@metric("discAngle", title="angle of the disc between its endplates", unit="deg", scope=SEGMENT, places="joints",
        section="1.1", source="endplate-to-endplate angle", evidence="V", sign=_LORDOSIS, method="endplates",
        code="SCT 1483009")  # fmt: skip
def discAngle(upperIA: Array, upperIP: Array, lowerSA: Array, lowerSP: Array) -> Array:
    """Direction of the upper body's inferior endplate minus that of the lower body's superior endplate."""
    return angleBetweenDeg(upperIA - upperIP, lowerSA - lowerSP)


@metric("segmentCobb", title="Cobb angle of the segment with both bodies", unit="deg", scope=SEGMENT,
        places="wholeDiscs", section="1.1", source="Cobb angle of the functional unit", evidence="V", sign=_LORDOSIS,
        method="outerEndplates", code="SCT 285285000")  # fmt: skip
def segmentCobb(upperSA: Array, upperSP: Array, lowerIA: Array, lowerIP: Array) -> Array:
    """Direction of the upper body's superior endplate minus that of the lower body's inferior endplate."""
    return angleBetweenDeg(upperSA - upperSP, lowerIA - lowerIP)


@metric("bodyAngle", title="angle between the bodies' mid-planes", unit="deg", scope=SEGMENT, places="discs",
        section="1.1", source="Frobin et al., Clin Biomech 1997;12 Suppl 1", evidence="V", sign=_LORDOSIS,
        method="midPlanes", code="SCT 1483009")  # fmt: skip
def bodyAngle(upperMid: Array, lowerMid: Array) -> Array:
    """Direction of the upper body's mid-plane minus that of the lower body's (one endplate stands for both)."""
    return angleBetweenDeg(upperMid, lowerMid)


@metric("bodyDepth", title="depth of the vertebral body", unit="mm", scope=VERTEBRA, places="bodies", section="0.2",
        source="length of the mid-plane, for one endplate that of the endplate", minimum=0.0, method="midPlane",
        code="SCT 410668003")  # fmt: skip
def bodyDepth(ownDepth: Array) -> Array:
    """Length of the mid-plane (middle of the posterior to middle of the anterior wall), or of the only endplate."""
    return ownDepth


@metric("bodyHeight", title="height of the vertebral body", unit="mm", scope=VERTEBRA, places="wholeBodies",
        section="1.6", source="mean of anterior and posterior height", minimum=0.0, method="meanOfWalls",
        code="DCM 121207")  # fmt: skip
def bodyHeight(ownHeight: Array) -> Array:
    """Mean of the anterior (SA-IA) and posterior (SP-IP) heights."""
    return ownHeight
