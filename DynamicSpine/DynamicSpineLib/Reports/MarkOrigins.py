"""How the marks came here: per position and level their origin, the verdict on carrying them, and who accepted them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Registration.CarryMarks import pointsByName
from DynamicSpineLib.Registration.ExpectedError import expectedErrorMm
from DynamicSpineLib.Registration.Reasons import reasonSentence, reasonsOfQuality, verdictSentence
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.CarryState import FAILED, boneTo, levelsNotCarried
from DynamicSpineLib.Study.Case import BoneTransform
from DynamicSpineLib.Study.Marks import CARRIED, DEFINED, PLACED, Contour, Landmark
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Texts import inList, placeLabel

_NOT_CARRIED = "not carried"


@dataclass(frozen=True)
class OriginLine:
    """The marks of levels or segments that came alike: their origin, the verdict and why, their error, who accepted
    them."""

    label: str
    origin: str
    verdict: str
    error: str
    accepted: str
    reasons: str


@dataclass(frozen=True)
class OriginTable:
    """The lines of one position; `positionId` and its title."""

    positionId: str
    title: str
    lines: tuple[OriginLine, ...]


def originTables(report: ReportInput) -> list[OriginTable]:
    """A table for each position with marks that were not all placed there, or bones that were not found there."""
    tables = []
    for position in report.case.positions:
        lines = _joined(_lines(report, position))
        if lines:
            tables.append(OriginTable(position.id, report.positionTitle(position.id), lines))
    return tables


def _joined(lines: Iterable[OriginLine]) -> tuple[OriginLine, ...]:
    """Lines that differ in nothing but their level as one, in the order of the first of them."""
    labels: dict[OriginLine, list[str]] = {}
    for line in lines:
        labels.setdefault(replace(line, label=""), []).append(line.label)
    return tuple(replace(line, label=", ".join(found)) for line, found in labels.items())


def originRemarks(report: ReportInput) -> list[str]:
    """What the verdicts that occur mean, and what the expected error is; empty where nothing was carried."""
    verdicts = dict.fromkeys(line.verdict for table in originTables(report) for line in table.lines if line.verdict)
    meanings = [say("verdictMeaning", verdict=verdict, meaning=verdictSentence(verdict)) for verdict in verdicts]
    return [*meanings, say("expectedError"), say("sharedSource")] if verdicts else []


def _lines(report: ReportInput, position: Position) -> Iterable[OriginLine]:
    placed = [mark for mark in position.marks.landmarks.values() if mark.status == DEFINED]
    everything: list[Landmark | Contour] = [*placed, *position.marks.contours.values()]
    places: dict[str, list[Landmark | Contour]] = {}
    for mark in everything:
        parsed = parseLandmarkName(mark.name)
        if parsed is not None:
            places.setdefault(parsed.place, []).append(mark)
    chain, lost = report.case.chain, levelsNotCarried(report.case, position)
    for place in (*chain.levels, *(segment.name for segment in chain.segments)):
        marks = places.get(place, [])
        if place in lost or any(mark.origin != PLACED or not mark.confirmed for mark in marks):
            yield _line(report, place, marks, boneTo(report.case, place, position.id))


def _line(
    report: ReportInput, place: str, marks: Sequence[Landmark | Contour], bone: BoneTransform | None
) -> OriginLine:
    wasCarried = any(mark.origin == CARRIED for mark in marks)
    if bone is None or not (wasCarried or bone.verdict == FAILED):
        return OriginLine(placeLabel(place), _origins(report, marks, None), "", "", _accepted(marks), _qualities(marks))
    reasons = " ".join(reasonSentence(reason) for reason in reasonsOfQuality(bone.quality))
    source = report.case.position(bone.fromPosition)
    error = None if source is None or not wasCarried else expectedErrorMm(bone, pointsByName(source.marks))
    return OriginLine(
        placeLabel(place), _origins(report, marks, bone), bone.verdict,
        "" if error is None else f"{shownNumber(error, 'mm', 2)} mm", _accepted(marks), reasons,
    )  # fmt: skip


def _origins(report: ReportInput, marks: Sequence[Landmark | Contour], bone: BoneTransform | None) -> str:
    counts = Counter(mark.origin for mark in marks)
    start = f" from {report.positionTitle(bone.fromPosition)}" if bone is not None else ""
    parts = [f"{count} {code('origin', origin).short}{start if origin == CARRIED else ''}"
             for origin, count in counts.items()]  # fmt: skip
    return inList(parts) if parts else _NOT_CARRIED


def _accepted(marks: Sequence[Landmark | Contour]) -> str:
    count = sum(mark.confirmed for mark in marks)
    if not marks:
        return ""
    return "yes" if count == len(marks) else f"{count} of {len(marks)}" if count else "not yet"


def _qualities(marks: Sequence[Landmark | Contour]) -> str:
    """What predicted and segmented marks say of themselves, each text once."""
    texts = dict.fromkeys(mark.quality for mark in marks if mark.quality and mark.origin != CARRIED)
    return "; ".join(texts)
