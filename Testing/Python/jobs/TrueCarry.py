"""A phantom case on disk with small volumes, and a stand-in for the search that knows the phantom's true motion."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from PhantomCases import phantomCase

from DynamicSpineLib.Jobs.CarryCase import CarryEngine
from DynamicSpineLib.Progress import Step
from DynamicSpineLib.Registration.CarriedBone import CarriedBone, Reason
from DynamicSpineLib.Study import EditMarks
from DynamicSpineLib.Study.CarryState import FAILED, GOOD
from DynamicSpineLib.Study.CaseFolder import writeCase
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

SCENARIO = "lumbarSlip"
COVARIANCE = tuple(map(tuple, np.diag([math.radians(0.3) ** 2] * 3 + [0.2**2] * 3).tolist()))


def smallVolume(marks, seed):
    """Coarse noise around a position's marks: enough for a case to be whole."""
    points = np.array([item.point_RAS for item in marks.landmarks.values() if item.point_RAS is not None])
    low, spacing = points.min(axis=0) - 20.0, 5.0
    size = tuple(int(n) for n in np.ceil((np.ptp(points, axis=0) + 40.0) / spacing))
    geometry = VolumeGeometry(size, (spacing,) * 3, tuple(map(float, low)), ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)))
    array = np.random.default_rng(seed).integers(0, 1000, size[::-1]).astype(np.int16)
    return array, geometry


def markedOnce(case, start):
    """The case with marks in one position only, and no transforms."""
    return replace(EditMarks.markedOnce(case, start), markedIn=start)


def writeTrueCase(folder, case):
    """The case in a folder, with a small volume for each position."""
    volumes = {}
    everywhere = phantomCase(SCENARIO)
    folder.parent.mkdir(parents=True, exist_ok=True)
    for seed, position in enumerate(everywhere.positions):
        volumes[position.id] = folder.parent / f"{folder.name}-{position.volume}"
        writeVolume(volumes[position.id], *smallVolume(position.marks, seed))
    writeCase(case, folder, volumes)
    return folder


class TrueCarry:
    """Carries every bone by its true motion, but for verdicts that a test sets by (position, level)."""

    def __init__(self, verdicts=None, log=None, scenario=SCENARIO):
        self.motions = {(bone.fromPosition, bone.toPosition, bone.level): bone for bone in phantomCase(scenario).bones}
        self.verdicts, self.log = verdicts or {}, log if log is not None else []

    def __call__(self, source, target, chain, segments, levels=None):
        self.log.append((source, target, levels))
        found = []
        for index, level in enumerate(chain.levels):
            if levels is None or level in levels:
                found.append(self._bone(source, target, level))
                yield Step((index + 1) / len(chain.levels), f"{level} to {target.positionId}")
        assert segments == dict(segments)
        return tuple(found)

    def _bone(self, source, target, level):
        verdict, *reasons = self.verdicts.get((target.positionId, level), (GOOD,))
        truth = self.motions[(source.positionId, target.positionId, level)]
        quality = MappingProxyType({"similarity": 0.91})
        moved = replace(truth, covariance=COVARIANCE, verdict=verdict, quality=quality)
        transform = None if verdict == FAILED else moved
        return CarriedBone(level, source.positionId, target.positionId, verdict, transform, tuple(reasons), 0.25)


def engine(verdicts=None, log=None, scenario=SCENARIO):
    return CarryEngine(TrueCarry(verdicts, log, scenario))


def failed(code="notFound", **numbers):
    return (FAILED, Reason(code, numbers))
