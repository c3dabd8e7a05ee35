"""The whole measurement of a case: every reading, its uncertainty, rows and extremes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from DynamicSpineLib.Metrics.Draws import DrawSettings
from DynamicSpineLib.Metrics.Extremes import RangeOverPositions, RankedPlace, rangesOverPositions, rankedPlaces
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Metrics.Noise import noiseModel
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer, ReadingValues
from DynamicSpineLib.Metrics.Repeats import repeatNoise
from DynamicSpineLib.Metrics.Rows import measurementRows
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import LandmarkSet


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


def measureCase(case: Case, draws: int = 1000, seed: int = 0, software: str = "") -> Steps[CaseMeasurement]:
    """Measure every reading of a case; a generator of steps. `draws` of 0 gives values without uncertainty."""
    readings = readingsOf(case)
    noise = noiseModel(case, repeatNoise(case, [marks for _, _, marks in readings]))
    rows: list[Measurement] = []
    measured: list[ReadingValues] = []
    ranges: list[tuple[RangeOverPositions, ...]] = []
    ranked: list[tuple[RankedPlace, ...]] = []
    for number, (reader, repeat, marks) in enumerate(readings):
        settings = DrawSettings(draws, seed, f"{reader}#{repeat}") if draws > 1 else None
        values = ReadingMeasurer(case, marks, noise, reader, repeat).measure(settings)
        rows.extend(measurementRows(values, software))
        measured.append(values)
        ranges.append(tuple(rangesOverPositions(values)))
        ranked.append(tuple(rankedPlaces(values)))
        yield Step((number + 1) / len(readings), f"measured reading {number + 1} of {len(readings)}")
    return CaseMeasurement(case, tuple(rows), tuple(measured), tuple(ranges), tuple(ranked))
