"""The panel as a whole, in the stand-in of the application."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import slicer

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Study.CaseFolder import writeCase

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"


@pytest.fixture
def panel(a_slicer_application):
    """The open module in an empty scene."""
    a_slicer_application.addModule(MODULE)
    return a_slicer_application.openModule("DynamicSpine").panel


def test_the_module_opens_in_an_empty_scene_and_says_what_to_do(panel):
    assert "No case is open" in panel.sections["case"].ui.stateLabel.text


def test_a_new_case_is_made_shown_and_undone(panel, a_slicer_application):
    case = panel.sections["case"]
    case.ui.nameEdit.text = "first"
    case.ui.newButton.click()
    assert panel.context.session.case.caseId == "first"
    assert panel.ui.caseCombo.currentText == "first"
    assert a_slicer_application.messages == []


def test_a_case_file_dropped_on_the_window_opens_in_the_panel(a_slicer_application, tmp_path):
    a_slicer_application.addModule(MODULE)
    writeCase(withoutVolumes(phantomCase("lumbarSlip")), tmp_path / "case")
    a_slicer_application.loadFile(tmp_path / "case" / "case.json")
    panel = slicer.util.getModuleWidget("DynamicSpine").panel
    assert panel.context.session.case.caseId == "lumbarSlip"
    assert panel.context.session.isSaved
    assert panel.context.parameters.section == "review"


def test_the_lumbar_sample_is_made_and_opens_ready_to_work_on(a_slicer_application):
    a_slicer_application.addModule(MODULE)
    a_slicer_application.clickSample("DynamicSpine lumbar phantom")
    panel = slicer.util.getModuleWidget("DynamicSpine").panel
    case = panel.context.session.case
    assert len(case.positions) >= 3
    assert panel.context.parameters.section == "landmarks"
    assert all(volumeNode(panel.context.session.caseNode, item.id) is not None for item in case.positions)
    assert all(kind == "status" for kind, _ in a_slicer_application.messages)


def withoutVolumes(case):
    return replace(case, positions=tuple(replace(item, volume="", companions={}) for item in case.positions))
