"""Measure a case and write its report."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from DynamicSpineLib.Errors import DynamicSpineError, InputError
from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions
from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE, metricTexts
from DynamicSpineLib.Jobs.OutputFolder import outputFolder
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, measureCase
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Reports.Csv import writeDictionary, writeMeasurements
from DynamicSpineLib.Reports.Html import writeHtml
from DynamicSpineLib.Reports.Json import writeReportJson
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Scene.KeyPictures import keyPictures
from DynamicSpineLib.Study.Case import Case

FORMATS = ("html", "csv", "json")


@dataclass(frozen=True)
class CaseSource:
    """A case, the folder or scene it was opened from, and what validation had to say."""

    case: Case
    path: Path
    notices: tuple[str, ...] = ()


def formatsFrom(text: str) -> tuple[str, ...]:
    """The formats named in a comma-separated list, in their usual order. Raises InputError for an unknown one."""
    wanted = [item.strip().lower() for item in text.split(",") if item.strip()]
    unknown = [item for item in wanted if item not in FORMATS]
    if unknown or not wanted:
        raise InputError(f"--format takes any of {', '.join(FORMATS)}, separated by commas, not '{text}'")
    return tuple(item for item in FORMATS if item in wanted)


def reportToFolder(
    source: CaseSource, folder: Path, options: MeasureOptions, formats: Sequence[str] = FORMATS
) -> Steps[tuple[CaseMeasurement, dict[str, Path]]]:
    """Measure a case, draw its positions and write the report; returns the measurement and the files by format."""
    outputFolder(folder)
    measured = yield from measureCase(source.case, options.draws, options.seed, SOFTWARE)
    pictures: dict[str, bytes] = {}
    notices = source.notices
    if "html" in formats:
        pictures, trouble = yield from _pictures(source)
        notices = (*notices, *trouble)
    yield Step(1.0, "writing report")
    report = reportInput(measured, pictures, notices, options)
    return measured, _write(report, folder, formats)


def _pictures(source: CaseSource) -> Steps[tuple[dict[str, bytes], tuple[str, ...]]]:
    """The key picture of every position, or a sentence why there are none: a report without pictures is one still."""
    if not any(position.volume for position in source.case.positions):
        return {}, ()
    try:
        return (yield from keyPictures(source.case, source.path)), ()
    except DynamicSpineError as error:
        return {}, (f"The pictures of the positions could not be drawn: {error}",)


def reportInput(
    measured: CaseMeasurement, pictures: Mapping[str, bytes], notices: tuple[str, ...], options: MeasureOptions
) -> ReportInput:
    """What the report shows of a measurement: its first reading, with the others named."""
    return ReportInput(
        case=measured.case, rows=measured.rows, metricTexts=metricTexts(), ranges=measured.ranges[0],
        rankedPlaces=measured.rankedPlaces[0], pictures=pictures, software=SOFTWARE, notices=notices,
        made=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"), draws=options.draws or None, seed=options.seed,
    )  # fmt: skip


def _write(report: ReportInput, folder: Path, formats: Sequence[str]) -> dict[str, Path]:
    written = {}
    if "html" in formats:
        written["html"] = writeHtml(report, folder / "report.html")
    if "csv" in formats:
        written["csv"] = writeMeasurements(report.rows, folder / "measurements.csv")
        written["dictionary"] = writeDictionary(metricTexts(), folder / "dictionary.csv")
    if "json" in formats:
        written["json"] = writeReportJson(report, folder / "report.json")
    return written


def freshFolder(folder: Path) -> Path:
    """A folder emptied of an earlier demo. Raises InputError where it holds anything else."""
    outputFolder(folder)
    if any(folder.iterdir()) and not (folder / "demo.txt").is_file():
        raise InputError(f"{folder}: the folder is not empty, and the demo does not write over what it did not make")
    shutil.rmtree(folder)
    return outputFolder(folder)
