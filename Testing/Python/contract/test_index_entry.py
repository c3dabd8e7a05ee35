"""What the ExtensionsIndex checks before it accepts an extension, as far as it can be checked without a network.

Source: Slicer/Slicer Schemas/slicer-extension-catalog-entry-schema-v1.0.2.json and Slicer/ExtensionsIndex
scripts/check_description_files.py, as of August 2026.
"""

from __future__ import annotations

import json
import re
import struct
from urllib.parse import urlsplit

import pytest

SCHEMA = re.compile(
    r"https://raw\.githubusercontent\.com/Slicer/Slicer/main/Schemas/"
    r"slicer-extension-catalog-entry-schema-v1\.0\.[0-2]\.json#?"
)
REQUIRED = {"$schema", "category", "scm_url"}
TYPES = {
    "$schema": str,
    "category": str,
    "scm_url": str,
    "scm_revision": str,
    "scm_type": str,
    "build_dependencies": list,
    "build_subdirectory": str,
    "dicom_support_rule": str,
    "enabled": bool,
    "tier": int,
}
LICENSE_NAMES = ("LICENSE", "LICENSE.txt", "License.txt", "license.txt", "LICENCE", "COPYING", "COPYING.txt")
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif")
MEGABYTE = 1024 * 1024


def entryFaults(entry):
    """Return one sentence for each rule of the schema that an index entry breaks."""
    faults = [f"{key} is missing" for key in sorted(REQUIRED - entry.keys())]
    for key, value in entry.items():
        if key not in TYPES:
            faults.append(f"{key} is not a key of the schema")
        elif type(value) is not TYPES[key]:
            faults.append(f"{key} is not of type {TYPES[key].__name__}")
    if not all(isinstance(name, str) for name in entry.get("build_dependencies", [])):
        faults.append("build_dependencies are not all texts")
    if entry.get("tier", 1) not in range(1, 6):
        faults.append("tier is not between 1 and 5")
    if entry.get("scm_type", "git") not in ("git", "local"):
        faults.append("scm_type is neither git nor local")
    if not SCHEMA.fullmatch(str(entry.get("$schema"))):
        faults.append("$schema is not the address of a published schema")
    return faults


@pytest.fixture(scope="module")
def entry(project):
    """The index entry."""
    return json.loads((project / "DynamicSpine.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cmake(project):
    """The text of the top-level CMakeLists.txt."""
    return (project / "CMakeLists.txt").read_text(encoding="utf-8")


def localPath(project, entry, url):
    """Return the file of the checkout that a raw address of the repository shows."""
    repository = urlsplit(entry["scm_url"]).path.strip("/").removesuffix(".git")
    prefix = f"https://raw.githubusercontent.com/{repository}/{entry['scm_revision']}/"
    assert url.startswith(prefix), f"{url} does not start with {prefix}."
    return project / url[len(prefix):]


def test_the_entry_keeps_the_schema(entry):
    assert entryFaults(entry) == []


def test_a_broken_entry_is_found(entry):
    assert entryFaults({**entry, "tier": 6}) == ["tier is not between 1 and 5"]
    assert entryFaults({**entry, "tier": True}) == ["tier is not of type int"]
    assert entryFaults({**entry, "homepage": ""}) == ["homepage is not a key of the schema"]
    assert entryFaults({key: value for key, value in entry.items() if key != "category"}) == ["category is missing"]


def test_the_entry_has_unix_line_endings(project):
    assert b"\r" not in (project / "DynamicSpine.json").read_bytes()


def test_the_category_is_one_that_the_index_knows(entry):
    assert entry["category"] == "Quantification"


def test_the_repository_is_named_as_the_index_wants_it(entry):
    address = urlsplit(entry["scm_url"])
    assert address.scheme in ("https", "git")
    assert address.path.rstrip("/").split("/")[-1].startswith("Slicer")


def test_the_project_is_named_like_the_entry(project, cmake):
    names = [path.stem for path in project.glob("*.json")]
    assert names == re.findall(r"project\s*\(\s*(\w+)", cmake) == ["DynamicSpine"]


def test_dependencies_agree_between_entry_and_cmake(entry, cmake, cmakeValue):
    inCmake = cmakeValue(re.sub(r"\) *#.*", ")", cmake), "EXTENSION_DEPENDS")
    assert (inCmake.split() if inCmake != "NA" else []) == entry["build_dependencies"]


def test_the_icon_is_a_png_of_128_pixels(project, entry, cmake, cmakeValue):
    path = localPath(project, entry, cmakeValue(cmake, "EXTENSION_ICONURL"))
    assert path.suffix == ".png", f"{path.name}: the index refuses svg."
    content = path.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n", f"{path} is not a png."
    assert struct.unpack(">II", content[16:24]) == (128, 128)


def test_the_screenshots_exist(project, entry, cmake, cmakeValue):
    for url in cmakeValue(cmake, "EXTENSION_SCREENSHOTURLS").split():
        path = localPath(project, entry, url)
        assert path.suffix.lower() in IMAGE_ENDINGS, f"{url} is not a picture that the index accepts."
        assert path.is_file(), f"{path.relative_to(project)} is missing, and CMakeLists.txt shows it as screenshot."


def test_the_description_is_one_line(cmake, cmakeValue):
    for name in ("HOMEPAGE", "CONTRIBUTORS", "DESCRIPTION", "KEYWORDS"):
        assert "\n" not in cmakeValue(cmake, f"EXTENSION_{name}")


def test_the_license_is_where_the_index_looks_and_is_packaged(project, cmake):
    present = [name for name in LICENSE_NAMES if (project / name).is_file()]
    assert present, f"No license file; the index looks for one of {', '.join(LICENSE_NAMES)}."
    beforeSlicer = cmake[: cmake.index("${Slicer_USE_FILE}")]
    for variable in ("EXTENSION_LICENSE_FILE", "EXTENSION_README_FILE"):
        found = re.findall(rf'set\({variable} "\$\{{CMAKE_CURRENT_SOURCE_DIR\}}/([^"]+)"\)', beforeSlicer)
        assert len(found) == 1, f"CMakeLists.txt needs {variable} before it includes Slicer, whose file it packages."
        assert (project / found[0]).is_file(), f"{found[0]} is missing, and CMakeLists.txt packages it."


def test_modules_can_be_added_by_the_extension_wizard(cmake):
    assert "## NEXT_MODULE" in cmake


def test_the_clone_stays_small(project):
    """The index refuses clones over 100 MB, history included."""
    skipped = {".venv", "build", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__"}
    sizes = {path: path.stat().st_size for path in project.rglob("*")
             if not skipped & set(path.relative_to(project).parts) and path.is_file()}
    largest = max(sizes, key=sizes.get)
    assert sum(sizes.values()) < 50 * MEGABYTE, f"The clone is over 50 MB; its largest file is {largest}."
