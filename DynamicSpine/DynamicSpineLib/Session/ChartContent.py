"""The chart of a metric by level and position, from measured rows: its series, axes and words as in the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from DynamicSpineLib.Jobs.MetricTexts import metricTexts
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, STATE, Measurement
from DynamicSpineLib.Reports.FirstScreen import placingWords
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.Plots import valueAxis
from DynamicSpineLib.Reports.Styles import positionOrder, styleAt
from DynamicSpineLib.Scene.LevelChart import ChartPoint, ChartSeries, LevelChart
from DynamicSpineLib.Session.TablePlan import Ends, declaredInOrder
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Wording.Texts import capitalized, levelLabel, sideWord, uncapitalized
from DynamicSpineLib.Wording.Words import metricWords, sentence

_UNIT_WORDS = MappingProxyType({
    "mm": "millimeters", "deg": "degrees", "%": "percent", "mm2": "square millimeters",
    "mm/deg": "millimeters per degree", "%/deg": "percent per degree", "{grade}": "grade",
})  # fmt: skip
# A plot view's letters have no such characters, and leave out what they do not have.
_PLAIN = str.maketrans({"\N{NON-BREAKING HYPHEN}": "-", "\N{NO-BREAK SPACE}": " ", "\N{MINUS SIGN}": "-",
                        "\N{RIGHTWARDS ARROW}": "to"})  # fmt: skip


def chartContent(
    case: Case, rows: Iterable[Measurement], metric: str, kind: str = STATE, side: str = "",
    reading: tuple[str, str] | None = None,
) -> LevelChart | None:  # fmt: skip
    """The chart of a metric: a series for each position, or for each declared pair; None where no row has a value.

    rows: of a measurement. kind: state, change or motion. reading: (reader, reading), the first row's where not given.
    """
    every = list(rows)
    chosen = reading or ((every[0].reader, every[0].reading) if every else ("", ""))
    found = [row for row in every if (row.kind, row.metric, row.side) == (kind, metric, side)
             and row.value is not None and (row.reader, row.reading) == chosen]  # fmt: skip
    ends = _seriesEnds(case, kind, found)
    found = [row for row in found if _ends(row) in ends]
    if not found:
        return None
    levels = _levels(case, found)
    places = {level: number for number, level in enumerate(levels, 1)}
    isOne = kind == CHANGE and len({start for start, _ in ends}) == 1
    series = tuple(_series(_seriesTitle(case, STATE if isOne else kind, item), item, number,
                           [row for row in found if _ends(row) == item], places)
                   for item, number in ends.items())  # fmt: skip
    against = f" against {uncapitalized(_title(case, found[0].fromPosition))}" if isOne else ""
    return _chart(case, found, tuple(_plain(levelLabel(level)) for level in levels), series, against)


def _seriesEnds(case: Case, kind: str, rows: Sequence[Measurement]) -> dict[Ends, int]:
    """Every series by its positions, with the number of its color: positions as in the report, pairs as declared."""
    there = {_ends(row) for row in rows}
    if kind != MOTION:
        colors = positionOrder(case)
        ordered = [item for position in case.positions for item in there if item[1] == position.id]
        return {item: colors.index(item[1]) for item in ordered}
    declared = [(pair.fromPosition, pair.toPosition) for pair in declaredInOrder(case)]
    found = [item for item in declared if item in there] or sorted(there)
    return {item: number for number, item in enumerate(found)}


def _ends(row: Measurement) -> Ends:
    return row.fromPosition, row.position


def _levels(case: Case, rows: Sequence[Measurement]) -> list[str]:
    """The levels that have a value somewhere, cranial to caudal, with an empty place between those not neighbors."""
    chain, named = case.chain, {row.level for row in rows}
    known = [*(item.name for item in chain.segments), *chain.levels, *(item.name for item in chain.regions)]
    # Neighbors: two segments that share a bone, and two bones that share a segment.
    joined = {(item.upper, item.lower) for item in chain.segments}
    joined |= {(one.name, two.name) for one in chain.segments for two in chain.segments if one.lower == two.upper}
    found: list[str] = []
    for name in [*(item for item in dict.fromkeys(known) if item in named), *sorted(named - set(known))]:
        if found and (found[-1], name) not in joined:
            found.append("")
        found.append(name)
    return found


def _seriesTitle(case: Case, kind: str, ends: Ends) -> str:
    start, end = (_title(case, item) if item else "" for item in ends)
    against, to = f"{end} against {uncapitalized(start)}", f"{start} to {uncapitalized(end)}"
    return {STATE: end, CHANGE: against, MOTION: to}[kind]


def _series(
    title: str, ends: Ends, number: int, rows: Sequence[Measurement], places: Mapping[str, int]
) -> ChartSeries:
    color = styleAt(number).color
    red, green, blue = (int(color[index : index + 2], 16) / 255.0 for index in (1, 3, 5))
    points = tuple(sorted((_point(row, places[row.level]) for row in rows), key=lambda point: point.place))
    return ChartSeries(" ".join(item for item in ends if item), title, number, (red, green, blue), points)


def _point(row: Measurement, place: int) -> ChartPoint:
    value = row.value if row.value is not None else 0.0
    return ChartPoint(place, value, row.lower95, row.upper95, _plain(sentence(row)), row.confirmed)


def _title(case: Case, positionId: str) -> str:
    """A position's title; posture and bend with its id where a plot cannot write the title, or another bears it too."""
    position = case.position(positionId)
    if position is None:
        return positionId
    title = _plain(capitalized(position.shownTitle))
    alike = [item for item in case.positions if item.shownTitle.casefold() == position.shownTitle.casefold()]
    if _canBeDrawn(title):
        return title if len(alike) == 1 else f"{title} ({positionId})"
    return f"{capitalized(placingWords(position))} ({positionId})"


def _canBeDrawn(text: str) -> bool:
    """True for letters of Latin-1: the font of plot views has no others."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _plain(text: str) -> str:
    return text.translate(_PLAIN)


def _chart(
    case: Case, rows: Sequence[Measurement], levels: tuple[str, ...], series: tuple[ChartSeries, ...], against: str
) -> LevelChart:
    """against: the one position that changes compare with, in words, or empty."""
    first = rows[0]
    name = _metricTitle(first.metric, first.kind)
    beside = f", {sideWord(first.side)}" if first.side else ""
    what = {STATE: "by level and position", CHANGE: f"change{against}, by level",
            MOTION: "by level and pair"}[first.kind]  # fmt: skip
    numbering = "" if case.numbering.isConfirmed else f" ({_plain(case.numbering.statement())})"
    numbers = ", ".join(f"{number} {level}" for number, level in enumerate(levels, 1) if level)
    pair = metricWords(first.metric).pair(first.kind)
    ends = [end for row in rows for end in (row.value, row.lower95, row.upper95) if end is not None]
    axis = valueAxis(ends, pair is not None)
    return LevelChart(
        first.kind, first.metric, first.side, f"{name}{beside}: {what}", f"Level{numbering}",
        f"Level: {numbers}{numbering}", _valueTitle(first, pair, axis.low, axis.high), say("chartIntervals"),
        say("chartProvisional"), levels, axis.low, axis.high, series,
    )  # fmt: skip


def _metricTitle(metric: str, kind: str) -> str:
    kinds = (MOTION, STATE) if kind == MOTION else (STATE, MOTION)
    texts = {(item.kind, item.id): item.title for item in metricTexts() if item.id == metric}
    return _plain(capitalized(next((texts[each, metric] for each in kinds if (each, metric) in texts), metric)))


def _valueTitle(row: Measurement, pair: tuple[str, str] | None, low: float, high: float) -> str:
    """"Slip, millimeters (up: forward, down: backward)"; only for directions that the axis has."""
    short = _plain(metricWords(row.metric).short)
    unit = _UNIT_WORDS.get(row.unit, "")
    words = [f"{way}: {word}" for way, word, isThere in zip(("up", "down"), pair or (), (high > 0, low < 0),
                                                            strict=False) if isThere]  # fmt: skip
    return short + (f", {unit}" if unit else "") + (f" ({', '.join(words)})" if words else "")

