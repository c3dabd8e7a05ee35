"""The first screen: positions reached, at most five sentences, the grid, and the worst level in every position.

The panel's Review shows the same: both take every word from here.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from types import MappingProxyType

from DynamicSpineLib.Criteria.Results import MET, NOT_ASSESSABLE, UNDECIDED
from DynamicSpineLib.Findings.Coverage import absentPositions
from DynamicSpineLib.Findings.Finding import CaseFindings, FindingSection, GridCell
from DynamicSpineLib.Findings.Grid import LIKELY, gridMetricName
from DynamicSpineLib.Findings.Speech import positionWords
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.Pictures import pngSize
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Reports.Technique import BEND_WORDS
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import routinePosition
from DynamicSpineLib.Wording.Numbers import percentText, shownNumber
from DynamicSpineLib.Wording.Symptoms import symptomsBrief, symptomsText
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
_PROVISIONAL = "provisional"


@dataclass(frozen=True)
class Chip:
    """A position in short: title, how the patient was placed, what was reached and felt in it."""

    position: str
    title: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ShownCell:
    """A cell of the grid: texts, sign, arrow, and the same in words for those who do not see it.

    kind: "met" (outlined), "undecided" or empty. spoken: what sign, arrow and hatching mean. whole: all of the cell
    in words, with its level and position.
    """

    level: str
    position: str
    texts: tuple[str, ...]
    kind: str
    sign: str
    arrow: str
    spoken: str
    provisional: bool
    whole: str


@dataclass(frozen=True)
class GridRow:
    """A level with its cells, one per position."""

    level: str
    label: str
    isWorst: bool
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True)
class KeyEntry:
    """What a sign of the grid means. sample: how it looks (met, provisional, or empty for the sign alone)."""

    sample: str
    sign: str
    text: str


@dataclass(frozen=True)
class StripImage:
    """The worst level in one position."""

    source: str
    width: int
    height: int
    title: str
    caption: str


def numberingLine(case: Case) -> str:
    """The statement on level names: on every first screen, on every picture, and on tables where not verified."""
    return say("numbering", statement=capitalized(case.numbering.statement()))


def chips(case: Case) -> list[Chip]:
    """Every position with posture and bend, role, angle, quality and symptoms."""
    return [Chip(item.id, capitalized(item.shownTitle), tuple(_remarks(case, item))) for item in case.positions]


def _remarks(case: Case, position: Position) -> list[str]:
    routine = routinePosition(case)
    words = [] if _saysPlacing(position) else [placingWords(position)]
    words += ["routine series"] if routine is not None and routine.id == position.id else []
    if position.angleReachedDeg is not None:
        words.append(f"{shownNumber(position.angleReachedDeg, 'deg', 0)}° as recorded")
    if position.quality in ("limited", "noUse"):
        words.append({"limited": "limited images", "noUse": "images of no use"}[position.quality])
    if position.stoppedBy and position.stoppedBy != "nothing":
        words.append(f"stopped by {position.stoppedBy}")
    felt = symptomsText(position)
    return [*words, *([f"symptom: {felt}"] if felt and felt != "none" else [])]


def placingWords(position: Position) -> str:
    """Posture and bend in words: "standing flexion", "supine, bent to the left"."""
    posture = {"other": "other posture"}.get(position.posture, position.posture)
    sideways = BEND_WORDS.get(position.bend)
    return f"{posture}, {sideways}" if sideways else f"{posture} {position.bend}"


def _saysPlacing(position: Position) -> bool:
    """True where a title names posture and bend itself."""
    words = position.shownTitle.casefold().replace(",", " ").split()
    bend = BEND_WORDS.get(position.bend, position.bend).split()
    return all(word in words for word in (position.posture, *bend))


def notExaminedLine(case: Case) -> str:
    """What of a usual examination is not there, on one line."""
    absent = absentPositions(case)
    return say("positionsAbsent", positions=inList(absent)) if absent else say("positionsAllThere")


def gridRows(case: Case, findings: CaseFindings | None) -> list[GridRow]:
    """The grid, cranial to caudal; empty without findings."""
    if findings is None:
        return []
    rows: dict[str, list[GridCell]] = {}
    for cell in findings.grid:
        rows.setdefault(cell.level, []).append(cell)
    return [GridRow(level, levelLabel(level), level == findings.worstLevel, tuple(_shown(case, cell) for cell in cells))
            for level, cells in rows.items()]  # fmt: skip


def _shown(case: Case, cell: GridCell) -> ShownCell:
    kind, sign, spoken = _MARKS[cell.mark]
    arrow, moved = _ARROWS.get(cell.arrow, ("", ""))
    words = [text for text in (spoken, moved, "" if cell.confirmed else _PROVISIONAL) if text]
    place = f"{levelLabel(cell.level)}, {positionWords(case, cell.position)}"
    told = "; ".join([text for text in (", ".join(cell.texts), *words) if text])
    return ShownCell(cell.level, cell.position, cell.texts, kind,
                     sign if not (cell.texts and cell.mark == NOT_ASSESSABLE) else "", arrow, "; ".join(words),
                     not cell.confirmed, f"{place}: {told}" if told else place)  # fmt: skip


def gridLegend(findings: CaseFindings | None) -> list[str]:
    """What the numbers of the grid are."""
    if findings is None:
        return []
    return list(dict.fromkeys(gridMetricName(cell.level) for cell in findings.grid))


def gridKey() -> list[KeyEntry]:
    """What the signs of the grid mean."""
    return [
        KeyEntry("met", "", say("keyMet")),
        KeyEntry("", _MARKS[UNDECIDED][1], say("keyUndecided", certainty=percentText(LIKELY))),
        KeyEntry(_PROVISIONAL, "", say("keyProvisional")),
        KeyEntry("", _MARKS[NOT_ASSESSABLE][1], say("keyNotAssessed")),
        KeyEntry("", "", say("keyArrows", **{name: arrow for name, (arrow, _) in _ARROWS.items()})),
    ]


def pictureCaption(position: Position, texts: tuple[str, ...] = ()) -> str:
    """What stands under a level's picture in one position: grade and number as in the grid, then the symptom."""
    return "; ".join(part for part in (", ".join(texts), symptomsBrief(position)) if part)


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
            caption = pictureCaption(position, cell.texts if cell else ())
            found.append(StripImage(source, width, height, capitalized(position.shownTitle), caption))
    return found


def findingSections(report: ReportInput) -> tuple[FindingSection, ...]:
    """The sentences by section."""
    return report.findings.sections if report.findings is not None else ()
