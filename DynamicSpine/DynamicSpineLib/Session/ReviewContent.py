"""What the Review screen shows of a measured and told case, as plain values; its words are the report's own."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Findings.Finding import CaseFindings, Finding
from DynamicSpineLib.Jobs.Told import ToldReading
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement
from DynamicSpineLib.Reports.FirstScreen import (
    Chip,
    GridRow,
    KeyEntry,
    ShownCell,
    chips,
    gridKey,
    gridLegend,
    gridRows,
    notExaminedLine,
    numberingLine,
    pictureCaption,
)
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Session.ReviewLinks import Link, PictureFinder, Stop
from DynamicSpineLib.Session.ReviewReadable import missingSentence
from DynamicSpineLib.Study.Case import Case


@dataclass(frozen=True)
class KeySentence:
    """A sentence of the first screen, and the pictures that it leads to. id: its template."""

    id: str
    text: str
    link: Link
    isHeadline: bool
    provisional: bool


@dataclass(frozen=True)
class ReviewContent:
    """Everything that Review shows of one reading.

    numbering: how the levels were counted and who verified it; isVerified: whether somebody did. chips and the cells of
    each row: one per position, in the case's order. legend: what the grid's numbers are; key: what its signs mean.
    stops: places to look at, worst first. worstLevel: the segment to open with, or empty. missing: what keeps the case
    from being reviewed, in one sentence; empty for a case that can be. provisional: something shown rests on marks
    that nobody has accepted. outdated: said where the case was edited after it was told; else empty.
    """

    caseId: str
    numbering: str
    isVerified: bool
    reader: str
    reading: str
    chips: tuple[Chip, ...]
    notExamined: str
    rows: tuple[GridRow, ...]
    legend: tuple[str, ...]
    key: tuple[KeyEntry, ...]
    sentences: tuple[KeySentence, ...]
    dictation: str
    stops: tuple[Stop, ...]
    worstLevel: str
    researchUse: str
    missing: str
    provisional: bool
    outdated: str
    captions: tuple[tuple[str, ...], ...]

    @property
    def isReadable(self) -> bool:
        """True where there is a value to review."""
        return not self.missing

    @property
    def levels(self) -> tuple[str, ...]:
        """The segments of the grid, cranial to caudal."""
        return tuple(row.level for row in self.rows)

    @property
    def positions(self) -> tuple[str, ...]:
        """The positions' ids, in the order of the columns."""
        return tuple(chip.position for chip in self.chips)

    def cell(self, level: str, position: str) -> ShownCell | None:
        """The cell of a level and position, or None."""
        return next((cell for row in self.rows if row.level == level
                     for cell in row.cells if cell.position == position), None)  # fmt: skip

    def caption(self, level: str, position: str) -> str:
        """What stands under the picture of a level in a position: grade, number, symptom."""
        if position not in self.positions:
            return ""
        column = self.positions.index(position)
        row = self.levels.index(level) if level in self.levels else len(self.levels)
        return self.captions[row][column]


def reviewContent(
    measured: CaseMeasurement, told: ToldReading, current: Case | None = None
) -> ReviewContent:
    """What Review shows of one reading of a measured case.

    told: one of `tellMeasurement(measured, ...)`. current: the case as it now is, to say whether it was edited since.
    """
    case, findings = measured.case, told.findings
    rows = tuple(gridRows(case, findings))
    finder = _finder(measured, told)
    return ReviewContent(
        caseId=case.caseId, numbering=numberingLine(case), isVerified=case.numbering.isConfirmed,
        reader=told.reader, reading=told.reading, chips=tuple(chips(case)), notExamined=notExaminedLine(case),
        rows=rows, legend=tuple(gridLegend(findings)), key=tuple(gridKey()),
        sentences=tuple(_sentence(finder, item) for item in findings.keyFindings),
        dictation=findings.dictation, stops=finder.stops(), worstLevel=findings.worstLevel,
        researchUse=say("researchUse"), missing=missingSentence(case, measured),
        provisional=_isProvisional(findings, rows),
        outdated=say("reviewOutdated") if current is not None and current != case else "",
        captions=_captions(case, rows),
    )  # fmt: skip


def _finder(measured: CaseMeasurement, told: ToldReading) -> PictureFinder:
    """The way to the pictures of one reading; without extremes where the measurement does not hold that reading."""
    names = [(item.reader, item.reading) for item in measured.readings]
    if (told.reader, told.reading) not in names:
        return PictureFinder(measured.case, told.findings, told.results)
    index = names.index((told.reader, told.reading))
    ranges, ranked = measured.ranges[index], measured.rankedPlaces[index]
    return PictureFinder(measured.case, told.findings, told.results, ranges, ranked)


def _sentence(finder: PictureFinder, item: Finding) -> KeySentence:
    return KeySentence(item.id, item.text, finder.linkOf(item), item.isHeadline, not item.confirmed)


def _isProvisional(findings: CaseFindings, rows: tuple[GridRow, ...]) -> bool:
    cells = any(cell.provisional for row in rows for cell in row.cells)
    return cells or not all(item.confirmed for item in findings.keyFindings)


def _captions(case: Case, rows: tuple[GridRow, ...]) -> tuple[tuple[str, ...], ...]:
    """By row and column; the last row is for levels that the grid does not have."""
    texts = [[cell.texts for cell in row.cells] for row in rows] + [[()] * len(case.positions)]
    return tuple(tuple(pictureCaption(position, shown) for position, shown in zip(case.positions, line, strict=True))
                 for line in texts)  # fmt: skip
