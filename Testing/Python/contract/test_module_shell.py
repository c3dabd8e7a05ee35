"""DynamicSpine.py loads in the application: it imports nothing heavy at file scope, and its classes register.

The application's own base classes are replaced by the few lines of them that the shell relies on.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import types
import unittest
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

ALLOWED_AT_FILE_SCOPE = {"slicer.i18n", "slicer.ScriptedLoadableModule"}


class StandInModule:
    """ScriptedLoadableModule: keeps the parent, whose properties the module sets."""

    def __init__(self, parent):
        self.parent = parent


class StandInWidget:
    """ScriptedLoadableModuleWidget: a layout to fill."""

    def __init__(self, parent=None):
        self.parent = parent
        self.layout = MagicMock()

    def setup(self):
        """The base class adds its reload buttons here."""


@pytest.fixture
def shell(project, monkeypatch):
    """DynamicSpine.py, imported under stand-ins for what only the application has."""
    pytest.importorskip("slicer", reason="3D Slicer's Python packages are not installed")
    base = types.ModuleType("slicer.ScriptedLoadableModule")
    base.ScriptedLoadableModule = StandInModule
    base.ScriptedLoadableModuleWidget = StandInWidget
    base.ScriptedLoadableModuleLogic = type("ScriptedLoadableModuleLogic", (), {})
    base.ScriptedLoadableModuleTest = unittest.TestCase
    translation = types.ModuleType("slicer.i18n")
    translation.tr = lambda text: text
    translation.translate = lambda _context, text: text
    monkeypatch.setitem(sys.modules, "slicer.ScriptedLoadableModule", base)
    monkeypatch.setitem(sys.modules, "slicer.i18n", translation)
    monkeypatch.setitem(sys.modules, "qt", MagicMock())
    specification = importlib.util.spec_from_file_location("DynamicSpine", project / "DynamicSpine/DynamicSpine.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_nothing_heavy_is_imported_at_file_scope(project):
    tree = ast.parse((project / "DynamicSpine/DynamicSpine.py").read_text(encoding="utf-8"))
    for node in tree.body:
        assert not isinstance(node, ast.Import), f"DynamicSpine.py:{node.lineno}: import it where it is used."
        if isinstance(node, ast.ImportFrom):
            assert node.module in ALLOWED_AT_FILE_SCOPE, f"DynamicSpine.py:{node.lineno}: import it where it is used."
            assert all(alias.name != "*" for alias in node.names), f"DynamicSpine.py:{node.lineno}: name each import."


def test_the_module_says_what_the_application_shows(shell):
    parent = SimpleNamespace()
    shell.DynamicSpine(parent)
    assert parent.title == "Dynamic Spine"
    assert parent.categories == ["Quantification"]
    assert parent.dependencies == []
    assert parent.contributors
    assert parent.acknowledgementText
    assert parent.helpText.count("For research use.") == 1
    assert "{" not in parent.helpText


def test_the_panel_has_the_logic_that_scripts_ask_for(shell):
    widget = shell.DynamicSpineWidget(None)
    widget.setup()
    assert isinstance(widget.logic, shell.DynamicSpineLogic)
    assert widget.layout.addWidget.called


def test_the_self_test_passes_with_the_scene_of_the_wheel(shell):
    import slicer

    assert slicer.vtkMRMLScene is not None
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(shell.DynamicSpineTest)
    result = unittest.TestResult()
    suite.run(result)
    assert result.testsRun == 2
    assert result.wasSuccessful(), "\n".join(text for _, text in result.errors + result.failures)
