"""Points of interest that TPTBox writes (.json): the median corners of the bodies, brought to RAS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Landmarks import definitionAt
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.MaskField import Array
from DynamicSpineLib.Segmentations.ReadMarks import ReadSpine
from DynamicSpineLib.Study.JsonText import parseJson, readBytes, shown
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

_AXES: Mapping[str, tuple[float, float, float]] = {
    "R": (1.0, 0.0, 0.0), "L": (-1.0, 0.0, 0.0), "A": (0.0, 1.0, 0.0), "P": (0.0, -1.0, 0.0), "S": (0.0, 0.0, 1.0),
    "I": (0.0, 0.0, -1.0),
}  # fmt: skip
_UNNAMED_CODE = 50


def readPoi(path: Path, volume: VolumeGeometry | None = None) -> ReadSpine:
    """The landmarks of a TPTBox file, in RAS mm.

    Points in voxels are placed by the file's own rotation, zoom and origin; where it has none, by the position's
    volume, whose axes are then brought into the file's direction. Raises InputError for what is no such file.
    """
    try:
        content = parseJson(readBytes(path))
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None
    if not isinstance(content, list) or not content or not all(isinstance(item, dict) for item in content):
        raise InputError(f"{path.name}: is no TPTBox file of points (a list with a header is needed)")
    header = content[0]
    toRAS = _toRAS(path, header, volume)
    known = {item["code"]: item["landmark"] for item in packageData("Segmentations", "poiCodes.json")["points"]}
    points, reasons = {}, {}
    for level, code, place in _entries(path, header, content[1:]):
        if level and known.get(code) and definitionAt(level, known[code]) is not None:
            points[f"{level}_{known[code]}"] = toRAS[:3, :3] @ place + toRAS[:3, 3]
        elif not level:
            reasons[f"point {code}"] = "it belongs to no vertebra that is known here"
    if not points:
        raise InputError(f"{path.name}: holds none of the median corners 101 to 104 of a vertebra")
    return ReadSpine(points, reasons)


def _toRAS(path: Path, header: Mapping[str, Any], volume: VolumeGeometry | None) -> Array:
    """4x4 from the file's coordinates to RAS mm."""
    if header.get("format") == "POI_GLOBAL":
        system = header.get("coordinate_system", "nib")
        if system not in ("nib", "itk"):
            raise InputError(f"{path.name}: has the coordinate system {shown(system)}; nib and itk are known")
        return np.diag([1.0, 1.0, 1.0, 1.0] if system == "nib" else [-1.0, -1.0, 1.0, 1.0])
    direction = header.get("direction")
    if not (isinstance(direction, list) and len(direction) == 3 and all(axis in _AXES for axis in direction)):
        raise InputError(f"{path.name}: its header gives no direction such as [\"P\", \"I\", \"R\"]")
    zoom, origin, rotation = (_numbers(header.get(key), shape) for key, shape in
                              (("zoom", (3,)), ("origin", (3,)), ("rotation", (3, 3))))  # fmt: skip
    matrix = np.eye(4)
    if zoom is not None and origin is not None and rotation is not None:
        matrix[:3, :3], matrix[:3, 3] = rotation * zoom, origin
        return matrix
    if volume is None:
        raise InputError(f"{path.name}: gives no origin and rotation, and its position has no volume to place it by")
    return _reoriented(path, volume, direction, zoom)


def _numbers(value: object, shape: tuple[int, ...]) -> Array | None:
    """Finite numbers of a shape, or None."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None
    return array if array.shape == shape and np.all(np.isfinite(array)) else None


def _reoriented(path: Path, volume: VolumeGeometry, direction: list[str], zoom: Array | None) -> Array:
    """4x4 to RAS of a volume's grid with its axes in another order and sense."""
    columns = np.array(volume.directions_RAS)
    matrix, origin = np.eye(4), np.array(volume.origin_RAS)
    used = []
    for place, axis in enumerate(direction):
        along = columns @ np.array(_AXES[axis])
        own = int(np.argmax(np.abs(along)))
        used.append(own)
        step = columns[own] * volume.spacingMm[own] * np.sign(along[own])
        if along[own] < 0:
            origin = origin + columns[own] * volume.spacingMm[own] * (volume.size[own] - 1)
        scale = 1.0 if zoom is None else float(zoom[place]) / volume.spacingMm[own]
        if abs(scale - 1.0) > 0.02:
            raise InputError(f"{path.name}: its zoom is not the spacing of the position's volume, and it gives no "
                             "origin of its own")  # fmt: skip
        matrix[:3, place] = step
    if sorted(used) != [0, 1, 2]:
        raise InputError(f"{path.name}: its direction {shown(direction)} names an axis twice")
    matrix[:3, 3] = origin
    return matrix


def _entries(path: Path, header: Mapping[str, Any], items: list[dict[str, Any]]) -> list[tuple[str, int, Array]]:
    """(level or empty, code, coordinates) of every point, whatever of TPTBox's formats the file has."""
    nested = header.get("format") in ("POI", "POI_GLOBAL")
    found = []
    for item in items:
        pairs = (
            [(_level(vertebra), _code(code), place) for vertebra, points in item.items() if isinstance(points, dict)
             for code, place in points.items()]
            if nested else [(*_flat(item.get("label")), [item.get(axis) for axis in "XYZ"])]
        )  # fmt: skip
        for level, code, place in pairs:
            coordinates = _numbers(place, (3,))
            if coordinates is None:
                raise InputError(f"{path.name}: point {code} of {level or 'a vertebra'} has no three coordinates")
            found.append((level, code, coordinates))
    return found


def _level(name: object) -> str:
    """The level of a vertebra's name or number; empty where it is none."""
    vertebrae = packageData("Segmentations", "poiCodes.json")["vertebrae"]
    text = str(name)
    if text in vertebrae:
        return text
    return next((level for level, number in vertebrae.items() if text == str(number)), "")


def _code(name: object) -> int:
    """The number of a point's code or name; 0 where it is neither."""
    points = packageData("Segmentations", "poiCodes.json")["points"]
    text = str(name)
    if text.isdecimal():
        return int(text)
    return next((int(item["code"]) for item in points if text in (item["name"], item["text"])), 0)


def _flat(label: object) -> tuple[str, int]:
    """Level and code of a point in the flat formats: 256 times the code plus the vertebra, or "L4_ALL_CR"."""
    factor = packageData("Segmentations", "poiCodes.json")["regionFactor"]
    if isinstance(label, int) and not isinstance(label, bool):
        return _level(label % factor), label // factor or _UNNAMED_CODE
    match = re.fullmatch(r"(TH?|C|L|S|SA)(\d{0,2})_([A-Z_]+)", str(label))
    if match is None:
        return "", 0
    vertebra = "S1" if match[1] == "SA" else f"{match[1][0]}{match[2]}"
    return _level(vertebra), _code(match[3])
