"""Whether the parts of a case speak of the same positions, levels and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.FaultList import FaultList, Place, nearest
from DynamicSpineLib.Study.JsonText import shown
from DynamicSpineLib.Study.Paths import CASE_FILE, insidePath, isReserved
from DynamicSpineLib.Study.Position import Grade, Observation, Position

_CASE = Place(CASE_FILE)
_RIGID = 1e-3


def checkReferences(case: Case, folder: Path | None, faults: FaultList) -> None:
    """Add every contradiction between the parts of a case."""
    _positionIds(case, faults)
    _named(case, faults)
    _samePositions(case, faults)
    _sharedFiles(case, folder, faults)
    _segments(case, faults)
    for bone in case.bones:
        _bone(case, bone, faults)
    _doubledBones(case, faults)
    _readings(case, faults)
    _readersWords(case.observations, (), case.chain, _CASE, faults)
    for position in case.positions:
        place = Place(CASE_FILE, position.id)
        _readersWords(position.observations, position.grades, case.chain, place, faults)
        if position.gravity_RAS is not None and not any(position.gravity_RAS):
            faults.error(place, "'gravity_RAS' has no direction: all three numbers are 0")


def checkLevels(names: Iterable[str], chain: Chain, place: Place, faults: FaultList) -> None:
    """A fault for each level or segment that marks are of and that the case's chain does not have."""
    foreign: dict[str, list[str]] = {}
    for name in names:
        parsed = parseLandmarkName(name)
        if parsed is not None and parsed.place not in chain.places:
            foreign.setdefault(parsed.place, []).append(name)
    for level, marks in foreign.items():
        more = f" and {len(marks) - 1} more marks are" if len(marks) > 1 else " is"
        problem = f"{marks[0]}{more} of {level}, which is not in the case's levels ({_listed(chain)})"
        faults.error(place, problem, level)


def _listed(chain: Chain) -> str:
    return ", ".join(chain.levels)


def _positionIds(case: Case, faults: FaultList) -> None:
    if not case.positions:
        faults.error(_CASE, "the case has no positions")
    seen: dict[str, str] = {}
    for position in case.positions:
        earlier = seen.setdefault(position.id.casefold(), position.id)
        if earlier is not position.id:
            faults.error(_CASE, f"the positions '{earlier}' and '{position.id}' differ in upper and lower case only")
        if isReserved(position.id):
            faults.error(_CASE, f"the position '{position.id}' has a name that some systems keep for a device")


def _named(case: Case, faults: FaultList) -> None:
    for key, name in (("markedIn", case.markedIn), ("reference", case.reference)):
        if name and case.position(name) is None:
            faults.error(_CASE, f"'{key}' {_unknownPosition(case, name)}")


def _unknownPosition(case: Case, name: str) -> str:
    like = nearest(name, [position.id for position in case.positions])
    return f"names the position {shown(name)}, which is not in the case" + (f" (nearest: '{like}')" if like else "")


def _samePositions(case: Case, faults: FaultList) -> None:
    for first, second in combinations(case.positions, 2):
        if _isSame(first, second):
            faults.error(
                Place(CASE_FILE, second.id),
                f"is the same position as '{first.id}' ({second.posture}, {second.bend}): give the angle reached, "
                "the load, or the date or scanner in which they differ",
            )


def _isSame(first: Position, second: Position) -> bool:
    keys = ("posture", "bend", "load", "angleReachedDeg", "date", "scanner", "support", "minutesUpright", "gravity_RAS")
    isFreePosture = first.posture == "other" and first.title != second.title
    return not isFreePosture and all(getattr(first, key) == getattr(second, key) for key in keys)


def _sharedFiles(case: Case, folder: Path | None, faults: FaultList) -> None:
    """One file used for two positions, or the very same marks in two files."""
    for key, word in (("volume", "volume"), ("landmarksFile", "landmarks file")):
        users: dict[object, list[str]] = defaultdict(list)
        for position in case.positions:
            if getattr(position, key):
                users[_identity(folder, getattr(position, key))].append(position.id)
        for name, ids in users.items():
            if len(ids) > 1:
                words = ", ".join(f"'{item}'" for item in ids)
                faults.error(_CASE, f"the {word} '{Path(str(name)).name}' is used for more than one position: {words}")
    for first, second in combinations(case.positions, 2):
        points = [{name: mark.point_RAS for name, mark in item.marks.landmarks.items() if mark.point_RAS}
                  for item in (first, second)]  # fmt: skip
        if len(points[0]) > 3 and points[0] == points[1]:
            faults.warning(
                Place(second.landmarksFile, second.id),
                f"all marks are at the very same coordinates as in position '{first.id}'; is it a copy?",
            )


def _identity(folder: Path | None, name: str) -> object:
    if folder is None:
        return name
    try:
        return insidePath(folder, name).resolve()
    except InputError:
        return name


def _segments(case: Case, faults: FaultList) -> None:
    for name in case.segments:
        if case.chain.segment(name) is None:
            like = nearest(name, [segment.name for segment in case.chain.segments])
            hint = f" (nearest: '{like}')" if like else ""
            faults.error(_CASE, f"'segments' names {shown(name)}, which is no segment of this case{hint}")


def _bone(case: Case, bone: BoneTransform, faults: FaultList) -> None:
    problems = []
    for key, name in (("from", bone.fromPosition), ("to", bone.toPosition)):
        if case.position(name) is None:
            problems.append(f"'{key}' {_unknownPosition(case, name)}")
    if bone.fromPosition == bone.toPosition:
        problems.append("it leads from a position to itself")
    if bone.level not in case.chain.levels:
        problems.append(f"its level is not in the case's levels ({_listed(case.chain)})")
    matrix = np.array(bone.matrix)
    rotation = matrix[:3, :3]
    isRigid = np.allclose(rotation @ rotation.T, np.eye(3), atol=_RIGID) and np.linalg.det(rotation) > 0
    if not isRigid or not np.allclose(matrix[3], (0, 0, 0, 1), atol=1e-9):
        problems.append("its matrix is no rigid motion (a rotation without scaling or mirroring, and a shift)")
    if bone.covariance is not None:
        covariance = np.array(bone.covariance)
        scale = max(float(np.abs(covariance).max()), 1e-12)
        isSymmetric = np.allclose(covariance, covariance.T, atol=1e-6 * scale)
        if not isSymmetric or float(np.linalg.eigvalsh(covariance).min()) < -1e-6 * scale:
            problems.append("its covariance is not symmetric, or has a negative variance")
    for problem in problems:
        faults.error(_CASE, f"'bones' {bone.level} from '{bone.fromPosition}' to '{bone.toPosition}': {problem}")


def _doubledBones(case: Case, faults: FaultList) -> None:
    seen = set()
    for bone in case.bones:
        key = (bone.level, bone.fromPosition, bone.toPosition)
        if key in seen:
            faults.error(_CASE, f"'bones' has {bone.level} from '{key[1]}' to '{key[2]}' twice")
        seen.add(key)


def _readings(case: Case, faults: FaultList) -> None:
    seen = set()
    for reading in case.readings:
        label = f"'readings' {shown(reading.reader)} repeat {reading.repeat}"
        if (reading.reader, reading.repeat) in seen:
            faults.error(_CASE, f"{label} is there twice")
        seen.add((reading.reader, reading.repeat))
        for name in reading.marks:
            if case.position(name) is None:
                faults.error(_CASE, f"{label} {_unknownPosition(case, name)}")


def _readersWords(
    observations: Iterable[Observation], grades: Iterable[Grade], chain: Chain, place: Place, faults: FaultList
) -> None:
    """Observations and grades of places that the case does not have, and grades that their scheme does not have."""
    schemes = {scheme["id"]: scheme for scheme in packageData("Study", "grades.json")["schemes"]}
    named = [("observations", item.level) for item in observations] + [("grades", item.level) for item in grades]
    for key, level in named:
        if level not in chain.places:
            problem = f"names {shown(level)}, which is not in the case's levels ({_listed(chain)})"
            faults.error(place, f"'{key}' {problem}")
    for grade in grades:
        scheme = schemes.get(grade.scheme)
        if scheme is None:
            like = nearest(grade.scheme, list(schemes))
            hint = f" (nearest: '{like}')" if like else ""
            faults.error(place, f"'grades' {grade.level}: the scheme {shown(grade.scheme)} is not known{hint}")
        elif grade.value not in (known := [item["id"] for item in scheme["classes"]]):
            problem = f"{shown(grade.value)} is no class of {scheme['title']} ({', '.join(known)})"
            faults.error(place, f"'grades' {grade.level}: {problem}")
