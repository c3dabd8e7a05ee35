"""Measure a case and write its tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE, metricTexts
from DynamicSpineLib.Jobs.OutputFolder import outputFolder
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, measureCase
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Reports.Csv import writeDictionary, writeMeasurements
from DynamicSpineLib.Reports.Json import ReadingExtremes, writeMeasurementsJson
from DynamicSpineLib.Study.Case import Case

DEFAULT_DRAWS = 1000
FEWEST_DRAWS = 100
"""Fewer draws tell an SD to worse than 7 %; 0 means values without uncertainty."""

MOST_DRAWS = 10_000
"""More need more memory than a usual machine has: a full case takes about 2 GB at this number."""


@dataclass(frozen=True)
class MeasureOptions:
    """Number of Monte Carlo draws (0, or 100 to 10,000) and their seed. Raises InputError for others."""

    draws: int = DEFAULT_DRAWS
    seed: int = 0

    def __post_init__(self) -> None:
        if self.draws != 0 and not FEWEST_DRAWS <= self.draws <= MOST_DRAWS:
            raise InputError(f"--draws takes 0 or a number from {FEWEST_DRAWS} to {MOST_DRAWS}, not {self.draws}")


def measureToFolder(case: Case, folder: Path, options: MeasureOptions) -> Steps[CaseMeasurement]:
    """Measure every reading and write measurements.csv, measurements.json and dictionary.csv; a generator of steps."""
    outputFolder(folder)
    measured = yield from measureCase(case, options.draws, options.seed, SOFTWARE)
    yield Step(1.0, "writing tables")
    writeTables(measured, folder)
    return measured


def writeTables(measured: CaseMeasurement, folder: Path) -> None:
    """Write measurements.csv, measurements.json and dictionary.csv of a measurement."""
    writeMeasurements(measured.rows, folder / "measurements.csv")
    extremes = [
        ReadingExtremes(reading.reader, reading.reading, ranges, ranked)
        for reading, ranges, ranked in zip(measured.readings, measured.ranges, measured.rankedPlaces, strict=True)
    ]
    writeMeasurementsJson(measured.rows, folder / "measurements.json", SOFTWARE, extremes)
    writeDictionary(metricTexts(), folder / "dictionary.csv")
