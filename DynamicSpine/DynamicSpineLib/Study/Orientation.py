"""Whether bodies are marked the right way round: front and back, top and bottom, in their order, in patient axes.

Flexion turns a body about the left-right axis, so anterior x cranial keeps pointing to the patient's right whatever
the posture, the slope of the sacrum or the obliquity of the stack. Where it points left, front and back or top and
bottom are exchanged, or the coordinates are turned half round (RAS taken for LPS).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Study.Bodies import (
    AP_SWAP,
    HALF_TURN,
    SINGLE_SWAPS,
    UP_SWAP,
    Body,
    Vector,
    backPoints,
    bodiesOf,
    cross,
    discsOf,
    unit,
)
from DynamicSpineLib.Study.FaultList import FaultList, Place

RIGHT, ANTERIOR, CRANIAL = np.eye(3)

# How far against its expected direction (cosine) something points before it is called reversed. Bodies turn up to
# 45 degrees in head rotation and neighbors up to 60 degrees against each other, so all that is real stays above 0.
_REVERSED = -0.2
_CLEARLY_REVERSED = -0.5
# For an anterior direction judged in patient axes alone: a steep sacrum in a bent trunk (130 degrees) is at -0.64.
_REVERSED_IN_WORLD = -0.9


@dataclass
class Verdict:
    """What was found of one set of marks. suspect: places whose directions are not to be relied on."""

    isTurned: bool = False
    suspect: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Frame:
    """The directions to expect at a body: right and cranial, and anterior from them. None where not known."""

    right: Vector | None
    cranial: Vector | None

    @property
    def anterior(self) -> Vector | None:
        """Anterior direction, where both others are known."""
        if self.right is None or self.cranial is None:
            return None
        return unit(cross(self.cranial, self.right))


class OrientationCheck:
    """Judges the bodies of one position. sidesKnown: patient axes can be relied on. turnedFitsVolume: the points lie
    inside the volume only after a half turn."""

    def __init__(
        self, points: Mapping[str, Vector], chain: Chain, place: Place, faults: FaultList,
        sidesKnown: bool = True, turnedFitsVolume: bool = False,
    ) -> None:  # fmt: skip
        self._points, self._chain, self._place, self._faults = points, chain, place, faults
        self._sidesKnown, self._turnedFitsVolume = sidesKnown, turnedFitsVolume
        self._verdict = Verdict()
        self.bodies = bodiesOf(points, chain)
        discs = discsOf(points, chain)
        full = [body for body in self.bodies if body.isFull]
        # A study of one disc has no whole body: then the disc's own four corners are judged.
        self._judged = full or [disc for disc in discs if disc.isFull and _isOpen(disc)]
        self._back = backPoints(points)

    def run(self) -> Verdict:
        """Add every fault found and return what follows from them for other checks."""
        if self._wholePosition():
            return self._verdict
        self._levelOrder()
        for body in self.bodies:
            if body.place not in self._verdict.suspect:
                self._oneBody(body)
        return self._verdict

    def _wholePosition(self) -> bool:
        """True where all bodies are the wrong way round together; the fault says in which way."""
        turns = [self._handedness(body) for body in self._judged]
        wrong = [body for body, turn in zip(self._judged, turns, strict=True) if turn < _REVERSED]
        right = [body for body, turn in zip(self._judged, turns, strict=True) if turn > 0]
        if not self._sidesKnown:
            return self._contradictsCanal(self._judged)
        if not wrong:
            return not right and not self.bodies and self._canalOnly()
        if right and not (len(wrong) > len(right) and self._behind(wrong) > 0):
            return False
        up = self._upVotes(wrong)
        if up < 0:
            self._error("upper and lower corners are swapped in every body")
        elif self._behind(wrong) > 0 or (self._behind(wrong) == 0 and self._turnedFitsVolume):
            self._reportTurn()
        elif self._behind(wrong) < 0:
            self._error("anterior and posterior corners are swapped in every body")
        else:
            self._reportEither()
        self._verdict.suspect.update(body.place for body in self.bodies)
        return True

    def _handedness(self, body: Body) -> float:
        """Cosine between anterior x cranial and the patient's right: near 1 for a body marked as it lies."""
        return float(unit(cross(body.forward, body.up)) @ RIGHT)

    def _upVotes(self, bodies: Sequence[Body]) -> int:
        """Above 0 where the bodies' tops point to the levels above them, below 0 where they point away."""
        votes = 0
        for upper, lower in pairwise(bodies):
            votes += 1 if (upper.center - lower.center) @ (upper.up + lower.up) > 0 else -1
        if not votes:
            return 1 if sum((body.up for body in bodies), np.zeros(3)) @ CRANIAL > 0 else -1
        return votes

    def _behind(self, bodies: Sequence[Body]) -> int:
        """Above 0 where canal and spinous marks lie behind the bodies as named, below 0 in front, 0 if none tell."""
        return sum(self._behindOne(body) for body in bodies)

    def _behindOne(self, body: Body) -> int:
        points = self._back.get(body.place)
        if not points:
            return 0
        ahead = float((np.mean(points, axis=0) - body.center) @ body.forward)
        return 1 if ahead < -0.25 * body.depthMm else -1 if ahead > 0.25 * body.depthMm else 0

    def _contradictsCanal(self, bodies: Sequence[Body]) -> bool:
        votes = [self._behindOne(body) for body in bodies]
        if not any(votes) or max(votes) > 0:
            return False
        self._error("canal marks lie in front of the bodies: anterior and posterior corners are swapped in every body")
        self._verdict.suspect.update(body.place for body in self.bodies)
        return True

    def _canalOnly(self) -> bool:
        """Judges a position without bodies by its canal and cord: front and back against the column's direction."""
        pairs = [(self._points[name], self._points[other]) for name in self._points
                 if (other := _opposite(name)) in self._points]  # fmt: skip
        if not pairs:
            return False
        forward = unit(sum((unit(front - back) for front, back in pairs), np.zeros(3)))
        middles = [np.mean([self._points[name] for name in names], axis=0) for names in self._canalBySegment()]
        if len(middles) > 1:
            isReversed = float(unit(cross(forward, unit(middles[0] - middles[-1]))) @ RIGHT) < _REVERSED
        else:
            isReversed = float(forward @ ANTERIOR) < _REVERSED_IN_WORLD
        if isReversed and self._turnedFitsVolume:
            self._reportTurn()
        elif isReversed:
            self._reportEither()
        return isReversed

    def _canalBySegment(self) -> list[list[str]]:
        """Names of the canal and cord marks of each segment, cranial to caudal."""
        fronts = [name for name in self._points if _opposite(name)]
        bySegment = [[name for name in fronts if name.startswith(f"{item.name}_")] for item in self._chain.segments]
        return [names for names in bySegment if names]

    def _reportTurn(self) -> None:
        self._error(
            "the marks face backwards in the patient: RAS and LPS are mixed up (a half turn), "
            "or the series was registered with another patient position"
        )
        self._verdict.isTurned = True

    def _reportEither(self) -> None:
        self._error(
            "the marks face backwards in the patient: either anterior and posterior are swapped everywhere, "
            "or RAS and LPS are mixed up (a half turn)"
        )
        self._verdict.isTurned = True

    def _levelOrder(self) -> None:
        """Levels that lie on the wrong side of each other, seen from their own tops."""
        trusted = [body for body in self.bodies if not body.isCrossed]
        pairs = list(pairwise(trusted))
        around = [trusted[max(index - 1, 0) : index + 3] for index in range(len(pairs))]
        wrong = [pair for pair, bodies in zip(pairs, around, strict=True) if self._isExchanged(pair, bodies)]
        if len(wrong) == len(pairs) > 1:
            places = f"{trusted[0].place} to {trusted[-1].place}"
            self._error(f"the levels {places} are named from below: their order is reversed, or each is upside down")
            self._verdict.suspect.update(body.place for body in trusted)
            return
        for upper, lower in wrong:
            self._error(f"{upper.place} lies below {lower.place}: the two levels look exchanged", upper.place)
            self._verdict.suspect.update((upper.place, lower.place))

    def _isExchanged(self, pair: tuple[Body, Body], around: Sequence[Body]) -> bool:
        """True where the upper of two bodies lies below the lower one, as the tops of most bodies around them tell."""
        telling = [body for body in around
                   if body.heightMm and not (self._sidesKnown and self._handedness(body) < _REVERSED)]  # fmt: skip
        if not telling:
            return False
        up = unit(sum((body.up for body in telling), np.zeros(3)))
        height = sum(body.heightMm for body in telling) / len(telling)
        return float((pair[0].center - pair[1].center) @ up) < -0.4 * height

    def _oneBody(self, body: Body) -> None:
        """A body that disagrees with its surroundings, with the swap that would mend it."""
        frame = self._frame(body)
        if not self._disagrees(body, frame):
            return
        self._verdict.suspect.add(body.place)
        swap = _bestSwap(body, frame)
        if swap == AP_SWAP or (swap is None and body.cranial is None):
            self._error("anterior and posterior corners look swapped", body.place)
        elif swap == UP_SWAP:
            self._error("upper and lower corners look swapped", body.place)
        elif swap == HALF_TURN:
            self._error("its corners are upside down and back to front", body.place)
        elif swap is not None:
            first, second = swap[0]
            self._error(f"{body.names[first]} and {body.names[second]} look swapped", body.place)
        else:
            self._error("its corners contradict each other or their neighbors; look at their names", body.place)

    def _disagrees(self, body: Body, frame: Frame) -> bool:
        if body.isCrossed:
            return True
        if body.cranial is None and len(self.bodies) == 1:
            return self._sidesKnown and float(body.forward @ ANTERIOR) < _REVERSED_IN_WORLD
        up = body.up if body.cranial is not None else frame.cranial
        if up is None or frame.right is None:
            return False
        if float(unit(cross(body.forward, up)) @ frame.right) < _REVERSED:
            # A slipped body may lie far in front of the sacrum: then the line to it tells nothing of front and back.
            return body.cranial is not None or abs(float(body.forward @ up)) < 0.85
        if body.cranial is None or frame.cranial is None or frame.anterior is None:
            return False
        limit = _CLEARLY_REVERSED if len(self.bodies) > 1 else _REVERSED_IN_WORLD
        return max(float(body.forward @ frame.anterior), float(body.up @ frame.cranial)) < limit

    def _frame(self, body: Body) -> Frame:
        """The directions to expect at a body, from its neighbors' places, patient axes and the other bodies."""
        index = self.bodies.index(body)
        above, below = self.bodies[max(index - 1, 0)], self.bodies[min(index + 1, len(self.bodies) - 1)]
        line = above.center - below.center
        cranial = unit(line) if above is not below else None
        if cranial is None and self._sidesKnown:
            cranial = CRANIAL
        return Frame(self._right(body, cranial), cranial)

    def _right(self, body: Body, cranial: Vector | None) -> Vector | None:
        """Patient right, square to the column; without known sides, as most other bodies have it (three or more)."""
        if self._sidesKnown:
            right = RIGHT
        else:
            others = [item for item in self._judged if item.place != body.place]
            normals = [unit(cross(item.forward, item.up)) for item in others]
            if len(normals) < 2 or min(float(first @ normals[0]) for first in normals) < 0:
                return None
            right = unit(sum(normals, np.zeros(3)))
        return right if cranial is None else unit(right - (right @ cranial) * cranial)

    def _error(self, problem: str, landmark: str = "") -> None:
        self._faults.error(self._place, problem, landmark)


def _isOpen(disc: Body) -> bool:
    """True where a disc is high enough for its height to say which endplate lies above."""
    along = float(disc.up @ disc.forward)
    return disc.heightMm * float(np.sqrt(max(1.0 - along * along, 0.0))) > 0.1 * disc.depthMm


def _opposite(name: str) -> str:
    """The landmark behind a front one of canal, sac or cord; empty for others."""
    parsed = parseLandmarkName(name)
    behind = {"CA": "CP", "TA": "TP", "KA": "KP"}.get(parsed.code) if parsed is not None else None
    return f"{parsed.place}_{behind}" if parsed is not None and behind else ""


def _bestSwap(body: Body, frame: Frame) -> tuple[tuple[str, str], ...] | None:
    """The exchange of corner names that makes a body fit the expected directions; None where none clearly does."""
    if frame.cranial is None or frame.anterior is None or body.cranial is None:
        return None
    fits = [(_fit(body.swapped(swap), frame), swap) for swap in (AP_SWAP, UP_SWAP, HALF_TURN, *SINGLE_SWAPS)]
    best, swap = max(fits, key=lambda item: item[0])
    return swap if best > max(1.2, _fit(body, frame) + 0.3) else None


def _fit(body: Body, frame: Frame) -> float:
    """2 for a body that lies just as its frame, less the more it differs, -2 for one whose outline crosses itself."""
    if body.isCrossed or frame.anterior is None or frame.cranial is None:
        return -2.0
    return float(body.forward @ frame.anterior + body.up @ frame.cranial)
