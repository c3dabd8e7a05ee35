"""Brushes of table cells, laid over the theme's own colors."""

from __future__ import annotations

from typing import Any

import qt

_TILE = 8  # pixels


def hatchedBrush(ground: Any, opacity: int) -> Any:
    """Hatching for provisional values on a color: middle gray, which shows in a light and in a dark theme.

    opacity: of the lines, of 255.
    """
    tile = qt.QPixmap(_TILE, _TILE)
    tile.fill(ground)
    painter = qt.QPainter(tile)
    painter.fillRect(tile.rect(), qt.QBrush(qt.QColor(128, 128, 128, opacity), qt.Qt.BDiagPattern))
    painter.end()
    return qt.QBrush(tile)
