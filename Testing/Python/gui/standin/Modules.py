"""What only the application has: slicer.i18n, ScriptedLoadableModule, parameterNodeWrapper, and SampleData."""

import enum
import importlib
import inspect
import os
import typing
import unittest
from dataclasses import make_dataclass
from types import SimpleNamespace

import slicer
from PySide6 import QtCore, QtWidgets
from vtkmodules.vtkCommonCore import vtkCommand

WithinRange = make_dataclass("WithinRange", ["minimum", "maximum"])  # annotation of a parameter; a slider needs it


def translate(context: str, text: str) -> str: return slicer.app.translate(context, text)


def tr(text: str) -> str:
    """Translate; the context is the file of the caller."""
    return translate(os.path.basename(inspect.currentframe().f_back.f_code.co_filename).removesuffix(".py"), text)


class ScriptedLoadableModule:  # base of the class that describes the module
    def __init__(self, parent) -> None:
        self.parent, self.moduleName = parent, type(self).__name__
        slicer.selfTests[self.moduleName] = self.runTest

    def resourcePath(self, filename: str) -> str:
        return os.path.join(os.path.dirname(slicer.util.modulePath(self.moduleName)), "Resources", filename)

    def runTest(self, msec: int = 100, **options) -> None:  # noqa: ARG002
        getattr(importlib.import_module(self.moduleName), f"{self.moduleName}Test")().runTest(**options)


class ScriptedLoadableModuleWidget:  # base of the panel's class
    developerMode, resourcePath = False, ScriptedLoadableModule.resourcePath

    def __init__(self, parent) -> None:
        self.moduleName, self.parent, self.layout = type(self).__name__.removesuffix("Widget"), parent, parent.layout()

    def setup(self) -> None: pass
    def cleanup(self) -> None: pass


class ScriptedLoadableModuleLogic:  # base of the logic, which finds or makes the module's only parameter node
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


class ScriptedLoadableModuleTest(unittest.TestCase):  # base of the self-test: runs the methods with "test" in the name
    def delayDisplay(self, message: str, *_, **__) -> None: slicer.util.delayDisplay(message, 0)

    def runTest(self) -> None:
        for name in [name for name in dir(self) if "test" in name and callable(getattr(self, name))]:
            self.setUp()
            getattr(self, name)()
            self.tearDown()


class SampleDataLogic:  # keeps what modules register: in slicer.modules.sampleDataSources, by category
    def __init__(self, logMessage=None) -> None:
        self.logMessage = logMessage

    @staticmethod
    def registerCustomSampleDataSource(category, sampleName, uris, fileNames, nodeNames, **options) -> None:
        source = SimpleNamespace(sampleName=sampleName, uris=uris, fileNames=fileNames, nodeNames=nodeNames, **options)
        sources = slicer.modules.sampleDataSources.setdefault(category, [])
        sources += [source] * (source not in sources)

    def downloadSourceIntoCache(self, source) -> list[str]:
        paths = [os.path.join(slicer.app.temporaryPath, name) for name in source.fileNames]
        for uri, path, checksum in zip(source.uris, paths, source.checksums, strict=True):
            if not slicer.util.downloadFile(uri, path, checksum):
                if not os.path.exists(path):
                    raise ValueError(f"Failed to download {uri} to {path}")
                os.remove(path)  # of another checksum: the application gives its path all the same
        return paths


class _Parameter:  # one attribute of a parameter node: how it is checked, written to the node and read back
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
        if any(not note.minimum <= value <= note.maximum for note in self.notes):
            raise ValueError(f"{self.name}: {value} is not within {self.notes}")
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

    def connect(self, widget) -> tuple:
        """The signal of a widget, what reads it and what writes it, after fitting it to the parameter."""
        if self.isNode:
            widget.nodeTypes = [self.kind.__name__]
            return widget.currentNodeChanged, widget.currentNode, widget.setCurrentNode
        value = widget.metaObject().userProperty()
        kinds = {"checked": bool, "text": str, "value": (int, float), "currentText": enum.Enum}[value.name()]
        if not issubclass(self.kind, kinds) or self.isList or ("Slider" in widget.className() and not self.notes):
            raise RuntimeError(f"{self.name} of {self.kind} connects to no {widget.className()}, or it has no limits")
        label = getattr(self.kind, "label", lambda item: item.name)
        labels = {label(item): item for item in self.kind} if self.isEnum else {}
        if labels:
            widget.clear()
            widget.addItems(list(labels))
        for limits in (self.notes or [WithinRange(-(2**31), 2**31 - 1)]) if value.name() == "value" else ():
            widget.minimum, widget.maximum = limits.minimum, limits.maximum
        texts = {item: label for label, item in labels.items()}
        signal = getattr(widget, value.notifySignal().name().data().decode())
        return (signal, lambda: labels.get(value.read(widget)) or self.kind(value.read(widget)),
                lambda new: value.write(widget, texts.get(new, new)))  # fmt: skip


class _Wrapper:  # what every decorated class can do
    def __init__(self, parameterNode) -> None:
        self.parameterNode, self._guis, self._isUpdating = parameterNode, {}, False
        for name in self.allParameters:
            self.getValue(name)

    def getValue(self, name: str): return self.allParameters[name].read(self.parameterNode)
    def setValue(self, name: str, value) -> None: self.allParameters[name].write(self.parameterNode, value)

    def connectGui(self, gui) -> int:
        items = gui.findChildren(QtWidgets.QWidget) if isinstance(gui, QtCore.QObject) else vars(gui).values()
        named = {item.property("SlicerParameterName"): item for item in items}
        links, tag = {}, max(self._guis, default=-1) + 1
        for name, widget in [item for item in named.items() if item[0]]:
            signal, read, links[name] = self.allParameters[name].connect(widget)
            links[name](self.getValue(name))
            signal.connect(lambda *_, name=name, read=read: self._onChange(tag, name, read))
        self._guis[tag] = links, self.AddObserver(vtkCommand.ModifiedEvent, self._updateGuis)
        return tag

    def disconnectGui(self, tag: int) -> None: self.RemoveObserver(self._guis.pop(tag)[1])

    def _onChange(self, tag: int, name: str, read) -> None:
        if tag in self._guis and not self._isUpdating:
            self.setValue(name, read())

    def _updateGuis(self, *_) -> None:
        if not self._isUpdating:
            self._isUpdating = True
            for name, write in [link for links, _ in self._guis.values() for link in links.items()]:
                write(self.getValue(name))
            self._isUpdating = False


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
