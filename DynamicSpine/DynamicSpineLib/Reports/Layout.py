"""Where things stand in the report, and its sentences: both are data (Data/Report)."""

from __future__ import annotations

from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import Segment, spineRegionOf, splitSegment

LUMBAR, CERVICAL = "lumbar", "cervical"


def layout() -> dict[str, Any]:
    """The content of Data/Report/layout.json."""
    content: dict[str, Any] = packageData("Report", "layout.json")
    return content


def say(sentence: str, **values: object) -> str:
    """A sentence of Data/Report/sentences.json with its blanks filled."""
    text: str = packageData("Report", "sentences.json")["sentences"][sentence]
    return text.format(**values)


def regionOfSegment(segment: Segment) -> str:
    """The table that a segment stands in: by its upper level, but T12-L1 stands with the lumbar levels."""
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


def gradeSchemes() -> dict[str, dict[str, Any]]:
    """Grading schemes by id, as in Data/Study/grades.json."""
    return {scheme["id"]: scheme for scheme in packageData("Study", "grades.json")["schemes"]}
