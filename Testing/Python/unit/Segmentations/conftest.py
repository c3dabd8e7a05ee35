"""Phantoms with labels, read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from LabelledPhantoms import GRIDS, geometryFor, labelledSpine, phantom

from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Segmentations.ReadMarks import readSpine

CROP = Path(__file__).resolve().parents[5] / "shared" / "data" / "mr_lumbar_labelled_crop"


@pytest.fixture(scope="session")
def a_lumbar_phantom():
    """The slip phantom bent backwards, and the truth of its landmarks."""
    posed = phantom()
    return posed, phantomMarks(posed)[0]


@pytest.fixture(scope="session")
def a_lumbar_spine(a_lumbar_phantom):
    """Its labels in thick sagittal slices, with the grid."""
    posed, _ = a_lumbar_phantom
    return labelledSpine(posed, geometryFor(posed, GRIDS["0.7 x 0.7 x 3.3 mm"]))


@pytest.fixture(scope="session")
def a_lumbar_reading(a_lumbar_phantom, a_lumbar_spine):
    """What is read from them."""
    return runSteps(readSpine(a_lumbar_spine, a_lumbar_phantom[0].levels))


@pytest.fixture(scope="session")
def a_neck_reading():
    """Posed neck, truth and reading."""
    posed = phantom("fullCase", "ST_E", "cervical")
    spine = labelledSpine(posed, geometryFor(posed, GRIDS["0.7 x 0.7 x 3.3 mm"]))
    return posed, phantomMarks(posed)[0], runSteps(readSpine(spine, posed.levels))


@pytest.fixture
def crop():
    """The folder of the labelled real crop."""
    if not CROP.is_dir():
        pytest.skip("the real volumes are not here")
    return CROP
