"""Two imaged positions with exact truth, on thick sagittal stacks of their own tilt: phantoms and real volumes moved.

Images are sampled here, not by the code under test: of the phantom its tissue is painted on the grid, of a real volume
its own voxels are read where the points of the grid come from.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf, segmentsOf
from DynamicSpineLib.Anatomy.BoneRegions import rigidBodies
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField
from DynamicSpineLib.Phantom.Acquisition import acquisition
from DynamicSpineLib.Phantom.JointMotion import boneMotions
from DynamicSpineLib.Phantom.PaintCourse import sliceCoordinates, spineCourse
from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Phantom.PhantomVolume import paintTissue
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.RenderSignal import acquired, coilGain
from DynamicSpineLib.Phantom.Scenario import loadScenario
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, readVolume

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared" / "data"
SAGITTAL = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
REAL = {"cervical": "cervicalMarks.json", "lumbar": "lumbosacralMarks.json"}
PHANTOM = {"cervical": "healthyCervical", "lumbar": "healthyLumbar"}
FIELD_MM = {"cervical": (80.0, 96.0, 27.0), "lumbar": (100.0, 136.0, 38.0)}


@dataclass(frozen=True)
class ComparedPair:
    """Two positions: the motions of the bones (4x4, RAS) lead from the first to the second."""

    reference: GrayVolume
    moved: GrayVolume
    motions: dict[str, np.ndarray]
    corners: dict[str, dict[str, np.ndarray]]


def gridAbout(middle_RAS, region, tiltDeg, inPlaneMm, sliceMm) -> VolumeGeometry:
    """A sagittal stack about a point."""
    axes = Rotation.from_euler("xyz", tiltDeg, degrees=True).as_matrix() @ SAGITTAL
    spacing = np.array([inPlaneMm, inPlaneMm, sliceMm])
    size = np.round(np.array(FIELD_MM[region]) / spacing).astype(int)
    origin = middle_RAS - axes @ (0.5 * (size - 1) * spacing)
    columns = tuple(tuple(map(float, column)) for column in axes.T)
    return VolumeGeometry(tuple(map(int, size)), tuple(map(float, spacing)), tuple(map(float, origin)), columns)


def movedGrid(geometry: VolumeGeometry, motion) -> VolumeGeometry:
    """The stack carried by a rigid motion (4x4)."""
    matrix = motion @ geometry.ijkToRAS
    columns = tuple(tuple(map(float, column)) for column in (matrix[:3, :3] / np.array(geometry.spacingMm)).T)
    return VolumeGeometry(geometry.size, geometry.spacingMm, tuple(map(float, matrix[:3, 3])), columns)


class Phantom:
    """A spine of the phantom, neutral and with every segment of its lower part flexed by the same angle."""

    def __init__(self, region, flexionDeg, changes=None):
        base = loadScenario(PHANTOM[region])
        data = copy.deepcopy(dict(base.data))
        names = [name for name in base.regionData(region)["segments"] if not name.startswith(("Oc", "C1C"))]
        segments = {name: {"flexionDeg": flexionDeg, **(changes or {}).get(name, {})} for name in names}
        pose = data["positions"][base.markedIn].get("poses", {}).get(region, base.markedIn)
        data["positions"] = {**data["positions"], "BENT": {"poses": {region: pose}, "segments": segments}}
        scenario = replace(base, positionIds=(*base.positionIds, "BENT"), data=MappingProxyType(data))
        self.region = region
        self.poses = posedSpine(scenario, base.markedIn, region), posedSpine(scenario, "BENT", region)
        self.marks = tuple({name: np.array(point) for name, point in phantomMarks(pose)[0].items()}
                           for pose in self.poses)  # fmt: skip
        self.corners = cornersOf(self.marks[0])
        self.motions = {level: self.poses[1].boneToRAS[level] @ np.linalg.inv(self.poses[0].boneToRAS[level])
                        for level in self.corners}  # fmt: skip

    def image(self, bent, geometry, seed, noise=0.018):
        """The neutral or the bent spine on a grid, as a coil of that seed sees it."""
        posed = self.poses[int(bent)]
        series = replace(acquisition("supine15T"), subSlices=3, noise=noise)
        course = spineCourse(posed)
        where = sliceCoordinates(course, geometry)
        tissue = runSteps(paintTissue(posed, geometry, series.subSlices, course, where))
        gain = coilGain(where, series.fields[self.region].coilReachMm, series, seed)
        return GrayVolume(np.asarray(acquired(tissue * gain, series, seed) * 1000.0, dtype=np.float32), geometry)


class Real:
    """A real volume with marks, as it is and with every segment flexed by the same angle."""

    def __init__(self, region, flexionDeg):
        described = json.loads((PROJECT / "Testing" / "Data" / REAL[region]).read_text(encoding="utf-8"))
        path = SHARED / described["volume"]
        if not path.is_file():
            pytest.skip("the shared volumes are not here")
        self.region, self.source = region, readVolume(path)
        self.marks = ({name: np.array(point) for name, point in described["marks"].items()},)
        self.corners = cornersOf(self.marks[0])
        turns = dict.fromkeys(segmentsOf(self.corners), (flexionDeg, 0.0, 0.0))
        self.motions = boneMotions(self.corners, turns)
        self.field = PolyrigidField(rigidBodies(self.corners, self.motions))
        middles = np.array([np.mean(list(own.values()), axis=0) for own in self.corners.values() if len(own) == 4])
        indices = np.round(self.source.geometry.indices(middles)).astype(int)
        around = [self.source.voxels[k - 2 : k + 3, j - 2 : j + 3, i - 2 : i + 3] for i, j, k in indices]
        self.marrow = float(np.median([part.mean() for part in around]))

    def image(self, bent, geometry, seed, marrowToNoise=15.0):
        """The volume or the bent volume on a grid: slices average over their thickness; gain and noise of the seed."""
        k, j, i = np.meshgrid(*(np.arange(count) for count in geometry.size[::-1]), indexing="ij")
        nodes = np.stack([i, j, k], axis=-1)
        back = self.field.displacementGrid(geometry, 3.0, inverse=True) if bent else None
        total = np.zeros(k.shape)
        for offset in (-1 / 3, 0.0, 1 / 3):
            matrix = geometry.ijkToRAS
            points = (nodes + np.array([0.0, 0.0, offset])) @ matrix[:3, :3].T + matrix[:3, 3]
            if back is not None:
                at = (points - back.ijkToRAS[:3, 3]) @ np.linalg.inv(back.ijkToRAS[:3, :3]).T
                at = np.moveaxis(at[..., ::-1], -1, 0)
                shift = [map_coordinates(back.displacements_RAS[..., axis], at, order=1, mode="nearest")
                         for axis in range(3)]  # fmt: skip
                points = points + np.stack(shift, axis=-1)
            total += map_coordinates(self.source.voxels, np.moveaxis(self.source.geometry.indices(points)[..., ::-1],
                                     -1, 0), order=1, output=np.float32) / 3.0  # fmt: skip
        random = np.random.default_rng(seed)
        waves = [np.cos(np.linspace(0.0, 4.0, count) + random.uniform(0.0, 6.0)) for count in total.shape]
        total *= 1.0 + 0.06 * (waves[0][:, None, None] + waves[1][:, None] + waves[2])
        spread = self.marrow / marrowToNoise
        real, imaginary = random.normal(0.0, spread, (2, *total.shape))
        return GrayVolume(np.hypot(total + real, imaginary).astype(np.float32), geometry)


@lru_cache(maxsize=8)
def spineOf(kind, region, flexionDeg):
    """A phantom or a real volume in two positions."""
    return (Phantom if kind == "phantom" else Real)(region, flexionDeg)


@lru_cache(maxsize=16)
def stacks(kind, region, held, flexionDeg=5.0):
    """The neutral stack, the stack of the bent spine about the held vertebra, and the baseline: the neutral spine in a
    stack that cuts the held vertebra as the bent one's does."""
    spine = spineOf(kind, region, flexionDeg)
    middle = np.mean(list(spine.corners[held].values()), axis=0)
    inPlane = 0.6 if kind == "phantom" else 0.7
    first = gridAbout(middle, region, [1.5, -1.0, 2.0], inPlane, 3.3)
    second = gridAbout(middle + np.array([1.3, 3.1, -2.2]), region, [-2.0, 2.5, -1.5], inPlane, 3.6)
    reference = spine.image(False, first, 1)
    moved = spine.image(True, movedGrid(second, spine.motions[held]), 2)
    still = spine.image(False, second, 2)
    return reference, moved, still
