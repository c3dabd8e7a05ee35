"""Ratios of cord, sac and canal (reference section 2.1)."""

from __future__ import annotations

from DynamicSpineLib.Geometry.Planar import length
from DynamicSpineLib.Metrics.Canal import canalApDisc, cordAp
from DynamicSpineLib.Metrics.Registry import SEGMENT, Array, metric


@metric("occupationRatio", title="share of the canal that the cord fills, midline", unit="%", scope=SEGMENT,
        places="cord", section="2.1", source="sagittal cord over canal", evidence="V", minimum=0.0,
        method="sagittalCordOverCanal", worst="largest")  # fmt: skip
def occupationRatio(CA: Array, CP: Array, KA: Array, KP: Array) -> Array:
    """Cord thickness in percent of the canal width at the narrowest section."""
    return 100.0 * cordAp(KA, KP) / canalApDisc(CA, CP)


@metric("csfReserve", title="share of the sac left beside the cord, midline", unit="%", scope=SEGMENT, places="cord",
        section="2.1", source="1 - cord / dural sac", evidence="V", method="sagittalCordOverSac",
        worst="smallest")  # fmt: skip
def csfReserve(TA: Array, TP: Array, KA: Array, KP: Array) -> Array:
    """One minus cord thickness over the width of the thecal sac, in percent; needs the dural points."""
    return 100.0 * (1.0 - cordAp(KA, KP) / length(TP - TA))


def compressionPercent(here: Array, above: Array, below: Array) -> Array:
    """How much smaller a width is than the mean of those above and below, in percent."""
    return 100.0 * (1.0 - here / (0.5 * (above + below)))


@metric("mscc", title="cord thinner than above and below (MSCC)", unit="%", scope=SEGMENT, places="cord",
        section="2.1", source="formula as in Miyanji 2007 and Spinal Cord Toolbox", evidence="V",
        method="midBodyWithoutContact", worst="largest")  # fmt: skip
def mscc(KA: Array, KP: Array, cordAbove: Array, cordBelow: Array) -> Array:
    """Loss of cord thickness against the mean of the nearest mid-body levels above and below without contact."""
    return compressionPercent(cordAp(KA, KP), cordAbove, cordBelow)


@metric("mcc", title="canal narrower than above and below (MCC)", unit="%", scope=SEGMENT, places="cord",
        section="2.1", source="formula as in Miyanji 2007", evidence="V", method="midBodyWithoutContact",
        worst="largest")  # fmt: skip
def mcc(CA: Array, CP: Array, canalAbove: Array, canalBelow: Array) -> Array:
    """Loss of canal width against the mean of the nearest mid-body levels above and below without cord contact."""
    return compressionPercent(canalApDisc(CA, CP), canalAbove, canalBelow)
