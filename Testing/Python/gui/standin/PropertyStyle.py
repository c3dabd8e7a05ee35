"""Qt as Slicer's Python sees it, laid over PySide6: properties are attributes; setters and is...() are there too."""

import sys
from functools import lru_cache
from importlib.abc import MetaPathFinder

from PySide6 import QtCore, QtGui, QtSvg, QtUiTools, QtWidgets
from shibokensupport import feature


def qtNames() -> dict[str, object]:
    """What the module `qt` holds: the names of Qt's modules."""
    modules = (QtCore, QtGui, QtWidgets, QtSvg, QtUiTools)
    return {name: getattr(module, name) for module in modules for name in dir(module) if not name.startswith("_")}


def usePropertyStyle(moduleName: str) -> None:
    """From now on the code of this module sees Qt's properties as attributes."""
    feature.set_selection(0x00 if moduleName == __name__ else 0x02, moduleName)  # 0x02 is true_property


class _StyleFinder(MetaPathFinder):
    """Finds nothing; switches the style on just before the code of the panel or of the stand-in runs."""

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002
        if fullname.split(".")[0] in ("DynamicSpine", "DynamicSpineWidgets", "standin"):
            usePropertyStyle(fullname)


@lru_cache(maxsize=1)
def _plainMethods() -> dict[type, dict]:
    usePropertyStyle(__name__)
    kinds = [item for item in qtNames().values() if isinstance(item, type) and issubclass(item, QtCore.QObject)]
    return {kind: dict(vars(kind)) for kind in kinds}


def laySlicerStyleOverQt() -> None:
    """Done once in a process, before any widget exists."""

    def methodThatPropertiesHide(self, name):
        for kind in type(self).__mro__:
            found = _plainMethods().get(kind, {}).get(name)
            if hasattr(found, "__get__"):
                return found.__get__(self)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    _plainMethods()
    for selection in (0x00, 0x02):  # PySide6 keeps one set of attributes for each
        feature.set_selection(selection, __name__)
        QtCore.QObject.__getattr__ = methodThatPropertiesHide
        QtCore.QObject.className = lambda self: self.metaObject().className()
        QtCore.QObject.name = property(lambda self: self.property("objectName"),
                                       lambda self, text: self.setProperty("objectName", text))  # fmt: skip
    QtWidgets.QComboBox.currentData = property(lambda self: self.itemData(self.currentIndex))
    usePropertyStyle("slicer.util")
    sys.meta_path.insert(0, _StyleFinder())


def bindSetters(kind: type) -> type:
    """Class decorator: PySide6 leaves the setters of a class that is derived in Python unbound in this style."""
    own = {name for base in kind.__mro__[:-1] if base not in _plainMethods() for name in vars(base)}
    for base in kind.__mro__:
        for name, method in _plainMethods().get(base, {}).items():
            if name.startswith("set") and name not in own:
                own.add(name)
                setattr(kind, name, lambda self, *values, method=method: method(self, *values))
    return kind


def strayAttributes() -> list[str]:
    """Python attributes that somebody set on a Qt object, which raises AttributeError in the application."""
    items = {item for window in QtWidgets.QApplication.topLevelWidgets()
             for item in (window, *window.findChildren(QtCore.QObject))}  # fmt: skip
    own = ("SignalInstance", "MetaFunction")  # and what the loader of .ui files sets are PySide6's
    return [f"{type(item).__name__}: {name}" for item in items if type(item).__module__.startswith("PySide6")
            for name, value in vars(item).items()
            if type(value).__name__ not in own and getattr(value, "name", None) != name]  # fmt: skip
