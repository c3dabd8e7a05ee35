"""Whether named pairs of marks lie the right way round: front and back, upper and lower, patient left and right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, splitSegment
from DynamicSpineLib.Study.Bodies import Body, Vector, cross, unit
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Orientation import RIGHT

# The first of each pair lies in front of, or above, the second.
FRONT_BACK = (("CA", "CP"), ("TA", "TP"), ("KA", "KP"), ("CP", "LP"), ("FA", "FP"), ("FAS", "FPS"), ("AX0", "AX1"),
              ("BA", "OP"), ("AAP", "PAA"), ("AC", "PC"), ("DA", "DP"), ("DA", "DQ"))  # fmt: skip
UPPER_LOWER = (("FS", "FI"), ("SPU", "SPL"), ("CSL", "CIL"), ("CSR", "CIR"))
_SECONDS = {
    first: tuple(
        (second, word)
        for pairs, word in ((FRONT_BACK, "anterior"), (UPPER_LOWER, "upper"))
        for code, second in pairs
        if code == first
    )
    for first, _ in (*FRONT_BACK, *UPPER_LOWER)
}
LEFT_RIGHT_CODES = (("CSL", "CSR"), ("CIL", "CIR"))

_REVERSED = -0.5
_SHORTEST_MM = 1.0
_LEAST_OFFSET_MM = 4.0  # foramina lie 8 mm or more from the midline
_NEAR_LEVELS = 3


@dataclass(frozen=True)
class Surroundings:
    """The directions at a place, from its nearest whole bodies. levelsAway: how far those are; middle: between them."""

    levelsAway: int
    middle: Vector
    anterior: Vector
    cranial: Vector

    @property
    def right(self) -> Vector:
        """Patient right, square to the bodies' own midplane, so that a rotated spine is judged in its own frame."""
        normal = unit(cross(self.anterior, self.cranial))
        return normal if float(normal @ RIGHT) > 0 else -normal


class SidesCheck:
    """Judges the pairs of one position by its bodies. sidesKnown: patient axes can be relied on.

    curves: the middle of each line and outline, judged for left and right only.
    """

    def __init__(
        self, points: Mapping[str, Vector], curves: Mapping[str, Vector], bodies: Sequence[Body],
        place: Place, faults: FaultList, sidesKnown: bool,
    ) -> None:  # fmt: skip
        self._points, self._curves, self._place, self._faults = points, curves, place, faults
        self._sidesKnown = sidesKnown
        self._bodies = {CANONICAL_LEVELS.index(body.place): body for body in bodies if body.isFull}
        self._known: dict[str, Surroundings | None] = {}

    def run(self) -> None:
        """Add a fault for each pair that lies the wrong way round."""
        for name in self._points:
            parsed = parseLandmarkName(name)
            if parsed is not None:
                for second, word in _SECONDS.get(parsed.code, ()):
                    self._judgePair(parsed, second, word)
        if self._sidesKnown:
            self._leftAndRight({**self._points, **self._curves})

    def _judgePair(self, first: LandmarkName, code: str, word: str) -> None:
        second = str(LandmarkName(first.place, code, first.side))
        around = self._around(first.place)
        if second not in self._points or around is None:
            return
        line = self._points[str(first)] - self._points[second]
        expected = around.anterior if word == "anterior" else around.cranial
        if float(np.linalg.norm(line)) >= _SHORTEST_MM and float(unit(line) @ expected) < _REVERSED:
            other = "posterior" if word == "anterior" else "lower"
            self._faults.error(self._place, f"{word} and {other} look swapped with {second}", str(first))

    def _around(self, place: str) -> Surroundings | None:
        if place not in self._known:
            self._known[place] = self._surroundings(place)
        return self._known[place]

    def _surroundings(self, place: str) -> Surroundings | None:
        segment = splitSegment(place)
        ranks = [CANONICAL_LEVELS.index(level) for level in ((segment.upper, segment.lower) if segment else (place,))]
        away = {rank: min(abs(rank - own) for own in ranks) for rank in self._bodies}
        closest = min(away.values(), default=_NEAR_LEVELS + 1)
        if closest > _NEAR_LEVELS:
            return None
        near = [self._bodies[rank] for rank, distance in away.items() if distance == closest]
        return Surroundings(
            closest,
            np.mean([body.center for body in near], axis=0),
            unit(sum((body.forward for body in near), np.zeros(3))),
            unit(sum((body.up for body in near), np.zeros(3))),
        )

    def _leftAndRight(self, points: Mapping[str, Vector]) -> None:
        """Left marks lie to the patient's left of their right partners, or of the midline where these are missing."""
        pairs, swapped = 0, []
        for name, point in points.items():
            parsed = parseLandmarkName(name)
            if parsed is None:
                continue
            partner = _partner(parsed)
            if partner not in points:
                self._judgeAlone(name, parsed, point)
            elif parsed.side != "R":
                pairs += 1
                if self._isMirrored(parsed.place, point - points[partner]):
                    swapped.append((name, partner))
        if len(swapped) == pairs > 2:
            problem = f"all {pairs} left marks lie to the patient's right of their partners: left and right are swapped"
            self._faults.error(self._place, f"{problem}, or the image is mirrored")
            return
        for left, right in swapped:
            problem = f"left and right look swapped with {right}: _L is the patient's own left"
            self._faults.error(self._place, problem, left)

    def _isMirrored(self, place: str, toLeft: Vector) -> bool:
        around = self._around(place)
        return float(toLeft @ (around.right if around is not None else RIGHT)) > _SHORTEST_MM

    def _judgeAlone(self, name: str, parsed: LandmarkName, point: Vector) -> None:
        around = self._around(parsed.place)
        if not parsed.side or around is None or around.levelsAway > 0:
            return
        offset = float((point - around.middle) @ around.right)
        if (offset if parsed.side == "L" else -offset) > _LEAST_OFFSET_MM:
            side = "right" if parsed.side == "L" else "left"
            self._faults.error(self._place, f"lies on the patient's {side}: left and right look swapped", name)


def _partner(name: LandmarkName) -> str:
    """The right mark that belongs to a left one, and the other way round; empty where there is none."""
    if name.side:
        return str(LandmarkName(name.place, name.code, "R" if name.side == "L" else "L"))
    codes = dict(LEFT_RIGHT_CODES)
    return str(LandmarkName(name.place, codes[name.code])) if name.code in codes else ""
