"""Run all tests, two processes at a time, for two cores.

    python Tools/RunTests.py [arguments for pytest]

The panel's and the unit tests are divided into processes of their own: the application of the panel's tests grows
slower with every window that it has had, and small parts share two cores evenly. Of a part that passed the last line is
printed, of one that failed everything.
Exit code 0 where all passed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

TESTS = Path("Testing") / "Python"
FIRST, LAST = "gui", "unit"
"""Folders whose parts are run by themselves; what takes longest does not come last."""

AT_ONCE = 2


def main() -> int:
    """Run the parts and tell of each when it has ended."""
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = {pool.submit(run, part): part for part in parts()}
        for done in as_completed(started):
            part, (code, said) = started[done], done.result()
            failed += [part] if code else []
            lines = said.strip().splitlines() or ["nothing was said"]
            sys.stdout.write(f"{part}: {lines[-1].strip('= ')}\n" if not code else f"\n{part}\n{said}\n")
            sys.stdout.flush()
    names = ", ".join(str(part) for part in failed)
    sys.stdout.write(f"Failed: {names}\n" if failed else "All tests passed.\n")
    return 1 if failed else 0


def parts() -> Iterator[Path]:
    """Folders and files that hold all tests, each test in one of them."""
    yield from inside(TESTS / FIRST)
    yield from (path for path in inside(TESTS) if path.name not in (FIRST, LAST))
    yield from inside(TESTS / LAST)


def inside(folder: Path) -> list[Path]:
    """The folders and files with tests in a folder, backwards: among the panel's the last ones take longest."""
    return [path for path in sorted(folder.iterdir(), reverse=True) if holdsTests(path)]


def holdsTests(path: Path) -> bool:
    """True for a test file and for a folder with one somewhere below."""
    return any(path.rglob("test_*.py")) if path.is_dir() else path.match("test_*.py")


def run(part: Path) -> tuple[int, str]:
    """pytest's exit code and output."""
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", *sys.argv[1:], str(part)], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")  # fmt: skip
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main())
