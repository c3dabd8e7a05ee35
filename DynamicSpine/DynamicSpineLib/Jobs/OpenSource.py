"""Open a case from a folder or a Slicer scene."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Errors import Fault, InputError, InputFaults
from DynamicSpineLib.Jobs.ReportJob import CaseSource
from DynamicSpineLib.Scene.OpenCase import isScene, openCaseWithFaults
from DynamicSpineLib.Study.Case import Case


def openSource(path: Path) -> CaseSource:
    """The case at a path with its warnings. Raises InputError with what is wrong with it."""
    case, faults = lookedAt(path)
    if case is None:
        raise InputFaults(faults)
    return CaseSource(case, path, tuple(fault.sentence() for fault in faults))


def lookedAt(path: Path) -> tuple[Case | None, tuple[Fault, ...]]:
    """The case at a path (None where it has errors) and all errors and warnings found in it.

    Raises InputError where there is nothing that could be a case.
    """
    try:
        path.stat()
    except (OSError, ValueError) as error:  # not there, not allowed, too long, or no path at all
        raise InputError(f"{str(path)[:200]}: there is no such case folder or scene that can be read") from error
    if path.is_file() and not isScene(path):
        raise InputError(f"{path}: a case is a folder with case.json, or a .mrb or .mrml scene")
    return openCaseWithFaults(path)
