"""What a report is built from: plain values, handed over by whoever measured and rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from DynamicSpineLib.Criteria.Results import RuleResult
from DynamicSpineLib.Criteria.RuleSets import RuleSet
from DynamicSpineLib.Findings.Finding import CaseFindings
from DynamicSpineLib.Metrics.Extremes import RangeOverPositions, RankedPlace
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, OK, STATE, Measurement
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import comparedPosition


@dataclass(frozen=True)
class MetricText:
    """One metric as a report needs it; the fields are named as in the metric registry.

    unit: as in the rows. worst: "smallest" or "largest" where places may be ranked by it. code: DICOM code as
    "scheme value". repositioningSd: SD in `unit` of placing the patient again, from the literature, with its source.
    """

    id: str
    title: str
    unit: str
    scope: str = "segment"
    kind: str = STATE
    section: str = ""
    source: str = ""
    evidence: str = ""
    definition: str = ""
    sign: str = ""
    method: str = ""
    worst: str = ""
    code: str = ""
    repositioningSd: float | None = None
    repositioningSource: str = ""


RowKey = tuple[str, str, str, str, str, str]
"""kind, metric, level, side, position, fromPosition."""


@dataclass(frozen=True)
class ReportInput:
    """Everything that a report shows.

    rows: measurements of one or more readings; the report shows `reader` and `reading` (default: the first row's),
    whose extremes `ranges` and `rankedPlaces` are. metricTexts: the catalog, in the order of the tables.
    pictures: PNG bytes by position id; others are ignored. notices: sentences that validation wants said.
    made: date and time shown, or empty for none. draws, seed: of the Monte Carlo. findings, ruleResults: what the shown
    reading says and how it was judged, by ruleSets; strip: PNG bytes of the worst level, by position id; compared: PNG
    bytes of it in two positions with its lower vertebra held, by the ids of the reference and of the one laid on it.
    """

    case: Case
    rows: tuple[Measurement, ...]
    metricTexts: tuple[MetricText, ...]
    ranges: tuple[RangeOverPositions, ...] = ()
    rankedPlaces: tuple[RankedPlace, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    software: str = ""
    notices: tuple[str, ...] = ()
    reader: str | None = None
    reading: str | None = None
    made: str = ""
    draws: int | None = None
    seed: int | None = None
    findings: CaseFindings | None = None
    ruleResults: tuple[RuleResult, ...] = ()
    ruleSets: tuple[RuleSet, ...] = ()
    strip: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    compared: Mapping[tuple[str, str], bytes] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def shownReading(self) -> tuple[str, str]:
        """Reader and reading that the report shows."""
        first = self.rows[0] if self.rows else None
        reader = self.reader if self.reader is not None else (first.reader if first else "")
        ofReader = next((row for row in self.rows if row.reader == reader), None)
        reading = self.reading if self.reading is not None else (ofReader.reading if ofReader else "")
        return reader, reading

    @cached_property
    def otherReadings(self) -> tuple[tuple[str, str], ...]:
        """Reader and reading of rows that the report does not show, in their order."""
        found = dict.fromkeys((row.reader, row.reading) for row in self.rows)
        return tuple(item for item in found if item != self.shownReading)

    @cached_property
    def shownRows(self) -> tuple[Measurement, ...]:
        """The rows of the shown reading."""
        return tuple(row for row in self.rows if (row.reader, row.reading) == self.shownReading)

    @cached_property
    def _byKey(self) -> dict[RowKey, Measurement]:
        return {(row.kind, row.metric, row.level, row.side, row.position, row.fromPosition): row
                for row in self.shownRows}

    @cached_property
    def comparedPosition(self) -> Position | None:
        """The position that change rows compare with."""
        return comparedPosition(self.case)

    def state(self, metric: str, level: str, position: str, side: str = "") -> Measurement | None:
        """The value of a metric in one position, or None."""
        return self._byKey.get((STATE, metric, level, side, position, ""))

    def change(self, metric: str, level: str, position: str, side: str = "") -> Measurement | None:
        """The change of a metric against the compared position, or None."""
        compared = self.comparedPosition
        return self._byKey.get((CHANGE, metric, level, side, position, compared.id)) if compared else None

    def motion(self, metric: str, level: str, fromPosition: str, position: str, side: str = "") -> Measurement | None:
        """The motion row of a pair, or None."""
        return self._byKey.get((MOTION, metric, level, side, position, fromPosition))

    @cached_property
    def _textsByKey(self) -> dict[tuple[str, str], MetricText]:
        return {(text.kind, text.id): text for text in self.metricTexts}

    def metricText(self, metric: str, kind: str = STATE) -> MetricText:
        """The catalog entry of a metric (a change has its state's); a bare one where the catalog has none."""
        kinds = (MOTION, STATE) if kind == MOTION else (STATE, MOTION)
        known = next((text for each in kinds if (text := self._textsByKey.get((each, metric)))), None)
        if known is not None:
            return known
        unit = next((row.unit for row in self.rows if row.metric == metric), "")
        return MetricText(metric, metric, unit, kind=MOTION if kind == MOTION else STATE)

    def positionTitle(self, positionId: str) -> str:
        """The shown title of a position, or its id where the case does not know it."""
        position = self.case.position(positionId)
        return position.shownTitle if position is not None else positionId


def withValue(rows: Iterable[Measurement | None]) -> list[Measurement]:
    """The rows that hold a value."""
    return [row for row in rows if row is not None and row.status == OK and row.value is not None]
