"""The open module with a measured case, at its section Review."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from OpenedPanel import openMeasuredPanel, openPanel
from ReviewHands import phantom


@pytest.fixture
def openCase(a_slicer_application):
    """Opens the module with a case without volumes, as the panel shows it before anything is measured."""
    from standin.PropertyStyle import usePropertyStyle

    usePropertyStyle("ReviewHands")
    return lambda case: openPanel(a_slicer_application, case)


@pytest.fixture
def reviewed(a_slicer_application):
    """Opens and measures a case, or a phantom by its name; returns its Review."""
    from standin.PropertyStyle import usePropertyStyle

    usePropertyStyle("ReviewHands")

    def opened(case):
        known = phantom(case) if isinstance(case, str) else case
        return openMeasuredPanel(a_slicer_application, known).sections["review"]

    return opened
