"""Where a segment's canal lies in a position, as its bones alone say: its axes, and its walls as they are expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import bonesOf, cornersOf, segmentAxes
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Registration.PredictSheet import STATION_MM, CanalFrame, canalFrame

Array = NDArray[np.float64]
Points = Mapping[str, Array]
Matrices = Mapping[str, Array]

BEYOND_MM = 6.0
"""How far a sheet goes beyond the disc's back corners, so that leaning sections stay in it."""


@dataclass(frozen=True)
class SegmentCanal:
    """The canal behind one disc in one position.

    discMm: places along the canal (lower, upper) of the disc's back corners. backMm: polyline (N, 2) of (along, depth)
    through the back corners of both bodies, caudal to cranial. alongMm (K,): the lines of a sheet.
    """

    frame: CanalFrame
    discMm: tuple[float, float]
    backMm: Array
    alongMm: Array

    def atShare(self, share: float) -> float:
        """Place along the canal of a share of the disc, 0 at its lower back corner and 1 at its upper one."""
        return self.discMm[0] + share * (self.discMm[1] - self.discMm[0])

    def bodyBackMm(self, alongMm: Array) -> Array:
        """Depth of the line through the bodies' back corners at places along the canal."""
        return np.asarray(np.interp(alongMm, self.backMm[:, 0], self.backMm[:, 1]))


def segmentCanal(segment: str, points_RAS: Points, matrices: Matrices, middle_RAS: Array) -> SegmentCanal:
    """The canal of a segment whose bones have moved by `matrices` (4x4 by level) from the marked position.

    points_RAS: marks of the marked position. middle_RAS: a point of the moved canal's midline.
    Raises InputError where corners are missing.
    """
    upper, lower = bonesOf(segment)
    corners = cornersOf(points_RAS)
    if "IP" not in corners.get(upper, {}) or "SP" not in corners.get(lower, {}):
        raise InputError(f"the back corners of the disc {segment} are not marked")
    motions = {level: np.asarray(matrices.get(level, np.eye(4))) for level in (upper, lower)}
    backs = [
        applyTransform(np.array([corners[level][code] for code in ("IP", "SP") if code in corners[level]]), motion)
        for level, motion in reversed(motions.items())
    ]
    left = segmentAxes(corners, segment)[0]
    right = -np.sum([motion[:3, :3] @ left for motion in motions.values()], axis=0)
    cranial = backs[1].mean(axis=0) - backs[0].mean(axis=0)
    disc = np.array([backs[0][-1], backs[1][0]])
    right = right - (right @ cranial) * cranial / (cranial @ cranial)
    unitRight = right / np.linalg.norm(right)
    origin = disc.mean(axis=0)
    origin = origin + ((middle_RAS - origin) @ unitRight) * unitRight
    frame = canalFrame(origin, np.cross(unitRight, cranial), unitRight)
    depth, along = frame.of(np.vstack(backs))
    low, high = sorted(frame.of(disc)[1])
    order = np.argsort(along)
    half = np.ceil((0.5 * (high - low) + BEYOND_MM) / STATION_MM) * STATION_MM
    stations = 0.5 * (low + high) + np.arange(-half, half + 0.5 * STATION_MM, STATION_MM)
    return SegmentCanal(frame, (float(low), float(high)), np.stack([along, depth], axis=1)[order], stations)
