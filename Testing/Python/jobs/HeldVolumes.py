"""The slip phantom with volumes that are a formula: tissue that moves with L5 as one piece, seen by any series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from PhantomCases import phantomCase

from DynamicSpineLib.Study.CaseFolder import readCase, writeCase
from DynamicSpineLib.Study.Marks import CARRIED, LandmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

SCENARIO, REFERENCE, MOVING, HELD = "lumbarSlip", "SUP_N", "ST_F", "L5"
SAGITTAL = ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
AXIAL = ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0))
NOISE = 8.0  # of tissue between 100 and 700


@dataclass(frozen=True)
class Series:
    """How a position is imaged: voxel axes in RAS, spacing, share of the length seen from below, and its contrast."""

    axes: tuple = SAGITTAL
    spacingMm: tuple = (2.5, 2.5, 4.0)
    lowestShare: float = 0.0
    highestShare: float = 1.0
    turnDeg: float = 0.0
    contrast: object = staticmethod(lambda tissue: tissue)


def trueMotion(level, position=MOVING):
    """The phantom's own motion (4x4, RAS) of a bone from the reference to a position."""
    bones = phantomCase(SCENARIO).bones
    return next(np.array(bone.matrix) for bone in bones if (bone.level, bone.toPosition) == (level, position))


def tissueAt(points_RAS):
    """A smooth pattern (100 to 700) of the reference's space."""
    x, y, z = np.moveaxis(points_RAS, -1, 0)
    waves = np.sin(x / 9.0 + 1.0) + np.sin(y / 6.0 + 0.4 * np.sin(z / 11.0)) + np.sin(z / 7.0 + y / 23.0)
    return 400.0 + 100.0 * waves


def gridOf(marks, series):
    """A grid round a position's marks (or a part of their length), turned about the patient's left-right axis."""
    points = np.array([item.point_RAS for item in marks.landmarks.values() if item.point_RAS is not None])
    margin = np.array([12.0, 15.0, 15.0])
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    below, length = low[2], high[2] - low[2]
    low[2], high[2] = below + series.lowestShare * length, below + series.highestShare * length
    angle = np.radians(series.turnDeg)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    axes = np.array(series.axes) @ turn.T
    extent = np.abs(np.array(series.axes)) @ (high - low)
    size = np.ceil(extent / series.spacingMm).astype(int)
    first = (low + high) / 2 - ((size - 1) / 2 * series.spacingMm) @ axes
    return VolumeGeometry(tuple(map(int, size)), series.spacingMm, tuple(first), tuple(map(tuple, axes)))


def imaged(marks, toReference, series, seed):
    """Voxels (k, j, i) and grid of a position whose tissue lies in the reference by a rigid map (4x4)."""
    grid = gridOf(marks, series)
    indices = np.stack(np.meshgrid(*(np.arange(count) for count in grid.size), indexing="ij"), axis=-1)
    points = indices @ grid.ijkToRAS[:3, :3].T + grid.ijkToRAS[:3, 3]
    tissue = tissueAt(points @ toReference[:3, :3].T + toReference[:3, 3])
    tissue = tissue + np.random.default_rng(seed).normal(0.0, NOISE, tissue.shape)
    return np.rint(series.contrast(tissue)).astype(np.int16).transpose(2, 1, 0), grid


def writeHeldCase(folder, case=None, series=None):
    """A case in two positions in a folder; series: how the moving position is imaged. Returns the case as read.

    Marks placed outside of the images are left out, as nobody could place them; carried ones stay.
    """
    case = case or twoPositions()
    folder.parent.mkdir(parents=True, exist_ok=True)
    there = {REFERENCE: (np.eye(4), Series()), MOVING: (np.linalg.inv(trueMotion(HELD)), series or Series())}
    volumes = {}
    for seed, position in enumerate(item for item in case.positions if item.volume):
        toReference, how = there[position.id]
        marks = phantomCase(SCENARIO).position(position.id).marks
        volumes[position.id] = folder.parent / f"{folder.name}-{position.volume}"
        voxels, grid = imaged(marks, toReference, how, seed)
        writeVolume(volumes[position.id], voxels, grid)
        case = replace(case, positions=tuple(
            replace(item, marks=_within(item.marks, grid)) if item.id == position.id else item
            for item in case.positions))  # fmt: skip
    writeCase(case, folder, volumes)
    return readCase(folder)


def _within(marks, grid):
    """The marks that are carried or lie in the grid; the curves as far as all of them does."""
    kept = {name: mark for name, mark in marks.landmarks.items()
            if mark.point_RAS is None or mark.origin == CARRIED or bool(grid.contains(np.array(mark.point_RAS)))}
    curves = {name: curve for name, curve in marks.contours.items() if bool(grid.contains(
              np.array(curve.points_RAS)).all())}  # fmt: skip
    return LandmarkSet(MappingProxyType(kept), MappingProxyType(curves))


def twoPositions():
    """The slip phantom supine and in standing flexion, held by its marks: without transforms."""
    return replace(phantomCase(SCENARIO, (REFERENCE, MOVING)), bones=())
