"""The words of the first screen, which report and panel share: chips, cells, captions and the key of the grid."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Findings.Finding import CaseFindings, GridCell
from DynamicSpineLib.Reports.FirstScreen import chips, gridKey, gridRows, pictureCaption
from DynamicSpineLib.Study.Case import Case, Chain
from DynamicSpineLib.Study.Position import Position, Symptom

CASE = Case("X", Chain(("L4", "L5", "S1")), (
    Position("a", "supine", "neutral", quality="good"),
    Position("b", "standing", "flexion", "Late series, bent as far as it went", angleReachedDeg=41.6,
             quality="limited", stoppedBy="pain", symptoms=(Symptom("leg", "L", 7.0, True, "since May"),)),
    Position("c", "standing", "leftBend", "Standing bent to the left", symptoms=(Symptom("none"),)),
    Position("d", "other", "rightRotation"),
))  # fmt: skip


def remarks(position):
    return next(chip.remarks for chip in chips(CASE) if chip.position == position)


def test_a_chip_says_posture_and_bend_where_its_title_does_not():
    assert remarks("a") == ("routine series",)
    assert remarks("b") == ("standing flexion", "42° as recorded", "limited images", "stopped by pain",
                            "symptom: leg left, 7/10, usual symptom reproduced: yes, since May")  # fmt: skip
    assert remarks("c") == ()
    assert remarks("d") == ("other posture, rotated to the right",)


def shown(**facts):
    cell = GridCell("L4L5", "b", **{"texts": ("Lee 2", "20.1 % forward"), **facts})
    (row,) = gridRows(CASE, CaseFindings((), (), (), "", (cell,), "L4L5", ""))
    return row.cells[0]


@pytest.mark.parametrize(("facts", "whole"), [
    ({}, "L4\u2011L5, late series, bent as far as it went: Lee 2, 20.1 % forward"),
    ({"mark": "met", "arrow": "forward", "confirmed": False},
     ("L4\u2011L5, late series, bent as far as it went: Lee 2, 20.1 % forward; a rule is met here; slip more forward "
      "than in the routine series; provisional")),
    ({"texts": (), "mark": "notAssessable"}, "L4\u2011L5, late series, bent as far as it went: not assessed"),
])  # fmt: skip
def test_a_cell_says_in_words_all_that_it_shows(facts, whole):
    assert shown(**facts).whole == whole


def test_signs_arrows_and_hatching_of_a_cell():
    cell = shown(mark="undecided", arrow="narrower", confirmed=False)
    assert (cell.kind, cell.sign, cell.arrow, cell.provisional) == ("undecided", "?", "→←", True)
    assert (shown(texts=(), mark="notAssessable").sign, shown(mark="notAssessable").sign) == ("\N{EN DASH}", "")


def test_the_key_explains_every_sign_that_a_cell_can_bear():
    entries = gridKey()
    explained = " ".join([*(entry.sign for entry in entries), *(entry.text for entry in entries)])
    cells = [shown(mark=mark, arrow=arrow, texts=()) for mark in ("met", "undecided", "notAssessable")
             for arrow in ("narrower", "forward", "backward")]  # fmt: skip
    assert all(sign in explained for cell in cells for sign in (cell.sign, cell.arrow))
    assert {"met", "provisional"} == {entry.sample for entry in entries if entry.sample}


def test_a_caption_holds_grade_number_and_symptom():
    assert pictureCaption(CASE.position("b"), ("Lee 2", "20.1 % forward")) == "Lee 2, 20.1 % forward; leg left 7/10"
    assert pictureCaption(CASE.position("c"), ("Lee 2",)) == "Lee 2"
    assert pictureCaption(CASE.position("a")) == ""
