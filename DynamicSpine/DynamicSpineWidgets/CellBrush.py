"""Brushes of table cells, laid over the theme's own colors."""

from __future__ import annotations

from typing import Any

import qt

_TILE, _HATCHING = 8, 110  # pixels; opacity of 255


def hatchedBrush() -> Any:
    """Hatching for provisional values: middle gray, which shows in a light and in a dark theme."""
    tile = qt.QPixmap(_TILE, _TILE)
    tile.fill(qt.QColor(128, 128, 128, 0))
    painter = qt.QPainter(tile)
    painter.fillRect(tile.rect(), qt.QBrush(qt.QColor(128, 128, 128, _HATCHING), qt.Qt.BDiagPattern))
    painter.end()
    return qt.QBrush(tile)
