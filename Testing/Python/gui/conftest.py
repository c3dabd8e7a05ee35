"""The stand-in of the Slicer application for the tests of the panel; skipped where it cannot run."""

import ctypes
import os
import sys
from functools import lru_cache
from pathlib import Path
from unittest import mock

import pytest

sys.path.insert(0, str(Path(__file__).parent))
if sys.version_info < (3, 12):  # PySide6 takes None for immortal, as it is from 3.12 on, and would use it up
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40


@lru_cache(maxsize=1)
def _theApplication():
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from standin.PropertyStyle import laySlicerStyleOverQt

    laySlicerStyleOverQt()
    from standin.Application import StandInApplication

    return StandInApplication()


@pytest.fixture
def a_slicer_application(request, rememberedMeasuring):  # noqa: ARG001
    """Slicer with an empty scene and no module. No error and no attribute on a Qt object may be left at the end."""
    pytest.importorskip("PySide6.QtWidgets", reason="PySide6 or a library it needs is missing", exc_type=ImportError)
    pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")
    from DynamicSpineLib.Scene.HeadlessApplication import missingDrawingLibraries

    for name in missingDrawingLibraries():
        pytest.skip(f"views cannot be drawn here without {name}")
    application = _theApplication()
    application.install(request.module.__name__)
    yield application
    # Slicer 5.11 complains of every oblique view in a scene that it opens, and opens it rightly; later ones do not.
    problems = [item for item in application.uninstall() if "invalid orientation preset name: Reformat" not in item]
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="session")
def measuringOfAllTests():
    """What was measured in this process: see RememberedMeasuring."""
    from RememberedMeasuring import RememberedMeasuring

    from DynamicSpineLib.Session.CaseVerbs import measureSteps

    return RememberedMeasuring(measureSteps)


@pytest.fixture
def rememberedMeasuring(measuringOfAllTests):
    """The panel measures no case that a test before has measured."""
    from DynamicSpineLib.Session import CaseResults

    with mock.patch.object(CaseResults, "measureSteps", measuringOfAllTests):
        yield
