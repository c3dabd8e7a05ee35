"""Vertebral levels, the chain of levels that one patient has, and its segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

CANONICAL_LEVELS: tuple[str, ...] = (
    "Oc",
    *(f"C{i}" for i in range(1, 8)),
    *(f"T{i}" for i in range(1, 14)),
    *(f"L{i}" for i in range(1, 7)),
    "S1",
)
"""Every level name in cranial to caudal order; T13 and L6 exist only in some people."""

USUAL_LEVELS = tuple(level for level in CANONICAL_LEVELS if level not in ("T13", "L6"))
"""The levels that most people have."""

# A level is joined to the one below it; people differ in the number of thoracic and lumbar vertebrae.
_OTHER_SUCCESSORS = {
    "T11": ("T12", "L1"),
    "T12": ("T13", "L1"),
    "L4": ("L5", "S1"),
    "L5": ("L6", "S1"),
    "L6": ("S1",),
}


@dataclass(frozen=True)
class Segment:
    """A motion segment: two neighboring levels, named by joining them (C5C6, L5S1)."""

    upper: str
    lower: str

    @property
    def name(self) -> str:
        """The segment's name, upper level first."""
        return self.upper + self.lower


@dataclass(frozen=True)
class Region:
    """A stretch of the spine whose excursion is judged as a whole, from `top` to `bottom`."""

    name: str
    top: str
    bottom: str


def areNeighbors(upper: str, lower: str) -> bool:
    """True where `lower` can be the level directly below `upper` in some person."""
    if upper not in CANONICAL_LEVELS or lower not in CANONICAL_LEVELS:
        return False
    following = CANONICAL_LEVELS.index(upper) + 1
    usual = CANONICAL_LEVELS[following : following + 1]
    return lower in _OTHER_SUCCESSORS.get(upper, usual)


def splitSegment(name: str) -> Segment | None:
    """The segment that a name such as "C5C6" or "L5S1" means, or None if it is none."""
    for cut in range(1, len(name)):
        if areNeighbors(name[:cut], name[cut:]):
            return Segment(name[:cut], name[cut:])
    return None


def levelsBeside(place: str) -> tuple[str, ...]:
    """The levels that a place lies at: both of a segment, cranial first, or the level itself."""
    segment = splitSegment(place)
    return (place,) if segment is None else (segment.upper, segment.lower)


def spineRegionOf(level: str) -> str:
    """The part of the spine a level belongs to: craniocervical, cervical, thoracic, lumbar or sacral."""
    if level in ("Oc", "C1"):
        return "craniocervical"
    return {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}[level[0]]


@dataclass(frozen=True)
class Chain:
    """The levels that a case speaks of, cranial to caudal, as they are in this patient.

    Raises ValueError with a readable sentence for unknown, repeated or misordered levels.
    """

    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = [level for level in self.levels if level not in CANONICAL_LEVELS]
        if unknown:
            raise ValueError(f"unknown level '{unknown[0]}' (levels are Oc, C1 to C7, T1 to T13, L1 to L6, S1)")
        ranks = [CANONICAL_LEVELS.index(level) for level in self.levels]
        if len(set(ranks)) != len(ranks) or ranks != sorted(ranks):
            raise ValueError("levels must be listed once each, from cranial to caudal")
        if not self.levels:
            raise ValueError("the case names no levels")

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The motion segments, cranial to caudal: pairs of listed levels that are true neighbors."""
        pairs = zip(self.levels, self.levels[1:], strict=False)
        return tuple(Segment(upper, lower) for upper, lower in pairs if areNeighbors(upper, lower))

    @cached_property
    def places(self) -> frozenset[str]:
        """The names of all levels and segments."""
        return frozenset((*self.levels, *(segment.name for segment in self.segments)))

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The regions whose ends this chain holds: OcC2, C2C7, and L1 to the sacrum."""
        ends = (("Oc", "C2"), ("C2", "C7"), ("L1", "S1"))
        return tuple(
            Region(top + bottom, top, bottom) for top, bottom in ends if {top, bottom} <= set(self.levels)
        )

    def levelsWithin(self, region: Region) -> tuple[str, ...]:
        """The chain's levels from the region's top to its bottom, both included."""
        return self.levels[self.levels.index(region.top) : self.levels.index(region.bottom) + 1]

    def segmentsWithin(self, region: Region) -> tuple[Segment, ...]:
        """The chain's segments inside the region."""
        inside = set(self.levelsWithin(region))
        return tuple(segment for segment in self.segments if {segment.upper, segment.lower} <= inside)

    def segment(self, name: str) -> Segment | None:
        """The chain's segment of that name, or None."""
        return next((segment for segment in self.segments if segment.name == name), None)

    @property
    def lumbosacralJunction(self) -> Segment | None:
        """The segment above the sacrum, whatever its upper level is called; None where S1 is not listed."""
        return next((segment for segment in self.segments if segment.lower == "S1"), None)


def unbrokenRuns(levels: Iterable[str]) -> list[list[str]]:
    """Levels in unbroken rows of neighbors, cranial to caudal."""
    runs: list[list[str]] = []
    for level in sorted(levels, key=CANONICAL_LEVELS.index):
        if runs and areNeighbors(runs[-1][-1], level):
            runs[-1].append(level)
        else:
            runs.append([level])
    return runs
