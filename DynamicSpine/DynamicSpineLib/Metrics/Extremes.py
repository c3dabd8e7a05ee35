"""Extremes and their own noise: the range over positions, and the place that is worst in a case.

A largest difference picks the extremes of noise: even in a motionless spine it is wide. So a range is judged by the
95th percentile of the same range when nothing moves, and a worst place by the share of draws in which it is worst.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.Levels import Segment, spineRegionOf
from DynamicSpineLib.Metrics.Gates import nativeSegments
from DynamicSpineLib.Metrics.MarksBehind import MarksBehind
from DynamicSpineLib.Metrics.Places import columnsOf
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Registry import SEGMENT, SIDED_SEGMENT, STATE_KIND, MetricDefinition, metricsOf
from DynamicSpineLib.Metrics.Winner import REPEATED, quantile, rangeInterval, smallestInterval

SEPARABLE_SHARE = 0.8
"""Below this measurement certainty two places "cannot be separated" (clinical review, section 1.6)."""


@dataclass(frozen=True)
class RangeOverPositions:
    """Largest minus smallest value of a metric over a level's positions, with the noise of such a range.

    lower95, upper95: of the range itself. noiseLimit95: 95th percentile of the range over as many positions when
    nothing moves. rankedPosition: the smallest
    or largest one, as the metric ranks; share: part of repeated markings in which it is so; runnerUp: the next one.
    """

    metric: str
    level: str
    unit: str
    value: float
    smallestPosition: str
    largestPosition: str
    positionCount: int
    side: str = ""
    noiseLimit95: float | None = None
    exceedsNoise: bool | None = None
    rankedPosition: str = ""
    rankedShare: float | None = None
    runnerUpPosition: str = ""
    runnerUpShare: float | None = None
    confirmed: bool = True
    lower95: float | None = None
    upper95: float | None = None


@dataclass(frozen=True)
class RankedPlace:
    """The level and position with the smallest or largest value of a metric in one region of the spine.

    share: part of repeated markings in which this place is so; runnerUp: the place with the next largest share.
    lower95, upper95: of the value, which was picked for being extreme (Metrics/Winner.py).
    """

    metric: str
    level: str
    position: str
    unit: str
    value: float
    share: float
    side: str = ""
    runnerUpLevel: str = ""
    runnerUpSide: str = ""
    runnerUpPosition: str = ""
    runnerUpShare: float | None = None
    confirmed: bool = True
    lower95: float | None = None
    upper95: float | None = None


def _rankable() -> Iterator[MetricDefinition]:
    for scope in (SEGMENT, SIDED_SEGMENT):
        yield from (item for item in metricsOf(STATE_KIND, scope) if item.worst)


def _gated(measured: ReadingValues, definition: MetricDefinition) -> Array:
    values = measured.values.states[definition.id].astype(float)
    for mask in measured.blocked.masks((definition.kind, definition.id)).values():
        values = np.where(mask, np.nan, values)
    return values


def _toSmallest(values: Array, definition: MetricDefinition) -> Array:
    """Values turned so that the worst is the smallest."""
    if definition.worst == "smallest":
        return values
    return -np.abs(values) if definition.eitherWay else -values


def _shares(ranked: Array, definition: MetricDefinition) -> Array:
    """Part of the draws (N, K) in which each of K candidates is the worst."""
    first = np.nanargmin(_toSmallest(ranked, definition), axis=1)
    return np.bincount(first, minlength=ranked.shape[1]) / len(ranked)


def _runnerUp(first: int, shares: Array, turned: Array) -> int:
    """The candidate that is worst most often after the first; where none ever is, the next by value."""
    others = [number for number in range(len(shares)) if number != first]
    return min(others, key=lambda number: (-shares[number], turned[number]))


def _behind(axes: int, index: tuple[int, ...]) -> Any:
    """An index that keeps the first axes whole and picks a cell of the others."""
    return (*(slice(None),) * axes, *index)


def rangeSteps(measured: ReadingValues, marks: MarksBehind) -> Iterator[list[RangeOverPositions]]:
    """The range of every rankable metric at every level with values in two positions or more, those of one metric at a
    time; none without draws."""
    for definition in _rankable() if measured.draws is not None else ():
        yield _rangesOf(measured, definition, marks)


def _rangesOf(measured: ReadingValues, definition: MetricDefinition, marks: MarksBehind) -> list[RangeOverPositions]:
    found: list[RangeOverPositions] = []
    if measured.draws is not None:
        values, draws = _gated(measured, definition), measured.draws.states[definition.id]
        for index, place, side in columnsOf(definition, measured.case.chain):
            here, drawn = values[_behind(1, index)], draws[_behind(2, index)]
            row = _rangeAt(measured, definition, here, drawn, place, side)
            if row is not None:
                ids = [item.id for item in measured.case.positions]
                confirmed = all(marks.of(definition, (item,), (ids.index(item), *index), place, side).confirmed
                                for item in (row.smallestPosition, row.largestPosition))  # fmt: skip
                found.append(replace(row, confirmed=confirmed))
    return found


def _rangeAt(
    measured: ReadingValues, definition: MetricDefinition, values: Array, draws: Array, place: str, side: str
) -> RangeOverPositions | None:
    there = np.flatnonzero(np.isfinite(values))
    if len(there) < 2:
        return None
    ids = [measured.case.positions[number].id for number in there]
    value, drawn = values[there], draws[:, there]
    still = drawn - value
    noise = quantile(still.max(axis=1) - still.min(axis=1), 0.95)
    shares = _shares(value + REPEATED * still, definition)
    first = int(np.argmin(_toSmallest(value, definition)))
    second = _runnerUp(first, shares, _toSmallest(value, definition))
    low, high = rangeInterval(value, still)
    size = float(np.ptp(value))
    return RangeOverPositions(
        definition.id, place, definition.unit, size, ids[int(np.argmin(value))], ids[int(np.argmax(value))], len(ids),
        side, noise, size > noise, ids[first], float(shares[first]), ids[second], float(shares[second]),
        lower95=low, upper95=high,
    )  # fmt: skip


def _partOfSpine(segment: Segment) -> str:
    """The part of the spine a segment is ranked in; the junctions C7-T1 and T12-L1 go with the neck and low back."""
    ends = {spineRegionOf(segment.upper), spineRegionOf(segment.lower)}
    return next((part for part in ("cervical", "lumbar") if part in ends), "thoracic")


def rankedPlaces(measured: ReadingValues, marks: MarksBehind) -> list[RankedPlace]:
    """The worst place of every rankable metric in each region of the spine, over native levels only; needs draws."""
    return [place for definition in _rankable() for place in _worstPlaces(measured, definition, marks)]


def worstOnEachSide(measured: ReadingValues, metric: str) -> list[RankedPlace]:
    """The worst place of one rankable metric on either side in each region of the spine; needs draws."""
    definition = next(item for item in _rankable() if item.id == metric)
    return _worstPlaces(measured, definition, MarksBehind(measured), eachSide=True)


def _worstPlaces(
    measured: ReadingValues, definition: MetricDefinition, marks: MarksBehind, eachSide: bool = False
) -> list[RankedPlace]:
    if measured.draws is None:
        return []
    found, native = [], nativeSegments(measured.case)
    ids = [item.id for item in measured.case.positions]
    values, draws = _gated(measured, definition), measured.draws.states[definition.id]
    groups: dict[tuple[str, str], list[tuple[tuple[int, ...], str, str]]] = {}
    for index, place, side in columnsOf(definition, measured.case.chain):
        if native[index[0]]:
            part = _partOfSpine(measured.case.chain.segments[index[0]])
            groups.setdefault((part, side if eachSide else ""), []).append((index, place, side))
    for columns in groups.values():
        row = _worstOf(measured, definition, values, draws, columns)
        if row is not None:
            index = next(each for each, place, side in columns if (place, side) == (row.level, row.side))
            cell = (ids.index(row.position), *index)
            confirmed = marks.of(definition, (row.position,), cell, row.level, row.side).confirmed
            found.append(replace(row, confirmed=confirmed))
    return found


def _worstOf(
    measured: ReadingValues, definition: MetricDefinition, values: Array, draws: Array,
    columns: list[tuple[tuple[int, ...], str, str]],
) -> RankedPlace | None:  # fmt: skip
    candidates = [
        (number, index, place, side)
        for index, place, side in columns
        for number in range(len(measured.case.positions))
        if np.isfinite(values[_behind(0, (number, *index))])
    ]
    if len(candidates) < 2:
        return None
    value = np.array([values[_behind(0, (number, *index))] for number, index, _, _ in candidates])
    drawn = [draws[_behind(1, (number, *index))] for number, index, _, _ in candidates]
    noise = np.stack(drawn, axis=1) - value
    shares = _shares(value + REPEATED * noise, definition)
    first = int(np.argmin(_toSmallest(value, definition)))
    second = _runnerUp(first, shares, _toSmallest(value, definition))
    ids = [position.id for position in measured.case.positions]
    leading, following = candidates[first], candidates[second]
    low, high = pickedInterval(value, noise, first, definition)
    return RankedPlace(
        definition.id, leading[2], ids[leading[0]], definition.unit, float(value[first]), float(shares[first]),
        leading[3], following[2], following[3], ids[following[0]], float(shares[second]),
        lower95=low, upper95=high,
    )  # fmt: skip


def pickedInterval(values: Array, noise: Array, first: int, definition: MetricDefinition) -> tuple[float, float]:
    """95 % interval of the worst of several values (K,) with noise draws (N, K), given that it is the worst one."""
    turned = _toSmallest(values, definition)
    following = float(np.delete(turned, first).min())
    sd = float(noise[:, first].std(ddof=1))
    low, high = smallestInterval(float(turned[first]), sd, following, len(values))
    # Turned by its sign: a largest value, or a slip that is largest forward.
    low, high = (-high, -low) if turned[first] != values[first] else (low, high)
    return (low if definition.minimum is None else max(low, definition.minimum)), high
