"""Why a value is not available, and what to know about one that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Metrics.Draws import predictingBone, usableBone
from DynamicSpineLib.Metrics.Gates import REASON_OF_NEED, bentSideways
from DynamicSpineLib.Metrics.InputPoints import MID_BODY_CODES, STAND_INS, bodyCorners, missingPoints, pointsBehind
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.Neighbors import NeighborChoice
from DynamicSpineLib.Metrics.Noise import FROM_EDGE, FROM_TRANSFORM, pointClassOf
from DynamicSpineLib.Metrics.OffPlane import pointsOffPlane
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE
from DynamicSpineLib.Metrics.PointTable import CORNERS
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Registry import SEGMENT, MetricDefinition
from DynamicSpineLib.Study.Marks import MISSING, PREDICTED, Contour, Landmark

NOT_MARKED, NOT_VISIBLE = "notMarked", "notVisible"


class MarkFacts:
    """Questions about the marks behind a value, answered for one reading."""

    def __init__(self, measured: ReadingValues) -> None:
        self._measured = measured
        self._marks = measured.marks
        self._defined = {
            positionId: {name for name in marks.landmarks if marks.point(name) is not None} | set(marks.contours)
            for positionId, marks in measured.marks.items()
        }
        self._offPlane = pointsOffPlane(measured)
        self._uneven = _unevenBodies(measured)
        self._bent = dict(zip(self._positionIds(), bentSideways(measured.case), strict=True))

    def absent(self, definition: MetricDefinition, positionId: str, place: str, side: str) -> tuple[str, ...]:
        """Names of the marks that a value still needs in a position."""
        return missingPoints(definition.id, place, self._defined[positionId], side, definition.kind)

    def _positionIds(self) -> list[str]:
        return [position.id for position in self._measured.case.positions]

    def reason(
        self, definition: MetricDefinition, positions: Sequence[str], indices: Sequence[tuple[int, ...]], place: str,
        side: str,
    ) -> str:  # fmt: skip
        """The reason code of a missing value: an unmet need at any of its indices, else a mark that is absent."""
        unmarked = self._unmarked(definition, positions, place, side)
        if definition.id in OUT_OF_PLANE:
            return "noTransform"
        for need, mask in self._measured.blocked.masks((definition.kind, definition.id)).items():
            if any(mask[index] for index in indices) and not (need == "foramenPlane" and unmarked):
                return REASON_OF_NEED[need]
        if unmarked:
            return NOT_VISIBLE if self._unmarked(definition, positions, place, side, MISSING) else NOT_MARKED
        choice = self.neighborChoice(definition)
        if choice is not None:
            return "oneSided" if any(choice.oneSided[index] for index in indices) else "noNorm"
        if definition.scope == SEGMENT and not self._hasPlane(positions, place):
            return "noPlane"
        return {"romShare": "regionIncomplete"}.get(definition.id, "degenerate")

    def _hasPlane(self, positions: Sequence[str], place: str) -> bool:
        """True where the segment has a sagittal plane, its own or its stretch's, in all these positions."""
        column = [segment.name for segment in self._measured.case.chain.segments].index(place)
        rows = [self._positionIds().index(item) for item in positions]
        return bool(np.isfinite(self._measured.context.frames.segments.cranial[rows, column]).all())

    def _unmarked(
        self, definition: MetricDefinition, positions: Sequence[str], place: str, side: str, status: str = ""
    ) -> bool:
        """True where a needed mark is absent (with a status given: absent with that status) in some position."""
        for positionId in positions:
            names = self.absent(definition, positionId, place, side)
            if not status and names:
                return True
            known = self._marks[positionId].landmarks
            if status and any(name in known and known[name].status == status for name in names):
                return True
        return False

    def used(
        self, definition: MetricDefinition, positions: Sequence[str], index: tuple[int, ...], place: str, side: str
    ) -> list[tuple[str, Landmark | Contour]]:
        """(position, mark) of every mark behind a value."""
        found: list[tuple[str, Landmark | Contour]] = []
        names = pointsBehind(definition, place, side)
        if definition.id in OUT_OF_PLANE and self._measured.fromBones(*index):
            names = tuple(name for level in levelsOf(place) for name in bodyCorners(level))
        names = (*names, *self._midBodyPoints(definition, index), *self._regionCorners(definition, place))
        for positionId in positions:
            found.extend(self._marksOf(positionId, names))
        return found + self._heightGivers(definition, positions, place)

    def confirmed(
        self, definition: MetricDefinition, positionId: str, index: tuple[int, ...], place: str, side: str
    ) -> bool:
        """True where a reader has accepted every mark behind a state."""
        return all(mark.confirmed for _, mark in self.used(definition, (positionId,), index, place, side))

    def _marksOf(self, positionId: str, names: Iterable[str]) -> list[tuple[str, Landmark | Contour]]:
        """(position, mark) of those names, or of their stand-ins, that are there in a position."""
        marks = self._marks[positionId]
        found: list[tuple[str, Landmark | Contour]] = []
        for wanted in names:
            name = wanted if wanted in self._defined[positionId] else STAND_INS.get(wanted, wanted)
            if name in marks.contours:
                found.append((positionId, marks.contours[name]))
            elif name in self._defined[positionId]:
                found.append((positionId, marks.landmarks[name]))
        return found

    def _regionCorners(self, definition: MetricDefinition, place: str) -> tuple[str, ...]:
        """Corners of all levels of a share's region, since the share is of their sum."""
        if "regionSum" not in definition.inputs:
            return ()
        chain = self._measured.case.chain
        regions = [item for item in chain.regions if place in (each.name for each in chain.segmentsWithin(item))]
        return tuple(name for region in regions for level in chain.levelsWithin(region) for name in bodyCorners(level))

    def _heightGivers(
        self, definition: MetricDefinition, positions: Sequence[str], place: str
    ) -> list[tuple[str, Landmark | Contour]]:
        """Corners, in any position, of the neighbors that a virtual body of this segment takes its height from."""
        levels = self._measured.case.chain.levels
        found: list[tuple[str, Landmark | Contour]] = []
        if not any(text.endswith(("Center", "SlipCenter", "_center")) for text in definition.inputs):
            return found
        for level in levelsOf(place) or ("C2",):
            if all(f"{level}_{code}" in self._defined[item] for item in positions for code in CORNERS):
                continue
            index = levels.index(level)
            for neighbor in levels[max(index - 1, 0) : index] + levels[index + 1 : index + 2]:
                for positionId in self._positionIds():
                    names = [f"{neighbor}_{code}" for code in CORNERS]
                    if all(name in self._defined[positionId] for name in names):
                        found.extend(self._marksOf(positionId, names))
        return found

    def _inRegionPlane(self, definition: MetricDefinition, positions: Sequence[str], place: str) -> bool:
        """True where the segment has too few corners for its own plane in one of the positions."""
        names = [segment.name for segment in self._measured.case.chain.segments]
        if definition.scope != SEGMENT or place not in names:
            return False
        rows = [self._positionIds().index(item) for item in positions]
        return bool(self._measured.context.frames.borrowed[rows, names.index(place)].any())

    def _midBodyPoints(self, definition: MetricDefinition, index: tuple[int, ...]) -> tuple[str, ...]:
        """Points of the levels that MSCC or MCC compares with at this place."""
        choice = self.neighborChoice(definition)
        if choice is None:
            return ()
        levels = self._measured.case.chain.levels
        chosen = [levels[side[index]] for side in (choice.above, choice.below) if side[index] >= 0]
        return tuple(f"{level}_{code}" for level in chosen for code in MID_BODY_CODES[definition.id])

    def neighborChoice(self, definition: MetricDefinition) -> NeighborChoice | None:
        """The levels above and below that MSCC or MCC compares with; None for other metrics."""
        context = self._measured.context
        return {"mscc": context.cordNeighbors, "mcc": context.canalNeighbors}.get(definition.id)

    def sdSource(self, used: Iterable[tuple[str, Landmark | Contour]], isState: bool) -> str:
        """Whose noise the SD is: assumed, case, repeat, transform, edge, or mixed.

        The placing error of carried and predicted marks cancels between positions, but counts in one position's own
        value.
        """
        sources = set()
        for positionId, mark in used:
            name = parseLandmarkName(mark.name)
            if name is None:
                continue
            if isinstance(mark, Landmark) and usableBone(self._measured.case, self._marks, positionId, name):
                sources.add(FROM_TRANSFORM)
                if not isState:
                    continue
            elif mark.sdMm is not None:
                sources.add(FROM_EDGE)
                if mark.origin != PREDICTED or (not isState and self._isPredictedFrom(positionId, mark, name)):
                    continue
            sources.add(self._measured.noise.source[_classOf(mark)])
        return sources.pop() if len(sources) == 1 else "mixed" if sources else ""

    def _isPredictedFrom(self, positionId: str, mark: Landmark | Contour, name: LandmarkName) -> bool:
        """True where the mark's placing error is that of a mark in another position."""
        if not isinstance(mark, Landmark):
            return False
        return predictingBone(self._measured.case, self._marks, positionId, name) is not None

    def warnings(
        self, definition: MetricDefinition, positions: Sequence[str], place: str,
        used: Sequence[tuple[str, Landmark | Contour]],
    ) -> tuple[str, ...]:  # fmt: skip
        """Warning codes of a value that its marks and positions give rise to."""
        codes = []
        offPlane = any((positionId, mark.name) in self._offPlane for positionId, mark in used)
        if offPlane:
            codes.append("offPlane")
        if definition.id not in OUT_OF_PLANE and any(self._bent[item] for item in positions):
            codes.append("sideBentOrRotated")
        if _usesVirtualBody(definition, place, {item: self._defined[item] for item in positions}):
            codes.append("virtualBody")
        if self._uneven & {mark.name.split("_")[0] for _, mark in used}:
            codes.append("depthDiffers")
        if self._inRegionPlane(definition, positions, place):
            codes.append("regionPlane")
        qualities = [position.quality for position in self._measured.case.positions if position.id in positions]
        if "noUse" in qualities:
            codes.append("qualityNoUse")
        elif "limited" in qualities:
            codes.append("qualityLimited")
        return tuple(codes)


def levelsOf(place: str) -> tuple[str, ...]:
    """The two levels of a segment's name; nothing for other places."""
    segment = splitSegment(place)
    return () if segment is None else (segment.upper, segment.lower)


def _classOf(mark: Landmark | Contour) -> str:
    name = parseLandmarkName(mark.name)
    return pointClassOf(name) if name is not None else "poor"


def _usesVirtualBody(definition: MetricDefinition, place: str, usedByPosition: Mapping[str, set[str]]) -> bool:
    """True where a center rests, in some position, on a body with one endplate."""
    if not any(text.endswith(("Center", "SlipCenter", "_center")) for text in definition.inputs):
        return False
    levels = levelsOf(place) or ("C2",)
    corners = {f"{level}_{code}" for level in levels for code in CORNERS}
    return any(not corners <= names for names in usedByPosition.values())


def _unevenBodies(measured: ReadingValues) -> set[str]:
    """Levels whose body depth differs between positions by more than the limit: some of their corners are off."""
    depths = measured.values.states["bodyDepth"]
    with np.errstate(invalid="ignore"):
        low = np.where(np.isfinite(depths), depths, np.inf).min(axis=0)
        high = np.where(np.isfinite(depths), depths, -np.inf).max(axis=0)
        uneven = np.isfinite(low) & np.isfinite(high) & (high > (1.0 + limit("depthDiffersPercent") / 100.0) * low)
    return {level for level, flag in zip(measured.case.chain.levels, uneven, strict=True) if flag}
