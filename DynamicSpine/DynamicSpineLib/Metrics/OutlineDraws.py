"""Draws of outlines: one common widening each and a small local part, so that more clicks buy no precision.

A common offset moves an outline without changing its area or extents, so it needs no draw here.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from DynamicSpineLib.Metrics.Draws import DrawSettings, stream
from DynamicSpineLib.Metrics.Noise import NoiseModel
from DynamicSpineLib.Metrics.Outlines import LINE_CODES, Outline, OutlineValues
from DynamicSpineLib.Metrics.PointTable import Array

OUTLINES_AT_ONCE = 100
"""Outlines drawn in one step."""


def outlineDraws(
    values: OutlineValues, outlines: Sequence[Outline], positionIds: Sequence[str], noise: NoiseModel,
    settings: DrawSettings,
) -> Generator[None, None, OutlineValues]:  # fmt: skip
    """Draws (N, ...) of every area, extent and length of a reading's curves; a generator of short steps.

    A boundary of length u drawn too wide by b mm everywhere makes an area larger by u b + pi b^2, and both extents
    larger by 2 b. Lines err at either end, along themselves.
    """
    drawn = values.each(lambda array: np.broadcast_to(array, (settings.count, *array.shape)))
    drawn = replace(drawn, area=_copied(drawn.area), apExtent=_copied(drawn.apExtent),
                    transverseExtent=_copied(drawn.transverseExtent), lineLength=_copied(drawn.lineLength))
    for number, outline in enumerate(outlines):
        if number % OUTLINES_AT_ONCE == 0:
            yield
        code, cell = outline.name.code, outline.cell
        random = stream(settings, positionIds[outline.positionIndex], str(outline.name))
        if code in LINE_CODES:
            ends = random.standard_normal((settings.count, 2)) * outline.totalSdMm(noise.sdMm["edge"])
            place: Any = (slice(None), *cell)
            drawn.lineLength[code][place] += ends[:, 0] - ends[:, 1]
        elif code in values.area:
            sdMm = outline.totalSdMm(noise.sdMm["curve"])
            spread = random.standard_normal((settings.count, 4))
            _drawClosed(drawn, values, outline, spread, sdMm, sdMm * noise.curveLocalShare)
    return drawn


def _copied(arrays: dict[str, Array]) -> dict[str, Array]:
    return {code: array.copy() for code, array in arrays.items()}


def _drawClosed(
    drawn: OutlineValues, values: OutlineValues, outline: Outline, random: Array, sd: float, local: float
) -> None:
    code, cell = outline.name.code, outline.cell
    area = values.area[code][cell]
    widening = sd * random[:, 0]
    place: Any = (slice(None), *cell)
    around = values.outlineLength[code][cell] * widening + np.pi * widening**2
    drawn.area[code][place] = area + around + (
        local * values.areaPerMm[code][cell] * random[:, 1]
    )
    if code in values.apExtent:
        both = np.sqrt(2.0) * local
        drawn.apExtent[code][place] += 2.0 * widening + both * random[:, 2]
        drawn.transverseExtent[code][place] += 2.0 * widening + both * random[:, 3]
