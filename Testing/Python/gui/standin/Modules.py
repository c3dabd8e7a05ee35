"""What only the application has, by module: slicer.i18n, slicer.ScriptedLoadableModule, SampleData."""

from __future__ import annotations

import importlib
import inspect
import os
import unittest
from types import SimpleNamespace

import slicer


def translate(context: str, text: str) -> str:
    return slicer.app.translate(context, text)


def tr(text: str) -> str:
    """Translate; the context is the file of the caller."""
    return translate(os.path.basename(inspect.currentframe().f_back.f_code.co_filename).removesuffix(".py"), text)


class ScriptedLoadableModule:
    """Base of the class that describes the module."""

    def __init__(self, parent) -> None:
        self.parent, self.moduleName = parent, type(self).__name__
        slicer.selfTests[self.moduleName] = self.runTest

    def resourcePath(self, filename: str) -> str:
        return os.path.join(os.path.dirname(self.parent.path), "Resources", filename)

    def runTest(self, msec: int = 100, **options) -> None:  # noqa: ARG002
        getattr(importlib.import_module(self.moduleName), f"{self.moduleName}Test")().runTest(**options)


class ScriptedLoadableModuleWidget:
    """Base of the panel's class."""

    developerMode = False

    def __init__(self, parent) -> None:
        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.parent, self.layout = parent, parent.layout()

    def resourcePath(self, filename: str) -> str:
        return os.path.join(os.path.dirname(slicer.util.modulePath(self.moduleName)), "Resources", filename)

    def setup(self) -> None:
        pass

    cleanup = setup


class ScriptedLoadableModuleLogic:
    """Base of the logic, which finds or makes the module's only parameter node."""

    def __init__(self, parent=None) -> None:  # noqa: ARG002
        self.moduleName = type(self).__name__.removesuffix("Logic")

    def getParameterNode(self):
        scene = slicer.mrmlScene
        node = scene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
        if node is None:
            node = slicer.vtkMRMLScriptedModuleNode()
            node.SetSingletonTag(self.moduleName)
            node.SetName(scene.GenerateUniqueName(self.moduleName))
            scene.AddNode(node)
        node.SetAttribute("ModuleName", self.moduleName)  # closing the scene takes it away
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    """Base of the self-test: runTest() runs every method that has "test" in its name."""

    def delayDisplay(self, message: str, *_, **__) -> None:
        slicer.util.delayDisplay(message, 0)

    def runTest(self) -> None:
        for name in [name for name in dir(self) if "test" in name and callable(getattr(self, name))]:
            self.setUp()
            getattr(self, name)()
            self.tearDown()


class SampleDataLogic:
    """Keeps what modules register: in slicer.modules.sampleDataSources, by category."""

    @staticmethod
    def registerCustomSampleDataCategory(category: str, title: str) -> None:
        slicer.modules.sampleDataSourceCategories[category] = {"title": title}

    @staticmethod
    def registerCustomSampleDataSource(category, sampleName, uris, fileNames, nodeNames, **options) -> None:
        source = SimpleNamespace(sampleName=sampleName, uris=uris, fileNames=fileNames, nodeNames=nodeNames, **options)
        sources = slicer.modules.sampleDataSources.setdefault(category, [])
        sources += [source] * (source not in sources)
