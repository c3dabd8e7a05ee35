"""The stand-in of the Slicer application, for tests of the panel without Slicer. Tests use one StandInApplication:

standIn.scene                       the application's scene (real MRML, with the module logics)
standIn.addModule(path)             discover a scripted module, as at the start of the application
standIn.openModule(name)            select it (enter; the module before is exited); returns the panel's Python class
standIn.mouse.move/click/drag/wheel(view, point_RAS, ...)    real events in a slice view
standIn.showPoint(view, point_RAS)  scroll and center a slice view there
standIn.viewPicture(view, path)     the view as PNG; standIn.layoutManager.sliceWidget(view).pixels() as an array
standIn.grab(widget, path, scale)   a widget as PNG at 1 to 2 times the resolution; standIn.useDarkTheme(True)
standIn.messages                    what message boxes and the status bar showed: (kind, text)
standIn.answers                     scripted answers to the next questions (True/False) and file dialogs (paths)
standIn.errors                      exceptions that slots and observers raised; the fixture fails if any is left
standIn.clickSample(name)           what a click in the Sample Data module does
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import slicer
import slicer.util
from PySide6 import QtCore, QtGui, QtWidgets
from standin import Modules, ParameterNode, Widgets
from standin.PropertyStyle import bindSetters, qtModule
from standin.Views import LayoutManager, Mouse

from DynamicSpineLib.Scene.HeadlessApplication import startSlicer
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal


class ScriptedModule:
    """The application's side of a scripted module: the `parent` of its classes."""

    __slots__ = ("_representation", "_scene", "acknowledgementText", "categories", "contributors", "dependencies",
                 "helpText", "hidden", "icon", "name", "path", "python", "title")  # fmt: skip

    def __init__(self, path: Path, scene) -> None:
        self.path, self.name, self._scene, self._representation = str(path), path.stem, scene, None
        self.python = getattr(importlib.import_module(self.name), self.name)(self)

    def widgetRepresentation(self):
        if self._representation is None:
            self._representation = Widgets.qSlicerScriptedLoadableModuleWidget(self._makeWidget)
            self._representation.reload()
            self._representation.setMRMLScene(self._scene)
        return self._representation

    def _makeWidget(self, parent):
        widget = getattr(sys.modules[self.name], f"{self.name}Widget")(parent)
        setattr(slicer.modules, f"{self.name}Widget", widget)
        return widget


@bindSetters
class MainWindow(QtWidgets.QMainWindow):
    """The main window with its module selector and module panel."""

    def __init__(self, application) -> None:
        super().__init__()
        self.setObjectName("qSlicerMainWindow")
        self._application, self.selectedModule = application, ""

    def moduleSelector(self):
        return self

    def selectModule(self, name: str) -> None:
        if name == self.selectedModule:
            return
        for module, verb in ((self.selectedModule, "exit"), (name, "enter")):
            if module in self._application.modules:
                representation = self._application.modules[module].widgetRepresentation()
                representation.setParent(self if verb == "enter" else None)
                representation.setVisible(verb == "enter")
                getattr(representation.self(), verb, lambda: None)()
        self.selectedModule = name


class _Signals(QtCore.QObject):
    startupCompleted = QtCore.Signal()
    aboutToQuit = QtCore.Signal()


class SlicerApplication:
    """slicer.app: only what the panel may ask for."""

    applicationName, majorVersion, minorVersion, revision = "Slicer", 5, 13, "stand-in"
    applicationVersion = "5.13.0"
    processEvents = staticmethod(QtWidgets.QApplication.processEvents)
    topLevelWidgets = staticmethod(QtWidgets.QApplication.topLevelWidgets)
    clipboard = staticmethod(QtWidgets.QApplication.clipboard)
    palette = staticmethod(QtWidgets.QApplication.palette)

    def __init__(self, standIn) -> None:
        self._standIn, self._signals = standIn, _Signals()
        self.startupCompleted, self.aboutToQuit = self._signals.startupCompleted, self._signals.aboutToQuit
        self.temporaryPath = tempfile.mkdtemp(prefix="Slicer-")

    def layoutManager(self):
        return self._standIn.layoutManager

    def applicationLogic(self):
        return self._standIn.core.app_logic

    def mrmlScene(self):
        return self._standIn.scene

    def moduleManager(self):
        return SimpleNamespace(module=self._standIn.modules.get, disconnect=lambda *_: True)

    def settings(self):
        return QtCore.QSettings()

    userSettings = settings

    def testingEnabled(self) -> bool:
        return False

    def pauseRender(self) -> None:
        pass

    resumeRender = pauseRender

    def translate(self, context: str, text: str) -> str:  # noqa: ARG002
        return text

    def moduleDocumentationUrl(self, name: str) -> str:
        return f"https://slicer.readthedocs.io/en/latest/user_guide/modules/{name.lower()}.html"


class StandInApplication:
    """One for each process: every application with views keeps memory for ever."""

    def __init__(self) -> None:
        self.qt = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["Slicer"])
        self.qt.setApplicationName("Slicer")
        self.qt.setOrganizationName("stand-in")
        self.qt.setStyle("Fusion")
        QtCore.QSettings.setDefaultFormat(QtCore.QSettings.IniFormat)
        self.core = startSlicer()
        self.scene = self.core.scene
        with quietTerminal(), quietMessages():
            self.layoutManager = LayoutManager(self.scene, self.core.app_logic)
        self.mouse = Mouse(self.layoutManager)
        self.modules: dict[str, ScriptedModule] = {}
        self.messages, self.answers, self.errors = [], [], []
        self.app = SlicerApplication(self)
        QtCore.QSettings.setPath(QtCore.QSettings.IniFormat, QtCore.QSettings.UserScope, self.app.temporaryPath)
        self.mainWindow = MainWindow(self)
        self._pythonModules = {
            "qt": self._qtModule(), "ctk": Widgets.ctkModule(),
            "slicer.i18n": Modules.asModule("slicer.i18n", Modules.I18N),
            "slicer.ScriptedLoadableModule": Modules.asModule("slicer.ScriptedLoadableModule", Modules.SCRIPTED),
            "slicer.parameterNodeWrapper":
                Modules.asModule("slicer.parameterNodeWrapper", ParameterNode.PARAMETER_NODE),
            "SampleData": Modules.asModule("SampleData", Modules.SAMPLE_DATA),
        }  # fmt: skip
        self._names = {widget.__name__: widget for widget in Widgets.SLICER_WIDGETS} | {
            "app": self.app, "mrmlScene": self.scene, "selfTests": {}, "util": slicer.util,
            "modules": SimpleNamespace(sampleDataSources={}, sampleDataSourceCategories={}),
            "qSlicerScriptedLoadableModuleWidget": Widgets.qSlicerScriptedLoadableModuleWidget,
            "qSlicerScriptedLoadableModule": ScriptedModule,
        }  # fmt: skip

    def _qtModule(self):
        qt = qtModule()
        qt.QUiLoader = Widgets.SlicerUiLoader
        return qt

    def install(self) -> None:
        """Put the application's names where the panel's code looks for them."""
        sys.modules.update(self._pythonModules)
        vars(slicer).update(self._names)
        vars(slicer).update({name.split(".")[1]: self._pythonModules[name] for name in self._pythonModules
                             if name.startswith("slicer.")})  # fmt: skip
        slicer.util.messageBox = self._messageBox
        slicer.util.showStatusMessage = lambda text, _duration=0: self.messages.append(("status", text))
        slicer.util.getModuleLogic = self._moduleLogic
        sys.excepthook = lambda *problem: self.errors.append(problem[1])

    def _moduleLogic(self, name):
        return self.modules[name].widgetRepresentation().self().logic

    def _messageBox(self, text, standardButtons=None, icon=None, **_):
        box = QtWidgets.QMessageBox
        if standardButtons in (None, box.Ok):
            self.messages.append(({box.Critical: "error", box.Warning: "warning"}.get(icon, "info"), text))
            return box.Ok
        self.messages.append(("question", text))
        if not self.answers:
            raise AssertionError(f"a question that the test did not expect: {text}")
        return (box.Yes if standardButtons & box.Yes else box.Ok) if self.answers.pop(0) else box.No

    def addModule(self, path: Path) -> ScriptedModule:
        if str(path.parent) not in sys.path:
            sys.path.insert(0, str(path.parent))
        module = ScriptedModule(path, self.scene)
        self.modules[module.name] = module
        setattr(slicer.modules, module.name.lower(), module)
        self.app.startupCompleted.emit()
        return module

    def openModule(self, name: str):
        slicer.util.selectModule(name)
        return slicer.util.getModuleWidget(name)

    def clickSample(self, name: str) -> None:
        sources = [item for items in slicer.modules.sampleDataSources.values() for item in items]
        source = next(item for item in sources if item.sampleName == name)
        source.customDownloader(source)

    def showPoint(self, view: str, point_RAS) -> None:
        self.layoutManager.sliceWidget(view).mrmlSliceNode().JumpSliceByCentering(*point_RAS)

    def viewPicture(self, view: str, path: Path) -> None:
        pixels = self.layoutManager.sliceWidget(view).pixels()
        height, width, _ = pixels.shape
        QtGui.QImage(pixels.tobytes(), width, height, 3 * width, QtGui.QImage.Format_RGB888).save(str(path))

    def grab(self, widget, path: Path, scale: float = 1.0) -> None:
        picture = QtGui.QPixmap(widget.size * scale)
        picture.setDevicePixelRatio(scale)
        widget.render(picture)
        picture.save(str(path))

    def useDarkTheme(self, isDark: bool) -> None:
        palette = self.qt.style().standardPalette()
        self.qt.setPalette(_darkPalette() if isDark else palette)

    def reset(self) -> None:
        """For the next test: an empty scene, no module selected, nothing recorded."""
        self.mainWindow.selectModule("")
        self.scene.Clear(0)
        self.messages.clear(), self.answers.clear(), self.errors.clear()
        QtCore.QSettings().clear()


def _darkPalette():
    palette, roles = QtGui.QPalette(), QtGui.QPalette
    dark, base, light = QtGui.QColor(50, 50, 50), QtGui.QColor(30, 30, 30), QtGui.QColor(240, 240, 240)
    for role in (roles.Window, roles.Button, roles.AlternateBase, roles.ToolTipBase):
        palette.setColor(role, dark)
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.ToolTipText, roles.BrightText):
        palette.setColor(role, light)
    palette.setColor(roles.Base, base)
    return palette
