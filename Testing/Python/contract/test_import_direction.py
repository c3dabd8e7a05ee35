"""Layers import downward only, and each third-party package only where it belongs.

Read from the syntax trees: nothing is imported here, so a forbidden import is found even where it never runs.
"""

from __future__ import annotations

import ast
import sys

# Lowest first. What stands on one line are siblings, which do not import each other.
LAYERS = (
    ("Errors", "Progress"),
    ("Geometry",),
    ("Anatomy",),
    ("Study",),
    ("Metrics",),
    ("Catalog", "Wording"),
    ("Compare", "Registration", "Segmentations", "Criteria", "Phantom", "Dicom"),
    ("Findings",),
    ("Scene", "Reports"),
    ("Jobs",),
    ("Session",),
    ("Cli",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
NUMPY_ONLY = {"Geometry", "Anatomy", "Metrics"}
SCENE_ONLY = {"slicer", "vtk", "vtkmodules", "trame_slicer"}
INSIDE_FUNCTIONS = {"scipy", "SimpleITK", "jinja2", "pydicom"}
AT_FILE_SCOPE = {"numpy"}
AT_FILE_SCOPE_IN_SCENE = {"slicer", "vtk", "vtkmodules"}
PANEL_ONLY = {"qt", "ctk", "PySide6", "PyQt5", "PythonQt"}


def importsOf(tree):
    """Yield (line, dotted module, names, level, whether it runs when the file is imported) for each import."""

    def walk(node, runsAtImport):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield child.lineno, alias.name, (), 0, runsAtImport
            elif isinstance(child, ast.ImportFrom):
                yield child.lineno, child.module or "", tuple(a.name for a in child.names), child.level, runsAtImport
            inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) or isTypeChecking(child)
            yield from walk(child, runsAtImport and not inside)

    yield from walk(tree, True)


def isTypeChecking(node):
    """Tell whether a node is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def importedLayers(module, names):
    """Return the top names below DynamicSpineLib that an import reaches."""
    parts = module.split(".")
    if parts[0] != "DynamicSpineLib":
        return []
    return [parts[1]] if len(parts) > 1 else [name for name in names if name != "__version__"]


def directionFaults(source):
    """Return one sentence for each import that does not point downward."""
    own = source.parts[0]
    if own == "__init__":
        return [f"{source.at(found[0])}: the top package imports nothing." for found in importsOf(source.tree)]
    if own not in RANK:
        return [f"{source.at(1)}: {own} has no place among the layers of test_import_direction.py."]
    faults = []
    for line, module, names, level, _ in importsOf(source.tree):
        if level:
            faults.append(f"{source.at(line)}: relative import; write the full name from DynamicSpineLib on.")
        for layer in importedLayers(module, names):
            if layer not in RANK:
                faults.append(f"{source.at(line)}: {layer} has no place among the layers of test_import_direction.py.")
            elif layer != own and RANK[layer] >= RANK[own]:
                faults.append(f"{source.at(line)}: {own} imports {layer}, which is not below it.")
    return faults


def packageFaults(source):
    """Return one sentence for each third-party import in a place where it does not belong."""
    own = source.parts[0]
    faults = []
    for line, module, _, level, runsAtImport in importsOf(source.tree):
        package = module.split(".")[0]
        if level or package in sys.stdlib_module_names or package == "DynamicSpineLib":
            continue
        reason = whyNotAllowed(own, package, runsAtImport)
        if reason:
            faults.append(f"{source.at(line)}: {own} imports {package}; {reason}.")
    return faults


def whyNotAllowed(own, package, runsAtImport):
    """Return why a package may not be imported there, or an empty text."""
    if package in PANEL_ONLY:
        return "Qt belongs to the panel, the library runs without it"
    if package in SCENE_ONLY and own != "Scene":
        return "only Scene knows MRML and VTK"
    if package not in SCENE_ONLY | INSIDE_FUNCTIONS | AT_FILE_SCOPE:
        return "it is neither of the standard library nor among the packages that DynamicSpine declares"
    if own in NUMPY_ONLY and package != "numpy":
        return f"{', '.join(sorted(NUMPY_ONLY))} need numpy only"
    allowed = AT_FILE_SCOPE | (AT_FILE_SCOPE_IN_SCENE if own == "Scene" else set())
    if runsAtImport and package not in allowed:
        return "import it inside the function that uses it, so that the library starts fast"
    return ""


def test_layers_import_downward_only(sources, expectNone):
    expectNone([fault for source in sources for fault in directionFaults(source)])


def test_packages_are_imported_where_they_belong(sources, expectNone):
    expectNone([fault for source in sources for fault in packageFaults(source)])


def test_an_upward_a_sideward_and_a_relative_import_are_found(sourceOf):
    up = sourceOf("Geometry.Planes", "def f():\n    from DynamicSpineLib.Metrics.Slip import slip\n")
    assert directionFaults(up) == [f"{up.at(2)}: Geometry imports Metrics, which is not below it."]
    side = sourceOf("Reports.Html", "from DynamicSpineLib import Errors, Scene\n")
    assert directionFaults(side) == [f"{side.at(1)}: Reports imports Scene, which is not below it."]
    relative = sourceOf("Study.Case", "from .Position import Position\n")
    assert "relative import" in directionFaults(relative)[0]
    assert directionFaults(sourceOf("Metrics.Slip", "from DynamicSpineLib.Geometry.Planes import fitPlane\n")) == []


def test_a_package_in_the_wrong_place_is_found(sourceOf):
    assert "only Scene" in packageFaults(sourceOf("Metrics.Slip", "def f():\n    import vtk\n"))[0]
    assert "inside the function" in packageFaults(sourceOf("Phantom.Series", "import SimpleITK as sitk\n"))[0]
    assert "numpy only" in packageFaults(sourceOf("Metrics.Slip", "def f():\n    import scipy.stats\n"))[0]
    assert "Qt" in packageFaults(sourceOf("Scene.Views", "def f():\n    import qt\n"))[0]
    assert "declares" in packageFaults(sourceOf("Reports.Plots", "def f():\n    import matplotlib\n"))[0]
    allowed = "import json\nimport numpy as np\nif TYPE_CHECKING:\n    import SimpleITK\ndef f():\n    import scipy\n"
    assert packageFaults(sourceOf("Phantom.Series", allowed)) == []
    assert packageFaults(sourceOf("Scene.Views", "import slicer\nfrom vtkmodules.util import numpy_support\n")) == []
