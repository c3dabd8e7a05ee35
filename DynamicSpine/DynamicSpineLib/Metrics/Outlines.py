"""Closed outlines and measured lines of a reading as arrays: areas, extents, plane normals and lengths."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Curves import areaGradientSize, closedCurve, curveLength, signedArea
from DynamicSpineLib.Geometry.Planes import Frames, cross3, fitPlanes, unit3
from DynamicSpineLib.Metrics.PointTable import SIDES, Array
from DynamicSpineLib.Study.Marks import PREDICTED, Contour, Point

CLOSED_CODES = ("DS", "KC", "FC")
LINE_CODES = ("LF", "FG", "LR")


@dataclass(frozen=True)
class Outline:
    """One curve at its place in the arrays: position and segment index, parsed name, control points in RAS mm.

    sdMm: the curve's own SD, None where that of its class holds. predicted: that of its class holds besides.
    """

    positionIndex: int
    segmentIndex: int
    name: LandmarkName
    points_RAS: tuple[Point, ...]
    sdMm: float | None = None
    predicted: bool = False

    def totalSdMm(self, ofClassMm: float) -> float:
        """SD in mm of this curve, from its own and that of its class."""
        if self.sdMm is None:
            return ofClassMm
        return math.hypot(self.sdMm, ofClassMm) if self.predicted else self.sdMm

    @property
    def cell(self) -> tuple[int, ...]:
        """Index into (P, S) or, for sided curves, (P, S, 2)."""
        place = (self.positionIndex, self.segmentIndex)
        return (*place, SIDES.index(self.name.side)) if self.name.side else place


@dataclass(frozen=True)
class OutlineValues:
    """Per code: values (P, S) or (P, S, 2): area in mm2, length of the outline and extents in mm, unit plane normals
    (..., 3), gradients of the area to a uniform placing error (mm2 per mm), lengths of lines in mm."""

    area: dict[str, Array]
    outlineLength: dict[str, Array]
    normal: dict[str, Array]
    areaPerMm: dict[str, Array]
    apExtent: dict[str, Array]
    transverseExtent: dict[str, Array]
    lineLength: dict[str, Array]

    def each(self, change: Callable[[Array], Array]) -> OutlineValues:
        """The same values with every array changed by a function."""
        parts = (getattr(self, item.name) for item in fields(self))
        return OutlineValues(*({code: change(array) for code, array in part.items()} for part in parts))


def collectOutlines(chain: Chain, contoursByPosition: Sequence[Mapping[str, Contour]]) -> list[Outline]:
    """Every curve of the protocols in a reading, with its place in the arrays."""
    index = {segment.name: place for place, segment in enumerate(chain.segments)}
    found = []
    for positionIndex, contours in enumerate(contoursByPosition):
        for contour in contours.values():
            name = parseLandmarkName(contour.name)
            if name is not None and name.place in index:
                predicted = contour.origin == PREDICTED
                place = index[name.place]
                found.append(Outline(positionIndex, place, name, contour.points_RAS, contour.sdMm, predicted))
    return found


def _empty(
    chain: Chain, positionCount: int, codes: Sequence[str], sided: bool, last: tuple[int, ...] = ()
) -> dict[str, Array]:
    shape = (positionCount, len(chain.segments), *((2,) if sided else ()), *last)
    return {code: np.full(shape, np.nan) for code in codes}


def outlineValues(
    chain: Chain, positionCount: int, outlines: Sequence[Outline], segmentFrames: Frames
) -> OutlineValues:
    """Areas and lengths of all curves; each area is that of Slicer's spline in the curve's own fitted plane.

    segmentFrames (P, S) give the direction of anterior for the cord's extents.
    """
    plain, sided = ("DS", "KC"), ("FC",)
    values = OutlineValues(
        area={**_empty(chain, positionCount, plain, False), **_empty(chain, positionCount, sided, True)},
        outlineLength={**_empty(chain, positionCount, plain, False), **_empty(chain, positionCount, sided, True)},
        normal={**_empty(chain, positionCount, plain, False, (3,)), **_empty(chain, positionCount, sided, True, (3,))},
        areaPerMm={**_empty(chain, positionCount, plain, False), **_empty(chain, positionCount, sided, True)},
        apExtent=_empty(chain, positionCount, ("KC",), False),
        transverseExtent=_empty(chain, positionCount, ("KC",), False),
        lineLength=_empty(chain, positionCount, LINE_CODES, True),
    )
    for outline in outlines:
        if outline.name.code in LINE_CODES:
            length = math.dist(outline.points_RAS[-1], outline.points_RAS[0])
            values.lineLength[outline.name.code][outline.cell] = length
    _measureClosed(outlines, segmentFrames, values)
    return values


def withExtents(values: OutlineValues, outlines: Sequence[Outline], segmentFrames: Frames) -> OutlineValues:
    """The values with the extents of some cords measured again, in frames that have changed; areas do not depend on
    them."""
    ap, transverse = values.apExtent["KC"].copy(), values.transverseExtent["KC"].copy()
    for outline in outlines:
        points = np.array([outline.points_RAS], dtype=float)
        fit = fitPlanes(points)
        anterior = segmentFrames.anterior[outline.positionIndex, outline.segmentIndex][None]
        extents = np.ptp(closedCurve(_inOwnPlane(points, fit.centroid, fit.normal, anterior)), axis=-2)
        ap[outline.cell], transverse[outline.cell] = extents[0]
    return replace(values, apExtent={"KC": ap}, transverseExtent={"KC": transverse})


def _measureClosed(outlines: Sequence[Outline], segmentFrames: Frames, values: OutlineValues) -> None:
    """Measure closed curves, those of one number of control points together."""
    bySize: dict[int, list[Outline]] = defaultdict(list)
    for outline in outlines:
        if outline.name.code in CLOSED_CODES and len(outline.points_RAS) >= 3:
            bySize[len(outline.points_RAS)].append(outline)
    for group in bySize.values():
        _measureGroup(group, segmentFrames, values)


def _measureGroup(group: Sequence[Outline], segmentFrames: Frames, values: OutlineValues) -> None:
    """Measure closed curves of one number of control points together."""
    points = np.array([outline.points_RAS for outline in group], dtype=float)
    fit = fitPlanes(points)
    places = tuple(np.array([(outline.positionIndex, outline.segmentIndex) for outline in group]).T)
    planar = _inOwnPlane(points, fit.centroid, fit.normal, segmentFrames.anterior[places])
    areas, gradients = np.abs(signedArea(planar)), areaGradientSize(planar)
    lengths = curveLength(planar)
    for code in {outline.name.code for outline in group}:
        numbers = [number for number, outline in enumerate(group) if outline.name.code == code]
        cells = tuple(np.array([group[number].cell for number in numbers]).T)
        values.area[code][cells] = areas[numbers]
        values.outlineLength[code][cells] = lengths[numbers]
        values.normal[code][cells] = fit.normal[numbers]
        values.areaPerMm[code][cells] = gradients[numbers]
        if code in values.apExtent:
            extents = np.ptp(closedCurve(planar[numbers]), axis=-2)
            values.apExtent[code][cells], values.transverseExtent[code][cells] = extents.T


def _inOwnPlane(points_RAS: Array, origin_RAS: Array, normal: Array, anterior: Array) -> Array:
    """Curves (M, N, 3) as (anterior, sideways) coordinates (M, N, 2) in planes (M, 3) through an origin."""
    anterior = np.where(np.isfinite(anterior), anterior, np.array([0.0, 1.0, 0.0]))
    first = _inPlaneAxis(normal, anterior)
    axes = np.stack([first, cross3(normal, first)], axis=-1)
    return (points_RAS - origin_RAS[:, None]) @ axes


def _inPlaneAxis(normal: Array, anterior: Array) -> Array:
    """Anterior made to lie in planes (M, 3); where it is square to the plane, any direction in it."""
    axis = anterior - (anterior * normal).sum(-1, keepdims=True) * normal
    degenerate = (np.abs(axis) < 0.2).all(axis=-1, keepdims=True)
    spare = cross3(normal, np.array([1.0, 0.0, 0.0]))
    return unit3(np.where(degenerate, spare, axis))
