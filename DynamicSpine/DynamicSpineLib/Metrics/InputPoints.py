"""From a metric's inputs to the landmarks behind them: what is needed and what is missing."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Metrics.PointTable import CORNERS, cornerName, upperLineCode
from DynamicSpineLib.Metrics.Registry import SIDED_SEGMENT, STATE_KIND, MetricDefinition, allMetrics

BODY_PARTS = ("Center", "Mid", "Depth", "Height", "Turn", "From", "To")
_OUTLINES = {"areaDS": "DS", "areaKC": "KC", "apKC": "KC", "transverseKC": "KC", "areaFC": "FC",
             "lengthFG": "FG", "lengthLR": "LR", "lengthLF": "LF"}  # fmt: skip
STAND_INS = {"C2_DQ": "C2_DP"}
"""Marks that serve where another one is not placed."""

_OUT_OF_PLANE = {
    "lateralBend": (("CIL", "CIR"), ("CSL", "CSR")),
    "lateralTranslation": (("CSL", "CSR", "CIL", "CIR"), ("CSL", "CSR", "CIL", "CIR")),
    "axialRotation": (("AX0", "AX1"), ("AX0", "AX1")),
}
"""Coronal and axial points (of the upper, of the lower level) that serve where bones were not carried."""

MID_BODY_CODES = {"mscc": ("KA", "KP"), "mcc": ("SL", "SP", "IP")}
"""Points of the mid-body levels above and below that these metrics compare with, where there are any."""

_NO_POINTS = ("down", "cordAbove", "cordBelow", "canalAbove", "canalBelow", "regionSum")


def metricById(metricId: str, kind: str = STATE_KIND) -> MetricDefinition:
    """The metric of that id; the state where one id is both. KeyError for an unknown id."""
    matches = [item for item in allMetrics() if item.id == metricId]
    if not matches:
        raise KeyError(metricId)
    return next((item for item in matches if item.kind == kind), matches[0])


@lru_cache(maxsize=8192)
def pointsBehind(definition: MetricDefinition, place: str, side: str = "") -> tuple[str, ...]:
    """Landmark and curve names that a metric may use at a place, without repeats."""
    segment = splitSegment(place)
    if definition.id in _OUT_OF_PLANE and segment is not None:
        upper, lower = _OUT_OF_PLANE[definition.id]
        ends = ((segment.upper, upper), (segment.lower, lower))
        marks = tuple(f"{level}_{code}" for level, codes in ends for code in codes)
        return marks if all(parseLandmarkName(name) for name in marks) else ()
    names: list[str] = []
    for text in definition.inputs:
        names.extend(_inputPoints(text, place, side if definition.scope == SIDED_SEGMENT else ""))
    return tuple(dict.fromkeys(names))


def _inputPoints(text: str, place: str, side: str) -> list[str]:
    if text in _NO_POINTS:
        return []
    if text in _OUTLINES:
        return [f"{place}_{_OUTLINES[text]}" + (f"_{side}" if side else "")]
    if text.endswith("_center"):
        return bodyCorners(text.split("_", maxsplit=1)[0])
    if "_" in text:
        return [text]
    if text in ("ownDepth", "ownHeight"):
        return bodyCorners(place)
    return _segmentPoints(text, place, side)


def _segmentPoints(text: str, place: str, side: str) -> list[str]:
    segment = splitSegment(place)
    if text in ("topTurn", "bottomTurn"):
        top, bottom = {"OcC2": ("Oc", "C2"), "C2C7": ("C2", "C7"), "L1S1": ("L1", "S1")}[place]
        return bodyCorners(top if text == "topTurn" else bottom)
    for end in ("from", "to"):
        if text.startswith(end) and text[len(end) : len(end) + 1].isupper():
            return _endPoints(text[len(end) :], place)
    if segment is not None:
        for role, level in (("upper", segment.upper), ("lower", segment.lower)):
            if text.startswith(role):
                part = text[len(role) :]
                if part in BODY_PARTS:
                    return bodyCorners(level)
                return [cornerName(level, upperLineCode(level, part) if role == "lower" else part)]
    return [f"{place}_{text}" + (f"_{side}" if side else "")]


def _endPoints(quantity: str, place: str) -> list[str]:
    """Points behind a state metric, or an input of it, that a motion compares between its two ends."""
    state = quantity[0].lower() + quantity[1:]
    if state.startswith(("lower", "upper")):
        return _segmentPoints(state, place, "")
    return list(pointsBehind(metricById(state), place))


def bodyCorners(level: str) -> list[str]:
    """Names of the corners of a level's body, or of the ends of the line of Oc and C1."""
    names = dict.fromkeys(cornerName(level, code) for code in CORNERS)
    return [name for name in names if parseLandmarkName(name) is not None]


def missingPoints(
    metricId: str, place: str, defined: Collection[str], side: str = "", kind: str = STATE_KIND
) -> tuple[str, ...]:
    """The points that are still needed for a metric at a level, segment or region.

    A body with one endplate does: of C2 or S1, and of any body whose other endplate cannot be marked, only the
    facing endplate is asked for. `defined` are the names that are already placed.
    """
    definition = metricById(metricId, kind)
    spared = set(_sparedCorners(definition, place, defined))
    names = [name for name in pointsBehind(definition, place, side) if name not in spared]
    missing = tuple(name for name in names if name not in defined and STAND_INS.get(name, name) not in defined)
    return missing or _cornersForHeight(definition, place, defined)


def _sparedCorners(definition: MetricDefinition, place: str, defined: Collection[str]) -> list[str]:
    """Corners that a body input can do without, because one endplate is complete or the level has only one."""
    named = [text for text in definition.inputs if text == "ownHeight" or not text.endswith(BODY_PARTS)]
    explicit = {name for text in named for name in _inputPoints(text, place, "")}
    spared = []
    for name in pointsBehind(definition, place):
        level, _, code = name.partition("_")
        if name in explicit or code not in CORNERS:
            continue
        other = "I" if code[0] == "S" else "S"
        otherPlate = [f"{level}_{other}{end}" for end in ("A", "P")]
        if parseLandmarkName(name) is None or all(item in defined for item in otherPlate):
            spared.append(name)
    return spared


def _cornersForHeight(definition: MetricDefinition, place: str, defined: Collection[str]) -> tuple[str, ...]:
    """Corners without which a virtual body would have no height: where both bodies of a segment have one endplate."""
    segment = splitSegment(place)
    centered = any(text.endswith(("Center", "SlipCenter")) for text in definition.inputs)
    if segment is None or not centered:
        return ()
    corners = [_plainCorners(level) for level in (segment.upper, segment.lower)]
    absent = [[name for name in names if name not in defined] for names in corners]
    whole = [len(names) == len(CORNERS) and not gaps for names, gaps in zip(corners, absent, strict=True)]
    return () if any(whole) else tuple(absent[0] + absent[1])


def _plainCorners(level: str) -> list[str]:
    """The corners that a level has of its own."""
    names = [f"{level}_{code}" for code in CORNERS]
    return [name for name in names if parseLandmarkName(name) is not None]
