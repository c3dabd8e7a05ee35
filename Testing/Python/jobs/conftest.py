"""Cases on disk for the tests of whole jobs."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Study.CaseFolder import writeCase

sys.path.insert(0, str(Path(__file__).parent))


def withoutVolumes(case):
    """The case with marks only."""
    return replace(case, positions=tuple(replace(item, volume="") for item in case.positions))


@pytest.fixture(scope="session")
def a_marked_phantom(tmp_path_factory):
    """A folder with the slip phantom's marks and no volumes; do not write to it."""
    folder = tmp_path_factory.mktemp("phantom") / "slip"
    writeCase(withoutVolumes(phantomCase("lumbarSlip")), folder)
    return folder


@pytest.fixture
def a_case_folder(a_marked_phantom, tmp_path):
    """A copy of the marked phantom that a test may change."""
    return shutil.copytree(a_marked_phantom, tmp_path / "case")
