"""Rows of a reading that is being edited: each is brought up to date when it is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from DynamicSpineLib.Metrics.Measurement import OK, Measurement, RowKey
from DynamicSpineLib.Metrics.Reasons import NOT_MARKED, NOT_VISIBLE
from DynamicSpineLib.Metrics.RowCells import Cell
from DynamicSpineLib.Metrics.Rows import ONE_POSITION, OTHER_LEVELS, RowMaker, numbers
from DynamicSpineLib.Session.ShownValue import ShownValue

_REASONS_THAT_MOVES_KEEP = (NOT_MARKED, NOT_VISIBLE, ONE_POSITION, OTHER_LEVELS)


class LiveRows:
    """The rows of all cells; stale: those whose noise is not that of the marks as they are, at first all."""

    def __init__(self, cells: Mapping[RowKey, Cell], earlier: LiveRows | None = None) -> None:
        self.cells = cells
        self.stale: set[RowKey] = set(cells)
        self._rows: dict[RowKey, Measurement] = {}
        self._moved: set[RowKey] = set()
        known = {} if earlier is None else earlier._sds
        self._sds: dict[RowKey, float | None] = {key: sd for key, sd in known.items() if key in cells}
        self._draws: dict[RowKey, int] = {} if earlier is None else {key: earlier._draws[key] for key in self._sds}

    def move(self, keys: Iterable[RowKey]) -> None:
        """Points of these cells lie elsewhere; who placed them and which are there has not changed."""
        self._moved.update(keys)

    def forget(self, keys: Iterable[RowKey]) -> None:
        """Everything about these cells may have changed."""
        for key in keys:
            self._rows.pop(key, None)

    def accept(self, rows: Iterable[Measurement], draws: int) -> None:
        """Take over rows of the marks as they are, with that many draws behind them (0: none were made)."""
        for row in rows:
            key = row.key
            self._rows[key], self._sds[key], self._draws[key] = row, row.sd, draws
            self._moved.discard(key)
            self.stale.discard(key)

    def shown(self, key: RowKey, maker: RowMaker) -> ShownValue:
        """A cell as it now is; maker: of the reading as it now is. Raises KeyError for an unknown cell."""
        row = self._rows.get(key)
        if row is None or key in self._moved:
            row = self._rows[key] = self._fresh(key, row, maker)
            self._moved.discard(key)
        draws = self._draws.get(key) or None
        return ShownValue(row, key in self.stale, draws if row.sd is not None else None)

    def exact(self, key: RowKey, maker: RowMaker) -> Measurement:
        """A cell's row with method and warnings of the marks as they are, and the last SD known."""
        return maker.row(self.cells[key], self._sds.get(key))

    def _fresh(self, key: RowKey, row: Measurement | None, maker: RowMaker) -> Measurement:
        """The row after a move, made from the row before where only its numbers can differ."""
        cell = self.cells[key]
        if row is None or (row.reasonCode in _REASONS_THAT_MOVES_KEEP and not cell.definition.needs):
            return row or self.exact(key, maker)
        value = maker.value(cell)
        if row.status == OK and math.isfinite(value):
            return row.withNumbers(numbers(cell, value, self._sds.get(key)))
        if row.status != OK and not math.isfinite(value) and maker.reasonCode(cell) == row.reasonCode:
            return row
        return self.exact(key, maker)
