"""Tables that are as high as their rows, so that only the panel scrolls."""

from __future__ import annotations

from typing import Any


def fitHeight(table: Any, mostRows: int | None = None) -> None:
    """Give a table the height of its header and rows, at least of one; of more rows than `mostRows` it scrolls."""
    header = table.horizontalHeader()
    rows = sum(table.rowHeight(row) for row in range(table.rowCount)[:mostRows])
    rows = max(rows, table.verticalHeader().defaultSectionSize)
    bar = table.horizontalScrollBar()
    barHeight = bar.sizeHint.height() if bar.maximum > bar.minimum else 0
    height = header.sizeHint.height() + rows + barHeight + 2 * table.frameWidth
    table.minimumHeight = height
    table.maximumHeight = height
