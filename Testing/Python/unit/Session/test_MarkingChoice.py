"""What can be chosen to mark, against the levels and counts of the reference's landmark protocol."""

from __future__ import annotations

import pytest
from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Session.Guide import Marking
from DynamicSpineLib.Session.MarkingChoice import (
    costOfAll,
    fittedMarking,
    isMarkedAt,
    protocolLines,
    singleLevelAt,
    singleLevels,
)

CERVICAL = Chain(("C2", "C3", "C4", "C5", "C6", "C7", "T1"))


def test_a_choice_of_another_case_falls_back_to_the_whole_chain_where_levels_are_missing():
    chosen = Marking("L1", "C6", "L4L5", "ABC", True)
    assert fittedMarking(CERVICAL, chosen) == Marking("", "C6", "", "ABC", True)
    assert fittedMarking(CERVICAL, Marking("C3", "C6", "C5C6")) == Marking("C3", "C6", "C5C6")


def test_one_level_means_a_segment_with_both_vertebrae():
    assert singleLevels(CERVICAL) == ("C2C3", "C3C4", "C4C5", "C5C6", "C6C7", "C7T1")
    assert singleLevels(Chain(("C5",))) == ("C5",)


@pytest.mark.parametrize(("place", "expected"), [("C5", "C5C6"), ("T1", "C7T1"), ("C3C4", "C3C4"), ("", "C2C3"),
                                                 ("L4", "C2C3")])  # fmt: skip
def test_the_single_level_at_a_place_lies_below_it_where_it_can(place, expected):
    assert singleLevelAt(CERVICAL, place) == expected


def test_a_place_is_marked_where_all_of_its_vertebrae_are():
    marking = Marking("C4", "C6")
    assert isMarkedAt(CERVICAL, marking, "C4")
    assert isMarkedAt(CERVICAL, marking, "C5C6")
    assert not isMarkedAt(CERVICAL, marking, "C6C7")
    assert isMarkedAt(CERVICAL, Marking("L1", "L2"), "C6C7")


def test_every_protocol_says_its_cost_and_what_it_adds_to_the_chosen_ones():
    lines = {line.id: line for line in protocolLines(CERVICAL, Marking(protocols="A"))}
    assert list(lines) == list("ABCDEFG")
    assert lines["A"].isChosen
    assert not lines["B"].isChosen
    assert lines["A"].cost == "26 clicks"  # two corners of C2, four of each of the six others
    assert lines["B"].cost == "12 clicks"
    assert lines["B"].gives.startswith("adds ")
    assert not any(forbiddenIn(f"{line.gives} {line.details}") for line in lines.values())


def test_a_protocol_without_marks_at_these_levels_cannot_be_chosen():
    lines = {line.id: line for line in protocolLines(Chain(("L4", "L5")), Marking(protocols="A"))}
    assert not lines["F"].isPossible
    assert lines["F"].cost == "none here"
    assert lines["A"].isPossible


def test_the_cost_of_all_counts_one_level_as_the_reference_does():
    assert costOfAll(CERVICAL, Marking(onlyAt="C5C6", protocols="ABC")) == "12 clicks in each position."
    assert costOfAll(CERVICAL, Marking(protocols="")) == "Choose what to mark."
    assert "optional ones" in costOfAll(CERVICAL, Marking(protocols="B", withOptional=True))
