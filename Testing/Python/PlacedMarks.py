"""Cases in which a mark was placed."""

from __future__ import annotations

from DynamicSpineLib.Study.EditMarks import withLandmarks
from DynamicSpineLib.Study.Marks import Landmark


def withPlaced(case, positionId, name, point_RAS):
    """The case with a landmark where its user put it."""
    return withLandmarks(case, positionId, [Landmark(name, point_RAS)])
