"""From position to position with one vertebra held still: where every other one is, at the positions and between.

A vertebra's pose carries its points from the reference position to where it is shown: in the reference's frame, laid on
it with the held vertebra. At a position the poses are those of the anchors. Between two positions each vertebra goes
along the screw of its own motion against the held one (`interpolateRigid`), which nobody has observed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Anchor import Anchor, anchorOn
from DynamicSpineLib.Compare.MotionFrames import Leg, MotionFrame, easedFraction, frameOf, framesOf
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import interpolateRigid, inverseRigid
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Roles import comparedPosition, orderedPairs

Array = NDArray[np.float64]
Poses = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class MotionPath:
    """A way through positions. order: the positions in turn; reference: whose frame everything is shown in.

    poses: by position and level, 4x4 (RAS mm) from the reference position to where the vertebra is shown. toReference:
    by position, 4x4 that lays its image on the reference with the held vertebra. leftOut, warnings: sentences.
    """

    reference: str
    held: str
    order: tuple[str, ...]
    legs: tuple[Leg, ...]
    poses: Mapping[str, Poses]
    toReference: Mapping[str, Array]
    warnings: tuple[str, ...] = ()

    @property
    def leftOut(self) -> tuple[str, ...]:
        """Which vertebrae take no part in which leg, as sentences."""
        return tuple(dict.fromkeys(text for leg in self.legs for text in leg.leftOut))

    def posesAt(self, leg: int, fraction: float) -> dict[str, Array]:
        """The poses (4x4, RAS) of the leg's vertebrae at a fraction (0 to 1) of it; at its ends the anchors' own."""
        start, end = self._ends(leg, fraction)
        if fraction in (0.0, 1.0):
            there = self.poses[end if fraction else start]
            return {level: there[level] for level in self.legs[leg].levels}
        first, last = (np.array([self.poses[key][level] for level in self.legs[leg].levels]) for key in (start, end))
        moved = interpolateRigid(last @ inverseRigid(first), np.full(len(first), fraction)) @ first
        return dict(zip(self.legs[leg].levels, moved, strict=True))

    def motionsFrom(self, leg: int, fraction: float, isFromEnd: bool = False) -> dict[str, Array]:
        """How the vertebrae go (4x4, reference's frame) from the leg's start, or its end, to a fraction of it."""
        source = self.poses[self._ends(leg, fraction)[int(isFromEnd)]]
        return {level: pose @ inverseRigid(source[level]) for level, pose in self.posesAt(leg, fraction).items()}

    def frames(self, between: int = 14, dwell: int = 3) -> tuple[MotionFrame, ...]:
        """The frames of a play: `dwell` at every real position, and `between` in each leg."""
        return framesOf(self.legs, between, dwell)

    def frameAt(self, time: float) -> MotionFrame:
        """The frame at a time from 0 to the number of legs. Times outside count as the nearest end."""
        inside = min(max(float(time), 0.0), float(len(self.legs)))
        leg = min(int(inside), len(self.legs) - 1)
        return frameOf(self.legs, leg, easedFraction(inside - leg))

    def _ends(self, leg: int, fraction: float) -> tuple[str, str]:
        if not 0 <= leg < len(self.legs) or not 0.0 <= fraction <= 1.0:
            raise InputError(f"a motion of {len(self.legs)} legs has nothing at {fraction} of leg {leg + 1}")
        return self.legs[leg].start, self.legs[leg].end


def motionPath(
    case: Case, held: str, order: Sequence[str] = (), reference: str = ""
) -> MotionPath:
    """The way through positions, by default all of the case from more extended to more flexed and less to more loaded.

    reference: by default the one that changes are compared with, where it is on the way, else the first on the way.
    Raises InputError where a position is not there, is followed by itself, or the held vertebra cannot be held in one.
    """
    way = tuple(order) or defaultOrder(case)
    if len(way) < 2 or any(first == second for first, second in pairwise(way)):
        raise InputError("a motion needs two positions or more, each followed by another one")
    compared = comparedPosition(case)
    at = reference or (compared.id if compared is not None and compared.id in way else way[0])
    for key in (*way, at):
        positionOf(case, key)
    anchors = {key: _anchors(case, at, key) for key in dict.fromkeys(way) if key != at}
    for key in anchors:
        anchorOn(case, held, at, key)  # says why, where it cannot be held
    toReference = {key: np.eye(4) if key == at else anchors[key][held].movingToReference for key in way}
    everywhere = case.chain.levels
    poses = {key: _poses(anchors[key], toReference[key], held) if key in anchors
             else {level: np.eye(4) for level in everywhere} for key in way}  # fmt: skip
    legs = tuple(_leg(case, at, pair, anchors) for pair in pairwise(way))
    warnings = dict.fromkeys(text for found in anchors.values() for one in found.values() for text in one.warnings)
    frozen = MappingProxyType({key: MappingProxyType(own) for key, own in poses.items()})
    return MotionPath(at, held, way, legs, frozen, MappingProxyType(toReference), tuple(warnings))


def defaultOrder(case: Case) -> tuple[str, ...]:
    """All positions from more extended to more flexed, then from less to more loaded, as every pair of them runs."""
    later = {position.id: 0 for position in case.positions}
    for pair in orderedPairs(case):
        later[pair.toPosition] += 1
    return tuple(sorted(later, key=lambda key: later[key]))


def thereAndBack(case: Case, start: str, end: str) -> tuple[str, ...]:
    """From one position to another, and back through all that lie between in the default order, as a closed way."""
    order = defaultOrder(case)
    for key in (start, end):
        positionOf(case, key)
    first, last = order.index(start), order.index(end)
    between = order[first + 1 : last][::-1] if first < last else order[last + 1 : first]
    return (start, end, *between, start)


def _anchors(case: Case, reference: str, position: str) -> dict[str, Anchor]:
    """Every vertebra that can be laid from a position on the reference."""
    found = {}
    for level in case.chain.levels:
        try:
            found[level] = anchorOn(case, level, reference, position)
        except InputError:
            continue
    return found


def _poses(anchors: Mapping[str, Anchor], toReference: Array, held: str) -> dict[str, Array]:
    poses = {level: toReference @ anchor.referenceToMoving for level, anchor in anchors.items()}
    return {**poses, held: np.eye(4)}  # without rounding: it stands still


def _leg(case: Case, reference: str, pair: tuple[str, str], anchors: Mapping[str, Mapping[str, Anchor]]) -> Leg:
    """A leg with the vertebrae that can be laid on the reference from both ends."""
    moved = [key for key in pair if key != reference]
    levels = tuple(level for level in case.chain.levels if all(level in anchors[key] for key in moved))
    leftOut = []
    for level in case.chain.levels:
        missing = [key for key in moved if level not in anchors[key]]
        if missing:
            names = " and ".join(f"'{key}'" for key in missing)
            leftOut.append(f"{level} takes no part between '{pair[0]}' and '{pair[1]}': nothing says where it is in "
                           f"{names} and in '{reference}'")  # fmt: skip
    return Leg(pair[0], pair[1], levels, tuple(leftOut))
