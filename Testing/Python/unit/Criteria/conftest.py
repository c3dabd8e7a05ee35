"""Lets the tests of this folder import the shipped rule sets, and the spines that the tests of the metrics use."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "Metrics")]
