"""The pictures of a motion between two positions, each saying that it is interpolated: frames, and an animated file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from DynamicSpineLib.Compare.BodySolids import solidsInReference
from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.HelicalAxes import segmentAxis
from DynamicSpineLib.Compare.MotionFields import MotionFields, motionFields
from DynamicSpineLib.Compare.MotionFrames import INTERPOLATED, MotionFrame
from DynamicSpineLib.Compare.MotionGrid import slabGrid
from DynamicSpineLib.Compare.MotionPath import MotionPath, motionPath
from DynamicSpineLib.Compare.Statements import heldText, heldWarnings, laidOnText
from DynamicSpineLib.Progress import Step, Steps, stepsWithin
from DynamicSpineLib.Scene.Motion.BodyPictures import renderBodies
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Scene.Overlays.AnimatedPng import animatedPng
from DynamicSpineLib.Scene.Overlays.CompareFrames import ComparedImages, basePicture
from DynamicSpineLib.Scene.Overlays.LaidOver import LaidOver
from DynamicSpineLib.Scene.PictureContent import PictureCaption, RenderedPicture, SlicePicture
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Study.Case import Case

BETWEEN = 12
"""Frames between the two positions."""

_FRAME_SECONDS, _DWELL_SECONDS = 1 / 12, 1.0


@dataclass(frozen=True, eq=False)
class MotionPictures:
    """frames: PNG of each frame from the reference to the moving position; animated: there and back, for ever."""

    frames: tuple[bytes, ...]
    animated: bytes


def motionPictures(
    comparison: Comparison, images: ComparedImages, size: tuple[int, int] = (640, 640)
) -> Steps[MotionPictures]:
    """Draw the motion from the reference to the moving position with the vertebra held; a step for each frame.

    Raises JobError where this machine cannot draw.
    """
    case, reference, moving = comparison.case, comparison.reference.id, comparison.moving.id
    path = motionPath(case, comparison.anchor.level, (reference, moving), reference)
    frames = path.frames(BETWEEN, 1)
    warnings = (*heldWarnings(comparison), *_leftOut(case, path))
    base = replace(basePicture(comparison, size, heldText(comparison.anchor), warnings), labels=())
    heightMm = base.fieldOfViewMm * size[1] / size[0]
    slab = slabGrid(base.plane.sliceToRAS, base.fieldOfViewMm, heightMm)
    fields = yield from stepsWithin(motionFields(case, path, frames, slab), 0.0, 0.4)
    volumes = {reference: images.reference, moving: images.moving}
    drawn: list[RenderedPicture] = []
    for number, frame in enumerate(frames, start=1):
        drawn.append(_draw(comparison, path, frame, fields, volumes, base))
        yield Step(0.4 + 0.6 * number / len(frames), "pictures of the motion")
    return MotionPictures(tuple(item.png for item in drawn), animatedThereAndBack(drawn))


def _draw(
    comparison: Comparison, path: MotionPath, frame: MotionFrame, fields: MotionFields,
    volumes: Mapping[str, VolumeNode], base: SlicePicture,
) -> RenderedPicture:  # fmt: skip
    leg, pair = path.legs[frame.leg], fields.at(frame)
    picture = replace(base, caption=replace(base.caption, title=_title(comparison, frame),
                                            warnings=_warnings(frame, base.caption.warnings)))  # fmt: skip
    below = LaidOver(volumes[leg.start], path.toReference[leg.start], pair.toStart if pair is not None else None)
    over = LaidOver(volumes[leg.end], path.toReference[leg.end], pair.toEnd if pair is not None else None,
                    opacity=frame.fraction)  # fmt: skip
    return renderSlice(below, picture, over)


def _leftOut(case: Case, path: MotionPath) -> tuple[str, ...]:
    """One short line however many vertebrae take no part: sentences on each would cover the picture."""
    levels = [level for level in case.chain.levels if level not in path.legs[0].levels]
    return (f"take no part: {', '.join(levels)}",) if levels and path.leftOut else ()


def _title(comparison: Comparison, frame: MotionFrame) -> str:
    titles = {item.id: item.shownTitle for item in (comparison.reference, comparison.moving)}
    return titles[frame.position] if frame.isObserved else " to ".join(titles.values())


def _warnings(frame: MotionFrame, others: tuple[str, ...]) -> tuple[str, ...]:
    return others if frame.isObserved else (INTERPOLATED, *others)


def bodiesPicture(comparison: Comparison, plane: PicturePlane, size: tuple[int, int] = (640, 640)) -> bytes | None:
    """The vertebrae of the reference in 3-D, those of the moving position clear behind them; None without a solid.

    plane: what the picture is seen from before, in the reference's frame. Axes are drawn where the rotation of a
    segment allows it.
    """
    case, reference, moving = comparison.case, comparison.reference.id, comparison.moving.id
    path = motionPath(case, comparison.anchor.level, (reference, moving), reference)
    solids = solidsInReference(case, path)
    if not set(solids) & set(path.poses[moving]):
        return None
    answers = [segmentAxis(case, segment.name, reference, moving) for segment in case.chain.segments]
    axes = [answer.axis for answer in answers if answer.axis is not None]
    said = f"{heldText(comparison.anchor)}; clear: {comparison.moving.shownTitle}"
    said += "; arrows: helical axes" if axes else ""
    caption = PictureCaption(laidOnText(comparison), case.numbering.statement(), key=said,
                             warnings=("solids drawn from marks", *heldWarnings(comparison)))  # fmt: skip
    return renderBodies(solids, path.poses[reference], comparison.anchor.level, plane, caption, path.poses[moving],
                        axes, size).png  # fmt: skip


def animatedThereAndBack(drawn: Sequence[RenderedPicture]) -> bytes:
    """Pictures from one position to another as one file: there and back for ever, standing at both."""
    order = [*range(len(drawn)), *range(len(drawn) - 2, 0, -1)]
    ends = (0, len(drawn) - 1)
    return animatedPng([drawn[number].pixels for number in order],
                       [_DWELL_SECONDS if number in ends else _FRAME_SECONDS for number in order])  # fmt: skip
