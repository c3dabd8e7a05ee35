"""How each position was examined, side by side; and what the dates and scanners of the series differ in."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import OK
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import routinePosition
from DynamicSpineLib.Study.SeriesDates import DAYS_APART_SAID, daysApart
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Symptoms import symptomsText
from DynamicSpineLib.Wording.Texts import levelLabel
from DynamicSpineLib.Wording.Words import intervalWords, valueWords

BEND_WORDS = {
    "leftBend": "bent to the left", "rightBend": "bent to the right",
    "leftRotation": "rotated to the left", "rightRotation": "rotated to the right",
}  # fmt: skip
LOAD_WORDS = {"none": "none", "weightBearing": "weight bearing", "axialLoad": "axial load"}
QUALITY_WORDS = {"noUse": "no use"}

@dataclass(frozen=True)
class TechniqueLine:
    """One property of the series, with a text for each position."""

    title: str
    texts: tuple[str, ...]


def techniqueLines(report: ReportInput) -> list[TechniqueLine]:
    """The properties that are known of at least one position; posture, bend and symptoms always."""
    positions = report.case.positions
    lines = [
        ("Posture", [position.posture for position in positions]),
        ("Bend", [BEND_WORDS.get(position.bend, position.bend) for position in positions]),
        ("Load", [LOAD_WORDS.get(position.load, position.load) for position in positions]),
        ("Role", [_roles(report, position) for position in positions]),
        ("Angle reached, as recorded", [_angle(position) for position in positions]),
        *_measuredAngles(report),
        ("Stopped by", [position.stoppedBy for position in positions]),
        ("Image quality", [QUALITY_WORDS.get(position.quality, position.quality) for position in positions]),
        ("Date", [position.date for position in positions]),
        ("Scanner", [position.scanner for position in positions]),
        ("Minutes upright before", [_minutes(position) for position in positions]),
        ("Support", [position.support for position in positions]),
        ("Slice thickness", [_slice(position) for position in positions]),
        ("Symptoms", [symptomsText(position) for position in positions]),
        ("Notes", [position.notes for position in positions]),
    ]
    always = ("Posture", "Bend", "Symptoms")
    return [TechniqueLine(title, tuple(text or "not recorded" for text in texts))
            for title, texts in lines if any(texts) or title in always]


def _roles(report: ReportInput, position: Position) -> str:
    routine = routinePosition(report.case)
    compared = report.comparedPosition
    roles = ["marks placed here"] if position.id == report.case.markedIn else []
    if routine is not None and position.id == routine.id:
        roles.append("routine series")
    if compared is not None and position.id == compared.id and len(report.case.positions) > 1:
        roles.append("changes compare with this")
    return ", ".join(roles) or "\N{EN DASH}"


def _angle(position: Position) -> str:
    return "" if position.angleReachedDeg is None else f"{shownNumber(position.angleReachedDeg, 'deg')}°"


def _minutes(position: Position) -> str:
    return "" if position.minutesUpright is None else shownNumber(position.minutesUpright, "", 0)


def _slice(position: Position) -> str:
    return "" if position.geometry is None else f"{shownNumber(max(position.geometry.spacingMm), 'mm')} mm"


def _measuredAngles(report: ReportInput) -> list[tuple[str, list[str]]]:
    """The regions' measured angles by position: the excursion that was really reached."""
    lines = []
    for metric in layout()["excursion"]:
        places = dict.fromkeys(row.level for row in report.shownRows if row.metric == metric and row.kind == "state")
        for level in places:
            rows = [report.state(metric, level, position.id) for position in report.case.positions]
            texts = [f"{valueWords(row)} ({intervalWords(row)})" if row and row.status == OK else "" for row in rows]
            lines.append((f"Measured angle {levelLabel(level)}", texts))
    return lines


def techniqueRemarks(report: ReportInput) -> list[str]:
    """What the series are compared with, and sentences on dates and scanners that differ."""
    remarks = [comparedSentence(report)] if len(report.case.positions) > 1 else []
    days = daysApart(report.case.positions)
    if days > DAYS_APART_SAID:
        remarks.append(say("datesApart", days=days))
    if len({position.scanner for position in report.case.positions if position.scanner}) > 1:
        remarks.append(say("scannersDiffer"))
    return [remark for remark in remarks if remark]


def comparedSentence(report: ReportInput) -> str:
    """Which position changes compare with; empty where the case has none."""
    compared = report.comparedPosition
    if compared is None:
        return ""
    routine = routinePosition(report.case)
    if routine is not None and routine.id == compared.id:
        return say("comparedWithRoutine", position=compared.shownTitle)
    if report.case.reference == compared.id:
        return say("comparedWithReference", position=compared.shownTitle)
    return say("comparedWithOther", position=compared.shownTitle)
