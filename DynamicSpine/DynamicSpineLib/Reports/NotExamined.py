"""What was not examined, said before any number (clinical review, section 3: first what could not be judged)."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Segment, spineRegionOf
from DynamicSpineLib.Anatomy.Roots import regionOfSegment
from DynamicSpineLib.Metrics.Measurement import STATE
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.ReportModel import ReportInput, withValue
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Grades import gradeSchemes
from DynamicSpineLib.Study.Roles import routinePosition
from DynamicSpineLib.Wording.Texts import capitalized, inList, levelLabel

_SIDEWAYS = (("leftBend", "rightBend", "side bending"), ("leftRotation", "rightRotation", "rotation"))


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
    if _standingMatters(case) and "sitting" in postures and "standing" not in postures:
        sentences.append(say("sittingInstead"))
    return sentences + _axial(report) + _marks(report) + _measures(report)


def _standingMatters(case: Case) -> bool:
    """True where sitting does not stand for upright: it flexes the lumbar spine (clinical review, section 1.2)."""
    return any(spineRegionOf(level) in ("lumbar", "sacral") for level in case.chain.levels)


def absentPositions(case: Case) -> list[str]:
    """The usual positions that the case does not hold, in words."""
    there = {(position.posture, position.bend) for position in case.positions}
    bends = {position.bend for position in case.positions}
    absent = [] if {("supine", "neutral"), ("prone", "neutral")} & there else ["recumbent neutral"]
    for bend in ("neutral", "flexion", "extension"):
        absent += _absentUpright(case, there, bend)
    for left, right, name in _SIDEWAYS:
        missing = [f"{name} to the {side}" for side, bend in (("left", left), ("right", right)) if bend not in bends]
        absent += [name] if len(missing) == 2 else missing
    return absent


def _absentUpright(case: Case, there: set[tuple[str, str]], bend: str) -> list[str]:
    """A bend that was not examined upright, with the postures in which it was."""
    upright, word = (("standing",), "standing") if _standingMatters(case) else (("standing", "sitting"), "upright")
    if any((posture, bend) in there for posture in upright):
        return []
    instead = [posture for posture in ("sitting", "supine", "prone", "other") if (posture, bend) in there]
    if not instead and bend != "neutral":
        return [f"{bend} in any posture"]
    # That neutral was examined lying down is said by the table; only sitting could be taken for standing.
    named = instead if bend != "neutral" else [posture for posture in instead if posture in ("sitting", "other")]
    return [f"{word} {bend}" + (f" ({inList(named)} only)" if named else "")]


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


def axialLevels(case: Case) -> set[str]:
    """Segments with an axial outline, line or grade in some position."""
    codes = set(layout()["axialMarks"])
    schemes = {name for name, scheme in gradeSchemes().items() if "axial" in scheme["plane"]}
    levels = {grade.level for position in case.positions for grade in position.grades if grade.scheme in schemes}
    for position in case.positions:
        for name in position.marks.contours:
            parsed = parseLandmarkName(name)
            if parsed is not None and parsed.code in codes:
                levels.add(parsed.place)
    return levels


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
