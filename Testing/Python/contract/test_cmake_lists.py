"""Slicer installs what DynamicSpine/CMakeLists.txt lists, and says nothing about a file that was forgotten there."""

from __future__ import annotations

import re

GENERATED = re.compile(r"(^|/)(__pycache__|\.[^/]+|[^/]+\.egg-info)(/|$)|\.pyc$")


def listed(text, variable):
    """Return the entries of set(variable ...)."""
    found = re.findall(rf"set\({variable}\s([^)]*)\)", text)
    assert len(found) == 1, f"DynamicSpine/CMakeLists.txt needs one list {variable}; {len(found)} were found."
    return found[0].split()


def test_the_lists_of_the_module_equal_the_files_on_disk(project, expectNone):
    folder = project / "DynamicSpine"
    text = (folder / "CMakeLists.txt").read_text(encoding="utf-8")
    scripts, resources = listed(text, "MODULE_PYTHON_SCRIPTS"), listed(text, "MODULE_PYTHON_RESOURCES")
    onDisk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    onDisk = {name for name in onDisk if not GENERATED.search(name)} - {"CMakeLists.txt"}
    faults = [f"DynamicSpine/{name} is not listed; run `make lists`." for name in onDisk - {*scripts, *resources}]
    faults += [f"DynamicSpine/{name} is listed but does not exist; run `make lists`."
               for name in {*scripts, *resources} - onDisk]
    faults += [f"{name} stands in the wrong list; run `make lists`."
               for name in [n for n in scripts if not n.endswith(".py")] + [n for n in resources if n.endswith(".py")]]
    expectNone(sorted(faults))
    assert len(scripts) + len(resources) == len({*scripts, *resources}), "A file is listed twice; run `make lists`."


def test_only_the_module_itself_stands_beside_the_library(project):
    beside = sorted(path.name for path in (project / "DynamicSpine").glob("*.py"))
    assert beside == ["DynamicSpine.py"], f"Slicer takes every .py of the module folder for a module: {beside}."
