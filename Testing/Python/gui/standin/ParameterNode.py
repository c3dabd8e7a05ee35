"""slicer.parameterNodeWrapper: typed attributes over a parameter node, and their connection to widgets."""

from __future__ import annotations

import enum
import types
import typing
from collections import UserList
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import slicer
import vtk
from PySide6 import QtWidgets
from PySide6.QtCore import QObject
from standin import Widgets
from standin.NodeComboBox import qMRMLNodeComboBox


@dataclass
class Default:
    value: object


@dataclass
class WithinRange:
    minimum: float
    maximum: float

    def validate(self, value):
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"{value} is not within {self.minimum} and {self.maximum}")


@dataclass
class Choice:
    choices: list

    def validate(self, value):
        if value not in self.choices:
            raise ValueError(f"{value} is not one of {self.choices}")


class _Parameter:
    """One typed attribute: how it is checked, written to the node and read back."""

    def __init__(self, name: str, annotation: object, default: object):
        self.name, self.datatype, self.notes = name, annotation, ()
        if typing.get_origin(annotation) is typing.Annotated:
            self.datatype, *self.notes = typing.get_args(annotation)
        if typing.get_origin(self.datatype) in (typing.Union, types.UnionType):
            self.datatype, none = typing.get_args(self.datatype)
            if none is not type(None) or not self._isNode():
                raise TypeError(f"{name}: only a node class can be joined with None here")
        self.default = next((note for note in self.notes if isinstance(note, Default)), default)
        if self.default is None:
            self.default = Default(self._emptyValue())

    def _isNode(self) -> bool:
        return isinstance(self.datatype, type) and issubclass(self.datatype, slicer.vtkMRMLNode)

    def _isList(self) -> bool:
        return typing.get_origin(self.datatype) is list

    def _emptyValue(self):
        if self._isNode():
            return None
        if self._isList():
            return []
        if issubclass(self.datatype, enum.Enum):
            return next(iter(self.datatype))
        if self.datatype not in (bool, int, float, str, Path):
            raise TypeError(f"{self.name}: the stand-in does not know {self.datatype}")
        return self.datatype()

    def isIn(self, node) -> bool:
        return node.HasParameter(f"{self.name}.len" if self._isList() else self.name)

    def write(self, node, value) -> None:
        with slicer.util.NodeModify(node):
            if self._isList():
                self._writeList(node, list(value))
            elif self._isNode():
                self._check(value, self.datatype, value is None)
                node.SetParameter(self.name, "")
                node.SetNodeReferenceID(self.name, value.GetID() if value is not None else None)
            else:
                self._check(value, (int, float) if self.datatype is float else self.datatype)
                node.SetParameter(self.name, value.name if isinstance(value, enum.Enum) else str(value))

    def _check(self, value, kind, isAllowed: bool = False) -> None:
        if not isAllowed and not isinstance(value, kind):
            raise TypeError(f"{self.name}: {value!r} is not a {kind}")
        for note in self.notes:
            if hasattr(note, "validate"):
                note.validate(value)

    def _writeList(self, node, values: list) -> None:
        length = int(node.GetParameter(f"{self.name}.len") or 0)
        for index, value in enumerate(values):
            self._check(value, typing.get_args(self.datatype)[0])
            node.SetParameter(f"{self.name}.{index}", str(value))
        for index in range(len(values), length):
            node.UnsetParameter(f"{self.name}.{index}")
        node.SetParameter(f"{self.name}.len", str(len(values)))

    def read(self, node):
        if not self.isIn(node):
            self.write(node, self.default.value)
        if self._isNode():
            return node.GetNodeReference(self.name)
        if self._isList():
            kind, length = typing.get_args(self.datatype)[0], int(node.GetParameter(f"{self.name}.len"))
            return _ObservedList(self, node, [kind(node.GetParameter(f"{self.name}.{n}")) for n in range(length)])
        text = node.GetParameter(self.name)
        if self.datatype is bool:
            return text == "True"
        return self.datatype[text] if issubclass(self.datatype, enum.Enum) else self.datatype(text)


class _ObservedList(UserList):
    """A change of the list is a change of the parameter node."""

    def __init__(self, parameter=None, node=None, values=()):
        super().__init__(values)
        self._save = lambda: parameter.write(node, self.data)


def _saving(name):
    def change(self, *arguments):
        result = getattr(UserList, name)(self, *arguments)
        self._save()
        return result

    return change


for _name in ("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "__setitem__", "__delitem__",
              "__iadd__"):  # fmt: skip
    setattr(_ObservedList, _name, _saving(_name))


def _valueProperty(widgetProperty: str, signal: str):
    return signal, lambda w: w.property(widgetProperty), lambda w, value: w.setProperty(widgetProperty, value)


def _choices(parameter: _Parameter) -> list:
    if issubclass(parameter.datatype, enum.Enum):
        return list(parameter.datatype)
    return next(note for note in parameter.notes if isinstance(note, Choice)).choices


def _connector(widget, parameter: _Parameter):
    """Signal's name, reader and writer of a widget for a parameter. TypeError where the application has none."""
    kind, datatype = type(widget), parameter.datatype
    if kind is QtWidgets.QComboBox or kind is Widgets.ctkComboBox:
        choices = _choices(parameter)
        widget.clear()
        label = getattr(datatype, "label", lambda item: item.name if isinstance(item, enum.Enum) else str(item))
        widget.addItems([label(choice) for choice in choices])
        return ("currentIndexChanged", lambda w: choices[w.currentIndex],
                lambda w, value: w.setCurrentIndex(choices.index(value)))  # fmt: skip
    if kind is qMRMLNodeComboBox and parameter._isNode():
        widget.nodeTypes = [datatype.__name__]
        return "currentNodeChanged", lambda w: w.currentNode(), lambda w, node: w.setCurrentNode(node)
    bounds = next((note for note in parameter.notes if isinstance(note, WithinRange)), None)
    numbers = (QtWidgets.QSpinBox, QtWidgets.QSlider, QtWidgets.QDoubleSpinBox, Widgets.ctkDoubleSpinBox,
               Widgets.ctkSliderWidget)  # fmt: skip
    if kind in numbers and datatype in (int, float):
        if bounds is None and kind in (QtWidgets.QSlider, Widgets.ctkSliderWidget):
            raise RuntimeError("Cannot have a connection to a slider where the type is unbounded")
        limits = (bounds.minimum, bounds.maximum) if bounds else (-(2**31), 2**31 - 1)
        widget.setProperty("minimum", limits[0])
        widget.setProperty("maximum", limits[1])
        return "valueChanged", lambda w: datatype(w.value), lambda w, value: w.setProperty("value", value)
    known = {(QtWidgets.QCheckBox, bool): ("checked", "toggled"), (QtWidgets.QPushButton, bool): ("checked", "toggled"),
             (QtWidgets.QLineEdit, str): ("text", "textChanged"),
             (Widgets.ctkPathLineEdit, Path): ("currentPath", "currentPathChanged")}  # fmt: skip
    if (kind, datatype) not in known:
        raise RuntimeError(f"Unable to create GUI connector from {datatype} to {kind}")
    return _valueProperty(*known[kind, datatype])


class _Wrapper:
    """What every decorated class can do."""

    allParameters: typing.ClassVar[dict[str, _Parameter]] = {}

    def __init__(self, parameterNode, prefix: str | None = None):
        self.parameterNode = parameterNode
        self._prefix, self._guis, self._isUpdating = prefix or "", {}, False
        for parameter in self.allParameters.values():
            parameter.read(parameterNode)

    def getValue(self, name):
        return self.allParameters[name].read(self.parameterNode)

    def setValue(self, name, value):
        self.allParameters[name].write(self.parameterNode, value)

    def default(self, name):
        return self.allParameters[name].default

    def dataType(self, name):
        return self.allParameters[name].datatype

    def connectGui(self, gui):
        items = gui.findChildren(QtWidgets.QWidget) if isinstance(gui, QObject) else vars(gui).values()
        named = {item.property("SlicerParameterName"): item for item in items}
        return self.connectParametersToGui({name: item for name, item in named.items() if name})

    def connectParametersToGui(self, mapping):
        links = []
        for name, widget in mapping.items():
            signal, read, write = _connector(widget, self.allParameters[name])
            write(widget, self.getValue(name))
            slot = self._slot(name, widget, read)
            getattr(widget, signal).connect(slot)
            links.append(SimpleNamespace(name=name, widget=widget, signal=signal, write=write, slot=slot))
        tag = max(self._guis, default=-1) + 1
        self._guis[tag] = (links, self.AddObserver(vtk.vtkCommand.ModifiedEvent, self._updateGui))
        return tag

    def _slot(self, name, widget, read):
        def changed(*_):
            if not self._isUpdating:
                self.setValue(name, read(widget))

        return changed

    def _updateGui(self, *_):
        if self._isUpdating:
            return
        self._isUpdating = True
        try:
            for links, _tag in self._guis.values():
                for link in links:
                    link.write(link.widget, self.getValue(link.name))
        finally:
            self._isUpdating = False

    def disconnectGui(self, tag):
        links, observer = self._guis.pop(tag, ((), None))
        for link in links:
            getattr(link.widget, link.signal).disconnect(link.slot)
        if observer is not None:
            self.RemoveObserver(observer)

    def StartModify(self):
        return self.parameterNode.StartModify()

    def EndModify(self, wasModifying):
        self.parameterNode.EndModify(wasModifying)

    def AddObserver(self, event, callback, priority=0.0):
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag):
        self.parameterNode.RemoveObserver(tag)

    def Modified(self):
        self.parameterNode.Modified()


def parameterNodeWrapper(classtype=None):
    """Class decorator."""
    if classtype is None:
        return parameterNodeWrapper
    parameters = {}
    for name, annotation in typing.get_type_hints(classtype, include_extras=True).items():
        given = Default(getattr(classtype, name)) if hasattr(classtype, name) else None
        parameters[name] = _Parameter(name, annotation, given)
    members = {name: value for name, value in vars(classtype).items() if name not in ("__dict__", "__weakref__")}
    members["allParameters"] = parameters
    for name in parameters:
        members[name] = property(lambda self, name=name: self.getValue(name),
                                 lambda self, value, name=name: self.setValue(name, value))  # fmt: skip
    return type(classtype.__name__, (_Wrapper, *(base for base in classtype.__bases__ if base is not object)), members)


PARAMETER_NODE = {item.__name__: item for item in (parameterNodeWrapper, Default, WithinRange, Choice)}
