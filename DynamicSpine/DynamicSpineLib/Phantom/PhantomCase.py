"""A phantom scenario as a case: positions with every mark in place, and the bones' true transforms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Phantom.MarkFaults import faultyMarks
from DynamicSpineLib.Phantom.PhantomLandmarks import narrowestSectionNote, phantomMarks
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.PosedSpine import Array, PosedSpine
from DynamicSpineLib.Phantom.Scenario import PhantomScenario, PositionState, loadScenario
from DynamicSpineLib.Study.Case import BoneTransform, Case, Numbering
from DynamicSpineLib.Study.Marks import MISSING, Contour, Landmark, LandmarkSet, Point, landmarkSet
from DynamicSpineLib.Study.Position import Grade, Observation, Position, Symptom

READER = "phantom"
_CLOSED_CODES = ("FC", "DS", "KC")
_AS_STATED = ("quality", "date", "scanner", "support", "stoppedBy", "notes")


def phantomCase(scenario: PhantomScenario | str, positions: Sequence[str] | None = None) -> Case:
    """The scenario as a Case, in all its positions or the named ones; volumes are named <position>.nrrd.

    Every landmark that the phantom has is placed and confirmed, unless the scenario says otherwise; marks of a cord
    that is not there are missing. `bones` holds the true transform of each bone from the position that the marks were
    placed in to each other one.
    Raises InputError for an unknown scenario or position.
    """
    scenario = loadScenario(scenario) if isinstance(scenario, str) else scenario
    wanted = tuple(positions) if positions is not None else scenario.positionIds
    posed = {
        positionId: [posedSpine(scenario, positionId, region) for region in scenario.regions] for positionId in wanted
    }
    markedIn = scenario.markedIn if scenario.markedIn in wanted else wanted[0]
    levels = tuple(level for spine in posed[wanted[0]] for level in spine.levels)
    return Case(
        caseId=scenario.id,
        chain=Chain(levels),
        numbering=_numbering(scenario),
        markedIn=markedIn,
        positions=tuple(_position(scenario, positionId, posed[positionId]) for positionId in wanted),
        segments=dict(scenario.data.get("segmentStatus", {})),
        sidesVerifiedBy=READER if scenario.data.get("sidesVerified", True) else "",
        noise=dict(scenario.data.get("noise", {})),
        bones=_bones(posed, markedIn, [name for name in wanted if scenario.isTrueIn(name)]),
        observations=tuple(_observation(entry) for entry in scenario.data.get("observations", [])),
        notes=f"Made by the DynamicSpine phantom, scenario {scenario.id}: {scenario.title}.",
    )


def _numbering(scenario: PhantomScenario) -> Numbering:
    stated: Mapping[str, Any] = scenario.data.get("numbering", {})
    counted = "C2" if scenario.regions[0] == "cervical" else "wholeSpineLocalizer"
    return Numbering(**{"countedFrom": counted, "confirmedBy": READER, **stated})


def _position(scenario: PhantomScenario, positionId: str, spines: Sequence[PosedSpine]) -> Position:
    state: PositionState = scenario.state(scenario.regions[0], positionId)
    data = scenario.data["positions"][positionId]
    chain = Chain(tuple(level for spine in spines for level in spine.levels))
    midline_R = float(state.base["offset_RAS"][0])
    return Position(
        id=positionId,
        posture=state.posture,
        bend=state.bend,
        load=state.load,
        title=state.title,
        angleReachedDeg=state.angleReachedDeg,
        **{"quality": "good", **{key: data[key] for key in _AS_STATED if key in data}},
        volume=f"{positionId}.nrrd",
        landmarksFile=f"{positionId}.mrk.json",
        grades=tuple(Grade(**{"reader": READER, **entry}) for entry in data.get("grades", [])),
        observations=tuple(_observation(entry) for entry in data.get("observations", [])),
        symptoms=tuple(Symptom(**entry) for entry in data.get("symptoms", [])),
        marks=faultyMarks(_marks(spines), chain, scenario.data, data, midline_R),
    )


def _observation(entry: Mapping[str, Any]) -> Observation:
    return Observation(**{"reader": READER, **entry})


def _marks(spines: Sequence[PosedSpine]) -> LandmarkSet:
    landmarks, contours = [], []
    for spine in spines:
        points, curves = phantomMarks(spine)
        for name, point in points.items():
            place, code = name.split("_")[:2]
            note = narrowestSectionNote(spine.sections[place]) if code == "CA" else ""
            landmarks.append(Landmark(name, _tuple(point), note=note))
        contours += [
            Contour(name, tuple(_tuple(point) for point in curve), closed=name.split("_")[1] in _CLOSED_CODES)
            for name, curve in curves.items()
        ]
        landmarks += [Landmark(name, None, status=MISSING) for name in _cordlessMarks(spine)]
    return landmarkSet(landmarks, contours)


def _cordlessMarks(spine: PosedSpine) -> list[str]:
    """Cord marks that the protocol has for a segment in which this spine has no cord."""
    from DynamicSpineLib.Anatomy.Landmarks import definitionAt

    return [
        f"{name}_{code}"
        for name in spine.discs
        for code in ("KA", "KP")
        if spine.sections[name].cordAp <= 0.0
        and definitionAt(name, code) is not None
        and {spine.discs[name].upper, spine.discs[name].lower} <= set(spine.levels)
    ]


def _bones(
    posed: Mapping[str, Sequence[PosedSpine]], markedIn: str, trueIn: Sequence[str]
) -> tuple[BoneTransform, ...]:
    """The true motion of every bone of the chain from `markedIn` to each other position whose marks are true."""
    transforms = []
    for positionId in trueIn:
        if positionId == markedIn or markedIn not in trueIn:
            continue
        for start, end in zip(posed[markedIn], posed[positionId], strict=True):
            for level in end.levels:
                motion = end.boneToRAS[level] @ np.linalg.inv(start.boneToRAS[level])
                center = start.boneToRAS[level][:3, 3]
                transforms.append(
                    BoneTransform(
                        level,
                        markedIn,
                        positionId,
                        tuple(tuple(float(value) for value in row) for row in motion),
                        center_RAS=_tuple(center),
                        verdict="good",
                    )
                )
    return tuple(transforms)


def _tuple(point: Array) -> Point:
    return (float(point[0]), float(point[1]), float(point[2]))
