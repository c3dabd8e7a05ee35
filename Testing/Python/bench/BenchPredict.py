"""Predicted marks of canal and cord against the phantom's truth, in volumes with the noise of their scanners."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Rigid import aboutCenter, applyTransform, rigid, rotationMatrix
from DynamicSpineLib.Phantom.Acquisition import usualAcquisition
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import PhantomScenario, loadScenario
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Registration.CarriedBone import ImagedSpine
from DynamicSpineLib.Registration.PredictMarks import predictMarks
from DynamicSpineLib.Study.Marks import LandmarkSet, landmarkSet
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

Array = NDArray[np.float64]

SCENARIOS = ("cervicalNarrowing", "lumbarSlip", "healthyCervical", "healthyLumbar", "lowField", "mixedScanners",
             "trefoilCanal", "paracentralStenosis", "fullCase")  # fmt: skip
SEEDS, NARROWED_SEEDS = (1,), (1, 2)
BONE_MM, BONE_DEG = 0.25, 0.4
"""Error of the bones' transforms: SD per axis; turns out of the sagittal plane have half of it."""

HAND_MM = 0.3
"""SD of a hand-placed edge (Data/Noise/pointClasses.json)."""

NARROWED = {
    "cervicalNarrowing": {
        "UP_E": {"C4C5": {"bulgeMm": 2.2, "bucklingMm": 2.4, "flavumMm": 2.2},
                 "C5C6": {"bulgeMm": 3.0, "bucklingMm": 2.0},
                 "C6C7": {"bulgeMm": 2.5, "bucklingMm": 2.2, "flavumMm": 2.2}},
    },
    "lumbarSlip": {
        "ST_F": {"L4L5": {"slipMm": 9.0}},
        "ST_E": {"L2L3": {"bulgeMm": 3.0, "bucklingMm": 3.0, "flavumMm": 4.0},
                 "L3L4": {"bulgeMm": 3.5, "bucklingMm": 3.0, "flavumMm": 4.5},
                 "L4L5": {"bulgeMm": 3.2, "bucklingMm": 2.4, "flavumMm": 5.2}},
    },
}  # fmt: skip
"""Segments that narrow by 30 % and more: what replaces the scenario's numbers, by scenario and position."""


@dataclass(frozen=True)
class Width:
    """A width across the canal or cord: as placed, true and predicted, mm, with the SD that the prediction states."""

    place: str
    kind: str
    placedMm: float
    trueReferenceMm: float
    trueMm: float
    predictedMm: float
    sdMm: float

    @property
    def errorMm(self) -> float:
        """Error of the value."""
        return self.predictedMm - self.trueMm

    @property
    def changeErrorMm(self) -> float:
        """Error of the change, the predicted width less the placed one."""
        return (self.predictedMm - self.placedMm) - (self.trueMm - self.trueReferenceMm)

    @property
    def change(self) -> float:
        """True change as a share of the width in the marked position."""
        return self.trueMm / self.trueReferenceMm - 1.0


def narrowed(name: str) -> PhantomScenario:
    """A scenario with some segments narrowed by 30 % and more."""
    scenario = loadScenario(name)
    positions = dict(scenario.data["positions"])
    for position, segments in NARROWED[name].items():
        old = positions[position].get("segments", {})
        merged = {segment: {**old.get(segment, {}), **numbers} for segment, numbers in segments.items()}
        positions[position] = {**positions[position], "segments": {**old, **merged}}
    return replace(scenario, data=MappingProxyType({**scenario.data, "positions": positions}))


def widths(scenario: PhantomScenario, seed: int, handMm: float) -> Iterator[Width]:
    """Every width of canal and cord predicted in the positions of a scenario."""
    for region in scenario.regions:
        posed = {name: posedSpine(scenario, name, region) for name in scenario.positionIds if scenario.isTrueIn(name)}
        levels = posed[scenario.markedIn].levels
        case = phantomCase(scenario)
        random = np.random.default_rng([seed, len(scenario.id), len(region)])
        source = case.position(scenario.markedIn)
        assert source is not None
        placed = _placedByHand(_ofLevels(source.marks, levels), random, handMm)
        start = _imaged(scenario, scenario.markedIn, region, seed, placed)
        for name in posed:
            target = case.position(name)
            if name == scenario.markedIn or target is None:
                continue
            bones = {bone.level: _withError(np.array(bone.matrix), np.array(bone.center_RAS), random)
                     for bone in case.bones if bone.toPosition == name and bone.level in levels}  # fmt: skip
            goal = _imaged(scenario, name, region, seed, LandmarkSet())
            found = runSteps(predictMarks(start, goal, placed, bones, Chain(tuple(levels))))
            yield from _compared(placed, source.marks, target.marks, landmarkSet(list(found.landmarks)))


def _ofLevels(marks: LandmarkSet, levels: Sequence[str]) -> LandmarkSet:
    kept = [mark for mark in marks.landmarks.values() if any(level in mark.name.split("_")[0] for level in levels)]
    return landmarkSet(kept)


def _imaged(scenario: PhantomScenario, name: str, region: str, seed: int, marks: LandmarkSet) -> ImagedSpine:
    series = usualAcquisition(scenario.state(region, name).posture)
    number = 1000 * seed + scenario.positionIds.index(name)
    voxels, geometry = paintVolume(posedSpine(scenario, name, region), series, number)
    points = {name: point for name in marks.landmarks if (point := marks.point(name)) is not None}
    return ImagedSpine(name, GrayVolume(voxels.astype(np.float32), geometry), points)


def _withError(matrix: Array, center_RAS: Array, random: np.random.Generator) -> Array:
    """A transform with the error of a good registration, about the bone's middle."""
    turn = rotationMatrix(np.radians(BONE_DEG) * random.standard_normal(3) * np.array([1.0, 0.5, 0.5]))
    shift = rigid(np.eye(3), BONE_MM * random.standard_normal(3))
    return np.asarray(shift @ aboutCenter(turn, applyTransform(center_RAS, matrix)) @ matrix)


def _placedByHand(marks: LandmarkSet, random: np.random.Generator, handMm: float) -> LandmarkSet:
    """The marks with the placing error of a hand, in the sagittal plane."""
    moved = []
    for mark in marks.landmarks.values():
        if mark.point_RAS is not None:
            right, anterior, cranial = mark.point_RAS
            off = handMm * random.standard_normal(2)
            moved.append(replace(mark, point_RAS=(right, anterior + float(off[0]), cranial + float(off[1]))))
    return landmarkSet(moved)


def _compared(placed: LandmarkSet, before: LandmarkSet, after: LandmarkSet, found: LandmarkSet) -> Iterator[Width]:
    for name in found.landmarks:
        place, code = name.split("_")[:2]
        other = {"CA": "CP", "KA": "KP"}.get(code)
        ends = (name, f"{place}_{other}")
        if other is None or any(marks.point(end) is None for marks in (placed, before, after, found) for end in ends):
            continue
        values = [_distance(marks, ends) for marks in (placed, before, after, found)]
        sdMm = math.hypot(*(found.landmarks[end].sdMm or 0.0 for end in ends))
        yield Width(place, "canal" if code == "CA" else "cord", *values, sdMm)


def _distance(marks: LandmarkSet, ends: tuple[str, str]) -> float:
    first, second = (marks.point(end) for end in ends)
    assert first is not None
    assert second is not None
    return math.dist(first, second)


def _line(label: str, found: Sequence[Width]) -> str:
    if not found:
        return f"{label:46}{0:>6}"
    errors, changes = (np.abs([getattr(item, key) for item in found]) for key in ("errorMm", "changeErrorMm"))
    # The stated SD is that of the prediction from the placed mark, so it is the change that it must cover.
    covered = np.mean([abs(item.changeErrorMm) < 1.96 * item.sdMm for item in found])
    same = np.mean([abs(item.trueMm - item.trueReferenceMm) <= 0.5 for item in found])
    return (f"{label:46}{len(found):>6}{np.median(errors):>9.2f}{np.percentile(errors, 90):>8.2f}"
            f"{100 * np.mean(changes <= 0.5):>12.0f}{100 * covered:>11.0f}{100 * same:>13.0f}")  # fmt: skip


def predictionTable() -> Iterator[str]:
    """Errors of predicted widths: value, change, stated SD; beside them how often the width does not change at all."""
    yield (f"{'predicted width (mm)':46}{'n':>6}{'median':>9}{'p90':>8}{'change<.5 %':>12}{'in 95% CI':>11}"
           f"{'unchanged %':>13}")  # fmt: skip
    exact = [item for seed in SEEDS for name in SCENARIOS for item in widths(loadScenario(name), seed, 0.0)]
    strong = [item for seed in NARROWED_SEEDS for name in NARROWED for item in widths(narrowed(name), seed, 0.0)]
    canal, cord = ([item for item in exact if item.kind == kind] for kind in ("canal", "cord"))
    yield _line("canal, all scenarios", canal)
    yield _line("canal, width changes by 1 mm and more",
                [item for item in canal if abs(item.trueMm - item.trueReferenceMm) >= 1.0])  # fmt: skip
    yield _line("canal, narrows by 15 to 30 %", [item for item in canal + strong if _narrows(item, 0.15, 0.30)])
    yield _line("canal, narrows by 30 % and more", [item for item in strong if _narrows(item, 0.30, 1.0)])
    yield _line("cord at discs", [item for item in cord if len(item.place) > 3])
    yield _line("cord at bodies", [item for item in cord if len(item.place) <= 3])
    names = ("cervicalNarrowing", "lumbarSlip")
    hand = [item for seed in SEEDS for name in names for item in widths(loadScenario(name), seed, HAND_MM)]
    yield _line(f"canal, marked by hand ({HAND_MM} mm)", [item for item in hand if item.kind == "canal"])


def _narrows(item: Width, least: float, most: float) -> bool:
    return item.kind == "canal" and least <= -item.change < most
