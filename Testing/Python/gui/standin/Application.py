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
from PySide6 import QtCore, QtGui, QtWidgets
from standin import Modules, ParameterNode, Widgets
from standin.PropertyStyle import bindSetters, qtModule
from standin.Views import LayoutManager, Mouse

from DynamicSpineLib.Scene.HeadlessApplication import startSlicer
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal


@bindSetters
class ModuleWidget(Widgets.qMRMLWidget):
    """What the module panel shows; the Python class of the panel lives in it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, _ = name, QtWidgets.QVBoxLayout(self)
        self.reload()
        self.setMRMLScene(slicer.mrmlScene)

    def self(self):
        return getattr(slicer.modules, f"{self._name}Widget")

    def reload(self) -> None:
        panelClass = getattr(sys.modules[self._name], f"{self._name}Widget")
        setattr(slicer.modules, f"{self._name}Widget", panelClass(self))
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

    def __init__(self) -> None:
        super().__init__()
        self.objectName, self.selectedModule, self._area = "qSlicerMainWindow", "", QtWidgets.QScrollArea()
        self._area.widgetResizable = True
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


class _Signals(QtCore.QObject):
    startupCompleted = QtCore.Signal()


class StandInApplication:
    """One for each process: every application with views keeps memory for ever."""

    def __init__(self) -> None:
        self._qt = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["Slicer"])
        self._qt.setStyle("Fusion")
        self._core, self._folder, self._signals = startSlicer(), tempfile.mkdtemp(prefix="Slicer-"), _Signals()
        self._qt.setProperty("organizationName", "stand-in")
        QtCore.QSettings.setDefaultFormat(QtCore.QSettings.IniFormat)
        QtCore.QSettings.setPath(QtCore.QSettings.IniFormat, QtCore.QSettings.UserScope, self._folder)
        self.scene, self.messages, self.answers, self.errors = self._core.scene, [], [], []
        with quietTerminal(), quietMessages():
            self.layoutManager = LayoutManager(self.scene, self._core.app_logic)
        self.view, self.mouse, self.mainWindow = self.layoutManager.view, Mouse(self.layoutManager), MainWindow()
        self.mainWindow.statusBar().messageChanged.connect(lambda text: self.messages.append(("status", text)))
        self.app, self._pythonModules, self._installed = self._makeApp(), self._makePythonModules(), ExitStack()

    def _makeApp(self) -> SimpleNamespace:
        qt = QtWidgets.QApplication
        return SimpleNamespace(
            applicationName="Slicer", applicationVersion="5.13.0", majorVersion=5, minorVersion=13,
            temporaryPath=self._folder, startupCompleted=self._signals.startupCompleted,
            layoutManager=lambda: self.layoutManager, applicationLogic=lambda: self._core.app_logic,
            mrmlScene=lambda: self.scene, settings=QtCore.QSettings, userSettings=QtCore.QSettings,
            coreIOManager=lambda: SimpleNamespace(loadNodes=self._loadScene),
            moduleManager=lambda: SimpleNamespace(module=lambda name: getattr(slicer.modules, name.lower(), None)),
            processEvents=qt.processEvents, topLevelWidgets=qt.topLevelWidgets, clipboard=qt.clipboard,
            palette=qt.palette, setOverrideCursor=qt.setOverrideCursor, restoreOverrideCursor=qt.restoreOverrideCursor,
            pauseRender=lambda: None, resumeRender=lambda: None, testingEnabled=lambda: False,
            translate=lambda _context, text: text,
        )  # fmt: skip

    def _makePythonModules(self) -> dict[str, ModuleType]:
        answer = lambda *_, **__: str(self.answers.pop(0))  # noqa: E731
        dialog = SimpleNamespace(getExistingDirectory=answer, getOpenFileName=answer, getSaveFileName=answer)
        web = SimpleNamespace(openUrl=lambda url: self.messages.append(("page", url.toString())))
        bases = [item for item in vars(Modules).values() if getattr(item, "__name__", "").startswith("Scripted")]
        contents = {
            "qt": qtModule() | {"QUiLoader": Widgets.SlicerUiLoader, "QFileDialog": dialog, "QDesktopServices": web},
            "ctk": {kind.__name__: kind for kind in Widgets.CTK_WIDGETS},
            "slicer.i18n": {"tr": Modules.tr, "translate": Modules.translate},
            "slicer.ScriptedLoadableModule": {kind.__name__: kind for kind in bases},
            "slicer.parameterNodeWrapper": {"parameterNodeWrapper": ParameterNode.parameterNodeWrapper,
                                            "WithinRange": ParameterNode.WithinRange},
            "SampleData": {"SampleDataLogic": Modules.SampleDataLogic},
        }  # fmt: skip
        modules = {name: ModuleType(name) for name in contents}
        for name, module in modules.items():
            vars(module).update(contents[name])
        return modules

    def install(self) -> None:
        """Put the application's names where the panel's code looks for them, as at the start of the application."""
        names = {kind.__name__: kind for kind in Widgets.SLICER_WIDGETS} | {
            "app": self.app, "mrmlScene": self.scene, "selfTests": {}, "qSlicerScriptedLoadableModule": ScriptedModule,
            "qSlicerScriptedLoadableModuleWidget": ModuleWidget, "qSlicerWidget": Widgets.qMRMLWidget,
            "modules": SimpleNamespace(sampleDataSources={}, sampleDataSourceCategories={}),
        }  # fmt: skip
        names |= {name[7:]: module for name, module in self._pythonModules.items() if name.startswith("slicer.")}
        sys.modules.update(self._pythonModules)
        for place, new in ((vars(slicer), names), (vars(slicer.util), {"messageBox": self._messageBox}),
                           (vars(sys), {"excepthook": lambda *problem: self.errors.append(problem[1])})):  # fmt: skip
            self._installed.enter_context(mock.patch.dict(place, new))

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
        isQuestion = standardButtons not in (None, box.Ok)
        kind = "question" if isQuestion else {box.Critical: "error", box.Warning: "warning"}.get(icon, "info")
        self.messages.append((kind, text))
        if isQuestion and not self.answers:
            raise AssertionError(f"a question that the test does not expect: {text}")
        yes = box.Yes if isQuestion and standardButtons & box.Yes else box.Ok
        return yes if not isQuestion or self.answers.pop(0) else box.No

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
        path, clear = properties["fileName"], properties.get("clear", False)
        if path.lower().endswith(".mrb"):
            return bool(self.scene.ReadFromMRB(path, clear))
        self.scene.SetURL(path)
        return bool(self.scene.Connect() if clear else self.scene.Import())

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
        picture = QtGui.QPixmap(widget.size * scale)
        picture.setDevicePixelRatio(scale)
        widget.render(picture)
        picture.save(str(path))

    def useDarkTheme(self, isDark: bool) -> None:
        palette, roles = QtGui.QPalette(), QtGui.QPalette
        dark = {roles.Window: 50, roles.Button: 53, roles.Base: 30, roles.AlternateBase: 40, roles.ToolTipBase: 50,
                roles.WindowText: 240, roles.Text: 240, roles.ButtonText: 240, roles.ToolTipText: 240}  # fmt: skip
        for role, gray in dark.items():
            palette.setColor(role, QtGui.QColor(gray, gray, gray))
        self._qt.setPalette(palette if isDark else self._qt.style().standardPalette())
