"""Lets the tests of this folder import the list of forbidden words, and the cases that other tests made."""

from __future__ import annotations

import sys
from pathlib import Path

_PYTHON = Path(__file__).parents[2]
_FOLDERS = (Path(__file__).parent, _PYTHON, *(_PYTHON / "unit" / name for name in ("Criteria", "Metrics")))
sys.path[:0] = [str(folder) for folder in _FOLDERS]
