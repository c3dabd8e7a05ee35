"""Measures cases of the tests and looks up their rows."""

from __future__ import annotations

from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, measureCase
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.Case import Case


def measured(study: Case, draws: int = 0, seed: int = 0) -> CaseMeasurement:
    """The whole measurement of a case."""
    return runSteps(measureCase(study, draws, seed, "test"))


class Rows:
    """Looks up the rows of a measurement."""

    def __init__(self, rows: tuple[Measurement, ...]) -> None:
        self.all = rows
        self._index = {
            (row.kind, row.metric, row.level, row.side, row.position, row.fromPosition, row.reader, row.reading): row
            for row in rows
        }

    def __call__(
        self, metric: str, level: str, position: str = "", fromPosition: str = "", kind: str = "", side: str = "",
        reader: str = "", reading: str = "1",
    ) -> Measurement:  # fmt: skip
        kind = kind or ("motion" if fromPosition else "state")
        return self._index[kind, metric, level, side, position, fromPosition, reader, reading]

    def like(self, row: Measurement) -> Measurement:
        """The row of the same value in this measurement."""
        return self(row.metric, row.level, row.position, row.fromPosition, row.kind, row.side, row.reader, row.reading)


def rowsOf(study: Case, draws: int = 0, seed: int = 0) -> Rows:
    """All rows of a measured case."""
    return Rows(measured(study, draws, seed).rows)
