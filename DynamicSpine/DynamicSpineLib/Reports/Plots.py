"""Plots of one metric by level: levels run down like the spine, each position is a series with its 95 % intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Roots import regionOfSegment
from DynamicSpineLib.Metrics.Measurement import STATE, Measurement
from DynamicSpineLib.Reports import Svg
from DynamicSpineLib.Reports.Layout import layout
from DynamicSpineLib.Reports.MotionTables import QUESTION_WORDS, measuredPairs, pairTitle
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Reports.Styles import Style, positionStyles, styleAt
from DynamicSpineLib.Wording.Numbers import tickNumber, unitText
from DynamicSpineLib.Wording.Texts import capitalized, levelLabel
from DynamicSpineLib.Wording.Words import metricWords, sentence

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 500.0, 62.0, 16.0, 10.0, 58.0
_SERIES_STEP, _LEVEL_PADDING = 11.0, 14.0


@dataclass(frozen=True)
class Series:
    """One position or pair: its title, style, and a row for each level that has a value."""

    title: str
    style: Style
    rows: dict[str, Measurement]


@dataclass(frozen=True)
class Plot:
    """One finished plot: full title, metric id, and the SVG."""

    title: str
    metric: str
    svg: str


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    ticks: tuple[float, ...]

    def x(self, value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (value - self.low) / (self.high - self.low)


def statePlots(report: ReportInput) -> list[Plot]:
    """A plot for each leading metric that has values, with the positions as series."""
    styles = positionStyles(report)
    plots = []
    for metric in layout()["statePlots"]:
        series = [
            Series(position.shownTitle, styles[position.id], _rows(report, metric, position.id))
            for position in report.case.positions
        ]  # fmt: skip
        plots += _plot(report, metric, series)
    return plots


def _rows(report: ReportInput, metric: str, position: str) -> dict[str, Measurement]:
    """Values of a metric by segment, where the tables of that part of the spine have the metric."""
    regions = {spec["region"] for spec in layout()["levelTables"] if metric in spec["metrics"]}
    found = [report.state(metric, segment.name, position) for segment in report.case.chain.segments
             if regionOfSegment(segment) in regions]
    return {row.level: row for row in withValue(found)}


def motionPlots(report: ReportInput) -> list[Plot]:
    """A plot for each leading motion metric, with the declared pairs as series."""
    plots = []
    for metric in layout()["motionPlots"]:
        series = [
            Series(title, style, {row.level: row for row in withValue(
                report.motion(metric, segment.name, start, end) for segment in report.case.chain.segments)})
            for title, style, start, end in pairSeries(report)
        ]  # fmt: skip
        plots += _plot(report, metric, series)
    return plots


def pairSeries(report: ReportInput) -> list[tuple[str, Style, str, str]]:
    """Title, style, from and to of each declared pair that has motion rows."""
    return [(f"{QUESTION_WORDS[pair.question]}: {pairTitle(report, pair)}", styleAt(index), pair.fromPosition,
             pair.toPosition) for index, pair in enumerate(measuredPairs(report))]


def _plot(report: ReportInput, metric: str, series: Sequence[Series]) -> list[Plot]:
    used = [item for item in series if item.rows]
    levels = [segment.name for segment in report.case.chain.segments if any(segment.name in item.rows for item in used)]
    if not levels:
        return []
    title = report.metricText(metric, next(iter(used[0].rows.values())).kind).title
    title = capitalized(title)
    return [Plot(title, metric, drawPlot(metric, title, levels, used))]


def drawPlot(metric: str, title: str, levels: Sequence[str], series: Sequence[Series]) -> str:
    """The SVG: levels downward, values across, one marker with its interval for each series and level."""
    rows = [row for item in series for row in item.rows.values()]
    unit, kind = rows[0].unit, rows[0].kind
    band = _LEVEL_PADDING + _SERIES_STEP * len(series)
    height = _TOP + band * len(levels) + _BOTTOM
    axis = valueAxis([end for row in rows for end in (row.value, row.lower95, row.upper95) if end is not None],
                     metricWords(metric).pair(kind) is not None)
    root = Svg.picture(_WIDTH, height, f"{title} by level")
    _frame(root, axis, levels, band)
    for index, item in enumerate(series):
        for place, level in enumerate(levels):
            if level in item.rows:
                y = _TOP + band * place + _LEVEL_PADDING / 2 + _SERIES_STEP * (index + 0.5)
                _point(root, axis, y, item, item.rows[level])
    _axisTitle(root, axis, _TOP + band * len(levels), metric, kind, title, unit)
    return Svg.written(root)


def _frame(root: Svg.Element, axis: _Axis, levels: Sequence[str], band: float) -> None:
    bottom = _TOP + band * len(levels)
    for place, level in enumerate(levels):
        if place % 2 == 0:
            Svg.rectangle(root, (_LEFT, _TOP + band * place), (_WIDTH - _LEFT - _RIGHT, band), "band")
        Svg.text(root, (_LEFT - 8, _TOP + band * (place + 0.5) + 4), levelLabel(level), "level", anchor="end")
    for tick in axis.ticks:
        Svg.line(root, (axis.x(tick), _TOP), (axis.x(tick), bottom), "zero" if tick == 0 else "grid")
        Svg.text(root, (axis.x(tick), bottom + 14), tickNumber(tick), "tick", anchor="middle")


def _point(root: Svg.Element, axis: _Axis, y: float, item: Series, row: Measurement) -> None:
    if row.lower95 is not None and row.upper95 is not None:
        low, high = axis.x(row.lower95), axis.x(row.upper95)
        paint = {"stroke": item.style.color, "stroke-width": "1.3"}
        Svg.line(root, (low, y), (high, y), paint=paint)
        for end in (low, high):
            Svg.line(root, (end, y - 2.5), (end, y + 2.5), paint=paint)
    group = Svg.group(root, f"{item.title}, {levelLabel(row.level)}: {sentence(row)}")
    Svg.marker(group, (axis.x(row.value or 0.0), y), item.style, hollow=not row.confirmed)


def _axisTitle(root: Svg.Element, axis: _Axis, bottom: float, metric: str, kind: str, title: str, unit: str) -> None:
    """Title with unit under the axis; where the metric has a direction, its words at the ends."""
    shown = f"{title} ({unitText(unit)})" if unitText(unit) else title
    Svg.text(root, ((_LEFT + _WIDTH - _RIGHT) / 2, bottom + 48), shown, "axis", anchor="middle")
    pair = metricWords(metric).pair(kind)
    if pair is None or (kind != STATE and metric not in layout()["motionPlots"]):
        return
    if axis.low < 0:
        Svg.text(root, (_LEFT, bottom + 31), f"\N{LEFTWARDS ARROW} {pair[1]}", "sign")
    if axis.high > 0:
        Svg.text(root, (_WIDTH - _RIGHT, bottom + 31), f"{pair[0]} \N{RIGHTWARDS ARROW}", "sign", anchor="end")


def valueAxis(values: Sequence[float], signed: bool) -> _Axis:
    """An axis that holds all values, with 4 to 8 round ticks; signed metrics and those near zero show zero."""
    low, high = min(values), max(values)
    if signed or low < 0.4 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    span = max(high - low, 1e-3)
    step = _roundStep(span / 5.0)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = tuple(round(index * step, 9) for index in range(first, last + 1))
    return _Axis(ticks[0], ticks[-1], ticks)


def _roundStep(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough * (1 - 1e-9))
