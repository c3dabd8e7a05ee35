"""Data quality: provisional values, warnings, and what has no value and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import MOTION, NOT_AVAILABLE, STATE, Measurement
from DynamicSpineLib.Reports.Cells import Footnotes
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Texts import inList, placeLabel


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
    used = dict.fromkeys(warning for row in withValue(report.shownRows) for warning in row.warnings)
    ordered = [*footnotes.letters, *(warning for warning in used if warning not in footnotes.letters)]
    return [_warningLine(report, identifier, footnotes.letters.get(identifier, "")) for identifier in ordered]


def _warningLine(report: ReportInput, identifier: str, letter: str) -> WarningLine:
    rows = [row for row in withValue(report.shownRows) if identifier in row.warnings]
    return WarningLine(letter, code("warnings", identifier).text, _places(report, rows), len(rows))


def _places(report: ReportInput, rows: Sequence[Measurement]) -> str:
    """The levels that carry a warning; "everywhere" where every level with values does."""
    places = dict.fromkeys(placeLabel(row.level) for row in rows)
    every = dict.fromkeys(placeLabel(row.level) for row in withValue(report.shownRows))
    return "everywhere" if len(places) == len(every) else ", ".join(places)


def missingLines(report: ReportInput) -> list[MissingLine]:
    """States and motions without a value, by measure and reason, with positions or pairs where only some lack it."""
    every = {kind: {_where(report, row) for row in report.shownRows if row.kind == kind} for kind in (STATE, MOTION)}
    grouped: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for row in report.shownRows:
        if row.kind in every and row.status == NOT_AVAILABLE:
            reason = code("reasonCode", row.reasonCode).text if row.reasonCode else (row.reason or "Reason not given.")
            places = grouped.setdefault((row.kind, row.metric, reason), {})
            places.setdefault(placeLabel(row.level, row.side), []).append(_where(report, row))
    return [MissingLine(report.metricText(metric, kind).title, metric, reason, _missingPlaces(places, len(every[kind])))
            for (kind, metric, reason), places in grouped.items()]


def _where(report: ReportInput, row: Measurement) -> str:
    """The position of a state, or the two positions of a motion."""
    end = report.positionTitle(row.position)
    return f"{report.positionTitle(row.fromPosition)} to {end}" if row.kind == MOTION else end


def _missingPlaces(places: dict[str, list[str]], count: int) -> str:
    """The places of a reason; those that lack the value everywhere first, the others with where they lack it."""
    everywhere = [place for place, found in places.items() if len(found) == count]
    partly: dict[str, list[str]] = {}
    for place, found in places.items():
        if place not in everywhere:
            partly.setdefault(inList(found), []).append(place)
    return "; ".join([", ".join(everywhere)] * bool(everywhere)
                     + [f"{', '.join(found)} ({where})" for where, found in partly.items()])


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
    return f"Values by the origin of their marks: {inList(parts)}." if parts else ""


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
