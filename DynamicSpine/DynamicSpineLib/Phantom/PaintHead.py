"""What the skull carries: cerebellum, brainstem and tonsil, painted over the fluid around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintCanvas import Canvas, boxCorners, coverage
from DynamicSpineLib.Phantom.PaintShapes import PolygonTable, roundedOutline
from DynamicSpineLib.Phantom.PaintSurroundings import tissueSignal
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Phantom.SignalTissues import Palette

Array = NDArray[np.float64]

# The cerebellum's outline leaves room around it: how much the painted one is larger, and how far it lies forward.
LARGER_MM = {"cerebellum": (1.6, 2.4)}
SOFT_MM = 1.2
HALF_WIDTH_MM = {"cerebellum": 48.0, "pons": 16.0, "tonsil": 14.0}


def paintHead(canvas: Canvas, posed: PosedSpine, tissues: Palette) -> None:
    """Paint the soft outlines of the skull; the tonsil's lowest point is the posed spine's own."""
    if "Oc" not in posed.bones:
        return
    frame = posed.boneToRAS["Oc"]
    for variant, (name, outline) in enumerate(posed.bones["Oc"].softOutlines.items()):
        if name == "tonsil" and "TT" in posed.points_RAS:
            shift = _toTip(outline, posed.points_RAS["TT"], frame)
            _paintOutline(canvas, name, outline + shift, frame, tissues, variant)
        else:
            _paintOutline(canvas, name, outline, frame, tissues, variant)


def _toTip(outline: Array, tip_RAS: Array, frame: Array) -> Array:
    """(y, z) shift that brings an outline's lowest point to the tip."""
    tip = np.linalg.inv(frame) @ np.append(tip_RAS, 1.0)
    return np.asarray(tip[1:3] - outline[np.argmin(outline[:, 1])])


def _paintOutline(canvas: Canvas, name: str, outline: Array, frame: Array, tissues: Palette, variant: int) -> None:
    half = HALF_WIDTH_MM[name]
    block = canvas.block(boxCorners([-half, *outline.min(axis=0)], [half, *outline.max(axis=0)], frame), 5.0)
    if block is None:
        return
    x, y, z = block.local(frame)
    larger, forward = LARGER_MM.get(name, (0.0, 0.0))
    table = PolygonTable.of(roundedOutline(outline + np.array([forward, 0.0]), 4.0), 0.5, 4.0)
    share = np.clip(np.abs(x) * np.float32(1.0 / half), 0.0, 1.0)
    distance = table.distance(y, z) - table.table.min() * (1 - np.sqrt(1 - share * share)) - np.float32(larger)
    block.blend(coverage(distance, max(canvas.pixelMm, SOFT_MM)), tissueSignal(name, (x, y, z), tissues, variant))
