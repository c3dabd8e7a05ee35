"""The vertebrae of a motion as bodies of a polyrigid field: from what a frame shows to either position, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf
from DynamicSpineLib.Anatomy.BoneRegions import rigidBodies
from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Anatomy.Levels import unbrokenRuns
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField, RigidBody, capsule
from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf

Array = NDArray[np.float64]

STEPS_OF_LEG = 4
"""Runge-Kutta steps over a whole leg. From full extension to flexion of the phantoms they move no point by more than
0.03 mm against 64 steps."""

WITHOUT_ENDPLATES = ("Oc", "C1")
POINT_RADIUS_MM = 5.0
"""About each mark of a bone without endplates (C1, occiput) so much moves with it."""


@dataclass(frozen=True, eq=False)
class MotionBodies:
    """The vertebrae of one leg that bend the images: the longest unbroken row of those with a marked endplate, and C1
    and the occiput above them where they are marked.

    corners_RAS, points_RAS: by level and code, in the reference position, of bones with endplates and of those without.
    A leg with fewer than two of the former has no field. Everything is in the frame of the reference position, in which
    the images are laid on it with the held vertebra.
    """

    path: MotionPath
    leg: int
    corners_RAS: Mapping[str, Mapping[str, Array]]
    points_RAS: Mapping[str, Mapping[str, Array]]

    @property
    def levels(self) -> tuple[str, ...]:
        """The vertebrae that bend the images, cranial to caudal."""
        return (*self.points_RAS, *self.corners_RAS)

    @property
    def canBend(self) -> bool:
        """True where there is a field: two neighbors or more."""
        return len(self.corners_RAS) > 1

    @property
    def sentences(self) -> tuple[str, ...]:
        """What must be said of this leg's images."""
        leg = self.path.legs[self.leg]
        if not self.canBend:
            told = (f"between '{leg.start}' and '{leg.end}' the images fade without bending: two neighboring vertebrae "
                    "with a marked endplate are needed")  # fmt: skip
            return (told,)
        rest = ", ".join(level for level in leg.levels if level not in self.levels)
        told = f"{rest}: between '{leg.start}' and '{leg.end}' the images go with the nearest vertebra instead"
        return (told,) if rest else ()

    def fieldFromFrame(self, fraction: float, isToEnd: bool) -> PolyrigidField:
        """The field from where the bones are at a fraction of the leg to where they are at its start, or its end."""
        motions = self.path.motionsFrom(self.leg, fraction, isToEnd)
        back = {level: inverseRigid(motions[level]) for level in self.levels}
        return self._field(self.path.posesAt(self.leg, fraction), back, 1.0 - fraction if isToEnd else fraction)

    def fieldToFrame(self, fraction: float, isFromEnd: bool) -> PolyrigidField:
        """The field from where the bones are at the leg's start, or its end, to where they are at a fraction of it."""
        motions = self.path.motionsFrom(self.leg, fraction, isFromEnd)
        source = self.path.posesAt(self.leg, 1.0 if isFromEnd else 0.0)
        return self._field(source, motions, 1.0 - fraction if isFromEnd else fraction)

    def _field(self, poses: Mapping[str, Array], motions: Mapping[str, Array], share: float) -> PolyrigidField:
        """share: of the leg, from 0 to 1; a shorter way needs fewer steps."""
        corners, points = ({level: {code: applyTransform(point, poses[level]) for code, point in own.items()}
                            for level, own in found.items()}
                           for found in (self.corners_RAS, self.points_RAS))  # fmt: skip
        balls = [RigidBody(level, tuple(capsule(point, point, POINT_RADIUS_MM) for point in own.values()),
                           motions[level]) for level, own in points.items()]  # fmt: skip
        return PolyrigidField([*balls, *rigidBodies(corners, motions)], max(1, math.ceil(STEPS_OF_LEG * share)))


def motionBodies(case: Case, path: MotionPath, leg: int) -> MotionBodies:
    """The bodies of a leg: their marks in the reference position, else in an end, carried to it."""
    corners: dict[str, dict[str, Array]] = {}
    points: dict[str, dict[str, Array]] = {}
    for position in (path.reference, path.legs[leg].start, path.legs[leg].end):
        marks = positionOf(case, position).marks
        there = {name: np.array(point) for name in marks.landmarks if (point := marks.point(name)) is not None}
        for level in path.legs[leg].levels:
            bony = {name: point for name, point in there.items() if boneOfMark(name) == level}
            if level in WITHOUT_ENDPLATES and level not in points and len(bony) >= 2:
                points[level] = _inReference(path, position, level, bony)
        for level, own in cornersOf(there).items():
            if level in path.legs[leg].levels and level not in corners and hasPlate(own):
                corners[level] = _inReference(path, position, level, own)
    run = max(unbrokenRuns(corners), key=len, default=[])
    if len(run) < 2:
        return MotionBodies(path, leg, {}, {})
    whole = next(row for row in unbrokenRuns([*points, *run]) if run[0] in row)
    return MotionBodies(path, leg, {level: corners[level] for level in run},
                        {level: points[level] for level in whole if level in points})  # fmt: skip


def hasPlate(corners: Mapping[str, Array]) -> bool:
    """True where both corners of an endplate are marked."""
    return {"SA", "SP"} <= corners.keys() or {"IA", "IP"} <= corners.keys()


def _inReference(path: MotionPath, position: str, level: str, corners: Mapping[str, Array]) -> dict[str, Array]:
    if position == path.reference:
        return dict(corners)
    back = inverseRigid(path.poses[position][level]) @ path.toReference[position]
    return {code: applyTransform(point, back) for code, point in corners.items()}
