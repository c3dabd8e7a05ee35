"""Opening a case wherever it is: a case folder, or a Slicer scene."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import readCase
from DynamicSpineLib.Study.Validation import validateCase

SCENE_SUFFIXES = (".mrb", ".mrml")


def isScene(path: Path) -> bool:
    """True where a path names a Slicer scene rather than a case folder."""
    return Path(path).suffix.lower() in SCENE_SUFFIXES and not Path(path).is_dir()


def openCase(path: Path) -> Case:
    """The case in a folder, or in a .mrb or .mrml scene. Slicer's packages are needed, and loaded, for scenes only.

    A scene stays open in the headless application's scene, with its volumes. Raises InputError with what is wrong.
    """
    path = Path(path)
    if not isScene(path):
        if path.is_file():
            raise InputError(f"{path.name}: a case is a folder with case.json, or a .mrb or .mrml scene")
        return readCase(path)
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    scene = headlessApplication().scene
    from DynamicSpineLib.Scene.SceneFiles import loadScene

    case, _ = loadScene(path, scene)
    faults = validateCase(case)
    if any(fault.severity == "error" for fault in faults):
        raise InputFaults(faults)
    return case
