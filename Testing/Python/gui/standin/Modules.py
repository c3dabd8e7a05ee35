"""The Python modules that only the application has: slicer.i18n, slicer.ScriptedLoadableModule, SampleData."""

from __future__ import annotations

import importlib
import inspect
import os
import unittest
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import slicer


def asModule(name: str, contents: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(contents)
    return module


def tr(text: str) -> str:
    """Translate; the context is the file of the caller."""
    return translate(os.path.basename(inspect.currentframe().f_back.f_code.co_filename).removesuffix(".py"), text)


def translate(context: str, text: str) -> str:
    return slicer.app.translate(context, text)


class ScriptedLoadableModule:
    """Base of the class that describes the module."""

    def __init__(self, parent):
        self.parent, self.moduleName = parent, type(self).__name__
        slicer.selfTests[self.moduleName] = self.runTest

    def resourcePath(self, filename):
        return os.path.join(os.path.dirname(self.parent.path), "Resources", filename)

    def getDefaultModuleDocumentationLink(self, docPage=None):
        return f'<p><a href="{slicer.app.moduleDocumentationUrl(docPage or self.moduleName)}">documentation</a></p>'

    def runTest(self, msec=100, **options):
        test = getattr(importlib.import_module(type(self).__module__), f"{self.moduleName}Test")()
        test.messageDelay = msec
        test.runTest(**options)


class ScriptedLoadableModuleWidget:
    """Base of the panel's class."""

    def __init__(self, parent=None):
        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.developerMode = False
        self.parent = parent
        self.layout = parent.layout()

    def resourcePath(self, filename):
        return os.path.join(os.path.dirname(slicer.util.modulePath(self.moduleName)), "Resources", filename)

    def setup(self):
        pass

    def cleanup(self):
        pass


class ScriptedLoadableModuleLogic:
    """Base of the logic, which finds or makes the module's parameter node."""

    def __init__(self, parent=None):  # noqa: ARG002
        self.moduleName = type(self).__name__.removesuffix("Logic")
        self.isSingletonParameterNode = True

    def getParameterNode(self):
        if self.isSingletonParameterNode:
            node = slicer.mrmlScene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
            if node:
                node.SetAttribute("ModuleName", self.moduleName)
        else:
            node = next(iter(self.getAllParameterNodes()), None)
        return node or slicer.mrmlScene.AddNode(self.createParameterNode())

    def getAllParameterNodes(self):
        nodes = slicer.util.getNodesByClass("vtkMRMLScriptedModuleNode")
        return [node for node in nodes if node.GetAttribute("ModuleName") == self.moduleName]

    def createParameterNode(self):
        node = slicer.mrmlScene.CreateNodeByClass("vtkMRMLScriptedModuleNode")
        node.UnRegister(None)
        if self.isSingletonParameterNode:
            node.SetSingletonTag(self.moduleName)
        node.SetAttribute("ModuleName", self.moduleName)
        node.SetName(slicer.mrmlScene.GenerateUniqueName(self.moduleName))
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    """Base of the self-test: runTest() runs every method that has "test" in its name."""

    messageDelay = 0

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.moduleTestNames = [name for name in dir(self) if "test" in name and callable(getattr(self, name))]

    def delayDisplay(self, message, requestedDelay=None, msec=None):  # noqa: ARG002
        slicer.util.delayDisplay(message, 0)

    def runTest(self):
        self.setUpClass()
        for name in self.moduleTestNames:
            self.setUp()
            getattr(self, name)()
            self.tearDown()
        self.tearDownClass()


@dataclass
class SampleDataSource:
    """One entry of the Sample Data module."""

    sampleName: str
    uris: Any = None
    fileNames: Any = None
    nodeNames: Any = None
    customDownloader: Any = None
    thumbnailFileName: Any = None
    loadFileTypes: Any = None
    loadFiles: Any = None
    loadFileProperties: dict = field(default_factory=dict)
    checksums: Any = None

    def __post_init__(self):
        given = (self.uris, self.fileNames, self.nodeNames)
        if any(item is None for item in given):
            raise TypeError("the application needs uris, fileNames and nodeNames, as texts or as lists of one length")


class SampleDataLogic:
    """Keeps what modules register, in slicer.modules.sampleDataSources by category."""

    @staticmethod
    def registerCustomSampleDataCategory(category, title):
        slicer.modules.sampleDataSourceCategories[category] = {"title": title}

    @staticmethod
    def registerCustomSampleDataSource(category="Custom", sampleName=None, **options):
        source = SampleDataSource(sampleName, **options)
        sources = slicer.modules.sampleDataSources.setdefault(category, [])
        if source not in sources:
            sources.append(source)


I18N = {"tr": tr, "translate": translate}
SCRIPTED = {kind.__name__: kind for kind in (
    ScriptedLoadableModule, ScriptedLoadableModuleWidget, ScriptedLoadableModuleLogic, ScriptedLoadableModuleTest)}
SAMPLE_DATA = {"SampleDataLogic": SampleDataLogic, "SampleDataSource": SampleDataSource}
