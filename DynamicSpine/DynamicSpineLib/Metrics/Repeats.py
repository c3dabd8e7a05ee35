"""Placing error estimated from repeat readings, by point class (reference section 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, parseLandmarkName
from DynamicSpineLib.Metrics.Draws import definedPoints
from DynamicSpineLib.Metrics.Noise import edgeDirection, sliceNoise, withinSlice
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import PLACED, LandmarkSet

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
        through = sliceNoise(position.geometry, 0.0)[0]
        for name in {name for item in marks for name in item.landmarks}:
            placed = [item for item in marks if item.point(name) is not None and item.landmarks[name].origin == PLACED]
            parsed = parseLandmarkName(name)
            definition = None if parsed is None else definitionAt(parsed.place, parsed.code)
            if len(placed) < 2 or parsed is None or definition is None:
                continue
            # A mark that lies exactly where another reading has it was taken over, not placed again.
            points = np.unique(np.array([item.point(name) for item in placed], dtype=float), axis=0)
            if len(points) < 2:
                continue
            deviation = points - points.mean(axis=0)
            across = edgeDirection(parsed, definition, definedPoints(placed[0]))
            if across is not None:
                across = withinSlice(across, through)
                squares, axes = float(((deviation @ across) ** 2).sum()), 1
            else:
                squares = float((deviation**2).sum() - ((deviation @ through) ** 2).sum())
                axes = 2
            sums[definition.pointClass] += squares
            freedom[definition.pointClass] += axes * (len(points) - 1)
    return {
        name: float(np.sqrt(sums[name] / freedom[name])) for name in sums if freedom[name] >= FEWEST_DEGREES_OF_FREEDOM
    }
