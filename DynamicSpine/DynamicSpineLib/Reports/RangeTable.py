"""Extremes over positions and levels, each with its own noise limit (clinical review, section 1.6)."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Metrics.Extremes import SEPARABLE_SHARE, RangeOverPositions, RankedPlace
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Case import NATIVE
from DynamicSpineLib.Wording.Numbers import percentText, shownNumber, withUnit
from DynamicSpineLib.Wording.Texts import capitalized, placeLabel
from DynamicSpineLib.Wording.Words import directedWithUnit, metricWords


@dataclass(frozen=True)
class RangeRow:
    """One measure of one level: range, between which positions, verdict, and the ranked position."""

    place: str
    measure: str
    metric: str
    range: str
    between: str
    verdict: str
    ranked: str
    provisional: bool
    faint: bool


@dataclass(frozen=True)
class RankedRow:
    """The smallest or largest place of a part of the spine, or those that cannot be separated."""

    measure: str
    metric: str
    value: str
    statement: str
    provisional: bool


def rangeRows(report: ReportInput) -> tuple[list[RangeRow], list[RangeRow]]:
    """Ranges of native segments in the case's order: leading measures beyond their noise, and all others."""
    order = {segment.name: index for index, segment in enumerate(report.case.chain.segments)}
    shown = [item for item in report.ranges if _isRanked(report, item.metric, item.level)]
    shown.sort(key=lambda item: order.get(item.level, len(order)))
    clear = [item for item in shown if item.exceedsNoise and isLeading(item.metric)]
    return ([_rangeRow(report, item) for item in clear],
            [_rangeRow(report, item) for item in shown if item not in clear])  # fmt: skip


def isLeading(metric: str) -> bool:
    """True for metrics that stand in the tables of levels, or of foramina and recesses."""
    specs = layout()
    leading = {name for spec in specs["levelTables"] for name in spec["metrics"]}
    return metric in leading.union(specs["sidedTable"]["metrics"], specs["sidedTable"]["lumbarMetrics"])


def _isRanked(report: ReportInput, metric: str, level: str) -> bool:
    return metric not in layout()["notRanked"] and report.case.segmentStatus(level) == NATIVE


def _rangeRow(report: ReportInput, item: RangeOverPositions) -> RangeRow:
    text = report.metricText(item.metric)
    ends = (report.positionTitle(item.smallestPosition), report.positionTitle(item.largestPosition))
    return RangeRow(
        placeLabel(item.level, item.side), text.title, item.metric,
        withUnit(shownNumber(item.value, item.unit), item.unit), f"{ends[0]} (smallest), {ends[1]} (largest)",
        _rangeVerdict(item), _rankedPosition(report, item), not item.confirmed, item.exceedsNoise is False,
    )  # fmt: skip


def _rangeVerdict(item: RangeOverPositions) -> str:
    if item.exceedsNoise is None or item.noiseLimit95 is None:
        return say("rangeNoiseNotKnown")
    limit = withUnit(shownNumber(item.noiseLimit95, item.unit), item.unit)
    return say("rangeOverNoise" if item.exceedsNoise else "rangeUnderNoise", limit=limit, count=item.positionCount)


def _rankedPosition(report: ReportInput, item: RangeOverPositions) -> str:
    """Which position is smallest (or largest), and how sure that is; below 80 % it cannot be separated."""
    if not item.rankedPosition or item.rankedShare is None:
        return ""
    runnerUp = report.positionTitle(item.runnerUpPosition) if item.runnerUpPosition else ""
    return _separated(report.positionTitle(item.rankedPosition), item.rankedShare, runnerUp, item.runnerUpShare)


def _separated(place: str, share: float, other: str, otherShare: float | None) -> str:
    if share >= SEPARABLE_SHARE:
        return say("rankedClear", place=place, share=percentText(share))
    if not other or otherShare is None:
        return say("rankedUnclearAlone", place=place, share=percentText(share))
    which = "rankedUnclear" if share + otherShare >= SEPARABLE_SHARE else "rankedUnclearMany"
    return say(which, place=place, other=other, share=percentText(share), otherShare=percentText(otherShare))


def rankedRows(report: ReportInput) -> list[RankedRow]:
    """The ranked place of each leading measure in each part of the spine."""
    return [_rankedRow(report, item) for item in report.rankedPlaces
            if _isRanked(report, item.metric, item.level) and isLeading(item.metric)]


def _rankedRow(report: ReportInput, item: RankedPlace) -> RankedRow:
    text = report.metricText(item.metric)
    place = f"{placeLabel(item.level, item.side)}, {report.positionTitle(item.position)}"
    other = ""
    if item.runnerUpLevel:
        other = f"{placeLabel(item.runnerUpLevel, item.runnerUpSide)}, {report.positionTitle(item.runnerUpPosition)}"
    value = directedWithUnit(item.value, item.unit, metricWords(item.metric).state)
    ranked = "largest" if text.worst == "largest" else "smallest"
    statement = _separated(place, item.share, other, item.runnerUpShare)
    return RankedRow(capitalized(f"{ranked} {text.title}"), item.metric, value, statement, not item.confirmed)
