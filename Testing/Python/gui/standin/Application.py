"""The stand-in of the Slicer application, for tests of the panel without Slicer. A test has one StandInApplication:

scene, app, layoutManager, mainWindow    what slicer.mrmlScene, slicer.app, ... are
addModule(path), openModule(name)        discover a scripted module as at the start; select it ("": none): its panel
mouse.move, click, drag, wheel           by the view's name and point_RAS: real events in a slice view
view(name), showPoint(name, point_RAS)   that slice view: pixels(), displayPlace(point_RAS); move it to a point
grab(widget, path, scale)                a widget as PNG at 1 to 2 times the resolution; useDarkTheme(isDark)
messages                                 (kind, text) of message boxes, questions, status bar and pages opened
answers                                  what the next questions (True, False) and file dialogs (a path) answer
errors                                   exceptions in slots and observers; one that is left fails the test
clickSample(name), loadFile(path)        click in Sample Data; drop a file on the window (returns the loaded node IDs)
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest import mock

import shiboken6
import slicer
import slicer.util
from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets
from standin import Modules
from standin.PropertyStyle import bindSetters, qtModule
from standin.Views import LayoutManager, Mouse
from standin.Widgets import WIDGETS, qMRMLWidget

from DynamicSpineLib.Scene.HeadlessApplication import startSlicer
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal


@bindSetters
class ModuleWidget(qMRMLWidget):
    """What the module panel shows; the Python class of the panel lives in it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._className, _ = f"{name}Widget", QtWidgets.QVBoxLayout(self)
        self.reload()
        self.setMRMLScene(slicer.mrmlScene)

    def self(self):
        return getattr(slicer.modules, self._className)

    def reload(self) -> None:
        panelClass = getattr(sys.modules[self._className.removesuffix("Widget")], self._className)
        setattr(slicer.modules, self._className, panelClass(self))
        self.self().setup()


class ScriptedModule:
    """The application's side of a scripted module: the `parent` of its classes."""

    __slots__ = ("acknowledgementText", "categories", "contributors", "dependencies", "helpText", "hidden", "icon",
                 "name", "path", "python", "title", "widget")  # fmt: skip

    def __init__(self, path: Path) -> None:
        self.path, self.name, self.widget = str(path), path.stem, None
        self.python = getattr(importlib.import_module(self.name), self.name)(self)

    def widgetRepresentation(self) -> ModuleWidget:
        self.widget = self.widget or ModuleWidget(self.name)
        return self.widget


class MainWindow(QtWidgets.QMainWindow):
    """The main window: its module selector and the module panel."""

    startupCompleted, selectedModule = QtCore.Signal(), ""

    def __init__(self) -> None:
        super().__init__(objectName="qSlicerMainWindow")
        self._area = QtWidgets.QScrollArea(widgetResizable=True)
        self.setCentralWidget(self._area)
        self.resize(420, 800)
        self.show()

    def moduleSelector(self) -> MainWindow:
        return self

    def selectModule(self, name: str) -> None:
        before, self.selectedModule = self.selectedModule, name
        if before and name != before:
            getattr(self._area.widget().self(), "exit", lambda: None)()
            self._area.takeWidget().setParent(None)
        if name and name != before:
            self._area.setWidget(getattr(slicer.modules, name.lower()).widgetRepresentation())
            getattr(self._area.widget().self(), "enter", lambda: None)()


def _uiLoader() -> QtUiTools.QUiLoader:
    loader = QtUiTools.QUiLoader()
    for kind in WIDGETS.values():
        loader.registerCustomWidget(kind)
    return loader


class StandInApplication:
    """One for each process: every application with views keeps memory for ever."""

    def __init__(self) -> None:
        self._qt = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["Slicer"])
        self._qt.setStyle("Fusion")
        self._core, self._folder, settings = startSlicer(), tempfile.mkdtemp(prefix="Slicer-"), QtCore.QSettings
        self._qt.organizationName, self._installed = "stand-in", ExitStack()
        settings.setDefaultFormat(settings.IniFormat)
        settings.setPath(settings.IniFormat, settings.UserScope, self._folder)
        self.scene, self.messages, self.answers, self.errors = self._core.scene, [], [], []
        with quietTerminal(), quietMessages():
            self.layoutManager = LayoutManager(self.scene, self._core.app_logic)
        self.view, self.mouse, self.mainWindow = self.layoutManager.view, Mouse(self.layoutManager), MainWindow()
        self.mainWindow.statusBar().messageChanged.connect(lambda text: self.messages.append(("status", text)))
        self.app, self._pythonModules = self._makeApp(), self._makePythonModules()

    def _makeApp(self) -> SimpleNamespace:
        qt = QtWidgets.QApplication
        return SimpleNamespace(
            applicationName="Slicer", applicationVersion="5.13.0", majorVersion=5, minorVersion=13,
            temporaryPath=self._folder, startupCompleted=self.mainWindow.startupCompleted,
            layoutManager=lambda: self.layoutManager, applicationLogic=lambda: self._core.app_logic,
            mrmlScene=lambda: self.scene, settings=QtCore.QSettings, userSettings=QtCore.QSettings,
            moduleManager=lambda: SimpleNamespace(module=lambda name: getattr(slicer.modules, name.lower(), None)),
            coreIOManager=lambda: SimpleNamespace(loadNodes=self._loadScene), translate=lambda _context, text: text,
            processEvents=qt.processEvents, topLevelWidgets=qt.topLevelWidgets, clipboard=qt.clipboard,
            palette=qt.palette, setOverrideCursor=qt.setOverrideCursor, restoreOverrideCursor=qt.restoreOverrideCursor,
            pauseRender=lambda: None, resumeRender=lambda: None, testingEnabled=lambda: False,
        )  # fmt: skip

    def _makePythonModules(self) -> dict[str, ModuleType]:
        answer = lambda *_, **__: str(self.answers.pop(0))  # noqa: E731
        dialog = SimpleNamespace(getExistingDirectory=answer, getOpenFileName=answer, getSaveFileName=answer)
        web = SimpleNamespace(openUrl=lambda url: self.messages.append(("page", url.toString())))
        names = {
            "slicer.i18n": "tr translate", "slicer.parameterNodeWrapper": "parameterNodeWrapper WithinRange",
            "slicer.ScriptedLoadableModule": "ScriptedLoadableModule ScriptedLoadableModuleWidget "
            "ScriptedLoadableModuleLogic ScriptedLoadableModuleTest", "SampleData": "SampleDataLogic",
        }  # fmt: skip
        contents = {module: {name: getattr(Modules, name) for name in text.split()} for module, text in names.items()}
        contents["qt"] = qtModule() | {"QUiLoader": _uiLoader, "QFileDialog": dialog, "QDesktopServices": web}
        contents["ctk"] = {name: kind for name, kind in WIDGETS.items() if name.startswith("ctk")}
        modules = {name: ModuleType(name) for name in contents}
        for name, module in modules.items():
            vars(module).update(contents[name])
        return modules

    def install(self) -> None:
        """Put the application's names where the panel's code looks for them, as at the start of the application."""
        names = {name: kind for name, kind in WIDGETS.items() if name.startswith("q")} | {
            "app": self.app, "mrmlScene": self.scene, "selfTests": {}, "qSlicerScriptedLoadableModule": ScriptedModule,
            "qSlicerScriptedLoadableModuleWidget": ModuleWidget,
            "modules": SimpleNamespace(sampleDataSources={}, sampleDataSourceCategories={}),
        }  # fmt: skip
        names |= {name[7:]: module for name, module in self._pythonModules.items() if name.startswith("slicer.")}
        sys.modules.update(self._pythonModules)
        for place, new in ((slicer, names), (slicer.util, {"messageBox": self._messageBox}),
                           (sys, {"excepthook": lambda *problem: self.errors.append(problem[1])})):  # fmt: skip
            self._installed.enter_context(mock.patch.dict(vars(place), new))

    def uninstall(self) -> None:
        """Close as the application does: exit, cleanup, an empty scene; then take the names away."""
        slicer.util.selectModule("")
        for module in [item for item in vars(slicer.modules).values() if getattr(item, "widget", None)]:
            module.widget.self().cleanup()
            shiboken6.delete(module.widget)
        self.scene.Clear(0)
        self.app.processEvents()
        self._installed.close()
        for name in self._pythonModules:
            del sys.modules[name]
        for record in (self.messages, self.answers, self.errors, QtCore.QSettings()):
            record.clear()

    def _messageBox(self, text: str, standardButtons=None, icon=None, **_):
        box = QtWidgets.QMessageBox
        kind = {box.Critical: "error", box.Warning: "warning", box.Question: "question"}.get(icon, "info")
        self.messages.append((kind, text))
        if standardButtons in (None, box.Ok):
            return box.Ok
        if not self.answers:
            raise AssertionError(f"a question that the test does not expect: {text}")
        return box.No if not self.answers.pop(0) else box.Yes if standardButtons & box.Yes else box.Ok

    def addModule(self, path: Path) -> ScriptedModule:
        sys.path[:0] = [] if str(path.parent) in sys.path else [str(path.parent)]
        setattr(slicer.modules, path.stem.lower(), ScriptedModule(path))
        self.app.startupCompleted.emit()
        return getattr(slicer.modules, path.stem.lower())

    def openModule(self, name: str):
        slicer.util.selectModule(name)
        return slicer.util.getModuleWidget(name) if name else None

    def clickSample(self, name: str) -> None:
        sources = [item for items in slicer.modules.sampleDataSources.values() for item in items]
        source = next(item for item in sources if item.sampleName == name)
        source.customDownloader(source)

    def _loadScene(self, _kind: str, properties: dict, *_) -> bool:
        path, clears = properties["fileName"], properties.get("clear", False)
        if path.lower().endswith(".mrb"):
            return bool(self.scene.ReadFromMRB(path, clears))
        self.scene.SetURL(path)
        return bool(self.scene.Connect() if clears else self.scene.Import())

    def loadFile(self, path: Path) -> list[str]:
        """By the file reader of a module; AssertionError where none can read it or it fails."""
        for module in [item for item in vars(slicer.modules).values() if isinstance(item, ScriptedModule)]:
            reader = getattr(sys.modules[module.name], f"{module.name}FileReader")(SimpleNamespace(loadedNodes=[]))
            if reader.canLoadFile(str(path)):
                assert reader.load({"fileName": str(path), "fileType": reader.fileType()}) is True, path
                return reader.parent.loadedNodes
        raise AssertionError(f"no module reads {path}")

    def showPoint(self, view: str, point_RAS) -> None:
        self.view(view).get_view_node().JumpSliceByCentering(*point_RAS)

    def grab(self, widget: QtWidgets.QWidget, path: Path, scale: float = 1.0) -> None:
        self.app.processEvents()
        picture = QtGui.QPixmap(widget.size * scale)
        picture.setDevicePixelRatio(scale)
        widget.render(picture)
        picture.save(str(path))

    def useDarkTheme(self, isDark: bool) -> None:
        black, gray, role = QtGui.QColor(30, 30, 30), QtGui.QColor(130, 130, 130), QtGui.QPalette
        palette = role(QtGui.QColor(53, 53, 53), QtGui.QColor(50, 50, 50))
        palette.setColor(role.Base, black)
        for text in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(role.Disabled, text, gray)
        self._qt.setPalette(palette if isDark else self._qt.style().standardPalette())
