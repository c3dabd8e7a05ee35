"""Vertebral bodies and discs as the marks draw them: four corners, and the directions that their names claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, splitSegment
from DynamicSpineLib.Study.Marks import DEFINED, LandmarkSet

Vector = NDArray[np.float64]

CORNERS = ("SA", "SP", "IA", "IP")
AP_SWAP = (("SA", "SP"), ("IA", "IP"))
UP_SWAP = (("SA", "IA"), ("SP", "IP"))
HALF_TURN = (("SA", "IP"), ("SP", "IA"))
BACK_CODES = ("CA", "CP", "TA", "TP", "LP", "SL", "KA", "KP", "SPU", "SPL")
"""Landmarks that lie behind the bodies."""

SINGLE_SWAPS = tuple(((first, second),) for index, first in enumerate(CORNERS) for second in CORNERS[index + 1 :])


@dataclass(frozen=True)
class Body:
    """A body (or a disc between two of them) with the corners that are placed, by code.

    place: the level, or the segment for a disc. names: the landmark behind each corner.
    """

    place: str
    corners: Mapping[str, Vector]
    names: Mapping[str, str]

    @cached_property
    def center(self) -> Vector:
        """Mean of the placed corners; swapping names leaves it where it is."""
        return np.mean(list(self.corners.values()), axis=0)

    @cached_property
    def anterior(self) -> Vector | None:
        """From the back corners to the front ones, as named; as long as the body is deep."""
        return self._between((("SA", "SP"), ("IA", "IP")))

    @cached_property
    def cranial(self) -> Vector | None:
        """From the lower corners to the upper ones, as named; as long as the body is high."""
        return self._between((("SA", "IA"), ("SP", "IP")))

    @cached_property
    def forward(self) -> Vector:
        """Unit anterior direction as named; zero where not known."""
        return unit(self.anterior) if self.anterior is not None else np.zeros(3)

    @cached_property
    def up(self) -> Vector:
        """Unit cranial direction as named; zero where not known."""
        return unit(self.cranial) if self.cranial is not None else np.zeros(3)

    @cached_property
    def depthMm(self) -> float:
        """Distance between back and front, mean of the placed endplates; 0 where not known."""
        return float(np.linalg.norm(self.anterior)) if self.anterior is not None else 0.0

    @cached_property
    def heightMm(self) -> float:
        """Distance between top and bottom, mean of the placed walls; 0 where not known."""
        return float(np.linalg.norm(self.cranial)) if self.cranial is not None else 0.0

    def _between(self, pairs: tuple[tuple[str, str], ...]) -> Vector | None:
        found = [self.corners[first] - self.corners[second] for first, second in pairs
                 if first in self.corners and second in self.corners]  # fmt: skip
        return np.mean(found, axis=0) if found else None

    @property
    def isCrossed(self) -> bool:
        """True where opposite sides of the four corners run against each other, so that its outline crosses itself."""
        if len(self.corners) < 4:
            return False
        front = {code: self.corners[code] for code in CORNERS}
        endplates = float((front["SA"] - front["SP"]) @ (front["IA"] - front["IP"]))
        walls = float((front["SA"] - front["IA"]) @ (front["SP"] - front["IP"]))
        return endplates < 0 or walls < 0

    @property
    def isFull(self) -> bool:
        """True where its own corners say both where its front and where its top is."""
        return self.anterior is not None and self.cranial is not None and not self.isCrossed

    def swapped(self, pairs: tuple[tuple[str, str], ...]) -> Body:
        """The body with corners exchanged; pairs in which one is not placed are left."""
        corners = dict(self.corners)
        for first, second in pairs:
            if first in corners and second in corners:
                corners[first], corners[second] = corners[second], corners[first]
        return replace(self, corners=corners)


def unit(vector: Vector) -> Vector:
    """The vector at length 1; a zero vector stays zero."""
    length = float(np.sqrt(vector @ vector))
    return vector / length if length > 1e-9 else vector * 0.0


def cross(first: Vector, second: Vector) -> Vector:
    """The cross product of two vectors (numpy's is ten times slower for a single pair)."""
    (a, b, c), (x, y, z) = first, second
    return np.array([b * z - c * y, c * x - a * z, a * y - b * x])


def definedPoints(marks: LandmarkSet) -> dict[str, Vector]:
    """RAS points of the placed landmarks, by name."""
    return {
        name: np.array(landmark.point_RAS)
        for name, landmark in marks.landmarks.items()
        if landmark.status == DEFINED and landmark.point_RAS is not None
    }


def bodiesOf(points: Mapping[str, Vector], chain: Chain) -> list[Body]:
    """The chain's bodies that have an endplate or three corners placed, cranial to caudal."""
    bodies = []
    for level in chain.levels:
        names = {code: f"{level}_{code}" for code in CORNERS if f"{level}_{code}" in points}
        body = Body(level, {code: points[name] for code, name in names.items()}, names)
        if len(names) >= 2 and body.anterior is not None:
            bodies.append(body)
    return bodies


def discsOf(points: Mapping[str, Vector], chain: Chain) -> list[Body]:
    """The chain's discs with both endplates placed, as bodies: the endplate above is their upper one."""
    discs = []
    for segment in chain.segments:
        names = {"SA": f"{segment.upper}_IA", "SP": f"{segment.upper}_IP",
                 "IA": f"{segment.lower}_SA", "IP": f"{segment.lower}_SP"}  # fmt: skip
        if all(name in points for name in names.values()):
            discs.append(Body(segment.name, {code: points[name] for code, name in names.items()}, names))
    return discs


def backPoints(points: Mapping[str, Vector]) -> dict[str, list[Vector]]:
    """Points behind the bodies, by the levels and the segment that they belong to."""
    found: dict[str, list[Vector]] = {}
    for name, point in points.items():
        parsed = parseLandmarkName(name)
        if parsed is None or parsed.code not in BACK_CODES:
            continue
        segment = splitSegment(parsed.place)
        places = (parsed.place,) if segment is None else (parsed.place, segment.upper, segment.lower)
        for place in places:
            found.setdefault(place, []).append(point)
    return found
