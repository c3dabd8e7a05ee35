"""report.html: one self-contained page, readable on a screen and on paper."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Reports import Svg
from DynamicSpineLib.Reports.Cells import Footnotes
from DynamicSpineLib.Reports.Files import writeAtomically
from DynamicSpineLib.Reports.FirstScreen import (
    chips,
    findingSections,
    gridKey,
    gridLegend,
    gridRows,
    notExaminedLine,
    numberingLine,
    strip,
)
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.LevelTables import (
    changedPositions,
    changeTables,
    furtherTable,
    levelTables,
    plainTable,
    sidedTable,
)
from DynamicSpineLib.Reports.MarkOrigins import originRemarks, originTables
from DynamicSpineLib.Reports.Method import EVIDENCE_WORDS, methodLines, noiseSentences
from DynamicSpineLib.Reports.MotionDiagram import motionDiagram
from DynamicSpineLib.Reports.MotionTables import MotionTable, motionTables
from DynamicSpineLib.Reports.NotExamined import notExamined
from DynamicSpineLib.Reports.Pictures import comparedImages, images
from DynamicSpineLib.Reports.Plots import motionPlots, pairSeries, statePlots
from DynamicSpineLib.Reports.Quality import (
    missingLines,
    originSentence,
    provisionalSentence,
    readingSentence,
    sideSentence,
    warningLines,
)
from DynamicSpineLib.Reports.RangeTable import rangeRows, rankedRows
from DynamicSpineLib.Reports.Readers import caseObservations
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Reports.RuleTables import resultCounts, ruleTables
from DynamicSpineLib.Reports.Styles import Style, positionStyles
from DynamicSpineLib.Reports.Technique import techniqueLines, techniqueRemarks
from DynamicSpineLib.Study.Grades import gradeSchemes
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS, Position
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Texts import capitalized, clean, cssString, levelLabel

_WIDE_FROM_POSITIONS = 5
"""From this many positions on, tables are printed on landscape pages."""


def writeHtml(report: ReportInput, path: Path) -> Path:
    """Write the report as one HTML file. Raises JobError where it cannot be made or written."""
    return writeAtomically(path, renderHtml(report))


def renderHtml(report: ReportInput) -> str:
    """The report as HTML text. Raises JobError where jinja2 is not installed."""
    try:
        import jinja2
    except ImportError as error:
        raise JobError("The HTML report needs the package jinja2: install it with 'pip install jinja2'.") from error
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(reportFile), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_cleaned,
    )  # fmt: skip
    text: str = environment.get_template("report.html").render(_context(report))
    return text


def reportFile(name: str) -> str:
    """The text of a template or style sheet in Data/Report."""
    path = resources.files("DynamicSpineLib") / "Data" / "Report"
    for part in name.split("/"):
        path = path / part
    return path.read_text(encoding="utf-8")


def _cleaned(value: Any) -> Any:
    """Every plain string that goes into the page, without control characters; prepared markup stays as it is."""
    return clean(value) if type(value) is str else value


def _context(report: ReportInput) -> dict[str, Any]:
    footnotes = Footnotes.of(report.shownRows)
    return {
        **_titleContext(report), **_findingsContext(report), **_positionContext(report),
        **_tableContext(report, footnotes), **_motionContext(report, footnotes), **_pictureContext(report),
        **_endContext(report, footnotes),
    }  # fmt: skip


def _titleContext(report: ReportInput) -> dict[str, Any]:
    case = report.case
    numbering = numberingLine(case)
    reader, reading = report.shownReading
    facts = [("Reader", reader), ("Reading", reading), ("Levels", f"{case.chain.levels[0]} to {case.chain.levels[-1]}"),
             ("Positions", str(len(case.positions))), ("Software", report.software), ("Made", report.made)]
    footer = " - ".join(part for part in (case.caseId, numbering, report.software, "for research use") if part)
    return {
        "caseId": case.caseId, "numbering": numbering, "levelsVerified": case.numbering.isConfirmed,
        "facts": [(title, text) for title, text in facts if text], "software": report.software,
        "researchUse": say("researchUse"), "notExamined": notExamined(report), "css": reportFile("report.css"),
        "footerLeft": cssString(footer), "footerRight": cssString("page "),
    }  # fmt: skip


def _findingsContext(report: ReportInput) -> dict[str, Any]:
    found = report.findings
    limit = found.familyLimit if found is not None else None
    return {
        "keySentences": found.keySentences if found is not None else (), "chips": chips(report.case),
        "notExaminedLine": notExaminedLine(report.case), "gridRows": gridRows(report.case, found),
        "gridLegend": gridLegend(found), "gridKey": gridKey(),
        "strip": strip(report), "stripLabel": levelLabel(found.worstLevel) if found is not None else "",
        "dictation": found.dictation if found is not None else "", "findingSections": findingSections(report),
        "lookedAt": found.lookedAt if found is not None else 0,
        "familyLimit": shownNumber(limit, "") if limit is not None else "", "ruleTables": ruleTables(report),
        "resultCounts": resultCounts(report),
    }  # fmt: skip


def _positionContext(report: ReportInput) -> dict[str, Any]:
    styles = positionStyles(report)
    changed = {position.id for position in changedPositions(report)}
    heads = [_head(position, styles[position.id]) for position in report.case.positions]
    compared = report.comparedPosition
    return {
        "positions": heads, "changedPositions": [head for head in heads if head["id"] in changed],
        "comparedTitle": compared.shownTitle if compared and len(report.case.positions) > 1 else "",
        "isWide": len(report.case.positions) >= _WIDE_FROM_POSITIONS, "technique": techniqueLines(report),
        "techniqueRemarks": techniqueRemarks(report), "caseObservations": caseObservations(report),
        "caseNotes": report.case.notes,
    }  # fmt: skip


def _head(position: Position, style: Style) -> dict[str, str]:
    remarks = {"limited": "limited images", "noUse": "images of no use"}
    parts = [remarks[position.quality]] if position.quality in remarks else []
    if position.bend in BENT_SIDEWAYS:
        parts.append("side-bent or rotated: values local to each segment")
    return {"id": position.id, "title": capitalized(position.shownTitle), "swatch": swatch(style),
            "remark": "; ".join(parts)}


def swatch(style: Style) -> str:
    """A small sample of a position's line and marker."""
    root = Svg.picture(34, 12, "line style")
    root.set("class", "swatch")
    Svg.line(root, (1, 6), (33, 6), paint=Svg.strokeOf(style, 1.6))
    Svg.marker(root, (17, 6), style, size=3.4)
    return Svg.written(root)


def _tableContext(report: ReportInput, footnotes: Footnotes) -> dict[str, Any]:
    specs = layout()
    sided = sidedTable(report, footnotes)
    clear, unclear = changeTables(report, footnotes)
    named = report.case.numbering.isConfirmed
    return {
        "levelTables": levelTables(report, footnotes), "changeTable": clear, "unclearTable": unclear,
        "sidedTable": sided, "sideSentence": sideSentence(report),
        "rootsHidden": say("rootsHidden") if sided and not named else "",
        "alignmentTable": plainTable(report, footnotes, **specs["alignmentTable"]),
        "craniocervicalTable": plainTable(report, footnotes, **specs["craniocervicalTable"]),
        "furtherTable": furtherTable(report, footnotes),
        "footnotes": footnotes.explained(), "oneGradeStep": say("oneGradeStep"),
        "hasGrades": any(grade.scheme in gradeSchemes() for position in report.case.positions
                         for grade in position.grades),
    }  # fmt: skip


def _motionContext(report: ReportInput, footnotes: Footnotes) -> dict[str, Any]:
    declared, others = motionTables(report, footnotes)
    return {"motionTables": declared, "otherMotionTables": others,
            "motionKey": _motionKey([*declared, *others]),
            "motionFootnotes": _motionFootnotes([*declared, *others], footnotes)}


def _motionKey(tables: list[MotionTable]) -> list[tuple[str, str, str]]:
    columns = dict.fromkeys(column for table in tables
                            for column in (*table.columns, *(line.column for line in table.further)))
    return [(f"{column.short} {column.unit}".strip(), column.title, column.metric) for column in columns]


def _motionFootnotes(tables: list[MotionTable], footnotes: Footnotes) -> list[tuple[str, str, str]]:
    """The footnotes that the motion tables use, said again below them."""
    cells = [cell for table in tables for row in table.rows for cell in row.cells]
    cells += [line.cell for table in tables for line in table.further]
    used = {letter for cell in cells for letter in cell.letters.split(",")}
    return [note for note in footnotes.explained() if note[0] in used]


def _pictureContext(report: ReportInput) -> dict[str, Any]:
    diagram = motionDiagram(report)
    styles = positionStyles(report)
    drawn = [position for position in report.case.positions if diagram and position.id in diagram.positions]
    return {
        "diagram": diagram,
        "diagramLegend": [_head(position, styles[position.id]) for position in drawn],
        "statePlots": statePlots(report), "motionPlots": motionPlots(report),
        "pairLegend": [{"title": title, "swatch": swatch(style)} for title, style, _, _ in pairSeries(report)],
        "images": images(report), "comparedImages": comparedImages(report),
    }  # fmt: skip


def _endContext(report: ReportInput, footnotes: Footnotes) -> dict[str, Any]:
    clear, others = rangeRows(report)
    leading, further = methodLines(report)
    sentences = [provisionalSentence(report), originSentence(report), readingSentence(report), *report.notices]
    return {
        "ranges": clear, "otherRanges": others, "ranked": rankedRows(report),
        "qualitySentences": [capitalized(sentence) for sentence in sentences if sentence],
        "warnings": warningLines(report, footnotes), "missing": missingLines(report),
        "originTables": originTables(report), "originRemarks": originRemarks(report),
        "noise": noiseSentences(report), "method": leading, "furtherMethod": further,
        "evidenceWords": list(EVIDENCE_WORDS.items()),
    }  # fmt: skip
