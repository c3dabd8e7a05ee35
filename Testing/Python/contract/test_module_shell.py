"""DynamicSpine.py imports nothing heavy at file scope, and the panel's .ui files name what its code uses."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET

ALLOWED_AT_FILE_SCOPE = {"slicer.i18n", "slicer.ScriptedLoadableModule"}
MOST_LINES_PER_SECTION = 300


def panelFiles(project):
    return sorted((project / "DynamicSpine" / "DynamicSpineWidgets").glob("*.py"))


def namesInUi(path):
    """The names of every widget, layout and action of a .ui file."""
    root = ET.parse(path).getroot()
    return {item.get("name") for kind in ("widget", "layout", "action", "spacer") for item in root.iter(kind)}


def loadedClasses(project):
    """The classes of the panel that load a .ui file, by the file's name."""
    found = {}
    for path in panelFiles(project):
        text = path.read_text(encoding="utf-8")
        bases = re.findall(r"^class (\w+)\((?:\w*Section)\)", text, re.MULTILINE)
        found.update(dict.fromkeys(bases, path))
        found.update(dict.fromkeys(re.findall(r'loadUi\("(\w+)"\)', text), path))
        if "loadUi(type(self).__name__)" in text:
            found.update(dict.fromkeys(re.findall(r"^class (\w+)[:(]", text, re.MULTILINE), path))
    return found


def test_nothing_heavy_is_imported_at_file_scope(project):
    tree = ast.parse((project / "DynamicSpine/DynamicSpine.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            assert names == ["slicer"], f"DynamicSpine.py:{node.lineno}: import it where it is used."
        if isinstance(node, ast.ImportFrom):
            assert node.module in ALLOWED_AT_FILE_SCOPE, f"DynamicSpine.py:{node.lineno}: import it where it is used."
            assert all(alias.name != "*" for alias in node.names), f"DynamicSpine.py:{node.lineno}: name each import."


def test_every_ui_file_is_loaded_by_a_class_of_the_panel(project):
    files = {path.stem for path in (project / "DynamicSpine/Resources/UI").glob("*.ui")}
    loaded = set(loadedClasses(project))
    assert files - loaded == set(), "no class of the panel loads these"


def test_every_name_that_a_section_takes_from_its_ui_file_is_in_it(project):
    faults = []
    for name, path in loadedClasses(project).items():
        file = project / "DynamicSpine/Resources/UI" / f"{name}.ui"
        if not file.is_file():
            continue
        known = namesInUi(file)
        used = set(re.findall(r"self\.ui\.(\w+)", path.read_text(encoding="utf-8")))
        faults += [f"{path.name}: {item} is not in {file.name}" for item in sorted(used - known)]
    assert faults == []


def test_every_name_of_a_ui_file_is_used_once(project):
    for path in (project / "DynamicSpine/Resources/UI").glob("*.ui"):
        root = ET.parse(path).getroot()
        names = [item.get("name") for kind in ("widget", "layout", "action") for item in root.iter(kind)]
        assert len(names) == len(set(names)), path.name


def test_every_parameter_bound_in_a_ui_file_is_one_of_the_parameter_node(project):
    source = (project / "DynamicSpine/DynamicSpineWidgets/ParameterNode.py").read_text(encoding="utf-8")
    known = set(re.findall(r"^    (\w+): ", source, re.MULTILINE))
    for path in (project / "DynamicSpine/Resources/UI").glob("*.ui"):
        for item in ET.parse(path).getroot().iter("property"):
            if item.get("name") == "SlicerParameterName":
                assert item.findtext("string") in known, path.name


def test_the_panel_uses_no_string_connects_and_no_star_imports(project):
    for path in panelFiles(project):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.connect\(\s*[\"']", text), path.name
        assert "import *" not in text, path.name


def test_translated_texts_are_literals(project):
    for path in panelFiles(project):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            isCall = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
            if isCall:
                argument = node.args[0]
                literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                assert literal, f"{path.name}:{node.lineno}: translate a literal and fill it in by .format"


def test_files_of_the_panel_stay_short(project):
    for path in panelFiles(project):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_PER_SECTION, path.name
