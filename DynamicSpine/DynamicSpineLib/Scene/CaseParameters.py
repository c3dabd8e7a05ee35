"""What of a case has no node of its own, as JSON texts in the parameters of the case's node."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Scene.CaseRoles import closeUpBones, marksKey, positionOfMarks
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseJson import (
    CaseEntry,
    MarkFiles,
    ReadingEntry,
    entryFromCase,
    entryFromRaw,
    rawFromEntry,
)
from DynamicSpineLib.Study.FaultList import FaultList
from DynamicSpineLib.Study.JsonText import parseJson
from DynamicSpineLib.Study.Marks import UNDEFINED, LandmarkSet, Point
from DynamicSpineLib.Study.Migration import migrate
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode

_PLACE = "the scene's case"


@dataclass(frozen=True)
class WrittenMarks:
    """One set of marks as it was written: exact points, and which unplaced landmarks the case itself has."""

    points: Mapping[str, Point]
    contours: Mapping[str, tuple[Point, ...]]
    undefined: tuple[str, ...]


@dataclass(frozen=True)
class CaseParameters:
    """The case as it was written. marks: by key of the set; geometries: by position id."""

    entry: CaseEntry
    chain: Chain
    geometries: Mapping[str, VolumeGeometry]
    marks: Mapping[str, WrittenMarks]


def marksOf(case: Case) -> dict[str, LandmarkSet]:
    """Every set of marks of a case by its key: the positions' own, then those of each reading."""
    sets = {marksKey(position.id): position.marks for position in case.positions}
    for index, reading in enumerate(case.readings):
        sets.update({marksKey(positionId, index): marks for positionId, marks in reading.marks.items()})
    return sets


def titleOfMarks(case: Case, key: str) -> str:
    """The shown name of a set of marks: the position's title, with the reader's name where it is a reading's."""
    positionId = positionOfMarks(key)
    position = case.position(positionId)
    title = position.shownTitle if position is not None else positionId
    for index, reading in enumerate(case.readings):
        if key == marksKey(positionId, index):
            return f"{title} ({reading.reader}, {reading.repeat})"
    return title


def writeParameters(node: vtkMRMLScriptedModuleNode, case: Case) -> None:
    """Keep the case's JSON in its node. ASCII only, since scene files turn some characters into others.

    Bones that a user deleted and the case no longer has are counted no longer.

    Raises InputError for numbers that are not finite.
    """
    texts = _texts(case)
    closeUpBones(node)
    for name, value in texts.items():
        node.SetParameter(name, value)


def _texts(case: Case) -> dict[str, str]:
    readings = tuple(
        ReadingEntry(item.reader, item.repeat, item.date, {key: MarkFiles(name) for key, name in item.files.items()})
        for item in case.readings
    )
    values = {
        "case": rawFromEntry(entryFromCase(case, case.positions, readings)),
        "geometry": {item.id: asdict(item.geometry) for item in case.positions if item.geometry is not None},
        "marks": {key: _rawMarks(marks) for key, marks in marksOf(case).items()},
    }
    try:
        return {name: json.dumps(value, allow_nan=False) for name, value in values.items()}
    except ValueError:
        raise InputError(f"case '{case.caseId}' holds a number that is not finite") from None


def _rawMarks(marks: LandmarkSet) -> dict[str, Any]:
    return {
        "points": {name: item.point_RAS for name, item in marks.landmarks.items() if marks.point(name) is not None},
        "contours": {name: item.points_RAS for name, item in marks.contours.items()},
        "undefined": [name for name, item in marks.landmarks.items() if item.status == UNDEFINED],
    }


def readParameters(node: vtkMRMLScriptedModuleNode) -> CaseParameters:
    """What `writeParameters` kept. Raises InputError or InputFaults where it is damaged or of a newer version."""
    faults = FaultList()
    raw = _parameter(node, "case")
    try:
        current = migrate(raw)
    except InputError as error:
        raise InputError(f"{_PLACE} {error}") from None
    entry = entryFromRaw(current, _PLACE, faults)
    if entry is None or faults.hasErrors:
        raise InputFaults(faults.faults)
    try:
        geometries = {key: _geometry(raw) for key, raw in _parameter(node, "geometry").items()}
        marks = {key: _writtenMarks(raw) for key, raw in _parameter(node, "marks").items()}
        return CaseParameters(entry, Chain(entry.levels), geometries, marks)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError(f"{_PLACE} is damaged: it cannot be read back from the node '{node.GetName()}'") from None


def _parameter(node: vtkMRMLScriptedModuleNode, name: str) -> dict[str, Any]:
    try:
        raw = parseJson((node.GetParameter(name) or "").encode())
    except InputError as error:
        raise InputError(f"{_PLACE}, '{name}': {error}") from None
    if not isinstance(raw, dict):
        raise InputError(f"{_PLACE}, '{name}': must hold one object")
    return raw


def _geometry(raw: dict[str, Any]) -> VolumeGeometry:
    first, second, third = (_point(axis) for axis in raw["directions_RAS"])
    size = tuple(int(count) for count in raw["size"])
    return VolumeGeometry(
        (size[0], size[1], size[2]), _point(raw["spacingMm"]), _point(raw["origin_RAS"]), (first, second, third),
        bool(raw["sidesKnown"]),
    )


def _writtenMarks(raw: dict[str, Any]) -> WrittenMarks:
    contours = {name: tuple(_point(item) for item in points) for name, points in raw["contours"].items()}
    return WrittenMarks({name: _point(item) for name, item in raw["points"].items()}, contours, tuple(raw["undefined"]))


def _point(raw: Any) -> Point:
    x, y, z = (float(item) for item in raw)
    return (x, y, z)
