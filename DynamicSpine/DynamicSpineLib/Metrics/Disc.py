"""Disc heights, bulge and interspinous distance in one position (reference sections 1.6, 1.7 and 1.10)."""

from __future__ import annotations

from DynamicSpineLib.Geometry.Planar import heightAboveLine, length, middle
from DynamicSpineLib.Metrics.Registry import SEGMENT, Array, metric

_HEIGHT = "DCM 121207"


@metric("discHeightAnterior", title="disc height in front", unit="mm", scope=SEGMENT, places="discs", section="1.6",
        source="corner to corner", evidence="M", minimum=0.0, method="corners", code=_HEIGHT)  # fmt: skip
def discHeightAnterior(upperIA: Array, lowerSA: Array) -> Array:
    """Distance of the two anterior corners that face each other across the disc."""
    return length(upperIA - lowerSA)


@metric("discHeightMiddle", title="disc height in the middle", unit="mm", scope=SEGMENT, places="discs",
        section="1.6", source="distance of the endplates' middles", evidence="M", minimum=0.0, method="endplateMiddles",
        code=_HEIGHT)  # fmt: skip
def discHeightMiddle(upperIA: Array, upperIP: Array, lowerSA: Array, lowerSP: Array) -> Array:
    """Distance of the middles of the two endplates."""
    return length(middle(upperIA, upperIP) - middle(lowerSA, lowerSP))


@metric("discHeightPosterior", title="disc height behind", unit="mm", scope=SEGMENT, places="discs", section="1.6",
        source="corner to corner", evidence="M", minimum=0.0, method="corners", code=_HEIGHT)  # fmt: skip
def discHeightPosterior(upperIP: Array, lowerSP: Array) -> Array:
    """Distance of the two posterior corners that face each other across the disc."""
    return length(upperIP - lowerSP)


@metric("discHeightIndex", title="disc height index", unit="{ratio}", scope=SEGMENT, places="discs", section="1.6",
        source="(AH + PH) / (depth of both bodies)", evidence="M", minimum=0.0, method="heightsOverDepths")  # fmt: skip
def discHeightIndex(
    upperIA: Array, upperIP: Array, lowerSA: Array, lowerSP: Array, upperDepth: Array, lowerDepth: Array
) -> Array:
    """Sum of anterior and posterior disc height over the sum of both bodies' depths."""
    heights = discHeightAnterior(upperIA, lowerSA) + discHeightPosterior(upperIP, lowerSP)
    return heights / (upperDepth + lowerDepth)


@metric("discBulge", title="disc or osteophyte behind the line of the corners", unit="mm", scope=SEGMENT,
        places="discs", section="1.7", source="perpendicular to the line of the posterior corners", evidence="V",
        sign="posterior positive; on a slipped segment the line is oblique", method="cornerLine", worst="largest",
        code="DCM 121206")  # fmt: skip
def discBulge(CA: Array, upperIP: Array, lowerSP: Array) -> Array:
    """Distance of the canal's anterior border behind the line of the two posterior corners."""
    # Seen from above to below, posterior lies on the right of the line.
    return -heightAboveLine(CA, upperIP, lowerSP)


@metric("interspinousDistance", title="distance between the spinous processes", unit="mm", scope=SEGMENT,
        places="discs", section="1.10", source="facing edges in the midline", evidence="V", minimum=0.0,
        method="edges", code="DCM 121206")  # fmt: skip
def interspinousDistance(upperSPL: Array, lowerSPU: Array) -> Array:
    """Distance of the lower edge of the upper spinous process from the upper edge of the lower one."""
    return length(upperSPL - lowerSPU)
