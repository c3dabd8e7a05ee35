"""The smallest value of a sided metric on each side, with the share of draws in which its place is the smallest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Anatomy.Roots import regionOfSegment
from DynamicSpineLib.Metrics.Gates import nativeSegments
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.PointTable import SIDES, Array
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Registry import STATE_KIND, allMetrics
from DynamicSpineLib.Metrics.Winner import REPEATED, smallestInterval


@dataclass(frozen=True)
class SideRanking:
    """The place with the smallest value of one side in one part of the spine, and the one that comes next.

    share: part of repeated markings in which it is so. lower95, upper95: of the value, picked for being small.
    """

    metric: str
    side: str
    level: str
    position: str
    share: float
    value: float
    lower95: float
    upper95: float
    runnerUpLevel: str = ""
    runnerUpPosition: str = ""
    runnerUpShare: float = 0.0


def smallestBySide(measured: ReadingValues, metric: str) -> list[SideRanking]:
    """One ranking per side and part of the spine, over native levels; empty without draws or values."""
    if measured.draws is None:
        return []
    definition = next(item for item in allMetrics() if (item.kind, item.id) == (STATE_KIND, metric))
    values = measured.values.states[metric].astype(float)
    for mask in measured.blocked.get((STATE_KIND, metric), {}).values():
        values = np.where(mask, np.nan, values)
    native = nativeSegments(measured.case)
    parts: dict[str, list[tuple[int, str]]] = {}
    for column, place in placesOf(definition, measured.case.chain):
        if native[column]:
            parts.setdefault(regionOfSegment(measured.case.chain.segments[column]), []).append((column, place))
    found = [_ranked(measured, metric, columns, side, values) for columns in parts.values() for side in (0, 1)]
    return [item for item in found if item is not None]


def _ranked(
    measured: ReadingValues, metric: str, columns: list[tuple[int, str]], side: int, values: Array
) -> SideRanking | None:
    places = [(row, column, place) for column, place in columns for row in range(len(measured.case.positions))
              if np.isfinite(values[row, column, side])]  # fmt: skip
    if len(places) < 2 or measured.draws is None:
        return None
    draws = measured.draws.states[metric]
    value = np.array([values[row, column, side] for row, column, _ in places])
    noise = np.stack([draws[:, row, column, side] for row, column, _ in places], axis=-1) - value
    shares = np.bincount(np.nanargmin(value + REPEATED * noise, axis=1), minlength=len(places)) / len(noise)
    first = int(np.argmin(value))
    sd, following = float(noise[:, first].std(ddof=1)), float(np.delete(value, first).min())
    low, high = smallestInterval(float(value[first]), sd, following, len(value))
    second = min((item for item in range(len(places)) if item != first), key=lambda item: (-shares[item], value[item]))
    ids = [position.id for position in measured.case.positions]
    return SideRanking(metric, SIDES[side], places[first][2], ids[places[first][0]], float(shares[first]),
                       float(value[first]), low, high,
                       places[second][2], ids[places[second][0]], float(shares[second]))  # fmt: skip
