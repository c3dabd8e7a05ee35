"""Changes between positions whose bodies were marked with different corners.

A center or mid-plane built from four corners and one built from an endplate are not the same thing, so both ends of a
change are built from the corners that both positions have.
"""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planar import isThere
from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, PointTable
from DynamicSpineLib.Metrics.Registry import SEGMENT, STATE_KIND, VERTEBRA, metricsOf
from DynamicSpineLib.Metrics.SagittalFrames import CaseFrames
from DynamicSpineLib.Metrics.StateInputs import SegmentInputs, VertebraInputs

_BODY_PARTS = ("Center", "Mid", "Depth", "Height")


def cornersDiffer(table: PointTable) -> bool:
    """True where some level has other corners in one position than in another."""
    there = [isThere(table.levels[code]) for code in CORNERS]
    return any(not (mask == mask[..., :1, :]).all() for mask in there)


def changesFromCommonCorners(table: PointTable, frames: CaseFrames, compared: int) -> dict[str, Array]:
    """Change (..., P, S) or (..., P, L) against position number `compared`, of every metric built on whole bodies."""
    here, base = _masked(table, compared)
    count = len(table.positionIds)
    baseFrames = CaseFrames(
        _ofPosition(frames.segments, compared, count), _ofPosition(frames.levels, compared, count),
        frames.regions, frames.borrowed,
    )  # fmt: skip
    values = [_bodyMetrics(part, each, table) for part, each in ((here, frames), (base, baseFrames))]
    return {metricId: value - values[1][metricId] for metricId, value in values[0].items()}


def _bodyMetrics(table: PointTable, frames: CaseFrames, heights: PointTable) -> dict[str, Array]:
    """Values of the state metrics that use a center, mid-plane, depth or height of a body."""
    vertebrae = VertebraInputs(table, frames, heights)
    segments = SegmentInputs(table, frames, vertebrae, {})
    inputs: tuple[tuple[str, SegmentInputs | VertebraInputs], ...] = ((SEGMENT, segments), (VERTEBRA, vertebrae))
    found = {}
    for scope, source in inputs:
        for definition in metricsOf(STATE_KIND, scope):
            if any(text.endswith(_BODY_PARTS) for text in definition.inputs):
                found[definition.id] = definition.compute(*(source[name] for name in definition.inputs))
    return found


def _masked(table: PointTable, compared: int) -> tuple[PointTable, PointTable]:
    """The table, and the compared position's points at every position's place, with corners common to both only."""
    every = [compared] * len(table.positionIds)
    here, base = dict(table.levels), {code: array[..., every, :, :] for code, array in table.levels.items()}
    for code in CORNERS:
        common = (isThere(here[code]) & isThere(base[code]))[..., None]
        here[code], base[code] = np.where(common, here[code], np.nan), np.where(common, base[code], np.nan)
    segments = {code: array[..., every, :, :] for code, array in table.segments.items()}
    return (
        PointTable(table.chain, table.positionIds, here, table.segments, table.sided),
        PointTable(table.chain, table.positionIds, base, segments, table.sided),
    )


def _ofPosition(frames: Frames, position: int, count: int) -> Frames:
    every = [position] * count
    return Frames(frames.origin[every], frames.anterior[every], frames.cranial[every])
