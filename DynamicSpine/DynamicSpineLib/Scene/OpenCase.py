"""Opening a case wherever it is: a case folder, or a Slicer scene."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Errors import Fault, InputError, InputFaults
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import readCaseWithFaults
from DynamicSpineLib.Study.Validation import validateCase

SCENE_SUFFIXES = (".mrb", ".mrml")


def isScene(path: Path) -> bool:
    """True where a path names a Slicer scene rather than a case folder."""
    return Path(path).suffix.lower() in SCENE_SUFFIXES and not Path(path).is_dir()


def openCase(path: Path) -> Case:
    """The case in a folder, or in a .mrb or .mrml scene. Slicer's packages are needed, and loaded, for scenes only.

    A scene stays open in the headless application's scene, with its volumes. Raises InputError with what is wrong.
    """
    case, faults = openCaseWithFaults(path)
    if case is None:
        raise InputFaults(faults)
    return case


def openCaseWithFaults(path: Path) -> tuple[Case | None, tuple[Fault, ...]]:
    """As openCase: the case, or None where it has errors, and every error and warning found in it.

    Raises InputError for what is no case at all.
    """
    path = Path(path)
    if not isScene(path):
        if path.is_file():
            raise InputError(f"{path.name}: a case is a folder with case.json, or a .mrb or .mrml scene")
        return readCaseWithFaults(path)
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    scene = headlessApplication().scene
    from DynamicSpineLib.Scene.SceneFiles import loadScene

    case, _ = loadScene(path, scene)
    faults = validateCase(case)
    hasErrors = any(fault.severity == "error" for fault in faults)
    return (None if hasErrors else case), faults
