"""Alignment of a region in one position (reference sections 1.8 and 2.4)."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planar import angleBetweenDeg, cross, dot, heightAboveLine, length, middle
from DynamicSpineLib.Metrics.Registry import REGION, Array, metric

_LORDOSIS = "lordosis positive"


@metric("c2c7Cobb", title="lordosis C2 to C7 (Cobb)", unit="deg", scope=REGION, places="C2C7", section="1.8",
        source="Guo 2018, 10.1186/s13018-018-0854-6", evidence="V", sign=_LORDOSIS, method="inferiorEndplates",
        code="SCT 285285000")  # fmt: skip
def c2c7Cobb(C2_IA: Array, C2_IP: Array, C7_IA: Array, C7_IP: Array) -> Array:
    """Direction of the inferior endplate of C2 minus that of C7."""
    return angleBetweenDeg(C2_IA - C2_IP, C7_IA - C7_IP)


@metric("c2c7Tangent", title="lordosis C2 to C7 (posterior tangents)", unit="deg", scope=REGION, places="C2C7",
        section="1.8", source="Harrison; Guo 2018", evidence="V", sign=_LORDOSIS, method="posteriorTangents",
        code="SCT 1483009")  # fmt: skip
def c2c7Tangent(C2_DP: Array, C2_IP: Array, C7_SP: Array, C7_IP: Array) -> Array:
    """Angle between the posterior walls of C2 (dens cortex to lower corner) and C7."""
    return angleBetweenDeg(C2_DP - C2_IP, C7_SP - C7_IP)


@metric("ishihara", title="Ishihara curvature index", unit="%", scope=REGION, places="C2C7", section="1.8",
        source="Ishihara 1968", evidence="M", sign=_LORDOSIS, method="posteriorInferiorCorners")  # fmt: skip
def ishihara(C2_IP: Array, C3_IP: Array, C4_IP: Array, C5_IP: Array, C6_IP: Array, C7_IP: Array) -> Array:
    """Sum of the distances of C3 to C6 in front of the line C2 to C7, in percent of that line."""
    distances = [heightAboveLine(point, C2_IP, C7_IP) for point in (C3_IP, C4_IP, C5_IP, C6_IP)]
    return 100.0 * sum(distances) / length(C7_IP - C2_IP)


@metric("c2c7Sva", title="C2 forward of C7 (sagittal vertical axis)", unit="mm", scope=REGION, places="C2C7",
        section="1.8", source="plumb of the center of C2 to the upper back corner of C7", evidence="V",
        sign="C2 anterior positive", method="plumbLine", needs=("upright", "gravity"), code="DCM 121206")  # fmt: skip
def c2c7Sva(C2_center: Array, C7_SP: Array, down: Array) -> Array:
    """Horizontal distance of the center of C2 in front of the upper back corner of C7; upright positions only."""
    return cross(down, C2_center - C7_SP) / length(down)


@metric("t1Slope", title="slope of T1", unit="deg", scope=REGION, places="T1", section="1.8",
        source="JOSR 2020, 10.1186/s13018-019-1526-x", evidence="V", sign="forward tilt positive",
        method="superiorEndplate", needs=("upright", "gravity"), code="SCT 1483009")  # fmt: skip
def t1Slope(T1_SA: Array, T1_SP: Array, down: Array) -> Array:
    """Angle of the superior endplate of T1 to the horizontal; upright positions only."""
    endplate = T1_SA - T1_SP
    return np.degrees(np.arctan2(dot(endplate, down), cross(down, endplate)))


@metric("lumbarLordosis", title="lordosis L1 to S1", unit="deg", scope=REGION, places="L1S1", section="1.8",
        source="superior endplates of L1 and S1", evidence="M", sign=_LORDOSIS, method="superiorEndplates",
        code="SCT 285285000")  # fmt: skip
def lumbarLordosis(L1_SA: Array, L1_SP: Array, S1_SA: Array, S1_SP: Array) -> Array:
    """Direction of the superior endplate of L1 minus that of S1."""
    return angleBetweenDeg(L1_SA - L1_SP, S1_SA - S1_SP)


@metric("kLineMinimum", title="smallest distance of the canal's front from the cord's line (INTmin)", unit="mm",
        scope=REGION, places="C2C7", section="2.4", source="Taniyama, Spine 2013;38:496", evidence="V",
        sign="in front of the line positive, crossing negative", method="cordMidpointsC2C3toC7T1",
        worst="smallest", code="DCM 121206")  # fmt: skip
def kLineMinimum(
    C2C3_KA: Array, C2C3_KP: Array, C7T1_KA: Array, C7T1_KP: Array,
    C3C4_CA: Array, C4C5_CA: Array, C5C6_CA: Array, C6C7_CA: Array,
) -> Array:  # fmt: skip
    """Smallest distance of the canal's anterior border, C3-4 to C6-7, in front of the line through the middle of
    the cord at C2-3 and C7-T1 (the disc levels next to the lower endplates of C2 and C7)."""
    top, bottom = middle(C2C3_KA, C2C3_KP), middle(C7T1_KA, C7T1_KP)
    distances = [heightAboveLine(point, top, bottom) for point in (C3C4_CA, C4C5_CA, C5C6_CA, C6C7_CA)]
    return np.min(np.stack(distances), axis=0)


@metric("occiputC2", title="angle of the occiput to C2", unit="deg", scope=REGION, places="OcC2", section="1.1",
        source="McRae line to the inferior endplate of C2", evidence="D", sign=_LORDOSIS,
        method="mcRaeToInferiorEndplate", code="SCT 1483009")  # fmt: skip
def occiputC2(Oc_BA: Array, Oc_OP: Array, C2_IA: Array, C2_IP: Array) -> Array:
    """Direction of the line from opisthion to basion minus that of the inferior endplate of C2."""
    return angleBetweenDeg(Oc_BA - Oc_OP, C2_IA - C2_IP)
