"""A T2-like MR volume of a posed spine: painted tissue, seen through a series' own grid, coil, resolution and noise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.Acquisition import Acquisition, seriesGeometry
from DynamicSpineLib.Phantom.PaintBones import paintBone
from DynamicSpineLib.Phantom.PaintCanal import paintCanal
from DynamicSpineLib.Phantom.PaintCanvas import Canvas, Samples
from DynamicSpineLib.Phantom.PaintCourse import SliceCoordinates, SpineCourse, sliceCoordinates, spineCourse
from DynamicSpineLib.Phantom.PaintDiscs import discFrame, paintDisc
from DynamicSpineLib.Phantom.PaintForamina import paintForamen
from DynamicSpineLib.Phantom.PaintHead import paintHead
from DynamicSpineLib.Phantom.PaintSacrum import paintRemnantDiscs
from DynamicSpineLib.Phantom.PaintSurroundings import paintSurroundings
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Phantom.RenderSignal import acquired, coilGain
from DynamicSpineLib.Phantom.SignalTissues import Palette, palette
from DynamicSpineLib.Progress import Step, Steps, runSteps
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

UNITS_PER_CSF = 1000.0
# Shares of the time after which each part of painting is done; the rest is resolution and noise.
SURROUNDINGS_UNTIL, SPINE_UNTIL, CANAL_UNTIL = 0.4, 0.7, 0.95

Painted = tuple[NDArray[np.int16], VolumeGeometry]


def paintVolume(posed: PosedSpine, series: Acquisition, seed: int) -> Painted:
    """The volume of a posed spine in one series: voxels (k, j, i), and the grid they lie on.

    Fluid has a signal of about 1000. The seed gives the grid's tilt, the coil's shading and the noise; the tissue's
    texture belongs to the anatomy and is the same in every position. The same arguments give the same voxels.
    Raises InputError for a spine with a sixth lumbar vertebra.
    """
    return runSteps(paintVolumeInSteps(posed, series, seed))


def paintVolumeInSteps(posed: PosedSpine, series: Acquisition, seed: int) -> Steps[Painted]:
    """As paintVolume, in short steps."""
    if "L6" in posed.levels:
        raise InputError("the phantom paints no image of a spine with L6: it has marks only")
    geometry = seriesGeometry(posed, series, seed)
    course = spineCourse(posed)
    where = sliceCoordinates(course, geometry)
    tissue = yield from paintTissue(posed, geometry, series.subSlices, course, where)
    image = acquired(tissue * coilGain(where, series.fields[posed.region].coilReachMm, series, seed), series, seed)
    return np.rint(np.minimum(image * UNITS_PER_CSF, 32767)).astype(np.int16), geometry


def paintTissue(
    posed: PosedSpine, geometry: VolumeGeometry, subSlices: int, course: SpineCourse, where: SliceCoordinates
) -> Steps[Samples]:
    """The tissue's signal in every voxel (k, j, i), fluid being 1, before coil, resolution limit and noise.

    Surroundings slice by slice; then discs, bones and foramina; then the canal, and what lies in the skull.
    """
    tissues = palette(posed.region)
    message = f"painting {posed.positionId}"
    columns, rows, slices = geometry.size
    around = Canvas.over(geometry, 1, np.zeros((slices, rows, columns), dtype=np.float32))
    for share in paintSurroundings(around, where, course, posed, tissues):
        yield Step(SURROUNDINGS_UNTIL * share, message)
    canvas = Canvas.over(geometry, subSlices, around.values)
    for share in _paintSpine(canvas, posed, tissues):
        yield Step(SURROUNDINGS_UNTIL + (SPINE_UNTIL - SURROUNDINGS_UNTIL) * share, message)
    for share in paintCanal(canvas, posed, course, tissues):
        yield Step(SPINE_UNTIL + (CANAL_UNTIL - SPINE_UNTIL) * share, message)
    paintHead(canvas, posed, tissues)
    return canvas.slices()


def _paintSpine(canvas: Canvas, posed: PosedSpine, tissues: Palette) -> Iterator[float]:
    """Discs, then bones, then foramina, whose borders are exact; yields the share done."""
    pieces = len(posed.discs) + len(posed.bones) + len(posed.foramina)
    for variant, disc in enumerate(posed.discs.values()):
        frame = discFrame(disc, posed.boneToRAS[disc.upper], posed.boneToRAS[disc.lower])
        paintDisc(canvas, disc, frame, tissues, variant)
        yield (variant + 1) / pieces
    if "S1" in posed.bones:
        paintRemnantDiscs(canvas, posed.bones["S1"], posed.boneToRAS["S1"], tissues)
    for variant, (level, bone) in enumerate(posed.bones.items()):
        paintBone(canvas, bone, posed.boneToRAS[level], tissues, variant)
        yield (len(posed.discs) + variant + 1) / pieces
    for foramen in posed.foramina.values():
        paintForamen(canvas, foramen, posed.region, tissues)
    yield 1.0
