"""A segment's canal marks: what the marked position teaches of them, and where they lie in another position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Registration.PredictCanal import (
    Array,
    Line,
    bodyGray,
    brightness,
    lineOf,
    readSheet,
    trackedWalls,
    wallPattern,
)
from DynamicSpineLib.Registration.PredictFrames import Points, SegmentCanal, segmentCanal
from DynamicSpineLib.Registration.PredictLine import CanalLayers, FoundEdges, findEdges, learnLayers
from DynamicSpineLib.Registration.PredictWalls import Section, Wall, WallPattern, narrowestSection, sectionAt
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

AS_PLACED_MM = 0.7
"""A section marked this much wider than the narrowest was not marked for being narrow: it is kept where it was on the
disc."""

EXCESS_SHARE = 0.4
"""The narrowest of many noisy sections looks narrower than it is; this share of what it does so in the marked position,
where the true section is marked, is given back."""

TRACKED_SD_MM = 0.15
"""SD of a tracked wall that looks just like the reference's; a wall half as alike has twice as much."""

POINT_LINES = 3
BLUNTED_SHARE, POINTED_SHARE = (0.7, 0.4), 0.4
"""Blur and the slice's thickness blunt a pointed wall: share of its height over 1.5 mm by which it seems lower than it
is, in front (a disc bulges to the sides too, and the slice takes the mean) and behind, from phantoms; and the share of
this that counts as SD."""

MOST_OFFSET_MM = 1.0
"""Tracked walls pass a mark within 0.1 mm, or along another border."""

MOST_EXCESS_MM = 1.5
"""Nobody marks a section that much wider than the narrowest: where one is found, the walls were mistaken for others."""

LEAST_GAIN = 0.8
"""Fluid is at least this much as bright as the gray values in front of the canal let expect."""

ON_LINE = ("CA", "TA", "KA", "KP", "TP", "CP", "LP")
"""Marks of a segment that lie on its line across the canal, from front to back."""


@dataclass(frozen=True)
class SegmentReference:
    """What the marked position teaches of a segment's canal.

    section: the line from CA to CP in the canal's frame. depthMm: depths of all marks on that line. bulgeMm: how far CA
    lies behind the bodies' back corners. fluid, bodies: gray values. wallOffsetMm: marks CA and CP less the walls
    tracked there; pointMm: how far these walls come to a point there. excessMm: how much wider the marked section is
    than the narrowest one.
    """

    canal: SegmentCanal
    section: Section
    depthMm: Mapping[str, float]
    bulgeMm: float
    fluid: float
    bodies: float
    patterns: tuple[WallPattern, WallPattern]
    layers: CanalLayers
    wallOffsetMm: tuple[float, float]
    pointMm: tuple[float, float]
    excessMm: float

    @property
    def isShown(self) -> bool:
        """Whether the walls tracked in the marked position's own image are those that are marked there.

        Else that image does not show them well enough to look for them in another.
        """
        meets = max(abs(offset) for offset in self.wallOffsetMm) <= MOST_OFFSET_MM
        return self.fluid > 0.0 and meets and self.excessMm <= MOST_EXCESS_MM

    @property
    def share(self) -> float:
        """Where the marked section begins, from the disc's lower back corner (0) to the upper one (1)."""
        low, high = self.canal.discMm
        return (self.section.alongMm - low) / max(high - low, 1e-6)


def learnSegment(volume: GrayVolume, segment: str, points_RAS: Points) -> SegmentReference:
    """What the marks (CA, CP and others) and the image of the marked position teach.

    Raises InputError where the corners beside the disc are missing.
    """
    front, back = points_RAS[f"{segment}_CA"], points_RAS[f"{segment}_CP"]
    canal = segmentCanal(segment, points_RAS, {}, front)
    (depth, backDepth), (along, backAlong) = canal.frame.of(np.stack([front, back]))
    width = float(np.hypot(backDepth - depth, backAlong - along))
    lean = float(np.degrees(np.arctan2(backAlong - along, backDepth - depth)))
    section = Section(float(depth), float(along), lean, width)
    line = lineOf(canal, section)
    depths = {code: float(line.local(points_RAS[f"{segment}_{code}"])[0])
              for code in ON_LINE if f"{segment}_{code}" in points_RAS}  # fmt: skip
    sheet = readSheet(volume, canal, section.depthMm, width)
    fluid, bodies = brightness(sheet, section.depthMm, width), bodyGray(sheet, section.depthMm)
    patterns = (
        wallPattern(sheet, section.alongMm, section.depthMm, 1.0, fluid),
        wallPattern(sheet, float(backAlong), float(backDepth), -1.0, fluid),
    )
    bulge = section.depthMm - float(canal.bodyBackMm(np.array(section.alongMm)))
    walls = trackedWalls(sheet, bulge, width, patterns, 1.0)
    narrowest = narrowestSection(canal.alongMm, walls[0].depthMm, walls[1].depthMm, canal.discMm, section.alongMm)
    marked = sectionAt(canal.alongMm, walls[0].depthMm, walls[1].depthMm, section.alongMm, lean)
    ahead = (section.depthMm - marked.depthMm) * np.cos(np.radians(lean))
    wallOffset = (float(ahead), float(ahead + width - marked.widthMm))
    at = int(np.abs(canal.alongMm - section.alongMm).argmin())
    layers = learnLayers(volume, line, depths, fluid)
    excess = marked.widthMm - narrowest.widthMm
    points = _points(walls, at)
    return SegmentReference(canal, section, depths, bulge, fluid, bodies, patterns, layers, wallOffset, points, excess)


def findSegment(
    volume: GrayVolume, reference: SegmentReference, canal: SegmentCanal, usual_RAS: Array
) -> tuple[Line, FoundEdges]:
    """The line of a segment's marks in another position, and the edges on it.

    canal: the segment's canal there, as its bones say; usual_RAS: where they take CA.
    """
    section = reference.section
    along = float(canal.frame.of(usual_RAS)[1])
    front = float(canal.bodyBackMm(np.array(along))) + reference.bulgeMm
    sheet = readSheet(volume, canal, front, section.widthMm)
    fluid = brightness(sheet, front, section.widthMm)
    # Where all fluid is pressed away, what lies in front of the canal tells how bright it would be.
    fluid = max(fluid, LEAST_GAIN * reference.fluid * bodyGray(sheet, front) / max(reference.bodies, 1e-9))
    gain = fluid / max(reference.fluid, 1e-9)
    walls = trackedWalls(sheet, reference.bulgeMm, section.widthMm, reference.patterns, gain)
    found, isNarrowest = _section(reference, canal, walls, along)
    line = lineOf(canal, found)
    at = int(np.abs(canal.alongMm - found.alongMm).argmin())
    now, then = _points(walls, at), reference.pointMm
    points = [share * (now[end] - then[end]) for end, share in enumerate(BLUNTED_SHARE)]
    spread = tuple(float(np.hypot(TRACKED_SD_MM / max(wall.strength[at], 0.1), POINTED_SHARE * point))
                   for wall, point in zip(walls, points, strict=True))  # fmt: skip
    more = EXCESS_SHARE * max(reference.excessMm, 0.0) if isNarrowest else 0.0
    ends = (reference.wallOffsetMm[0], found.widthMm + reference.wallOffsetMm[1] + more)
    return line, findEdges(volume, line, reference.layers, found.widthMm, ends, spread, fluid, points)


def _points(walls: tuple[Wall, Wall], index: int) -> tuple[float, float]:
    """How far each wall comes to a point toward the inside on a line: its height over the lines 1.5 mm away."""
    heights = []
    for wall, sign in zip(walls, (1.0, -1.0), strict=True):
        last = len(wall.depthMm) - 1
        beside = 0.5 * (wall.depthMm[max(index - POINT_LINES, 0)] + wall.depthMm[min(index + POINT_LINES, last)])
        heights.append(max(sign * (wall.depthMm[index] - float(beside)), 0.0))
    return float(heights[0]), float(heights[1])


def _section(
    reference: SegmentReference, canal: SegmentCanal, walls: tuple[Wall, Wall], usualMm: float
) -> tuple[Section, bool]:
    """The section to mark, and whether it is the narrowest (else it lies where it did on the disc)."""
    if reference.excessMm > AS_PLACED_MM:
        place = canal.atShare(reference.share)
        lean = reference.section.leanDeg
        return sectionAt(canal.alongMm, walls[0].depthMm, walls[1].depthMm, place, lean), False
    found = narrowestSection(canal.alongMm, walls[0].depthMm, walls[1].depthMm, canal.discMm, usualMm)
    return found, True
