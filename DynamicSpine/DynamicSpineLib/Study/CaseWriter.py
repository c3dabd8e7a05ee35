"""Writing a case: which file each part goes to, and all of them staged together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Study.Atomic import StagedFiles
from DynamicSpineLib.Study.Case import Case, Reading
from DynamicSpineLib.Study.CaseJson import (
    MarkFiles,
    ReadingEntry,
    caseRecord,
    entryFromCase,
    entryFromRaw,
    positionKeys,
    rawFromEntry,
)
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.JsonText import jsonText, parseJson, readBytes, shown
from DynamicSpineLib.Study.Marks import Contour, LandmarkSet
from DynamicSpineLib.Study.MarkupsJson import markupsText, parseMarkups
from DynamicSpineLib.Study.Paths import CASE_FILE, insidePath
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeFile import volumeSuffix


def stageCase(case: Case, folder: Path, volumes: Mapping[str, Path]) -> StagedFiles:
    """Everything that a case writes, staged and checked; the caller commits. Raises InputError."""
    writer = _CaseWriter(case, folder, volumes)
    staged = StagedFiles()
    try:
        writer.stage(staged)
    except BaseException:
        staged.discard()
        raise
    return staged


def filesOf(case: Case) -> tuple[str, ...]:
    """The paths of every volume and companion that a case names."""
    named = [(position.volume, *position.companions.values()) for position in case.positions]
    return tuple(dict.fromkeys(name for names in named for name in names if name))


class _CaseWriter:
    """Names every file of a case, checks that all of it could be read back, and stages it."""

    def __init__(self, case: Case, folder: Path, volumes: Mapping[str, Path]) -> None:
        self._case, self._folder, self._volumes = case, folder, volumes
        self._texts: dict[str, str] = {}
        self._faults = FaultList()

    def stage(self, staged: StagedFiles) -> None:
        """Stage volumes, then marks, then case.json."""
        positions = tuple(self._position(item) for item in self._case.positions)
        readings = tuple(self._reading(item) for item in self._case.readings)
        text = self._caseText(rawFromEntry(entryFromCase(self._case, positions, readings)))
        copies = self._copies(positions)
        if self._faults.hasErrors:
            raise InputFaults(self._faults.faults)
        for name, source in copies.items():
            target = self._inside(name)
            if source.resolve() != target.resolve():
                staged.addCopy(target, source)
        for name, content in self._texts.items():
            staged.addText(self._inside(name), content)
        staged.addText(self._folder / CASE_FILE, text)

    def _inside(self, name: str) -> Path:
        try:
            return insidePath(self._folder, name)
        except InputError as error:
            raise InputError(f"the case {error}") from None

    def _position(self, position: Position) -> Position:
        """The position with the names of the files that its marks go to."""
        name = position.landmarksFile or f"{position.id}.mrk.json"
        self._addMarks(name, LandmarkSet(landmarks=position.marks.landmarks), position.id)
        contourFiles = self._addContours(position)
        volume = position.volume
        if not volume and position.id in self._volumes:
            volume = position.id + volumeSuffix(Path(self._volumes[position.id]))
        return replace(position, landmarksFile=name, contourFiles=contourFiles, volume=volume)

    def _addContours(self, position: Position) -> tuple[str, ...]:
        """All of a position's curves in one file, except those that have a file of their own that bears their name."""
        files: dict[str, dict[str, Contour]] = {}
        for name, contour in position.marks.contours.items():
            own = (file for file in position.contourFiles if file.endswith(f"{name}.mrk.json"))
            files.setdefault(next(own, f"contours/{position.id}.mrk.json"), {})[name] = contour
        for file, contours in files.items():
            self._addMarks(file, LandmarkSet(contours=contours), position.id)
        return tuple(files)

    def _reading(self, reading: Reading) -> ReadingEntry:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", reading.reader)[:40].strip("_") or "reader"
        files = {}
        for positionId, marks in reading.marks.items():
            name = reading.files.get(positionId) or f"readings/{stem}-{reading.repeat}/{positionId}.mrk.json"
            while name in self._texts:  # two readers whose names differ only in what a file name cannot hold
                name = name.removesuffix(".mrk.json") + "_.mrk.json"
            self._addMarks(name, LandmarkSet(landmarks=marks.landmarks), positionId)
            contours: tuple[str, ...] = ()
            if marks.contours:
                contours = (name.removesuffix(".mrk.json") + "-contours.mrk.json",)
                self._addMarks(contours[0], LandmarkSet(contours=marks.contours), positionId)
            files[positionId] = MarkFiles(name, contours)
        return ReadingEntry(reading.reader, reading.repeat, reading.date, files)

    def _addMarks(self, name: str, marks: LandmarkSet, positionId: str) -> None:
        """Keep the text of a marks file; a fault where it could not be read back."""
        place = Place(name, positionId)
        if name.casefold() in {known.casefold() for known in (*self._texts, CASE_FILE)}:
            self._faults.error(place, "would be written twice; each position needs a file of its own")
            return
        try:
            text = markupsText(marks.landmarks.values(), marks.contours.values())
        except ValueError:
            self._faults.error(place, "has a coordinate that is not a finite number")
            return
        self._texts[name] = text
        parseMarkups(text.encode(), place, self._faults)

    def _copies(self, positions: Iterable[Position]) -> dict[str, Path]:
        """The files to copy in, by their path in the case; a fault for a named file that is nowhere."""
        given = {key: Path(source) for key, source in self._volumes.items()}
        copies = {}
        for position in positions:
            for name, key in [(position.volume, position.id), *((item, item) for item in position.companions.values())]:
                if not name:
                    continue
                source = given.get(name) or given.get(key) or self._inside(name)
                if not source.exists():
                    self._faults.error(Place(name, position.id), "is named by the case and is neither there nor given")
                copies[name] = source
        unknown = sorted(set(given) - set(copies) - {position.id for position in positions})
        if unknown:
            self._faults.error(Place(), f"a volume was given for {shown(unknown[0])}, which is no position of the case")
        return copies

    def _caseText(self, raw: dict[str, Any]) -> str:
        """The text of case.json, with what an earlier version of it held beyond the known keys."""
        try:
            text = jsonText(_withUnknownKeys(raw, _earlier(self._folder / CASE_FILE)))
        except (ValueError, TypeError):
            raise InputError("the case holds a number that is not finite, or a value that JSON cannot hold") from None
        entryFromRaw(parseJson(text.encode()), CASE_FILE, self._faults)
        return text


def _earlier(path: Path) -> Any:
    """The parsed case.json that is there, or nothing where there is none to read."""
    try:
        return parseJson(readBytes(path))
    except InputError:
        return {}


def _withUnknownKeys(raw: dict[str, Any], earlier: Any) -> dict[str, Any]:
    """`raw` with the members of an earlier case.json, and of its positions, that are not known here."""
    if not isinstance(earlier, dict):
        return raw
    known = {item.key for item in caseRecord().fields}
    kept = {**raw, **{key: value for key, value in earlier.items() if key not in known}}
    before = earlier.get("positions")
    for positionId, members in kept["positions"].items():
        old = before.get(positionId) if isinstance(before, dict) else None
        if isinstance(old, dict):
            members.update({key: value for key, value in old.items() if key not in positionKeys()})
    return kept
