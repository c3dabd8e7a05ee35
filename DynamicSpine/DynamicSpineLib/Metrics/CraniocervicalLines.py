"""Heights above and below the lines of the skull base, midsagittal (reference section 4)."""

from __future__ import annotations

from DynamicSpineLib.Geometry.Planar import cross, heightAboveLine, length, middle
from DynamicSpineLib.Metrics.Registry import CRANIOCERVICAL, Array, metric

_DISTANCE = "DCM 121206"
_ABOVE = "dens above the line positive"


@metric("chamberlain", title="dens tip above Chamberlain's line", unit="mm", scope=CRANIOCERVICAL, places="OcC2",
        section="4", source="Cronin as quoted", evidence="V2", sign=_ABOVE, method="perpendicular",
        code=_DISTANCE)  # fmt: skip
def chamberlain(C2_DT: Array, Oc_OP: Array, Oc_HP: Array) -> Array:
    """Height of the dens tip above the line from the hard palate to the opisthion."""
    return heightAboveLine(C2_DT, Oc_OP, Oc_HP)


@metric("mcrae", title="dens tip above McRae's line", unit="mm", scope=CRANIOCERVICAL, places="OcC2", section="4",
        source="AJR 2011;196:W421, 10.2214/AJR.10.5339", evidence="V", sign=_ABOVE, method="perpendicular",
        code=_DISTANCE)  # fmt: skip
def mcrae(C2_DT: Array, Oc_OP: Array, Oc_BA: Array) -> Array:
    """Height of the dens tip above the line from basion to opisthion."""
    return heightAboveLine(C2_DT, Oc_OP, Oc_BA)


@metric("mcgregor", title="dens tip above McGregor's line", unit="mm", scope=CRANIOCERVICAL, places="OcC2",
        section="4", source="AJR 2011;196:W421, 10.2214/AJR.10.5339", evidence="V", sign=_ABOVE,
        method="perpendicular", code=_DISTANCE)  # fmt: skip
def mcgregor(C2_DT: Array, Oc_OL: Array, Oc_HP: Array) -> Array:
    """Height of the dens tip above the line from the hard palate to the lowest point of the occiput."""
    return heightAboveLine(C2_DT, Oc_OL, Oc_HP)


@metric("wackenheim", title="dens tip behind the line of the clivus (Wackenheim)", unit="mm", scope=CRANIOCERVICAL,
        places="OcC2", section="4", source="dens tip against the extended clivus", evidence="M",
        sign="behind the line positive", method="perpendicular", code=_DISTANCE)  # fmt: skip
def wackenheim(C2_DT: Array, Oc_CL: Array, Oc_BA: Array) -> Array:
    """Distance of the dens tip behind the line along the back of the clivus, extended downward."""
    return -heightAboveLine(C2_DT, Oc_CL, Oc_BA)


@metric("ranawat", title="C2 pedicle to the axis of C1 (Ranawat)", unit="mm", scope=CRANIOCERVICAL, places="OcC2",
        section="4", source="World J Orthop 2014;5:292, table 1", evidence="V2", method="alongAxisOfC2",
        code=_DISTANCE)  # fmt: skip
def ranawat(C2_PD: Array, C1_AC: Array, C1_PC: Array, C2_DT: Array, C2_IA: Array, C2_IP: Array) -> Array:
    """From the pedicle center of C2 to the line through both arches of C1, along the axis of C2 (middle of its
    inferior endplate to the dens tip)."""
    axis = C2_DT - middle(C2_IA, C2_IP)
    arch = C1_PC - C1_AC
    return cross(C1_AC - C2_PD, arch) / cross(axis, arch) * length(axis)


@metric("redlundJohnell", title="base of C2 below McGregor's line (Redlund-Johnell)", unit="mm", scope=CRANIOCERVICAL,
        places="OcC2", section="4", source="World J Orthop 2014;5:292, table 1", evidence="V2",
        method="perpendicular", code=_DISTANCE)  # fmt: skip
def redlundJohnell(C2_IA: Array, C2_IP: Array, Oc_OL: Array, Oc_HP: Array) -> Array:
    """Distance of the middle of the inferior endplate of C2 below the line from hard palate to lowest occiput."""
    return -heightAboveLine(middle(C2_IA, C2_IP), Oc_OL, Oc_HP)


@metric("tonsil", title="tonsil tip below the foramen magnum", unit="mm", scope=CRANIOCERVICAL, places="OcC2",
        section="4", source="distance from McRae's line", evidence="M", sign="below the line positive",
        method="perpendicular", needs=("upright",), code=_DISTANCE)  # fmt: skip
def tonsil(Oc_TT: Array, Oc_OP: Array, Oc_BA: Array) -> Array:
    """Distance of the tonsil tip below the line from basion to opisthion; upright positions only."""
    return -heightAboveLine(Oc_TT, Oc_OP, Oc_BA)
