"""The lines of the anatomy at each frame of a motion: bodies, canal, cord and curves, moving with the images."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.MotionFrames import MotionFrame
from DynamicSpineLib.Compare.MotionMarks import MarksOfFrame, MotionMarks
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Compare.Outlines import BODY, CANAL, CORD, SpineOutline, outlinesOf
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Marks import Contour, Landmark, LandmarkSet, Point, landmarkSet

MIDLINE_KINDS = (BODY, CANAL, CORD)
"""Lines that lie in the midline. Outlines of other planes would only be seen from the side there."""


class MotionOutlines:
    """Gives the lines of every frame of a motion, in the frame of its reference position."""

    def __init__(self, case: Case, path: MotionPath, kinds: Collection[str] = MIDLINE_KINDS) -> None:
        self._case, self._path, self._kinds = case, path, kinds
        self._marks = MotionMarks(case, path)

    def at(self, frame: MotionFrame) -> tuple[SpineOutline, ...]:
        """The lines of a frame: a position's own, and between two those whose marks both have.

        The positionId of a line is the position's, or between two names both ("ST_E to ST_F").
        """
        leg, reference = self._path.legs[frame.leg], self._path.reference
        shown = replace(positionOf(self._case, reference), marks=asMarks(self._marks.at(frame)))
        whose = frame.position or f"{leg.start} to {leg.end}"
        case = replace(self._case, positions=(shown,))
        return tuple(replace(line, positionId=whose) for line in outlinesOf(case, reference, self._kinds))


def asMarks(found: MarksOfFrame) -> LandmarkSet:
    """The marks of a frame as a set; curves hold the points that they are drawn with."""
    landmarks = [Landmark(name, _point(point)) for name, point in found.points_RAS.items()]
    contours = [Contour(name, tuple(_point(point) for point in curve.points_RAS), curve.closed)
                for name, curve in found.curves.items()]  # fmt: skip
    return landmarkSet(landmarks, contours)


def _point(values: NDArray[np.float64]) -> Point:
    x, y, z = values
    return (float(x), float(y), float(z))
