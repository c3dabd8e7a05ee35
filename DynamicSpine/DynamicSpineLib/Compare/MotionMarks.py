"""The marks of a motion at each of its frames: a position's own there, and between two their way to each other.

A mark of bone goes with its bone, one of soft tissue with the field between the bones. What both positions have of it
arrives from either side and is blended, so that it meets each position's own mark exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Compare.MotionBodies import MotionBodies, motionBodies
from DynamicSpineLib.Compare.MotionFrames import MotionFrame
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Geometry.Curves import closedCurve
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Marks import Contour, LandmarkSet

Array = NDArray[np.float64]

CURVE_POINTS = 60
"""Points that a closed curve is drawn with between two positions."""


@dataclass(frozen=True, eq=False)
class MovedCurve:
    """A curve of a frame: points (N, 3) in order, joined up where `closed`."""

    points_RAS: Array
    closed: bool


@dataclass(frozen=True, eq=False)
class MarksOfFrame:
    """The marks of a frame by name, in the frame of the reference position, RAS mm."""

    points_RAS: Mapping[str, Array]
    curves: Mapping[str, MovedCurve]


class MotionMarks:
    """Gives the marks of every frame of a motion through a case's positions."""

    def __init__(self, case: Case, path: MotionPath) -> None:
        self._path = path
        self._marks = {key: positionOf(case, key).marks for key in path.order}
        self._bodies = lru_cache(maxsize=None)(lambda leg: motionBodies(case, path, leg))

    def at(self, frame: MotionFrame) -> MarksOfFrame:
        """The marks of a frame; between two positions those that both have."""
        if frame.isObserved:
            marks, hold = self._marks[frame.position], self._path.toReference[frame.position]
            points = {name: applyTransform(point, hold) for name, point in _points(marks).items()}
            curves = {name: MovedCurve(applyTransform(_sampled(curve), hold), curve.closed)
                      for name, curve in marks.contours.items()}  # fmt: skip
            return MarksOfFrame(points, curves)
        leg = self._path.legs[frame.leg]
        ways = [self._way(frame, isFromEnd) for isFromEnd in (False, True)]
        return _between(self._marks[leg.start], self._marks[leg.end], ways, frame.fraction)

    def _way(self, frame: MotionFrame, isFromEnd: bool) -> _Way:
        """How marks of the leg's start, or its end, get to a frame."""
        leg, bodies = self._path.legs[frame.leg], self._bodies(frame.leg)
        hold = self._path.toReference[leg.end if isFromEnd else leg.start]
        bones = self._path.motionsFrom(frame.leg, frame.fraction, isFromEnd)
        return _Way(hold, bones, _tissue(bodies, frame.fraction, isFromEnd))


@dataclass(frozen=True, eq=False)
class _Way:
    """hold: lays the image on the reference; then bones move by their matrices and soft tissue by `tissue`."""

    hold: Array
    bones: Mapping[str, Array]
    tissue: Callable[[Array], Array]

    def points(self, points_RAS: Mapping[str, Array]) -> dict[str, Array]:
        held = {name: applyTransform(point, self.hold) for name, point in points_RAS.items()}
        soft = [name for name in held if boneOfMark(name) not in self.bones]
        moved = dict(zip(soft, self.tissue(np.array([held[name] for name in soft]).reshape(-1, 3)), strict=True))
        return {name: moved[name] if name in moved else applyTransform(point, self.bones[boneOfMark(name)])
                for name, point in held.items()}  # fmt: skip

    def curve(self, points_RAS: Array) -> Array:
        return self.tissue(applyTransform(points_RAS, self.hold))


def _tissue(bodies: MotionBodies, fraction: float, isFromEnd: bool) -> Callable[[Array], Array]:
    """Without a field soft tissue stays where it is in each position, and is blended."""
    return bodies.fieldToFrame(fraction, isFromEnd).carry if bodies.canBend else np.copy


def _between(start: LandmarkSet, end: LandmarkSet, ways: list[_Way], fraction: float) -> MarksOfFrame:
    both = [_points(marks) for marks in (start, end)]
    names = [name for name in both[0] if name in both[1]]
    first, last = (way.points({name: own[name] for name in names}) for way, own in zip(ways, both, strict=True))
    points = {name: (1.0 - fraction) * first[name] + fraction * last[name] for name in names}
    curves = {}
    for name, curve in start.contours.items():
        other = end.contours.get(name)
        if other is not None and other.closed == curve.closed:
            one, two = ways[0].curve(_sampled(curve)), ways[1].curve(_sampled(other))
            matched = _alongside(two, one, curve.closed)
            if matched is not None:
                curves[name] = MovedCurve((1.0 - fraction) * one + fraction * matched, curve.closed)
    return MarksOfFrame(points, curves)


def _points(marks: LandmarkSet) -> dict[str, Array]:
    return {name: np.array(point) for name in marks.landmarks if (point := marks.point(name)) is not None}


def _sampled(curve: Contour) -> Array:
    """A closed curve as points (CURVE_POINTS, 3) equally far along it; an open one as it is."""
    points = np.array(curve.points_RAS, dtype=float).reshape(-1, 3)
    if not curve.closed or len(points) < 3:
        return points
    drawn = closedCurve(points)
    drawn = np.concatenate([drawn, drawn[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(drawn, axis=0), axis=1))])
    at = np.arange(CURVE_POINTS) * along[-1] / CURVE_POINTS
    return np.stack([np.interp(at, along, column) for column in drawn.T], axis=-1)


def _alongside(points: Array, others: Array, isClosed: bool) -> Array | None:
    """The points of a curve in the order, and from the start, in which they lie nearest to the others'.

    None where they cannot be paired: an open curve of another number of points.
    """
    if len(points) != len(others):
        return None
    shifts = range(len(points)) if isClosed else (0,)
    orders = [np.roll(way, shift, axis=0) for way in (points, points[::-1]) for shift in shifts]
    return min(orders, key=lambda order: float(((order - others) ** 2).sum()))
