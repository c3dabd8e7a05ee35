"""The folder that a job writes its files to."""

from __future__ import annotations

import os
from pathlib import Path

from DynamicSpineLib.Errors import InputError


def outputFolder(path: Path) -> Path:
    """The folder, made if it is not there. Raises InputError where it cannot be written, before any work is done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InputError(f"{path}: this is a file, and a folder is needed for the results") from error
    except OSError as error:
        raise InputError(f"{path}: the folder cannot be made ({error.strerror})") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise InputError(f"{path}: the folder cannot be written to")
    return path


def besides(casePath: Path) -> Path:
    """Where results go when nobody says where: `results` in a case folder, `<name>-results` beside a scene."""
    return casePath / "results" if casePath.is_dir() else casePath.with_name(f"{casePath.stem}-results")
