"""What only the application has: slicer.i18n, ScriptedLoadableModule, parameterNodeWrapper, and SampleData."""

from __future__ import annotations

import enum
import importlib
import inspect
import os
import typing
import unittest
from dataclasses import dataclass
from types import SimpleNamespace

import slicer
from PySide6 import QtCore, QtWidgets
from vtkmodules.vtkCommonCore import vtkCommand


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
        return os.path.join(os.path.dirname(slicer.util.modulePath(self.moduleName)), "Resources", filename)

    def runTest(self, msec: int = 100, **options) -> None:  # noqa: ARG002
        getattr(importlib.import_module(self.moduleName), f"{self.moduleName}Test")().runTest(**options)


class ScriptedLoadableModuleWidget:
    """Base of the panel's class."""

    developerMode, resourcePath = False, ScriptedLoadableModule.resourcePath

    def __init__(self, parent) -> None:
        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.parent, self.layout = parent, parent.layout()

    def setup(self) -> None:
        pass

    cleanup = setup


class ScriptedLoadableModuleLogic:
    """Base of the logic, which finds or makes the module's only parameter node."""

    def __init__(self, parent=None) -> None:  # noqa: ARG002
        self.moduleName = type(self).__name__.removesuffix("Logic")

    def getParameterNode(self):
        node = slicer.mrmlScene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
        if node is None:
            node = slicer.vtkMRMLScriptedModuleNode()
            node.SetSingletonTag(self.moduleName)
            node.SetName(slicer.mrmlScene.GenerateUniqueName(self.moduleName))
            slicer.mrmlScene.AddNode(node)
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


@dataclass
class WithinRange:
    """Annotation of a parameter: the limits of a number; a slider needs it."""

    minimum: float
    maximum: float

    def validate(self, value) -> None:
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"Value must be within range [{self.minimum}, {self.maximum}], is {value}")


class _Parameter:
    """One attribute of a parameter node: how it is checked, written to the node and read back."""

    def __init__(self, name: str, annotation, given: dict) -> None:
        kind, *self.notes = typing.get_args(annotation) if hasattr(annotation, "__metadata__") else (annotation,)
        self.isList = typing.get_origin(kind) is list
        self.name, self.kind = name, (typing.get_args(kind) or (kind,))[0]  # of list[str], or of a node class | None
        self.isNode, self.isEnum = issubclass(self.kind, slicer.vtkMRMLNode), issubclass(self.kind, enum.Enum)
        if self.kind not in (bool, int, float, str) and not self.isNode and not self.isEnum:
            raise TypeError(f"{name}: the stand-in keeps no {self.kind}")
        empty = () if self.isList else None if self.isNode else next(iter(self.kind)) if self.isEnum else self.kind()
        self.default, self.mark = given.get(name, empty), f"{name}.len" if self.isList else name

    def _toText(self, value) -> str:
        if not isinstance(value, (int, float) if self.kind is float else self.kind):
            raise TypeError(f"{self.name}: value must be of type {self.kind}, is {value!r}")
        for note in self.notes:
            note.validate(value)
        return "" if self.isNode else value.name if self.isEnum else str(value)

    def _fromText(self, text: str):
        return text == "True" if self.kind is bool else self.kind[text] if self.isEnum else self.kind(text)

    def write(self, node, value) -> None:
        texts = [self._toText(item) for item in (value if self.isList else [value]) if item is not None]
        with slicer.util.NodeModify(node):
            node.SetParameter(self.mark, str(len(texts)) if self.isList else "".join(texts))
            for index, text in enumerate(texts if self.isList else ()):
                node.SetParameter(f"{self.name}.{index}", text)
            if self.isNode:
                node.SetNodeReferenceID(self.name, value.GetID() if texts else None)

    def read(self, node):
        if not node.HasParameter(self.mark):
            self.write(node, self.default)
        text = node.GetParameter(self.mark)
        if self.isList:  # the application's is no list either, and saves what is done to it: here it cannot be changed
            return tuple(self._fromText(node.GetParameter(f"{self.name}.{index}")) for index in range(int(text)))
        return node.GetNodeReference(self.name) if self.isNode else self._fromText(text)


# Of each widget: the property with its value, the signal of a change, and the types that the application connects.
_CONNECTED = {
    "QCheckBox": ("checked", "toggled", bool), "QLineEdit": ("text", "textChanged", str),
    "QSpinBox": ("value", "valueChanged", int), "QDoubleSpinBox": ("value", "valueChanged", (float, int)),
    "ctkSliderWidget": ("value", "valueChanged", (float, int)),
    "QComboBox": ("currentIndex", "currentIndexChanged", enum.Enum),
    "qMRMLNodeComboBox": ("currentNodeID", "currentNodeIDChanged", slicer.vtkMRMLNode),
}  # fmt: skip


def _connect(widget, parameter: _Parameter) -> tuple:
    """The signal of a widget, what reads it and what writes it, after fitting it to the parameter."""
    name, members = type(widget).__name__, list(parameter.kind) if parameter.isEnum else []
    value, signal, kinds = _CONNECTED.get(name, ("", "", ()))
    if not issubclass(parameter.kind, kinds) or parameter.isList or (name == "ctkSliderWidget" and not parameter.notes):
        raise RuntimeError(f"Unable to connect {parameter.name} of {parameter.kind} to {name}, or it has no limits")
    if members:
        widget.clear()
        widget.addItems([getattr(parameter.kind, "label", lambda member: member.name)(member) for member in members])
        return (getattr(widget, signal), lambda: members[widget.currentIndex],
                lambda new: widget.setProperty(value, members.index(new)))  # fmt: skip
    if parameter.isNode:
        widget.nodeTypes = [parameter.kind.__name__]
        return getattr(widget, signal), widget.currentNode, widget.setCurrentNode
    for limits in parameter.notes or [WithinRange(-(2**31), 2**31 - 1)] * (value == "value"):
        widget.minimum, widget.maximum = limits.minimum, limits.maximum
    return (getattr(widget, signal), lambda: parameter.kind(widget.property(value)),
            lambda new: widget.setProperty(value, new))  # fmt: skip


class _Wrapper:
    """What every decorated class can do."""

    def __init__(self, parameterNode) -> None:
        self.parameterNode, self._guis, self._isUpdating = parameterNode, {}, False
        for name in self.allParameters:
            self.getValue(name)

    def getValue(self, name: str):
        return self.allParameters[name].read(self.parameterNode)

    def setValue(self, name: str, value) -> None:
        self.allParameters[name].write(self.parameterNode, value)

    def connectGui(self, gui) -> int:
        items = gui.findChildren(QtWidgets.QWidget) if isinstance(gui, QtCore.QObject) else vars(gui).values()
        named = {item.property("SlicerParameterName"): item for item in items}
        links, tag = [], max(self._guis, default=-1) + 1
        for name, widget in [item for item in named.items() if item[0]]:
            signal, read, write = _connect(widget, self.allParameters[name])
            write(self.getValue(name))
            slot = lambda *_, name=name, read=read: self._isUpdating or self.setValue(name, read())  # noqa: E731
            signal.connect(slot)
            links.append((name, write, signal, slot))
        self._guis[tag] = links, self.AddObserver(vtkCommand.ModifiedEvent, self._updateGuis)
        return tag

    def _updateGuis(self, *_) -> None:
        if not self._isUpdating:
            self._isUpdating = True
            for name, write, *_ in [link for links, _ in self._guis.values() for link in links]:
                write(self.getValue(name))
            self._isUpdating = False

    def disconnectGui(self, tag: int) -> None:
        links, observer = self._guis.pop(tag)
        self.RemoveObserver(observer)
        for *_, signal, slot in links:
            signal.disconnect(slot)


for _name in ("StartModify", "EndModify", "AddObserver", "RemoveObserver", "Modified"):
    setattr(_Wrapper, _name, lambda self, *values, _name=_name: getattr(self.parameterNode, _name)(*values))


def parameterNodeWrapper(classtype: type) -> type:
    """Class decorator: every annotated attribute becomes a parameter of the node that an instance is made with."""
    annotations, given = typing.get_type_hints(classtype, include_extras=True), dict(vars(classtype))
    contents = {"allParameters": {name: _Parameter(name, kind, given) for name, kind in annotations.items()}}
    for name in annotations:
        contents[name] = property(lambda self, name=name: self.getValue(name),
                                  lambda self, value, name=name: self.setValue(name, value))  # fmt: skip
    return type(classtype.__name__, (_Wrapper, classtype), contents)
