"""The open module with the section Positions and no other, and cases to work on."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent))

from Hands import neck

from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

MODULE = Path(__file__).resolve().parents[4] / "DynamicSpine" / "DynamicSpine.py"
GRID = VolumeGeometry((9, 100, 100), (4.0, 1.0, 1.0), (-16.0, -50.0, -50.0),
                      ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))  # fmt: skip


@pytest.fixture
def panel(a_slicer_application, monkeypatch):
    """The open module with this section and no other."""
    a_slicer_application.addModule(MODULE)
    from DynamicSpineWidgets.Panel import Panel
    from DynamicSpineWidgets.PositionsSection import PositionsSection

    def onlyPositions(panel):
        section = PositionsSection(panel.context)
        panel._buttons["positions"].layout().addWidget(section.widget)
        return {"positions": section}

    monkeypatch.setattr(Panel, "_makeSections", onlyPositions)
    opened = a_slicer_application.openModule("DynamicSpine").panel
    opened.openSection("positions")
    return opened


@pytest.fixture
def section(panel):
    return panel.sections["positions"]


@pytest.fixture
def open_case(panel, a_slicer_application):
    """Open a case in the panel and return its session."""

    def opened(case):
        node = writeCaseToScene(case, a_slicer_application.scene)
        panel.refreshCases()
        panel.showSession(panel.context.workspace.session(node))
        panel.openSection("positions")
        return panel.context.session

    return opened


@pytest.fixture
def session(open_case):
    return open_case(neck())


@pytest.fixture
def load(a_slicer_application):
    def loaded(name, value=0):
        return addVolume(a_slicer_application.scene, np.full(GRID.size[::-1], value, dtype=np.int16), GRID, name)

    return loaded
