"""Soft tissue around the spine, from layers given as data in spine coordinates, painted at slice resolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Phantom.PaintCanvas import Canvas, Samples, boxCorners, coverage
from DynamicSpineLib.Phantom.PaintCourse import SliceCoordinates, SpineCourse
from DynamicSpineLib.Phantom.PaintShapes import PolygonTable, ellipseDistance, roundedOutline, smoothStep
from DynamicSpineLib.Phantom.PaintTexture import texture
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Phantom.SignalTissues import Palette

FAT_SHARE = 0.75
IN_BONE_CORNER_MM = 3.0
WIDEST_MM = 45.0

Layer = Mapping[str, Any]


def paintSurroundings(
    canvas: Canvas, where: SliceCoordinates, course: SpineCourse, posed: PosedSpine, tissues: Palette
) -> Iterator[float]:
    """Paint a region's layers, in the data's order, on a canvas with one plane per slice; yields the share done."""
    layers = packageData("Phantom", "tissues.json")["surroundings"][posed.region]
    for variant, layer in enumerate(layers):
        if layer["kind"] == "inBone":
            _paintInBone(canvas, layer, posed, tissues, variant)
        else:
            _paintAlong(canvas, layer, where, course, tissues, variant)
        yield (variant + 1) / len(layers)


def _paintAlong(
    canvas: Canvas, layer: Layer, where: SliceCoordinates, course: SpineCourse, tissues: Palette, variant: int
) -> None:
    box = where.boxWithin(_limits(layer, course), layer.get("mirrored", False))
    if box is None:
        return
    part = where.part(box)
    distance = _band(layer, part, course) if layer["kind"] == "band" else _tube(layer, part, course)
    share = coverage(distance, max(canvas.pixelMm, layer.get("softMm", 0.0)))
    _fadeAtEnds(share, layer, part, course)
    values = canvas.values[box]
    signal = tissueSignal(layer["tissue"], (part.x, part.r, part.s), tissues, variant)
    values += np.float32(layer.get("opacity", 1.0)) * share * (signal - values)


def _limits(layer: Layer, course: SpineCourse) -> list[tuple[float, float]]:
    """Limits of s, r and x beyond which a layer paints nothing, so that most voxels need no work."""
    soft = layer.get("softMm", 0.0)
    top, bottom = _ends(layer, course)
    margin = max(soft, layer.get("fadeMm", 0.0))
    ofBodies = course.bodyFront[1] if layer.get("ofBodies") else np.zeros(1)
    if layer["kind"] == "tube":
        r, x, halfR, halfX = np.array([row[1:] for row in layer["course"]], dtype=float).T
        depth = (float((r - halfR).min()), float((r + halfR).max()))
        side = (float((x - halfX).min()), float((x + halfX).max()))
    else:
        bend = abs(layer.get("archPerMm2", 0.0)) * WIDEST_MM**2
        back = min(row[1] for row in layer["back"]) if "back" in layer else -np.inf
        front = max(row[1] for row in layer["front"]) if "front" in layer else np.inf
        depth, side = (back - bend, front + bend), layer.get("across", (-np.inf, np.inf))
    return [
        (top - margin, bottom + margin),
        (depth[0] + float(ofBodies.min()) - soft, depth[1] + float(ofBodies.max()) + soft),
        (side[0] - soft, side[1] + soft),
    ]


def _ends(layer: Layer, course: SpineCourse) -> tuple[float, float]:
    top, bottom = layer.get("from"), layer.get("to")
    return course.place(top) if top else -np.inf, course.place(bottom) if bottom else np.inf


def _fadeAtEnds(share: Samples, layer: Layer, where: SliceCoordinates, course: SpineCourse) -> None:
    """Let a layer begin and end over `fadeMm`, in place."""
    top, bottom = _ends(layer, course)
    perMm = 1.0 / max(layer.get("fadeMm", layer.get("softMm", 0.0)), where.pixelMm)
    if np.isfinite(top):
        share *= np.clip((where.s - np.float32(top)) * np.float32(perMm) + np.float32(0.5), 0.0, 1.0)
    if np.isfinite(bottom):
        share *= np.clip((np.float32(bottom) - where.s) * np.float32(perMm) + np.float32(0.5), 0.0, 1.0)


def _band(layer: Layer, where: SliceCoordinates, course: SpineCourse) -> Samples:
    """Between two surfaces along the spine; `across` limits x (|x| where `mirrored`); `arch` bends it with x^2."""
    r = _depth(layer, where, course)
    if "archPerMm2" in layer:
        r = r + np.float32(layer["archPerMm2"]) * where.x * where.x
    distance: Samples | None = None
    if "front" in layer:
        distance = r - where.at(course.profile(layer["front"], 1))
    if "back" in layer:
        behind = where.at(course.profile(layer["back"], 1)) - r
        distance = behind if distance is None else np.maximum(distance, behind)
    if "across" in layer:
        x = np.abs(where.x) if layer.get("mirrored") else where.x
        sides = np.maximum(np.float32(layer["across"][0]) - x, x - np.float32(layer["across"][1]))
        distance = sides if distance is None else np.maximum(distance, sides)
    return np.zeros_like(r) - 1 if distance is None else distance


def _tube(layer: Layer, where: SliceCoordinates, course: SpineCourse) -> Samples:
    """Elliptical tube: course [[place, r, x, half height in r, half width in x], ...]."""
    r, x, halfR, halfX = (where.at(course.profile(layer["course"], column)) for column in (1, 2, 3, 4))
    across = np.abs(where.x) if layer.get("mirrored") else where.x
    return ellipseDistance(_depth(layer, where, course) - r, across - x, halfR, halfX)


def _depth(layer: Layer, where: SliceCoordinates, course: SpineCourse) -> Samples:
    """r, counted from the front of the bodies for layers that say `ofBodies`."""
    return where.r - where.at(course.bodyFront) if layer.get("ofBodies") else where.r


def _paintInBone(canvas: Canvas, layer: Layer, posed: PosedSpine, tissues: Palette, variant: int) -> None:
    """A midsagittal outline (y, z) in a bone's frame, drawn out to both sides and rounded off there."""
    if layer["level"] not in posed.boneToRAS:
        return
    outline, half, frame = np.array(layer["outline"]), layer["halfWidthMm"], posed.boneToRAS[layer["level"]]
    block = canvas.block(boxCorners([-half, *outline.min(axis=0)], [half, *outline.max(axis=0)], frame), 2.0)
    if block is None:
        return
    x, y, z = block.local(frame)
    table = PolygonTable.of(roundedOutline(outline, IN_BONE_CORNER_MM), 0.5)
    reach = np.clip(np.abs(x) * np.float32(1.0 / half), 0.0, 1.0)
    distance = table.distance(y, z) - table.table.min() * (1 - np.sqrt(1 - reach * reach))
    distance = np.maximum(distance, np.abs(x) - np.float32(half))
    share = np.float32(layer.get("opacity", 1.0)) * coverage(distance, max(canvas.pixelMm, layer.get("softMm", 0.0)))
    block.blend(share, tissueSignal(layer["tissue"], (x, y, z), tissues, variant))


def tissueSignal(
    name: str, where: tuple[Samples, Samples, Samples], tissues: Palette, variant: int
) -> Samples:
    """A tissue's signal with its texture at coordinates (across, front to back, along), fat streaks included."""
    signal = np.full(1, tissues[name], dtype=np.float32)
    grain = tissues.grains.get(name)
    if grain is None:
        return signal
    noise = texture().at(*where, grain.cellMm, variant)
    textured = signal * (1 + np.float32(grain.amount) * noise)
    if grain.fat:
        streaks = smoothStep(noise, 2.0 - 2.4 * grain.fat, 3.2 - 2.4 * grain.fat)
        textured = textured + np.float32(FAT_SHARE) * streaks * (np.float32(tissues["fat"]) - textured)
    return np.maximum(textured, 0)
