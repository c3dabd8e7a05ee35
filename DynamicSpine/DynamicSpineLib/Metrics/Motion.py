"""Motion from one position to another in the sagittal plane (reference sections 1.1 to 1.5)."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planar import leftOf, turned, unit, wrapDeg
from DynamicSpineLib.Metrics.Registry import MOTION_KIND, REGION, SEGMENT, Array, metric

_FLEXION = "flexion positive"
_ANTERIOR = "anterior positive"

@metric("rotation", title="rotation of the level", unit="deg", scope=SEGMENT, places="joints", kind=MOTION_KIND,
        section="1.1", source="planar rigid fit of the corners", evidence="D", sign=_FLEXION, method="rigidFit",
        worst="largest", eitherWay=True, code="SCT 1483009")  # fmt: skip
def rotation(upperTurn: Array, lowerTurn: Array) -> Array:
    """Turn of the upper body minus that of the lower, each fitted to the corners common to both positions."""
    return wrapDeg(lowerTurn - upperTurn)


@metric("rotationDisc", title="rotation of the level from the disc angle", unit="deg", scope=SEGMENT, places="joints",
        kind=MOTION_KIND, section="1.1", source="change of the endplate angle", evidence="V", sign=_FLEXION,
        method="endplates", code="SCT 1483009")  # fmt: skip
def rotationDisc(fromDiscAngle: Array, toDiscAngle: Array) -> Array:
    """Fall of the disc angle from the first to the second position."""
    return wrapDeg(fromDiscAngle - toDiscAngle)


@metric("translation", title="shift of the level between the centers", unit="mm", scope=SEGMENT, places="discs",
        kind=MOTION_KIND, section="1.3", source="Frobin et al., Clin Biomech 1997;12 Suppl 1", evidence="V",
        sign=_ANTERIOR, method="centersAlongBisector", worst="largest", eitherWay=True, code="DCM 110856")  # fmt: skip
def translation(fromSlipCenter: Array, toSlipCenter: Array) -> Array:
    """Change of the slip between the centers, both built from the corners common to both positions."""
    return toSlipCenter - fromSlipCenter


@metric("translationCorner", title="shift of the level at the corners", unit="mm", scope=SEGMENT, places="discs",
        kind=MOTION_KIND, section="1.3", source="White and Panjabi corner method", evidence="V2", sign=_ANTERIOR,
        method="cornerOnLowerEndplate", code="DCM 110856")  # fmt: skip
def translationCorner(fromSlip: Array, toSlip: Array) -> Array:
    """Change of the slip at the posterior corners; contains the rotation about a center off the corner."""
    return toSlip - fromSlip


@metric("translationPercent", title="shift of the level in percent of the lower endplate", unit="%", scope=SEGMENT,
        places="discs", kind=MOTION_KIND, section="1.3", source="Taillard", evidence="M", sign=_ANTERIOR,
        method="cornerOverLowerEndplate")  # fmt: skip
def translationPercent(fromSlipPercent: Array, toSlipPercent: Array) -> Array:
    """Change of the slip at the corners in percent of the lower endplate."""
    return toSlipPercent - fromSlipPercent


@metric("tpdr", title="shift per degree of rotation", unit="%/deg", scope=SEGMENT, places="discs", kind=MOTION_KIND,
        section="1.4", source="Int J Spine Surg 2015;9:37", evidence="V", sign="anterior with flexion positive",
        method="cornerPercentOverRigidFit", needs=("rotation",))  # fmt: skip
def tpdr(fromSlipPercent: Array, toSlipPercent: Array, upperTurn: Array, lowerTurn: Array) -> Array:
    """Shift at the corners, in percent of the lower endplate, over the rotation; from 5 degrees of rotation on."""
    return (toSlipPercent - fromSlipPercent) / rotation(upperTurn, lowerTurn)


def centerOfRotation(
    upperTurn: Array, lowerTurn: Array, upperFrom: Array, upperTo: Array, lowerFrom: Array, lowerTo: Array
) -> Array:
    """Point (..., 2) of the first position, in its plane, about which the upper body turned against the lower.

    The turns are counter-clockwise degrees and the four others the centers of the fitted corners before and after.
    Source: reference 1.5; it is the fixed point of x' = R x + t. Small turns make it noise: the engine withholds it.
    """
    turn = wrapDeg(upperTurn - lowerTurn)
    # Undo the lower body's motion, so that what is left of the upper body's is the motion between the two.
    upperBack = lowerFrom + turned(upperTo - lowerTo, -lowerTurn)
    shift = upperBack - upperFrom
    half = np.radians(turn) / 2.0
    return upperFrom + 0.5 * (shift + leftOf(shift) / np.tan(half)[..., None])


@metric("icrAnterior", title="center of rotation, from the back of the lower body", unit="%", scope=SEGMENT,
        places="discs", kind=MOTION_KIND, section="1.5", source="Pearcy and Bogduk, Spine 1988;13:1033",
        evidence="V", sign="from the upper back corner of the lower body, anterior positive",
        method="percentOfLowerDepth", needs=("rotation", "nativeSegment"))  # fmt: skip
def icrAnterior(
    upperTurn: Array, lowerTurn: Array, upperFrom: Array, upperTo: Array, lowerFrom: Array, lowerTo: Array,
    fromLowerSP: Array, fromLowerSA: Array, fromLowerDepth: Array,
) -> Array:  # fmt: skip
    """Place of the center of rotation along the lower body's superior endplate, in percent of that body's depth."""
    center = centerOfRotation(upperTurn, lowerTurn, upperFrom, upperTo, lowerFrom, lowerTo)
    along = ((center - fromLowerSP) * unit(fromLowerSA - fromLowerSP)).sum(axis=-1)
    return 100.0 * along / fromLowerDepth


@metric("icrCranial", title="center of rotation, above the lower body's endplate", unit="%", scope=SEGMENT,
        places="discs", kind=MOTION_KIND, section="1.5", source="Pearcy and Bogduk, Spine 1988;13:1033",
        evidence="V", sign="above the superior endplate of the lower body positive", method="percentOfLowerHeight",
        needs=("rotation", "nativeSegment"))  # fmt: skip
def icrCranial(
    upperTurn: Array, lowerTurn: Array, upperFrom: Array, upperTo: Array, lowerFrom: Array, lowerTo: Array,
    fromLowerSP: Array, fromLowerSA: Array, fromLowerHeight: Array,
) -> Array:  # fmt: skip
    """Place of the center of rotation above the lower body's superior endplate, in percent of that body's height."""
    center = centerOfRotation(upperTurn, lowerTurn, upperFrom, upperTo, lowerFrom, lowerTo)
    above = ((center - fromLowerSP) * leftOf(unit(fromLowerSA - fromLowerSP))).sum(axis=-1)
    return 100.0 * above / fromLowerHeight


@metric("romShare", title="the level's share of the region's rotation", unit="%", scope=SEGMENT, places="shares",
        kind=MOTION_KIND, section="1.2", source="Tan 2012, 10.1007/s00586-012-2387-8", evidence="V",
        sign="same direction as the region positive", method="nativeLevelsOnly",
        needs=("excursion", "nativeSegment"))  # fmt: skip
def romShare(upperTurn: Array, lowerTurn: Array, regionSum: Array) -> Array:
    """Rotation of the level in percent of the sum over the native levels of its region (C2-C7 or L1-S1)."""
    return 100.0 * rotation(upperTurn, lowerTurn) / regionSum


@metric("regionRotation", title="rotation of the region", unit="deg", scope=REGION, places="regions",
        kind=MOTION_KIND, section="1.1", source="planar rigid fit of the end bodies", evidence="D", sign=_FLEXION,
        method="rigidFitOfEnds", code="SCT 1483009")  # fmt: skip
def regionRotation(topTurn: Array, bottomTurn: Array) -> Array:
    """Turn of the region's top body minus that of its bottom body."""
    return wrapDeg(bottomTurn - topTurn)


@metric("occiputC2", title="rotation of the occiput on C2", unit="deg", scope=REGION, places="OcC2",
        kind=MOTION_KIND, section="1.1", source="change of the McRae line to C2 angle", evidence="D", sign=_FLEXION,
        method="mcRaeToInferiorEndplate", code="SCT 1483009")  # fmt: skip
def occiputC2Motion(fromOcciputC2: Array, toOcciputC2: Array) -> Array:
    """Fall of the angle of the occiput to C2 from the first to the second position."""
    return wrapDeg(fromOcciputC2 - toOcciputC2)
