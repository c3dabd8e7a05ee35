"""Cells of Review's grid as lines that fit a narrow column, how dark they are, and the sentence that explains both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from DynamicSpineLib.Reports.FirstScreen import ShownCell
from DynamicSpineLib.Session.ReviewContent import ReviewContent
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Grades import gradeRank, gradeSchemes
from DynamicSpineLib.Wording.Texts import capitalized

NOT_ASSESSED = "\N{EN DASH}"
FULL, WITHOUT_FORWARD, WITHOUT_UNITS, BROKEN = range(4)
"""How much is said in the cells: all; "forward" left out; units left out too; words below their number, and a grade
without its scheme."""

_SHORT_DIRECTIONS = {"forward": "", "backward": "back"}


GRADES = "grades"
"""Stands for a unit where grades are worded."""


@dataclass(frozen=True)
class FittedCells:
    """texts: those of each cell, row by row. wordings: how the numbers of each unit, and the grades, are worded."""

    texts: tuple[str, ...]
    wordings: Mapping[str, int]


def fittedCells(content: ReviewContent, positions: Sequence[str], fits: Callable[[str], bool]) -> FittedCells:
    """Every cell in the longest wording in which all numbers of its unit, and all grades, fit their columns.

    positions: the columns. fits: whether a line is narrow enough.
    """
    cells = [content.cell(level, position) for level in content.levels for position in positions]
    texts = dict.fromkeys((_unit(text), text) for cell in cells if cell is not None for text in _marked(cell))
    wordings: dict[str, int] = {}
    for unit in dict.fromkeys(unit for unit, _text in texts):
        alike = [text for other, text in texts if other == unit]
        fitting = (wording for wording in (FULL, WITHOUT_FORWARD, WITHOUT_UNITS)
                   if all(fits(line) for text in alike for line in _worded(text, wording)))  # fmt: skip
        wordings[unit] = next(fitting, BROKEN)
    return FittedCells(tuple("\n".join(cellLines(cell, wordings)) for cell in cells), wordings)


def _unit(text: str) -> str:
    """The unit of a number ("0.7 % backward"); GRADES for a grade ("Kang 2b")."""
    first, _space, rest = text.partition(" ")
    return rest.split(" ")[0] if rest and first[-1:].isdigit() else GRADES


def cellLines(cell: ShownCell | None, wordings: Mapping[str, int]) -> tuple[str, ...]:
    """Grade with the sign behind it, number with the arrow behind it; a dash for what is not assessed."""
    if cell is None:
        return ("",)
    if not cell.texts:
        return (cell.sign or NOT_ASSESSED,)
    return tuple(line for text in _marked(cell) for line in _worded(text, wordings.get(_unit(text), FULL)))


def _marked(cell: ShownCell) -> list[str]:
    """The texts of a cell with its sign and arrow."""
    texts = list(cell.texts)
    for index, mark in ((0, cell.sign), (-1, cell.arrow)):
        if texts and mark:
            texts[index] = f"{texts[index]} {mark}"
    return texts


def _worded(text: str, wording: int) -> tuple[str, ...]:
    if wording == FULL:
        return (text,)
    if _unit(text) == GRADES:
        return (text,) if wording < BROKEN else (text.partition(" ")[2] or text,)
    number, unit, *rest = text.split(" ")
    said = [short for word in rest if (short := _SHORT_DIRECTIONS.get(word, word))]
    if wording == BROKEN and said and said[0].isalpha():
        return number, " ".join(said)
    return (" ".join((number, *([unit] if wording == WITHOUT_FORWARD else []), *said)),)


def gridSentence(content: ReviewContent, wordings: Mapping[str, int]) -> str:
    """What the numbers of the grid are, with what its cells leave out."""
    if not content.legend:
        return ""
    texts = [text for row in content.rows for cell in row.cells for text in cell.texts]
    parts = ["; ".join(content.legend)]
    if wordings.get("mm", FULL) >= WITHOUT_UNITS:
        parts.append("in mm")
    if wordings.get("%", FULL) >= WITHOUT_FORWARD and any(text.endswith("ward") for text in texts):
        parts.append('forward unless "back"')
    if wordings.get(GRADES, FULL) >= BROKEN:
        schemes = dict.fromkeys(text.split(" ")[0] for text in texts if _unit(text) == GRADES)
        parts.append(f"above it the {' or '.join(schemes)} grade")
    return f"{capitalized(', '.join(parts))}."


def gradeShade(case: Case, level: str, position: str) -> float:
    """How narrow a reader graded a level, 0 (not at all, or no grade) to 1 (the highest class of the scheme)."""
    found = case.position(position)
    shades = [0.0]
    for grade in found.grades if found is not None else ():
        rank = gradeRank(grade) if grade.level == level and not grade.side else None
        if rank is not None:
            highest = max(int(item["rank"]) for item in gradeSchemes()[grade.scheme]["classes"])
            shades.append(rank / highest)
    return max(shades)
