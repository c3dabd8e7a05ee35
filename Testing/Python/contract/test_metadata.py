"""Name, version, license and address are told in several files, which agree."""

from __future__ import annotations

import fnmatch
import json
import re
import sys

import pytest
import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture(scope="module")
def pyproject(project):
    """The content of pyproject.toml."""
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def citation(project):
    """The content of CITATION.cff."""
    return yaml.safe_load((project / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_citation_has_what_version_1_2_of_its_format_requires(citation):
    assert citation["cff-version"] == "1.2.0"
    assert all(isinstance(citation[key], str) and citation[key] for key in ("message", "title", "version", "license"))
    assert citation["authors"]
    assert all({"name"} <= author.keys() or {"family-names"} <= author.keys() for author in citation["authors"])


def test_the_version_is_the_same_everywhere(project, citation, pyproject):
    text = (project / "DynamicSpine/DynamicSpineLib/__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"$', text, flags=re.MULTILINE)[1]
    assert citation["version"] == version
    assert pyproject["project"]["dynamic"] == ["version"]
    assert pyproject["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "DynamicSpineLib.__version__"}


def test_the_license_is_the_same_everywhere(project, citation, pyproject):
    assert (project / "LICENSE.txt").read_text(encoding="utf-8").startswith("MIT License")
    assert citation["license"] == pyproject["project"]["license"]["text"] == "MIT"


def test_the_address_is_the_same_everywhere(project, citation, pyproject, cmakeValue):
    entry = json.loads((project / "DynamicSpine.json").read_text(encoding="utf-8"))
    cmake = (project / "CMakeLists.txt").read_text(encoding="utf-8")
    shell = (project / "DynamicSpine/DynamicSpine.py").read_text(encoding="utf-8")
    address = entry["scm_url"]
    assert citation["repository-code"] == pyproject["project"]["urls"]["Homepage"] == address
    assert cmakeValue(cmake, "EXTENSION_HOMEPAGE") == address
    assert f'HOMEPAGE = "{address}"' in shell


def test_every_data_file_is_installed_with_the_library(project, pyproject):
    library = project / "DynamicSpine" / "DynamicSpineLib"
    patterns = pyproject["tool"]["setuptools"]["package-data"]["DynamicSpineLib"]
    names = [path.relative_to(library).as_posix() for path in library.rglob("*")
             if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert names
    left = [name for name in names
            if not any(fnmatch.fnmatch(name, pattern.replace("**/", "*/")) for pattern in patterns)]
    assert not left, f"{left} are not in package-data of pyproject.toml, so pip would leave them out."
