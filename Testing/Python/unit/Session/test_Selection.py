"""What is chosen stays sound whatever is chosen next."""

from __future__ import annotations

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Session.Selection import Chosen, Selection


@pytest.fixture
def selection():
    return Selection()


def test_a_mark_brings_its_place_along_and_another_place_drops_it(selection):
    selection.choose(position="supine", mark="L4L5_CA")
    assert selection.now == Chosen("supine", "L4L5", "L4L5_CA")
    selection.choose(position="flexion")
    assert selection.now == Chosen("flexion", "L4L5", "L4L5_CA")
    selection.choose(place="L5")
    assert selection.now == Chosen("flexion", "L5", "")


def test_listeners_hear_of_changes_only(selection):
    told = []
    selection.changed.listen(lambda before, now: told.append((before.place, now.place)))
    selection.choose(place="L4")
    selection.choose(place="L4")
    assert told == [("", "L4")]


def test_another_case_keeps_what_it_has_and_chooses_its_first_position(selection):
    case = phantomCase("lumbarSlip")
    selection.choose(position="elsewhere", place="C5")
    selection.fit(case)
    assert selection.now == Chosen(case.positions[0].id)
    selection.fit(None)
    assert selection.now == Chosen()
