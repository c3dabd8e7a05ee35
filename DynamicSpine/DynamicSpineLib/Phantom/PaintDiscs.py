"""Discs: a dark annulus, a bright nucleus with its cleft, both darkened by degeneration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintCanvas import Canvas, Samples, boxCorners, coverage, rounded
from DynamicSpineLib.Phantom.PaintShapes import PolygonTable, smoothStep
from DynamicSpineLib.Phantom.PaintTexture import texture
from DynamicSpineLib.Phantom.PosedSpine import DiscShape
from DynamicSpineLib.Phantom.SignalTissues import Palette

Array = NDArray[np.float64]

INTO_BONE_MM = 1.0
SIDE_ROUNDING = 2.6
NUCLEUS_REACH, NUCLEUS_HEIGHT, NUCLEUS_WIDTH = 0.78, 1.08, 0.80
NUCLEUS_BACKWARD = 0.06


def discFrame(disc: DiscShape, upperToRAS: Array, lowerToRAS: Array) -> Array:
    """4x4 frame of a disc: half way between its bones, y in its outline's plane, origin in its middle."""
    right = upperToRAS[:3, 0] + lowerToRAS[:3, 0]
    forward = upperToRAS[:3, 1] + lowerToRAS[:3, 1]
    right = right / np.linalg.norm(right)
    forward = forward - (forward @ right) * right
    forward = forward / np.linalg.norm(forward)
    frame = np.eye(4)
    frame[:3, :3] = np.column_stack([right, forward, np.cross(right, forward)])
    frame[:3, 3] = 0.5 * (disc.outline_RAS.min(axis=0) + disc.outline_RAS.max(axis=0))
    return frame


def paintDisc(canvas: Canvas, disc: DiscShape, frame: Array, tissues: Palette, variant: int) -> None:
    """Paint a disc; the bodies that are painted after it cut its upper and lower border off."""
    toFrame = np.linalg.inv(frame)
    outline = (disc.outline_RAS @ toFrame[:3, :3].T + toFrame[:3, 3])[:, 1:]
    low, high = outline.min(axis=0), outline.max(axis=0)
    half = 0.5 * disc.widthMm
    block = canvas.block(boxCorners([-half, *low], [half, *high], frame), INTO_BONE_MM + 0.5)
    if block is None:
        return
    x, y, z = block.local(frame)
    middle = np.float32(0.5 * (low[0] + high[0]))
    share = np.minimum(np.abs(x) * np.float32(1.0 / half), np.float32(0.995))
    narrowing = (1 - share**SIDE_ROUNDING) ** np.float32(1.0 / SIDE_ROUNDING)
    crossing = middle + (y - middle) / narrowing
    distance = np.maximum(PolygonTable.of(outline).distance(crossing, z), np.abs(x) - np.float32(half))
    lean = (crossing - middle) * np.float32(2.0 / (high[0] - low[0]))
    block.blend(coverage(distance, canvas.pixelMm), _content(disc, outline, lean, share, z, (x, y), tissues, variant))


def _content(
    disc: DiscShape, outline: Array, lean: Samples, share: Samples, z: Samples, plane: tuple[Samples, Samples],
    tissues: Palette, variant: int,
) -> Samples:
    """Signal inside a disc: lean runs from -1 (back) to 1 (front), share from 0 (midline) to 1 (side)."""
    middle, halfHeight = _heights(outline, lean)
    up = (z - middle) / halfHeight
    inner = np.sqrt(
        np.square((lean + np.float32(NUCLEUS_BACKWARD)) * np.float32(1.0 / NUCLEUS_REACH))
        + np.abs(up * np.float32(1.0 / NUCLEUS_HEIGHT)) ** np.float32(2.5)
        + np.square(share * np.float32(1.0 / NUCLEUS_WIDTH))
    )
    decay = disc.degeneration
    nucleus = tissues["nucleus"] * (1 - decay) ** 1.3 + tissues["degeneratedNucleus"] * decay
    grain = 1 + np.float32(0.08) * texture().at(plane[0], plane[1], z, (0.6, 0.6, 0.35), variant)
    cleft = np.exp(-np.square(up * np.float32(1 / 0.16))) * smoothStep(1 - inner, 0.25, 0.6)
    signal = np.float32(nucleus) * grain * (1 - np.float32(tissues["cleftDepth"] * (1 - decay)) * cleft)
    # The inner annulus fades into the nucleus; lamellae give the outer one faint stripes.
    annulus = tissues["annulus"] * (1 + np.float32(0.25) * np.cos(np.float32(22.0) * lean))
    return annulus + smoothStep(1 - inner, 0.0, 0.36) * (signal - annulus)


def _heights(outline: Array, lean: Samples) -> tuple[Samples, Samples]:
    """Middle and half height of the disc at each lean, from its outline."""
    low, high = outline[:, 0].min(), outline[:, 0].max()
    at = np.linspace(-0.98, 0.98, 50)
    edges = np.array([_crossings(outline, 0.5 * (low + high) + 0.5 * lean_ * (high - low)) for lean_ in at])
    tables = rounded(0.5 * (edges[:, 1] + edges[:, 0])), rounded(np.maximum(0.5 * (edges[:, 1] - edges[:, 0]), 0.4))
    index = np.clip((lean + np.float32(0.98)) * np.float32(49 / 1.96), 0, 49).astype(np.int32)
    return tables[0][index], tables[1][index]


def _crossings(outline: Array, y: float) -> tuple[float, float]:
    """Lowest and highest z at which a closed outline crosses a given y."""
    a, b = outline, np.roll(outline, -1, axis=0)
    spans = (a[:, 0] > y) != (b[:, 0] > y)
    share = (y - a[spans, 0]) / (b[spans, 0] - a[spans, 0])
    z = a[spans, 1] + share * (b[spans, 1] - a[spans, 1])
    return float(z.min()), float(z.max())
