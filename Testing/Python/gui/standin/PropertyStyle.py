"""Qt as Slicer's Python sees it, laid over PySide6: properties are attributes; setters and is...() are there too."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.abc import MetaPathFinder
from types import ModuleType

from PySide6 import QtCore, QtGui, QtNetwork, QtSvg, QtUiTools, QtWidgets
from shibokensupport import feature

PLAIN, TRUE_PROPERTY = 0x00, 0x02
QT_MODULES = (QtCore, QtGui, QtWidgets, QtSvg, QtNetwork, QtUiTools)

# Whose code sees Qt that way: the panel, the stand-in itself and Slicer's own utilities.
_PACKAGES = ("DynamicSpine", "DynamicSpineWidgets", "standin")
_THIS_MODULE = __name__


def usePropertyStyle(moduleName: str) -> None:
    """From now on the code of this module sees Qt's properties as attributes."""
    if moduleName != _THIS_MODULE:
        feature.set_selection(TRUE_PROPERTY, moduleName)


class _StyleFinder(MetaPathFinder):
    """Finds nothing; switches the style on just before such a module's code runs."""

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002
        if fullname.split(".")[0] in _PACKAGES:
            usePropertyStyle(fullname)


def qtModule() -> ModuleType:
    """The module `qt`: the names of all Qt modules that Slicer has."""
    module = ModuleType("qt", "Qt for the panel")
    for source in QT_MODULES:
        names = {name: getattr(source, name) for name in dir(source) if not name.startswith("_")}
        vars(module).update(names)
    return module


def laySlicerStyleOverQt() -> None:
    """Done once in a process, before any widget exists."""
    methods = _plainMethods()

    def methodThatPropertiesHide(self, name):
        for cls in type(self).__mro__:
            found = methods.get(cls, {}).get(name)
            if hasattr(found, "__get__"):
                return found.__get__(self)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    for selection in (PLAIN, TRUE_PROPERTY):  # PySide6 keeps one set of attributes for each
        feature.set_selection(selection, _THIS_MODULE)
        QtCore.QObject.__getattr__ = methodThatPropertiesHide
        QtCore.QObject.className = lambda self: self.metaObject().className()
        QtCore.QObject.name = property(
            lambda self: self.property("objectName"), lambda self, text: self.setProperty("objectName", text)
        )
    QtWidgets.QComboBox.currentData = property(lambda self: self.itemData(self.currentIndex))
    usePropertyStyle("slicer.util")
    sys.meta_path.insert(0, _StyleFinder())


@lru_cache(maxsize=1)
def _plainMethods() -> dict[type, dict]:
    feature.set_selection(PLAIN, _THIS_MODULE)
    items = (getattr(module, name) for module in QT_MODULES for name in dir(module))
    classes = [item for item in items if isinstance(item, type) and issubclass(item, QtCore.QObject)]
    return {cls: dict(vars(cls)) for cls in classes}


def bindSetters(cls: type) -> type:
    """Class decorator: PySide6 leaves the setters of a class that is derived in Python unbound in this style."""
    own = [base for base in cls.__mro__ if base not in _plainMethods() and base is not object]
    inPython = {name for base in own for name in vars(base)}
    for base in cls.__mro__:
        for name, method in _plainMethods().get(base, {}).items():
            if name.startswith("set") and name not in inPython:
                inPython.add(name)
                setattr(cls, name, lambda self, *values, method=method: method(self, *values))
    return cls


def strayAttributes() -> list[str]:
    """Python attributes that somebody set on a Qt object, which raises AttributeError in the application."""
    found = []
    for window in QtWidgets.QApplication.topLevelWidgets():
        for item in (window, *window.findChildren(QtCore.QObject)):
            if type(item).__module__.startswith("PySide6") and vars(item):
                found += [f"{type(item).__name__} {item.name!r}: {name}" for name in vars(item)]
    return found
