"""Placing error estimated from repeat readings, by point class (reference section 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, definitionAt, parseLandmarkName
from DynamicSpineLib.Metrics.Noise import edgeDirection, edgePartners, sliceNoise, withinSlice
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import PLACED, LandmarkSet, Point

FEWEST_DEGREES_OF_FREEDOM = 20
"""With 20 degrees of freedom the 95 % limits of an SD lie 24 % below and 44 % above it; fewer tell too little."""


def repeatNoise(case: Case, readings: Iterable[Mapping[str, LandmarkSet]]) -> dict[str, float]:
    """SD in mm per axis by point class, pooled over points placed in two readings or more.

    Only what counts is pooled: two in-plane axes of a corner, and across an edge for an edge point. Points that were
    carried, predicted or segmented are left out, accepted or not: two readers who share such a source agree without
    having placed anything. So are marks that one reading took over from another: a reader who moved a few of somebody
    else's marks has not shown how well the rest is placed. Classes with fewer than FEWEST_DEGREES_OF_FREEDOM are not
    returned.
    """
    sums: dict[str, float] = defaultdict(float)
    freedom: dict[str, int] = defaultdict(int)
    sets = list(readings)
    for position in case.positions:
        marks = [reading[position.id] for reading in sets if position.id in reading]
        through = tuple(sliceNoise(position.geometry, 0.0)[0])
        names = dict.fromkeys(name for item in marks for name in item.landmarks)
        for text in names if len(marks) > 1 else ():
            placed = [item for item in marks if item.point(text) is not None and item.landmarks[text].origin == PLACED]
            name = parseLandmarkName(text)
            definition = None if name is None else definitionAt(name.place, name.code)
            if len(placed) < 2 or name is None or definition is None:
                continue
            # A mark that lies exactly where another reading has it was taken over, not placed again.
            points = tuple(dict.fromkeys(point for item in placed if (point := item.point(text)) is not None))
            beside = tuple((other, point) for other in edgePartners(name)
                           if (point := placed[0].point(other)) is not None)  # fmt: skip
            if len(points) > 1:
                squares, axes = _deviation(name, points, (*beside, (text, placed[0].point(text))), through)
                sums[definition.pointClass] += squares
                freedom[definition.pointClass] += axes * (len(points) - 1)
    return {
        name: float(np.sqrt(sums[name] / freedom[name])) for name in sums if freedom[name] >= FEWEST_DEGREES_OF_FREEDOM
    }


@lru_cache(maxsize=8192)
def _deviation(
    name: LandmarkName, points_RAS: tuple[Point, ...], beside: tuple[tuple[str, Point], ...], through_RAS: Point
) -> tuple[float, int]:
    """Summed squares in mm2 of how far repeated points lie from their mean, and along how many axes that counts.

    beside: the first reading's points that tell the direction of an edge. Kept from call to call, since while a case is
    edited almost all of its marks stay where they are.
    """
    definition = definitionAt(name.place, name.code)
    through, points = np.array(through_RAS), np.array(sorted(points_RAS), dtype=float)
    deviation = points - points.mean(axis=0)
    across = None if definition is None else edgeDirection(name, definition, dict(beside))
    if across is not None:
        return float(((deviation @ withinSlice(across, through)) ** 2).sum()), 1
    return float((deviation**2).sum() - ((deviation @ through) ** 2).sum()), 2
