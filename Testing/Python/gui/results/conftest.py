"""The open module with a measured case, at its section Results."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from OpenedPanel import openPanel, settle

from DynamicSpineLib.Phantom.PhantomCase import phantomCase


@pytest.fixture(scope="session")
def lumbar():
    """The lumbar phantom in two of its positions."""
    return phantomCase("lumbarSlip", ("SUP_N", "ST_F"))


@pytest.fixture(scope="session")
def fullCase():
    """The phantom with the most levels, positions and measures."""
    return phantomCase("fullCase")


@pytest.fixture
def openCase(a_slicer_application):
    """Opens the module with a case without volumes at Results, and measures it."""
    from standin.PropertyStyle import usePropertyStyle

    usePropertyStyle("ResultsHands")

    def opened(case):
        panel = openPanel(a_slicer_application, case)
        panel.openSection("results")
        panel.rest.runToEnd()
        settle(a_slicer_application)
        return panel.sections["results"]

    return opened


@pytest.fixture
def section(openCase, lumbar):
    """Results of the lumbar phantom."""
    return openCase(lumbar)
