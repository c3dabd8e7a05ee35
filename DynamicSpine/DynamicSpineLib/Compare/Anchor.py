"""The vertebra held still while positions are compared: where it lies in both, and what says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import CORNER_CODES
from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Planes import fitPlanes
from DynamicSpineLib.Geometry.Rigid import applyTransform, fitRigid, inverseRigid, rigid
from DynamicSpineLib.Study.CarryState import FAILED, GOOD, levelsToCheck
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Marks import LandmarkSet

Array = NDArray[np.float64]

BY_IMAGES, BY_MARKS, BY_TWO_MARKS = "carried bone", "marks", "two marks"
_FEWEST_POINTS = 3
_MOST_APART_MM = 1.5  # RMS; marks placed with 0.5 mm in both positions lie about 1.2 mm from a bone that is right
_LEAST_MM = 1.0  # spread of marks below which they fix no direction
_LEAST_WIDTH_MM = 3.0
"""RMS spread across their line from which marks of a bone fix its turn about that line. The arches of C1 lie on a line:
a fit of them alone turned it freely, and levels below then seemed to have moved by centimeters."""


@dataclass(frozen=True, eq=False)
class Anchor:
    """One vertebra of two positions laid on itself.

    movingToReference: 4x4, RAS mm. heldBy: BY_IMAGES, BY_MARKS, or BY_TWO_MARKS (or more on one line), whose plane
    comes from the neighbors. warnings: what the picture must say of it, in words; empty where nothing is in doubt.
    """

    level: str
    reference: str
    moving: str
    movingToReference: Array
    heldBy: str
    warnings: tuple[str, ...] = ()

    @property
    def referenceToMoving(self) -> Array:
        """4x4, RAS mm: where the vertebra goes from the reference to the moving position."""
        return np.asarray(inverseRigid(self.movingToReference))


def anchorOn(case: Case, level: str, reference: str, moving: str) -> Anchor:
    """Hold a vertebra of two positions: by its carried bone where that is good in both, else by the marks that both
    have of it (two, or more on one line, are enough where its neighbors show the plane), else by a carried bone that is
    to be checked.

    Raises InputError where the positions are the same, where they or the level are not there, or where nothing says
    where the vertebra is.
    """
    if reference == moving:
        raise InputError("choose two different positions: one stays, the other is laid on it")
    if level not in case.chain.levels:
        raise InputError(f"the case has no level '{level}': its levels are {', '.join(case.chain.levels)}")
    positions = positionOf(case, reference), positionOf(case, moving)
    verdicts = {verdict for item in positions if (verdict := levelsToCheck(case, item).get(level))}
    doubts = tuple(f"{level} carried: {verdict}" for verdict in sorted(verdicts))
    sets = positions[0].marks, positions[1].marks
    names = _commonMarks(level, sets)
    points = [_points(names, marks).reshape(-1, 3) for marks in sets]
    bones = _byBones(case, level, reference, moving)
    if bones is not None and bones[1] == {GOOD}:
        return Anchor(level, reference, moving, bones[0], BY_IMAGES, _contradiction(level, bones[0], points))
    if len(names) >= _FEWEST_POINTS and all(float(fitPlanes(item).widthMm) >= _LEAST_WIDTH_MM for item in points):
        return Anchor(level, reference, moving, fitRigid(points[1], points[0])[0], BY_MARKS, doubts)
    ends = _farthestApart(names, points[0])
    frames = [_frameOfTwo(case, level, ends, sets, marks) for marks in sets] if len(ends) == 2 else [None, None]
    if frames[0] is not None and frames[1] is not None:
        found = frames[0] @ inverseRigid(frames[1])
        few = "two marks only" if len(names) == 2 else "marks on one line only"
        return Anchor(level, reference, moving, found, BY_TWO_MARKS, (f"{level} held by {few}", *doubts))
    if bones is not None:
        said = tuple(f"{level} carried: {verdict}" for verdict in sorted(bones[1] - {GOOD}))
        return Anchor(level, reference, moving, bones[0], BY_IMAGES, said)
    raise InputError(f"{level} cannot be held: '{moving}' and '{reference}' have {len(names)} of its marks in common, "
                     f"and {_FEWEST_POINTS} off one line are needed, or 2 with marked neighbors")  # fmt: skip


def heldLevels(case: Case, reference: str, moving: str) -> tuple[str, ...]:
    """The levels, in the chain's order, that can be held between two positions."""
    found = []
    for level in case.chain.levels:
        try:
            anchorOn(case, level, reference, moving)
        except InputError:
            continue
        found.append(level)
    return tuple(found)


def _byBones(case: Case, level: str, reference: str, moving: str) -> tuple[Array, set[str]] | None:
    """The map to the reference by bones carried from one position, with their verdicts; good ones first."""
    bones = [bone for bone in case.bones if bone.level == level]
    for allowed in ([bone for bone in bones if bone.verdict == GOOD], bones):
        for source in dict.fromkeys(bone.fromPosition for bone in allowed):
            found = _fromSource(allowed, source)
            if reference in found and moving in found:
                (there, verdict), (here, other) = found[reference], found[moving]
                return there @ inverseRigid(here), {verdict, other}
    return None


def _contradiction(level: str, movingToReference: Array, points: list[Array]) -> tuple[str, ...]:
    """That the marks of a vertebra lie elsewhere than its carried bone, as after a user has placed them anew."""
    if not len(points[0]):
        return ()
    apart = applyTransform(points[1], movingToReference) - points[0]
    distance = float(np.sqrt(np.mean(np.sum(apart**2, axis=-1))))
    return (f"{level}: marks lie {distance:.1f} mm from its carried bone",) if distance > _MOST_APART_MM else ()


def _fromSource(bones: list[BoneTransform], source: str) -> dict[str, tuple[Array, str]]:
    """Matrix and verdict by position for the bones carried from one; the source itself is where it is."""
    found = {bone.toPosition: (np.array(bone.matrix, dtype=float), bone.verdict or FAILED)
             for bone in reversed(bones) if bone.fromPosition == source}  # fmt: skip
    return {source: (np.eye(4), GOOD), **found}


def _commonMarks(level: str, sets: tuple[LandmarkSet, LandmarkSet]) -> list[str]:
    return [name for name in sets[0].landmarks
            if boneOfMark(name) == level and all(marks.point(name) is not None for marks in sets)]  # fmt: skip


def _points(names: list[str], marks: LandmarkSet) -> Array:
    return np.array([marks.point(name) for name in names], dtype=float)


def _farthestApart(names: list[str], points: Array) -> list[str]:
    """The two marks (N, 3) that are farthest apart, in their order; fewer than two as they are."""
    if len(names) < 2:
        return names
    apart = np.linalg.norm(points[:, None] - points, axis=-1)
    first, second = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return [names[number] for number in sorted((int(first), int(second)))]


def _frameOfTwo(
    case: Case, level: str, names: list[str], sets: tuple[LandmarkSet, LandmarkSet], marks: LandmarkSet
) -> Array | None:
    """The frame (4x4) of a bone with two marks: their middle and direction, in the plane of its neighbors' corners.

    Only corners that both positions have count, so that the two frames are alike. None where they fix no plane.
    """
    index = case.chain.levels.index(level) if level in case.chain.levels else 0
    near = case.chain.levels[max(index - 1, 0) : index + 2]
    corners = [name for other in near for code in CORNER_CODES
               if all(one.point(name := f"{other}_{code}") is not None for one in sets)]  # fmt: skip
    own = _points(names, marks)
    points = np.concatenate([own, _points([name for name in corners if name not in names], marks).reshape(-1, 3)])
    along = own[0] - own[1]
    plane = fitPlanes(points)
    if len(points) < _FEWEST_POINTS or float(plane.widthMm) < _LEAST_MM or float(np.linalg.norm(along)) < _LEAST_MM:
        return None
    # The normal's sign: with the first mark ahead, the other marks lie on the same side in both positions.
    along = along - (along @ plane.normal) * plane.normal
    aside = np.cross(plane.normal, along)
    rest = points[2:].mean(axis=0) - own.mean(axis=0)
    if abs(aside @ rest) < _LEAST_MM * float(np.linalg.norm(along)):
        return None
    axes = np.stack([along, np.sign(aside @ rest) * aside])
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    return rigid(np.stack([*axes, np.cross(*axes)], axis=-1), own.mean(axis=0))
