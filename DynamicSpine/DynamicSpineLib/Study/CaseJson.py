"""case.json: its fields as tables, read into values with every fault, and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain
from DynamicSpineLib.Study.Case import FORMAT_VERSION, BoneTransform, Case, Numbering, Reading
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Fields import BAD, Date, Field, Flag, ListOf, MapOf, Number, OrNull, Plain, Record, Text
from DynamicSpineLib.Study.JsonText import shown
from DynamicSpineLib.Study.Paths import POSITION_ID
from DynamicSpineLib.Study.Position import Grade, Observation, Position, Symptom

_ID = Text(pattern=POSITION_ID, form="a letter followed by up to 31 letters, digits, _ or -")
_NAME = Text(pattern=r"\S(.*\S)?", form="a text that neither begins nor ends with a space", longest=120)
_NOTES = Text(longest=20_000)
_PATH = Text(pattern=r"\S.*", form="a path inside the case folder", longest=500)
_VECTOR = ListOf(Number(unit="mm"), size=3)


@dataclass(frozen=True)
class MarkFiles:
    """The files of one position's marks: the point list, and the curves."""

    landmarks: str
    contours: tuple[str, ...] = ()


class _MarkFilesCodec:
    """A path, or an object with the landmarks' path and the contours' paths."""

    _asObject = Record(
        MarkFiles, (Field("landmarks", _PATH, required=True, standIn=""), Field("contours", ListOf(_PATH)))
    )

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """MarkFiles, or BAD."""
        if isinstance(raw, dict):
            return self._asObject.read(raw, place, faults)
        path = _PATH.read(raw, place, faults)
        return BAD if path is BAD else MarkFiles(path)

    def write(self, value: MarkFiles) -> Any:
        """The path alone where there are no contours."""
        return self._asObject.write(value) if value.contours else value.landmarks


@dataclass(frozen=True)
class ReadingEntry:
    """A reading as case.json has it: the files, not the marks."""

    reader: str
    repeat: int = 1
    date: str = ""
    files: Mapping[str, MarkFiles] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class CaseEntry:
    """The content of case.json: a case whose marks are still files."""

    caseId: str
    positions: tuple[Position, ...]
    levels: tuple[str, ...] = ()
    numbering: Numbering = field(default_factory=Numbering)
    segments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    markedIn: str = ""
    reference: str = ""
    sidesVerifiedBy: str = ""
    sex: str = ""
    noise: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    landmarkSdMm: float | None = None
    observations: tuple[Observation, ...] = ()
    bones: tuple[BoneTransform, ...] = ()
    readings: tuple[ReadingEntry, ...] = ()
    notes: str = ""
    formatVersion: int = FORMAT_VERSION


_SHARED = tuple(item.name for item in fields(CaseEntry) if item.name not in ("levels", "positions", "readings"))


def _words(name: str) -> Text:
    """A word of Data/Study/vocabulary.json."""
    return Text(choices=tuple(packageData("Study", "vocabulary.json")[name]))


def _symptom() -> Record:
    return Record(Symptom, (
        Field("type", _words("symptomType"), required=True, standIn="other"),
        Field("side", _words("side")),
        Field("score", OrNull(Number(0, 10))),
        Field("reproducesUsual", Flag(unknown=True)),
        Field("notes", _NOTES),
    ))  # fmt: skip


def _grade() -> Record:
    return Record(Grade, (
        Field("level", Text(longest=8), required=True),
        Field("scheme", Text(longest=40), required=True),
        Field("value", Text(longest=40), required=True),
        Field("side", _words("side")),
        Field("reader", Text()),
        Field("repeat", Number(1, 1000, whole=True)),
    ))  # fmt: skip


def _observation() -> Record:
    return Record(Observation, (
        Field("level", Text(longest=8), required=True),
        Field("kind", _words("observation"), required=True),
        Field("present", Flag(unknown=True)),
        Field("side", _words("side")),
        Field("value", Text()),
        Field("reader", Text()),
    ))  # fmt: skip


@lru_cache(maxsize=1)
def _positionRecord() -> Record:
    """The fields of one position; its id is the key it stands under."""
    return Record(Position, (
        Field("title", Text()),
        Field("posture", _words("posture"), required=True, standIn="other"),
        Field("bend", _words("bend"), required=True, standIn="neutral"),
        Field("load", _words("load")),
        Field("gravity_RAS", OrNull(ListOf(Number(-1e6, 1e6), size=3))),
        Field("angleReachedDeg", OrNull(Number(-180, 180, "degrees"))),
        Field("stoppedBy", _words("stoppedBy")),
        Field("quality", _words("quality")),
        Field("date", Date()),
        Field("scanner", Text()),
        Field("minutesUpright", OrNull(Number(0, 10_000, "minutes"))),
        Field("support", Text()),
        Field("volume", _PATH),
        Field("companions", MapOf(_PATH, Text(longest=60))),
        Field("landmarks", _PATH, "landmarksFile", required=True, standIn=""),
        Field("contours", ListOf(_PATH), "contourFiles"),
        Field("grades", ListOf(_grade())),
        Field("observations", ListOf(_observation())),
        Field("symptoms", ListOf(_symptom())),
        Field("notes", _NOTES),
    ))  # fmt: skip


def _bone() -> Record:
    return Record(BoneTransform, (
        Field("level", Text(choices=CANONICAL_LEVELS), required=True),
        Field("from", _ID, "fromPosition", required=True),
        Field("to", _ID, "toPosition", required=True),
        Field("matrix", ListOf(ListOf(Number(), size=4), size=4), required=True),
        Field("covariance", OrNull(ListOf(ListOf(Number(), size=6), size=6))),
        Field("center_RAS", OrNull(_VECTOR)),
        Field("verdict", _words("verdict")),
        Field("quality", MapOf(Plain())),
    ))  # fmt: skip


def _numbering() -> Record:
    return Record(Numbering, (
        Field("countedFrom", _words("countedFrom")),
        Field("presacralCount", OrNull(Number(20, 28, whole=True))),
        Field("transitional", Text()),
        Field("alternativeName", Text()),
        Field("confirmedBy", Text()),
        Field("confirmedAt", Date()),
    ))  # fmt: skip


def _reading() -> Record:
    return Record(ReadingEntry, (
        Field("reader", _NAME, required=True),
        Field("repeat", Number(1, 1000, whole=True)),
        Field("date", Date()),
        Field("files", MapOf(_MarkFilesCodec(), _ID)),
    ))  # fmt: skip


@lru_cache(maxsize=1)
def caseRecord() -> Record:
    """Every member of case.json, in the order in which it is written."""
    pointClasses = tuple(item["id"] for item in packageData("Noise", "pointClasses.json")["classes"])
    standardDeviation = Number(0, 20, "mm", above=True)
    return Record(CaseEntry, (
        Field("formatVersion", Number(1, FORMAT_VERSION, whole=True), required=True),
        Field("caseId", _NAME, required=True, standIn="case"),
        Field("sex", _words("sex")),
        Field("levels", ListOf(Text(choices=CANONICAL_LEVELS), longest=40, whole=True)),
        Field("numbering", _numbering()),
        Field("segments", MapOf(_words("segmentStatus"), Text(longest=8))),
        Field("markedIn", Text(longest=32)),
        Field("reference", Text(longest=32)),
        Field("sidesVerifiedBy", Text()),
        Field("noise", MapOf(standardDeviation, Text(choices=pointClasses))),
        Field("landmarkSdMm", OrNull(standardDeviation)),
        Field("observations", ListOf(_observation())),
        Field("positions", _PositionsCodec(), required=True, standIn=()),
        Field("bones", ListOf(_bone())),
        Field("readings", ListOf(_reading())),
        Field("notes", _NOTES),
    ))  # fmt: skip


class _PositionsCodec:
    """An object of positions by id, read into a tuple in the file's order."""

    def record(self) -> Record:
        """The fields of one position."""
        return _positionRecord()

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """A tuple of positions without marks."""
        if not isinstance(raw, dict):
            faults.error(place, f"must be an object with one member per position; it is {shown(raw)}")
            return BAD
        positions = []
        for key, members in raw.items():
            if _ID.read(key, place.key(key), faults) is BAD:
                continue
            position = _positionRecord().read(members, Place(place.file, key), faults, id=key)
            if position is not BAD:
                positions.append(position)
        return tuple(positions)

    def write(self, value: tuple[Position, ...]) -> Any:
        """One member per position, under its id."""
        return {position.id: _positionRecord().write(position) for position in value}


def entryFromRaw(raw: Any, file: str, faults: FaultList) -> CaseEntry | None:
    """The content of case.json in the current format; what is faulty is left out, with its fault in the list."""
    entry = caseRecord().read(raw, Place(file), faults)
    return None if entry is BAD else entry


def rawFromEntry(entry: CaseEntry) -> dict[str, Any]:
    """The members of case.json, ready to be written."""
    raw: dict[str, Any] = caseRecord().write(entry)
    return raw


def caseFromEntry(
    entry: CaseEntry, chain: Chain, positions: tuple[Position, ...], readings: tuple[Reading, ...]
) -> Case:
    """The case of an entry, once its chain is known and its marks are read."""
    shared = {name: getattr(entry, name) for name in _SHARED}
    return Case(chain=chain, positions=positions, readings=readings, **shared)


def entryFromCase(case: Case, positions: tuple[Position, ...], readings: tuple[ReadingEntry, ...]) -> CaseEntry:
    """The entry of a case whose marks are written to the files that positions and readings name."""
    shared = {name: getattr(case, name) for name in _SHARED}
    return CaseEntry(levels=case.chain.levels, positions=positions, readings=readings, **shared)


def positionKeys() -> frozenset[str]:
    """The keys that a position may have."""
    return frozenset(item.key for item in _positionRecord().fields)
