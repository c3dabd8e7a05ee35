"""Data quality: provisional values, warnings, and what has no value and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import NOT_AVAILABLE, STATE, Measurement
from DynamicSpineLib.Reports.Cells import Footnotes
from DynamicSpineLib.Reports.Codes import code
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Reports.Texts import inList, placeLabel


@dataclass(frozen=True)
class WarningLine:
    """A warning with its footnote letter, the places where it stands, and how many values carry it."""

    letter: str
    text: str
    places: str
    count: int


@dataclass(frozen=True)
class MissingLine:
    """A measure and reason with the places and positions where it holds."""

    measure: str
    metric: str
    reason: str
    places: str


def warningLines(report: ReportInput, footnotes: Footnotes) -> list[WarningLine]:
    """The warnings on shown values, by footnote."""
    lines = []
    for identifier, letter in footnotes.letters.items():
        rows = [row for row in report.shownRows if identifier in row.warnings]
        lines.append(WarningLine(letter, code("warnings", identifier).text, _places(rows), len(rows)))
    return lines


def _places(rows: Iterable[Measurement]) -> str:
    return ", ".join(dict.fromkeys(placeLabel(row.level, row.side) for row in rows))


def missingLines(report: ReportInput) -> list[MissingLine]:
    """Measures without a value in a position, by measure and reason; positions are named where only some lack it."""
    grouped: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in report.shownRows:
        if row.kind == STATE and row.status == NOT_AVAILABLE:
            reason = code("reasonCode", row.reasonCode).text if row.reasonCode else (row.reason or "Reason not given.")
            places = grouped.setdefault((row.metric, reason), {})
            places.setdefault(placeLabel(row.level, row.side), []).append(row.position)
    return [MissingLine(report.metricText(metric).title, metric, reason, _missingPlaces(report, places))
            for (metric, reason), places in grouped.items()]


def _missingPlaces(report: ReportInput, places: dict[str, list[str]]) -> str:
    everywhere = [place for place, positions in places.items() if len(positions) == len(report.case.positions)]
    some = [f"{place} ({inList([report.positionTitle(position) for position in positions])})"
            for place, positions in places.items() if place not in everywhere]
    texts = ["all positions: " + ", ".join(everywhere)] if everywhere and len(report.case.positions) > 1 else everywhere
    return "; ".join([*texts, *some])


def provisionalSentence(report: ReportInput) -> str:
    """How many of the shown values rest on marks that nobody has accepted."""
    rows = withValue(report.shownRows)
    provisional = [row for row in rows if not row.confirmed]
    if not rows:
        return ""
    if not provisional:
        return say("provisionalNone")
    return say("provisionalSome", count=len(provisional), total=len(rows))


def originSentence(report: ReportInput) -> str:
    """How many values rest on marks of each origin."""
    counts: dict[str, int] = {}
    for row in withValue(report.shownRows):
        counts[row.origin] = counts.get(row.origin, 0) + 1
    parts = [f"{count} {code('origin', origin).short}" for origin, count in counts.items() if origin]
    return f"Origin of the marks behind the values: {inList(parts)}." if parts else ""


def readingSentence(report: ReportInput) -> str:
    """Which reading is shown, where there are others."""
    if not report.otherReadings:
        return ""
    others = inList([_readingText(*item) for item in report.otherReadings])
    return say("otherReadings", shown=_readingText(*report.shownReading), others=others)


def _readingText(reader: str, reading: str) -> str:
    return " ".join(part for part in (f"reader {reader}" if reader else "reader not named",
                                      f"reading {reading}" if reading else "") if part)


def sideSentence(report: ReportInput) -> str:
    """That sides are not verified where the images do not tell them; who verified them where somebody did."""
    if report.case.sidesVerifiedBy:
        return say("sidesVerified", who=report.case.sidesVerifiedBy)
    unknown = [position for position in report.case.positions
               if position.geometry is None or not position.geometry.sidesKnown]
    return say("noSidesVerified") if unknown else ""
