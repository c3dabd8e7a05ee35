"""measurements.json and report.json: everything that a program may want, under a format version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from DynamicSpineLib.Metrics.Extremes import RangeOverPositions, RankedPlace
from DynamicSpineLib.Metrics.Measurement import MOTION, STATE, Measurement
from DynamicSpineLib.Reports.Csv import MEASUREMENT_COLUMNS
from DynamicSpineLib.Reports.Files import writeAtomically
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.MarkOrigins import originTables
from DynamicSpineLib.Reports.Method import noiseSentences
from DynamicSpineLib.Reports.NotExamined import notExamined
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import declaredPairs, routinePosition
from DynamicSpineLib.Wording.Codes import codesByGroup
from DynamicSpineLib.Wording.Numbers import storedNumber
from DynamicSpineLib.Wording.Texts import clean

FORMAT_VERSION = 1

# What a position's JSON leaves out: its marks and files, which the case itself holds.
_NOT_TECHNIQUE = frozenset({"marks", "geometry", "volume", "companions", "landmarksFile", "contourFiles"})


@dataclass(frozen=True)
class ReadingExtremes:
    """The extremes of one reading: ranges over positions, and the worst place of each part of the spine."""

    reader: str
    reading: str
    ranges: tuple[RangeOverPositions, ...]
    rankedPlaces: tuple[RankedPlace, ...]


def writeMeasurementsJson(
    rows: Iterable[Measurement], path: Path, software: str = "", extremes: Iterable[ReadingExtremes] = ()
) -> Path:
    """Write measurements.json: the rows of measurements.csv with types, and the extremes of each reading.

    Raises JobError where it cannot be written.
    """
    content = {"format": "DynamicSpine measurements", "formatVersion": FORMAT_VERSION, "software": software,
               "rows": [measurementObject(row) for row in rows],
               "extremes": [jsonValue(asdict(item)) for item in extremes]}
    return writeAtomically(path, jsonText(content))


def writeReportJson(report: ReportInput, path: Path) -> Path:
    """Write report.json: case, technique, rows, extremes, catalog and codes. Raises JobError where it cannot."""
    return writeAtomically(path, jsonText(reportObject(report)))


def measurementObject(row: Measurement) -> dict[str, Any]:
    """One row with its columns: numbers as in the CSV, null for what is not there, lists as lists."""
    return {column: jsonValue(getattr(row, column)) for column in MEASUREMENT_COLUMNS}


def reportObject(report: ReportInput) -> dict[str, Any]:
    """The content of report.json."""
    used = {(row.kind if row.kind == MOTION else STATE, row.metric) for row in report.rows}
    return {
        "format": "DynamicSpine report", "formatVersion": FORMAT_VERSION, "software": report.software,
        "made": report.made, "researchUse": say("researchUse"), "draws": report.draws, "seed": report.seed,
        "case": caseObject(report), "notExamined": notExamined(report), "noise": noiseSentences(report),
        "notices": list(report.notices), "shownReading": list(report.shownReading),
        "metrics": [jsonValue(text) for text in report.metricTexts if (text.kind, text.id) in used],
        "codes": {group: {item.id: item.text for item in codes.values()} for group, codes in codesByGroup().items()},
        "markOrigins": [jsonValue(table) for table in originTables(report)],
        "rows": [measurementObject(row) for row in report.rows],
        "ranges": [jsonValue(asdict(item)) for item in report.ranges],
        "rankedPlaces": [jsonValue(asdict(item)) for item in report.rankedPlaces],
    }  # fmt: skip


def caseObject(report: ReportInput) -> dict[str, Any]:
    """What the report says of the case itself: numbering, segments, roles and the technique of each position."""
    case, routine, compared = report.case, routinePosition(report.case), report.comparedPosition
    return {
        "caseId": case.caseId, "levels": list(case.chain.levels), "segments": dict(case.segments),
        "numbering": {**asdict(case.numbering), "verified": case.numbering.isConfirmed,
                      "statement": case.numbering.statement()},
        "markedIn": case.markedIn, "routine": routine.id if routine else None,
        "compared": compared.id if compared else None, "sidesVerifiedBy": case.sidesVerifiedBy,
        "pairs": [asdict(pair) for pair in declaredPairs(case)],
        "observations": [jsonValue(asdict(item)) for item in case.observations],
        "positions": [positionObject(position) for position in case.positions], "notes": case.notes,
    }  # fmt: skip


def positionObject(position: Position) -> dict[str, Any]:
    """Technique, grades, observations and symptoms of a position."""
    names = [item.name for item in fields(position) if item.name not in _NOT_TECHNIQUE]
    return {name: jsonValue(getattr(position, name)) for name in names}


def jsonValue(value: Any) -> Any:
    """A value as JSON holds it: numbers with the digits of the CSV, texts cleaned, dataclasses as objects."""
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        number = float(storedNumber(value))
        return int(number) if number.is_integer() else number
    if isinstance(value, str):
        return clean(value)
    if hasattr(value, "__dataclass_fields__"):
        return {item.name: jsonValue(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {clean(str(key)): jsonValue(item) for key, item in value.items()}
    return [jsonValue(item) for item in value]


def jsonText(content: Any) -> str:
    """JSON with one-space indents, names as they come, and no NaN."""
    return json.dumps(jsonValue(content), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
