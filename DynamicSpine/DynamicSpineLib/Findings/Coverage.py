"""What of a usual positional examination a case holds: positions and axial images."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import spineRegionOf
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Grades import gradeSchemes
from DynamicSpineLib.Wording.Texts import inList

_SIDEWAYS = (("leftBend", "rightBend", "side bending"), ("leftRotation", "rightRotation", "rotation"))
_AXIAL_MARKS = ("DS", "KC", "LF", "FG", "LR")


def standingMatters(case: Case) -> bool:
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
    upright, word = (("standing",), "standing") if standingMatters(case) else (("standing", "sitting"), "upright")
    if any((posture, bend) in there for posture in upright):
        return []
    instead = [posture for posture in ("sitting", "supine", "prone", "other") if (posture, bend) in there]
    if not instead and bend != "neutral":
        return [f"{bend} in any posture"]
    # That neutral was examined lying down is said by the table; only sitting could be taken for standing.
    named = instead if bend != "neutral" else [posture for posture in instead if posture in ("sitting", "other")]
    return [f"{word} {bend}" + (f" ({inList(named)} only)" if named else "")]


def axialLevels(case: Case) -> set[str]:
    """Segments with an axial outline, line or grade in some position."""
    codes = set(_AXIAL_MARKS)
    schemes = {name for name, scheme in gradeSchemes().items() if "axial" in scheme["plane"]}
    levels = {grade.level for position in case.positions for grade in position.grades if grade.scheme in schemes}
    for position in case.positions:
        for name in position.marks.contours:
            parsed = parseLandmarkName(name)
            if parsed is not None and parsed.code in codes:
                levels.add(parsed.place)
    return levels
