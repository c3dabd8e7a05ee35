"""Settings of the process that these tests run in."""

from __future__ import annotations

import gc

# Measured cases are tens of thousands of values that hold each other in no circle: looking for circles after every 700
# of them took a seventh of the time.
gc.set_threshold(20_000, 20, 50)
