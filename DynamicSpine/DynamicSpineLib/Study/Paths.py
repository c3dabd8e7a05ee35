"""Paths in a case: always relative, always inside its folder, whatever the file says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path, PurePosixPath, PureWindowsPath

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.JsonText import shown

CASE_FILE = "case.json"
POSITION_ID = r"[A-Za-z][A-Za-z0-9_-]{0,31}"
_LONGEST_ID = 32
# Windows refuses these as file names, with or without an ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"|?*\\]')


def freePositionId(wanted: str, taken: Collection[str]) -> str:
    """A position's id like the wanted text that is not taken, whatever its letter case, and that a file can have."""
    plain = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode()
    text = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_")
    stem = re.sub(r"^[^A-Za-z]+", "", text)[:_LONGEST_ID].rstrip("_") or "position"
    used, found, number = {item.casefold() for item in taken}, stem, 1
    while found.casefold() in used or isReserved(found):
        number += 1
        ending = f"_{number}"
        found = stem[: _LONGEST_ID - len(ending)] + ending
    return found


def isReserved(name: str) -> bool:
    """True for a name that some system keeps for a device, so that no file can have it."""
    return _RESERVED.fullmatch(name) is not None


def pathProblem(text: str) -> str:
    """What is wrong with a path that a case file names, in words, or an empty text."""
    parts = PurePosixPath(text).parts
    if not text.strip() or not parts:
        return "names no file"
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or text.startswith("\\"):
        return f"names {shown(text)}, which is outside the case folder; copy the file into the case"
    if ".." in parts:
        return f"names {shown(text)}, which leads out of the case folder; copy the file into the case"
    if _FORBIDDEN.search(text):
        return f"names {shown(text)}, which holds a character that not every system allows (use / between folders)"
    if any(isReserved(part) or part != part.rstrip(" .") or len(part.encode()) > 200 for part in parts):
        return f"names {shown(text)}, which not every system allows as a file name"
    return ""


def insidePath(folder: Path, text: str) -> Path:
    """The path of a case's file. Raises InputError if it is, or leads through a link, outside the case folder."""
    problem = pathProblem(text)
    if problem:
        raise InputError(problem)
    path = folder / text
    try:
        isInside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        raise InputError(f"names {shown(text)}, a link that leads nowhere") from None
    if not isInside:
        raise InputError(f"names {shown(text)}, a link to outside the case folder; copy the file into the case")
    return path
