"""Known motion of a real spine: each segment turns about its joint center, composed from the lowest bone upward.

Plain inputs: `corners` maps level -> corner code (SA, SP, IA, IP) -> (3,) RAS mm. Turns are (flexion, left rotation,
right bend) in degrees, the three parts of one rotation vector about the left, cranial and anterior axes of the lower
bone of the segment, so no order of rotations is implied; shifts are (left, cranial, anterior) in mm along these axes.
Flexion, left rotation and right bend of the upper bone are positive (White and Panjabi).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, areNeighbors, splitSegment
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Planes import fitPlanes, framesInPlanes, unit3
from DynamicSpineLib.Geometry.Rigid import aboutCenter, rigid, rotationMatrix

Array = NDArray[np.float64]
Corners = Mapping[str, Mapping[str, Array]]
Triple = tuple[float, float, float]

CORNER_CODES = ("SA", "SP", "IA", "IP")
_PLATES = (("SA", "SP"), ("IA", "IP"))


@dataclass(frozen=True)
class Excursion:
    """How far the top bone goes against the bottom one, degrees; shared among the segments by the kinematics table."""

    flexionDeg: float = 0.0
    leftRotationDeg: float = 0.0
    rightBendDeg: float = 0.0


def cornersOf(marks: Mapping[str, ArrayLike]) -> dict[str, dict[str, Array]]:
    """The corners among marks named <Level>_<Code>, by level from cranial to caudal. Other marks are left out."""
    found: dict[str, dict[str, Array]] = {}
    for level in CANONICAL_LEVELS:
        corners = {code: np.asarray(marks[f"{level}_{code}"], dtype=float)
                   for code in CORNER_CODES if f"{level}_{code}" in marks}  # fmt: skip
        if corners:
            found[level] = corners
    return found


def segmentsOf(corners: Corners) -> tuple[str, ...]:
    """Names of the segments between neighboring levels, cranial to caudal.

    Raises InputError where fewer than two levels are marked or a level between is missing.
    """
    levels = sorted(corners, key=CANONICAL_LEVELS.index)
    if len(levels) < 2:
        raise InputError("a motion needs the corners of at least two bones")
    for upper, lower in pairwise(levels):
        if not areNeighbors(upper, lower):
            raise InputError(f"the corners of the bones between {upper} and {lower} are missing")
    return tuple(upper + lower for upper, lower in pairwise(levels))


def sharedTurns(segments: Sequence[str], excursion: Excursion) -> dict[str, Triple]:
    """Turn of each segment, from the kinematics table; segments that the table does not hold stay as they are.

    The shares are scaled to add up to 1 over the given segments. Raises InputError where the table holds none of them.
    """
    entries = {name: entry for name, entry in _table().items() if name in segments}
    if not entries:
        raise InputError("the kinematics table holds none of these segments (it has C2C3 to C7T1 and L1L2 to L5S1)")
    totals = {key: sum(entry["shares"][key] for entry in entries.values())
              for key in ("flexion", "leftRotation", "rightBend")}  # fmt: skip
    angles = {"flexion": excursion.flexionDeg, "leftRotation": excursion.leftRotationDeg,
              "rightBend": excursion.rightBendDeg}  # fmt: skip
    turns = {}
    for name, entry in entries.items():
        flexion, rotation, bend = (angles[key] * entry["shares"][key] / total for key, total in totals.items())
        turns[name] = (flexion, rotation, bend)
    return turns


def boneMotions(
    corners: Corners, turnsDeg: Mapping[str, Triple], shiftsMm: Mapping[str, Triple] | None = None,
    baseMotion: ArrayLike | None = None,
) -> dict[str, Array]:  # fmt: skip
    """Motion (4x4, RAS, reference to moved) of every bone, from segment turns and shifts.

    The lowest bone moves by `baseMotion` (default: not at all); each further one turns about its joint center in the
    bone below, wherever that one has gone. Segments not named keep their pose.
    Raises InputError for a turn of a segment that is not marked, or of one whose joint center is not known.
    """
    segments = segmentsOf(corners)
    shifts = shiftsMm or {}
    unknown = sorted({*turnsDeg, *shifts} - set(segments))
    if unknown:
        raise InputError(f"{unknown[0]} is to move, but the corners of its two bones are not marked")
    levels = sorted(corners, key=CANONICAL_LEVELS.index)
    motions = {levels[-1]: np.eye(4) if baseMotion is None else np.asarray(baseMotion, dtype=float)}
    for upper, lower in zip(levels[-2::-1], levels[:0:-1], strict=True):
        name = upper + lower
        step = np.eye(4)
        if name in turnsDeg or name in shifts:
            step = _segmentMotion(corners, name, turnsDeg.get(name, (0.0, 0.0, 0.0)), shifts.get(name, (0.0, 0.0, 0.0)))
        motions[upper] = motions[lower] @ step
    return {level: motions[level] for level in levels}


def segmentAxes(corners: Corners, segment: str) -> Array:
    """Rows left, cranial, anterior (3, 3) of a segment's lower bone, in the plane fitted to all corners of both bones.

    Raises InputError where the corners fix no plane.
    """
    upper, lower = _bones(segment)
    points = np.array([*corners[upper].values(), *corners[lower].values()], dtype=float)
    plane = fitPlanes(points)
    plates = [corners[lower][front] - corners[lower][back]
              for front, back in _PLATES if {front, back} <= corners[lower].keys()]  # fmt: skip
    if not plates or len(points) < 4 or plane.widthMm < 0.5:
        raise InputError(f"the corners of {segment} do not say where its front and top are")
    anterior = np.sum([unit3(plate) for plate in plates], axis=0)
    cranial = _middle(corners[upper]) - _middle(corners[lower])
    frames = framesInPlanes(plane.centroid, plane.normal, anterior, cranial)
    return np.stack([frames.left, frames.cranial, frames.anterior])


def jointCenter(corners: Corners, segment: str) -> Array:
    """Joint center (3,) RAS of a segment in the reference position, by its place among the corners of one of its bones.

    The table gives the place in a model's bone; it is carried over in shares of the body's depth and height.
    Raises InputError where the table does not hold the segment or that bone lacks a corner.
    """
    entry = _table().get(segment)
    if entry is None:
        raise InputError(f"the joint center of {segment} is not known (the table has C2C3 to C7T1 and L1L2 to L5S1)")
    bone = entry["bone"]
    if not set(CORNER_CODES) <= corners.get(bone, {}).keys():
        raise InputError(f"the joint center of {segment} needs the four corners of {bone}")
    model = {code: np.array([0.0, *entry["corners"][code]]) for code in CORNER_CODES}
    own = {code: corners[bone][code] for code in CORNER_CODES}
    modelMiddle, modelForward, modelUp = _bodyBasis(model, np.array([-1.0, 0.0, 0.0]))
    middle, forward, up = _bodyBasis(own, segmentAxes(corners, segment)[0])
    offset = np.array([0.0, *entry["centerMm"]]) - modelMiddle
    along = offset @ modelForward / (modelForward @ modelForward)
    above = offset @ modelUp / (modelUp @ modelUp)
    return np.asarray(middle + along * forward + above * up)


def _bodyBasis(corners: Mapping[str, Array], left: Array) -> tuple[Array, Array, Array]:
    """Middle of a body, its forward vector as long as its depth, its upward vector as long as its mean height."""
    depth = 0.5 * (corners["SA"] + corners["IA"] - corners["SP"] - corners["IP"])
    height = 0.5 * (np.linalg.norm(corners["SA"] - corners["IA"]) + np.linalg.norm(corners["SP"] - corners["IP"]))
    # Anterior x left is cranial: (left, cranial, anterior) is right-handed.
    up = height * unit3(np.cross(depth, left))
    return _middle(corners), depth, up


def _middle(corners: Mapping[str, Array]) -> Array:
    return np.asarray(np.mean(np.array(list(corners.values())), axis=0))


def _segmentMotion(corners: Corners, segment: str, turnDeg: Triple, shiftMm: Triple) -> Array:
    axes = segmentAxes(corners, segment)
    turn = rotationMatrix(np.radians(turnDeg) @ axes)
    return rigid(np.eye(3), np.asarray(shiftMm, dtype=float) @ axes) @ aboutCenter(turn, jointCenter(corners, segment))


def _bones(segment: str) -> tuple[str, str]:
    pair = splitSegment(segment)
    if pair is None:
        raise InputError(f"'{segment}' is no segment of the spine")
    return pair.upper, pair.lower


def _table() -> dict[str, dict[str, Any]]:
    """Entries of the kinematics table by segment, each with the corners of the bone that its center is given in."""
    data = packageData("Kinematics", "jointCenters.json")
    bodies = {body["level"]: body for body in data["bodies"]}
    return {entry["segment"]: {**entry, "corners": bodies[entry["bone"]]} for entry in data["segments"]}
