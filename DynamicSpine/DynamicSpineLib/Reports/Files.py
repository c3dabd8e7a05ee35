"""Writing a report's files: all of a file or nothing of it."""

from __future__ import annotations

import os
from pathlib import Path

from DynamicSpineLib.Errors import JobError


def writeAtomically(path: Path, content: str) -> Path:
    """Write text (UTF-8, line feeds) to a temporary file beside `path`, then put it in its place.

    Raises JobError with one sentence where the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(content.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        _removeQuietly(temporary)
        raise JobError(f"{path}: cannot be written ({error.strerror or error}).") from error
    return path


def _removeQuietly(path: Path) -> None:
    """Remove what is left of a failed write; the failure itself is what the user hears of."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
