"""Compare: what is held, by list, key and mouse, and what can not be held."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from CompareHands import (
    TAG,
    apart,
    caption,
    compare,
    countedNodes,
    errorsSaid,
    layers,
    middleOf,
    openVolumes,
    parents,
    viewState,
)
from OpenedPanel import settle
from PhantomCases import phantomCase
from PlacedMarks import withFewOutlines

from DynamicSpineLib.Study.Marks import LandmarkSet

HELD_MM, FREE_MM = 0.6, 2.0


@pytest.fixture
def press(a_slicer_application):
    """Press a key anywhere in the window."""
    import qt
    from PySide6.QtTest import QTest

    window = a_slicer_application.mainWindow

    def pressed(name):
        window.setFocus()
        QTest.keyClick(window, getattr(qt.Qt, f"Key_{name}"))
        settle(a_slicer_application)

    return pressed


def choose(combo, value):
    index = combo.findData(value)
    assert index >= 0, value
    combo.currentIndex = index
    combo.activated.emit(index)


def pair(section):
    return section.desk.choice.reference, section.desk.choice.moving


def test_opening_holds_the_lower_vertebra_of_the_chosen_place(panel, session, a_slicer_application):
    panel.context.selection.choose(position="ST_F", place="L4L5", compared="SUP_N")
    panel.openSection("compare")
    section = panel.sections["compare"]
    assert (pair(section), section.desk.choice.level) == (("SUP_N", "ST_F"), "L5")
    assert apart(session, "L5") < HELD_MM
    for level in ("L4", "L3"):
        assert apart(session, level) > FREE_MM
    assert layers(a_slicer_application) == ("SUP_N", "ST_F", 0.5)
    assert "L5 held" in caption(a_slicer_application)
    assert "L5 held" in section.ui.heldLabel.text


def test_a_vertebra_is_chosen_from_the_list(panel, session):
    section = compare(panel)
    choose(section.ui.levelCombo, "L3")
    assert apart(session, "L3") < HELD_MM
    assert apart(session, "L4") > 1.0
    assert apart(session, "L5") > FREE_MM


def test_up_and_down_walk_along_the_spine_and_stop_at_its_ends(panel, session, press):
    section = compare(panel)
    press("Up")
    assert section.desk.choice.level == "L4"
    assert apart(session, "L4") < HELD_MM
    press("Down")
    press("Down")
    assert section.desk.choice.level == "S1"
    press("Down")
    assert section.desk.choice.level == "S1"
    assert section.ui.levelCombo.currentText == "S1"


def test_left_and_right_go_through_the_positions_and_never_to_the_reference(panel, session, press):
    section = compare(panel, moving="ST_E")
    press("Right")
    assert pair(section) == ("SUP_N", "ST_F")
    press("Right")
    assert pair(section) == ("SUP_N", "ST_F")
    press("Left")
    press("Left")
    assert pair(section) == ("SUP_N", "ST_E")
    assert apart(session, "L5", "SUP_N", "ST_E") < HELD_MM
    assert apart(session, "L5", "SUP_N", "ST_F") > FREE_MM  # it is where it was again


def test_swapping_and_choosing_one_position_for_both_exchange_them(panel, session, a_slicer_application):
    section = compare(panel)
    section.ui.swapButton.click()
    assert pair(section) == ("ST_F", "SUP_N")
    assert layers(a_slicer_application)[:2] == ("ST_F", "SUP_N")
    choose(section.ui.referenceCombo, "SUP_N")
    assert pair(section) == ("SUP_N", "ST_F")
    choose(section.ui.movingCombo, "SUP_N")
    assert pair(section) == ("ST_F", "SUP_N")
    assert apart(session, "L5") < HELD_MM


def test_a_click_on_a_vertebra_holds_it_and_one_beside_the_spine_does_not(panel, session, a_slicer_application):
    section = compare(panel)
    a_slicer_application.mouse.click(TAG, middleOf(session, "SUP_N", "L3"))
    assert section.desk.choice.level == "L3"
    assert apart(session, "L3") < HELD_MM
    a_slicer_application.mouse.click(TAG, middleOf(session, "SUP_N", "L4") + np.array([0.0, 60.0, 0.0]))
    assert section.desk.choice.level == "L3"


def test_a_drag_in_the_view_holds_nothing(panel, session, a_slicer_application):
    section = compare(panel)
    place = middleOf(session, "SUP_N", "L3")
    a_slicer_application.mouse.drag(TAG, place, place + np.array([0.0, 8.0, 0.0]))
    assert section.desk.choice.level == "L5"


def test_after_letting_go_a_click_holds_a_vertebra_of_the_position_that_is_shown(panel, session, a_slicer_application):
    section = compare(panel)
    panel.context.selection.choose(position="ST_F")
    state = viewState(panel)
    section.ui.letGoButton.click()
    assert layers(a_slicer_application)[:2] == ("SUP_N", "")
    assert viewState(panel) == state
    assert not section.desk.isOn
    a_slicer_application.mouse.click(TAG, middleOf(session, "SUP_N", "L4"))
    assert section.desk.isOn
    assert section.desk.choice.level == "L4"
    assert apart(session, "L4") < HELD_MM


def test_a_pair_without_a_common_vertebra_is_refused_in_one_sentence_and_changes_nothing(panel, a_slicer_application):
    case = withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_E", "ST_F")), ())
    bare = tuple(replace(item, marks=LandmarkSet(MappingProxyType({}), MappingProxyType({})))
                 if item.id == "ST_E" else item for item in case.positions)  # fmt: skip
    session = openVolumes(panel, replace(case, positions=bare, bones=()))
    section = compare(panel)
    before = parents(session), viewState(panel), countedNodes(), pair(section), caption(a_slicer_application)
    choose(section.ui.movingCombo, "ST_E")
    [said] = errorsSaid(a_slicer_application)
    assert "cannot be laid on" in said
    assert said.count(".") <= 1
    assert (parents(session), viewState(panel), countedNodes(), pair(section), caption(a_slicer_application)) == before
    assert section.ui.movingCombo.currentData == "ST_F"


def test_choosing_a_place_elsewhere_moves_the_anchor(panel, session):
    section = compare(panel)
    panel.context.selection.choose(place="L2L3")
    assert section.desk.choice.level == "L3"
    assert apart(session, "L3", *pair(section)) < HELD_MM
    panel.stepLevel(1)
    assert section.desk.choice.level == "L4"


@pytest.fixture
def measured(panel, session):
    """The same case, measured."""
    panel.context.parameters.draws = 100
    panel.rest.restart()
    panel.rest.runToEnd()
    assert panel.context.results.review is not None, panel.context.results.problem
    return session


def test_o_in_review_lays_what_is_chosen_on_each_other_and_w_goes_on_from_there(measured, panel, press):
    panel.openSection("review")
    panel.context.selection.choose(position="ST_F", place="L3L4", compared="SUP_N")
    press("O")
    section = panel.sections["compare"]
    assert panel.context.parameters.section == "compare"
    assert (pair(section), section.desk.choice.level) == (("SUP_N", "ST_F"), "L4")
    assert apart(measured, "L4") < HELD_MM
    seen = []
    for _stop in range(3):
        press("W")
        now = panel.context.selection.now
        assert now.position in pair(section)
        assert section.desk.choice.level == (now.place[2:] if len(now.place) == 4 else now.place)
        seen.append((now.place, now.position))
    assert len(set(seen)) > 1


def test_o_in_results_lays_the_pair_of_the_chosen_cell_on_each_other(measured, panel, press):
    panel.openSection("results")
    panel.context.selection.choose(position="ST_F", place="L4L5", compared="ST_E")
    press("O")
    section = panel.sections["compare"]
    assert (pair(section), section.desk.choice.level) == (("ST_E", "ST_F"), "L5")
    assert apart(measured, "L5", "ST_E", "ST_F") < HELD_MM
