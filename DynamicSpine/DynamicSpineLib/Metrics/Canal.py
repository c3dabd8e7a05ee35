"""Widths of canal, sac, cord and ligamentum flavum in the midline (reference section 2.1). Midline only:
a trefoil canal or a lateral recess can be narrow beside a wide midline."""

from __future__ import annotations

from DynamicSpineLib.Geometry.Planar import alongLine, length, middle
from DynamicSpineLib.Metrics.Registry import SEGMENT, VERTEBRA, Array, metric

_DISTANCE = "DCM 121206"


@metric("canalApDisc", title="canal width at the narrowest point, midline", unit="mm", scope=SEGMENT, places="discs",
        section="2.1", source="disc or osteophyte to ligamentum flavum or lamina", evidence="V", minimum=0.0,
        method="narrowestInPosition", worst="smallest", code=_DISTANCE)  # fmt: skip
def canalApDisc(CA: Array, CP: Array) -> Array:
    """Distance of the canal's borders at the narrowest section of the segment in this position."""
    return length(CP - CA)


@metric("canalApBody", title="canal width at mid-body, midline", unit="mm", scope=VERTEBRA, places="wholeBodies",
        section="2.1", source="middle of the posterior wall to the spinolaminar line", evidence="V", minimum=0.0,
        method="midBody", code=_DISTANCE)  # fmt: skip
def canalApBody(SP: Array, IP: Array, SL: Array) -> Array:
    """Distance of the middle of the posterior wall from the spinolaminar line."""
    return length(SL - middle(SP, IP))


@metric("torgPavlov", title="canal width over body depth (Torg-Pavlov)", unit="{ratio}", scope=VERTEBRA,
        places="cervicalBodies", section="2.1", source="Torg; Pavlov", evidence="V2", minimum=0.0,
        method="midBodyOverMidDepth")  # fmt: skip
def torgPavlov(SP: Array, IP: Array, SL: Array, ownDepth: Array) -> Array:
    """Canal width at mid-body over the body's depth; driven by body size, and unlike the X-ray ratio."""
    return canalApBody(SP, IP, SL) / ownDepth


@metric("cordAp", title="cord thickness front to back, midline", unit="mm", scope=SEGMENT, places="cord",
        section="2.1", source="anterior to posterior cord surface", evidence="M", minimum=0.0, method="surfaces",
        code=_DISTANCE)  # fmt: skip
def cordAp(KA: Array, KP: Array) -> Array:
    """Distance of the cord's anterior and posterior surface on the line of the narrowest section."""
    return length(KP - KA)


@metric("spaceAvailable", title="room for the cord, midline", unit="mm", scope=SEGMENT, places="cord", section="2.1",
        source="canal minus cord on the canal's line", evidence="V", method="projectedOnCanalLine", worst="smallest",
        code=_DISTANCE)  # fmt: skip
def spaceAvailable(CA: Array, CP: Array, KA: Array, KP: Array) -> Array:
    """Canal width minus cord thickness, with the cord's surfaces projected on the line across the canal."""
    return length(CP - CA) - (alongLine(KP, CA, CP) - alongLine(KA, CA, CP))


@metric("spaceAnterior", title="room in front of the cord, midline", unit="mm", scope=SEGMENT, places="cord",
        section="2.1", source="anterior part of the room for the cord", method="projectedOnCanalLine",
        code=_DISTANCE)  # fmt: skip
def spaceAnterior(CA: Array, CP: Array, KA: Array) -> Array:
    """Canal's anterior border to the cord, along the line across the canal."""
    return alongLine(KA, CA, CP)


@metric("spacePosterior", title="room behind the cord, midline", unit="mm", scope=SEGMENT, places="cord",
        section="2.1", source="posterior part of the room for the cord", method="projectedOnCanalLine",
        code=_DISTANCE)  # fmt: skip
def spacePosterior(CA: Array, CP: Array, KP: Array) -> Array:
    """Cord to the canal's posterior border, along the line across the canal."""
    return length(CP - CA) - alongLine(KP, CA, CP)


@metric("ligamentumFlavum", title="thickness of the ligamentum flavum", unit="mm", scope=SEGMENT, places="discs",
        section="2.1", source="perpendicular thickness, midsagittal", evidence="V", minimum=0.0, method="midsagittal",
        worst="largest", code=_DISTANCE)  # fmt: skip
def ligamentumFlavum(CP: Array, LP: Array) -> Array:
    """Distance of the canal's posterior border from the ligament's back edge."""
    return length(LP - CP)
