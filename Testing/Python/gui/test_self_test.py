"""The self-test of the application, in the stand-in of the application."""

from __future__ import annotations

from pathlib import Path

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"


def test_the_workflow_of_the_self_test_runs_to_its_end(a_slicer_application):
    a_slicer_application.addModule(MODULE)
    a_slicer_application.openModule("DynamicSpine")
    from DynamicSpineWidgets.SelfTest import WorkflowTest

    WorkflowTest().run()
    assert all(kind == "status" for kind, _ in a_slicer_application.messages)
