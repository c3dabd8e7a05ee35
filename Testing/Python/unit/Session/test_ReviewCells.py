"""Cells of Review's grid: worded to fit, explained where they leave something out."""

from __future__ import annotations

import pytest
from ReviewCases import review

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Reports.FirstScreen import ShownCell
from DynamicSpineLib.Session.ReviewCells import (
    BROKEN,
    FULL,
    GRADES,
    WITHOUT_FORWARD,
    WITHOUT_UNITS,
    cellLines,
    fittedCells,
    gradeShade,
    gridSentence,
)
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Grade, Position


def cell(*texts, sign="", arrow=""):
    return ShownCell("L4L5", "FLEX", texts, "", sign, arrow, "", False, "")


@pytest.mark.parametrize(("wording", "lines"), [
    (FULL, ("Lee 2 ?", "14.3 % forward")), (WITHOUT_FORWARD, ("Lee 2 ?", "14.3 %")),
    (WITHOUT_UNITS, ("Lee 2 ?", "14.3")), (BROKEN, ("2 ?", "14.3")),
])  # fmt: skip
def test_a_cell_gives_up_the_direction_then_the_unit_then_the_scheme_but_no_sign(wording, lines):
    assert cellLines(cell("Lee 2", "14.3 % forward", sign="?"), {"%": wording, GRADES: wording}) == lines


@pytest.mark.parametrize(("wording", "lines"), [
    (WITHOUT_FORWARD, ("0.7 % back →",)), (WITHOUT_UNITS, ("0.7 back →",)), (BROKEN, ("0.7", "back →")),
])  # fmt: skip
def test_a_slip_backward_says_so_in_every_wording(wording, lines):
    assert cellLines(cell("0.7 % backward", arrow="→"), {"%": wording}) == lines


def test_what_is_not_assessed_is_a_dash_and_a_position_without_a_cell_is_empty():
    assert cellLines(cell(), {}) == ("\N{EN DASH}",)
    assert cellLines(cell(sign="\N{EN DASH}"), {}) == ("\N{EN DASH}",)
    assert cellLines(None, {}) == ("",)


def numbers(content, letters):
    return fittedCells(content, content.positions, lambda text: len(text) <= letters)


def test_all_cells_of_a_unit_share_the_longest_wording_that_fits_them():
    content = review("lumbarSlip")
    assert numbers(content, 30).wordings == {"%": FULL, GRADES: FULL}
    assert numbers(content, 16).wordings == {"%": FULL, GRADES: FULL}
    assert numbers(content, 12).wordings == {"%": WITHOUT_FORWARD, GRADES: FULL}
    assert numbers(content, 10).wordings == {"%": WITHOUT_UNITS, GRADES: FULL}
    assert numbers(content, 7).wordings == {"%": BROKEN, GRADES: FULL}
    assert numbers(content, 5).wordings == {"%": BROKEN, GRADES: BROKEN}


def test_a_column_too_narrow_for_slips_does_not_take_the_millimeters_from_the_neck():
    content = review("fullCase")
    fitted = numbers(content, 8)
    assert fitted.wordings["mm"] == FULL
    assert fitted.wordings["%"] > FULL
    assert len(fitted.texts) == len(content.levels) * len(content.positions)


def test_no_wording_changes_a_digit():
    content = review("lumbarSlip")
    shown = [cell.texts[-1].split(" ")[0] for row in content.rows for cell in row.cells]
    for letters in (30, 12, 8, 3):
        texts = [text.replace(" back", "").split("\n") for text in numbers(content, letters).texts]
        found = [next(line for line in reversed(lines) if line[0].isdigit()).split(" ")[0] for lines in texts]
        assert found == shown


def test_the_legend_says_what_the_cells_leave_out():
    content = review("lumbarSlip")
    assert gridSentence(content, {"%": FULL}) == "Slip in % of the lower endplate."
    assert '"back"' in gridSentence(content, {"%": WITHOUT_FORWARD})
    assert "Lee" in gridSentence(content, {"%": BROKEN, GRADES: BROKEN})
    assert "mm" in gridSentence(review("cervicalNarrowing"), {"mm": WITHOUT_UNITS})


def graded(*grades):
    position = Position("FLEX", "standing", "flexion", grades=grades)
    return Case("case", Chain(("L3", "L4", "L5")), positions=(position,), markedIn="FLEX")


def test_a_higher_grade_is_darker_and_the_highest_is_darkest():
    shades = [gradeShade(graded(Grade("L4L5", "leeLumbar", value)), "L4L5", "FLEX") for value in "0123"]
    assert shades == [0.0, pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]


def test_of_two_readers_the_higher_grade_makes_the_shade():
    grades = (Grade("L4L5", "leeLumbar", "1", reader="A"), Grade("L4L5", "leeLumbar", "3", reader="B"))
    assert gradeShade(graded(*grades), "L4L5", "FLEX") == 1.0


def test_other_levels_foramina_and_unknown_classes_give_no_shade():
    elsewhere, sided = Grade("L3L4", "leeLumbar", "3"), Grade("L4L5", "leeForamen", "3", side="L")
    grades = (elsewhere, sided, Grade("L4L5", "leeLumbar", "9"))
    assert gradeShade(graded(*grades), "L4L5", "FLEX") == 0.0
