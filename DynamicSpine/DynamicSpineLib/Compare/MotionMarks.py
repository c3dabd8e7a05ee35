"""The marks of a motion at each of its frames: a position's own there, and between two their way to each other.

A mark of bone goes with its bone, one of soft tissue with the field between the bones. What both positions have of it
arrives from either side and is blended, so that it meets each position's own mark exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
        self._case, self._path = case, path
        self._legs: dict[int, _LegMarks] = {}

    def at(self, frame: MotionFrame) -> MarksOfFrame:
        """The marks of a frame; between two positions those that both have."""
        if frame.isObserved:
            points, curves = _laid(positionOf(self._case, frame.position).marks, self._path.toReference[frame.position])
            return MarksOfFrame(points, curves)
        if frame.leg not in self._legs:
            self._legs[frame.leg] = _LegMarks(motionBodies(self._case, self._path, frame.leg), self._case)
        return self._legs[frame.leg].at(frame.fraction)


class _LegMarks:
    """The marks that both ends of a leg have, laid on the reference: of bones, and all points of soft tissue in one."""

    def __init__(self, bodies: MotionBodies, case: Case) -> None:
        self._bodies, path = bodies, bodies.path
        leg = path.legs[bodies.leg]
        ends = [_laid(positionOf(case, key).marks, path.toReference[key]) for key in (leg.start, leg.end)]
        (first, firstCurves), (last, lastCurves) = ends
        names = [name for name in first if name in last]
        self._hard = [name for name in names if boneOfMark(name) in leg.levels]
        self._soft = [name for name in names if boneOfMark(name) not in leg.levels]
        self._bony = [np.array([end[0][name] for name in self._hard]).reshape(-1, 3) for end in ends]
        # Curves are paired where the field lays the first position's on the other's.
        whole = _tissue(bodies, 1.0, False)
        paired = {name: _alongside(lastCurves[name].points_RAS, whole(curve.points_RAS), curve.closed)
                  for name, curve in firstCurves.items()
                  if name in lastCurves and lastCurves[name].closed == curve.closed}  # fmt: skip
        self._curves = {name: firstCurves[name].closed for name, points in paired.items() if points is not None}
        self._counts = [len(firstCurves[name].points_RAS) for name in self._curves]
        self._tissue = [
            np.concatenate([np.array([end[name] for name in self._soft]).reshape(-1, 3), *drawn])
            for end, drawn in ((first, [firstCurves[name].points_RAS for name in self._curves]),
                               (last, [points for points in paired.values() if points is not None]))
        ]  # fmt: skip

    def at(self, fraction: float) -> MarksOfFrame:
        """The marks at a fraction of the leg, strictly between its ends."""
        shares = (1.0 - fraction, fraction)
        hard, soft = np.zeros_like(self._bony[0]), np.zeros_like(self._tissue[0])
        for number, isFromEnd in enumerate((False, True)):
            bones = self._bodies.path.motionsFrom(self._bodies.leg, fraction, isFromEnd)
            moved = [applyTransform(point, bones[boneOfMark(name)])
                     for name, point in zip(self._hard, self._bony[number], strict=True)]  # fmt: skip
            hard += shares[number] * np.array(moved).reshape(-1, 3)
            soft += shares[number] * _tissue(self._bodies, fraction, isFromEnd)(self._tissue[number])
        points = {**dict(zip(self._hard, hard, strict=True)), **dict(zip(self._soft, soft, strict=False))}
        parts = np.split(soft[len(self._soft) :], np.cumsum(self._counts)[:-1]) if self._counts else []
        curves = {name: MovedCurve(part, isClosed)
                  for (name, isClosed), part in zip(self._curves.items(), parts, strict=True)}  # fmt: skip
        return MarksOfFrame(points, curves)


def _tissue(bodies: MotionBodies, fraction: float, isFromEnd: bool) -> Callable[[Array], Array]:
    """Where soft tissue goes; without a field it stays where it is in each position, and is blended."""
    return bodies.fieldToFrame(fraction, isFromEnd).carry if bodies.canBend else np.copy


def _laid(marks: LandmarkSet, hold: Array) -> tuple[dict[str, Array], dict[str, MovedCurve]]:
    """A position's marks and curves laid on the reference."""
    points = {name: applyTransform(point, hold) for name in marks.landmarks if (point := marks.point(name)) is not None}
    curves = {name: MovedCurve(applyTransform(_sampled(curve), hold), curve.closed)
              for name, curve in marks.contours.items()}  # fmt: skip
    return points, curves


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
    shifts = np.arange(len(points)) if isClosed else np.array([0])
    order = (np.arange(len(points)) + shifts[:, None]) % max(len(points), 1)
    orders = np.concatenate([order, order[:, ::-1]])
    distances = ((points[orders] - others) ** 2).sum(axis=(1, 2))
    return np.asarray(points[orders[int(np.argmin(distances))]])
