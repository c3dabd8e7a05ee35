"""What readers graded and saw, beside the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from DynamicSpineLib.Anatomy.Levels import Segment
from DynamicSpineLib.Reports.Cells import Cell
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Grades import gradeSchemes
from DynamicSpineLib.Study.Position import Grade, Observation
from DynamicSpineLib.Wording.Texts import capitalized, sideWord

OBSERVATION_WORDS = {
    "cordContact": "contact with the cord", "rootContact": "contact with a root",
    "t2Signal": "bright cord signal on T2", "OPLL": "ossified posterior ligament (OPLL)", "parsDefect": "pars defect",
    "facetCyst": "facet cyst", "redundantRoots": "redundant roots", "implant": "implant", "laminectomy": "laminectomy",
    "facetEffusion": "facet effusion", "dorsalDuralDetachment": "dura detached at the back",
}  # fmt: skip

LineT = TypeVar("LineT")


def gradeCells(report: ReportInput, level: str, scheme: str, side: str = "") -> tuple[Cell, ...]:
    """A cell for each position: the class as each reader gave it, with the class in words."""
    return tuple(_gradeCell(scheme, [grade for grade in position.grades if _fits(grade, level, scheme, side)])
                 for position in report.case.positions)


def _fits(grade: Grade, level: str, scheme: str, side: str) -> bool:
    return grade.level == level and grade.scheme == scheme and grade.side == side


def _gradeCell(scheme: str, grades: list[Grade]) -> Cell:
    if not grades:
        return Cell(missing="not graded")
    texts = {item["id"]: item["text"] for item in gradeSchemes()[scheme]["classes"]}
    if len({grade.value for grade in grades}) == 1:
        readings = "one reading" if len(grades) == 1 else f"{len(grades)} readings agree"
        return Cell(grades[0].value, texts.get(grades[0].value, ""), note=readings)
    each = "; ".join(f"{grade.reader or 'reader not named'}: {grade.value}" for grade in grades)
    return Cell(" / ".join(dict.fromkeys(grade.value for grade in grades)), note=f"readings differ ({each})")


def observationLines(report: ReportInput, segment: Segment, makeLine: Callable[..., LineT]) -> list[LineT]:
    """A line for each kind of observation at a segment, by position; those of the whole case stand in every cell."""
    positions = report.case.positions
    kinds = dict.fromkeys(
        item.kind for source in (report.case.observations, *(position.observations for position in positions))
        for item in source if item.level == segment.name
    )  # fmt: skip
    lines = []
    for kind in kinds:
        whole = [item for item in report.case.observations if item.level == segment.name and item.kind == kind]
        cells = tuple(
            _observationCell(whole + [item for item in position.observations
                                      if item.level == segment.name and item.kind == kind])
            for position in positions
        )  # fmt: skip
        lines.append(makeLine(capitalized(OBSERVATION_WORDS.get(kind, kind)), "", cells))
    return lines


def _observationCell(observations: list[Observation]) -> Cell:
    if not observations or all(item.present is None for item in observations):
        return Cell(missing="not assessed")
    stated = [item for item in observations if item.present is not None]
    words = dict.fromkeys(_observationText(item) for item in stated)
    readers = dict.fromkeys(item.reader for item in stated if item.reader)
    return Cell(" / ".join(words), note=", ".join(readers))


def _observationText(item: Observation) -> str:
    if not item.present:
        return "not seen"
    return " ".join(part for part in ("seen", sideWord(item.side), item.value) if part)


def caseObservations(report: ReportInput) -> list[tuple[str, str, str]]:
    """Level, words and reader of observations stated for the whole case at places other than segments."""
    segments = {segment.name for segment in report.case.chain.segments}
    return [(item.level, f"{OBSERVATION_WORDS.get(item.kind, item.kind)}: {_observationText(item)}", item.reader)
            for item in report.case.observations if item.level not in segments and item.present is not None]
