"""Whether a case opens in Review, and the one sentence on what is missing where it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ForbiddenWords import forbiddenIn
from JudgedCases import phantom
from Measured import measured
from ReviewCases import reviewOf

from DynamicSpineLib.Session.ReviewReadable import hasValues, isReadable, missingSentence
from DynamicSpineLib.Study.Case import Reading
from DynamicSpineLib.Study.Marks import LandmarkSet

CASE = phantom("lumbarSlip", "SUP_N", "ST_F")


def withMarks(keep):
    """The case with the landmarks whose names are kept, and no outlines."""
    def fewer(marks):
        return LandmarkSet({name: mark for name, mark in marks.landmarks.items() if keep(name)})

    return replace(CASE, bones=(), positions=tuple(replace(item, marks=fewer(item.marks)) for item in CASE.positions))


CORNERS = ("L4_SA", "L4_SP", "L4_IA", "L4_IP", "L5_SA", "L5_SP", "L5_IA", "L5_IP")
CASES = {
    "whole": CASE, "nothing": withMarks(lambda _: False), "one point": withMarks(lambda name: name == "L4_SA"),
    "one segment": withMarks(lambda name: name in CORNERS), "no position": replace(CASE, positions=(), bones=()),
    "half a body": withMarks(lambda name: name in CORNERS[:2]),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in CASES if name != "no position"])
def test_a_case_is_readable_where_its_measurement_holds_a_value(name):
    found = measured(CASES[name])
    assert isReadable(CASES[name]) == hasValues(found) == (missingSentence(CASES[name]) == "")
    assert missingSentence(CASES[name], found) == missingSentence(CASES[name])


def test_what_is_missing_is_said_in_one_sentence():
    said = {name: missingSentence(case) for name, case in CASES.items()}
    assert (said["whole"], said["one segment"]) == ("", "")
    assert "no position" in said["no position"]
    assert "no landmark is marked" in said["nothing"]
    assert "(2)" in said["one point"]
    assert not any(forbiddenIn(text) for text in said.values())
    assert all(text.count(".") == 1 for text in said.values() if text)


def test_marks_of_a_listed_reader_are_enough():
    marks = {item.id: item.marks for item in CASE.positions}
    case = replace(CASES["nothing"], readings=(Reading("A", marks=marks),))
    assert isReadable(case)


def test_a_case_with_nothing_to_review_still_has_its_head():
    content = reviewOf(CASES["nothing"])
    assert not content.isReadable
    assert content.missing == missingSentence(CASES["nothing"])
    assert [chip.position for chip in content.chips] == ["SUP_N", "ST_F"]
    cells = [content.cell(level, position) for level in content.levels for position in content.positions]
    graded = {(cell.level, cell.position) for cell in cells if cell.texts}
    assert graded == {("L4L5", "SUP_N"), ("L4L5", "ST_F")}
    assert content.cell("L1L2", "SUP_N").sign == "\N{EN DASH}"
    assert all(item.link.gridLevel for item in content.sentences)
