"""Judging a case as a whole: what contradicts itself, and what cannot be a spine."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from DynamicSpineLib.Errors import Fault
from DynamicSpineLib.Study.Bodies import definedPoints
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Orientation import OrientationCheck
from DynamicSpineLib.Study.Paths import CASE_FILE
from DynamicSpineLib.Study.Plausibility import (
    allEqual,
    changingDepths,
    flatBodies,
    flatOutlines,
    outsideVolume,
    segmentOrder,
    turnedFitsVolume,
    wrongUnits,
)
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.References import checkLevels, checkReferences
from DynamicSpineLib.Study.Sides import SidesCheck


def validateCase(case: Case, folder: Path | None = None) -> tuple[Fault, ...]:
    """Every error and warning found in a case, structure first, then the marks of each position and reading.

    folder: where its files are, to see when two positions use one file; None for a case that has none yet.
    """
    faults = FaultList()
    checkReferences(case, folder, faults)
    suspect: dict[str, set[str]] = {}
    for position in case.positions:
        place = Place(position.landmarksFile, position.id)
        suspect[position.id] = checkMarks(case, position, position.marks, place, faults)
    for reading in case.readings:
        for positionId, marks in reading.marks.items():
            seen = case.position(positionId)
            if seen is not None:
                checkMarks(case, seen, marks, Place(reading.files.get(positionId, ""), positionId), faults)
    changingDepths(case, suspect, faults)
    _warnings(case, faults)
    return tuple(faults.faults)


def checkMarks(case: Case, position: Position, marks: LandmarkSet, place: Place, faults: FaultList) -> set[str]:
    """Add every fault of one set of marks; the levels whose corners are not to be relied on."""
    points = definedPoints(marks)
    checkLevels((*marks.landmarks, *marks.contours), case.chain, place, faults)
    everyLevel = set(case.chain.levels)
    if wrongUnits(points, case.chain, place, faults) or allEqual(points, place, faults):
        return everyLevel
    flatOutlines(marks, place, faults)
    flat = flatBodies(points, case.chain, place, faults)
    sound = {name: point for name, point in points.items() if name.split("_")[0] not in flat}
    geometry = position.geometry
    sidesKnown = geometry is None or geometry.sidesKnown or bool(case.sidesVerifiedBy)
    orientation = OrientationCheck(
        sound, case.chain, place, faults, sidesKnown, sidesKnown and turnedFitsVolume(points, geometry)
    )
    verdict = orientation.run()
    if verdict.isTurned:
        return everyLevel
    trusted = [body for body in orientation.bodies if body.place not in verdict.suspect]
    curves = {name: np.mean(contour.points_RAS, axis=0) for name, contour in marks.contours.items()}
    SidesCheck(sound, curves, trusted, place, faults, sidesKnown).run()
    segmentOrder(
        {name: point for name, point in sound.items() if name.split("_")[0] not in verdict.suspect},
        case.chain, place, faults,
    )  # fmt: skip
    if geometry is not None:
        outsideVolume(marks, geometry, position.volume, place, faults)
    return flat | verdict.suspect


def _warnings(case: Case, faults: FaultList) -> None:
    """What is used as it is and said wherever it matters."""
    place = Place(CASE_FILE)
    if len(case.positions) == 1:
        faults.warning(place, "the case has one position only: there is no motion to measure")
    if not case.numbering.isConfirmed:
        faults.warning(place, f"the level names are not verified by anyone ({case.numbering.statement()})")
    unknown = [item.id for item in case.positions if item.geometry is not None and not item.geometry.sidesKnown]
    if unknown and not case.sidesVerifiedBy:
        listed = ", ".join(f"'{item}'" for item in unknown)
        faults.warning(place, f"left and right are not known in the volume of {listed}: the file does not say them")
