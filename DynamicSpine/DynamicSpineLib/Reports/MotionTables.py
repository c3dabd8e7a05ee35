"""How each level moved between two positions, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import MOTION
from DynamicSpineLib.Reports.Cells import Cell, Footnotes, differenceCell
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.LevelTables import segmentRemarks
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Study.Case import NATIVE
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS
from DynamicSpineLib.Study.Roles import Pair, declaredPairs, routinePosition
from DynamicSpineLib.Study.SeriesDates import DAYS_APART_SAID, daysApart
from DynamicSpineLib.Wording.Numbers import unitText
from DynamicSpineLib.Wording.Texts import inList, levelLabel
from DynamicSpineLib.Wording.Words import metricWords, sentence

QUESTION_WORDS = {"motion": "Motion", "load": "Load", "routine": "Against the routine series", "other": "Other pair"}
_ARROW = " \N{RIGHTWARDS ARROW} "


@dataclass(frozen=True)
class Column:
    """One measure of motion: short title, unit, full title and metric id."""

    short: str
    unit: str
    title: str
    metric: str


@dataclass(frozen=True)
class MotionRow:
    """One level of a pair, with a cell for each column."""

    label: str
    remarks: tuple[str, ...]
    cells: tuple[Cell, ...]
    native: bool = True


@dataclass(frozen=True)
class FurtherLine:
    """One further measure of one level."""

    label: str
    column: Column
    cell: Cell


@dataclass(frozen=True)
class MotionTable:
    """One pair: its question, positions, sentences on the regions and on load, its levels, and further measures."""

    question: str
    title: str
    remarks: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[MotionRow, ...]
    further: tuple[FurtherLine, ...] = ()


def motionTables(report: ReportInput, footnotes: Footnotes) -> tuple[list[MotionTable], list[MotionTable]]:
    """The tables of the declared pairs, and those of every other pair that has rows."""
    declared = measuredPairs(report)
    keys = {(pair.fromPosition, pair.toPosition) for pair in declared}
    found = _motionKeys(report)
    others = [Pair(*key) for key in found if key not in keys]
    return _tables(report, footnotes, declared), _tables(report, footnotes, others)


def measuredPairs(report: ReportInput) -> list[Pair]:
    """The declared pairs that have motion rows, each in the direction of its rows (one direction for every pair)."""
    found = _motionKeys(report)
    pairs = []
    for pair in declaredPairs(report.case):
        for start, end in ((pair.fromPosition, pair.toPosition), (pair.toPosition, pair.fromPosition)):
            if (start, end) in found:
                pairs.append(Pair(start, end, pair.question))
                break
    return pairs


def _motionKeys(report: ReportInput) -> dict[tuple[str, str], None]:
    return dict.fromkeys((row.fromPosition, row.position) for row in report.shownRows if row.kind == MOTION)


def _tables(report: ReportInput, footnotes: Footnotes, pairs: list[Pair]) -> list[MotionTable]:
    tables = [_table(report, footnotes, pair) for pair in pairs]
    return [table for table in tables if table.rows or table.remarks]


def pairTitle(report: ReportInput, pair: Pair) -> str:
    """From and to, by their titles."""
    return report.positionTitle(pair.fromPosition) + _ARROW + report.positionTitle(pair.toPosition)


def _table(report: ReportInput, footnotes: Footnotes, pair: Pair) -> MotionTable:
    columns, further = _columns(report, pair)
    rows = []
    for segment in report.case.chain.segments:
        found = [report.motion(column.metric, segment.name, pair.fromPosition, pair.toPosition) for column in columns]
        if withValue(found):
            native = report.case.segmentStatus(segment.name) == NATIVE
            cells = tuple(differenceCell(row, footnotes) for row in found)
            rows.append(MotionRow(levelLabel(segment.name), segmentRemarks(report, segment), cells, native))
    return MotionTable(
        QUESTION_WORDS.get(pair.question, pair.question), pairTitle(report, pair), tuple(_regionRemarks(report, pair)),
        tuple(columns), tuple(rows), tuple(_furtherLines(report, footnotes, pair, further)),
    )  # fmt: skip


def _furtherLines(report: ReportInput, footnotes: Footnotes, pair: Pair, columns: list[Column]) -> list[FurtherLine]:
    lines = []
    for segment in report.case.chain.segments:
        for column in columns:
            row = report.motion(column.metric, segment.name, pair.fromPosition, pair.toPosition)
            if withValue([row]):
                lines.append(FurtherLine(levelLabel(segment.name), column, differenceCell(row, footnotes)))
    return lines


def _columns(report: ReportInput, pair: Pair) -> tuple[list[Column], list[Column]]:
    """The leading measures of a pair and its further ones, as far as they have a value somewhere."""
    rows = withValue(row for row in report.shownRows if row.kind == MOTION
                     and (row.fromPosition, row.position) == (pair.fromPosition, pair.toPosition))
    segments = {segment.name for segment in report.case.chain.segments}
    used = dict.fromkeys(row.metric for row in rows if row.level in segments)
    leading = layout()["sidewaysColumns" if _isSideways(report, pair) else "motionColumns"]
    listed = [*layout()["motionColumns"], *layout()["furtherMotion"], *layout()["sidewaysColumns"]]
    others = [metric for metric in (*listed, *used) if metric in used and metric not in leading]
    return (_named(report, [metric for metric in leading if metric in used]),
            _named(report, list(dict.fromkeys(others))))  # fmt: skip


def _isSideways(report: ReportInput, pair: Pair) -> bool:
    """True where a position of the pair is bent to a side or rotated."""
    ends = (report.case.position(pair.fromPosition), report.case.position(pair.toPosition))
    return any(end is not None and end.bend in BENT_SIDEWAYS for end in ends)


def _named(report: ReportInput, metrics: list[str]) -> list[Column]:
    texts = [report.metricText(metric, MOTION) for metric in metrics]
    return [Column(metricWords(text.id, text.title).short, unitText(text.unit), text.title, text.id) for text in texts]


def _regionRemarks(report: ReportInput, pair: Pair) -> list[str]:
    """How far the regions moved as a whole; for load, that curvature changed with it; dates far apart."""
    regions = layout()["motionRegionRows"]
    segments = {segment.name for segment in report.case.chain.segments}
    rows = withValue(row for row in report.shownRows if row.kind == MOTION and row.metric in regions
                     and row.level not in segments
                     and (row.fromPosition, row.position) == (pair.fromPosition, pair.toPosition))
    # A region may be measured twice (Oc to C2 also as an angle of its own): the first in the layout's order is said.
    first = {row.level: row for row in sorted(rows, key=lambda row: regions.index(row.metric), reverse=True)}
    changes = [f"{levelLabel(row.level)} {sentence(row)}" for row in first.values()]
    remarks = [f"Whole region: {inList(changes)}."] if changes and pair.question != "load" else []
    if changes and pair.question == "load":
        remarks = [say("loadWithLordosis", changes=inList(changes))]
    return remarks + _directionRemarks(report, pair) + _pairRemarks(report, pair)


def _directionRemarks(report: ReportInput, pair: Pair) -> list[str]:
    """That a pair ends in the routine series, where a reader expects it to start: its words are easily misread."""
    routine = routinePosition(report.case)
    if pair.question != "routine" or routine is None or pair.toPosition != routine.id:
        return []
    return [say("pairTowardRoutine", start=report.positionTitle(pair.fromPosition), end=routine.shownTitle)]


def _pairRemarks(report: ReportInput, pair: Pair) -> list[str]:
    """What holds for every value of a pair: dates or scanners that differ, limited images, bends to a side."""
    ends = [end for name in (pair.fromPosition, pair.toPosition) if (end := report.case.position(name))]
    days = daysApart(tuple(ends))
    remarks = [say("pairDatesApart", days=days)] if days > DAYS_APART_SAID else []
    if len({end.scanner for end in ends if end.scanner}) > 1:
        remarks.append(say("pairScannersDiffer"))
    limited = [end.shownTitle for end in ends if end.quality in ("limited", "noUse")]
    if limited:
        remarks.append(say("pairQuality", positions=inList(limited)))
    if _isSideways(report, pair):
        remarks.append(say("pairSideways"))
    return remarks
