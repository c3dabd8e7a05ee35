"""Whether named pairs of marks lie the right way round: front and back, upper and lower, patient left and right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
LEFT_RIGHT_CODES = (("CSL", "CSR"), ("CIL", "CIR"))

_REVERSED = -0.5
_SHORTEST_MM = 1.0
_LEAST_OFFSET_MM = 4.0  # foramina lie 8 mm or more from the midline
_NEAR_LEVELS = 3


class SidesCheck:
    """Judges the pairs of one position by its bodies. sidesKnown: patient axes can be relied on."""

    def __init__(
        self, points: Mapping[str, Vector], bodies: Sequence[Body], place: Place, faults: FaultList, sidesKnown: bool
    ) -> None:
        self._points, self._place, self._faults, self._sidesKnown = points, place, faults, sidesKnown
        self._bodies = [body for body in bodies if body.isFull]

    def run(self) -> None:
        """Add a fault for each pair that lies the wrong way round."""
        for name in self._points:
            parsed = parseLandmarkName(name)
            if parsed is None:
                continue
            for pairs, word, other in ((FRONT_BACK, "anterior", "posterior"), (UPPER_LOWER, "upper", "lower")):
                for first, second in pairs:
                    if parsed.code == first:
                        self._judgePair(parsed, second, word, other)
        if self._sidesKnown:
            self._leftAndRight()

    def _judgePair(self, first: LandmarkName, code: str, word: str, other: str) -> None:
        second = str(LandmarkName(first.place, code, first.side))
        expected = self._expected(first.place, word)
        if second not in self._points or expected is None:
            return
        line = self._points[str(first)] - self._points[second]
        if float(np.linalg.norm(line)) >= _SHORTEST_MM and float(unit(line) @ expected) < _REVERSED:
            self._faults.error(self._place, f"{word} and {other} look swapped with {second}", str(first))

    def _near(self, place: str, farthest: int = _NEAR_LEVELS) -> list[Body]:
        """The whole bodies nearest to a level or segment, up to `farthest` levels from it."""
        segment = splitSegment(place)
        ranks = [CANONICAL_LEVELS.index(level) for level in ((segment.upper, segment.lower) if segment else (place,))]
        distances = [(min(abs(CANONICAL_LEVELS.index(body.place) - rank) for rank in ranks), body)
                     for body in self._bodies]  # fmt: skip
        closest = min((distance for distance, _ in distances), default=0)
        return [body for distance, body in distances if distance == closest <= farthest]

    def _expected(self, place: str, word: str) -> Vector | None:
        near = self._near(place)
        if not near:
            return None
        directions = [body.forward if word == "anterior" else body.up for body in near]
        return unit(sum(directions, np.zeros(3)))

    def _leftAndRight(self) -> None:
        """Left marks lie to the patient's left of their right partners, or of the midline where these are missing."""
        for name in self._points:
            parsed = parseLandmarkName(name)
            if parsed is None:
                continue
            partner = _partner(parsed)
            if partner and partner in self._points:
                if parsed.side != "R":
                    self._judgeSides(name, partner)
            elif parsed.side:
                self._judgeAlone(name, parsed)

    def _judgeSides(self, left: str, right: str) -> None:
        parsed = parseLandmarkName(left)
        toRight = self._right(parsed.place) if parsed is not None else RIGHT
        if float((self._points[left] - self._points[right]) @ toRight) > _SHORTEST_MM:
            self._faults.error(
                self._place, f"left and right look swapped with {right}: _L is the patient's own left", left
            )

    def _judgeAlone(self, name: str, parsed: LandmarkName) -> None:
        near = self._near(parsed.place, farthest=0)
        if not near:
            return
        middle = np.mean([body.center for body in near], axis=0)
        offset = float((self._points[name] - middle) @ self._right(parsed.place))
        if (offset if parsed.side == "L" else -offset) > _LEAST_OFFSET_MM:
            side = "right" if parsed.side == "L" else "left"
            self._faults.error(self._place, f"lies on the patient's {side}: left and right look swapped", name)

    def _right(self, place: str) -> Vector:
        """Patient right at a place: square to the nearest bodies' own midplane, so that rotation does not matter."""
        near = self._near(place)
        if not near:
            return RIGHT
        normal = unit(sum((unit(cross(body.forward, body.up)) for body in near), np.zeros(3)))
        return normal if float(normal @ RIGHT) > 0 else -normal


def _partner(name: LandmarkName) -> str:
    """The right mark that belongs to a left one, and the other way round; empty where there is none."""
    if name.side:
        return str(LandmarkName(name.place, name.code, "R" if name.side == "L" else "L"))
    codes = dict(LEFT_RIGHT_CODES)
    return str(LandmarkName(name.place, codes[name.code])) if name.code in codes else ""
