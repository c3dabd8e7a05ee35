"""The places of all values of a case: each has a key, and an index in the arrays of its metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, STATE, RowKey
from DynamicSpineLib.Metrics.Places import columnsOf
from DynamicSpineLib.Metrics.Registry import STATE_KIND, MetricDefinition, allMetrics
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Roles import comparedPosition, orderedPairs


@dataclass(frozen=True)
class Cell:
    """One value's place: kind, metric, position or two, level or segment, side, and its index in the arrays.

    base: for a change the index of the compared position's value. fromPosition is empty for states.
    """

    kind: str
    definition: MetricDefinition
    position: str
    fromPosition: str
    place: str
    side: str
    index: tuple[int, ...]
    base: tuple[int, ...] = ()

    @property
    def key(self) -> RowKey:
        """What tells this value from all others of its reading."""
        return self.kind, self.definition.id, self.place, self.side, self.position, self.fromPosition

    @property
    def positions(self) -> tuple[str, ...]:
        """The position, or the two that are compared."""
        return (self.fromPosition, self.position) if self.fromPosition else (self.position,)

    @property
    def indices(self) -> tuple[tuple[int, ...], ...]:
        """Where the arrays must hold values for this one to be given."""
        return (self.index, self.base) if self.kind == CHANGE else (self.index,)


class CaseCells:
    """The cells of one reading of a case in the order of its rows; the marks play no part in them."""

    def __init__(self, case: Case) -> None:
        self._chain = case.chain
        self._ids = [position.id for position in case.positions]
        self._pairs = orderedPairs(case)
        self._compared = comparedPosition(case)

    @cached_property
    def byKey(self) -> Mapping[RowKey, Cell]:
        """Every cell by its key, in the order of the rows."""
        return {cell.key: cell for definition in allMetrics() for cell in self.of(definition)}

    def of(self, definition: MetricDefinition) -> Iterator[Cell]:
        """A metric's cells: states and then changes, or motions; with one position only motions have it alone."""
        if definition.kind == STATE_KIND:
            states = [(row, "", positionId) for row, positionId in enumerate(self._ids)]
            yield from self._cells(STATE, definition, states)
            yield from self._changes(definition)
        elif len(self._ids) < 2:
            yield from self._cells(MOTION, definition, [(0, "", self._ids[0])])
        else:
            pairs = [(row, pair.fromPosition, pair.toPosition) for row, pair in enumerate(self._pairs)]
            yield from self._cells(MOTION, definition, pairs)

    def _changes(self, definition: MetricDefinition) -> Iterator[Cell]:
        if self._compared is None or len(self._ids) < 2:
            return iter(())
        base = self._ids.index(self._compared.id)
        ends = [(row, self._compared.id, positionId) for row, positionId in enumerate(self._ids) if row != base]
        return self._cells(CHANGE, definition, ends, base)

    def _cells(
        self, kind: str, definition: MetricDefinition, ends: Sequence[tuple[int, str, str]], base: int = -1
    ) -> Iterator[Cell]:
        """The cells of a metric for rows (first index, from, to), cranial to caudal within each."""
        columns = columnsOf(definition, self._chain)
        for row, fromPosition, position in ends:
            for rest, place, side in columns:
                behind = (base, *rest) if kind == CHANGE else ()
                yield Cell(kind, definition, position, fromPosition, place, side, (row, *rest), behind)
