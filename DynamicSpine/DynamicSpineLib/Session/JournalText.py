"""A whole case, marks and grids included, as one compact JSON text that is quick to write and read strictly."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Study.Case import Case, Reading
from DynamicSpineLib.Study.CaseJson import (
    CaseEntry,
    MarkFiles,
    ReadingEntry,
    caseFromEntry,
    entryFromCase,
    entryFromRaw,
    rawFromEntry,
)
from DynamicSpineLib.Study.FaultList import FaultList
from DynamicSpineLib.Study.JsonText import shown
from DynamicSpineLib.Study.Marks import (
    CARRIED,
    DEFINED,
    MISSING,
    PLACED,
    PREDICTED,
    SEGMENTED,
    UNDEFINED,
    Contour,
    Landmark,
    LandmarkSet,
    Point,
)
from DynamicSpineLib.Study.MarkupsJson import FARTHEST_MM
from DynamicSpineLib.Study.Migration import migrate
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

_STATUSES = (DEFINED, MISSING, UNDEFINED)
_ORIGINS = (PLACED, CARRIED, PREDICTED, SEGMENTED)
_USUAL_POINT = [True, DEFINED, PLACED, True, "", None, ""]
_MOST_POINTS = 5000


class CaseEncoder:
    """Writes cases as text, remembering the text of marks that have not changed since the last time."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[Mapping[str, Any], str]] = {}

    def text(self, case: Case) -> str:
        """The case as members of an object. Raises InputError for numbers that are not finite."""
        positions = tuple(replace(item, landmarksFile=item.landmarksFile or f"{item.id}.mrk.json")
                          for item in case.positions)  # fmt: skip
        readings = tuple(ReadingEntry(item.reader, item.repeat, item.date, _files(item)) for item in case.readings)
        entry = _dumps(rawFromEntry(entryFromCase(case, positions, readings)))
        grids = _dumps({item.id: _rawGrid(item.geometry) for item in case.positions if item.geometry is not None})
        marks = ",".join(f"{_dumps(item.id)}:{self._marks(item.id, item.marks)}" for item in case.positions)
        others = ",".join(self._reading(index, item) for index, item in enumerate(case.readings))
        return f'"case":{entry},"grids":{grids},"marks":{{{marks}}},"readings":[{others}]'

    def _reading(self, index: int, reading: Reading) -> str:
        sets = (f"{_dumps(key)}:{self._marks(f'{index}/{key}', marks)}" for key, marks in reading.marks.items())
        return "{" + ",".join(sets) + "}"

    def _marks(self, key: str, marks: LandmarkSet) -> str:
        points = self._kept(f"{key} points", marks.landmarks, _pointsText)
        curves = self._kept(f"{key} curves", marks.contours, _curvesText)
        return f'{{"points":{points},"curves":{curves}}}'

    def _kept(self, key: str, items: Mapping[str, Any], text: Callable[[Mapping[str, Any]], str]) -> str:
        """The text of a mapping; a case is a value, so the same object has the same text."""
        known = self._texts.get(key)
        if known is None or known[0] is not items:
            known = self._texts[key] = (items, text(items))
        return known[1]


def _files(reading: Reading) -> dict[str, MarkFiles]:
    return {key: MarkFiles(name) for key, name in reading.files.items()}


def _dumps(value: Any) -> str:
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError):
        raise InputError("the case holds a number that is not finite, or a value that JSON cannot hold") from None


def _pointsText(marks: Mapping[str, Landmark]) -> str:
    """Rows without their places, and all places as one text, which is several times quicker than numbers."""
    places = [mark.point_RAS for mark in marks.values() if mark.status == DEFINED and mark.point_RAS is not None]
    return _dumps({"rows": [_pointRow(mark) for mark in marks.values()], "places": _packed(places)})


def _curvesText(curves: Mapping[str, Contour]) -> str:
    places = [point for curve in curves.values() for point in curve.points_RAS]
    return _dumps({"rows": [_curveRow(curve) for curve in curves.values()], "places": _packed(places)})


def _pointRow(mark: Landmark) -> list[Any]:
    isPlaced = mark.status == DEFINED and mark.point_RAS is not None
    status = UNDEFINED if mark.status == DEFINED and not isPlaced else mark.status
    row = [mark.name, isPlaced, status, mark.origin, mark.confirmed, mark.note, mark.sdMm, mark.quality]
    return row[:2] if row[1:] == _USUAL_POINT else row


def _curveRow(curve: Contour) -> list[Any]:
    return [curve.name, len(curve.points_RAS), curve.closed, curve.origin, curve.confirmed, curve.sdMm, curve.quality]


def _packed(places: Sequence[Point]) -> str:
    """Points (N, 3) in RAS mm as base64 of little-endian doubles, to the last bit."""
    values = np.array(places, dtype="<f8")
    if not np.isfinite(values).all():
        raise InputError("the case holds a number that is not finite")
    return base64.b64encode(values.tobytes()).decode("ascii")


def _rawGrid(grid: VolumeGeometry) -> list[Any]:
    return [grid.size, grid.spacingMm, grid.origin_RAS, grid.directions_RAS, grid.sidesKnown]


def caseFromRaw(raw: Mapping[str, Any]) -> Case:
    """The case of a parsed text. Raises InputError for anything that `CaseEncoder` would not have written."""
    entry = _entry(raw.get("case"))
    grids = _object(raw.get("grids"), "grids")
    marks = _object(raw.get("marks"), "marks")
    positions = tuple(
        replace(item, geometry=_grid(grids[item.id]) if item.id in grids else None, marks=_marks(marks.get(item.id)))
        for item in entry.positions
    )
    others = raw.get("readings")
    if not isinstance(others, list) or len(others) != len(entry.readings):
        raise InputError("does not hold the marks of every reading")
    pairs = zip(entry.readings, others, strict=True)
    readings = tuple(_reading(item, _object(sets, "readings")) for item, sets in pairs)
    try:
        return caseFromEntry(entry, Chain(entry.levels), positions, readings)
    except ValueError as error:
        raise InputError(f"names levels that are no spine ({error})") from None


def _entry(raw: Any) -> CaseEntry:
    faults = FaultList()
    entry = entryFromRaw(migrate(_object(raw, "case")), "", faults)
    if entry is None or faults.hasErrors:
        raise InputFaults(faults.faults, advice="")
    return entry


def _reading(entry: ReadingEntry, sets: Mapping[str, Any]) -> Reading:
    files = MappingProxyType({key: item.landmarks for key, item in entry.files.items()})
    marks = MappingProxyType({str(key): _marks(item) for key, item in sets.items()})
    return Reading(entry.reader, entry.repeat, entry.date, files, marks)


def _object(raw: Any, name: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise InputError(f"holds no object '{name}'")
    return raw


def _marks(raw: Any) -> LandmarkSet:
    members = _object(raw, "marks")
    points, curves = (_object(members.get(name), name) for name in ("points", "curves"))
    places = iter(_unpacked(points.get("places")))
    landmarks = [_point(row, places) for row in _rows(points.get("rows"))]
    ends = iter(_unpacked(curves.get("places")))
    contours = [_curve(row, ends) for row in _rows(curves.get("rows"))]
    if next(places, None) is not None or next(ends, None) is not None:
        raise InputError("holds more places than marks")
    return LandmarkSet(_byName(landmarks), _byName(contours))


def _unpacked(raw: Any) -> list[Point]:
    try:
        content = base64.b64decode(raw, validate=True) if isinstance(raw, str) else b"?"
        values = np.frombuffer(content, dtype="<f8").reshape(-1, 3)
    except ValueError:
        raise InputError("holds places that cannot be read") from None
    if not np.isfinite(values).all() or np.any(np.abs(values) > FARTHEST_MM):
        raise InputError("holds a place that no mark can have")
    return [(x, y, z) for x, y, z in values.tolist()]


def _rows(raw: Any) -> Iterable[list[Any]]:
    if not isinstance(raw, list) or not all(isinstance(row, list) and row for row in raw):
        raise InputError("holds marks that are no list of rows")
    return raw


def _byName(items: list[Any]) -> Mapping[str, Any]:
    named = {item.name: item for item in items}
    if len(named) != len(items):
        raise InputError("holds a mark twice")
    return MappingProxyType(named)


def _point(row: list[Any], places: Iterator[Point]) -> Landmark:
    if len(row) == 2:
        row = [row[0], *_USUAL_POINT] if row[1] is True else []
    if len(row) != 8 or row[2] not in _STATUSES or not isinstance(row[5], str):
        raise InputError(f"holds a mark that cannot be read: {shown(row)}")
    origin, confirmed, sdMm, quality = _how(row[3], row[4], row[6], row[7])
    if row[1] is not (row[2] == DEFINED):
        raise InputError(f"holds the mark {shown(row[0])} with a place that does not go with its status")
    point = _next(places) if row[1] else None
    return Landmark(_name(row[0]), point, row[2], origin, confirmed, row[5], sdMm, quality)


def _curve(row: list[Any], places: Iterator[Point]) -> Contour:
    isWhole = len(row) == 7 and type(row[1]) is int and 0 <= row[1] <= _MOST_POINTS and isinstance(row[2], bool)
    if not isWhole:
        raise InputError(f"holds a curve that cannot be read: {shown(row)}")
    origin, confirmed, sdMm, quality = _how(*row[3:])
    return Contour(_name(row[0]), tuple(_next(places) for _ in range(row[1])), row[2], origin, confirmed, sdMm, quality)


def _next(places: Iterator[Point]) -> Point:
    place = next(places, None)
    if place is None:
        raise InputError("holds fewer places than marks")
    return place


def _how(origin: Any, confirmed: Any, sdMm: Any, quality: Any) -> tuple[str, bool, float | None, str]:
    isWhole = origin in _ORIGINS and isinstance(confirmed, bool) and isinstance(quality, str)
    if not isWhole or not (sdMm is None or (_isNumber(sdMm) and sdMm >= 0.0)):
        raise InputError("holds a mark whose origin or error cannot be read")
    return origin, confirmed, sdMm, quality


def _name(raw: Any) -> str:
    if not isinstance(raw, str) or parseLandmarkName(raw) is None:
        raise InputError(f"holds the mark {shown(raw)}, which is no landmark name")
    return raw


def _vector(raw: Any) -> Point:
    if not isinstance(raw, list) or len(raw) != 3 or not all(_isNumber(item) for item in raw):
        raise InputError(f"holds a volume's grid that cannot be read: {shown(raw)}")
    return (float(raw[0]), float(raw[1]), float(raw[2]))


def _isNumber(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw)


def _grid(raw: Any) -> VolumeGeometry:
    isWhole = isinstance(raw, list) and len(raw) == 5 and isinstance(raw[3], list) and len(raw[3]) == 3
    if not isWhole or not isinstance(raw[4], bool):
        raise InputError("holds a volume's grid that cannot be read")
    size = tuple(int(count) for count in _vector(raw[0]))
    first, second, third = (_vector(axis) for axis in raw[3])
    return VolumeGeometry((size[0], size[1], size[2]), _vector(raw[1]), _vector(raw[2]), (first, second, third), raw[4])
