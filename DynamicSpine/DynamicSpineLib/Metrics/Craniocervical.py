"""Angles and distances of the craniocervical junction, midsagittal (reference section 4)."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planar import angleBetweenDeg, heightAboveLine, length
from DynamicSpineLib.Metrics.Registry import CRANIOCERVICAL, Array, metric

_DISTANCE = "DCM 121206"


@metric("cxa", title="clivo-axial angle", unit="deg", scope=CRANIOCERVICAL, places="OcC2", section="4",
        source="Sayah 2021, 10.1177/1971400921998982", evidence="V", sign="falls in flexion",
        method="lowerClivusToPosteriorAxialLine", code="SCT 1483009")  # fmt: skip
def cxa(Oc_CL: Array, Oc_BA: Array, C2_DP: Array, C2_IP: Array) -> Array:
    """Ventral angle between the lower third of the clivus and the line from the dens cortex to the back corner
    of C2."""
    return np.mod(angleBetweenDeg(Oc_CL - Oc_BA, C2_IP - C2_DP), 360.0)


@metric("pbc2", title="ventral dura behind the line from basion to C2 (Grabb-Oakes)", unit="mm", scope=CRANIOCERVICAL,
        places="OcC2", section="4", source="Grabb and Oakes, to the ventral dura", evidence="V2",
        sign="posterior positive", method="toVentralDura", code=_DISTANCE)  # fmt: skip
def pbc2(Oc_VD: Array, Oc_BA: Array, C2_IP: Array) -> Array:
    """Distance of the ventral dura behind the line from the basion to the lower back corner of C2."""
    return -heightAboveLine(Oc_VD, Oc_BA, C2_IP)


@metric("bdi", title="basion to dens tip", unit="mm", scope=CRANIOCERVICAL, places="OcC2", section="4",
        source="Rojas 2007, 10.3174/ajnr.A0660", evidence="V", minimum=0.0, method="closest",
        code=_DISTANCE)  # fmt: skip
def bdi(Oc_BA: Array, C2_DT: Array) -> Array:
    """Distance of the basion from the tip of the dens."""
    return length(Oc_BA - C2_DT)


@metric("bai", title="basion in front of the posterior axial line", unit="mm", scope=CRANIOCERVICAL, places="OcC2",
        section="4", source="Harris", evidence="V", sign="basion anterior positive", method="perpendicular",
        code=_DISTANCE)  # fmt: skip
def bai(Oc_BA: Array, C2_DP: Array, C2_IP: Array) -> Array:
    """Distance of the basion in front of the line from the dens cortex to the back corner of C2, extended."""
    return heightAboveLine(Oc_BA, C2_DP, C2_IP)


@metric("adi", title="dens to anterior arch of C1", unit="mm", scope=CRANIOCERVICAL, places="OcC2", section="4",
        source="Rojas 2007, 10.3174/ajnr.A0660", evidence="V", minimum=0.0, method="archMidHeight",
        code=_DISTANCE)  # fmt: skip
def adi(C1_AAP: Array, C2_DA: Array) -> Array:
    """Distance of the back of the anterior arch of C1 from the front of the dens at the arch's mid-height."""
    return length(C1_AAP - C2_DA)


@metric("padi", title="dens to posterior arch of C1", unit="mm", scope=CRANIOCERVICAL, places="OcC2", section="4",
        source="Boden, JBJS Am 1993", evidence="V2", minimum=0.0, method="densToPosteriorArch",
        code=_DISTANCE)  # fmt: skip
def padi(C2_DQ: Array, C1_PAA: Array) -> Array:
    """Distance of the back of the dens from the front of the posterior arch of C1."""
    return length(C2_DQ - C1_PAA)


@metric("powers", title="Powers ratio", unit="{ratio}", scope=CRANIOCERVICAL, places="OcC2", section="4",
        source="Rojas 2007, 10.3174/ajnr.A0660", evidence="V", minimum=0.0, method="BCoverOA")  # fmt: skip
def powers(Oc_BA: Array, C1_PAA: Array, Oc_OP: Array, C1_AAP: Array) -> Array:
    """Basion to posterior arch over opisthion to anterior arch of C1."""
    return length(Oc_BA - C1_PAA) / length(Oc_OP - C1_AAP)
