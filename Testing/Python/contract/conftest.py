"""What the contract tests read: the project's own files."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
LIBRARY = PROJECT / "DynamicSpine" / "DynamicSpineLib"


@dataclass(frozen=True)
class Source:
    """One Python file of the library: its dotted name in parts, without DynamicSpineLib, and its content."""

    path: Path
    parts: tuple[str, ...]
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree, read by the grammar of the oldest Python that DynamicSpine runs on."""
        return ast.parse(self.text, str(self.path), feature_version=(3, 10))

    def at(self, line: int) -> str:
        """File and line as the tests name them."""
        return f"{self.path.relative_to(PROJECT).as_posix()}:{line}"


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's top folder."""
    return PROJECT


@pytest.fixture(scope="session")
def sources() -> list[Source]:
    """Every Python file of DynamicSpineLib."""
    found = []
    for path in sorted(LIBRARY.rglob("*.py")):
        parts = path.relative_to(LIBRARY).with_suffix("").parts
        found.append(Source(path, parts, path.read_text(encoding="utf-8")))
    assert len(found) > 10, f"Only {len(found)} files in {LIBRARY}: is that the right folder?"
    return found


@pytest.fixture(scope="session")
def expectNone():
    """Fail with one line per fault, and without a traceback, which would say nothing about the file at fault."""

    def check(faults: list[str]) -> None:
        if faults:
            pytest.fail("\n".join(faults), pytrace=False)

    return check


@pytest.fixture
def sourceOf():
    """Make a Source from a snippet, as if it were the library's file of that dotted name."""

    def make(name: str, text: str) -> Source:
        parts = tuple(name.split("."))
        return Source(LIBRARY.joinpath(*parts).with_suffix(".py"), parts, text)

    return make


@pytest.fixture(scope="session")
def cmakeValue():
    """Return the value of `set(NAME "value")` in a CMake text."""

    def read(text: str, name: str) -> str:
        found = re.findall(rf'set\s*\({name}\s*"([^"]+)"\)', text)
        assert len(found) == 1, f'CMakeLists.txt needs one line set({name} "..."); {len(found)} were found.'
        return found[0]

    return read
