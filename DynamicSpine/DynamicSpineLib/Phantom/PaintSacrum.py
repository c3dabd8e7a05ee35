"""What is left of the discs between the sacral bodies: a dark gap, a little brighter in its middle."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintCanvas import Canvas, boxCorners, coverage
from DynamicSpineLib.Phantom.PaintShapes import PolygonTable, smoothStep
from DynamicSpineLib.Phantom.PosedSpine import BoneShape
from DynamicSpineLib.Phantom.SignalTissues import Palette

Array = NDArray[np.float64]

WIDEST_GAP_MM = 3.0
BRIGHT_HALF_WIDTH_MM = 10.0


def paintRemnantDiscs(canvas: Canvas, bone: BoneShape, boneToRAS: Array, tissues: Palette) -> None:
    """Paint the remnants between a sacrum's bodies, before the bone itself."""
    bodies = [bone.bodyOutline, *(part.outline for part in bone.parts if part.name == "sacrum")]
    for upper, lower in pairwise(bodies):
        _paintRemnant(canvas, upper, lower, bone.widthMm, boneToRAS, tissues)


def _paintRemnant(
    canvas: Canvas, upper: Array, lower: Array, widthMm: float, boneToRAS: Array, tissues: Palette
) -> None:
    """Between two bodies lies what is near to both; its middle is the farthest from the ends of the gap."""
    half, nearBoth = 0.35 * widthMm, lower[np.argsort(lower[:, 1])[-max(2, len(lower) // 2):]]
    box = boxCorners([-half, *nearBoth.min(axis=0)], [half, *nearBoth.max(axis=0)], boneToRAS)
    block = canvas.block(box, WIDEST_GAP_MM)
    if block is None:
        return
    x, y, z = block.local(boneToRAS)
    above, below = (PolygonTable.of(body, margin=8.0).distance(y, z) for body in (upper, lower))
    gap = np.maximum(np.maximum(above, below) - np.float32(WIDEST_GAP_MM), np.abs(x) - np.float32(half))
    middle = nearBoth.mean(axis=0)
    fromMiddle = np.hypot(np.hypot(y - np.float32(middle[0]), z - np.float32(middle[1])), 0.7 * x)
    bright = smoothStep(np.float32(BRIGHT_HALF_WIDTH_MM) - fromMiddle, 0.0, 8.0)
    bright *= smoothStep(np.minimum(above, below), 0.6, 1.2)
    signal = tissues["annulus"] + bright * np.float32(tissues["remnant"] - tissues["annulus"])
    block.blend(coverage(gap, canvas.pixelMm), signal)
