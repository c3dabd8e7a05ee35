"""From a measured case to what a report is built from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement
from DynamicSpineLib.Metrics.Registry import MetricDefinition, allMetrics
from DynamicSpineLib.Reports.ReportModel import MetricText, ReportInput

_NO_PICTURES: Mapping[str, bytes] = MappingProxyType({})


def metricTexts() -> tuple[MetricText, ...]:
    """The catalog of every registered metric, in the order of the tables."""
    return tuple(_metricText(definition) for definition in allMetrics())


def _metricText(definition: MetricDefinition) -> MetricText:
    return MetricText(
        definition.id, definition.title, definition.unit, definition.scope, definition.kind, definition.section,
        definition.source, definition.evidence, definition.definition, definition.sign, definition.method,
        definition.worst, definition.code,
    )  # fmt: skip


def reportInput(
    measured: CaseMeasurement, software: str, pictures: Mapping[str, bytes] = _NO_PICTURES,
    notices: tuple[str, ...] = (), made: str = "", draws: int | None = None, seed: int | None = None, shown: int = 0,
) -> ReportInput:  # fmt: skip
    """A report of one reading (`shown`, by its place in the measurement); the rows of the others go with it.

    pictures: PNG bytes by position id. notices: warnings of the validation as sentences. made: date and time shown.
    """
    reading = measured.readings[shown]
    return ReportInput(
        measured.case, measured.rows, metricTexts(), measured.ranges[shown], measured.rankedPlaces[shown], pictures,
        software, notices, reading.reader, reading.reading, made, draws, seed,
    )  # fmt: skip
