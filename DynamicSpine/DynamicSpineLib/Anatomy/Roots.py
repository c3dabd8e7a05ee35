"""Which part of the spine a segment belongs to, and the nerve roots that leave at it."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Levels import Segment, spineRegionOf, splitSegment

LUMBAR, CERVICAL = "lumbar", "cervical"


def regionOfSegment(segment: Segment) -> str:
    """The part of the spine a segment is read with: by its upper level, but T12-L1 with the lumbar levels."""
    lower = spineRegionOf(segment.lower)
    return LUMBAR if lower in ("lumbar", "sacral") else spineRegionOf(segment.upper)


def rootOf(level: str) -> str:
    """The nerve root that leaves through the foramen of a segment: C6 at C5-C6, C8 at C7-T1, L4 at L4-L5."""
    segment = splitSegment(level)
    if segment is None or segment.upper == "Oc":
        return ""
    if not segment.upper.startswith("C"):
        return segment.upper
    return f"C{int(segment.upper[1:]) + 1}"


def recessRootOf(level: str) -> str:
    """The nerve root in the lateral recess of a lumbar segment: L5 at L4-L5; empty elsewhere."""
    segment = splitSegment(level)
    return segment.lower if segment is not None and regionOfSegment(segment) == LUMBAR else ""
