"""True motion between two positions: differences of the pose's numbers, and the center of rotation in closed form."""

from __future__ import annotations

import math

from DynamicSpineLib.Anatomy.Levels import Chain, Region, Segment
from DynamicSpineLib.Phantom.PosedSpine import BoneShape
from DynamicSpineLib.Phantom.Scenario import PositionState, SegmentState
from DynamicSpineLib.Phantom.TruthPlane import asComplex, bodyHeight, midPlane, relativePose, superiorEndplate, unit
from DynamicSpineLib.Phantom.TruthSegments import TruthTable, slipCenter

LEAST_ROTATION_DEG = 5.0


def isSagittal(state: PositionState) -> bool:
    """True where no segment is bent sideways, turned or shifted."""
    return not any(item.lateralBendDeg or item.axialRotationDeg or item.lateralMm for item in state.segments.values())


def segmentMotion(
    table: TruthTable, segment: Segment, upper: BoneShape, lower: BoneShape, start: SegmentState, end: SegmentState
) -> None:
    """Sagittal motion of one segment from `start` to `end`; the craniocervical ones have rotation only."""
    name = segment.name
    rotation = end.flexionDeg - start.flexionDeg
    table.put("rotation", name, rotation)
    table.put("rotationDisc", name, start.discAngleDeg - end.discAngleDeg)
    endplate = superiorEndplate(lower)
    if endplate is None or upper.kind in ("Oc", "C1"):
        return
    table.put("translation", name, slipCenter(upper, lower, end) - slipCenter(upper, lower, start))
    corner = end.slipMm - start.slipMm
    percent = 100.0 * corner / abs(endplate)
    table.put("translationCorner", name, corner)
    table.put("translationPercent", name, percent)
    if abs(rotation) >= LEAST_ROTATION_DEG:
        table.put("tpdr", name, percent / rotation)
        anterior, cranial = rotationCenter(upper, lower, start, end)
        depth = abs(midPlane(lower))
        table.put("icrAnterior", name, 100.0 * anterior / depth)
        height = bodyHeight(lower if len(lower.corners) == 4 else upper)
        table.put("icrCranial", name, 100.0 * cranial / height)


def rotationCenter(upper: BoneShape, lower: BoneShape, start: SegmentState, end: SegmentState) -> tuple[float, float]:
    """The point of the lower bone about which the upper one turned: mm (before SP, above the upper endplate)."""
    turnStart, originStart = relativePose(upper, lower, start)
    turnEnd, originEnd = relativePose(upper, lower, end)
    # The upper bone's motion in the lower frame is p -> turn p + shift; its fixed point is shift / (1 - turn).
    turn = turnEnd / turnStart
    center = (originEnd - turn * originStart) / (1.0 - turn)
    endplate = superiorEndplate(lower)
    assert endplate is not None
    offset = (center - asComplex(lower.corners["SP"])) / unit(endplate)
    return offset.real, offset.imag


def sideMotion(
    table: TruthTable, segment: Segment, upper: BoneShape, lower: BoneShape, start: SegmentState, end: SegmentState
) -> None:
    """Side bend, axial rotation and, with a disc, the shift of the upper body's middle to the left.

    Only where the positions differ by a turn about one of the lower bone's axes: then the angles are the pose's own.
    """
    bend = end.lateralBendDeg - start.lateralBendDeg
    twist = end.axialRotationDeg - start.axialRotationDeg
    turned = [any(getattr(item, name) for item in (start, end)) for name in ("lateralBendDeg", "axialRotationDeg")]
    if all(turned) or (any(turned) and end.discAngleDeg != start.discAngleDeg):
        return
    table.put("lateralBend", segment.name, bend)
    table.put("axialRotation", segment.name, twist)
    if upper.kind in ("body", "C2"):
        table.put("lateralTranslation", segment.name, _leftShift(upper, lower, end) - _leftShift(upper, lower, start))


def _leftShift(upper: BoneShape, lower: BoneShape, state: SegmentState) -> float:
    """How far left of the lower bone's midline the origin (middle) of the upper body stands, mm."""
    turn, origin = relativePose(upper, lower, state)
    endplate = 0.5 * (asComplex(upper.corners["IA"]) + asComplex(upper.corners["IP"]))
    below = 0.5 * (asComplex(lower.corners["SA"]) + asComplex(lower.corners["SP"]))
    lever = origin - 0.5 * (origin + turn * endplate + below)
    bend, twist = math.radians(state.lateralBendDeg), math.radians(state.axialRotationDeg)
    return state.lateralMm + lever.real * math.sin(twist) - math.cos(twist) * lever.imag * math.sin(bend)


def regionMotion(table: TruthTable, chain: Chain, region: Region, start: PositionState, end: PositionState) -> None:
    """Rotation of a region's top over its bottom, and each segment's share of it."""
    segments = chain.segmentsWithin(region)
    rotations = [end.segments[item.name].flexionDeg - start.segments[item.name].flexionDeg for item in segments]
    total = sum(rotations)
    table.put("regionRotation", region.name, total)
    if region.name == "OcC2":
        table.put("occiputC2", region.name, total)
    for segment, rotation in zip(segments, rotations, strict=True):
        if abs(total) > 1e-9:
            table.put("romShare", segment.name, 100.0 * rotation / total)
