"""The marks behind a value: where they come from, who accepted them, and whose noise they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Metrics.Draws import predictingBone, usableBone
from DynamicSpineLib.Metrics.InputPoints import MID_BODY_CODES, STAND_INS, bodyCorners, missingPoints, pointsBehind
from DynamicSpineLib.Metrics.Neighbors import NeighborChoice
from DynamicSpineLib.Metrics.Noise import FROM_EDGE, FROM_TRANSFORM, pointClassOf
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE
from DynamicSpineLib.Metrics.PointTable import CORNERS
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Metrics.Registry import MetricDefinition
from DynamicSpineLib.Study.Marks import CARRIED, PREDICTED, Contour, Landmark

Mark = Landmark | Contour


@dataclass(frozen=True)
class Behind:
    """What is known of the marks behind a value.

    places: (position id, name) of every mark; levels: the levels or segments they lie at; carried: (position id, level)
    of bones whose carried marks are among them. stateSources and changeSources: whose noise their SD is, in a value of
    one position and in a difference of two.
    """

    names: tuple[str, ...] = ()
    places: frozenset[tuple[str, str]] = frozenset()
    levels: frozenset[str] = frozenset()
    carried: frozenset[tuple[str, str]] = frozenset()
    origins: frozenset[str] = frozenset()
    confirmed: bool = True
    stateSources: frozenset[str] = frozenset()
    changeSources: frozenset[str] = frozenset()

    def __add__(self, other: Behind) -> Behind:
        return Behind(
            tuple(dict.fromkeys((*self.names, *other.names))), self.places | other.places, self.levels | other.levels,
            self.carried | other.carried, self.origins | other.origins, self.confirmed and other.confirmed,
            self.stateSources | other.stateSources, self.changeSources | other.changeSources,
        )  # fmt: skip

    def sdSource(self, isState: bool) -> str:
        """Whose noise the SD is: assumed, case, repeat, transform, edge, or mixed; empty without marks.

        The placing error of carried and predicted marks cancels between positions, but counts in one position's own
        value.
        """
        sources = self.stateSources if isState else self.changeSources
        return next(iter(sources)) if len(sources) == 1 else "mixed" if sources else ""


class MarksBehind:
    """Finds the marks behind the values of one reading; only which marks there are counts, not where they lie."""

    def __init__(self, measured: ReadingValues) -> None:
        self._measured = measured
        self._marks = measured.marks
        self._choices = measured.context.neighborChoices
        self._defined = {
            positionId: {name for name in marks.landmarks if marks.point(name) is not None} | set(marks.contours)
            for positionId, marks in measured.marks.items()
        }
        self._ids = [position.id for position in measured.case.positions]
        self._behind: dict[tuple[tuple[str, ...], tuple[str, ...]], Behind] = {}
        self._absent: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._sources: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {}
        levels = measured.case.chain.levels
        self._whole = {(positionId, level): all(f"{level}_{code}" in self._defined[positionId] for code in CORNERS)
                       for positionId in self._ids for level in {*levels, "C2"}}  # fmt: skip

    def of(
        self, definition: MetricDefinition, positions: Sequence[str], index: tuple[int, ...], place: str, side: str
    ) -> Behind:
        """The marks behind a value at a place in one position, or in the two that are compared."""
        names = self._namesBehind(definition, index, place, side)
        key = (tuple(positions), names)  # many metrics rest on the same marks
        if key not in self._behind:
            marks = [mark for positionId in positions for mark in self._marksOf(positionId, names)]
            self._behind[key] = self._gathered(marks)
        givers = self._heightGivers(definition, positions, place)
        return self._behind[key] + self._gathered(givers) if givers else self._behind[key]

    def absent(self, definition: MetricDefinition, positionId: str, place: str, side: str) -> tuple[str, ...]:
        """Names of the marks that a value still needs in a position."""
        key = (definition.kind, definition.id, positionId, place, side)
        if key not in self._absent:
            defined = self._defined[positionId]
            self._absent[key] = missingPoints(definition.id, place, defined, side, definition.kind)
        return self._absent[key]

    def neighborChoice(self, definition: MetricDefinition) -> NeighborChoice | None:
        """The levels above and below that MSCC or MCC compares with; None for other metrics."""
        return self._choices.get(definition.id)

    def usesVirtualBody(self, definition: MetricDefinition, positions: Sequence[str], place: str) -> bool:
        """True where a center rests, in some position, on a body with one endplate."""
        if not _isCentered(definition):
            return False
        return any(not self._whole[item, level] for item in positions for level in levelsOf(place) or ("C2",))

    def _namesBehind(
        self, definition: MetricDefinition, index: tuple[int, ...], place: str, side: str
    ) -> tuple[str, ...]:
        """Names of the marks that a value may use, wherever they are placed."""
        if definition.id in OUT_OF_PLANE and self._measured.fromBones(*index):
            names = tuple(name for level in levelsOf(place) for name in bodyCorners(level))
        else:
            names = pointsBehind(definition, place, side)
        return (*names, *self._midBodyPoints(definition, index), *self._regionCorners(definition, place))

    def _marksOf(self, positionId: str, names: Iterable[str]) -> list[tuple[str, Mark]]:
        """(position, mark) of those names, or of their stand-ins, that are there in a position."""
        marks, defined = self._marks[positionId], self._defined[positionId]
        found: list[tuple[str, Mark]] = []
        for wanted in names:
            name = wanted if wanted in defined else STAND_INS.get(wanted, wanted)
            if name in marks.contours:
                found.append((positionId, marks.contours[name]))
            elif name in defined:
                found.append((positionId, marks.landmarks[name]))
        return found

    def _gathered(self, marks: Sequence[tuple[str, Mark]]) -> Behind:
        sources = {self._sourcesOf(positionId, mark) for positionId, mark in marks}
        return Behind(
            names=tuple(dict.fromkeys([mark.name for _, mark in marks])),
            places=frozenset([(positionId, mark.name) for positionId, mark in marks]),
            levels=frozenset([_placeOf(mark) for _, mark in marks]),
            carried=frozenset([(positionId, _placeOf(mark)) for positionId, mark in marks if mark.origin == CARRIED]),
            origins=frozenset([mark.origin for _, mark in marks]),
            confirmed=all(mark.confirmed for _, mark in marks),
            stateSources=frozenset().union(*[state for state, _ in sources]),
            changeSources=frozenset().union(*[change for _, change in sources]),
        )

    def _regionCorners(self, definition: MetricDefinition, place: str) -> tuple[str, ...]:
        """Corners of all levels of a share's region, since the share is of their sum."""
        if "regionSum" not in definition.inputs:
            return ()
        chain = self._measured.case.chain
        regions = [item for item in chain.regions if place in (each.name for each in chain.segmentsWithin(item))]
        return tuple(name for region in regions for level in chain.levelsWithin(region) for name in bodyCorners(level))

    def _heightGivers(
        self, definition: MetricDefinition, positions: Sequence[str], place: str
    ) -> list[tuple[str, Mark]]:
        """Corners, in any position, of the neighbors that a virtual body of this segment takes its height from."""
        levels = self._measured.case.chain.levels
        found: list[tuple[str, Mark]] = []
        if not _isCentered(definition):
            return found
        for level in levelsOf(place) or ("C2",):
            if all(self._whole[item, level] for item in positions):
                continue
            index = levels.index(level)
            for neighbor in levels[max(index - 1, 0) : index] + levels[index + 1 : index + 2]:
                for positionId in self._ids:
                    if self._whole[positionId, neighbor]:
                        found.extend(self._marksOf(positionId, [f"{neighbor}_{code}" for code in CORNERS]))
        return found

    def _midBodyPoints(self, definition: MetricDefinition, index: tuple[int, ...]) -> tuple[str, ...]:
        """Points of the levels that MSCC or MCC compares with at this place."""
        choice = self.neighborChoice(definition)
        if choice is None:
            return ()
        levels = self._measured.case.chain.levels
        chosen = [levels[side[index]] for side in (choice.above, choice.below) if side[index] >= 0]
        return tuple(f"{level}_{code}" for level in chosen for code in MID_BODY_CODES[definition.id])

    def _sourcesOf(self, positionId: str, mark: Mark) -> tuple[frozenset[str], frozenset[str]]:
        """Whose noise one mark has, in a value of one position and in a difference of two."""
        key = (positionId, mark.name)
        if key not in self._sources:
            found = [self._mainSources(positionId, mark, isState) for isState in (True, False)]
            self._sources[key] = (found[0], found[1])
        return self._sources[key]

    def _mainSources(self, positionId: str, mark: Mark, isState: bool) -> frozenset[str]:
        name = parseLandmarkName(mark.name)
        if name is None:
            return frozenset()
        case, ofClass, found = self._measured.case, self._measured.noise.source[pointClassOf(name)], set()
        isPoint = isinstance(mark, Landmark)
        if isPoint and usableBone(case, self._marks, positionId, name):
            found.add(FROM_TRANSFORM)
            if not isState:
                return frozenset(found)
        elif mark.sdMm is not None:
            found.add(FROM_EDGE)
            # The placing error of a mark that was predicted from another position's is that one's.
            isShared = isPoint and not isState and predictingBone(case, self._marks, positionId, name) is not None
            if mark.origin != PREDICTED or isShared:
                return frozenset(found)
        return frozenset({*found, ofClass})


@lru_cache(maxsize=1024)
def levelsOf(place: str) -> tuple[str, ...]:
    """The two levels of a segment's name; nothing for other places."""
    segment = splitSegment(place)
    return () if segment is None else (segment.upper, segment.lower)


@lru_cache(maxsize=1024)
def _isCentered(definition: MetricDefinition) -> bool:
    """True for a metric that uses the center of a body."""
    return any(text.endswith(("Center", "_center")) for text in definition.inputs)


def _placeOf(mark: Mark) -> str:
    return mark.name.split("_", maxsplit=1)[0]
