"""The module as the application sees it: what it shows, its logic, and what it registers when it starts."""

from __future__ import annotations

import unittest
from pathlib import Path

import pytest
import slicer

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"


@pytest.fixture
def module(a_slicer_application):
    return a_slicer_application.addModule(MODULE)


def test_the_module_says_what_the_application_shows(module):
    assert module.title == "Dynamic Spine"
    assert module.categories == ["Quantification"]
    assert module.dependencies == []
    assert module.contributors
    assert module.acknowledgementText
    assert module.helpText.count("For research use.") == 1
    assert "{" not in module.helpText


def test_the_samples_are_offered_once_however_often_the_application_starts(module):
    slicer.app.startupCompleted.emit()
    names = [source.sampleName for source in slicer.modules.sampleDataSources["DynamicSpine"]]
    assert names == ["DynamicSpine cervical phantom", "DynamicSpine lumbar phantom",
                     "Head positions (OpenNeuro ds004507)"]  # fmt: skip
    assert all(Path(source.thumbnailFileName).is_file() for source in slicer.modules.sampleDataSources["DynamicSpine"])
    assert module is not None


def test_scripts_reach_the_verbs_through_the_logic(module, a_slicer_application, tmp_path):
    assert module is not None
    a_slicer_application.openModule("DynamicSpine")
    logic = slicer.util.getModuleLogic("DynamicSpine")
    writeCaseToScene(phantomCase("lumbarSlip"), slicer.mrmlScene)
    rows, told = logic.measure(draws=100)
    assert any(row.metric == "slip" and row.value is not None for row in rows)
    assert "Positional MRI" in told.findings.dictation
    files = logic.report(folder=tmp_path / "report", draws=100)
    assert files["html"].is_file()
    reference, moving = (item.id for item in phantomCase("lumbarSlip").positions[:2])
    node = logic.compare("L5", reference, moving)
    assert node.GetAttribute("DynamicSpine.Held") == "L5"


def test_the_small_self_tests_pass(module):
    shell = __import__("DynamicSpine")
    names = [name for name in dir(shell.DynamicSpineTest) if name.startswith("test_") and "workflow" not in name]
    result = unittest.TestResult()
    unittest.TestSuite(shell.DynamicSpineTest(name) for name in names).run(result)
    assert result.testsRun == len(names) >= 2
    assert result.wasSuccessful(), "\n".join(text for _, text in result.errors + result.failures)
    assert module is not None
