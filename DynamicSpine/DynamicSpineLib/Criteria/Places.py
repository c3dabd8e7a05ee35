"""Where rules and findings apply: levels by role, and regions whose excursion is judged."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Levels import Segment, spineRegionOf
from DynamicSpineLib.Anatomy.Roots import CERVICAL, LUMBAR, regionOfSegment
from DynamicSpineLib.Study.Case import NATIVE, Case

_EXCURSION_REGION = {CERVICAL: "C2C7", LUMBAR: "L1S1", "craniocervical": "OcC2"}
_ABOVE_JUNCTION = ("lumbosacralJunction", "nextAboveJunction", "secondAboveJunction", "thirdAboveJunction")
JUNCTION_ROLES = (*_ABOVE_JUNCTION, "higherLumbar")
"""Roles that are counted from the sacrum, and mean nothing where nobody has verified the level names."""


def lumbarSegments(case: Case) -> list[Segment]:
    """The chain's lumbar segments, T12-L1 and the lumbosacral junction included, cranial to caudal."""
    return [segment for segment in case.chain.segments if regionOfSegment(segment) == LUMBAR]


def placesOfRole(case: Case, role: str) -> tuple[str, ...]:
    """The levels of this case that a role means; roles follow the chain, so L6 and a block at the sacrum move them.

    The lumbosacral junction is the last segment above the sacrum that is no block: the last that can move.
    """
    if role == "cervicalDiscs":
        return tuple(item.name for item in case.chain.segments if regionOfSegment(item) == CERVICAL)
    if role == "craniocervicalJunction":
        return tuple(item.name for item in case.chain.regions if item.name == "OcC2")
    if role == "neck":
        return tuple(item.name for item in case.chain.regions if item.name == "C2C7")
    if role == "cervicalBodies":
        return tuple(level for level in case.chain.levels if spineRegionOf(level) == CERVICAL)
    return _lumbarPlaces(case, role)


def _lumbarPlaces(case: Case, role: str) -> tuple[str, ...]:
    names = [item.name for item in lumbarSegments(case)]
    if role == "lumbarDiscs":
        return tuple(names)
    if case.chain.lumbosacralJunction is None:
        return tuple(names) if role == "higherLumbar" else ()
    while names and case.segmentStatus(names[-1]) == "block":
        names.pop()
    if role == "higherLumbar":
        return tuple(names[:-2])
    index = len(names) - 1 - _ABOVE_JUNCTION.index(role)
    return (names[index],) if index >= 0 else ()


def excursionRegion(case: Case, place: str) -> str:
    """The region whose excursion a place is judged by: OcC2, C2C7 or L1S1; empty where it belongs to none."""
    if place in ("OcC2", "C2C7", "L1S1"):
        return place
    segment = case.chain.segment(place)
    return _EXCURSION_REGION.get(regionOfSegment(segment), "") if segment is not None else ""


def isNative(case: Case, place: str) -> bool:
    """True for a native segment, and for every place that is no segment."""
    return case.chain.segment(place) is None or case.segmentStatus(place) == NATIVE
