"""Open a case from a folder or a Slicer scene."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Jobs.ReportJob import CaseSource
from DynamicSpineLib.Scene.OpenCase import isScene, openCase
from DynamicSpineLib.Study.CaseFolder import readCaseWithFaults


def openSource(path: Path) -> CaseSource:
    """The case at a path with its warnings. Raises InputError with what is wrong with it."""
    if not path.exists():
        raise InputError(f"{path}: there is no such case folder or scene")
    if isScene(path):
        return CaseSource(openCase(path), path)
    if path.is_file():
        raise InputError(f"{path}: a case is a folder with case.json, or a .mrb or .mrml scene")
    case, faults = readCaseWithFaults(path)
    if case is None:
        raise InputFaults(faults)
    return CaseSource(case, path, tuple(fault.sentence() for fault in faults))
