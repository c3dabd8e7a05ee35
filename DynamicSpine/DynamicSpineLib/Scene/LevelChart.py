"""A metric by level and position as a chart: its content as values, and where its points and bars stand."""

from __future__ import annotations

from dataclasses import dataclass

_GAP = float("nan")  # a plot's line breaks here, and no marker is drawn
_WIDEST_STEP, _WIDTH_OF_LEVEL = 0.12, 0.6
_CAP_SHARE = 0.3
_LETTER_SHARE, _SYMBOL_SHARE, _MOST_SHARE = 0.011, 0.07, 0.4


@dataclass(frozen=True)
class ChartPoint:
    """A value at a level. place: 1 for the first level. words: the value as it is said, with its interval."""

    place: int
    value: float
    lower95: float | None
    upper95: float | None
    words: str
    confirmed: bool = True


@dataclass(frozen=True)
class ChartSeries:
    """A position or pair. key: its id, unique in the chart; title: as in the legend.

    number: what marker and line go by, the same for a position in every chart; color: red, green, blue, 0 to 1. points:
    in the order of the levels, none where there is no value.
    """

    key: str
    title: str
    number: int
    color: tuple[float, float, float]
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True)
class LevelChart:
    """What a chart shows. levels: cranial to caudal, as shown, empty where neighbors are not next to each other.

    low, high: ends of the value axis.

    levelTitle: of the level axis where the levels' names stand at it; numberedTitle: where only numbers do.
    intervalTitle, provisionalTitle: in the legend, for the bars and for what nobody has accepted yet.
    """

    kind: str
    metric: str
    side: str
    title: str
    levelTitle: str
    numberedTitle: str
    valueTitle: str
    intervalTitle: str
    provisionalTitle: str
    levels: tuple[str, ...]
    low: float
    high: float
    series: tuple[ChartSeries, ...]

    @property
    def start(self) -> float:
        """Where the level axis begins."""
        return 0.5

    @property
    def end(self) -> float:
        """Where the level axis ends."""
        return len(self.levels) + 0.5

    @property
    def endWithLegend(self) -> float:
        """Where the level axis ends with room for a legend that is drawn over the plot, on the right."""
        titles = [*(item.title for item in self.series), self.intervalTitle]
        share = min(_SYMBOL_SHARE + _LETTER_SHARE * max(len(title) for title in titles), _MOST_SHARE)
        return self.start + (self.end - self.start) / (1.0 - share)

    @property
    def _step(self) -> float:
        return min(_WIDEST_STEP, _WIDTH_OF_LEVEL / max(len(self.series), 1))

    def at(self, index: int, place: int) -> float:
        """Where the points of a series stand at a level: beside each other, so that no bar hides another."""
        return place + (index - (len(self.series) - 1) / 2.0) * self._step

    def columns(self, index: int) -> tuple[list[float], list[float], list[str]]:
        """Of one series, by level: where it stands, its value or a gap, and the value in words."""
        known = {point.place: point for point in self.series[index].points}
        places = range(1, len(self.levels) + 1)
        values = [known[place].value if place in known else _GAP for place in places]
        words = [f"{level}: {known[place].words}" if place in known else ""
                 for place, level in zip(places, self.levels, strict=True)]  # fmt: skip
        return [self.at(index, place) for place in places], values, words

    def bars(self) -> tuple[list[float], list[float]]:
        """The intervals of all series as one line with gaps: a cap, the bar, a cap."""
        across: list[float] = []
        along: list[float] = []
        half = _CAP_SHARE * self._step
        for index, item in enumerate(self.series):
            for point in item.points:
                if point.lower95 is not None and point.upper95 is not None:
                    x = self.at(index, point.place)
                    low, high = point.lower95, point.upper95
                    across += [x - half, x + half, x, x, x - half, x + half, _GAP]
                    along += [low, low, low, high, high, high, _GAP]
        return across, along

    def provisional(self) -> tuple[list[float], list[float]]:
        """Where the values stand that rest on marks which nobody has accepted."""
        found = [(self.at(index, point.place), point.value) for index, item in enumerate(self.series)
                 for point in item.points if not point.confirmed]  # fmt: skip
        return [x for x, _ in found], [value for _, value in found]
