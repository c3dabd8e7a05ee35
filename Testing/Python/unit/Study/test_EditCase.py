"""Edits as pure functions: ids of new positions, and the readings that follow the case's own marks."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import Case, Reading
from DynamicSpineLib.Study.EditCase import newPositionId, withPosition
from DynamicSpineLib.Study.EditMarks import withCleared, withLandmarks
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position

MARKS = landmarkSet([Landmark("L4_SA", (0.0, 1.0, 2.0)), Landmark("L4_IA", (0.0, 1.0, -2.0))])


def caseOf(*ids):
    return Case("a", Chain(("L4", "L5")), tuple(Position(item, "supine", "neutral", marks=MARKS) for item in ids))


@pytest.mark.parametrize(("wanted", "found"), [
    ("sitting_flexion", "sitting_flexion"), ("P", "P_2"), ("p", "p_2"), ("3: R\u00fccken", "Rucken"), ("7", "position"),
    ("con", "con_2"), ("x" * 40, "x" * 32),
])  # fmt: skip
def test_a_new_position_gets_an_id_that_a_case_and_a_file_can_have(wanted, found):
    case = caseOf("P")
    assert newPositionId(case, wanted) == found
    assert [item.id for item in withPosition(case, Position(found, "prone", "neutral")).positions] == ["P", found]


def test_a_long_id_that_is_taken_is_cut_for_its_number():
    assert newPositionId(caseOf("x" * 32), "x" * 40) == "x" * 30 + "_2"


@pytest.mark.parametrize(("positionId", "problem"), [
    ("p", "has a position of this name already"), ("1", "begins with a letter"), ("nul", "keep this name for a device"),
])  # fmt: skip
def test_an_id_that_cannot_be_used_is_refused(positionId, problem):
    with pytest.raises(InputError, match=problem):
        withPosition(caseOf("P"), Position(positionId, "prone", "neutral"))


def test_a_reading_follows_edits_of_the_marks_that_are_its_own():
    case = caseOf("P", "Q")
    own = MappingProxyType({item.id: item.marks for item in case.positions})
    other = MappingProxyType({**own, "P": withCleared(case, "P", ["L4_SA"]).positions[0].marks})
    case = replace(case, readings=(Reading("A", marks=own), Reading("B", marks=other)))
    edited = withLandmarks(case, "P", [Landmark("L4_SA", (0.0, 3.0, 2.0))])
    assert edited.readings[0].marks == {item.id: item.marks for item in edited.positions}
    assert edited.readings[0].marks != own
    assert edited.readings[1].marks == other
