"""Heads of Review's columns: each position as a chip of short lines."""

from __future__ import annotations

from dataclasses import replace

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Session.ReviewHeads import columnHeads
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position, Symptom

SUPINE = Position("SUP", "supine", "neutral")
EXTENDED = Position("EXT", "standing", "extension", angleReachedDeg=20.4, quality="limited", stoppedBy="pain",
                    symptoms=(Symptom("axial", score=3), Symptom("leg", "R", 8, reproducesUsual=True)))  # fmt: skip


def heads(*positions):
    return columnHeads(Case("case", Chain(("L4", "L5")), positions=positions, markedIn=positions[0].id))


def longest(head):
    return [wordings[0] for wordings in head.lines]


def test_a_head_names_posture_and_bend_then_role_angle_quality_and_what_was_felt_most():
    supine, extended = heads(SUPINE, EXTENDED)
    assert longest(supine) == ["Supine", "neutral", "routine series", "", "", "", ""]
    assert longest(extended) == ["Standing", "extension", "20°", "limited images", "stopped: pain",
                                 "neck or back 3/10, leg right 8/10", "the usual symptom"]  # fmt: skip


def test_lines_that_no_position_fills_are_left_out():
    first, second = heads(SUPINE, replace(SUPINE, id="SIT", posture="sitting"))
    assert longest(first) == ["Supine", "neutral", "routine series"]
    assert longest(second) == ["Sitting", "neutral", ""]


def test_every_wording_is_shorter_than_the_one_before_and_the_score_is_the_last_to_go():
    _supine, extended = heads(SUPINE, EXTENDED)
    for wordings in extended.lines:
        assert [len(text) for text in wordings] == sorted({len(text) for text in wordings}, reverse=True)
    assert "8/10" in extended.lines[-2]


def test_a_symptom_that_is_not_the_usual_one_is_not_called_so():
    other = replace(EXTENDED, symptoms=(Symptom("leg", "R", 8, reproducesUsual=False),))
    assert "usual" not in " ".join(text for wordings in heads(SUPINE, other)[1].lines for text in wordings)
    assert "usual symptom reproduced: no" in heads(SUPINE, other)[1].whole


def test_a_position_in_which_nothing_was_felt_shows_no_symptom():
    (head,) = heads(replace(SUPINE, symptoms=(Symptom("none"),)))
    assert longest(head) == ["Supine", "neutral", "routine series"]


def test_a_title_of_its_own_stands_in_the_head_on_two_lines():
    (head,) = heads(replace(SUPINE, title="After the walk outside"))
    assert head.title == ("After the", "walk outside")
    assert longest(head)[:2] == ["Supine", "neutral"]


def test_a_title_that_only_says_posture_and_bend_can_be_shortened_like_them():
    (head,) = heads(replace(EXTENDED, title="Standing, extension"))
    assert head.title == ()
    assert head.lines[0] == ("Standing", "Stand.", "St.")


def test_positions_that_differ_in_nothing_said_are_told_apart_by_their_ids():
    supine, first, second = heads(SUPINE, EXTENDED, replace(EXTENDED, id="EXT2", date="2024-01-01"))
    assert [longest(head)[-1] for head in (supine, first, second)] == ["", "EXT", "EXT2"]


def test_positions_that_differ_in_angle_need_no_ids():
    first, second = heads(EXTENDED, replace(EXTENDED, id="EXT2", angleReachedDeg=12.0))
    assert "EXT" not in longest(first)
    assert longest(second)[2] == "12°"


def test_axial_load_is_said():
    _supine, loaded = heads(SUPINE, replace(SUPINE, id="LOAD", load="axialLoad"))
    assert "axial load" in longest(loaded)


def test_the_whole_of_a_head_is_the_chip_of_the_report():
    _supine, extended = heads(SUPINE, EXTENDED)
    assert extended.whole.startswith("Standing extension: 20° as recorded; limited images; stopped by pain; symptom: ")
