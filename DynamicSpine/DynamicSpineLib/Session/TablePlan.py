"""What stands in a table of values: rows and columns with the keys of their cells, before any value is looked up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Levels import Chain, splitSegment
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, STATE, RowKey
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.PointTable import SIDES
from DynamicSpineLib.Metrics.Registry import SIDED_SEGMENT, MetricDefinition
from DynamicSpineLib.Session.MetricGroups import MetricGroup
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Roles import Pair, comparedPosition, declaredPairs, orderedPairs

Ends = tuple[str, str]
"""fromPosition (empty for one position) and position."""


@dataclass(frozen=True)
class TableChoice:
    """Which values a table shows.

    group: id of a metric group. ends: of one position, ("", id), or pair, (from, to), whose metrics stand side by side;
    None: positions (or declared pairs) stand side by side, and each metric has its own rows. levels: names of vertebrae
    and segments to show, empty for all. withEmpty: rows and columns without any value stand there, too.
    """

    group: str
    ends: Ends | None = None
    levels: frozenset[str] = frozenset()
    withEmpty: bool = False


@dataclass(frozen=True)
class PlannedRow:
    """A row: its level, side and, where metrics stand below each other, its metric."""

    level: str
    side: str
    metric: MetricDefinition | None = None


@dataclass(frozen=True)
class PlannedColumn:
    """A column: a metric in one position or pair, or a position or pair."""

    ends: Ends
    metric: MetricDefinition | None = None


def plannedRows(case: Case, group: MetricGroup, choice: TableChoice) -> list[PlannedRow]:
    """Every row that a table may have, cranial to caudal; metric by metric where they stand below each other."""
    if choice.ends is None:
        return [PlannedRow(level, side, metric) for metric in group.metrics
                for level, side in _places(case.chain, metric, choice.levels)]  # fmt: skip
    places = dict.fromkeys(place for metric in group.metrics for place in _places(case.chain, metric, choice.levels))
    order = {name: number for number, name in enumerate(_allPlaces(case.chain))}
    return [PlannedRow(*place) for place in sorted(places, key=lambda place: order.get(place[0], len(order)))]


def plannedColumns(case: Case, group: MetricGroup, choice: TableChoice) -> list[PlannedColumn]:
    """Every column that a table may have."""
    if choice.ends is not None:
        return [PlannedColumn(choice.ends, metric) for metric in group.metrics]
    if group.kind == STATE:
        return [PlannedColumn(("", position.id)) for position in case.positions]
    return [PlannedColumn((pair.fromPosition, pair.toPosition)) for pair in declaredInOrder(case)]


def declaredInOrder(case: Case) -> list[Pair]:
    """The pairs that a question was asked of, each in the direction of its rows."""
    declared = {frozenset((pair.fromPosition, pair.toPosition)): number
                for number, pair in enumerate(declaredPairs(case))}  # fmt: skip
    found = [pair for pair in orderedPairs(case) if frozenset((pair.fromPosition, pair.toPosition)) in declared]
    return sorted(found, key=lambda pair: declared[frozenset((pair.fromPosition, pair.toPosition))])


def cellKeys(case: Case, row: PlannedRow, column: PlannedColumn) -> tuple[RowKey, RowKey | None] | None:
    """The keys of a cell's value and of its change; None where a metric is not defined there."""
    metric = row.metric or column.metric
    if metric is None or not _isDefined(case.chain, metric, row):
        return None
    fromPosition, position = column.ends
    if metric.kind == MOTION:
        return (MOTION, metric.id, row.level, row.side, position, fromPosition), None
    compared = comparedPosition(case)
    key = (STATE, metric.id, row.level, row.side, position, "")
    if compared is None or compared.id == position:
        return key, None
    return key, (CHANGE, metric.id, row.level, row.side, position, compared.id)


def _isDefined(chain: Chain, metric: MetricDefinition, row: PlannedRow) -> bool:
    isSided = metric.scope == SIDED_SEGMENT
    return bool(row.side) == isSided and any(row.level == name for _, name in placesOf(metric, chain))


def _places(chain: Chain, metric: MetricDefinition, levels: Collection[str]) -> list[tuple[str, str]]:
    sides = SIDES if metric.scope == SIDED_SEGMENT else ("",)
    names = [name for _, name in placesOf(metric, chain) if not levels or isAmong(chain, name, levels)]
    return [(name, side) for name in names for side in sides]


def isAmong(chain: Chain, place: str, levels: Collection[str]) -> bool:
    """True for a place that is named, a segment between two levels named, an end of a segment named, or a region that
    holds any of them."""
    if place in levels:
        return True
    segment = splitSegment(place)
    if segment is not None:
        return segment.upper in levels and segment.lower in levels
    touched = {end for name in levels if (item := splitSegment(name)) is not None for end in (item.upper, item.lower)}
    touched |= set(levels)
    region = next((item for item in chain.regions if item.name == place), None)
    return place in touched if region is None else not touched.isdisjoint(chain.levelsWithin(region))


def _allPlaces(chain: Chain) -> list[str]:
    """Regions, then levels and segments cranial to caudal."""
    between = {segment.upper: segment.name for segment in chain.segments}
    return [*(region.name for region in chain.regions),
            *(name for level in chain.levels for name in (level, between.get(level, "")) if name)]
