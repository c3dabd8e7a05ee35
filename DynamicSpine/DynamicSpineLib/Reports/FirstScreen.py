"""The first screen: positions reached, at most five sentences, the grid, and the worst level in every position."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from types import MappingProxyType

from DynamicSpineLib.Criteria.Results import MET, NOT_ASSESSABLE, UNDECIDED
from DynamicSpineLib.Findings.Coverage import absentPositions
from DynamicSpineLib.Findings.Finding import FindingSection, GridCell
from DynamicSpineLib.Findings.Grid import gridMetricName
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.Pictures import pngSize
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import routinePosition
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Symptoms import symptomsText
from DynamicSpineLib.Wording.Texts import capitalized, inList, levelLabel

_ARROWS = MappingProxyType({
    "narrower": ("\N{RIGHTWARDS ARROW}\N{LEFTWARDS ARROW}", "narrower than in the routine series"),
    "forward": ("\N{LEFTWARDS ARROW}", "slip more forward than in the routine series"),
    "backward": ("\N{RIGHTWARDS ARROW}", "slip more backward than in the routine series"),
})  # fmt: skip
_MARKS = MappingProxyType({
    MET: ("met", "", "a rule is met here"), UNDECIDED: ("undecided", "?", "a rule is undecided here"),
    NOT_ASSESSABLE: ("", "\N{EN DASH}", "not assessed"), "": ("", "", ""),
})  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A position in short: title, what was reached and felt in it."""

    title: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ShownCell:
    """A cell of the grid: texts, sign, arrow, and the same in words for those who do not see it."""

    texts: tuple[str, ...]
    kind: str
    sign: str
    arrow: str
    spoken: str
    provisional: bool


@dataclass(frozen=True)
class GridRow:
    """A level with its cells, one per position."""

    label: str
    isWorst: bool
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True)
class StripImage:
    """The worst level in one position."""

    source: str
    width: int
    height: int
    title: str
    caption: str


def chips(report: ReportInput) -> list[Chip]:
    """Every position with role, angle, quality and symptoms."""
    return [Chip(capitalized(position.shownTitle), tuple(_remarks(report, position)))
            for position in report.case.positions]  # fmt: skip


def _remarks(report: ReportInput, position: Position) -> list[str]:
    routine = routinePosition(report.case)
    words = ["routine series"] if routine is not None and routine.id == position.id else []
    if position.angleReachedDeg is not None:
        words.append(f"{shownNumber(position.angleReachedDeg, 'deg', 0)}° as recorded")
    if position.quality in ("limited", "noUse"):
        words.append({"limited": "limited images", "noUse": "images of no use"}[position.quality])
    if position.stoppedBy and position.stoppedBy != "nothing":
        words.append(f"stopped by {position.stoppedBy}")
    felt = symptomsText(position)
    return [*words, *([f"symptom: {felt}"] if felt and felt != "none" else [])]


def notExaminedLine(report: ReportInput) -> str:
    """What of a usual examination is not there, on one line."""
    absent = absentPositions(report.case)
    return say("positionsAbsent", positions=inList(absent)) if absent else say("positionsAllThere")


def gridRows(report: ReportInput) -> list[GridRow]:
    """The grid, cranial to caudal; empty without findings."""
    if report.findings is None:
        return []
    rows: dict[str, list[GridCell]] = {}
    for cell in report.findings.grid:
        rows.setdefault(cell.level, []).append(cell)
    return [GridRow(levelLabel(level), level == report.findings.worstLevel, tuple(_shown(cell) for cell in cells))
            for level, cells in rows.items()]  # fmt: skip


def _shown(cell: GridCell) -> ShownCell:
    kind, sign, spoken = _MARKS[cell.mark]
    arrow, moved = _ARROWS.get(cell.arrow, ("", ""))
    words = [text for text in (spoken, moved, "" if cell.confirmed else "provisional") if text]
    return ShownCell(cell.texts, kind, sign if not (cell.texts and cell.mark == NOT_ASSESSABLE) else "", arrow,
                     "; ".join(words), not cell.confirmed)  # fmt: skip


def gridLegend(report: ReportInput) -> list[str]:
    """What the numbers of the grid are."""
    if report.findings is None:
        return []
    return list(dict.fromkeys(gridMetricName(cell.level) for cell in report.findings.grid))


def strip(report: ReportInput) -> list[StripImage]:
    """The pictures of the worst level in the case's order. Raises JobError for what is no PNG."""
    found = []
    cells = {(cell.level, cell.position): cell for cell in report.findings.grid} if report.findings else {}
    level = report.findings.worstLevel if report.findings else ""
    for position in report.case.positions:
        if position.id in report.strip:
            content = report.strip[position.id]
            width, height = pngSize(content, position.id)
            source = "data:image/png;base64," + base64.b64encode(content).decode("ascii")
            cell = cells.get((level, position.id))
            caption = ", ".join(cell.texts) if cell else ""
            found.append(StripImage(source, width, height, capitalized(position.shownTitle), caption))
    return found


def findingSections(report: ReportInput) -> tuple[FindingSection, ...]:
    """The sentences by section."""
    return report.findings.sections if report.findings is not None else ()
