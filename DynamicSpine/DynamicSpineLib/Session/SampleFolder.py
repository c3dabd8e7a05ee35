"""Where sample cases are kept: a folder that nobody has worked in is opened again, any other is left alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Atomic import writeTexts
from DynamicSpineLib.Study.CaseFolder import fingerprint
from DynamicSpineLib.Study.JsonText import jsonText, parseJson, readBytes
from DynamicSpineLib.Study.Paths import insidePath

SAMPLE_FILE = "sample.json"
_MOST_FOLDERS = 500
_BLOCK = 1 << 20


def sha256Of(path: Path) -> str:
    """The SHA-256 of a file, as 64 digits. Raises InputError where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror or 'unknown reason'})") from None
    return digest.hexdigest()


def recipeOf(*ingredients: object) -> str:
    """A short hash of everything that a sample is made from: another recipe is another sample."""
    return hashlib.sha256(json.dumps(ingredients, sort_keys=True, default=str).encode()).hexdigest()[:16]


class SampleFolder:
    """The folders of one sample under `parent`: <name>, <name>-2, ... ; each notes what it was made from.

    pictures, content: recipes of its volumes, and of everything else in the case.
    """

    def __init__(self, parent: Path, name: str, pictures: str, content: str) -> None:
        self._parent, self._name, self._pictures, self._content = Path(parent), name, pictures, content

    def untouched(self) -> Path | None:
        """A folder that still holds the sample exactly as it was made, its volumes included."""
        for folder, note in self._made():
            isSame = note.get("content") == self._content and note.get("fingerprint") == _fingerprint(folder)
            if isSame and len(self._volumes(folder, note)) == len(note["volumes"]):
                return folder
        return None

    def volumes(self) -> Mapping[str, Path]:
        """Volumes by file name that any folder of this sample still has as they were made."""
        found: dict[str, Path] = {}
        for folder, note in self._made():
            found = {**self._volumes(folder, note), **found}
        return found

    def next(self) -> Path:
        """The first of the folders that does not exist yet. Raises InputError where there are too many."""
        for folder in self._folders():
            if not folder.exists():
                return folder
        raise InputError(f"'{self._parent}' holds too many copies of the sample {self._name}; remove some of them")

    def note(self, folder: Path, volumes: Mapping[str, str]) -> None:
        """Note in a folder what it was made from. volumes: SHA-256 by file name. Raises InputError."""
        made = {"sample": self._name, "pictures": self._pictures, "content": self._content,
                "fingerprint": fingerprint(folder), "volumes": dict(volumes)}  # fmt: skip
        writeTexts({folder / SAMPLE_FILE: jsonText(made)})

    def _folders(self) -> Iterator[Path]:
        yield self._parent / self._name
        for number in range(2, _MOST_FOLDERS):
            yield self._parent / f"{self._name}-{number}"

    def _made(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Every folder of this sample whose volumes were made by this recipe, with its note."""
        for folder in self._folders():
            if not folder.exists():
                return
            try:
                note = parseJson(readBytes(folder / SAMPLE_FILE))
            except InputError:
                continue
            if not isinstance(note, dict) or note.get("pictures") != self._pictures:
                continue
            if isinstance(note.get("volumes"), dict):
                yield folder, note

    def _volumes(self, folder: Path, note: Mapping[str, Any]) -> dict[str, Path]:
        """The volumes of a folder that are as its note says."""
        found = {}
        for name, digest in note["volumes"].items():
            try:
                path = insidePath(folder, name)
                if sha256Of(path) == digest:
                    found[name] = path
            except InputError:
                continue
        return found


def _fingerprint(folder: Path) -> str:
    """The fingerprint of the case in a folder; empty where it cannot be read, so that it is like no other."""
    try:
        return fingerprint(folder)
    except InputError:
        return ""
