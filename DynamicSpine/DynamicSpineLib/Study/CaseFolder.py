"""A case folder: case.json and the markups and volumes beside it, read whole and written whole."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from DynamicSpineLib.Errors import Fault, InputError, InputFaults
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseReader import CaseReader
from DynamicSpineLib.Study.CaseWriter import filesOf, stageCase
from DynamicSpineLib.Study.FaultList import FaultList
from DynamicSpineLib.Study.JsonText import readBytes, shown
from DynamicSpineLib.Study.Paths import CASE_FILE, insidePath
from DynamicSpineLib.Study.Validation import validateCase


def readCase(folder: Path) -> Case:
    """The case in a folder, marks and volume grids included; voxels are not read.

    Raises InputFaults with everything found where any of it is an error.
    """
    case, faults = readCaseWithFaults(folder)
    if case is None:
        raise InputFaults(faults)
    return case


def readCaseWithFaults(folder: Path) -> tuple[Case | None, tuple[Fault, ...]]:
    """The case, or None where it has errors, and every error and warning found in it. Bad content raises nothing."""
    faults = FaultList()
    case = CaseReader(Path(folder), faults).read()
    if case is not None:
        faults.faults.extend(validateCase(case, Path(folder)))
    return (None if faults.hasErrors else case), tuple(faults.faults)


def readCaseToEdit(folder: Path) -> tuple[Case, tuple[Fault, ...]]:
    """The case in a folder as its user left it, with every error and warning found in it.

    Marks that cannot be those of a spine are errors that its user can mend, so they are no reason not to open it.
    Raises InputFaults where the files themselves cannot be read as a case.
    """
    faults = FaultList()
    case = CaseReader(Path(folder), faults).read()
    if case is None or faults.hasErrors:
        raise InputFaults(faults.faults)
    return case, (*faults.faults, *validateCase(case, Path(folder)))


def writeCase(
    case: Case, folder: Path, volumes: Mapping[str, Path] | None = None, basedOn: str | None = None
) -> None:
    """Write a case: marks, then case.json last; all of it or nothing.

    volumes: what to copy in, by position id (its volume) or by a path that the case names (a companion).
    basedOn: the `fingerprint` of the folder when the case was read from it; None where no case is there yet.
    Keys of an earlier case.json that this version does not know are kept.
    Raises InputError, with nothing changed, where the folder holds another case or a later state of it, cannot be
    written, lacks a volume that the case names, or where the case could not be read back.
    """
    folder = Path(folder)
    current = fingerprint(folder)
    if current and basedOn is None:
        raise InputError(f"the folder '{folder}' already holds a case; nothing was written")
    if current != (basedOn or ""):
        raise InputError(f"the case in '{folder}' was changed on disk since it was read; nothing was written")
    with stageCase(case, folder, volumes or {}) as staged:
        if fingerprint(folder) != current:
            raise InputError(f"the case in '{folder}' was changed on disk meanwhile; nothing was written")
        staged.commit()


def fingerprint(folder: Path) -> str:
    """A hash of case.json and of the marks files that it names, as they are on disk; empty where there is no case.

    Taken when a case is read and given to writeCase, it keeps what somebody else wrote later from being lost.
    """
    path = Path(folder) / CASE_FILE
    if not path.is_file():
        return ""
    content = _bytesOf(path)
    digest = hashlib.sha256(content)
    for name in sorted(set(re.findall(r'"([^"\\]+\.json)"', content.decode("utf-8", "replace")))):
        try:
            marks = insidePath(Path(folder), name)
        except InputError:
            continue
        digest.update(b"\0" + name.encode() + b"\0" + (_bytesOf(marks) if marks.is_file() else b""))
    return digest.hexdigest()


def _bytesOf(path: Path) -> bytes:
    try:
        return readBytes(path)
    except InputError as error:
        raise InputError(f"{shown(str(path))}: {error}") from None


def caseFiles(case: Case, folder: Path) -> dict[str, Path]:
    """Every volume and companion that a case names, by its path in the case: `volumes` for a copy of the case."""
    return {name: insidePath(Path(folder), name) for name in filesOf(case)}
