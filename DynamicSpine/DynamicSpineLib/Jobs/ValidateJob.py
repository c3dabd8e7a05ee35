"""Every fault of a case in one list."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Errors import Fault, InputError, InputFaults
from DynamicSpineLib.Scene.OpenCase import isScene, openCase
from DynamicSpineLib.Study.CaseFolder import readCaseWithFaults
from DynamicSpineLib.Study.Validation import validateCase


def faultsOf(path: Path) -> tuple[Fault, ...]:
    """All errors and warnings of a case folder or scene. Raises InputError where there is nothing at the path."""
    if not path.exists():
        raise InputError(f"{path}: there is no such case folder or scene")
    if not isScene(path):
        return readCaseWithFaults(path)[1]
    try:
        return validateCase(openCase(path))
    except InputFaults as found:
        return found.faults
    except InputError as error:
        return (Fault(str(error), file=path.name),)
