"""The pictures of a comparison as PNG files, drawn off screen by Slicer's own slice view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Modes import BLEND, CHECKERBOARD, REVEAL
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.Overlays.AnimatedPng import animatedPng
from DynamicSpineLib.Scene.Overlays.CompareFrames import (
    ComparedImages,
    Frame,
    canalPlaces,
    differenceFrame,
    displacementFrame,
    drawnFrame,
    movingFrame,
    overFrame,
    referenceFrame,
    unbentFrame,
    withCrosses,
)
from DynamicSpineLib.Scene.Overlays.MotionPictures import bodiesPicture
from DynamicSpineLib.Scene.PictureCapture import pngOf
from DynamicSpineLib.Scene.PictureContent import RenderedPicture
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

FLICKER_SECONDS = 0.75
"""Each of the two pictures: fewer than one flash a second."""

Drawn = dict[str, bytes]


def comparePictures(
    scene: vtkMRMLScene, comparison: Comparison, images: ComparedImages, size: tuple[int, int] = (640, 640)
) -> Steps[Drawn]:
    """Draw every picture that the images allow, as PNG by name; a step for each.

    scene: where the maps' volumes are put while they are drawn. Raises JobError where this machine cannot draw.
    """
    jobs: dict[str, Callable[[], bytes | None]] = {
        "reference": lambda: _draw(referenceFrame(comparison, images, size)).png,
        "moving": lambda: _draw(movingFrame(comparison, images, size)).png,
        BLEND: lambda: _draw(overFrame(comparison, images, BLEND, size)).png,
        CHECKERBOARD: lambda: _draw(overFrame(comparison, images, CHECKERBOARD, size)).png,
        REVEAL: lambda: _draw(overFrame(comparison, images, REVEAL, size)).png,
        "flicker": lambda: _flicker(comparison, images, size),
        "sideBySide": lambda: _sideBySide(comparison, images, size),
        "outlines": lambda: _draw(drawnFrame(comparison, images, size)).png,
        "arrows": lambda: _draw(drawnFrame(comparison, images, size, 1.0)).png,
        "difference": lambda: _difference(scene, comparison, images, size, False),
        "displacement": lambda: _displacement(scene, comparison, images, size),
        "unbent": lambda: _unbent(comparison, images, size),
        "unbentDifference": lambda: _difference(scene, comparison, images, size, True),
        "bodies": lambda: bodiesPicture(comparison, referenceFrame(comparison, images, size).picture.plane, size),
    }
    drawn: Drawn = {}
    for count, (name, job) in enumerate(jobs.items(), start=1):
        picture = job()
        if picture is not None:
            drawn[name] = picture
        yield Step(count / len(jobs), f"picture {name}")
    return drawn


def _draw(frame: Frame) -> RenderedPicture:
    return renderSlice(frame.volume, frame.picture, frame.over)


def _flicker(comparison: Comparison, images: ComparedImages, size: tuple[int, int]) -> bytes:
    frames = [referenceFrame(comparison, images, size), movingFrame(comparison, images, size)]
    return animatedPng([_draw(frame).pixels for frame in frames], FLICKER_SECONDS)


def _sideBySide(comparison: Comparison, images: ComparedImages, size: tuple[int, int]) -> bytes:
    places = canalPlaces(comparison)
    carry = comparison.unbending.field.carry if comparison.unbending is not None else None
    frames = [withCrosses(referenceFrame(comparison, images, size), places if carry is not None else []),
              withCrosses(movingFrame(comparison, images, size), list(carry(places)) if carry and places else [])]
    return pngOf(np.concatenate([_draw(frame).pixels for frame in frames], axis=1))


def _unbent(comparison: Comparison, images: ComparedImages, size: tuple[int, int]) -> bytes | None:
    frame = unbentFrame(comparison, images, size)
    return _draw(frame).png if frame is not None else None


def _difference(
    scene: vtkMRMLScene, comparison: Comparison, images: ComparedImages, size: tuple[int, int], isUnbent: bool
) -> bytes | None:
    map_ = images.unbentDifference if isUnbent else images.difference
    if map_ is None:
        return None
    with mapVolume(scene, map_.values, map_.geometry) as volume:
        return _draw(differenceFrame(comparison, images, map_, volume, size, isUnbent)).png


def _displacement(
    scene: vtkMRMLScene, comparison: Comparison, images: ComparedImages, size: tuple[int, int]
) -> bytes | None:
    map_ = images.displacement
    if map_ is None:
        return None
    with mapVolume(scene, map_.valuesMm, map_.geometry) as volume:
        return _draw(displacementFrame(comparison, images, map_, volume, size)).png


@contextmanager
def mapVolume(
    scene: vtkMRMLScene, values: NDArray[np.float32], geometry: VolumeGeometry
) -> Iterator[vtkMRMLScalarVolumeNode]:
    """A map (k, j, i) as a volume node for the time of the block."""
    from DynamicSpineLib.Scene.Hierarchy import removeNode
    from DynamicSpineLib.Scene.Volumes import addVolume

    node = addVolume(scene, values, geometry, "Map")
    try:
        yield node
    finally:
        removeNode(scene, node)
