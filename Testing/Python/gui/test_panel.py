"""The panel as a whole, in the stand-in of the application."""

from __future__ import annotations

from pathlib import Path

import pytest

from DynamicSpineLib.Phantom.PhantomCase import phantomCase

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"


@pytest.fixture
def panel(a_slicer_application):
    """The open module in an empty scene."""
    a_slicer_application.addModule(MODULE)
    widget = a_slicer_application.openModule("DynamicSpine")
    yield widget.panel
    widget.cleanup()


def test_the_module_opens_in_an_empty_scene_and_says_what_to_do(panel):
    assert "No case is open" in panel.sections["case"].ui.stateLabel.text


def test_a_new_case_is_made_shown_and_undone(panel, a_slicer_application):
    case = panel.sections["case"]
    case.ui.nameEdit.text = "first"
    case.ui.newButton.click()
    assert panel.context.session.case.caseId == "first"
    assert panel.ui.caseCombo.currentText == "first"
    assert a_slicer_application.messages == []
