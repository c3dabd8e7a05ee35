"""The stand-in behaves as the facts seen in the running application say."""

from __future__ import annotations

from pathlib import Path

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"


def test_the_module_opens_in_the_stand_in(a_slicer_application):
    a_slicer_application.addModule(MODULE)
    panel = a_slicer_application.openModule("DynamicSpine")
    assert panel.logic.libraryVersion()
    assert panel.layout.count() > 0
