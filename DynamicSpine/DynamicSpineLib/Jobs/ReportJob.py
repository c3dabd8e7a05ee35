"""Measure a case and write its report."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from DynamicSpineLib.Criteria.RuleSets import RuleSet
from DynamicSpineLib.Errors import DynamicSpineError, InputError
from DynamicSpineLib.Jobs.MeasureJob import TOLD_FORMATS, MeasureOptions, writeTold
from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE, metricTexts
from DynamicSpineLib.Jobs.OutputFolder import outputFolder
from DynamicSpineLib.Jobs.Told import ToldReading, chosenRuleSets, tellMeasurement
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, measureCase
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Reports.Csv import writeDictionary, writeMeasurements
from DynamicSpineLib.Reports.Html import writeHtml
from DynamicSpineLib.Reports.Json import writeReportJson
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Scene.CasePictures import CasePictures, casePictures
from DynamicSpineLib.Study.Case import Case


@dataclass(frozen=True)
class CaseSource:
    """A case, the folder or scene it was opened from, and what validation had to say."""

    case: Case
    path: Path
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportMade:
    """A measurement, what each reading says, and the files written, by format."""

    measured: CaseMeasurement
    told: tuple[ToldReading, ...]
    files: dict[str, Path]


def formatsFrom(text: str) -> tuple[str, ...]:
    """The formats named in a comma-separated list, in their usual order. Raises InputError for an unknown one."""
    wanted = [item.strip().lower() for item in text.split(",") if item.strip()]
    unknown = [item for item in wanted if item not in TOLD_FORMATS]
    if unknown or not wanted:
        raise InputError(f"--format takes any of {', '.join(TOLD_FORMATS)}, separated by commas, not '{text}'")
    return tuple(item for item in TOLD_FORMATS if item in wanted)


def reportToFolder(
    source: CaseSource, folder: Path, options: MeasureOptions, formats: Sequence[str] = TOLD_FORMATS
) -> Steps[ReportMade]:
    """Measure a case, judge the rules, draw its positions and write the report; a generator of steps."""
    ruleSets = chosenRuleSets(options.criteria)
    outputFolder(folder)
    measured = yield from measureCase(source.case, options.draws, options.seed, SOFTWARE)
    told = tellMeasurement(measured, ruleSets)
    pictures, notices = CasePictures(), source.notices
    if "html" in formats:
        pictures, trouble = yield from _pictures(source, told[0].findings.worstLevel)
        notices = (*notices, *trouble)
    yield Step(1.0, "writing report")
    report = reportInput(measured, told, ruleSets, pictures, notices, options)
    return ReportMade(measured, told, _write(report, told, folder, formats))


def _pictures(source: CaseSource, level: str) -> Steps[tuple[CasePictures, tuple[str, ...]]]:
    """The pictures of every position, or a sentence why there are none: a report without pictures is one still."""
    if not any(position.volume for position in source.case.positions):
        return CasePictures(), ()
    try:
        pictures = yield from casePictures(source.case, source.path, level)
        return pictures, pictures.notices
    except DynamicSpineError as error:
        return CasePictures(), (f"The pictures of the positions could not be drawn: {error}",)


def reportInput(
    measured: CaseMeasurement, told: Sequence[ToldReading], ruleSets: Sequence[RuleSet], pictures: CasePictures,
    notices: tuple[str, ...], options: MeasureOptions,
) -> ReportInput:  # fmt: skip
    """What the report shows of a measurement: its first reading, with the others named."""
    return ReportInput(
        case=measured.case, rows=measured.rows, metricTexts=metricTexts(), ranges=measured.ranges[0],
        rankedPlaces=measured.rankedPlaces[0], pictures=pictures.positions, software=SOFTWARE, notices=notices,
        findings=told[0].findings, ruleResults=told[0].results, ruleSets=tuple(ruleSets), strip=pictures.strip,
        compared=pictures.compared, made=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        draws=options.draws or None, seed=options.seed,
    )  # fmt: skip


def _write(
    report: ReportInput, told: Sequence[ToldReading], folder: Path, formats: Sequence[str]
) -> dict[str, Path]:
    written = {}
    if "html" in formats:
        written["html"] = writeHtml(report, folder / "report.html")
    if "csv" in formats:
        written["csv"] = writeMeasurements(report.rows, folder / "measurements.csv")
        written["dictionary"] = writeDictionary(metricTexts(), folder / "dictionary.csv")
    if "json" in formats:
        written["json"] = writeReportJson(report, folder / "report.json")
    written |= writeTold(report.case.caseId, told, folder, formats)
    return written


def freshFolder(folder: Path) -> Path:
    """A folder emptied of an earlier demo. Raises InputError where it holds anything else."""
    outputFolder(folder)
    if any(folder.iterdir()) and not (folder / "demo.txt").is_file():
        raise InputError(f"{folder}: the folder is not empty, and the demo does not write over what it did not make")
    shutil.rmtree(folder)
    return outputFolder(folder)
