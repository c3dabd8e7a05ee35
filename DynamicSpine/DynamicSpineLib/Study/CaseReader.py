"""Reading a case folder: everything that can be read of it, with every fault found on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain, splitSegment
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import Case, Reading
from DynamicSpineLib.Study.CaseJson import CaseEntry, MarkFiles, caseFromEntry, entryFromRaw
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.JsonText import parseJson, readBytes, shown
from DynamicSpineLib.Study.Marks import Contour, Landmark, LandmarkSet
from DynamicSpineLib.Study.MarkupsJson import parseMarkups
from DynamicSpineLib.Study.Migration import migrate
from DynamicSpineLib.Study.Paths import CASE_FILE, insidePath
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeFile import gridOf


class CaseReader:
    """Reads what can be read of a case folder, so that all its faults are found at once."""

    def __init__(self, folder: Path, faults: FaultList) -> None:
        self._folder, self._faults = folder, faults
        self._levels: tuple[str, ...] = ()

    def read(self) -> Case | None:
        """The case with what could be read; None where not even its frame could."""
        entry = self._entry()
        if entry is None:
            return None
        try:
            self._levels = Chain(entry.levels).levels if entry.levels else ()
        except ValueError as error:
            self._faults.error(Place(CASE_FILE), str(error))
        positions = tuple(self._position(item) for item in entry.positions)
        readings = tuple(
            Reading(
                item.reader, item.repeat, item.date,
                MappingProxyType({key: files.landmarks for key, files in item.files.items()}),
                MappingProxyType({key: self._marks(files, key) for key, files in item.files.items()}),
            )
            for item in entry.readings
        )  # fmt: skip
        levels = self._levels or levelsNamed(entry, positions, readings)
        if not levels:
            self._faults.error(Place(CASE_FILE), "the case names no levels, and no mark does")
            return None
        return caseFromEntry(entry, Chain(levels), positions, readings)

    def _entry(self) -> CaseEntry | None:
        if not self._folder.is_dir():
            self._faults.error(Place(), f"the case folder '{self._folder}' is missing or is no folder")
            return None
        try:
            raw = parseJson(readBytes(self._folder / CASE_FILE))
            if not isinstance(raw, dict):
                raise InputError(f"must hold one object; it is {shown(raw)}")
            return entryFromRaw(migrate(raw), CASE_FILE, self._faults)
        except InputError as error:
            self._faults.error(Place(CASE_FILE), str(error))
            return None

    def _position(self, position: Position) -> Position:
        marks = self._marks(MarkFiles(position.landmarksFile, position.contourFiles), position.id)
        geometry = None
        if position.volume:
            place = Place(position.volume, position.id)
            path = self._path(position.volume, "'volume'", position.id)
            try:
                geometry = gridOf(path) if path is not None else None
            except InputError as error:
                self._faults.error(place, str(error))
        for role, companion in position.companions.items():
            path = self._path(companion, f"'companions' {shown(role)}", position.id)
            if path is not None and not path.exists():
                self._faults.error(Place(companion, position.id), "the file is missing")
        return replace(position, marks=marks, geometry=geometry)

    def _marks(self, files: MarkFiles, positionId: str) -> LandmarkSet:
        """The marks of all of one position's files; a name that occurs in two files is a fault."""
        landmarks: dict[str, Landmark] = {}
        contours: dict[str, Contour] = {}
        for key, name in [("landmarks", files.landmarks)] + [("contours", name) for name in files.contours]:
            # A path that is missing has its fault already.
            path = self._path(name, f"'{key}'", positionId) if name else None
            place = Place(name, positionId)
            if path is None:
                continue
            try:
                content = readBytes(path)
            except InputError as error:
                self._faults.error(place, str(error))
                continue
            marks = parseMarkups(content, place, self._faults, self._levels)
            for twice in [*(marks.landmarks.keys() & landmarks), *(marks.contours.keys() & contours)]:
                self._faults.error(place, "is in another file of this position too", twice)
            landmarks.update(marks.landmarks)
            contours.update(marks.contours)
        return LandmarkSet(MappingProxyType(landmarks), MappingProxyType(contours))

    def _path(self, text: str, key: str, positionId: str) -> Path | None:
        try:
            return insidePath(self._folder, text)
        except InputError as error:
            self._faults.error(Place(CASE_FILE, positionId), f"{key} {error}")
            return None


def levelsNamed(entry: CaseEntry, positions: Iterable[Position], readings: Iterable[Reading]) -> tuple[str, ...]:
    """The levels that marks, grades, observations, bones and segments speak of, cranial to caudal."""
    sets = [position.marks for position in positions]
    sets += [marks for reading in readings for marks in reading.marks.values()]
    names = {name for marks in sets for name in (*marks.landmarks, *marks.contours)}
    places = {parsed.place for name in names if (parsed := parseLandmarkName(name)) is not None}
    places |= {item.level for item in entry.observations} | {bone.level for bone in entry.bones}
    for position in entry.positions:
        places |= {item.level for item in position.grades} | {item.level for item in position.observations}
    places |= set(entry.segments)
    levels = set(places)
    for place in places:
        segment = splitSegment(place)
        if segment is not None:
            levels |= {segment.upper, segment.lower}
    return tuple(level for level in CANONICAL_LEVELS if level in levels)
