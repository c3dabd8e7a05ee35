"""Slicer markups files (.mrk.json): reading them into marks and writing marks so that Slicer loads them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, namesFor, nearestName, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, USUAL_LEVELS, Chain
from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Study.Atomic import writeTexts
from DynamicSpineLib.Study.FaultList import FaultList, Place, nearest
from DynamicSpineLib.Study.JsonText import jsonText, parseJson, readBytes, shown
from DynamicSpineLib.Study.MarkHow import howOf, readHow, writeHow
from DynamicSpineLib.Study.Marks import (
    DEFINED,
    MISSING,
    UNDEFINED,
    Contour,
    Landmark,
    LandmarkSet,
    Point,
    landmarkSet,
)

# The schema that Slicer 5.6 to 5.12 writes; Slicer reads any version 1.
SCHEMA = (
    "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/"
    "markups-schema-v1.0.3.json#"
)
_MOST_POINTS = 5000
FARTHEST_MM = 1e6
_NAMED_UNKNOWN = 10
_TYPES = {"line": ("Line",), "closedCurve": ("ClosedCurve",), "point": ("Fiducial",)}
_KIND_WORDS = {"point": "a point of a point list", "line": "a line", "closedCurve": "a closed curve"}


def readMarkups(path: Path, levels: tuple[str, ...] = ()) -> LandmarkSet:
    """The landmarks, lines and closed curves of one file, in RAS mm.

    levels: the case's chain, for the nearest known name in messages. Raises InputFaults with everything found.
    """
    faults = FaultList()
    try:
        content = readBytes(path)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None
    marks = parseMarkups(content, Place(path.name), faults, levels)
    if faults.hasErrors:
        raise InputFaults(faults.faults)
    return marks


def parseMarkups(content: bytes, place: Place, faults: FaultList, levels: tuple[str, ...] = ()) -> LandmarkSet:
    """As readMarkups, from the file's bytes; faults are added to the list and what is good is returned."""
    reader = _MarkupsReader(place, faults, levels)
    try:
        raw = parseJson(content)
    except InputError as error:
        faults.error(place, str(error))
        return LandmarkSet()
    markups = raw.get("markups") if isinstance(raw, dict) else None
    if not isinstance(markups, list) or not all(isinstance(item, dict) for item in markups):
        faults.error(place, "is not a Slicer markups file (it has no list 'markups')")
        return LandmarkSet()
    for markup in markups:
        reader.readMarkup(markup)
    reader.reportUnknown()
    return landmarkSet(reader.landmarks, reader.contours)


class _MarkupsReader:
    """Reads the markups of one file, keeping track of the names seen."""

    def __init__(self, place: Place, faults: FaultList, levels: tuple[str, ...]) -> None:
        self.place, self.faults, self.levels = place, faults, levels
        self.landmarks: list[Landmark] = []
        self.contours: list[Contour] = []
        self.unknown: list[str] = []
        self._seen: set[str] = set()

    def readMarkup(self, markup: dict[str, Any]) -> None:
        """Add a markup's points, line or closed curve to what was read, and its faults to the list."""
        points = markup.get("controlPoints", [])
        if not isinstance(points, list) or not all(isinstance(item, dict) for item in points):
            self.faults.error(self.place, "has control points that are no list of objects")
            return
        if len(points) > _MOST_POINTS:
            self.faults.error(self.place, f"has {len(points)} control points in one markup; {_MOST_POINTS} is the most")
            return
        system, units = markup.get("coordinateSystem", "LPS"), markup.get("coordinateUnits", "mm")
        if system not in ("LPS", "RAS"):
            self.faults.error(self.place, f"has the coordinate system {shown(system)}; it must be LPS or RAS")
        elif units not in ("mm", ["mm", "UCUM", "millimeter"]):
            self.faults.error(self.place, f"has coordinates in {shown(units)}; they must be in mm")
        elif markup.get("type") == "Fiducial":
            for point in points:
                self._readLandmark(point, system)
        elif markup.get("type") in ("Line", "ClosedCurve"):
            self._readContour(markup, points, system)
        else:
            kind = shown(markup.get("type"))
            self.faults.error(self.place, f"holds a markup of type {kind}; Fiducial, Line and ClosedCurve are used")

    def _readLandmark(self, point: dict[str, Any], system: str) -> None:
        name = point.get("label", "")
        if not isinstance(name, str) or not name:
            self.faults.error(self.place, "has a point without a label (labels are landmark names such as L4_SA)")
            return
        if not self._isNew(name, "point"):
            return
        status = self._status(point, name)
        position = self._position(point, name, system) if status == DEFINED else None
        if status == DEFINED and position is None:
            return
        how = readHow(point.get("description", ""))
        self.landmarks.append(
            Landmark(name, position, status, how.origin, how.confirmed, how.note, how.sdMm, how.quality)
        )

    def _isNew(self, name: str, kind: str) -> bool:
        """True for a known name of this kind that has not come before; else the fault is noted."""
        parsed = parseLandmarkName(name)
        if parsed is None:
            self.unknown.append(name)
            return False
        definition = definitionAt(parsed.place, parsed.code)
        if definition is not None and definition.kind != kind:
            expected = _KIND_WORDS[definition.kind]
            self.faults.error(self.place, f"is given as {_KIND_WORDS[kind]}; it must be {expected}", name)
            return False
        if name in self._seen:
            self.faults.error(self.place, "is there twice; one of the two must go", name)
            return False
        self._seen.add(name)
        return True

    def _status(self, point: dict[str, Any], name: str) -> str:
        status = point.get("positionStatus", DEFINED)
        if status in (DEFINED, MISSING, UNDEFINED):
            return str(status)
        if status != "preview":  # what Slicer shows while the mouse hovers: not placed
            self.faults.error(
                self.place, f"has the status {shown(status)}; it must be defined, missing or undefined", name
            )
        return UNDEFINED

    def _position(self, point: dict[str, Any], name: str, system: str) -> Point | None:
        raw = point.get("position")
        if not (isinstance(raw, list) and len(raw) == 3 and all(type(item) in (int, float) for item in raw)):
            self.faults.error(self.place, f"needs a position of three numbers; it is {shown(raw)}", name)
            return None
        if not all(abs(item) <= FARTHEST_MM for item in raw):
            self.faults.error(self.place, f"lies more than a kilometer away at {shown(raw)}", name)
            return None
        x, y, z = (float(item) for item in raw)
        return (x, y, z) if system == "RAS" else (-x, -y, z)

    def _readContour(self, markup: dict[str, Any], points: list[dict[str, Any]], system: str) -> None:
        kind = "closedCurve" if markup["type"] == "ClosedCurve" else "line"
        name = self._curveName(markup, points)
        if not self._isNew(name, kind):
            return
        placed = [item for item in points if self._status(item, name) == DEFINED]
        positions = [self._position(item, name, system) for item in placed]
        good = tuple(item for item in positions if item is not None)
        if len(good) < len(positions):
            return
        if not good:
            return  # a curve made and not drawn yet
        if (kind == "line" and len(good) != 2) or len(good) < 2 or (kind == "closedCurve" and len(good) < 3):
            needed = "two" if kind == "line" else "three or more"
            self.faults.error(self.place, f"has {len(good)} placed points; it needs {needed}", name)
            return
        how = readHow(placed[0].get("description", ""))
        self.contours.append(
            Contour(name, good, kind == "closedCurve", how.origin, how.confirmed, how.sdMm, how.quality)
        )

    def _curveName(self, markup: dict[str, Any], points: list[dict[str, Any]]) -> str:
        """A curve's name: as stated, else from its points' labels (L4L5_DS-1), else the end of the file's name."""
        labels = [item.get("label", "") for item in points]
        starts = {label.rsplit("-", 1)[0] for label in labels if isinstance(label, str) and "-" in label}
        stem = self.place.file.rsplit("/", 1)[-1].removesuffix(".json").removesuffix(".mrk")
        tails = [stem[index:] for index in range(len(stem)) if index == 0 or not stem[index - 1].isalnum()]
        candidates = [markup.get("name"), *sorted(starts), *tails]
        texts = [item for item in candidates if isinstance(item, str) and item]
        return next((item for item in texts if parseLandmarkName(item)), texts[0] if texts else "")

    def reportUnknown(self) -> None:
        """One fault for each of the first unknown names, with the nearest known one, and one for the rest."""
        for name in self.unknown[:_NAMED_UNKNOWN]:
            like = nearestKnownName(name, self.levels)
            hint = f" (nearest: {like})" if like else ""
            self.faults.error(self.place, f"{shown(name)} is not a landmark name{hint}")
        more = len(self.unknown) - _NAMED_UNKNOWN
        if more > 0:
            self.faults.error(self.place, f"has {more} more names that are no landmark names")


def nearestKnownName(name: str, levels: tuple[str, ...] = ()) -> str:
    """The protocol name most like `name`: of the case's own levels, else of any; empty where none is alike."""
    trimmed = name.strip()[:64]
    if parseLandmarkName(f"{trimmed}_L"):
        return f"{trimmed}_L or {trimmed}_R"
    like = nearestName(trimmed, Chain(levels)) if levels else ""
    return like or nearest(trimmed, _allNames())


@lru_cache(maxsize=1)
def _allNames() -> tuple[str, ...]:
    """Every landmark name that some patient can have."""
    return tuple(dict.fromkeys((*namesFor(Chain(USUAL_LEVELS)), *namesFor(Chain(CANONICAL_LEVELS)))))


def markupsText(landmarks: Iterable[Landmark] = (), contours: Iterable[Contour] = (), system: str = "LPS") -> str:
    """The text of a markups file: one point list with the landmarks, if there are any, and one markup per contour."""
    points = []
    for index, item in enumerate(landmarks):
        how = writeHow(howOf(item))
        points.append(_controlPoint(index, item.name, item.point_RAS, item.status, how, system))
    markups = [_markup("Fiducial", "", points, system)] if points else []
    for contour in contours:
        how = writeHow(howOf(contour))
        ends = [_controlPoint(index, f"{contour.name}-{index + 1}", point, DEFINED, how, system)
                for index, point in enumerate(contour.points_RAS)]
        markups.append(_markup("ClosedCurve" if contour.closed else "Line", contour.name, ends, system))
    if not markups:
        markups = [_markup("Fiducial", "", [], system)]
    return jsonText({"@schema": SCHEMA, "markups": markups})


def writeMarkups(path: Path, marks: LandmarkSet, system: str = "LPS") -> None:
    """Write landmarks and contours to one file, atomically. system: LPS (as Slicer does) or RAS. Raises InputError."""
    writeTexts({path: markupsText(marks.landmarks.values(), marks.contours.values(), system)})


def _markup(kind: str, name: str, points: list[dict[str, Any]], system: str) -> dict[str, Any]:
    head = {"type": kind, "name": name} if name else {"type": kind}
    return {**head, "coordinateSystem": system, "coordinateUnits": "mm", "locked": False, "labelFormat": "%N-%d",
            "lastUsedControlPointNumber": len(points), "controlPoints": points}


def _controlPoint(index: int, label: str, point: Point | None, status: str, how: str, system: str) -> dict[str, Any]:
    members: dict[str, Any] = {"id": str(index + 1), "label": label, "description": how}
    if point is not None and status == DEFINED:
        x, y, z = point
        members["position"] = [x, y, z] if system == "RAS" else [-x, -y, z]
    return {**members, "selected": True, "locked": False, "visibility": True, "positionStatus": status}
