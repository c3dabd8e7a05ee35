"""Known motion of a real spine: each segment turns about its joint center, composed from the lowest bone upward.

Plain inputs: `corners` maps level -> corner code (SA, SP, IA, IP) -> (3,) RAS mm. Turns are (flexion, left rotation,
right bend) in degrees, the three parts of one rotation vector about the left, cranial and anterior axes of the lower
bone of the segment, so no order of rotations is implied; shifts are (left, cranial, anterior) in mm along these axes.
Flexion, left rotation and right bend of the upper bone are positive (White and Panjabi).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from DynamicSpineLib.Anatomy.BodyCorners import (
    CORNER_CODES,
    Array,
    Corners,
    bodyBasis,
    segmentAxes,
    segmentsOf,
)
from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import aboutCenter, rigid, rotationMatrix

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Excursion:
    """How far the top bone goes against the bottom one, degrees; shared among the segments by the kinematics table."""

    flexionDeg: float = 0.0
    leftRotationDeg: float = 0.0
    rightBendDeg: float = 0.0


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
    modelMiddle, modelForward, modelUp = bodyBasis(model, np.array([-1.0, 0.0, 0.0]))
    middle, forward, up = bodyBasis(own, segmentAxes(corners, segment)[0])
    offset = np.array([0.0, *entry["centerMm"]]) - modelMiddle
    along = offset @ modelForward / (modelForward @ modelForward)
    above = offset @ modelUp / (modelUp @ modelUp)
    return np.asarray(middle + along * forward + above * up)


def _segmentMotion(corners: Corners, segment: str, turnDeg: Triple, shiftMm: Triple) -> Array:
    axes = segmentAxes(corners, segment)
    turn = rotationMatrix(np.radians(turnDeg) @ axes)
    return rigid(np.eye(3), np.asarray(shiftMm, dtype=float) @ axes) @ aboutCenter(turn, jointCenter(corners, segment))


def _table() -> dict[str, dict[str, Any]]:
    """Entries of the kinematics table by segment, each with the corners of the bone that its center is given in."""
    data = packageData("Kinematics", "jointCenters.json")
    bodies = {body["level"]: body for body in data["bodies"]}
    return {entry["segment"]: {**entry, "corners": bodies[entry["bone"]]} for entry in data["segments"]}
