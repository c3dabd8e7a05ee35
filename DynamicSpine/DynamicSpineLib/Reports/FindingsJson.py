"""findings.json and findings.txt: the sentences of a case for programs, and for the dictation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from DynamicSpineLib.Criteria.Results import RESULTS, RuleResult
from DynamicSpineLib.Findings.Finding import CaseFindings
from DynamicSpineLib.Reports.Files import writeAtomically
from DynamicSpineLib.Reports.Json import jsonText
from DynamicSpineLib.Reports.Layout import say

FORMAT_VERSION = 1


def findingsObject(findings: CaseFindings, results: Sequence[RuleResult]) -> dict[str, Any]:
    """What one reading says: key sentences, headlines, sections, grid, dictation, and its rule results."""
    return {
        "numbering": findings.numbering, "keySentences": list(findings.keySentences),
        "headlines": [item.text for item in findings.headlines],
        "sections": [{"id": section.id, "title": section.title,
                      "findings": [asdict(item) for item in section.findings]} for section in findings.sections],
        "dictation": findings.dictation, "grid": [asdict(cell) for cell in findings.grid],
        "worstLevel": findings.worstLevel, "lookedAt": findings.lookedAt, "familyLimit": findings.familyLimit,
        "ruleCounts": {result: sum(item.result == result for item in results) for result in RESULTS},
        "rules": [asdict(item) for item in results],
    }  # fmt: skip


def writeFindingsJson(
    caseId: str, told: Sequence[tuple[str, str, CaseFindings, Sequence[RuleResult]]], path: Path, software: str = ""
) -> Path:
    """Write findings.json: the first reading at the top, the others under otherReadings.

    told: (reader, reading, findings, rule results) of every reading. Raises JobError where it cannot be written.
    """
    readings = [{"reader": reader, "reading": reading, **findingsObject(findings, results)}
                for reader, reading, findings, results in told]  # fmt: skip
    first: dict[str, Any] = readings[0] if readings else {}
    content = {"format": "DynamicSpine findings", "formatVersion": FORMAT_VERSION, "software": software,
               "researchUse": say("researchUse"), "case": caseId, **first, "otherReadings": readings[1:]}
    return writeAtomically(path, jsonText(content))


def writeDictation(findings: Iterable[CaseFindings], path: Path) -> Path:
    """Write findings.txt: the dictation of each reading, a paragraph each. Raises JobError where it cannot."""
    return writeAtomically(path, "\n\n".join(item.dictation for item in findings) + "\n")
