"""Measure a case and write its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE, metricTexts
from DynamicSpineLib.Jobs.OutputFolder import outputFolder
from DynamicSpineLib.Jobs.Told import ToldReading, chosenRuleSets, tellMeasurement
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, measureCase
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Reports.CriteriaCsv import writeCriteria, writeFindingsTable
from DynamicSpineLib.Reports.Csv import writeDictionary, writeMeasurements
from DynamicSpineLib.Reports.FindingsJson import writeDictation, writeFindingsJson
from DynamicSpineLib.Reports.Json import ReadingExtremes, writeMeasurementsJson
from DynamicSpineLib.Study.Case import Case

DEFAULT_DRAWS = 1000
TOLD_FORMATS = ("html", "csv", "json")
FEWEST_DRAWS = 100
"""Fewer draws tell an SD to worse than 7 %; 0 means values without uncertainty."""

MOST_DRAWS = 10_000
"""More need more memory than a usual machine has: a full case takes about 2 GB at this number."""


@dataclass(frozen=True)
class MeasureOptions:
    """Number of Monte Carlo draws (0, or 100 to 10,000) and their seed. Raises InputError for others.

    criteria: rule sets judged besides those that are on: ids of shipped ones, or files of a user's own.
    """

    draws: int = DEFAULT_DRAWS
    seed: int = 0
    criteria: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.draws != 0 and not FEWEST_DRAWS <= self.draws <= MOST_DRAWS:
            raise InputError(f"--draws takes 0 or a number from {FEWEST_DRAWS} to {MOST_DRAWS}, not {self.draws}")


def measureToFolder(
    case: Case, folder: Path, options: MeasureOptions
) -> Steps[tuple[CaseMeasurement, tuple[ToldReading, ...]]]:
    """Measure every reading, judge the rules and write all tables; a generator of steps."""
    ruleSets = chosenRuleSets(options.criteria)
    outputFolder(folder)
    measured = yield from measureCase(case, options.draws, options.seed, SOFTWARE)
    yield Step(0.9, "judging rules")
    told = tellMeasurement(measured, ruleSets)
    yield Step(1.0, "writing tables")
    writeTables(measured, told, folder)
    return measured, told


def writeTables(measured: CaseMeasurement, told: Sequence[ToldReading], folder: Path) -> None:
    """Write the tables of a measurement and of what it says, with the dictionary that explains them."""
    writeMeasurements(measured.rows, folder / "measurements.csv")
    extremes = [
        ReadingExtremes(reading.reader, reading.reading, ranges, ranked)
        for reading, ranges, ranked in zip(measured.readings, measured.ranges, measured.rankedPlaces, strict=True)
    ]
    writeMeasurementsJson(measured.rows, folder / "measurements.json", SOFTWARE, extremes)
    writeDictionary(metricTexts(), folder / "dictionary.csv")
    writeTold(measured.case.caseId, told, folder)


def writeTold(
    caseId: str, told: Sequence[ToldReading], folder: Path, formats: Sequence[str] = TOLD_FORMATS
) -> dict[str, Path]:
    """Write what the readings say: csv: criteria.csv and findings.csv; json: findings.json; html: findings.txt.

    Returns the paths by what they hold.
    """
    written = {}
    if "csv" in formats:
        results = [result for item in told for result in item.results]
        findings = [(item.reader, item.reading, item.findings) for item in told]
        written["criteria"] = writeCriteria(results, folder / "criteria.csv")
        written["findingsTable"] = writeFindingsTable(caseId, findings, folder / "findings.csv")
    if "json" in formats:
        everything = [(item.reader, item.reading, item.findings, item.results) for item in told]
        written["findings"] = writeFindingsJson(caseId, everything, folder / "findings.json", SOFTWARE)
    if "html" in formats:
        written["dictation"] = writeDictation([item.findings for item in told], folder / "findings.txt")
    return written
