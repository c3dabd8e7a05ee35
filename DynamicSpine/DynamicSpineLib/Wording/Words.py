"""Numbers with their direction in words, since a sign alone reads both ways (clinical review, section 4.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Metrics.Measurement import MOTION, STATE, Measurement
from DynamicSpineLib.Wording.Numbers import isShownAsZero, shownNumber, withUnit

TOO_IMPRECISE = "too imprecise to tell"
NOISE_NOT_KNOWN = "noise not known"

_MORE_LESS = ("larger", "smaller")

Pair = tuple[str, str]


@dataclass(frozen=True)
class MetricWords:
    """Words of one metric: each pair is (above zero, below zero), None for values without direction.

    isLocation: the value is a place, so zero does not mean that nothing moved.
    """

    id: str
    short: str
    state: Pair | None = None
    change: Pair | None = _MORE_LESS
    motion: Pair | None = None
    classes: dict[str, str] = field(default_factory=dict)
    repositioning: dict[str, Any] = field(default_factory=dict)
    isLocation: bool = False

    def pair(self, kind: str) -> Pair | None:
        """The direction words of a kind of row."""
        if kind == STATE:
            return self.state
        return self.motion or self.change if kind == MOTION else self.change


@lru_cache(maxsize=1)
def _allWords() -> dict[str, MetricWords]:
    entries = packageData("Report", "metricWords.json")["metrics"]
    return {item["id"]: _words(item) for item in entries}


def _words(entry: dict[str, Any]) -> MetricWords:
    state, change, motion = (tuple(entry[key]) if entry.get(key) else None for key in ("state", "change", "motion"))
    return MetricWords(entry["id"], entry["short"], state, change, motion, entry.get("classes", {}),
                       entry.get("repositioning", {}), entry.get("location", False))


def metricWords(metric: str, title: str = "") -> MetricWords:
    """The words of a metric; general ones (larger, smaller) where the data has none."""
    return _allWords().get(metric) or MetricWords(metric, title or metric)


def magnitude(value: float, unit: str) -> str:
    """Digits of a value without its sign."""
    return shownNumber(abs(value), unit)


def directed(value: float, unit: str, pair: Pair | None) -> str:
    """A value as digits and direction word, without its unit: "3.9 more forward"; zero has no direction."""
    if pair is None:
        return shownNumber(value, unit)
    if isShownAsZero(value, unit):
        return magnitude(value, unit)
    return f"{magnitude(value, unit)} {pair[0] if value > 0 else pair[1]}"


def directedWithUnit(value: float, unit: str, pair: Pair | None) -> str:
    """A value with unit and direction word: "3.9 mm more forward"; zero has no direction."""
    if pair is None:
        return withUnit(shownNumber(value, unit), unit)
    size = withUnit(magnitude(value, unit), unit)
    return size if isShownAsZero(value, unit) else f"{size} {pair[0] if value > 0 else pair[1]}"


def valueWords(row: Measurement) -> str:
    """The value of a row with unit and direction: "3.9 mm more forward", "8.0° flexion", "II"; empty without one."""
    if row.value is None:
        return ""
    words = metricWords(row.metric)
    if row.kind == STATE and words.classes:
        return words.classes.get(str(round(row.value)), shownNumber(row.value, row.unit))
    return directedWithUnit(row.value, row.unit, words.pair(row.kind))


def intervalWords(row: Measurement) -> str:
    """The 95 % interval of a row: "1.3 to 4.9" on the value's own side, else both ends with their words."""
    if row.lower95 is None or row.upper95 is None or row.value is None:
        return ""
    return intervalText(row.metric, row.kind, row.unit, (row.value, row.lower95, row.upper95))


def intervalText(metric: str, kind: str, unit: str, valueLowHigh: tuple[float, float, float]) -> str:
    """The 95 % interval of a value with its direction words; empty for values that are classes."""
    value, low, high = valueLowHigh
    words = metricWords(metric)
    if words.classes and kind == STATE:
        return ""
    pair = words.pair(kind)
    if pair is None:
        return f"{shownNumber(low, unit)} to {shownNumber(high, unit)}"
    if low * high >= 0 and value * (low + high) >= 0:
        ends = sorted((abs(low), abs(high)))
        return f"{magnitude(ends[0], unit)} to {magnitude(ends[1], unit)}"
    first, second = (low, high) if value >= 0 or kind == STATE else (high, low)
    return f"between {directed(first, unit, pair)} and {directed(second, unit, pair)}"


def verdictWords(row: Measurement) -> str:
    """Empty for a state and for a change beyond its noise; else that it is too imprecise, or its noise unknown."""
    if row.kind == STATE or row.exceedsNoise is True or metricWords(row.metric).isLocation:
        return ""
    if row.exceedsNoise is False:
        return TOO_IMPRECISE
    return NOISE_NOT_KNOWN if row.sd is None else ""


def sentence(row: Measurement) -> str:
    """Value, interval and verdict: "0.9 mm narrower (between 1.0 wider and 2.9 narrower): too imprecise to tell"."""
    interval, verdict = intervalWords(row), verdictWords(row)
    text = valueWords(row) + (f" ({interval})" if interval else "")
    return f"{text}: {verdict}" if verdict else text
