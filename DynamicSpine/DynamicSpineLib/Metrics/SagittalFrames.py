"""The planes that sagittal metrics are computed in, with anterior and cranial taken from the bones themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain, Region
from DynamicSpineLib.Geometry.Planar import isThere
from DynamicSpineLib.Geometry.Planes import Frames, PlaneFit, fitPlanes, framesInPlanes, unit3
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array, PointTable

FEWEST_POINTS = 4
"""A plane of a segment's own needs this many corners, else the region's plane is used."""

NARROWEST_SPREAD_MM = 1.5
"""... and this RMS spread across their main direction, so that a nearly straight row of points fixes no plane."""

CRANIOCERVICAL_CODES = (
    "BA", "OP", "CL", "HP", "OL", "VD", "TT", "AAP", "PAA", "AC", "PC", "DT", "DP", "DA", "IA", "IP",
)  # fmt: skip


@dataclass(frozen=True)
class CaseFrames:
    """Frames of every segment (P, S) and level (P, L) of a table without draws, and of its regions (P,) by name.

    borrowed (P, S): True where a segment has too few corners for a plane of its own and lies in its stretch's.
    """

    segments: Frames
    levels: Frames
    regions: RegionFrames
    borrowed: NDArray[np.bool_]


class RegionFrames(Mapping[str, Frames]):
    """Frames of the chain's regions by name, fitted when first asked for."""

    def __init__(self, table: PointTable, anterior: Array, centers: Array) -> None:
        self._table, self._anterior, self._centers = table, anterior, centers
        self._regions = {region.name: region for region in table.chain.regions}
        self._made: dict[str, Frames] = {}

    def moved(self, table: PointTable, index: int, level: str, ofPosition: RegionFrames) -> RegionFrames:
        """These frames after points of one level of one position have moved; table: all points after the move."""
        anterior = _withRow(self._anterior, index, ofPosition._anterior)
        made = RegionFrames(table, anterior, _withRow(self._centers, index, ofPosition._centers))
        others = (name for name in self._made if level not in table.chain.levelsWithin(self._regions[name]))
        made._made = {name: self._made[name] for name in others}
        return made

    def __getitem__(self, name: str) -> Frames:
        if name not in self._made:
            self._made[name] = _regionFrame(self._table, self._regions[name], self._anterior, self._centers)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._regions

    def __iter__(self) -> Iterator[str]:
        return iter(self._regions)

    def __len__(self) -> int:
        return len(self._regions)


def _withRow(array: NDArray[Any], index: int, row: NDArray[Any]) -> NDArray[Any]:
    """A copy of an array (P, ...) with one row replaced by that of an array (1, ...)."""
    copied = array.copy()
    copied[index] = row[0]
    return copied


def _withRows(frames: Frames, index: int, row: Frames) -> Frames:
    """Frames (P, ...) with those of one position replaced by frames (1, ...)."""
    return Frames(
        _withRow(frames.origin, index, row.origin), _withRow(frames.anterior, index, row.anterior),
        _withRow(frames.cranial, index, row.cranial),
    )  # fmt: skip


def _nanMean(arrays: Array, axis: int) -> Array:
    """Mean over an axis of vectors (..., 3), leaving out NaN; NaN where there is nothing."""
    there = np.isfinite(arrays).all(axis=-1, keepdims=True)
    count = there.sum(axis=axis)
    return np.where(there, arrays, 0.0).sum(axis=axis) / np.where(count > 0, count, np.nan)


def _anteriorVectors(table: PointTable) -> Array:
    """Unit vectors (P, L, 3) from posterior to anterior of each level's endplates."""
    plates = [table.levels["SA"] - table.levels["SP"], table.levels["IA"] - table.levels["IP"]]
    return unit3(_nanMean(np.stack(plates, axis=-2), axis=-2))


def _centers(table: PointTable) -> Array:
    """Mean (P, L, 3) of each level's corners."""
    return _nanMean(np.stack([table.levels[code] for code in CORNERS], axis=-2), axis=-2)


def stretches(table: PointTable) -> list[list[int]]:
    """Indices of levels that follow each other without a gap, top to bottom."""
    levels, stretches = table.chain.levels, [[0]]
    joined = {(segment.upper, segment.lower) for segment in table.chain.segments}
    for index in range(1, len(levels)):
        if (levels[index - 1], levels[index]) in joined:
            stretches[-1].append(index)
        else:
            stretches.append([index])
    return stretches


def _stretchPlanes(table: PointTable) -> PlaneFit:
    """For each level (P, L) the plane through all corners of its stretch of the spine."""
    shape = table.levels["SA"].shape[:-1]
    centroid, normal = np.full((*shape, 3), np.nan), np.full((*shape, 3), np.nan)
    count, width = np.zeros(shape, dtype=int), np.zeros(shape)
    for stretch in stretches(table):
        corners = np.concatenate([table.levels[code][:, stretch] for code in CORNERS], axis=-2)
        fit = fitPlanes(corners)
        centroid[:, stretch], normal[:, stretch] = fit.centroid[:, None], fit.normal[:, None]
        count[:, stretch], width[:, stretch] = fit.count[:, None], fit.widthMm[:, None]
    return PlaneFit(centroid, normal, count, width)


def _fixed(fit: PlaneFit, fewest: int) -> NDArray[np.bool_]:
    """True (...) where enough spread-out points fix the plane."""
    return (fit.count >= fewest) & (fit.widthMm >= NARROWEST_SPREAD_MM)


def _choose(own: PlaneFit, stretch: PlaneFit) -> tuple[Array, Array]:
    """Centroid and normal (..., 3): the segment's own plane, else its stretch's, else NaN."""
    usable = _fixed(own, FEWEST_POINTS)[..., None]
    whole = _fixed(stretch, 3)[..., None]
    centroid = np.where(own.count[..., None] > 0, own.centroid, stretch.centroid)
    return centroid, np.where(usable, own.normal, np.where(whole, stretch.normal, np.nan))


def segmentPlanes(table: PointTable) -> PlaneFit:
    """The plane (..., P, S) of each segment's own corners."""
    upper, lower = segmentIndices(table)
    corners = [table.levels[code][..., part, :] for part in (upper, lower) for code in CORNERS]
    return fitPlanes(np.stack(corners, axis=-2))


def _segmentFrames(
    table: PointTable, own: PlaneFit, stretch: PlaneFit | None, anterior: Array, centers: Array
) -> Frames:
    upper, lower = segmentIndices(table)
    centroid, normal = own.centroid, own.normal
    if stretch is not None:
        parts = (stretch.centroid, stretch.normal, stretch.count, stretch.widthMm)
        centroid, normal = _choose(own, PlaneFit(*(value[:, upper] for value in parts)))
    hint = _nanMean(np.stack([anterior[:, upper], anterior[:, lower]], axis=-2), axis=-2)
    upward = centers[:, upper] - centers[:, lower]
    if stretch is not None:
        wholeHint, wholeUpward = _stretchHints(table, anterior, centers)
        hint = np.where(isThere(hint)[..., None], hint, wholeHint[:, upper])
        upward = np.where(isThere(upward)[..., None], upward, wholeUpward[:, upper])
    return framesInPlanes(centroid, normal, hint, upward)


def _stretchHints(table: PointTable, anterior: Array, centers: Array) -> tuple[Array, Array]:
    """For each level (P, L, 3) the mean anterior direction of its stretch, and its lowest center to its highest."""
    forward, upward = np.full_like(anterior, np.nan), np.full_like(centers, np.nan)
    for stretch in stretches(table):
        forward[:, stretch] = _nanMean(anterior[:, stretch], axis=1)[:, None]
        ends = _firstThere(centers[:, stretch]) - _firstThere(centers[:, stretch[::-1]])
        upward[:, stretch] = ends[:, None]
    return forward, upward


def _levelsFromSegments(table: PointTable, segments: Frames) -> Frames:
    """Each level's frame where every level belongs to a segment: that of the segment below, else above."""
    upper, lower = segmentIndices(table)
    place = {level: number for part in (lower, upper) for number, level in enumerate(part)}
    order = [place[level] for level in range(len(table.chain.levels))]
    return Frames(segments.origin[:, order], segments.anterior[:, order], segments.cranial[:, order])


def _levelFrames(table: PointTable, stretch: PlaneFit, segments: Frames, anterior: Array, centers: Array) -> Frames:
    """Each level's frame: that of the segment below, else above, else its stretch's plane with its own axes."""
    above = np.concatenate([centers[:, :1], centers[:, :-1]], axis=1)
    below = np.concatenate([centers[:, 1:], centers[:, -1:]], axis=1)
    plates = np.stack([table.levels["SA"], table.levels["SP"]], axis=-2).mean(axis=-2) - np.stack(
        [table.levels["IA"], table.levels["IP"]], axis=-2
    ).mean(axis=-2)
    cranial = np.where(np.isfinite(plates), plates, above - below)
    normal = np.where(_fixed(stretch, 3)[..., None], stretch.normal, np.nan)
    own = framesInPlanes(centers, normal, anterior, cranial)
    parts = {name: getattr(own, name).copy() for name in ("origin", "anterior", "cranial")}
    upper, lower = segmentIndices(table)
    for indices in (lower, upper):
        valid = isThere(segments.cranial)[..., None]
        for name, values in parts.items():
            values[:, indices] = np.where(valid, getattr(segments, name), values[:, indices])
    return Frames(**parts)


def segmentIndices(table: PointTable) -> tuple[list[int], list[int]]:
    """Indices into the levels of the upper and lower level of every segment."""
    return _segmentIndices(table.chain)


@lru_cache(maxsize=64)
def _segmentIndices(chain: Chain) -> tuple[list[int], list[int]]:
    place = {level: index for index, level in enumerate(chain.levels)}
    return [place[item.upper] for item in chain.segments], [place[item.lower] for item in chain.segments]


def _regionFrame(table: PointTable, region: Region, anterior: Array, allCenters: Array) -> Frames:
    """Frame (P,) of a region: plane through all its corners (Oc-C2: all midsagittal points), axes from the bones."""
    indices = [table.chain.levels.index(level) for level in table.chain.levelsWithin(region)]
    codes = CRANIOCERVICAL_CODES if region.name == "OcC2" else CORNERS
    points = np.concatenate([table.levels[code][:, indices] for code in codes], axis=-2)
    fit = fitPlanes(points)
    normal = np.where(_fixed(fit, 3)[..., None], fit.normal, np.nan)
    centers = allCenters[:, indices]
    hint = _nanMean(anterior[:, indices], axis=-2)
    top, bottom = _firstThere(centers), _firstThere(centers[:, ::-1])
    return framesInPlanes(fit.centroid, normal, hint, top - bottom)


def _firstThere(centers: Array) -> Array:
    """For (P, N, 3) the first finite point of each row, (P, 3)."""
    there = isThere(centers)
    return np.take_along_axis(centers, there.argmax(axis=-1)[:, None, None], axis=1)[:, 0]


def caseFrames(table: PointTable) -> CaseFrames:
    """All frames of a table without draws (levels (P, L, 3), segments (P, S, 3))."""
    own, anterior, centers = segmentPlanes(table), _anteriorVectors(table), _centers(table)
    inSegments = set(segmentIndices(table)[0]) | set(segmentIndices(table)[1])
    if len(inSegments) == len(table.chain.levels) and _fixed(own, FEWEST_POINTS).all():
        segments = _segmentFrames(table, own, None, anterior, centers)
        if np.isfinite(segments.cranial).all():
            nowhere = np.zeros(own.count.shape, dtype=bool)
            levels = _levelsFromSegments(table, segments)
            return CaseFrames(segments, levels, RegionFrames(table, anterior, centers), nowhere)
    stretch = _stretchPlanes(table)
    segments = _segmentFrames(table, own, stretch, anterior, centers)
    levels = _levelFrames(table, stretch, segments, anterior, centers)
    borrowed = ~_fixed(own, FEWEST_POINTS) & isThere(segments.cranial)
    return CaseFrames(segments, levels, RegionFrames(table, anterior, centers), borrowed)


def framesAfterMove(frames: CaseFrames, table: PointTable, index: int, level: str) -> CaseFrames:
    """Frames of a table of which points of one level of one position have moved; those of other positions stay."""
    one = caseFrames(table.ofPosition(index))
    return CaseFrames(
        _withRows(frames.segments, index, one.segments), _withRows(frames.levels, index, one.levels),
        frames.regions.moved(table, index, level, one.regions), _withRow(frames.borrowed, index, one.borrowed),
    )  # fmt: skip


def sharesPlanes(frames: CaseFrames, table: PointTable, index: int) -> bool:
    """True where, in a position, some segment or level lies in the plane of its whole stretch."""
    beside = np.zeros(len(table.chain.levels), dtype=bool)
    has = isThere(frames.segments.cranial[index])
    for indices in segmentIndices(table):
        beside[indices] |= has
    return bool(frames.borrowed[index].any() or (isThere(frames.levels.cranial[index]) & ~beside).any())
