"""Label maps of phantoms on any grid, in the numbers of any tool: the ruler for reading segmentations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Phantom.PhantomLabels import labelVolume, structuresOf
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Segmentations.LabelTable import Meaning
from DynamicSpineLib.Segmentations.SpineLabels import LabelLayer, spineLabels
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry


@dataclass(frozen=True)
class Grid:
    """A sampling: in-plane and slice spacing in mm, turned by degrees about the patient's axes."""

    inPlaneMm: float
    sliceMm: float
    tiltDeg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    sagittal: bool = True


GRIDS = {
    "0.7 x 0.7 x 3.3 mm": Grid(0.7, 3.3),
    "0.7 x 0.7 x 3.3 mm, oblique": Grid(0.7, 3.3, (8.0, -6.0, 10.0)),
    "1 mm": Grid(1.0, 1.0, sagittal=False),
    "1.5 mm": Grid(1.5, 1.5, sagittal=False),
    "1.5 mm, oblique": Grid(1.5, 1.5, (13.0, 17.0, -12.0), sagittal=False),
}


def turned(anglesDeg):
    """3x3 rotation by angles about x, then y, then z."""
    matrix = np.eye(3)
    for axis, angle in enumerate(np.radians(anglesDeg)):
        a, b = [(1, 2), (2, 0), (0, 1)][axis]
        turn = np.eye(3)
        turn[[a, b], [a, b]] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    return matrix


def geometryFor(posed, grid, shift=(0.0, 0.0, 0.0)):
    """A grid that holds a whole posed spine; `shift` moves it by shares of a voxel."""
    sagittal = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]).T
    axes = turned(grid.tiltDeg) @ (sagittal if grid.sagittal else np.eye(3))
    points = np.vstack([[posed.boneToRAS[level][:3, 3] for level in posed.levels], posed.stations.center_RAS]) @ axes
    margin = np.abs(axes.T) @ np.array([28.0, 45.0, 30.0])
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    spacing = np.array([grid.inPlaneMm, grid.inPlaneMm, grid.sliceMm])
    size = np.ceil((high - low) / spacing).astype(int)
    origin = axes @ (low + np.array(shift) * spacing)
    return VolumeGeometry(tuple(map(int, size)), tuple(map(float, spacing)), tuple(map(float, origin)),
                          tuple(tuple(map(float, axes[:, i])) for i in range(3)))  # fmt: skip


def meaningsOf(posed, whole=False):
    """Meanings of a phantom's label numbers; whole: body and arch are one."""
    meanings = {}
    for number, (kind, place) in enumerate(structuresOf(posed), 1):
        structure = "vertebra" if whole and kind in ("body", "arch") else kind
        meanings[number] = Meaning(structure, splitSegment(place).upper if kind == "disc" else place)
    return meanings


def labelledSpine(posed, geometry, whole=False):
    """A posed phantom as SpineLabels."""
    return spineLabels(LabelLayer(labelVolume(posed, geometry), geometry), meaningsOf(posed, whole))


def inNumbersOf(task, posed, geometry, whole=True):
    """A posed phantom's label map (k, j, i) in a tool's own numbers; what the tool does not label is 0."""
    numbers = {(meaning.structure, meaning.place): value for value, meaning in task.meanings.items()}
    lookup = np.zeros(len(structuresOf(posed)) + 1, dtype=np.int16)
    for number, meaning in meaningsOf(posed, whole).items():
        at = numbers.get((meaning.structure, meaning.place)) or numbers.get((meaning.structure, "")) or 0
        if meaning.structure == "disc" and not at:
            at = numbers.get(("discAbove", "S1"), 0) if meaning.place == "L5" else 0
        lookup[number] = at
    return lookup[labelVolume(posed, geometry)]


CORNERS = ("SA", "SP", "IA", "IP")


def cornerErrors(points, truth, posed, codes=CORNERS):
    """In-plane error (mm) of every body corner, or of other marks of the bones: landmark -> error."""
    errors = {}
    for name, point in points.items():
        level, code = name.split("_")
        if name in truth and code in codes and level in posed.boneToRAS:
            offset = posed.boneToRAS[level][:3, :3].T @ (point - truth[name])
            errors[name] = float(np.hypot(offset[1], offset[2]))
    return errors


def phantom(scenario="lumbarSlip", position="ST_E", region=None):
    """A posed phantom."""
    return posedSpine(scenario, position, region)
