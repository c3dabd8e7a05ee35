"""Writing several files so that a reader sees either all of the old or the new ones."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from DynamicSpineLib.Errors import InputError


class StagedFiles:
    """Files written beside their targets under temporary names, then moved into place together.

    Use as a context: leaving it without `commit` removes every temporary file, so nothing has changed.
    Raises InputError where the folder cannot be written.
    """

    def __init__(self) -> None:
        self._staged: list[tuple[Path, Path]] = []
        self._madeFolders: list[Path] = []

    def __enter__(self) -> StagedFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def discard(self) -> None:
        """Remove every temporary file, and every folder made for one that is still empty."""
        for temporary, _target in self._staged:
            _remove(temporary)
        for folder in reversed(self._madeFolders):
            with suppress(OSError):  # not empty: it is in use and stays
                folder.rmdir()
        self._staged, self._madeFolders = [], []

    def addText(self, target: Path, text: str) -> None:
        """Stage a UTF-8 text file."""
        with _ReadableErrors(target), self._temporary(target).open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def addCopy(self, target: Path, source: Path) -> None:
        """Stage a copy of a file, or of a whole folder."""
        with _ReadableErrors(target):
            temporary = self._temporary(target)
            if source.is_dir():
                temporary.unlink()
                shutil.copytree(source, temporary)
                return
            shutil.copyfile(source, temporary)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())

    def commit(self) -> None:
        """Move every staged file into place, in the order in which they were added; if one fails, none has moved."""
        moved: list[tuple[Path, Path | None]] = []
        try:
            for temporary, target in self._staged:
                with _ReadableErrors(target):
                    moved.append((target, _setAside(target)))
                    os.replace(temporary, target)
        except InputError:
            for target, earlier in reversed(moved):
                _putBack(target, earlier)
            raise
        for _target, earlier in moved:
            if earlier is not None:
                _remove(earlier)
        for folder in {target.parent for target, _ in moved}:
            _syncFolder(folder)
        self._staged, self._madeFolders = [], []

    def _temporary(self, target: Path) -> Path:
        self._makeFolder(target.parent)
        handle, name = tempfile.mkstemp(prefix=".writing-", dir=target.parent)
        os.close(handle)
        self._staged.append((Path(name), target))
        _giveUsualMode(Path(name))
        return Path(name)

    def _makeFolder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for item in reversed(missing):
            item.mkdir()
            self._madeFolders.append(item)


class _ReadableErrors:
    """Turns a system error into one sentence that names the target."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise InputError(f"'{self._target}' cannot be written ({error.strerror or 'unknown reason'})") from error


def _setAside(target: Path) -> Path | None:
    """A second name for what is at the target, so that it can be put back; None where nothing is."""
    if not target.exists():
        return None
    earlier = Path(tempfile.mktemp(prefix=".earlier-", dir=target.parent))
    if target.is_dir():
        os.replace(target, earlier)
        return earlier
    try:
        os.link(target, earlier)
    except OSError:  # a file system without links
        shutil.copy2(target, earlier)
    return earlier


def _putBack(target: Path, earlier: Path | None) -> None:
    with suppress(OSError):
        if earlier is None:
            _remove(target)
            return
        if earlier.is_dir() and target.is_dir():
            _remove(target)
        os.replace(earlier, target)
        _remove(earlier)  # two names of one file: replacing one by the other leaves both


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _giveUsualMode(path: Path) -> None:
    """mkstemp makes files that only their owner reads; a case is as readable as any other new file."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)


def _syncFolder(folder: Path) -> None:
    """Make renames last; a system that cannot sync a folder is left alone."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def writeTexts(texts: Mapping[Path, str]) -> None:
    """Write text files, all or none; the last in the mapping becomes visible last. Raises InputError."""
    with StagedFiles() as staged:
        for target, text in texts.items():
            staged.addText(target, text)
        staged.commit()
