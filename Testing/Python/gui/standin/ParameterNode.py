"""slicer.parameterNodeWrapper: typed attributes over a parameter node, and their connection to widgets."""

from __future__ import annotations

import enum
import typing
from dataclasses import dataclass

import slicer
from PySide6 import QtCore, QtWidgets
from vtkmodules.vtkCommonCore import vtkCommand

# Of each widget: the property with its value, the signal of a change, and the types that the application connects.
_CONNECTED = {
    "QCheckBox": ("checked", "toggled", (bool,)), "QLineEdit": ("text", "textChanged", (str,)),
    "QSpinBox": ("value", "valueChanged", (int,)), "QDoubleSpinBox": ("value", "valueChanged", (float, int)),
    "ctkSliderWidget": ("value", "valueChanged", (float, int)),
    "QComboBox": ("currentIndex", "currentIndexChanged", (enum.Enum,)),
    "qMRMLNodeComboBox": ("currentNodeID", "currentNodeIDChanged", (slicer.vtkMRMLNode,)),
}  # fmt: skip


@dataclass
class WithinRange:
    """Annotation: the limits of a number; a slider needs it."""

    minimum: float
    maximum: float

    def validate(self, value) -> None:
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"Value must be within range [{self.minimum}, {self.maximum}], is {value}")


class _Parameter:
    """One attribute: how it is checked, written to the node and read back."""

    def __init__(self, name: str, annotation, given: dict) -> None:
        kind, *self.notes = typing.get_args(annotation) if hasattr(annotation, "__metadata__") else (annotation,)
        self.isList = typing.get_origin(kind) is list
        self.name, self.kind = name, (typing.get_args(kind) or (kind,))[0]  # of list[str], or of a node class | None
        self.isNode, self.isEnum = issubclass(self.kind, slicer.vtkMRMLNode), issubclass(self.kind, enum.Enum)
        if self.kind not in (bool, int, float, str) and not self.isNode and not self.isEnum:
            raise TypeError(f"{name}: the stand-in keeps no {self.kind}")
        empty = () if self.isList else None if self.isNode else next(iter(self.kind)) if self.isEnum else self.kind()
        self.default = given.get(name, empty)

    def _toText(self, value) -> str:
        if not isinstance(value, (int, float) if self.kind is float else self.kind):
            raise TypeError(f"{self.name}: value must be of type {self.kind}, is {value!r}")
        for note in self.notes:
            note.validate(value)
        return value.name if self.isEnum else str(value)

    def _fromText(self, text: str):
        return text == "True" if self.kind is bool else self.kind[text] if self.isEnum else self.kind(text)

    def write(self, node, value) -> None:
        texts = [self._toText(item) for item in (value if self.isList else [value]) if item is not None]
        with slicer.util.NodeModify(node):
            for index, text in enumerate(texts):
                node.SetParameter(f"{self.name}.{index}" if self.isList else self.name, "" if self.isNode else text)
            if self.isList:
                node.SetParameter(f"{self.name}.len", str(len(texts)))
            if self.isNode:
                node.SetParameter(self.name, "")
                node.SetNodeReferenceID(self.name, value.GetID() if texts else None)

    def read(self, node):
        if not node.HasParameter(f"{self.name}.len" if self.isList else self.name):
            self.write(node, self.default)
        if self.isNode:
            return node.GetNodeReference(self.name)
        if self.isList:  # the application's is no list either, and saves what is done to it: here it cannot be changed
            names = [f"{self.name}.{index}" for index in range(int(node.GetParameter(f"{self.name}.len")))]
            return tuple(self._fromText(node.GetParameter(name)) for name in names)
        return self._fromText(node.GetParameter(self.name))


def _connect(widget, parameter: _Parameter) -> tuple:
    """The signal of a widget, what reads it and what writes it, after fitting it to the parameter."""
    name, members = type(widget).__name__, list(parameter.kind) if parameter.isEnum else []
    value, signal, kinds = _CONNECTED.get(name, (None, None, ()))
    if not issubclass(parameter.kind, kinds) or parameter.isList or (name == "ctkSliderWidget" and not parameter.notes):
        raise RuntimeError(f"Unable to connect {parameter.name} of {parameter.kind} to {name}, or it has no limits")
    if parameter.isEnum:
        widget.clear()
        widget.addItems([getattr(parameter.kind, "label", lambda member: member.name)(member) for member in members])
    elif parameter.isNode:
        widget.nodeTypes = [parameter.kind.__name__]
    elif value == "value":
        limits = next(iter(parameter.notes), WithinRange(-(2**31), 2**31 - 1))
        widget.minimum, widget.maximum = limits.minimum, limits.maximum

    def read():
        now = widget.property(value)
        isOther = parameter.isEnum or parameter.isNode
        return parameter.kind(now) if not isOther else members[now] if members else widget.currentNode()

    def write(new) -> None:
        nodeID = new.GetID() if parameter.isNode and new else ""
        widget.setProperty(value, members.index(new) if members else nodeID if parameter.isNode else new)

    return getattr(widget, signal), read, write


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
            for name, write, _signal, _slot in [link for links, _ in self._guis.values() for link in links]:
                write(self.getValue(name))
            self._isUpdating = False

    def disconnectGui(self, tag: int) -> None:
        links, observer = self._guis.pop(tag)
        self.RemoveObserver(observer)
        for _name, _write, signal, slot in links:
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
