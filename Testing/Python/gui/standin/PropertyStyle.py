"""Qt as Slicer's Python sees it, laid over PySide6: properties are attributes; setters and is...() are there too."""

import sys
from importlib.abc import MetaPathFinder

from PySide6 import QtCore, QtGui, QtSvg, QtUiTools, QtWidgets
from shibokensupport import feature

PLAIN, TRUE_PROPERTY = 0x00, 0x02


def qtNames() -> dict[str, object]:
    """What the module `qt` holds: the names of Qt's modules."""
    modules = (QtCore, QtGui, QtWidgets, QtSvg, QtUiTools)
    return {name: getattr(module, name) for module in modules for name in dir(module) if not name.startswith("_")}


def usePropertyStyle(moduleName: str) -> None:
    """From now on the code of this module sees Qt's properties as attributes."""
    feature.set_selection(TRUE_PROPERTY, moduleName)


class _StyleFinder(MetaPathFinder):  # finds nothing; switches the style on before the code of panel or stand-in runs
    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002
        if fullname.split(".")[0] in ("DynamicSpine", "DynamicSpineWidgets", "standin"):
            usePropertyStyle(fullname)


class _SingleShot:  # the application puts its own static function in the property's place
    function = staticmethod(QtCore.QTimer.singleShot)

    def __get__(self, timer, kind): return self.function
    def __set__(self, timer, isSingleShot: bool) -> None: raise AttributeError("singleShot: use setSingleShot")


def laySlicerStyleOverQt() -> None:
    """Done once in a process, before any widget exists. PySide6 keeps a class's attributes once for each style."""
    feature.set_selection(PLAIN, __name__)
    kinds = [item for item in qtNames().values() if isinstance(item, type) and issubclass(item, QtCore.QObject)]
    plain = {kind: dict(vars(kind)) for kind in kinds}
    feature.set_selection(TRUE_PROPERTY, __name__)
    for kind, methods in plain.items():
        kind.objectName  # noqa: B018 - the first look at a class is what changes its attributes
        for name in methods.keys() - vars(kind).keys():  # what PySide6 takes away; what is then left would crash
            method = methods[name]
            isStatic = isinstance(method, staticmethod)
            setattr(kind, name, method if isStatic else lambda self, *new, method=method: method(self, *new))
    QtCore.QObject.className = lambda self: self.metaObject().className()
    QtCore.QObject.name = property(lambda self: self.objectName, lambda self, text: self.setObjectName(text))
    QtWidgets.QComboBox.currentData = property(lambda self: self.itemData(self.currentIndex))
    QtCore.QTimer.singleShot = _SingleShot()
    usePropertyStyle("slicer.util")
    sys.meta_path.insert(0, _StyleFinder())


def strayAttributes() -> list[str]:
    """Python attributes that somebody set on a Qt object, which raises AttributeError in the application."""
    items = {item for window in QtWidgets.QApplication.topLevelWidgets()
             for item in (window, *window.findChildren(QtCore.QObject))}  # fmt: skip
    own = ("SignalInstance", "MetaFunction")  # and what the loader of .ui files sets are PySide6's
    return [f"{type(item).__name__}: {name}" for item in items if type(item).__module__.startswith("PySide6")
            for name, value in vars(item).items()
            if type(value).__name__ not in own and getattr(value, "name", None) != name]  # fmt: skip
