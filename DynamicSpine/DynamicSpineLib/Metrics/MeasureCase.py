"""The whole measurement of a case: every reading, its uncertainty, rows and extremes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from DynamicSpineLib.Metrics.Draws import DrawSettings
from DynamicSpineLib.Metrics.Extremes import RangeOverPositions, RankedPlace, rangeSteps, rankedPlaces
from DynamicSpineLib.Metrics.MarksBehind import MarksBehind
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Metrics.Noise import NoiseModel, noiseModel
from DynamicSpineLib.Metrics.ReadingDraws import measureReading
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer, ReadingValues
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Metrics.Repeats import repeatNoise
from DynamicSpineLib.Metrics.Rows import RowMaker
from DynamicSpineLib.Progress import Step, Steps, stepsWithin
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import LandmarkSet

_ROWS_FROM, _EXTREMES_FROM = 0.75, 0.9
"""Parts of the time after which a reading's draws are done, and its rows."""


@dataclass(frozen=True)
class CaseMeasurement:
    """Rows of all readings, and the arrays and extremes of each reading in the same order."""

    case: Case
    rows: tuple[Measurement, ...]
    readings: tuple[ReadingValues, ...]
    ranges: tuple[tuple[RangeOverPositions, ...], ...]
    rankedPlaces: tuple[tuple[RankedPlace, ...], ...]


def readingsOf(case: Case) -> list[tuple[str, str, Mapping[str, LandmarkSet]]]:
    """(reader, repeat, marks by position) of every reading.

    The positions' own marks come first, unless a listed reading is theirs: then they bear its name. A reading that only
    repeats some of them is left out where nobody bears the name of all.
    """
    own = {position.id: position.marks for position in case.positions}
    empty = dict.fromkeys(own, LandmarkSet())
    marked = {key for key, marks in own.items() if marks.landmarks or marks.contours}
    copies = [
        bool(item.marks) and all(own.get(key) == marks for key, marks in item.marks.items()) for item in case.readings
    ]
    named = any(copy and marked <= item.marks.keys() for copy, item in zip(copies, case.readings, strict=True))
    # A copy of some of the own marks, where nobody is named for all of them, is no reading besides them.
    listed: list[tuple[str, str, Mapping[str, LandmarkSet]]] = [
        (item.reader, str(item.repeat), {**empty, **item.marks})
        for copy, item in zip(copies, case.readings, strict=True)
        if named or not copy
    ]
    return listed if named else [("", "1", own), *listed]


def ownReading(case: Case) -> tuple[str, str, Mapping[str, LandmarkSet]]:
    """(reader, repeat, marks by position) of the reading that the positions' own marks are."""
    own = {position.id: position.marks for position in case.positions}
    readings = readingsOf(case)
    theirs = (item for item in readings if all(item[2].get(key) == marks for key, marks in own.items()))
    return next(theirs, readings[0])


def caseNoise(case: Case) -> NoiseModel:
    """The noise of a case's marks: from its repeat readings where they tell enough."""
    return noiseModel(case, repeatNoise(case, [marks for _, _, marks in readingsOf(case)]))


def measureCase(case: Case, draws: int = 1000, seed: int = 0, software: str = "") -> Steps[CaseMeasurement]:
    """Measure every reading of a case; a generator of short steps. `draws` of 0 gives values without uncertainty."""
    readings, noise = readingsOf(case), caseNoise(case)
    done: list[_MeasuredReading] = []
    for number, (reader, repeat, marks) in enumerate(readings):
        settings = DrawSettings(draws, seed, f"{reader}#{repeat}") if draws > 1 else None
        which, share = f"reading {number + 1} of {len(readings)}", 1.0 / len(readings)
        steps = _readingSteps(ReadingMeasurer(case, marks, noise, reader, repeat), settings, software)
        done.append((yield from stepsWithin(steps, number * share, (number + 1) * share, f", {which}")))
        yield Step((number + 1) * share, f"measured {which}")
    return CaseMeasurement(
        case, tuple(row for item in done for row in item.rows), tuple(item.values for item in done),
        tuple(item.ranges for item in done), tuple(item.ranked for item in done),
    )  # fmt: skip


@dataclass(frozen=True)
class _MeasuredReading:
    values: ReadingValues
    rows: tuple[Measurement, ...]
    ranges: tuple[RangeOverPositions, ...]
    ranked: tuple[RankedPlace, ...]


def _readingSteps(measurer: ReadingMeasurer, settings: DrawSettings | None, software: str) -> Steps[_MeasuredReading]:
    """One reading: its draws, its rows metric by metric, and its extremes."""
    values = yield from stepsWithin(measureReading(measurer, settings), 0.0, _ROWS_FROM)
    rows, marks = list[Measurement](), MarksBehind(values)
    count = len(allMetrics())
    for number, some in enumerate(RowMaker(values, software, marks).steps()):
        rows.extend(some)
        yield Step(_ROWS_FROM + (_EXTREMES_FROM - _ROWS_FROM) * number / count, "writing rows")
    ranges: list[RangeOverPositions] = []
    for found in rangeSteps(values, marks):
        ranges.extend(found)
        yield Step(_EXTREMES_FROM, "comparing positions")
    return _MeasuredReading(values, tuple(rows), tuple(ranges), tuple(rankedPlaces(values, marks)))
