"""Where Review leads: the pictures behind a sentence, and the places of a case from the worst on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from DynamicSpineLib.Anatomy.Levels import Segment
from DynamicSpineLib.Criteria.Results import MET, UNDECIDED, RuleResult
from DynamicSpineLib.Findings.Finding import CaseFindings, Finding, GridCell
from DynamicSpineLib.Metrics.Extremes import SEPARABLE_SHARE, RangeOverPositions, RankedPlace
from DynamicSpineLib.Reports.FirstScreen import gridRows
from DynamicSpineLib.Study.Case import Case

_RANKED = ("narrowest", "foramenClear", "foramenPositions", "foramenUnclear", "recess")


@dataclass(frozen=True)
class Link:
    """The pictures of a sentence.

    level: the segment, bone or region that it names first, or the one that the case opens with where it names none.
    gridLevel: the row of the grid that is it or is nearest; empty only where the grid has no rows. positions: the one
    to show, or the two compared (before, after), or all that it names; empty for all of the case. metric, side: what
    leads, where something does.
    """

    level: str
    gridLevel: str
    positions: tuple[str, ...]
    metric: str
    side: str

    @property
    def position(self) -> str:
        """The position to go to: of two compared the second; empty for none."""
        return self.positions[-1] if self.positions else ""

    @property
    def compared(self) -> str:
        """The position to hold beside it, where two are compared; else empty."""
        return self.positions[0] if len(self.positions) == 2 else ""


@dataclass(frozen=True)
class Stop:
    """A place worth a look: level and gridLevel as in a link. compared: the position beside it, or empty.

    why: what there is to see, in words.
    """

    level: str
    gridLevel: str
    position: str
    compared: str
    why: str


@dataclass(frozen=True)
class PictureFinder:
    """Finds the way from what one reading says to its pictures.

    results: its rule results. ranges, ranked: its extremes over positions and over places (Metrics/Extremes.py).
    """

    case: Case
    findings: CaseFindings
    results: Sequence[RuleResult] = ()
    ranges: Sequence[RangeOverPositions] = ()
    ranked: Sequence[RankedPlace] = ()

    def linkOf(self, item: Finding) -> Link:
        """Where a sentence leads; one without a place of its own leads to the level that the case opens with."""
        level = item.level or self.findings.worstLevel
        return Link(level, self.gridLevel(level), item.positions or self._ends(item), item.metric, item.side)

    def _ends(self, item: Finding) -> tuple[str, ...]:
        """For a sentence on any two positions: those in which the value is smallest and largest."""
        key = (item.metric, item.level, item.side)
        found = next((row for row in self.ranges if (row.metric, row.level, row.side) == key), None)
        return (found.smallestPosition, found.largestPosition) if found is not None else ()

    def gridLevel(self, level: str) -> str:
        """The grid's row of a level: a segment's own; inside a region the one that leads; else the nearest.

        Of a bone that is the segment below it before the one above; of an unknown level the one that leads the case.
        """
        rows = {cell.level: self.case.chain.segment(cell.level) for cell in self.findings.grid}
        if level in rows:
            return level
        region = next((item for item in self.case.chain.regions if item.name == level), None)
        inside = [item.name for item in self.case.chain.segmentsWithin(region)] if region is not None else list(rows)
        leading = [name for name in (self.findings.worstLevel, *rows) if name in rows and name in inside]
        segment = self.case.chain.segment(level)
        bone = region.bottom if region is not None else segment.lower if segment is not None else level
        if (leading and region is not None) or bone not in self.case.chain.levels:
            return leading[0] if leading else ""
        return self._nearest(rows, bone)

    def _nearest(self, rows: Mapping[str, Segment | None], bone: str) -> str:
        at = self.case.chain.levels.index
        known = [(name, at(item.upper) - at(bone)) for name, item in rows.items() if item is not None]
        return min(known, key=lambda row: (abs(row[1]), -row[1]))[0] if known else ""

    def stops(self) -> tuple[Stop, ...]:
        """Every place worth a look once: headlines by rank, cells met, cells undecided, then the smallest places."""
        found: dict[tuple[str, str], Stop] = {}
        for stop in (*self._headlines(), *self._cells(), *self._smallest()):
            earlier = found.setdefault((stop.level, stop.position), stop)
            if stop.compared and not earlier.compared:
                found[stop.level, stop.position] = replace(earlier, compared=stop.compared)
        return tuple(found.values())

    def _headlines(self) -> Iterator[Stop]:
        for item in self.findings.headlines:
            link = self.linkOf(item)
            position = link.position or self._telling(link.gridLevel)
            if link.level and position:
                yield Stop(link.level, link.gridLevel, position, link.compared, item.text)

    def _telling(self, level: str) -> str:
        """The position of the cell that says most of a level; empty for a level without cells."""
        order = (MET, UNDECIDED, "")
        cells = [(order.index(cell.mark) if cell.mark in order else len(order), index, cell.position)
                 for index, cell in enumerate(self.findings.grid) if cell.level == level]  # fmt: skip
        return min(cells)[2] if cells else ""

    def _cells(self) -> Iterator[Stop]:
        """Cells met, those of levels that lead first; then cells undecided, the most certain first."""
        rows = gridRows(self.case, self.findings)
        words = {(cell.level, cell.position): cell.whole for row in rows for cell in row.cells}
        leading = [item.level for item in self.findings.headlines]
        certainty = self._certainties()

        def weight(cell: GridCell) -> tuple[bool, float]:
            if cell.mark == MET:
                return (False, leading.index(cell.level) if cell.level in leading else len(leading))
            return (True, -certainty.get((cell.level, cell.position), 0.0))

        for cell in sorted((item for item in self.findings.grid if item.mark in (MET, UNDECIDED)), key=weight):
            yield Stop(cell.level, cell.level, cell.position, "", words[cell.level, cell.position])

    def _certainties(self) -> dict[tuple[str, str], float]:
        """By (level, position), the largest measurement certainty of a shipped rule that is undecided there."""
        found: dict[tuple[str, str], float] = {}
        for item in self.results:
            if item.result == UNDECIDED and not item.isOwn:
                place = (item.level, item.position)
                found[place] = max(found.get(place, 0.0), item.probability or 0.0)
        return found

    def _smallest(self) -> Iterator[Stop]:
        """Where canal, cord room, sac, foramina and recesses are smallest; then what cannot be separated from that."""
        said = [item for item in self.findings.findings if item.id.startswith(_RANKED) and item.positions]
        for item in said:
            yield Stop(item.level, self.gridLevel(item.level), item.positions[-1], "", item.text)
        places = {(place.metric, place.level, place.position, place.side): place for place in self.ranked}
        for item in said:
            place = places.get((item.metric, item.level, item.positions[-1], item.side))
            if place is not None and place.share < SEPARABLE_SHARE and place.runnerUpLevel:
                level, position = place.runnerUpLevel, place.runnerUpPosition
                yield Stop(level, self.gridLevel(level), position, "", item.text)
