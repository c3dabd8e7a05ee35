"""Spines of boxes that bend by the same angle at every joint, for the tests of fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Geometry.PolyrigidField import RigidBody, box

LUMBAR = {"depth": 35.0, "height": 27.0, "disc": 10.0, "width": 45.0}
CERVICAL = {"depth": 16.0, "height": 13.0, "disc": 5.0, "width": 18.0}


@dataclass(frozen=True)
class Grid:
    """A voxel grid for displacementGrid."""

    size: tuple[int, int, int]
    ijkToRAS: np.ndarray


def turnAbout(vectorDeg, center):
    """4x4 rotation about a center, by scipy."""
    motion = np.eye(4)
    motion[:3, :3] = Rotation.from_rotvec(vectorDeg, degrees=True).as_matrix()
    motion[:3, 3] = center - motion[:3, :3] @ center
    return motion


def bentSpine(sizes, flexionDeg, bendDeg=0.0, count=6):
    """Bodies one above the other (S up, A forward); each turns by the same angle in the frame of the one below."""
    depth, height, disc, width = (sizes[key] for key in ("depth", "height", "disc", "width"))
    bodies, motion = [], np.eye(4)
    for index in range(count):
        bottom = index * (height + disc)
        if index:
            motion = motion @ turnAbout([-flexionDeg, bendDeg, 0.0], [0.0, -0.15 * depth, bottom - disc - 2.0])
        region = box([-0.5 * width, -0.5 * depth, bottom], np.diag([width, depth, height]))
        bodies.append(RigidBody(f"V{index}", (region,), motion))
    return bodies
