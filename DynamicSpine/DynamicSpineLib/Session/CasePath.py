"""What a path is that a case is to be opened from: a case folder, its case.json, or a Slicer scene."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.OpenCase import isScene
from DynamicSpineLib.Study.JsonText import parseJson, readBytes
from DynamicSpineLib.Study.Paths import CASE_FILE

FOLDER, SCENE = "folder", "scene"
# Above what other readers of the application answer for any .json, which is 0.4 to 0.6.
SURE, LIKELY, NO = 0.95, 0.65, 0.0
_MOST_NEIGHBORS = 200


@dataclass(frozen=True)
class CasePath:
    """Where a case is. kind: folder (path is the folder that holds case.json) or scene (path is the .mrb or .mrml)."""

    kind: str
    path: Path


def casePath(path: Path) -> CasePath:
    """What a path is, without opening it further.

    Raises InputError with one sentence for what is neither, saying where the case is if that can be seen.
    """
    path = Path(path)
    try:
        isFolder, isFile = path.is_dir(), path.is_file()
    except (OSError, ValueError):  # too long, not allowed, or no path at all
        isFolder = isFile = False
    if isFolder:
        return CasePath(FOLDER, path) if isCaseFile(path / CASE_FILE) else _noCaseIn(path)
    if not isFile:
        raise InputError(f"'{str(path)[:200]}' is not there, or cannot be read")
    if isScene(path):
        return CasePath(SCENE, path)
    if isCaseFile(path):
        return CasePath(FOLDER, path.parent)
    if isCaseFile(path.parent / CASE_FILE):
        raise InputError(f"{path.name} is a part of the case in '{path.parent}': open that folder, or its {CASE_FILE}")
    raise InputError(f"{path.name} is no case: a case is a folder with {CASE_FILE}, or a .mrb or .mrml scene")


def isCaseFile(path: Path) -> bool:
    """True for a file that is called as the file of a case is; what is in it does not count."""
    try:
        return path.name.lower() == CASE_FILE and path.is_file()
    except (OSError, ValueError):
        return False


def caseFileConfidence(path: Path) -> float:
    """How sure it is that a file is that of a case (0 to 1), for an application that asks this of every file.

    A case.json that is damaged is still taken, so that what is wrong with it is said in plain words. Raises nothing.
    """
    if not isCaseFile(Path(path)):
        return NO
    try:
        content = readBytes(Path(path))
    except InputError:
        return NO
    try:
        raw = parseJson(content)
    except InputError:
        return LIKELY if b'"formatVersion"' in content else NO
    isOurs = isinstance(raw, dict) and "formatVersion" in raw and ("positions" in raw or "caseId" in raw)
    return SURE if isOurs else NO


def _noCaseIn(folder: Path) -> CasePath:
    inside = [child for child in _children(folder) if isCaseFile(child / CASE_FILE)]
    if len(inside) == 1:
        raise InputError(f"'{folder}' holds no {CASE_FILE}; the case is in its folder '{inside[0].name}'")
    if inside:
        raise InputError(f"'{folder}' holds no {CASE_FILE}; there are cases in {_listed(inside)}: open one of them")
    scenes = [child for child in _children(folder) if isScene(child)]
    if scenes:
        raise InputError(f"'{folder}' holds no {CASE_FILE}; to open a scene choose its file, {_listed(scenes)}")
    raise InputError(f"'{folder}' is no case folder: it holds no {CASE_FILE}")


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())[:_MOST_NEIGHBORS]
    except OSError:
        return []


def _listed(paths: Iterable[Path]) -> str:
    names = [f"'{path.name}'" for path in paths]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
