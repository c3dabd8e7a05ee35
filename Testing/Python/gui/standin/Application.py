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

import importlib
import sys
import tempfile
import traceback
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import shiboken6
import slicer
import slicer.util
from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets
from standin import Modules
from standin.PropertyStyle import qtNames, strayAttributes, usePropertyStyle
from standin.Views import LayoutManager, Mouse
from standin.Widgets import WIDGETS
from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow

from DynamicSpineLib.Scene.HeadlessApplication import startSlicer
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal


class ModuleWidget(WIDGETS["qMRMLWidget"]):  # what the module panel shows; the Python class of the panel lives in it
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, _ = name, QtWidgets.QVBoxLayout(self)
        self.reload()
        self.setMRMLScene(slicer.mrmlScene)

    def self(self): return getattr(slicer.modules, f"{self._name}Widget")

    def reload(self) -> None:
        setattr(slicer.modules, f"{self._name}Widget", getattr(sys.modules[self._name], f"{self._name}Widget")(self))
        self.self().setup()


class ScriptedModule:  # the application's side of a scripted module: the `parent` of its classes
    __slots__ = ("acknowledgementText", "categories", "contributors", "dependencies", "helpText", "hidden", "icon",
                 "name", "path", "python", "title", "widget")  # fmt: skip

    def __init__(self, path: Path) -> None:
        self.path, self.name, self.widget = str(path), path.stem, None
        self.python = getattr(importlib.import_module(self.name), self.name)(self)

    def widgetRepresentation(self) -> ModuleWidget:
        self.widget = self.widget or ModuleWidget(self.name)
        return self.widget


class MainWindow(QtWidgets.QMainWindow):  # the main window, which here is the module panel, and its module selector
    startupCompleted, selectedModule = QtCore.Signal(), ""

    def moduleSelector(self): return self

    def selectModule(self, name: str) -> None:
        before, self.selectedModule = self.selectedModule, name
        if before and name != before:
            getattr(self.centralWidget().self(), "exit", lambda: None)()
            self.takeCentralWidget()
        if name and name != before:
            self.setCentralWidget(getattr(slicer.modules, name.lower()).widgetRepresentation())
            getattr(self.centralWidget().self(), "enter", lambda: None)()


@lru_cache(maxsize=1)
def _uiLoader() -> QtUiTools.QUiLoader:
    loader = QtUiTools.QUiLoader()
    for kind in WIDGETS.values():
        loader.registerCustomWidget(kind)
    return loader


class StandInApplication:  # one for each process: every application with views keeps memory for ever
    def __init__(self) -> None:
        self._qt = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["Slicer"])
        self._qt.setStyle("Fusion")
        QtCore.qInstallMessageHandler(lambda *said: self.errors.extend(
            RuntimeError(text) for text in said[2:] if "QFormBuilder was unable" in text))  # fmt: skip
        self._core, self._folder, settings = startSlicer(), tempfile.mkdtemp(prefix="Slicer-"), QtCore.QSettings
        self._qt.organizationName, self._installed = "stand-in", ExitStack()
        settings.setDefaultFormat(settings.IniFormat)
        settings.setPath(settings.IniFormat, settings.UserScope, self._folder)
        self.scene, self.messages, self.answers, self.errors = self._core.scene, [], [], []
        with quietTerminal(), quietMessages():
            self.layoutManager = LayoutManager(self.scene, self._core.app_logic)
        self.view, self.mouse = self.layoutManager.view, Mouse(self.layoutManager.view)
        self.mainWindow = MainWindow(objectName="qSlicerMainWindow", size=QtCore.QSize(420, 800), visible=True)
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

    def _makePythonModules(self) -> dict[str, SimpleNamespace]:
        answer = lambda *_, **__: str(self.answers.pop(0))  # noqa: E731
        dialog = SimpleNamespace(getExistingDirectory=answer, getOpenFileName=answer, getSaveFileName=answer)
        web = SimpleNamespace(openUrl=lambda url: self.messages.append(("page", url.toString())))
        known = qtNames() | vars(Modules) | WIDGETS
        known |= {"QUiLoader": _uiLoader, "QFileDialog": dialog, "QDesktopServices": web}
        given = {
            "qt": qtNames(), "ctk": [name for name in WIDGETS if name[:3] == "ctk"], "SampleData": ["SampleDataLogic"],
            "slicer.i18n": ["tr", "translate"], "slicer.parameterNodeWrapper": ["parameterNodeWrapper", "WithinRange"],
            "slicer.ScriptedLoadableModule": [name for name in vars(Modules) if name.startswith("Scripted")],
        }  # fmt: skip
        return {module: SimpleNamespace(**{name: known[name] for name in names}) for module, names in given.items()}

    def install(self, testModule: str) -> None:
        """Put the application's names where the panel's code, and the test's, looks for them."""
        usePropertyStyle(testModule)
        self._printed = vtkStringOutputWindow()
        vtkOutputWindow.SetInstance(self._printed)
        names = {name: kind for name, kind in WIDGETS.items() if name[0] == "q"} | {
            "app": self.app, "mrmlScene": self.scene, "selfTests": {}, "qSlicerScriptedLoadableModule": ScriptedModule,
            "qSlicerScriptedLoadableModuleWidget": ModuleWidget,
            "modules": SimpleNamespace(sampleDataSources={}),
        }  # fmt: skip
        sys.modules.update(self._pythonModules)
        for name in self._pythonModules:
            self._installed.callback(sys.modules.pop, name)
        hook = mock.patch.object(sys, "excepthook", lambda *problem: self.errors.append(problem[1]))
        box = mock.patch.object(slicer.util, "messageBox", self._messageBox)
        for patch in (mock.patch.dict(vars(slicer), names), box, hook):
            self._installed.enter_context(patch)
        layout = self.layoutManager.layoutLogic().GetLayoutNode()
        self._installed.callback(self.layoutManager.restOtherViews)
        self._installed.callback(layout.SetViewArrangement, layout.SlicerLayoutFourUpView)
        self._installed.callback(self.scene.Clear, 0)  # before it, since the last one comes first:
        self._installed.callback(self._closeModules)
        self.app.processEvents()  # what a test before has left to come
        for record in (self.messages, self.answers, self.errors, QtCore.QSettings()):
            record.clear()

    def uninstall(self) -> list[str]:
        """Close as the application does: exit, cleanup, an empty scene. Returns what would be an error there."""
        problems = strayAttributes()
        self._installed.close()
        problems += [text for text in [self._printed.GetOutput()] if "ERROR" in text]
        return problems + ["".join(traceback.format_exception(error)) for error in self.errors]

    def _closeModules(self) -> None:
        slicer.util.selectModule("")
        self.app.processEvents()
        for widget in [module.widget for module in self._modules() if module.widget]:
            widget.self().cleanup()
            shiboken6.delete(widget)
        QtCore.QCoreApplication.sendPostedEvents(None, QtCore.QEvent.DeferredDelete)

    def _messageBox(self, text: str, standardButtons=None, icon=None, **_):
        box = QtWidgets.QMessageBox
        kind = {box.Critical: "error", box.Warning: "warning", box.Question: "question"}.get(icon, "info")
        self.messages.append((kind, text))
        if standardButtons in (None, box.Ok):
            return box.Ok
        assert self.answers, f"a question that the test does not expect: {text}"
        return box.No if not self.answers.pop(0) else box.Yes if standardButtons & box.Yes else box.Ok

    def addModule(self, path: Path) -> ScriptedModule:
        sys.path[:0] = [] if str(path.parent) in sys.path else [str(path.parent)]
        setattr(slicer.modules, path.stem.lower(), ScriptedModule(path))
        self.app.startupCompleted.emit()
        return getattr(slicer.modules, path.stem.lower())

    def _modules(self) -> list[ScriptedModule]:
        return [module for module in vars(slicer.modules).values() if isinstance(module, ScriptedModule)]

    def openModule(self, name: str):
        slicer.util.selectModule(name)
        return slicer.util.getModuleWidget(name) if name else None

    def clickSample(self, name: str) -> None:
        categories = slicer.modules.sampleDataSources.values()
        [source] = [item for items in categories for item in items if item.sampleName == name]
        source.customDownloader(source)

    def _loadScene(self, _kind: str, properties: dict, *_) -> bool:
        path, clears = properties["fileName"], properties.get("clear", False)
        if path.lower().endswith(".mrb"):
            return bool(self.scene.ReadFromMRB(path, clears))
        self.scene.SetURL(path)
        return bool(self.scene.Connect() if clears else self.scene.Import())

    def loadFile(self, path: Path) -> list[str]:
        """By the file reader of a module; AssertionError where none can read it or it fails."""
        for module in self._modules():
            reader = getattr(sys.modules[module.name], f"{module.name}FileReader")(SimpleNamespace(loadedNodes=[]))
            if reader.canLoadFileConfidence(str(path)) > 0.0:
                assert reader.load({"fileName": str(path), "fileType": reader.fileType()}) is True, path
                return reader.parent.loadedNodes
        raise AssertionError(f"no module reads {path}")

    def showPoint(self, view: str, point_RAS) -> None: self.view(view).get_view_node().JumpSliceByCentering(*point_RAS)

    def grab(self, widget: QtWidgets.QWidget, path: Path, scale: float = 1.0) -> None:
        self.app.processEvents()
        picture = QtGui.QPixmap(widget.size * scale)
        picture.setDevicePixelRatio(scale)
        widget.render(picture)
        picture.save(str(path))

    def useDarkTheme(self, isDark: bool) -> None:
        palette = QtGui.QPalette(QtGui.QColor(53, 53, 53), QtGui.QColor(50, 50, 50))
        for name in ("WindowText", "Text", "ButtonText"):
            palette.setColor(QtGui.QPalette.Disabled, getattr(QtGui.QPalette, name), QtGui.QColor(130, 130, 130))
        self._qt.setPalette(palette if isDark else self._qt.style().standardPalette())
