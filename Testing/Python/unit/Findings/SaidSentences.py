"""What a phantom scenario's report must say and must not (its `sentences`), held against what it does say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from PhantomCases import phantomCase

from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Criteria.RuleReader import shippedRuleSets
from DynamicSpineLib.Findings.Finding import CaseFindings, Finding
from DynamicSpineLib.Findings.LabelDoubts import LabelWarning, labelWarnings
from DynamicSpineLib.Findings.Tell import tellSteps
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, measureCase
from DynamicSpineLib.Phantom.NoisyMarks import noisyCase
from DynamicSpineLib.Phantom.Scenario import loadScenario
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.Case import Case

DRAWS = 1000
EXACT_DRAWS = 300
_PLAIN = str.maketrans({"\u2011": "-", "\u2212": "-", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True)
class Said:
    """What is said of a case, and what its positions are warned of."""

    findings: CaseFindings
    warnings: Mapping[str, tuple[LabelWarning, ...]]


@dataclass(frozen=True)
class Told:
    """What was said of one case, with the measurement it rests on."""

    case: Case
    measurement: CaseMeasurement
    findings: CaseFindings

    @property
    def values(self) -> CaseValues:
        """The values of its one reading."""
        return CaseValues(self.measurement.readings[0], self.measurement.rows)


def plain(text: str) -> str:
    """A sentence in small letters, with common hyphens and spaces."""
    return text.translate(_PLAIN).lower()


def markedAgain(scenarioId: str, seed: int | None, positions: Sequence[str] | None = None) -> Case:
    """The scenario's case as marked by hand with that seed; None: every mark exactly where it belongs.

    A series that is loaded twice keeps its marks: whoever loaded it did not mark it again.
    """
    case = phantomCase(scenarioId, positions)
    if seed is None:
        return case
    noisy = noisyCase(case, seed)
    entries = loadScenario(scenarioId).data["positions"]
    marks = {item.id: item.marks for item in noisy.positions}
    again = [replace(item, marks=marks[entries[item.id].get("sameAs", item.id)]) for item in noisy.positions]
    return replace(noisy, positions=tuple(again))


def toldOf(case: Case, draws: int = DRAWS) -> Told:
    """Measure a case and tell it by every shipped rule set that is on."""
    measured = runSteps(measureCase(case, draws, 0))
    rules = [item for item in shippedRuleSets() if item.on]
    findings, _ = runSteps(tellSteps(measured.readings[0], measured.rows, measured.rankedPlaces[0], rules))
    return Told(case, measured, findings)


@lru_cache(maxsize=64)
def exactlySaid(scenarioId: str) -> Said:
    """What is said of a scenario whose marks are true, with the usual noise stated; the measurement is not kept."""
    told = toldOf(phantomCase(scenarioId), EXACT_DRAWS)
    return Said(told.findings, labelWarnings(told.case, told.values))


def fits(finding: Finding, entry: Mapping[str, Any]) -> bool:
    """True where a sentence is the one that an entry of `sentences` describes."""
    if entry.get("section", finding.section) != finding.section or entry.get("level", finding.level) != finding.level:
        return False
    text = plain(finding.text)
    return (finding.isHeadline or not entry.get("headline")) and all(plain(item) in text for item in entry["says"])


def wordsOf(entry: Mapping[str, Any]) -> str:
    """An entry in one line, for lists of faults."""
    kind = "headline" if entry.get("headline") else "sentence"
    where = " ".join(str(entry[key]) for key in ("section", "level") if key in entry)
    return f"{kind} {where} {' + '.join(entry['says'])}".replace("  ", " ").strip()


def faultsOf(findings: CaseFindings, sentences: Mapping[str, Any], isExact: bool) -> Iterator[str]:
    """What a report lacks of its expected sentences, and what it says of the forbidden ones."""
    said = findings.findings
    for entry in sentences["expected"]:
        if (isExact or not entry.get("exactMarks")) and not any(fits(item, entry) for item in said):
            yield f"missing: {wordsOf(entry)}"
    for entry in sentences["forbidden"]:
        found = next((item for item in said if fits(item, entry)), None)
        if found is not None and (isExact or not entry.get("exactMarks")):
            yield f"forbidden: {wordsOf(entry)}: {plain(found.text)}"


def scenarioFaults(scenarioId: str, seed: int | None, draws: int = DRAWS) -> list[str]:
    """What is wrong with the report of a scenario, marked exactly (None) or by hand with that seed."""
    exact = seed is None
    findings = exactlySaid(scenarioId).findings if exact else toldOf(markedAgain(scenarioId, seed), draws).findings
    return list(faultsOf(findings, loadScenario(scenarioId).data["sentences"], exact))
