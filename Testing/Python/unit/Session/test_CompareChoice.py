"""What is compared when nobody says all of it, and what damaged texts of a choice become."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Session.CompareChoice import CompareChoice, choiceAt, choiceFrom, fittedChoice, heldBelow
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.EditMarks import withCleared

CASE = phantomCase("lumbarSlip", ("SUP_N", "ST_E", "ST_F"))


def pair(choice):
    return choice.reference, choice.moving, choice.level


def unmarked(case, positionId):
    marks = case.position(positionId).marks
    return replace(withCleared(case, positionId, (*marks.landmarks, *marks.contours)), bones=())


@pytest.mark.parametrize(("chosen", "expected"), [
    (Chosen("ST_F", "L4L5", "", "ST_E"), ("ST_E", "ST_F", "L5")),
    (Chosen("ST_F", "L4L5"), ("SUP_N", "ST_F", "L5")),  # lying is the routine position
    (Chosen("ST_F", "L3"), ("SUP_N", "ST_F", "L3")),
    (Chosen("ST_F", "L5S1"), ("SUP_N", "ST_F", "S1")),
    (Chosen("ST_F"), ("SUP_N", "ST_F", "S1")),
    (Chosen("SUP_N", "L4L5"), ("SUP_N", "ST_F", "L5")),  # others are laid on it
    (Chosen("SUP_N", "L4L5", "", "ST_E"), ("ST_E", "SUP_N", "L5")),
])  # fmt: skip
def test_a_chosen_place_says_what_is_held_and_what_is_laid_on_what(chosen, expected):
    assert pair(choiceAt(CASE, CompareChoice(), chosen)) == expected


def test_without_a_place_the_vertebra_stays_and_how_it_is_shown_stays_always():
    before = CompareChoice("SUP_N", "ST_E", "L2", mode="reveal", circleMm=40.0, withArrows=True)
    after = choiceAt(CASE, before, Chosen("ST_F", ""))
    assert after == replace(before, moving="ST_F")
    assert choiceAt(CASE, before, Chosen("ST_F", "L3L4")) == replace(before, moving="ST_F", level="L4")


def test_the_reference_never_lies_on_itself():
    for position in ("SUP_N", "ST_E", "ST_F"):
        for reference in ("", "SUP_N", "ST_E", "ST_F"):
            found = choiceAt(CASE, CompareChoice(reference, "ST_E", "L4"), Chosen(position, "L3L4", "", reference))
            assert found.reference != found.moving
            isRoutine = position == "SUP_N" and not reference
            assert (found.reference if isRoutine else found.moving) == position


def test_what_a_case_has_not_is_replaced_and_what_it_has_stays():
    kept = CompareChoice("ST_E", "ST_F", "L2")
    assert fittedChoice(CASE, kept, Chosen("SUP_N", "L4L5")) == kept
    assert pair(fittedChoice(CASE, CompareChoice("gone", "lost", "C2"), Chosen("ST_E", "L4L5"))) == (
        "SUP_N", "ST_E", "L5")  # fmt: skip


def test_a_reference_that_nobody_asked_for_is_one_on_which_something_can_be_held():
    case = unmarked(CASE, "SUP_N")
    assert pair(fittedChoice(case, CompareChoice(), Chosen("ST_F", "L4L5"))) == ("ST_E", "ST_F", "L5")
    assert pair(fittedChoice(case, CompareChoice("SUP_N"), Chosen("ST_F", "L4L5"))) == ("SUP_N", "ST_F", "")


def test_one_position_cannot_be_compared():
    alone = replace(CASE, positions=CASE.positions[:1])
    assert pair(fittedChoice(alone, CompareChoice("ST_E", "ST_F", "L2"), Chosen())) == ("SUP_N", "", "")


def test_the_lowest_vertebra_is_held_where_the_place_has_none():
    assert heldBelow("L4L5", ("L3", "L4")) == "L4"
    assert heldBelow("L3", ("L3", "L4")) == "L3"
    assert heldBelow("L4L5", ()) == ""


def test_a_choice_comes_back_from_its_text():
    choice = CompareChoice("a", "b", "L4", True, "checkerboard", 0.25, 2.5, 33.0, 44.0, True, True, 3.0, True)
    assert choiceFrom(choice.text()) == choice


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "3", '"blend"', "{}", '{"mode": null}', '{"other": 1}'])
def test_a_text_that_is_no_choice_gives_the_usual_one(text):
    assert choiceFrom(text) == CompareChoice()


@pytest.mark.parametrize(("name", "value"), [
    ("mode", "explode"), ("mode", 3), ("opacity", 7.0), ("opacity", "1"), ("opacity", float("nan")), ("opacity", True),
    ("flashesHz", 30.0), ("flashesHz", -1.0), ("squareMm", 0.0), ("circleMm", float("inf")), ("arrowFactor", 0.0),
    ("isUnbent", 1), ("level", ["L4"]), ("withArrows", "no"),
])  # fmt: skip
def test_a_damaged_part_is_as_usual_and_the_others_stay(name, value):
    parts = json.loads(CompareChoice("a", "b", "L4", withOutlines=True).text()) | {name: value}
    usual = CompareChoice("a", "b", "" if name == "level" else "L4", withOutlines=True)
    assert choiceFrom(json.dumps(parts)) == usual


def test_side_by_side_nothing_bends():
    assert CompareChoice(isUnbent=True).bends
    assert not CompareChoice(isUnbent=True, mode="sideBySide").bends
