"""Tables that are as high as their rows, so that only the panel scrolls."""

from __future__ import annotations

from typing import Any


def fitHeight(table: Any, leastRows: int = 1) -> None:
    """Give a table the height of its header and rows."""
    header = table.horizontalHeader()
    rowHeight = table.verticalHeader().defaultSectionSize
    rows = sum(table.rowHeight(row) for row in range(table.rowCount))
    bar = table.horizontalScrollBar()
    barHeight = bar.sizeHint.height() if bar.maximum > bar.minimum else 0
    height = header.sizeHint.height() + max(rows, leastRows * rowHeight) + barHeight + 2 * table.frameWidth
    table.minimumHeight = height
    table.maximumHeight = height
