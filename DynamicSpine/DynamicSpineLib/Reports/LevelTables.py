"""The level x position tables: states with intervals, grades and what readers saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Levels import Segment
from DynamicSpineLib.Anatomy.Roots import LUMBAR, recessRootOf, regionOfSegment, rootOf
from DynamicSpineLib.Metrics.Measurement import CHANGE, STATE, Measurement
from DynamicSpineLib.Reports.Cells import Cell, Footnotes, differenceCell, stateCell
from DynamicSpineLib.Reports.Layout import layout
from DynamicSpineLib.Reports.Readers import gradeCells, observationLines
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Study.Case import NATIVE
from DynamicSpineLib.Study.Grades import gradeSchemes
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Numbers import unitText
from DynamicSpineLib.Wording.Texts import placeLabel
from DynamicSpineLib.Wording.Words import metricWords

OPERATED = ("fused", "implant", "discReplacement", "decompressed")


@dataclass(frozen=True)
class Line:
    """One measure of a level: its name, unit, and a cell for each position."""

    title: str
    unit: str
    cells: tuple[Cell, ...]
    metric: str = ""


@dataclass(frozen=True)
class Block:
    """One level of a table: its name, remarks under it, and its lines; `empty` says why there are none."""

    label: str
    remarks: tuple[str, ...]
    lines: tuple[Line, ...]
    native: bool = True
    empty: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a column for each position. key: (short title with unit, full title, metric id) of each measure."""

    title: str
    blocks: tuple[Block, ...]
    key: tuple[tuple[str, str, str], ...] = ()


def levelTables(report: ReportInput, footnotes: Footnotes) -> list[Table]:
    """One table for each part of the spine in which something was measured, graded or seen."""
    tables = []
    for spec in layout()["levelTables"]:
        segments = [item for item in report.case.chain.segments if regionOfSegment(item) == spec["region"]]
        blocks = [_segmentBlock(report, footnotes, item, spec) for item in segments]
        if any(block.lines for block in blocks):
            tables.append(Table(spec["title"], tuple(blocks), tableKey(report, blocks)))
    return tables


def _segmentBlock(report: ReportInput, footnotes: Footnotes, segment: Segment, spec: dict[str, list[str]]) -> Block:
    lines = gradeLines(report, segment.name, spec["grades"])
    lines += observationLines(report, segment, Line)
    lines += [line for metric in spec["metrics"] if (line := stateLine(report, footnotes, metric, segment.name))]
    status = report.case.segmentStatus(segment.name)
    empty = "" if lines else "nothing measured or graded in any position"
    return Block(placeLabel(segment.name), segmentRemarks(report, segment), tuple(lines), status == NATIVE, empty)


def stateLine(report: ReportInput, footnotes: Footnotes, metric: str, level: str, side: str = "",
              title: str = "") -> Line | None:  # fmt: skip
    """A metric of one level in every position, or None where no position has a value of it."""
    positions = report.case.positions
    rows = [report.state(metric, level, position.id, side) for position in positions]
    if not withValue(rows):
        return None
    changes = [report.change(metric, level, position.id, side) for position in positions]
    cells = tuple(stateCell(row, change, footnotes) for row, change in zip(rows, changes, strict=True))
    text = report.metricText(metric)
    return Line(title or metricWords(metric, text.title).short, unitText(text.unit), cells, metric)


def gradeLines(report: ReportInput, level: str, schemes: Sequence[str], side: str = "") -> list[Line]:
    """The readers' grades of one level: a line for each scheme that was used there."""
    lines = []
    for scheme in schemes:
        cells = gradeCells(report, level, scheme, side)
        if any(cell.value for cell in cells):
            lines.append(Line(gradeSchemes()[scheme]["title"], "", cells))
    return lines


def segmentRemarks(report: ReportInput, segment: Segment) -> tuple[str, ...]:
    """Status of a segment where it is not native, and whether an operated or joined one lies next to it."""
    case = report.case
    status = case.segmentStatus(segment.name)
    if status != NATIVE:
        return (f"status: {code('segmentStatus', status).short}",)
    names = [item.name for item in case.chain.segments]
    index = names.index(segment.name)
    beside = [case.segmentStatus(name) for name in (*names[max(index - 1, 0) : index], *names[index + 1 : index + 2])]
    if any(item in OPERATED for item in beside):
        return ("next to an operated level",)
    return ("next to a block",) if "block" in beside else ()


def sidedTable(report: ReportInput, footnotes: Footnotes) -> Table | None:
    """Foramina, recesses and facet joints, left and right; roots are named only where the levels are verified."""
    spec = layout()["sidedTable"]
    named = report.case.numbering.isConfirmed
    blocks = []
    for segment in report.case.chain.segments:
        for side in ("L", "R"):
            found = [stateLine(report, footnotes, metric, segment.name, side) for metric in sidedMetrics(segment)]
            lines = gradeLines(report, segment.name, spec["grades"], side)
            lines += [line for line in found if line is not None]
            if lines:
                roots = _roots(segment.name, lines) if named else ()
                blocks.append(Block(placeLabel(segment.name, side), roots, tuple(lines)))
    return Table(spec["title"], tuple(blocks), tableKey(report, blocks)) if blocks else None


def sidedMetrics(segment: Segment) -> list[str]:
    """The sided metrics that lead at a segment; recess and facet joints only in the lumbar spine."""
    spec = layout()["sidedTable"]
    return [*spec["metrics"], *(spec["lumbarMetrics"] if regionOfSegment(segment) == LUMBAR else [])]


def _roots(level: str, lines: list[Line]) -> tuple[str, ...]:
    foramen, recess = rootOf(level), recessRootOf(level)
    texts = [f"foramen: {foramen} root"] if foramen else []
    if recess and any(line.metric == "recessDepth" for line in lines):
        texts.append(f"recess: {recess} root")
    return tuple(texts)


def plainTable(report: ReportInput, footnotes: Footnotes, title: str, metrics: Sequence[str]) -> Table | None:
    """Values of regions or the craniocervical junction: one line for each metric and place."""
    places = dict.fromkeys((row.metric, row.level, row.side) for metric in metrics
                           for row in withValue(report.shownRows) if row.metric == metric and row.kind == STATE)
    return _placesTable(report, footnotes, title, list(places))


def furtherTable(report: ReportInput, footnotes: Footnotes) -> Table | None:
    """Every value in one position that no other table shows, in the order of the rows."""
    shown = {(metric, segment.name) for spec in layout()["levelTables"] for segment in report.case.chain.segments
             for metric in spec["metrics"] if regionOfSegment(segment) == spec["region"]}
    shown |= {(metric, segment.name) for segment in report.case.chain.segments for metric in sidedMetrics(segment)}
    elsewhere = {metric for name in ("alignmentTable", "craniocervicalTable") for metric in layout()[name]["metrics"]}
    places = dict.fromkeys(
        (row.metric, row.level, row.side) for row in withValue(report.shownRows)
        if row.kind == STATE and row.metric not in elsewhere and (row.metric, row.level) not in shown
    )  # fmt: skip
    return _placesTable(report, footnotes, "", list(places))


def _placesTable(report: ReportInput, footnotes: Footnotes, title: str,
                 places: Sequence[tuple[str, str, str]]) -> Table | None:  # fmt: skip
    """A block for each metric with a line for each place (metric, level, side)."""
    blocks = []
    for metric in dict.fromkeys(metric for metric, _, _ in places):
        found = [stateLine(report, footnotes, metric, level, side, placeLabel(level, side))
                 for name, level, side in places if name == metric]
        lines = tuple(line for line in found if line is not None)
        if lines:
            blocks.append(Block(metricWords(metric, report.metricText(metric).title).short, (), lines))
    return Table(title, tuple(blocks), tableKey(report, blocks)) if blocks else None


def changeTables(report: ReportInput, footnotes: Footnotes) -> tuple[Table | None, Table | None]:
    """Changes of the level tables' metrics against the compared position, each with interval and verdict.

    Two tables: the measures of a level with a change beyond noise in some position, and those without one.
    """
    rows = {(row.metric, row.level, row.position): row for row in report.shownRows
            if row.kind == CHANGE and not row.side}
    clear: list[Block] = []
    unclear: list[Block] = []
    for spec in layout()["levelTables"]:
        for segment in report.case.chain.segments:
            if regionOfSegment(segment) != spec["region"]:
                continue
            found = [_changeLine(report, footnotes, rows, metric, segment.name) for metric in spec["metrics"]]
            lines = [line for line in found if line is not None]
            remarks, native = segmentRemarks(report, segment), report.case.segmentStatus(segment.name) == NATIVE
            for blocks, isClear in ((clear, True), (unclear, False)):
                chosen = tuple(line for line in lines if _isClear(line) == isClear)
                if chosen:
                    blocks.append(Block(placeLabel(segment.name), remarks, chosen, native))
    tables = [Table("", tuple(blocks), tableKey(report, blocks)) if blocks else None for blocks in (clear, unclear)]
    return tables[0], tables[1]


def _isClear(line: Line) -> bool:
    """True where some position's change is not too imprecise to tell."""
    return any(not cell.missing and not cell.faint for cell in line.cells)


def _changeLine(report: ReportInput, footnotes: Footnotes, rows: dict[tuple[str, str, str], Measurement],
                metric: str, level: str) -> Line | None:  # fmt: skip
    found = [rows.get((metric, level, position.id)) for position in changedPositions(report)]
    if not withValue(found):
        return None
    text = report.metricText(metric)
    cells = tuple(differenceCell(row, footnotes) for row in found)
    return Line(metricWords(metric, text.title).short, unitText(text.unit), cells, metric)


def changedPositions(report: ReportInput) -> list[Position]:
    """The positions that are compared with the compared one, in the case's order."""
    compared = report.comparedPosition
    return [position for position in report.case.positions if compared is None or position.id != compared.id]


def tableKey(report: ReportInput, blocks: Sequence[Block]) -> tuple[tuple[str, str, str], ...]:
    """Short title, full title and id of each metric in a table."""
    metrics = dict.fromkeys(line.metric for block in blocks for line in block.lines if line.metric)
    texts = [report.metricText(metric) for metric in metrics]
    return tuple((f"{metricWords(text.id, text.title).short} {unitText(text.unit)}".strip(), text.title, text.id)
                 for text in texts)
