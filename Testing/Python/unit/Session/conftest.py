"""Lets the tests of this folder import the list of forbidden words, and the cases that other tests made."""

from __future__ import annotations

import sys
from pathlib import Path

_PYTHON = Path(__file__).parents[2]
sys.path[:0] = [str(_PYTHON), *(str(_PYTHON / "unit" / name) for name in ("Criteria", "Metrics"))]
