"""How the bones stand: from the numbers of a position to one 4x4 per bone, built up from the base level."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Phantom.PosedSpine import Array, BoneShape, Point2
from DynamicSpineLib.Phantom.Scenario import PositionState, SegmentState


def rotationAbout(axis: str, angleDeg: float) -> Array:
    """3x3 right-handed rotation about x, y or z."""
    cosine, sine = math.cos(math.radians(angleDeg)), math.sin(math.radians(angleDeg))
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


def rigid(rotation: Array, translation: Array) -> Array:
    """4x4 from a 3x3 rotation and a translation."""
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation, translation
    return matrix


def directionDeg(start: Point2, end: Point2) -> float:
    """Angle of the (y, z) vector from start to end, from anterior towards cranial, degrees."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def lowerLineDeg(bone: BoneShape) -> float:
    """Angle of the line that the segment below the bone is measured from: IP to IA, or y for Oc and C1."""
    return directionDeg(bone.corners["IP"], bone.corners["IA"]) if "IP" in bone.corners else 0.0


def upperLineDeg(bone: BoneShape) -> float:
    """Angle of the line that the segment above the bone is measured from: SP to SA; y for C1; IP to IA for C2."""
    if "SP" in bone.corners:
        return directionDeg(bone.corners["SP"], bone.corners["SA"])
    return lowerLineDeg(bone)


def relativeAngleDeg(upper: BoneShape, lower: BoneShape, state: SegmentState) -> float:
    """Angle of the upper bone's frame in the lower one's, extension positive."""
    return state.discAngleDeg - lowerLineDeg(upper) + upperLineDeg(lower)


def _turned(angleDeg: float, point: Point2) -> Array:
    cosine, sine = math.cos(math.radians(angleDeg)), math.sin(math.radians(angleDeg))
    return np.array([cosine * point[0] - sine * point[1], sine * point[0] + cosine * point[1]])


def _discJoint(upper: BoneShape, lower: BoneShape, state: SegmentState) -> tuple[Array, Array]:
    """(y, z) of the upper bone's origin in the lower frame, and the pivot of side bending, for a segment with a disc.

    The lower back corner of the upper body lies slipMm along the lower endplate from its back corner, and the middle of
    the upper body's lower endplate heightMm above that endplate.
    """
    corner, line = np.array(lower.corners["SP"]), math.radians(upperLineDeg(lower))
    along, above = np.array([math.cos(line), math.sin(line)]), np.array([-math.sin(line), math.cos(line)])
    halfEndplate = 0.5 * math.dist(upper.corners["IP"], upper.corners["IA"])
    lift = state.heightMm - halfEndplate * math.sin(math.radians(state.discAngleDeg))
    posterior = corner + state.slipMm * along + lift * above
    angle = relativeAngleDeg(upper, lower, state)
    origin = posterior - _turned(angle, upper.corners["IP"])
    middleUpper = origin + _turned(angle, _middle(upper.corners["IP"], upper.corners["IA"]))
    middleLower = np.array(_middle(lower.corners["SP"], lower.corners["SA"]))
    return origin, 0.5 * (middleUpper + middleLower)


def _atlantoaxialJoint(atlas: BoneShape, axis: BoneShape, state: SegmentState) -> tuple[Array, Array]:
    """The anterior arch stands adiMm in front of the dens at arch height, along the atlas's own line."""
    angle = relativeAngleDeg(atlas, axis, state)
    arch = np.array(axis.points["DA"]) + _turned(angle, (state.numbers["adiMm"], 0.0))
    return arch - _turned(angle, atlas.points["AAP"]), np.array(axis.points["densAtArch"])


def _atlantooccipitalJoint(occiput: BoneShape, atlas: BoneShape, state: SegmentState) -> tuple[Array, Array]:
    """The occiput turns about its joint center, which sits in the atlas moved by anteriorMm and distractionMm."""
    numbers = state.numbers
    center = np.array([numbers["centerY"] + numbers["anteriorMm"], numbers["centerZ"] + numbers["distractionMm"]])
    angle = relativeAngleDeg(occiput, atlas, state)
    return center - _turned(angle, occiput.points["jointCenter"]), center


def _middle(first: Point2, second: Point2) -> Point2:
    return (0.5 * (first[0] + second[0]), 0.5 * (first[1] + second[1]))


def upperInLower(upper: BoneShape, lower: BoneShape, state: SegmentState) -> Array:
    """4x4 of the upper bone's frame in the lower bone's frame.

    Sagittal pose first; then side bend and axial rotation about the lower bone's y and z axes through the pivot.
    """
    joints = {"Oc": _atlantooccipitalJoint, "C1": _atlantoaxialJoint}
    origin, pivot = joints.get(upper.kind, _discJoint)(upper, lower, state)
    bend = rotationAbout("z", state.axialRotationDeg) @ rotationAbout("y", state.lateralBendDeg)
    pivot3 = np.array([0.0, pivot[0], pivot[1]])
    fromPivot = np.array([0.0, origin[0], origin[1]]) - pivot3
    translation = pivot3 + bend @ fromPivot + np.array([-state.lateralMm, 0.0, 0.0])
    return rigid(bend @ rotationAbout("x", relativeAngleDeg(upper, lower, state)), translation)


def basePose(bone: BoneShape, state: PositionState) -> Array:
    """4x4 of the base bone: its upper endplate slopes forward by slopeDeg to the horizontal, then tilt and yaw."""
    base = state.base
    upright = rotationAbout("x", -base["slopeDeg"] - upperLineDeg(bone))
    turn = rotationAbout("z", base.get("yawDeg", 0.0)) @ rotationAbout("y", base.get("tiltDeg", 0.0))
    return rigid(turn @ upright, np.array(base["offset_RAS"], dtype=float))


def poseBones(bones: Mapping[str, BoneShape], state: PositionState) -> dict[str, Array]:
    """boneToRAS of every bone, composed from the base level upwards and downwards."""
    levels = list(bones)
    base = levels.index(state.base["level"])
    poses = {levels[base]: basePose(bones[levels[base]], state)}
    joined = {
        (segment.upper, segment.lower): value
        for name, value in state.segments.items()
        if (segment := splitSegment(name)) is not None
    }
    for index in range(base - 1, -1, -1):
        upper, lower = levels[index], levels[index + 1]
        poses[upper] = poses[lower] @ upperInLower(bones[upper], bones[lower], joined[upper, lower])
    for index in range(base + 1, len(levels)):
        upper, lower = levels[index - 1], levels[index]
        poses[lower] = poses[upper] @ np.linalg.inv(upperInLower(bones[upper], bones[lower], joined[upper, lower]))
    return {level: poses[level] for level in levels}


def toRAS(pose: Array, points: Array) -> Array:
    """Bone-frame points to RAS: (..., 3), or (..., 2) of (y, z) in the midsagittal plane."""
    points = np.asarray(points, dtype=float)
    if points.shape[-1] == 2:
        points = np.concatenate([np.zeros((*points.shape[:-1], 1)), points], axis=-1)
    moved: Array = points @ pose[:3, :3].T + pose[:3, 3]
    return moved
