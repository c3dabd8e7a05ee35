"""Results in a narrow panel, and as cases come and go."""

from __future__ import annotations

from dataclasses import replace

import pytest
import slicer
from OpenedPanel import PANEL_WIDTH
from ResultsHands import choose, placeOf, positionIds, restNow, settle, slipKey, texts

from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.Views.Layouts import positionsLayoutId
from DynamicSpineLib.Study.EditCase import withoutPosition
from DynamicSpineLib.Study.Marks import LandmarkSet


@pytest.mark.parametrize("sideBySide", [False, True])
def test_the_section_fits_a_narrow_panel_and_scrolls_in_its_table(openCase, a_slicer_application, fullCase, sideBySide):
    section = openCase(fullCase)
    if sideBySide:
        section.ui.sideBySideCheck.click()
    choose(section.ui.groupCombo, "canal")
    section.judging.widget.collapsed = False
    section.ui.keyButton.click()
    section.context.selection.choose(place="L4L5")
    settle()
    assert a_slicer_application.mainWindow.width == PANEL_WIDTH
    assert section.widget.minimumSizeHint.width() <= PANEL_WIDTH
    assert section.ui.valueTable.horizontalScrollBar().maximum > 0


def test_a_case_without_positions_and_no_case_are_said_in_a_sentence(section):
    slicer.mrmlScene.Clear(0)
    section.context.openSection("results")
    assert section.ui.stateLabel.text == "No case is open."
    assert not section.ui.valueTable.visible
    session = section.context.workspace.newCase("empty", ("L4", "L5", "S1"))
    section.context.showSession(session)
    section.context.openSection("results")
    assert section.ui.stateLabel.text
    assert not section.ui.copyButton.enabled


def test_the_scene_may_be_closed_and_the_module_left_while_the_chart_is_shown(openCase, a_slicer_application, lumbar):
    section = openCase(lumbar)
    layout = slicer.app.layoutManager().layoutLogic().GetLayoutNode()
    key = slipKey(positionIds(section)[0])
    section.ui.valueTable.setCurrentCell(*placeOf(section, key))
    section.ui.chartButton.click()
    a_slicer_application.openModule("")
    assert layout.GetViewArrangement() == layout.SlicerLayoutFourUpView
    assert section.context.live.touched.listenerCount == 0
    a_slicer_application.openModule("DynamicSpine")
    assert layout.GetViewArrangement() == positionsLayoutId(len(positionIds(section)), True)
    slicer.mrmlScene.Clear(0)
    settle()
    assert not section.ui.valueTable.visible
    panel = slicer.util.getModuleWidget("DynamicSpine").panel
    panel.showSession(panel.context.workspace.session(writeCaseToScene(lumbar, slicer.mrmlScene)))
    panel.openSection("results")
    restNow(section)
    assert texts(section)[key].startswith("3.0 forward")


def test_a_position_added_or_removed_comes_and_goes_in_the_table(section):
    section.ui.sideBySideCheck.click()
    session, ids = section.context.session, positionIds(section)
    session.do("removed", withoutPosition(session.case, ids[-1]))
    assert {key[4] for key in texts(section)} == set(ids[:-1])
    session.undo()
    assert {key[4] for key in texts(section)} == set(ids)


def test_marks_that_cannot_be_measured_are_said_and_nothing_old_is_shown(section):
    session = section.context.session
    session.do("clear all", replace(session.case, positions=tuple(
        replace(item, marks=LandmarkSet()) for item in session.case.positions)))  # fmt: skip
    restNow(section)
    assert section.ui.stateLabel.text == section.context.results.problem
    assert section.context.results.problem
    assert not section.ui.valueTable.visible
    assert not section.ui.exportButton.enabled
    session.undo()
    restNow(section)
    assert texts(section)[slipKey(positionIds(section)[0])].startswith("3.0 forward")
