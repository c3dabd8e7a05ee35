"""The planes in which a position is looked at: its midsagittal plane, and those across a vertebra or a disc.

All planes and points are in the frame of the position's volume; SlicePlacing.planeInWorld brings them into the world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, levelsBeside
from DynamicSpineLib.Scene.PicturePlane import (
    Direction,
    PicturePlane,
    asPoint,
    axialPlane,
    coronalPlane,
    sagittalPlane,
)
from DynamicSpineLib.Scene.SlicePictures import cornersOf, planeOfMarks, uprightPlane
from DynamicSpineLib.Scene.Views.Layouts import AXIAL, CORONAL, SAGITTAL
from DynamicSpineLib.Study.Marks import Point
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

_UPPER_PLATE, _LOWER_PLATE = ("SA", "SP"), ("IA", "IP")
_NEAR_MM = 10.0
_MARGIN_MM = 15.0
_COVERED_SHARE = 0.6  # of the chain's levels: with fewer marked, the whole volume is shown, where the others are


@dataclass(frozen=True)
class PlaceFrame:
    """Where a vertebra or a disc lies: its middle, and the directions of its own front and top (RAS, not unit)."""

    center_RAS: Point
    anterior_RAS: Direction
    cranial_RAS: Direction

    def plane(self, kind: str) -> PicturePlane:
        """The plane through the middle: Sagittal along the bone, Axial parallel to the endplates, Coronal in front."""
        make = {SAGITTAL: sagittalPlane, AXIAL: axialPlane, CORONAL: coronalPlane}[kind]
        return make(self.center_RAS, self.anterior_RAS, self.cranial_RAS)


def midsagittalPlane(position: Position, chain: Chain) -> PicturePlane:
    """A position's midsagittal plane, head end up: through its bodies' corners, else through the volume's middle slice.

    Without a geometry it is the plane x = 0.
    """
    marked = planeOfMarks(position.marks, chain.levels)
    if marked is not None:
        return uprightPlane(marked)
    if position.geometry is not None:
        return volumePlane(position.geometry, SAGITTAL)
    return sagittalPlane((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def volumePlane(geometry: VolumeGeometry, kind: str) -> PicturePlane:
    """The plane through a volume's middle along its own voxel axes; where slices lie across, through a slice."""
    axes = _namedAxes(geometry)
    indices = (np.array(geometry.size) - 1) // 2
    center = geometry.ijkToRAS[:3, :3] @ indices + geometry.ijkToRAS[:3, 3]
    frame = PlaceFrame(asPoint(center), asPoint(axes[1]), asPoint(axes[2]))
    return frame.plane(kind)


def _namedAxes(geometry: VolumeGeometry) -> NDArray[np.float64]:
    """The volume's axes (rows) nearest to right, anterior and superior, pointing that way; each axis is used once."""
    directions = np.array(geometry.directions_RAS)
    orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    best = max(orders, key=lambda order: sum(abs(directions[axis, at]) for at, axis in enumerate(order)))
    rows = directions[list(best)]
    signs = np.where(np.diag(rows) < 0, -1.0, 1.0)
    named: NDArray[np.float64] = rows * signs[:, None]
    return named


def fieldOfPosition(position: Position, chain: Chain, plane: PicturePlane) -> tuple[float, float]:
    """Width and height in mm, around a plane's center, of what is to be seen first: the marks, else the volume."""
    marked = sum(bool(cornersOf(position.marks, level)) for level in chain.levels)
    if marked >= max(2.0, _COVERED_SHARE * len(chain.levels)):
        placed = [item.point_RAS for item in position.marks.landmarks.values() if item.point_RAS is not None]
        offsets = plane.project(placed)
        near = np.abs(offsets[np.abs(offsets[:, 2]) <= _NEAR_MM])
        if len(near):
            width, height = 2 * (near[:, :2].max(axis=0) + _MARGIN_MM)
            return float(width), float(height)
    return fieldOfVolume(position.geometry, plane)


def fieldOfVolume(geometry: VolumeGeometry | None, plane: PicturePlane) -> tuple[float, float]:
    """Width and height in mm, around a plane's center, in which a volume is seen whole."""
    if geometry is None:
        return 200.0, 200.0
    corners = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * (np.array(geometry.size) - 1)
    points = corners @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]
    width, height = 2 * np.abs(plane.project(points)[:, :2]).max(axis=0)
    return max(float(width), 1.0), max(float(height), 1.0)


def spacingAcross(geometry: VolumeGeometry | None, plane: PicturePlane) -> float:
    """The distance of a volume's voxels in mm along the axis that runs most nearly across a plane; 0 if not known."""
    if geometry is None:
        return 0.0
    across = np.abs(np.array(geometry.directions_RAS) @ plane.sliceToRAS[:3, 2])
    return float(geometry.spacingMm[int(np.argmax(across))])


def frameOfPlace(position: Position, chain: Chain, place: str, sagittal: PicturePlane) -> PlaceFrame | None:
    """Where a level ("L4") or a segment ("L4L5") lies in a position, by its corners, else by those of other levels.

    A disc is parallel to the mean of both endplates beside it; a body to the mean of its own. Where front and back of
    neither are placed, the directions are those of the position's midsagittal plane, `sagittal`. None where nothing
    says where the place is.
    """
    levels = levelsBeside(place)
    found = {level: cornersOf(position.marks, level) for level in levels}
    plates = _plates(found, levels)
    points = [point for corners in found.values() for point in corners.values()]
    if not plates and not all(found.values()):  # a disc is not where the only marked body beside it is
        return _frameBetween(position, chain, levels, sagittal)
    enclosing = [point for plate in plates for point in plate]
    middle = np.mean(enclosing if enclosing and (len(plates) == 2 or len(levels) == 2) else points, axis=0)
    anterior = sum((_unit(np.subtract(front, back)) for front, back in plates), np.zeros(3))
    if not plates or np.linalg.norm(anterior) < 0.5:
        anterior = -np.array(sagittal.right_RAS)
    normal = sagittal.sliceToRAS[:3, 2]
    anterior = anterior - (anterior @ normal) * normal
    cranial = np.cross(normal, anterior)
    cranial = cranial if cranial @ np.array(sagittal.up_RAS) >= 0 else -cranial
    return PlaceFrame(asPoint(middle), asPoint(anterior), asPoint(cranial))


def _plates(found: dict[str, dict[str, Point]], levels: tuple[str, ...]) -> list[tuple[Point, Point]]:
    """Front and back point of the endplates that enclose a place: of a body both, of a disc those that face it."""
    wanted = ((levels[0], _UPPER_PLATE), (levels[0], _LOWER_PLATE))
    if len(levels) == 2:
        wanted = ((levels[0], _LOWER_PLATE), (levels[1], _UPPER_PLATE))
    return [(found[level][front], found[level][back]) for level, (front, back) in wanted
            if front in found[level] and back in found[level]]  # fmt: skip


def _frameBetween(
    position: Position, chain: Chain, levels: tuple[str, ...], sagittal: PicturePlane
) -> PlaceFrame | None:
    """Where levels without corners may be: in proportion between marked ones, or in line with the two nearest."""
    middles = {index: np.mean(list(corners.values()), axis=0) for index, level in enumerate(chain.levels)
               if (corners := cornersOf(position.marks, level))}
    known = [index for index, level in enumerate(chain.levels) if level in levels]
    if len(middles) < 2 or not known:
        return None
    at = float(np.mean(known))
    below = sorted(sorted(middles, key=lambda index: abs(index - at))[:2])
    share = (at - below[0]) / (below[1] - below[0])
    middle = middles[below[0]] + share * (middles[below[1]] - middles[below[0]])
    return PlaceFrame(asPoint(middle), asPoint(-np.array(sagittal.right_RAS)), sagittal.up_RAS)


def placeOf(landmarkName: str) -> str:
    """The level or segment that a landmark belongs to; empty for a name that no protocol knows."""
    parsed = parseLandmarkName(landmarkName)
    return parsed.place if parsed is not None else ""


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
