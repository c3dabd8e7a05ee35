"""Opening the module with a case, in a panel as narrow as the application allows."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Scene.CaseScene import writeCaseToScene

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"
PANEL_WIDTH, FEW_DRAWS = 380, 150


def openPanel(application, case):
    """The panel of the module, opened in a scene with a case that is not measured yet."""
    writeCaseToScene(case, application.scene)
    application.addModule(MODULE)
    panel = application.openModule("DynamicSpine").panel
    panel.context.parameters.draws = FEW_DRAWS
    application.mainWindow.resize(PANEL_WIDTH, 900)
    application.mainWindow.activateWindow()
    settle(application)
    return panel


def openMeasuredPanel(application, case):
    """The same with the case measured, as when the mouse has rested."""
    panel = openPanel(application, case)
    panel.rest.runToEnd()
    settle(application)
    return panel


def settle(application):
    """Let the layout and what waits for it happen."""
    for _round in range(5):
        application.app.processEvents()
