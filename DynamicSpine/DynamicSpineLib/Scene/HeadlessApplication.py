"""The one headless Slicer application of a process: a scene with its module logics, and slice views off screen."""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal

if TYPE_CHECKING:
    from slicer import vtkMRMLScene
    from trame_slicer.core import SlicerApp

INSTALL_COMMAND = "pip install 'dynamicspine[slicer]'"

# What VTK's wheel opens at run time to draw without a screen, with the packages that bring it.
DRAWING_LIBRARIES = {
    "libEGL.so.1": "Debian libegl1, Fedora mesa-libEGL, conda libegl",
    "libX11.so.6": "Debian libx11-6, Fedora libX11, conda xorg-libx11",
    "libXcursor.so.1": "Debian libxcursor1, Fedora libXcursor, conda xorg-libxcursor",
}

# Logics that trame-slicer leaves out. Without them their nodes are lost when a scene is saved.
_FURTHER_LOGICS = (
    "vtkSlicerSequencesLogic", "vtkSlicerTablesLogic", "vtkSlicerPlotsLogic", "vtkSlicerTextsLogic",
    "vtkSlicerTransformLogic", "vtkSlicerModelsLogic",
)


class HeadlessApplication:
    """Slicer's scene and logics without a window. Ask `headlessApplication()` for it instead of making one."""

    def __init__(self, slicerApp: SlicerApp) -> None:
        self.slicerApp = slicerApp

    @property
    def scene(self) -> vtkMRMLScene:
        """The scene that every node of this process lives in."""
        return self.slicerApp.scene

    def clear(self) -> None:
        """Empty the scene for the next case; views and logics stay."""
        self.scene.Clear(False)


@lru_cache(maxsize=1)
def headlessApplication() -> HeadlessApplication:
    """The application of this process, started at the first call (about a second, most of it imports).

    Raises JobError naming what to install where trame-slicer, slicer-core or a system library is missing.
    """
    return HeadlessApplication(startSlicer())


def startSlicer() -> SlicerApp:
    """A new scene with its own logics, apart from every other one; what C++ prints goes nowhere from then on."""
    with quietTerminal():
        try:
            import slicer
            from trame_slicer.core import SlicerApp
        except ImportError as problem:
            raise JobError(explainImport(problem)) from problem
        with quietMessages():
            slicerApp = SlicerApp()
            for name in _FURTHER_LOGICS:
                slicerApp.register_module_logic(getattr(slicer, name)())
        _keepMessagesOffTheTerminal()
    return slicerApp


def _keepMessagesOffTheTerminal() -> None:
    from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow

    vtkOutputWindow.SetInstance(vtkStringOutputWindow())
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)


def explainImport(problem: ImportError) -> str:
    """One sentence for what Slicer's Python packages, or the libraries below them, miss."""
    text = str(problem)
    for library, packages in DRAWING_LIBRARIES.items():
        if library in text:
            return f"The library {library} is missing on this machine: install it ({packages})."
    if ".so" in text or "DLL" in text:
        return f"3D Slicer's Python packages cannot be loaded: {text}"
    name = f" (no module '{problem.name}')" if problem.name else ""
    return f"This needs 3D Slicer's Python packages{name}: {INSTALL_COMMAND}"


def missingDrawingLibraries() -> list[str]:
    """Those libraries for drawing off screen that this Linux does not have; elsewhere none."""
    missing = []
    for name in DRAWING_LIBRARIES if sys.platform.startswith("linux") else ():
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def requireDrawing() -> None:
    """Raise JobError unless pictures can be drawn: VTK ends the whole process where such a library is missing."""
    missing = missingDrawingLibraries()
    if missing:
        packages = "; ".join(f"{name}: {DRAWING_LIBRARIES[name]}" for name in missing)
        raise JobError(f"Pictures cannot be drawn on this machine, since {missing[0]} is missing: install {packages}.")
