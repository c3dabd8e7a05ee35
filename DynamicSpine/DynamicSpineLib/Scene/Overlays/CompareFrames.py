"""What each picture of a comparison shows: plane, caption, warnings, and what lies over what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Difference import DifferenceMap
from DynamicSpineLib.Compare.Displacement import DisplacementMap
from DynamicSpineLib.Compare.Modes import BLEND, CHECKERBOARD, DIFFERENCE, DISPLACEMENT, REVEAL, modeOf
from DynamicSpineLib.Compare.Statements import (
    INTENSITY,
    heldText,
    heldWarnings,
    laidOnText,
    marksWarnings,
    unbentWarnings,
)
from DynamicSpineLib.Compare.Vectors import arrowsCaption, markVectors
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Scene.Overlays.ColorScale import ColorScale, amountScale, differenceScale
from DynamicSpineLib.Scene.Overlays.CompareDrawing import arrowDrawing, outlineDrawing
from DynamicSpineLib.Scene.Overlays.LaidOver import LaidOver
from DynamicSpineLib.Scene.Overlays.MaskedLayer import checkerboardMask, revealMask
from DynamicSpineLib.Scene.PictureContent import (
    CROSS,
    PictureCaption,
    PictureLegend,
    PictureMark,
    PictureOutline,
    SlicePicture,
)
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint
from DynamicSpineLib.Scene.SlicePictures import levelLabels, positionPicture

SQUARE_MM, CIRCLE_MM = 20.0, 25.0
"""Edge of the checkerboard's squares, and radius of the circle that reveals."""

_RING_COLOR = (0.9, 0.9, 0.9)
CROSS_COLOR = (1.0, 0.95, 0.35)

CAPTION_SHARE = 0.1
"""Of the height, for the captions above the bodies."""

UNITS_SHOWN = 12.0
"""Highest difference with a color of its own, in units of noise."""

LEAST_MOVED_MM, MOST_SHOWN = 0.5, 0.98
"""Smaller motion is clear; the color of the largest is reached by this share of all voxels."""


@dataclass(frozen=True, eq=False)
class ComparedImages:
    """What the pictures are drawn from. field: reference to moving, for the unbent pictures; difference: moving minus
    reference with the vertebra held; unbentDifference: with all of them laid on themselves; displacement: how far
    tissue moved against the held vertebra. Each may be missing.
    """

    reference: VolumeNode
    moving: VolumeNode
    field: DisplacementGrid | None = None
    difference: DifferenceMap | None = None
    unbentDifference: DifferenceMap | None = None
    displacement: DisplacementMap | None = None


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture to draw: the volume, what is drawn on it, and what lies over it."""

    volume: VolumeNode
    picture: SlicePicture
    over: LaidOver | None = None


def basePicture(comparison: Comparison, size: tuple[int, int], said: str, warnings: tuple[str, ...]) -> SlicePicture:
    """The reference position's sagittal picture with the levels' names; `said` stands below what lies on what."""
    position, chain = comparison.reference, comparison.case.chain
    picture = positionPicture(position, chain, comparison.case.numbering.statement(), size=size)
    held = {comparison.anchor.level: "held"}
    fieldMm = picture.fieldOfViewMm * (1.0 + CAPTION_SHARE)
    raised = np.array(picture.plane.center_RAS) + 0.5 * CAPTION_SHARE * fieldMm * np.array(picture.plane.up_RAS)
    return replace(
        picture, marks=(), outlines=(), plane=replace(picture.plane, center_RAS=asPoint(raised)), fieldOfViewMm=fieldMm,
        caption=PictureCaption(laidOnText(comparison), picture.caption.numbering, key=said, warnings=warnings),
        labels=levelLabels(position.marks, picture.plane, chain.levels, verdicts=held),
    )


def referenceFrame(comparison: Comparison, images: ComparedImages, size: tuple[int, int]) -> Frame:
    """The reference position alone."""
    picture = basePicture(comparison, size, "", heldWarnings(comparison))
    caption = replace(picture.caption, title=comparison.reference.shownTitle)
    return Frame(images.reference, replace(picture, caption=caption))


def movingFrame(comparison: Comparison, images: ComparedImages, size: tuple[int, int]) -> Frame:
    """The moving position alone, from where the held vertebra stands in the same place as in the reference."""
    picture = basePicture(comparison, size, heldText(comparison.anchor), heldWarnings(comparison))
    toMoving = comparison.anchor.referenceToMoving
    plane = picture.plane.moved(toMoving)
    labels = tuple(replace(item, point_RAS=_moved(toMoving, item.point_RAS)) for item in picture.labels
                   if item.text.startswith(f"{comparison.anchor.level}\n"))  # fmt: skip
    caption = replace(picture.caption, title=comparison.moving.shownTitle)
    return Frame(images.moving, replace(picture, plane=plane, labels=labels, caption=caption))


def overFrame(comparison: Comparison, images: ComparedImages, mode: str, size: tuple[int, int]) -> Frame:
    """Both positions with the vertebra held: mode is BLEND, CHECKERBOARD or REVEAL."""
    said = f"{heldText(comparison.anchor)}; {modeOf(mode).meaning}"
    picture = basePicture(comparison, size, said, heldWarnings(comparison))
    over = LaidOver(images.moving, comparison.anchor.movingToReference, mask=_mask(comparison, picture, mode))
    if mode == REVEAL:
        picture = replace(picture, outlines=(_ring(picture.plane, _besideHeld(comparison)),))
    return Frame(images.reference, picture, over)


def unbentFrame(comparison: Comparison, images: ComparedImages, size: tuple[int, int]) -> Frame | None:
    """The moving position with all vertebrae laid on those of the reference, or None where that cannot be."""
    if images.field is None:
        return None
    picture = basePicture(comparison, size, "all vertebrae held", unbentWarnings(comparison))
    picture = replace(picture, labels=tuple(replace(item, text=item.text.split("\n")[0]) for item in picture.labels))
    return Frame(images.reference, picture, LaidOver(images.moving, grid=images.field, opacity=1.0))


def differenceFrame(
    comparison: Comparison, images: ComparedImages, map_: DifferenceMap, volume: VolumeNode, size: tuple[int, int],
    isUnbent: bool = False,
) -> Frame:  # fmt: skip
    """A difference map, held in a volume node, over the reference."""
    held = "all vertebrae held" if isUnbent else heldText(comparison.anchor)
    warnings = unbentWarnings(comparison) if isUnbent else heldWarnings(comparison)
    said = f"{held}; {modeOf(DIFFERENCE).meaning}: {comparison.moving.shownTitle} brighter orange, darker blue"
    picture = basePicture(comparison, size, said, (*map_.warnings, *warnings))
    scale = scaleOfDifference(map_)
    return Frame(images.reference, replace(picture, legend=legendOf(scale)),
                 LaidOver(volume, colors=scale, opacity=scale.opacity))  # fmt: skip


def displacementFrame(
    comparison: Comparison, images: ComparedImages, map_: DisplacementMap, volume: VolumeNode, size: tuple[int, int]
) -> Frame:
    """How far tissue moved against the held vertebra, as colors over the reference."""
    said = f"{heldText(comparison.anchor)}; {modeOf(DISPLACEMENT).meaning}, between vertebrae by interpolation"
    picture = basePicture(comparison, size, said, heldWarnings(comparison))
    scale = scaleOfDisplacement(map_)
    picture = replace(picture, legend=legendOf(scale))
    return Frame(images.reference, picture, LaidOver(volume, colors=scale, opacity=scale.opacity))


def drawnFrame(
    comparison: Comparison, images: ComparedImages, size: tuple[int, int], arrowFactor: float | None = None
) -> Frame:
    """The reference with the outlines of both positions; with a factor, arrows of what moved."""
    colors = "reference blue, the other dashed orange"
    said = f"{heldText(comparison.anchor)}; {colors}" + (f"; {arrowsCaption(arrowFactor)}" if arrowFactor else "")
    picture = basePicture(comparison, size, said, (*heldWarnings(comparison), *marksWarnings(comparison)))
    drawing = outlineDrawing(comparison, picture.plane)
    if arrowFactor is not None:
        drawing += arrowDrawing(markVectors(comparison.case, comparison.anchor), picture.plane, arrowFactor)
    return Frame(images.reference, replace(picture, outlines=drawing.outlines, labels=picture.labels + drawing.labels))


def withCrosses(frame: Frame, points_RAS: Sequence[NDArray[np.float64]]) -> Frame:
    """A picture with a cross at each point of its frame."""
    marks = tuple(PictureMark(asPoint(point), CROSS_COLOR, pixels=12.0, shape=CROSS) for point in points_RAS)
    return replace(frame, picture=replace(frame.picture, marks=marks))


def canalPlaces(comparison: Comparison) -> list[NDArray[np.float64]]:
    """A place in the canal at each disc of the reference, where its front and back walls are marked."""
    marks, found = comparison.reference.marks, []
    for segment in comparison.case.chain.segments:
        walls = [marks.point(f"{segment.name}_{code}") for code in ("CA", "CP")]
        if all(point is not None for point in walls):
            found.append(np.mean(np.array(walls, dtype=float), axis=0))
    return found


def scaleOfDifference(map_: DifferenceMap) -> ColorScale:
    """The colors of a difference map, clear within noise."""
    return differenceScale(map_.withinNoise, max(UNITS_SHOWN, 2.0 * map_.withinNoise), f"{INTENSITY}, x noise")


def scaleOfDisplacement(map_: DisplacementMap) -> ColorScale:
    """The colors of a map of distances, up to the largest that is shown."""
    largest = float(np.quantile(map_.valuesMm, MOST_SHOWN)) if map_.valuesMm.size else 0.0
    return amountScale(LEAST_MOVED_MM, max(float(np.ceil(largest)), 2.0 * LEAST_MOVED_MM), "moved, mm")


def legendOf(scale: ColorScale) -> PictureLegend:
    """A scale as a bar: clear places black."""
    colors = tuple(_shown(rgba) for rgba in scale.rgba[::4])
    values = [scale.low, -scale.clearBelow, scale.clearBelow, scale.high] if scale.low < 0 else [scale.low, scale.high]
    span = scale.high - scale.low
    return PictureLegend(scale.title, colors, tuple(((value - scale.low) / span, f"{value:+g}" if scale.low < 0
                                                      else f"{value:g}") for value in values))  # fmt: skip


def _shown(rgba: NDArray[np.float64]) -> tuple[float, float, float]:
    red, green, blue = (rgba[:3] * rgba[3]).tolist()
    return red, green, blue


def _mask(comparison: Comparison, picture: SlicePicture, mode: str) -> NDArray[np.bool_] | None:
    if mode == BLEND:
        return None
    if mode == CHECKERBOARD:
        return checkerboardMask(picture.size, max(2, round(SQUARE_MM / picture.pixelMm)))
    if mode != REVEAL:
        raise KeyError(mode)
    return revealMask(picture.size, picture.pixelOf(_besideHeld(comparison)), CIRCLE_MM / picture.pixelMm)


def _ring(plane: PicturePlane, center: Any) -> PictureOutline:
    """The circle that reveals, so that its edge is seen where the images are alike."""
    middle = plane.project(center)
    turns = np.linspace(0.0, 2.0 * np.pi, 73)[:-1]
    flat = np.stack([middle[0] + CIRCLE_MM * np.cos(turns), middle[1] + CIRCLE_MM * np.sin(turns)], axis=-1)
    points = flat @ plane.sliceToRAS[:3, :2].T + np.array(plane.center_RAS)
    return PictureOutline(tuple(asPoint(point) for point in points), True, _RING_COLOR, 1.0)


def _besideHeld(comparison: Comparison) -> Any:
    """The middle of the vertebra above the held one, where the most is to be seen; else of the one below."""
    levels, marks = comparison.case.chain.levels, comparison.reference.marks
    index = levels.index(comparison.anchor.level)
    for level in (*levels[max(index - 1, 0) : index], *levels[index + 1 : index + 2], comparison.anchor.level):
        points = [point for code in ("SA", "SP", "IA", "IP") if (point := marks.point(f"{level}_{code}")) is not None]
        if points:
            return asPoint(np.mean(points, axis=0))
    return asPoint(np.zeros(3))


def _moved(matrix: NDArray[np.float64], point: Any) -> Any:
    return asPoint(matrix[:3, :3] @ np.asarray(point) + matrix[:3, 3])
