"""Fixtures shared by all tests, and the place of what they share as modules."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# The tests run in as many processes as there are cores: threads of numpy's would only wait for each other, spinning.
# It counts where it is set before numpy is imported; whoever sets it otherwise gets it otherwise.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).parent))
