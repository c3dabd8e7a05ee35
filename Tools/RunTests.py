"""Run all tests in two processes, for two cores: the panel with its application, and everything else.

    python Tools/RunTests.py [arguments for pytest]

The first process's output is shown as it comes, the second one's when it has ended. Exit code 0 where both passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path("Testing") / "Python"
PANEL = (TESTS / "gui", TESTS / "contract")


def main() -> int:
    """Start both, wait for both, show both."""
    others = [path for path in sorted(TESTS.iterdir())
              if path not in PANEL and path.is_dir() and any(path.rglob("test_*.py"))]  # fmt: skip
    with tempfile.TemporaryFile() as kept:
        second = subprocess.Popen(command(PANEL), stdout=kept, stderr=subprocess.STDOUT)
        first = subprocess.run(command(others), check=False)
        second.wait()
        kept.seek(0)
        sys.stdout.write(kept.read().decode("utf-8", "replace"))
    return 0 if first.returncode == second.returncode == 0 else 1


def command(folders: tuple[Path, ...] | list[Path]) -> list[str]:
    """The call of pytest for some folders of tests."""
    return [sys.executable, "-m", "pytest", *sys.argv[1:], *(str(folder) for folder in folders)]


if __name__ == "__main__":
    sys.exit(main())
