"""Cases in which a mark was placed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from DynamicSpineLib.Study.EditMarks import withLandmarks
from DynamicSpineLib.Study.Marks import Landmark


def withPlaced(case, positionId, name, point_RAS):
    """The case with a landmark where its user put it."""
    return withLandmarks(case, positionId, [Landmark(name, point_RAS)])


def withFewOutlines(case, segments=("L4L5", "C5C6")):
    """The case with the outlines of some segments only: every outline is a node in a scene, and takes its time."""
    positions = [
        replace(item, marks=replace(item.marks, contours=MappingProxyType({
            name: curve for name, curve in item.marks.contours.items() if name.split("_")[0] in segments})))
        for item in case.positions
    ]  # fmt: skip
    return replace(case, positions=tuple(positions))
