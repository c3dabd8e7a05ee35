"""Prepare the virtual environment that demo, tests and checks run in. Standard library only.

Usage: python3 Tools/SetUp.py ENVIRONMENT_FOLDER STAMP_FILE
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    environment, stamp = Path(sys.argv[1]), Path(sys.argv[2])
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", "-e", ".[slicer,dev]"], check=True)
    stamp.touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
