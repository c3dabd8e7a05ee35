"""What was not examined, said before any number (clinical review, section 3: first what could not be judged)."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Segment
from DynamicSpineLib.Anatomy.Roots import regionOfSegment
from DynamicSpineLib.Findings.Coverage import absentPositions, axialLevels, standingMatters
from DynamicSpineLib.Metrics.Measurement import STATE
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Study.Roles import routinePosition
from DynamicSpineLib.Wording.Texts import capitalized, inList, levelLabel


def notExamined(report: ReportInput) -> list[str]:
    """Sentences on absent positions, marks, measures and image planes, in order of weight."""
    case = report.case
    if not case.positions:
        return [say("noPositions")]
    sentences = [] if routinePosition(case) else [say("noRecumbent")]
    if len(case.positions) == 1:
        sentences.append(say("onePosition"))
    absent = absentPositions(case)
    sentences.append(say("positionsAbsent", positions=inList(absent)) if absent else say("positionsAllThere"))
    postures = {position.posture for position in case.positions}
    if standingMatters(case) and "sitting" in postures and "standing" not in postures:
        sentences.append(say("sittingInstead"))
    return sentences + _axial(report) + _marks(report) + _measures(report)


def _axial(report: ReportInput) -> list[str]:
    """Midline only, unless axial marks or grades exist; the levels where they do."""
    segments = _centralSegments(report)
    if not segments:
        return []
    assessed = axialLevels(report.case)
    covered = [segment for segment in segments if segment.name in assessed]
    if not covered:
        return [say("noAxial")]
    if len(covered) == len(segments):
        return []
    return [say("someAxial", levels=inList([levelLabel(segment.name) for segment in covered]))]


def _centralSegments(report: ReportInput) -> list[Segment]:
    return [segment for segment in report.case.chain.segments if regionOfSegment(segment) != "craniocervical"]


def _marks(report: ReportInput) -> list[str]:
    """Levels of the chain at which no position has a mark."""
    marked = set()
    for position in report.case.positions:
        names = [name for name, landmark in position.marks.landmarks.items() if landmark.point_RAS is not None]
        for name in (*names, *position.marks.contours):
            parsed = parseLandmarkName(name)
            if parsed is not None:
                marked.add(parsed.place)
    bare = [level for level in report.case.chain.levels if level not in marked]
    return [say("levelsWithoutMarks", levels=inList(bare))] if bare else []


def _measures(report: ReportInput) -> list[str]:
    """Leading measures without a value or grade at any, or at some, of the levels where they belong."""
    nowhere: dict[str, list[str]] = {}
    somewhere = []
    for item in layout()["coverage"]:
        segments = [segment.name for segment in report.case.chain.segments
                    if regionOfSegment(segment) in item["regions"]]
        without = [name for name in segments if not _isMeasured(report, name, item)]
        verb = item.get("verb", "measured")
        if segments and len(without) == len(segments):
            nowhere.setdefault(verb, []).append(item["text"])
        elif without:
            levels = inList([levelLabel(name) for name in without])
            somewhere.append(say("measureAbsentAt", measure=capitalized(item["text"]), verb=verb, levels=levels))
    return [say("measuresAbsent", verb=verb, measures=inList(texts)) for verb, texts in nowhere.items()] + somewhere


def _isMeasured(report: ReportInput, level: str, item: dict[str, list[str]]) -> bool:
    schemes = item.get("grades", [])
    if any(grade.level == level and grade.scheme in schemes
           for position in report.case.positions for grade in position.grades):
        return True
    return bool(withValue(row for row in report.shownRows
                          if row.kind == STATE and row.level == level and row.metric in item["metrics"]))
