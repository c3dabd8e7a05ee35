"""Lay one position of a case on another with one vertebra held still, and write pictures, maps and transforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Compare.Comparison import Comparison, comparePositions
from DynamicSpineLib.Compare.Statements import withImages
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.CompareFigures import figuresOf
from DynamicSpineLib.Jobs.CompareFiles import writeComparison
from DynamicSpineLib.Jobs.CompareMaps import comparedMaps, graysOf
from DynamicSpineLib.Jobs.OpenSource import openSource
from DynamicSpineLib.Jobs.OutputFolder import outputFolder
from DynamicSpineLib.Progress import Step, Steps, stepsWithin
from DynamicSpineLib.Scene.NodeTypes import VolumeNode

if TYPE_CHECKING:
    from DynamicSpineLib.Scene.Overlays.CompareFrames import ComparedImages

MOTION_SIZE = (480, 480)


@dataclass(frozen=True)
class CompareRequest:
    """Which position is laid on which, the vertebra that is held still, and whether the motion is played as well."""

    case: Path
    reference: str
    moving: str
    anchor: str
    withMotion: bool = True


@dataclass(frozen=True)
class ComparisonMade:
    """What was compared, the figures of the json, the files by name, and what validation had to say."""

    comparison: Comparison
    figures: Mapping[str, Any]
    files: Mapping[str, Path]
    notices: tuple[str, ...] = ()


def compareToFolder(request: CompareRequest, folder: Path) -> Steps[ComparisonMade]:
    """Compare two positions and write every file, all of them or none; a generator of steps.

    Raises InputError for what cannot be compared and JobError where this machine cannot draw.
    """
    source = openSource(request.case)
    comparison = comparePositions(source.case, request.reference, request.moving, request.anchor)
    for position in (comparison.reference, comparison.moving):
        if not position.volume:
            raise InputError(f"position '{position.id}' has no volume, so there is no image to compare")
    outputFolder(folder)
    with _volumes(request, comparison) as (reference, moving):
        made = yield from compareVolumes(comparison, reference, moving, folder, request.withMotion)
    return replace(made, notices=source.notices)


def compareVolumes(
    comparison: Comparison, reference: VolumeNode, moving: VolumeNode, folder: Path, withMotion: bool = True
) -> Steps[ComparisonMade]:
    """The same for volume nodes that are open already."""
    from DynamicSpineLib.Scene.Overlays.CompareFrames import ComparedImages
    from DynamicSpineLib.Scene.Overlays.ComparePictures import comparePictures

    grays = graysOf(comparison, reference, moving)
    comparison = withImages(comparison, grays[0].voxels, grays[1].voxels)
    maps = yield from stepsWithin(comparedMaps(comparison, grays), 0.0, 0.5)
    images = ComparedImages(reference, moving, maps.field, maps.difference, maps.unbentDifference, maps.displacement)
    pictures = yield from stepsWithin(comparePictures(reference.GetScene(), comparison, images), 0.5, 0.7)
    if withMotion and comparison.unbending is not None:  # a single vertebra stands still, and nothing is between
        pictures |= yield from stepsWithin(_motion(comparison, images), 0.7, 0.95)
    yield Step(1.0, "writing files")
    figures = figuresOf(comparison, maps)
    return ComparisonMade(comparison, figures, writeComparison(comparison, maps, figures, pictures, folder))


def _motion(comparison: Comparison, images: ComparedImages) -> Steps[dict[str, bytes]]:
    """The motion between the two positions as an animated picture and as its frames, by name."""
    from DynamicSpineLib.Scene.Overlays.MotionPictures import motionPictures

    motion = yield from motionPictures(comparison, images, MOTION_SIZE)
    frames = {f"motion-{number:02}": png for number, png in enumerate(motion.frames, start=1)}
    return {"motion": motion.animated, **frames}


@contextmanager
def _volumes(request: CompareRequest, comparison: Comparison) -> Iterator[tuple[VolumeNode, VolumeNode]]:
    from DynamicSpineLib.Scene.PictureDrawing import openVolume

    positions = (comparison.reference, comparison.moving)
    with ExitStack() as stack:
        nodes = [stack.enter_context(openVolume(item, request.case)) for item in positions]
        for node, item in zip(nodes, positions, strict=True):
            if node is None or node.GetImageData() is None:
                raise InputError(f"position '{item.id}': its volume is not in the scene")
        yield nodes[0], nodes[1]
