"""Drawings in SVG as pixmaps, sharp on screens of any resolution."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import qt

_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
_SHARPNESS = 2
"""Pixels of the drawing for each of the widget: enough up to 200 % scaling."""


def svgPixmap(svg: str, width: int, height: int) -> Any:
    """The drawing, as large as fits, in the widget's pixels; None where this Qt cannot read SVG, or it has no size."""
    size = _SIZE.search(svg)
    if size is None:
        return None
    scale = _SHARPNESS * min(width / float(size[1]), height / float(size[2]))
    wide, high = round(scale * float(size[1])), round(scale * float(size[2]))
    sized = f'{svg[: size.start()]}width="{wide}" height="{high}"{svg[size.end() :]}'
    pixmap = qt.QPixmap()
    isRead = False
    with suppress(TypeError, ValueError):  # where Python's bytes are no data for this Qt
        isRead = pixmap.loadFromData(sized.encode(), "SVG")
    if not isRead:
        return None
    pixmap.setDevicePixelRatio(_SHARPNESS)
    return pixmap
