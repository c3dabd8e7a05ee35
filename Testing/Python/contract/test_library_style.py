"""House rules of the library's code that no linter checks: sizes, names, docstrings, types, where print stands."""

from __future__ import annotations

import ast
import re

LARGEST_FILE = 320
LARGEST_FUNCTION = 50
FILE_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
CLASS_NAME = re.compile(r"_?[A-Z][A-Za-z0-9]*")
FUNCTION_NAME = re.compile(r"_?[a-z][A-Za-z0-9]*(_(RAS|LPS|IJK))?")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functionsOf(node, owner=""):
    """Yield (function, its class's name, whether it is public) at file and class level, not nested ones."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield child, owner, not child.name.startswith("_") and not owner.startswith("_")
        elif isinstance(child, ast.ClassDef):
            yield from functionsOf(child, child.name)
        elif isinstance(child, (ast.If, ast.Try)):
            yield from functionsOf(child, owner)


def blanketExcepts(tree):
    """Yield the lines of handlers that catch everything and do not raise it again after cleaning up."""
    for node in ast.walk(tree):
        isHandler = isinstance(node, ast.ExceptHandler)
        if isHandler and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None):
            caught = ast.unparse(node.type) if node.type else "Exception"
            if re.search(r"\b(Base)?Exception\b", caught):
                yield node.lineno


def untyped(function, owner):
    """Return the arguments, and "return", that lack an annotation."""
    arguments = function.args
    names = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    isStatic = any(ast.unparse(decorator) == "staticmethod" for decorator in function.decorator_list)
    if owner and not isStatic:
        names = names[1:]
    missing = [argument.arg for argument in names if argument is not None and argument.annotation is None]
    return missing + (["return"] if function.returns is None else [])


def test_files_and_functions_stay_small(sources, expectNone):
    faults = []
    for source in sources:
        lines = source.text.count("\n")
        if lines > LARGEST_FILE:
            faults.append(f"{source.at(1)}: {lines} lines; at most {LARGEST_FILE}.")
        for node in ast.walk(source.tree):
            if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno >= LARGEST_FUNCTION:
                length = node.end_lineno - node.lineno + 1
                faults.append(f"{source.at(node.lineno)}: {node.name} has {length} lines; at most {LARGEST_FUNCTION}.")
    expectNone(faults)


def test_names_follow_the_style_of_slicer(sources, expectNone):
    faults = []
    for source in sources:
        if source.parts[-1] != "__init__" and not FILE_NAME.fullmatch(source.parts[-1]):
            faults.append(f"{source.at(1)}: file names are PascalCase.")
        if len(source.parts) > 1 and source.parts[-1] == source.parts[-2]:
            faults.append(f"{source.at(1)}: no file bears its package's name.")
        for node in ast.walk(source.tree):
            isDunder = isinstance(node, FUNCTIONS) and re.fullmatch(r"__\w+__", node.name)
            if isinstance(node, FUNCTIONS) and not isDunder and not FUNCTION_NAME.fullmatch(node.name):
                faults.append(f"{source.at(node.lineno)}: function {node.name} is not camelCase.")
            if isinstance(node, ast.ClassDef) and not CLASS_NAME.fullmatch(node.name):
                faults.append(f"{source.at(node.lineno)}: class {node.name} is not PascalCase.")
    expectNone(faults)


def test_public_functions_and_classes_have_a_docstring(sources, expectNone):
    faults = []
    for source in sources:
        isPackage = source.parts[-1] == "__init__"
        if not isPackage and not ast.get_docstring(source.tree):
            faults.append(f"{source.at(1)}: the file has no docstring.")
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                faults.append(f"{source.at(node.lineno)}: class {node.name} has no docstring.")
        for function, _, isPublic in functionsOf(source.tree):
            if isPublic and not ast.get_docstring(function):
                faults.append(f"{source.at(function.lineno)}: {function.name} has no docstring.")
    expectNone(faults)


def test_public_functions_are_typed(sources, expectNone):
    faults = []
    for source in sources:
        for function, owner, isPublic in functionsOf(source.tree):
            missing = untyped(function, owner) if isPublic else []
            if missing:
                faults.append(f"{source.at(function.lineno)}: {function.name} lacks types for {', '.join(missing)}.")
    expectNone(faults)


def test_no_handler_catches_everything(sources, expectNone):
    expectNone([f"{source.at(line)}: catch the exceptions you expect, not all of them."
                for source in sources for line in blanketExcepts(source.tree)])


def test_only_the_command_line_prints(sources, expectNone):
    expectNone([f"{source.at(node.lineno)}: only Cli.py prints."
                for source in sources if source.parts != ("Cli",)
                for node in ast.walk(source.tree)
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write")])


def test_nothing_is_kept_in_global_variables(sources, expectNone):
    expectNone([f"{source.at(node.lineno)}: no function rebinds a global."
                for source in sources for node in ast.walk(source.tree) if isinstance(node, ast.Global)])


def test_package_files_hold_no_code(sources, expectNone):
    faults = []
    for source in sources:
        isTop = len(source.parts) == 1
        hasCode = [node for node in source.tree.body if not isinstance(node, ast.Expr)]
        if source.parts[-1] == "__init__" and hasCode and not isTop:
            faults.append(f"{source.at(hasCode[0].lineno)}: a package's __init__.py is empty or a docstring.")
    expectNone(faults)


def test_a_blanket_handler_and_a_missing_type_are_found(sourceOf):
    text = "try:\n    pass\nexcept (ValueError, Exception):\n    pass\n"
    assert list(blanketExcepts(sourceOf("Study.Case", text).tree)) == [3]
    cleanUp = "try:\n    pass\nexcept BaseException:\n    discard()\n    raise\n"
    assert list(blanketExcepts(sourceOf("Study.Case", cleanUp).tree)) == []
    tree = sourceOf("Study.Case", "class A:\n    def f(self, x, *, y: int): ...\n").tree
    assert [untyped(function, owner) for function, owner, _ in functionsOf(tree)] == [["x", "return"]]
