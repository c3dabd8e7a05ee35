"""Bones: marrow with mild texture inside a dark cortical rim, and the slit of the basivertebral vein.

Marrow ends on the outline at the endplates and the front, where the dark rim lies outside it; at the back of a body and
on all other parts the rim lies inside, since there the outline borders on the canal or on other soft tissue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintCanvas import Block, Canvas, Samples, boxCorners, coverage, rounded
from DynamicSpineLib.Phantom.PaintShapes import PolygonTable, roundedOutline, smoothStep
from DynamicSpineLib.Phantom.PaintTexture import texture
from DynamicSpineLib.Phantom.PosedSpine import BonePart, BoneShape
from DynamicSpineLib.Phantom.SignalTissues import Palette

Array = NDArray[np.float64]

RIM_MM = 0.7
PART_RIM_MM = 0.6
PART_TABLE_STEP_MM = 0.35
BACKWARD = -0.75
FRONT_ROUNDING, BACK_ROUNDING = 2.3, 5.0
THIN_PARTS = ("occiput", "palate")
PARTS_IN_FAT = ("spinousProcess", "lamina", "articularPillar", "superiorArticularProcess", "posteriorArch")
FAT_AROUND_MM = 2.2
JOINED_MM = 2.2
CORNER_RADIUS_MM = {"lateralMass": 4.0, "pedicle": 2.5}
USUAL_CORNER_RADIUS_MM = 1.2


@dataclass(frozen=True)
class Piece:
    """One piece of bone on the canvas: each sample's distance to the marrow, its rim, whether fat is around."""

    block: Block
    marrowMm: Samples
    rimMm: float
    coordinates: tuple[Samples, Samples, Samples]
    inFat: bool = False


def paintBone(canvas: Canvas, bone: BoneShape, boneToRAS: Array, tissues: Palette, variant: int) -> None:
    """Paint a posed bone: first all its cortex, then all its marrow, so that its pieces run into each other."""
    pieces = [piece for part in bone.parts for piece in _partPieces(canvas, part, boneToRAS)]
    for piece in pieces:
        if piece.inFat:
            _paintFatAround(piece, tissues, variant)
    if len(bone.bodyOutline):
        pieces.extend(_bodyPieces(canvas, bone, boneToRAS))
    for piece in pieces:
        piece.block.blend(coverage(piece.marrowMm - np.float32(piece.rimMm), canvas.pixelMm), tissues["cortex"])
    for piece in pieces:
        x, y, z = piece.coordinates
        signal = _marrow(x, y, z, tissues, variant)
        if piece.rimMm == RIM_MM and bone.kind == "body":
            signal = _withVein(signal, bone, x, y, z, tissues)
        piece.block.blend(coverage(piece.marrowMm, canvas.pixelMm), signal)


def _marrow(x: Samples, y: Samples, z: Samples, tissues: Palette, variant: int) -> Samples:
    """Marrow: a fine grain, and slow variation over several millimeters."""
    grain = tissues.grains["marrow"]
    fine = texture().at(x, y, z, grain.cellMm, variant)
    slow = texture().at(x, y, z, (1.25, 1.25, 1.25), variant + 5)
    level = 1 + np.float32(grain.amount) * (fine + np.float32(0.7) * slow + np.float32(0.6) * np.maximum(fine - 1, 0))
    return level * np.float32(tissues["marrow"])


def _paintFatAround(piece: Piece, tissues: Palette, variant: int) -> None:
    """Fat along the back of the bones: a film of uneven thickness that muscles and ligaments leave."""
    x, y, z = piece.coordinates
    uneven = texture().at(x, y, z, (1.1, 0.9, 0.9), variant + 3)
    thickness = np.float32(FAT_AROUND_MM) * np.clip(np.float32(0.35) + np.float32(0.45) * uneven, 0.0, 1.0)
    outside = piece.marrowMm - np.float32(piece.rimMm)
    piece.block.blend(np.float32(0.6) * smoothStep(thickness - outside, -0.4, 0.8), tissues["fat"])


def bodyCrossing(bone: BoneShape, x: Samples, y: Samples, z: Samples) -> tuple[Samples, Samples]:
    """Where a sample at |x| > 0 lies on the midsagittal outline (y), and its signed distance to the body's side wall.

    The body's horizontal cut is round in front and nearly flat behind; its sides are waisted.
    """
    outline = bone.bodyOutline
    low, high = outline.min(axis=0), outline.max(axis=0)
    middleY, middleZ, halfHeight = 0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), 0.5 * (high[1] - low[1])
    towardsEnd = np.square((z - np.float32(middleZ)) * np.float32(1.0 / halfHeight))
    halfWidth = np.float32(0.5 * bone.widthMm) * (np.float32(0.92) + np.float32(0.08) * np.minimum(towardsEnd, 1.0))
    reach = np.abs(x)
    share = np.minimum(reach / halfWidth, np.float32(0.995))
    fromMiddle = y - np.float32(middleY)
    front = (1 - share**FRONT_ROUNDING) ** np.float32(1.0 / FRONT_ROUNDING)
    back = (1 - share**BACK_ROUNDING) ** np.float32(1.0 / BACK_ROUNDING)
    return np.float32(middleY) + fromMiddle / np.where(fromMiddle > 0, front, back), reach - halfWidth


def backWall(outline: Array) -> tuple[Array, Array]:
    """The back wall of a body's outline as z (ascending) and y: the vertices whose edges face backwards."""
    area = np.sum(outline[:, 0] * np.roll(outline[:, 1], -1) - np.roll(outline[:, 0], -1) * outline[:, 1])
    edges = (np.roll(outline, -1, axis=0) - outline) * np.sign(area)
    backward = edges[:, 1] < BACKWARD * np.maximum(np.linalg.norm(edges, axis=1), 1e-9)
    wall = outline[backward | np.roll(backward, 1)]
    wall = wall[np.argsort(wall[:, 1])]
    return wall[:, 1], wall[:, 0]


def _bodyDistance(outline: Array, crossing: Samples, z: Samples) -> Samples:
    """Signed distance to the body's marrow: the outline, and at the back a rim's thickness inside it."""
    distance = PolygonTable.of(outline).distance(crossing, z)
    wallZ, wallY = backWall(outline)
    if not len(wallZ):
        return distance
    low, high = float(wallZ[0]), float(wallZ[-1])
    table = rounded(np.interp(np.linspace(low, high, 64), wallZ, wallY))
    index = np.clip((z - np.float32(low)) * np.float32(63.0 / (high - low)), 0, 62.999)
    cell = index.astype(np.int32)
    wall = table[cell] + (index - cell) * (table[cell + 1] - table[cell])
    return np.maximum(distance, wall + np.float32(RIM_MM) - crossing)


def _bodyPieces(canvas: Canvas, bone: BoneShape, boneToRAS: Array) -> list[Piece]:
    outline, half = bone.bodyOutline, 0.5 * bone.widthMm
    low, high = outline.min(axis=0), outline.max(axis=0)
    block = canvas.block(boxCorners([-half, *low], [half, *high], boneToRAS), 1.5)
    if block is None:
        return []
    x, y, z = block.local(boneToRAS)
    crossing, side = bodyCrossing(bone, x, y, z)
    marrow = np.maximum(_bodyDistance(outline, crossing, z), side)
    return [Piece(block, marrow, RIM_MM, (x, y, z))]


def _partPieces(canvas: Canvas, part: BonePart, boneToRAS: Array) -> list[Piece]:
    """The piece across the midline, or the two pieces on both sides."""
    table: PolygonTable | None = None
    spans = [(-part.xToMm, part.xToMm)] if part.xFromMm <= 0.0 else [
        (part.xFromMm, part.xToMm), (-part.xToMm, -part.xFromMm)
    ]
    rim = 0.45 if part.name in THIN_PARTS else PART_RIM_MM
    pieces = []
    for first, last in spans:
        block = canvas.block(_partBox(part, first, last, boneToRAS), FAT_AROUND_MM + 1.0)
        if block is not None:
            table = table or PolygonTable.of(_drawnOutline(part), PART_TABLE_STEP_MM)
            x, y, z = block.local(boneToRAS)
            distance = _partDistance(part, table, x, y, z)
            pieces.append(Piece(block, distance + np.float32(rim), rim, (x, y, z), part.name in PARTS_IN_FAT))
    return pieces


def _drawnOutline(part: BonePart) -> Array:
    """A part's outline with round corners; a pedicle reaches into body and pillar, so that their marrow is one."""
    outline = part.outline
    if part.name == "pedicle":
        middle = 0.5 * (outline[:, 0].min() + outline[:, 0].max())
        outline = outline + np.column_stack([JOINED_MM * np.sign(outline[:, 0] - middle), np.zeros(len(outline))])
    return roundedOutline(outline, CORNER_RADIUS_MM.get(part.name, USUAL_CORNER_RADIUS_MM))


def _partBox(part: BonePart, first: float, last: float, boneToRAS: Array) -> Array:
    """Corners of the box of one piece, with its drift away from the midline."""
    drift = (part.xToMm - part.xFromMm) * np.array([part.yPerX, part.zPerX])
    outline = _drawnOutline(part)
    shifted = np.vstack([outline, outline + drift])
    return boxCorners([first, *shifted.min(axis=0)], [last, *shifted.max(axis=0)], boneToRAS)


def _partDistance(part: BonePart, table: PolygonTable, x: Samples, y: Samples, z: Samples) -> Samples:
    reach = np.abs(x)
    beyond = reach - np.float32(part.xFromMm)
    if part.yPerX or part.zPerX:
        y, z = y - np.float32(part.yPerX) * beyond, z - np.float32(part.zPerX) * beyond
    distance = table.distance(y, z)
    ends = reach - np.float32(part.xToMm)
    if part.rounded:
        share = np.clip(beyond / np.float32(part.xToMm - part.xFromMm), 0.0, 1.0)
        distance = distance - table.table.min() * (1 - np.sqrt(1 - share * share))
    return np.maximum(distance, np.maximum(ends, -beyond) if part.xFromMm > 0.0 else ends)


def _withVein(signal: Samples, bone: BoneShape, x: Samples, y: Samples, z: Samples, tissues: Palette) -> Samples:
    """The basivertebral vein: a slit from the middle of the back wall, narrowing towards the body's center."""
    back, front = bone.bodyOutline[:, 0].min(), bone.bodyOutline[:, 0].max()
    depth = (y - np.float32(back)) * np.float32(1.0 / (front - back))
    narrowing = np.clip(1 - depth / np.float32(tissues["veinDepth"]), 0.0, 1.0)
    opening = np.float32(0.3) + np.float32(0.045 * bone.widthMm) * narrowing**4
    wave = texture().at(x, y, z, (1.5, 1.25, 20), 9)
    offset = np.abs(z + np.float32(0.5) * wave * (1 - narrowing)) - opening
    side = np.abs(x) - np.float32(0.16 * bone.widthMm) * (np.float32(0.4) + depth)
    share = smoothStep(-np.maximum(offset, side), -0.5, 0.5) * np.minimum(1, np.float32(1.6) * narrowing)
    return signal + np.float32(0.6) * share * (np.float32(tissues["vein"]) - signal)
