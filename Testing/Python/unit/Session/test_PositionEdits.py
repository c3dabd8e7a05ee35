"""Edits of a row: what follows from posture and bend follows them, and what a case cannot hold is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.PositionEdits import (
    numberIn,
    titleOf,
    usualTitle,
    withField,
    withMoved,
    withoutSymptom,
    withRole,
    withSymptom,
    withSymptomAdded,
)
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position, Symptom


@pytest.fixture
def case():
    return Case("a", Chain(("C4", "C5")), (
        Position("one", "supine", "neutral", "Supine neutral"),
        Position("two", "standing", "flexion", "Standing flexion, 30\N{DEGREE SIGN}", "weightBearing",
                 angleReachedDeg=30.0),
        Position("three", "standing", "extension", "the late one", "axialLoad"),
    ))  # fmt: skip


def test_a_title_that_says_posture_and_bend_follows_them(case):
    after = withField(case, "one", "bend", "leftBend")
    assert after.position("one").title == "Supine, bent to the left"
    assert withField(case, "two", "bend", "extension").position("two").title == "Standing extension, 30\N{DEGREE SIGN}"
    less = withField(case, "two", "angleReachedDeg", 25.0)
    assert less.position("two").title == "Standing flexion, 25\N{DEGREE SIGN}"


def test_a_title_of_its_own_stays(case):
    assert withField(case, "three", "bend", "flexion").position("three").title == "the late one"


def test_an_angle_comes_into_a_title_only_where_it_was_there_before(case):
    plain = withField(case, "two", "title", "Standing flexion")
    assert withField(plain, "two", "angleReachedDeg", 25.0).position("two").title == "Standing flexion"


def test_upright_bears_weight_unless_somebody_said_otherwise(case):
    assert withField(case, "one", "posture", "sitting").position("one").load == "weightBearing"
    assert withField(case, "two", "posture", "supine").position("two").load == "none"
    assert withField(case, "three", "posture", "supine").position("three").load == "axialLoad"


def test_a_title_is_one_line_and_an_empty_one_is_made_of_posture_and_bend(case):
    assert withField(case, "one", "title", "  lying \n still ").position("one").title == "lying still"
    emptied = withField(case, "one", "title", " ").position("one")
    assert emptied.title == ""
    assert titleOf(emptied) == usualTitle(emptied) == "Supine neutral"


@pytest.mark.parametrize(("field", "value", "said"), [
    ("angleReachedDeg", 181.0, "angle reached must be a number from -180 to 180 (degrees)"),
    ("minutesUpright", -1.0, "minutes upright must be a number from 0 to 10000 (minutes)"),
    ("date", "1.3.2025", "date must be a date such as 2025-03-01 or 2025-03-01T09:30"),
    ("title", "x" * 201, "title is longer than 200 characters"),
    ("posture", "kneeling", "posture must be one of supine, prone, sitting, standing, other"),
    ("symptoms", (Symptom("arm", score=11.0),), "symptoms item 1 'score' must be a number from 0 to 10"),
])  # fmt: skip
def test_what_a_case_cannot_hold_is_refused_with_one_sentence(case, field, value, said):
    with pytest.raises(InputError) as refused:
        withField(case, "one", field, value)
    assert str(refused.value) == said


@pytest.mark.parametrize(("text", "number"), [
    ("", None), ("  ", None), ("25", 25.0), ("12,5\N{DEGREE SIGN}", 12.5), ("-3.5", -3.5), ("10 min", 10.0),
    ("\N{MINUS SIGN}8", -8.0),
])  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, number):
    assert numberIn(text, "angle") == number


@pytest.mark.parametrize("text", ["far", "nan", "inf", "1.000,5", "5\N{DEGREE SIGN}5"])
def test_what_is_no_number_is_said_to_be_none(text):
    with pytest.raises(InputError, match=f"angle: '{text}' is no number"):
        numberIn(text, "angle")


def test_positions_move_within_the_case_and_stop_at_its_ends(case):
    order = lambda case: [item.id for item in case.positions]  # noqa: E731
    assert order(withMoved(case, "one", 1)) == ["two", "one", "three"]
    assert order(withMoved(case, "three", -1)) == ["one", "three", "two"]
    assert withMoved(case, "one", -1) == case
    assert withMoved(case, "three", 1) == case


def test_a_role_has_one_owner(case):
    case = withRole(case, "one", "markedIn", True)
    assert withRole(case, "two", "markedIn", True).markedIn == "two"
    assert withRole(case, "two", "markedIn", False) is case
    assert withRole(case, "one", "markedIn", False).markedIn == ""
    with pytest.raises(InputError, match="no position 'four'"):
        withRole(case, "four", "reference", True)


def test_symptoms_are_added_changed_and_removed_one_by_one(case):
    case = withSymptom(case, "one", 0, Symptom("arm", "L", 4.0))
    case = withSymptom(case, "one", 1, Symptom("axial"))
    case = withSymptom(case, "one", 0, replace(case.position("one").symptoms[0], score=7.0))
    assert case.position("one").symptoms == (Symptom("arm", "L", 7.0), Symptom("axial"))
    assert withoutSymptom(case, "one", 0).position("one").symptoms == (Symptom("axial"),)


def test_who_felt_something_did_not_feel_none(case):
    case = withSymptomAdded(case, "one", "none")
    assert case.position("one").symptoms == (Symptom("none"),)
    case = withSymptomAdded(withSymptomAdded(case, "one", "arm"), "one", "leg")
    assert case.position("one").symptoms == (Symptom("arm"), Symptom("leg"))
    with pytest.raises(InputError, match="remove those that were felt"):
        withSymptomAdded(case, "one", "none")
