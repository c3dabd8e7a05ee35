"""The rows of the table say what the case holds, in words a reader knows, and nothing that it does not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ForbiddenWords import forbiddenIn
from PlacedMarks import withPlaced

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Session.Guide import MarkCount, Marking, countsByPosition
from DynamicSpineLib.Session.PositionRows import COMPARED, MARKED_IN, ROLE_LEGEND, ROUTINE, positionRows
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position, Symptom


@pytest.fixture
def case():
    return Case("a", Chain(("C4", "C5")), (
        Position("up", "standing", "leftBend", "", "weightBearing", angleReachedDeg=24.6, stoppedBy="pain",
                 quality="noUse", symptoms=(Symptom("arm", "L", 5.0), Symptom("axial"))),
        Position("flat", "supine", "neutral", "Supine", symptoms=(Symptom("none"),)),
    ), markedIn="up")  # fmt: skip


def rowsOf(case, **given):
    return positionRows(case, given.get("counts", {}), given.get("volumes", {}), given.get("warnings"))


def test_a_row_says_everything_that_is_known_of_its_position(case):
    first, second = rowsOf(case, volumes={"up": "SAG T2"}, counts={"up": MarkCount(3, 1, 2, 10)})
    assert (first.title, first.posture, first.bend) == ("Standing, bent to the left", "standing", "leftBend")
    assert (first.load, first.angle, first.quality, first.stoppedBy) == (
        "weight bearing", "25\N{DEGREE SIGN}", "of no use", "pain")  # fmt: skip
    assert first.symptoms == "arm left 5/10, neck or back"
    assert (first.volume, first.marks) == ("SAG T2", "3 of 10")
    left = "4 to place, 1 in place and not accepted yet, 2 said to be not visible"
    assert first.marksDetail == f"3 of 10 marks placed: {left}."
    assert (second.volume, second.marks, second.angle, second.quality) == ("not loaded", "", "", "")
    assert second.symptoms == "none felt"


def test_a_position_without_a_word_on_symptoms_is_not_said_to_be_free_of_them(case):
    asked = replace(case.positions[1], symptoms=())
    assert rowsOf(replace(case, positions=(asked,)))[0].symptoms == ""


def test_roles_are_those_of_the_case(case):
    first, second = rowsOf(case)
    assert (first.roles, second.roles) == ((MARKED_IN,), (ROUTINE, COMPARED))
    assert (first.roleLetters, second.roleLetters) == ("M", "R C")
    assert second.rolesSentence == "Routine: what an ordinary MRI would have shown. Changes are compared with it."
    alone = rowsOf(replace(case, positions=case.positions[1:], markedIn=""))
    assert alone[0].roles == (ROUTINE,)
    assert all(f"{letter}: " in ROLE_LEGEND for letter in "MRC")


def test_marks_are_counted_for_the_chosen_protocols(case):
    placed = withPlaced(case, "flat", "C4_IA", (1.0, 2.0, 3.0))
    row = rowsOf(placed, counts=countsByPosition(placed, Marking()))[1]
    assert row.marks.startswith("1 of ")
    assert int(row.marks.split()[-1]) > 1


def test_warnings_stand_in_the_row_of_their_position_in_their_order(case):
    rows = rowsOf(case, warnings={"flat": ("first", "second"), "": ("of the case",)})
    assert [row.warnings for row in rows] == [(), ("first", "second")]


@pytest.mark.parametrize("kind", ["posture", "bend", "load", "quality", "stoppedBy", "countedFrom", "segmentStatus",
                                  "symptomType", "side"])  # fmt: skip
def test_every_value_can_be_chosen_by_words_of_its_own(kind):
    pairs = choices(kind)
    assert [value for value, _ in pairs] == packageData("Study", "vocabulary.json")[kind]
    words = [text for _, text in pairs]
    assert len(set(words)) == len(words)
    assert all(words)
    assert all(text == text.strip() and not any(letter.isupper() and index and text[index - 1].islower()
               for index, letter in enumerate(text)) for text in words), words  # fmt: skip
    said = [text for text in words if forbiddenIn(text)]
    assert said == (["fused"] if kind == "segmentStatus" else [])
