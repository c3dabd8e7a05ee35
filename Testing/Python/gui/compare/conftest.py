"""The open module with a case that has volumes, at its section Compare."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from OpenedPanel import MODULE, PANEL_WIDTH, settle


@pytest.fixture(autouse=True)
def shortMotions(monkeypatch):
    """Motions of few frames: what is tested of one holds of every one."""
    from DynamicSpineLib.Compare.MotionFrames import framesOf
    from DynamicSpineLib.Compare.MotionPath import MotionPath

    monkeypatch.setattr(MotionPath, "frames", lambda path, between=4, dwell=2: framesOf(path.legs, between, dwell))


@pytest.fixture
def panel(a_slicer_application):
    """The open panel in an empty scene. Nothing is measured by it."""
    from standin.PropertyStyle import usePropertyStyle

    usePropertyStyle("CompareHands")
    a_slicer_application.addModule(MODULE)
    found = a_slicer_application.openModule("DynamicSpine").panel
    found.context.parameters.draws = 0
    a_slicer_application.mainWindow.resize(PANEL_WIDTH, 900)
    a_slicer_application.mainWindow.activateWindow()
    settle(a_slicer_application)
    return found


@pytest.fixture
def session(panel):
    """The lumbar phantom in three positions with painted volumes."""
    from CompareHands import openVolumes

    return openVolumes(panel)
