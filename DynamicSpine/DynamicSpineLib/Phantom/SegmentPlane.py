"""The plane half-way between two bones, in which their segment's soft tissue is laid out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Phantom.Pose import rigid, toRAS
from DynamicSpineLib.Phantom.PosedSpine import Array, BoneShape

_BACK_MIDDLE_BELOW_SACRAL_ENDPLATE = "backMiddle"


def halfRotation(rotation: Array) -> Array:
    """The rotation about the same axis by half the angle (less than half a turn)."""
    angle = math.acos(max(-1.0, min(1.0, 0.5 * (float(np.trace(rotation)) - 1.0))))
    if angle < 1e-12:
        return np.eye(3)
    skew = (rotation - rotation.T) / (2.0 * math.sin(angle))
    half = 0.5 * angle
    result: Array = np.eye(3) + math.sin(half) * skew + (1.0 - math.cos(half)) * (skew @ skew)
    return result


def middleOfBack(bone: BoneShape) -> Array:
    """(y, z) half-way up the back of the body, on the line of its corners; the dens's base for C2."""
    if bone.kind == "C2":
        return np.array([bone.corners["IP"][0], 0.0])
    if bone.kind == "S1":
        return np.array(bone.points[_BACK_MIDDLE_BELOW_SACRAL_ENDPLATE])
    return 0.5 * (np.array(bone.corners["SP"]) + np.array(bone.corners["IP"]))


@dataclass(frozen=True)
class SegmentPlane:
    """Frame half-way between the bones of a segment: x right, y anterior, z cranial; (y, z) is its plane."""

    upper: BoneShape
    lower: BoneShape
    upperToRAS: Array
    lowerToRAS: Array
    toRASMatrix: Array

    def ofUpper(self, code: str) -> Array:
        """(y, z) in the plane of a corner or point of the upper bone."""
        return self.place(_codePoint(self.upper, code), self.upperToRAS)

    def ofLower(self, code: str) -> Array:
        """(y, z) in the plane of a corner or point of the lower bone."""
        return self.place(_codePoint(self.lower, code), self.lowerToRAS)

    def place(self, point: Array, boneToRAS: Array) -> Array:
        """(y, z) in the plane of a bone-frame (y, z) or (x, y, z) point."""
        return self.local(toRAS(boneToRAS, point))[1:]

    def local(self, point_RAS: Array) -> Array:
        """(x, y, z) in the plane's frame of a RAS point."""
        moved: Array = (point_RAS - self.toRASMatrix[:3, 3]) @ self.toRASMatrix[:3, :3]
        return moved

    def lift(self, points: Array, right: float = 0.0) -> Array:
        """RAS of (y, z) points of the plane, `right` mm beside it."""
        points = np.asarray(points, dtype=float)
        beside = np.full((*points.shape[:-1], 1), right)
        return toRAS(self.toRASMatrix, np.concatenate([beside, points], axis=-1))

    def direction(self, vector: Array) -> Array:
        """RAS direction of a (y, z) vector of the plane."""
        turned: Array = self.toRASMatrix[:3, 1:3] @ np.asarray(vector, dtype=float)
        return turned


def _codePoint(bone: BoneShape, code: str) -> Array:
    return np.array(bone.corners[code] if code in bone.corners else bone.points[code])


def segmentPlane(upper: BoneShape, lower: BoneShape, upperToRAS: Array, lowerToRAS: Array) -> SegmentPlane:
    """The plane half-way between two posed bones; equal to the midsagittal plane where they moved only within it."""
    relative = lowerToRAS[:3, :3].T @ upperToRAS[:3, :3]
    rotation = lowerToRAS[:3, :3] @ halfRotation(relative)
    origin = 0.5 * (upperToRAS[:3, 3] + lowerToRAS[:3, 3])
    return SegmentPlane(upper, lower, upperToRAS, lowerToRAS, rigid(rotation, origin))
