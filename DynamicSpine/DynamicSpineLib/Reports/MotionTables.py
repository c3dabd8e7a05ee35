"""How each level moved between two positions, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import MOTION
from DynamicSpineLib.Reports.Cells import Cell, Footnotes, differenceCell
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.LevelTables import segmentRemarks
from DynamicSpineLib.Reports.Numbers import unitText
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Reports.Technique import DAYS_APART_SAID, daysApart
from DynamicSpineLib.Reports.Texts import inList, levelLabel
from DynamicSpineLib.Reports.Words import metricWords, sentence
from DynamicSpineLib.Study.Case import NATIVE
from DynamicSpineLib.Study.Roles import Pair, declaredPairs

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
class MotionTable:
    """One pair: its question, positions, sentences on the regions and on load, and its levels."""

    question: str
    title: str
    remarks: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[MotionRow, ...]


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
    columns = _columns(report, pair)
    rows = []
    for segment in report.case.chain.segments:
        found = [report.motion(column.metric, segment.name, pair.fromPosition, pair.toPosition) for column in columns]
        if withValue(found):
            native = report.case.segmentStatus(segment.name) == NATIVE
            cells = tuple(differenceCell(row, footnotes) for row in found)
            rows.append(MotionRow(levelLabel(segment.name), segmentRemarks(report, segment), cells, native))
    remarks = _regionRemarks(report, pair)
    return MotionTable(QUESTION_WORDS.get(pair.question, pair.question), pairTitle(report, pair),
                       tuple(remarks), tuple(columns), tuple(rows))  # fmt: skip


def _columns(report: ReportInput, pair: Pair) -> list[Column]:
    """The measures that have a value somewhere in the pair, in the layout's order; unlisted ones last."""
    rows = withValue(row for row in report.shownRows if row.kind == MOTION
                     and (row.fromPosition, row.position) == (pair.fromPosition, pair.toPosition))
    segments = {segment.name for segment in report.case.chain.segments}
    used = dict.fromkeys(row.metric for row in rows if row.level in segments)
    listed = layout()["motionColumns"]
    ordered = [metric for metric in listed if metric in used] + [metric for metric in used if metric not in listed]
    texts = [report.metricText(metric) for metric in ordered]
    return [Column(metricWords(text.id, text.title).short, unitText(text.unit), text.title, text.id) for text in texts]


def _regionRemarks(report: ReportInput, pair: Pair) -> list[str]:
    """How far the regions moved as a whole; for load, that curvature changed with it; dates far apart."""
    regions = layout()["motionRegionRows"]
    segments = {segment.name for segment in report.case.chain.segments}
    rows = withValue(row for row in report.shownRows if row.kind == MOTION and row.metric in regions
                     and row.level not in segments
                     and (row.fromPosition, row.position) == (pair.fromPosition, pair.toPosition))
    changes = [f"{levelLabel(row.level)} {sentence(row)}" for row in rows]
    remarks = [f"Whole region: {inList(changes)}."] if changes and pair.question != "load" else []
    if changes and pair.question == "load":
        remarks = [say("loadWithLordosis", changes=inList(changes))]
    ends = [report.case.position(name) for name in (pair.fromPosition, pair.toPosition)]
    days = daysApart(tuple(end for end in ends if end is not None))
    return [*remarks, say("datesApart", days=days)] if days > DAYS_APART_SAID else remarks
