"""criteria.csv and findings.csv: rule results and sentences as tidy tables (docs/Criteria.md)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from DynamicSpineLib.Criteria.Results import RuleResult
from DynamicSpineLib.Findings.Finding import CaseFindings, Finding
from DynamicSpineLib.Reports.Csv import LIST_SEPARATOR, safeText, tableText
from DynamicSpineLib.Reports.Files import writeAtomically
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Numbers import storedNumber

CRITERIA_COLUMNS = (
    "case", "ruleSet", "ruleVersion", "rule", "clause", "level", "position", "fromPosition", "metric", "method",
    "value", "unit", "operator", "threshold", "result", "probability", "healthyShare", "population", "modality",
    "evidence", "source", "reader", "reading", "side", "title", "reasonCode", "reason", "direction", "scope",
    "healthyPopulation", "healthySource", "warnings", "confirmed", "own", "numbering", "software",
)  # fmt: skip
"""The columns of criteria.csv: the contract's first, then what a reader needs beside them."""

FINDING_COLUMNS = (
    "case", "reader", "reading", "section", "id", "headline", "text", "level", "side", "positions", "metric", "value",
    "lower95", "upper95", "unit", "confirmed", "numbering",
)  # fmt: skip

_NUMBERS = frozenset({"value", "threshold", "probability", "healthyShare"})


def writeCriteria(results: Iterable[RuleResult], path: Path) -> Path:
    """Write criteria.csv. Raises JobError where it cannot be written."""
    return writeAtomically(path, tableText(CRITERIA_COLUMNS, (criteriaCells(item) for item in results)))


def criteriaCells(result: RuleResult) -> list[str]:
    """One result as text, in the order of the columns."""
    return [_cell(result, column) for column in CRITERIA_COLUMNS]


def _cell(result: RuleResult, column: str) -> str:
    if column == "reason":
        return safeText(code("reasonCode", result.reasonCode).text if result.reasonCode else "")
    if column == "own":
        return "1" if result.isOwn else "0"
    content = getattr(result, column)
    if column in _NUMBERS:
        return storedNumber(content)
    if column == "confirmed":
        return "1" if content else "0"
    # An operator starts like a formula, and is one of four signs that no spreadsheet runs.
    if column == "operator":
        return str(content)
    return safeText(LIST_SEPARATOR.join(content) if isinstance(content, tuple) else content)


def writeFindingsTable(caseId: str, told: Iterable[tuple[str, str, CaseFindings]], path: Path) -> Path:
    """Write findings.csv: (reader, reading, findings) of every reading. Raises JobError where it cannot be written."""
    rows = [_findingCells(caseId, reader, reading, findings.numbering, item)
            for reader, reading, findings in told for item in findings.findings]  # fmt: skip
    return writeAtomically(path, tableText(FINDING_COLUMNS, rows))


def _findingCells(caseId: str, reader: str, reading: str, numbering: str, item: Finding) -> list[str]:
    numbers = [storedNumber(number) for number in (item.value, item.lower95, item.upper95)]
    texts = (caseId, reader, reading, item.section, item.id, "1" if item.isHeadline else "0", item.text, item.level,
             item.side, LIST_SEPARATOR.join(item.positions), item.metric)  # fmt: skip
    return [*(safeText(text) for text in texts), *numbers, item.unit, "1" if item.confirmed else "0",
            safeText(numbering)]  # fmt: skip
