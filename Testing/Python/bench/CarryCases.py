"""Pairs of positions with known bone motion: phantoms painted twice, and real volumes moved.

Every pair is made from its seed alone: segment motion up to 25 degrees and 8 mm, the whole body up to 15 degrees and
40 mm elsewhere, both series thick sagittal stacks of their own tilt, with noise and shading.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Errors import DynamicSpineError
from DynamicSpineLib.Geometry.Rigid import aboutCenter, rigid, rotationMatrix
from DynamicSpineLib.Phantom.Acquisition import acquisition, usualAcquisition
from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import PhantomScenario, loadScenario
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, readVolume

PROJECT = Path(__file__).resolve().parents[3]
SHARED = PROJECT.parent / "shared" / "data"
MOST_TURN_DEG, MOST_SLIDE_MM = 25.0, 8.0
BODY_TURN_DEG, BODY_SHIFT_MM = 15.0, 40.0


@dataclass(frozen=True)
class CarryCase:
    """Two imaged positions with the marks of the first, and each bone's true motion (4x4, RAS) to the second."""

    name: str
    kind: str
    reference: GrayVolume
    moved: GrayVolume
    marks_RAS: dict[str, tuple[float, float, float]]
    motions: dict[str, np.ndarray]
    movedMarks_RAS: dict[str, tuple[float, float, float]]


def realCase(marksFile: str, seed: int) -> CarryCase:
    """A real volume seen in a thick stack, and moved and seen in another one."""
    from DynamicSpineLib.Phantom.MovedVolume import Series, moveVolume

    described = json.loads((PROJECT / "Testing" / "Data" / marksFile).read_text(encoding="utf-8"))
    source = readVolume(SHARED / described["volume"])
    random = np.random.default_rng([seed, 11])
    marks = {name: np.array(point) for name, point in described["marks"].items()}
    motions = _realMotions(marks, random)
    sharpness = {"subSlices": 3, "spline": 3, "shadingShare": 0.15}
    first = Series(0.7, 3.3, tuple(random.uniform(-3, 3, 3)), noiseShare=0.02, seed=2 * seed, **sharpness)
    sliceMm, tilt, noise = random.uniform(3.3, 4.0), tuple(random.uniform(-4, 4, 3)), random.uniform(0.02, 0.04)
    second = Series(0.7, sliceMm, tilt, noiseShare=noise, seed=2 * seed + 1, **sharpness)
    still = moveVolume(source.voxels, source.geometry, marks, {level: np.eye(4) for level in motions}, first)
    moved = moveVolume(source.voxels, source.geometry, marks, motions, second)
    return CarryCase(
        f"{marksFile[:6]}{seed}", "real", GrayVolume(still.voxels, still.geometry),
        GrayVolume(moved.voxels, moved.geometry), _tuples(marks), motions, _tuples(moved.marks_RAS),
    )  # fmt: skip


def _realMotions(marks, random):
    from DynamicSpineLib.Anatomy.BodyCorners import cornersOf, segmentsOf
    from DynamicSpineLib.Phantom.JointMotion import boneMotions

    corners = cornersOf(marks)
    segments = segmentsOf(corners)
    turns, shifts = {}, {}
    trend = random.uniform(-8, 8)
    for name in segments:
        flexion = float(np.clip(trend + random.normal(0, 5), -25, 25))
        turns[name] = (flexion, random.normal(0, 1.5), random.normal(0, 1.5))
        shifts[name] = (random.normal(0, 0.3), random.normal(0, 0.3), random.normal(0, 1.0))
    worst = segments[random.integers(len(segments))]
    turns[worst] = (float(random.choice([-1, 1]) * random.uniform(12, MOST_TURN_DEG)), *turns[worst][1:])
    other = segments[random.integers(len(segments))]
    shifts[other] = (*shifts[other][:2], float(random.choice([-1, 1]) * random.uniform(3, MOST_SLIDE_MM)))
    axis = random.normal(size=3)
    axis /= np.linalg.norm(axis)
    turn = rotationMatrix(np.radians(random.uniform(0, BODY_TURN_DEG)) * axis)
    way = random.normal(size=3)
    shift = random.uniform(0, BODY_SHIFT_MM) * way / np.linalg.norm(way)
    middle = np.mean([point for level in corners.values() for point in level.values()], axis=0)
    base = rigid(np.eye(3), shift) @ aboutCenter(turn, middle)
    return boneMotions(corners, turns, shifts, base)


def phantomPair(region: str, seed: int) -> CarryCase:
    """A phantom painted in its marked position, and in a random other one, by two scanners."""
    random = np.random.default_rng([seed, 13])
    scenarioId = {"cervical": ("healthyCervical", "cervicalNarrowing", "blockC2C3"),
                  "lumbar": ("healthyLumbar", "lumbarSlip", "isthmicSlip")}[region]  # fmt: skip
    base = loadScenario(scenarioId[seed % 3])
    scenario, first, second = _posed(base, region, random)
    series = [acquisition("supine15T"), acquisition("upright06T" if seed % 2 else "supine15T")]
    volumes = [GrayVolume(array.astype(np.float32), geometry) for array, geometry in (
        paintVolume(first, series[0], 100 + seed), paintVolume(second, series[1], 5000 + seed))]  # fmt: skip
    motions = {level: second.boneToRAS[level] @ np.linalg.inv(first.boneToRAS[level]) for level in first.levels}
    marks, movedMarks = phantomMarks(first)[0], phantomMarks(second)[0]
    turn = rotationMatrix(np.radians(random.uniform(-BODY_TURN_DEG, BODY_TURN_DEG) * _direction(random)))
    shift = rigid(np.eye(3), random.uniform(0, BODY_SHIFT_MM) * _direction(random))
    elsewhere = shift @ aboutCenter(turn, np.mean([m[:3, 3] for m in second.boneToRAS.values()], axis=0))
    moved = GrayVolume(volumes[1].voxels, _turnedGrid(volumes[1].geometry, elsewhere))
    carried = {name: elsewhere[:3, :3] @ np.asarray(point) + elsewhere[:3, 3] for name, point in movedMarks.items()}
    return CarryCase(f"{scenario.id}{seed}", "phantom", volumes[0], moved, _tuples(marks),
                     {level: elsewhere @ motion for level, motion in motions.items()}, _tuples(carried))  # fmt: skip


def scenarioPair(scenarioId: str, positionId: str, seed: int) -> CarryCase:
    """Two positions of a scenario of one region as they are: where it is marked, and another one."""
    scenario = loadScenario(scenarioId)
    region, ends = scenario.regions[0], (scenario.markedIn, positionId)
    posed = [posedSpine(scenario, end) for end in ends]
    painted = [paintVolume(spine, usualAcquisition(scenario.state(region, end).posture), seed + number)
               for number, (spine, end) in enumerate(zip(posed, ends, strict=True))]  # fmt: skip
    volumes = [GrayVolume(array.astype(np.float32), geometry) for array, geometry in painted]
    motions = {level: posed[1].boneToRAS[level] @ np.linalg.inv(posed[0].boneToRAS[level]) for level in posed[0].levels}
    marks = [_tuples(phantomMarks(spine)[0]) for spine in posed]
    return CarryCase(f"{scenarioId}-{positionId}", "phantom", *volumes, marks[0], motions, marks[1])


def _posed(base: PhantomScenario, region: str, random):
    """A random position that leaves room in the canal; the motion is made smaller until it does."""
    for attempt in range(30):
        scenario = _randomScenario(base, region, random, max(1.0 - 0.1 * (attempt // 3), 0.1))
        try:
            return scenario, posedSpine(scenario, base.markedIn, region), posedSpine(scenario, "RANDOM", region)
        except DynamicSpineError as error:
            trouble = error
    raise trouble


def _direction(random):
    way = random.normal(size=3)
    return way / np.linalg.norm(way)


def _randomScenario(base: PhantomScenario, region: str, random, share: float) -> PhantomScenario:
    data = copy.deepcopy(dict(base.data))
    pose = next(item for item in base.positionIds if item != base.markedIn)
    position = {"poses": {region: data["positions"][pose].get("poses", {}).get(region, pose)}, "segments": {}}
    names = [name for name in base.regionData(region)["segments"] if not name.startswith(("Oc", "C1C"))]
    worst, slid = random.choice(names), random.choice(names)
    trend = random.uniform(-7, 7) * share
    for name in names:
        flexion = trend + random.normal(0, 4) * share
        slip = random.normal(0, 0.8) * share
        if name == worst:
            flexion = random.choice([-1, 1]) * random.uniform(12, MOST_TURN_DEG) * share
        if name == slid:
            slip = random.choice([-1, 1]) * random.uniform(2, MOST_SLIDE_MM) * share
        position["segments"][name] = {
            "flexionDeg": float(flexion), "slipMm": float(slip), "lateralBendDeg": float(random.normal(0, 1.5)),
            "axialRotationDeg": float(random.normal(0, 1.5)),
        }  # fmt: skip
    data["positions"] = {**data["positions"], "RANDOM": position}
    return PhantomScenario(base.id, base.title, base.regions, (*base.positionIds, "RANDOM"), base.markedIn,
                           MappingProxyType(data))  # fmt: skip


def _turnedGrid(geometry: VolumeGeometry, motion) -> VolumeGeometry:
    matrix = motion @ geometry.ijkToRAS
    axes = matrix[:3, :3] / np.array(geometry.spacingMm)
    columns = tuple(tuple(float(value) for value in axes[:, index]) for index in range(3))
    return VolumeGeometry(geometry.size, geometry.spacingMm, tuple(float(v) for v in matrix[:3, 3]), columns)


def _tuples(marks):
    return {name: tuple(float(value) for value in point) for name, point in marks.items()}
