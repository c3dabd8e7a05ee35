"""Lets the tests of this folder import its told cases, and the spines and judged cases of their neighbors."""

from __future__ import annotations

import sys
from pathlib import Path

_UNIT = Path(__file__).parents[1]
sys.path[:0] = [str(Path(__file__).parent), str(_UNIT / "Criteria"), str(_UNIT / "Metrics")]
