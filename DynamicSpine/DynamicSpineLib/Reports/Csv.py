"""measurements.csv and dictionary.csv: tidy tables whose columns are a contract (docs/Measurements.md)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Reports.Files import writeAtomically
from DynamicSpineLib.Reports.ReportModel import MetricText
from DynamicSpineLib.Wording.Codes import codesByGroup
from DynamicSpineLib.Wording.Numbers import storedNumber
from DynamicSpineLib.Wording.Texts import clean
from DynamicSpineLib.Wording.Words import metricWords

MEASUREMENT_COLUMNS = (
    "case", "reader", "reading", "kind", "position", "fromPosition", "level", "side", "metric", "value", "unit", "sd",
    "sdc95", "lower95", "upper95", "exceedsNoise", "status", "reasonCode", "reason", "origin", "confirmed", "method",
    "sdSource", "segmentStatus", "numbering", "points", "warnings", "software",
)  # fmt: skip
"""The columns of measurements.csv in their order."""

DICTIONARY_COLUMNS = ("kind", "of", "id", "title", "unit", "definition", "sign", "source", "evidence", "dicom")

LIST_SEPARATOR = ";"

_NUMBERS = frozenset({"value", "sd", "sdc95", "lower95", "upper95"})
_LISTS = frozenset({"points", "warnings"})
_FORMULA = re.compile(r"'*[=+\-@]")


def writeMeasurements(rows: Iterable[Measurement], path: Path) -> Path:
    """Write measurements.csv (UTF-8, comma, line feed). Raises JobError where it cannot be written."""
    return writeAtomically(path, tableText(MEASUREMENT_COLUMNS, (measurementCells(row) for row in rows)))


def measurementCells(row: Measurement) -> list[str]:
    """One row as text, in the order of the columns."""
    return [_measurementCell(row, column) for column in MEASUREMENT_COLUMNS]


def _measurementCell(row: Measurement, column: str) -> str:
    content = getattr(row, column)
    if column in _NUMBERS:
        return storedNumber(content)
    if column == "exceedsNoise":
        return "" if content is None else str(bool(content)).lower()
    if column == "confirmed":
        return "1" if content else "0"
    if column in _LISTS:
        return safeText(LIST_SEPARATOR.join(content))
    return safeText(content)


def safeText(text: str) -> str:
    """A text cell on one line that no spreadsheet takes for a formula.

    Text that starts with =, +, - or @ gets an apostrophe in front, as does text that starts so behind apostrophes;
    `originalText` takes it away again.
    """
    cleaned = clean(text)
    return f"'{cleaned}" if _FORMULA.match(cleaned.lstrip()) else cleaned


def originalText(cell: str) -> str:
    """The text that `safeText` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:].lstrip()) else cell


def writeDictionary(metricTexts: Iterable[MetricText], path: Path) -> Path:
    """Write dictionary.csv: every column, code and metric. Raises JobError where it cannot be written."""
    return writeAtomically(path, tableText(DICTIONARY_COLUMNS, dictionaryRows(metricTexts)))


def dictionaryRows(metricTexts: Iterable[MetricText]) -> list[list[str]]:
    """The rows of dictionary.csv: columns, then codes by column, then metrics."""
    rows = [["column", "measurements.csv", item["id"], item["type"], "", item["text"], "", "", "", ""]
            for item in packageData("Report", "columns.json")["columns"]]
    for table, columns in packageData("Report", "tableColumns.json")["tables"].items():
        rows += [["column", table, item["id"], item["type"], "", item["text"], "", "", "", ""] for item in columns]
    for group, codes in codesByGroup().items():
        rows += [["code", group, code.id, code.short, "", code.text, "", "", "", ""] for code in codes.values()]
    rows += [_metricRow(text) for text in metricTexts]
    return [[safeText(cell) for cell in row] for row in rows]


def _metricRow(text: MetricText) -> list[str]:
    return ["metric", text.kind, text.id, text.title, text.unit, text.definition, signText(text), text.source,
            text.evidence, text.code]


def signText(text: MetricText) -> str:
    """What values above and below zero mean: the report's direction words, else the catalog's own statement."""
    pair = metricWords(text.id).pair(text.kind)
    if text.kind == "state" and pair is None:
        return text.sign
    return f"above 0: {pair[0]}; below 0: {pair[1]}" if pair else text.sign


def tableText(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV table as text: comma, double quotes where needed, line feeds."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue()
