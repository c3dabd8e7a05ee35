"""The report says first what was not examined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Findings.Coverage import absentPositions
from DynamicSpineLib.Reports.NotExamined import notExamined
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Contour, landmarkSet
from DynamicSpineLib.Study.Position import Position

SIDEWAYS = ["side bending", "rotation"]


def caseOf(chain, *postures):
    """A case with one position for each "posture bend"."""
    positions = [Position(f"p{index}", *text.split()) for index, text in enumerate(postures)]
    return Case("c", Chain(chain), tuple(positions))


@pytest.mark.parametrize(("postures", "absent"), [
    (["supine neutral"], ["standing neutral", "flexion in any posture", "extension in any posture", *SIDEWAYS]),
    (["standing flexion", "standing extension"], ["recumbent neutral", "standing neutral", *SIDEWAYS]),
    (["supine neutral", "sitting neutral", "sitting flexion", "supine extension"],
     ["standing neutral (sitting only)", "standing flexion (sitting only)", "standing extension (supine only)",
      *SIDEWAYS]),
    (["prone neutral", "standing neutral", "standing flexion", "standing extension", "standing leftBend",
      "standing rightBend", "standing leftRotation"], ["rotation to the right"]),
])  # fmt: skip
def test_absent_positions_of_a_lumbar_case_are_named(postures, absent):
    assert absentPositions(caseOf(("L4", "L5", "S1"), *postures)) == absent


def test_sitting_counts_as_upright_for_a_neck_and_not_for_a_low_back():
    postures = ("supine neutral", "sitting neutral", "sitting flexion", "sitting extension")
    assert absentPositions(caseOf(("C5", "C6"), *postures)) == SIDEWAYS
    assert "standing neutral (sitting only)" in absentPositions(caseOf(("L4", "L5"), *postures))


def test_a_series_that_was_examined_is_never_called_absent():
    bends = ("neutral", "flexion", "extension")
    everything = [f"{posture} {bend}" for posture in ("supine", "standing") for bend in bends]
    everything += [f"standing {bend}" for bend in ("leftBend", "rightBend", "leftRotation", "rightRotation")]
    assert absentPositions(caseOf(("L4", "L5"), *everything)) == []


def test_without_a_recumbent_series_missed_cannot_be_stated(everyReport):
    sentence = ("No recumbent neutral series in this case: what a routine scan missed or underestimated cannot be "
                "stated.")  # fmt: skip
    assert notExamined(everyReport["empty"])[0] == sentence
    assert sentence not in notExamined(everyReport["lumbar"])


def test_midline_only_is_said_unless_axial_marks_or_grades_exist(cervical, lumbar):
    assert any("midline only; lateral recess not assessed" in text for text in notExamined(cervical))
    assert any("at L4\N{NON-BREAKING HYPHEN}L5 only" in text for text in notExamined(lumbar))
    outlines = [Contour(f"{name}_DS", ((0.0, 0.0, 0.0),) * 3) for name in
                ("C2C3", "C3C4", "C4C5", "C5C6", "C6C7", "C7T1")]
    first = replace(cervical.case.positions[0], marks=landmarkSet([], outlines))
    case = replace(cervical.case, positions=(first, *cervical.case.positions[1:]))
    assert not any("midline only" in text for text in notExamined(replace(cervical, case=case)))


def test_levels_without_marks_and_measures_without_values_are_named(everyReport, cervical):
    empty = " ".join(notExamined(everyReport["empty"]))
    assert "No marks at L1, L2, L3, L4, L5 and S1." in empty
    assert "Not measured at any level: canal width, slip" in empty
    bare = replace(cervical, rows=tuple(row for row in cervical.rows if (row.metric, row.level) != ("slip", "C3C4")))
    assert "Slip not measured at C3\N{NON-BREAKING HYPHEN}C4." in notExamined(bare)


def test_one_position_compares_nothing(everyReport):
    assert "One position only: nothing can be compared." in notExamined(everyReport["one"])
