"""Foramina: the fat that fills them, and the nerve root with its vessels that leaves through it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Curves import closedCurve
from DynamicSpineLib.Phantom.PaintCanvas import Canvas, boxCorners, coverage
from DynamicSpineLib.Phantom.PaintShapes import PolygonTable, ellipseDistance
from DynamicSpineLib.Phantom.PaintTexture import texture
from DynamicSpineLib.Phantom.PosedSpine import ForamenShape
from DynamicSpineLib.Phantom.SignalTissues import Palette

Array = NDArray[np.float64]

HALF_LENGTH_MM = 7.0
ROOT_SHARE_OF_HEIGHT = {"lumbar": 0.36, "cervical": 0.62}
ROOT_HALF_SHARE = {"lumbar": 0.16, "cervical": 0.24}
ROOT_FALL = 0.35
# Tissue, place forward and up from the root's middle, and size, in half thicknesses of the root.
CONTENT = (("root", 0.0, 0.0, 1.0), ("vessel", 0.5, 1.45, 0.35), ("vessel", 0.9, -1.2, 0.3))


def foramenFrame(foramen: ForamenShape) -> Array:
    """4x4 frame of a foramen: x along the way the root leaves, y forward, z up its axis; origin in its middle."""
    up = foramen.points_RAS["FS"] - foramen.points_RAS["FI"]
    up = up / np.linalg.norm(up)
    forward = -foramen.posterior_RAS
    forward = forward - (forward @ up) * up
    forward = forward / np.linalg.norm(forward)
    frame = np.eye(4)
    frame[:3, :3] = np.column_stack([np.cross(forward, up), forward, up])
    if frame[:3, 0] @ foramen.through_RAS < 0:
        frame[:3, 0] *= -1
    frame[:3, 3] = 0.5 * (foramen.points_RAS["FS"] + foramen.points_RAS["FI"])
    return frame


def paintForamen(canvas: Canvas, foramen: ForamenShape, region: str, tissues: Palette) -> None:
    """Paint one foramen's content; its border is the shape's own outline."""
    frame = foramenFrame(foramen)
    toFrame = np.linalg.inv(frame)
    local = foramen.outline_RAS @ toFrame[:3, :3].T + toFrame[:3, 3]
    outline = closedCurve(local[:, 1:])
    low, high = outline.min(axis=0), outline.max(axis=0)
    block = canvas.block(boxCorners([-HALF_LENGTH_MM, *low], [HALF_LENGTH_MM, *high], frame), 1.0)
    if block is None:
        return
    x, y, z = block.local(frame)
    border = np.maximum(PolygonTable.of(outline).distance(y, z), np.abs(x) - np.float32(HALF_LENGTH_MM))
    grain = 1 + np.float32(0.12) * texture().at(x, y, z, (0.5, 0.3, 0.3), 14)
    block.blend(coverage(border, canvas.pixelMm), np.float32(tissues["foraminalFat"]) * grain)
    height = float(high[1] - low[1])
    half = ROOT_HALF_SHARE[region] * min(height, 1.8 * foramen.widthMiddleMm)
    top = 0.5 * foramen.heightMm - ROOT_SHARE_OF_HEIGHT[region] * foramen.heightMm
    middleY = float(outline[np.abs(outline[:, 1] - top) < 2.0, 0].mean())
    ahead, up = y - np.float32(middleY), z - np.float32(top) + np.float32(ROOT_FALL) * x
    for name, forward, upward, size in CONTENT:
        offset, rise, radius = np.float32(forward * half), np.float32(upward * half), size * half
        tube = ellipseDistance(ahead - offset, up - rise, 0.85 * radius, 1.1 * radius)
        block.blend(coverage(np.maximum(tube, border), canvas.pixelMm), tissues[name])
