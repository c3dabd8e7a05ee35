"""Rewrite the lists of scripts and resources in DynamicSpine/CMakeLists.txt from the files on disk."""

from __future__ import annotations

import re
import sys
from pathlib import Path

MODULE_FOLDER = Path(__file__).resolve().parent.parent / "DynamicSpine"


def main() -> int:
    """Rewrite the lists; return the exit code."""
    cmakeFile = MODULE_FOLDER / "CMakeLists.txt"
    text = cmakeFile.read_text(encoding="utf-8")
    files = moduleFiles(MODULE_FOLDER)
    scripts = [name for name in files if name.endswith(".py")]
    text = replaceList(text, "MODULE_PYTHON_SCRIPTS", scripts)
    text = replaceList(text, "MODULE_PYTHON_RESOURCES", [name for name in files if name not in scripts])
    cmakeFile.write_text(text, encoding="utf-8", newline="\n")
    print(f"{cmakeFile.name}: {len(scripts)} scripts, {len(files) - len(scripts)} resources")
    return 0


def moduleFiles(folder: Path) -> list[str]:
    """Return the files that the module installs, relative to its folder, sorted."""
    names = []
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        generated = any(part == "__pycache__" or part.endswith(".egg-info") or part.startswith(".")
                        for part in relative.parts)
        if path.is_file() and not generated and relative.name != "CMakeLists.txt":
            names.append(relative.as_posix())
    return sorted(names)


def replaceList(text: str, variable: str, names: list[str]) -> str:
    """Return the CMake text with the content of `set(variable ...)` replaced."""
    lines = "".join(f"  {name}\n" for name in names)
    changed, count = re.subn(rf"set\({variable}\n.*?  \)", f"set({variable}\n{lines}  )", text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"CMakeLists.txt needs exactly one list {variable}; {count} were found.")
    return changed


if __name__ == "__main__":
    sys.exit(main())
