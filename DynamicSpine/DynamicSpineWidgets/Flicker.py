"""One picture, then the other: by key or by a clock, and never so often that it could start a seizure."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import qt

from DynamicSpineLib.Compare.Modes import MOST_FLASHES_HZ

LEAST_SECONDS = 0.5 / MOST_FLASHES_HZ
"""Between two changes: a flash is a change to the other picture and back."""

_LATE_MILLISECONDS = 2  # by which the clock may run early without a change being left out


class Flicker:
    """change: shows the other of the two pictures. now: the time in seconds; a key that is held down repeats."""

    def __init__(self, change: Callable[[], None]) -> None:
        self._change = change
        self.now: Callable[[], float] = time.monotonic
        self._changedAt = -math.inf
        self._timer = qt.QTimer()
        self._timer.timerType = qt.Qt.PreciseTimer  # others may be early by a twentieth
        self._timer.timeout.connect(self.flash)

    @property
    def isRunning(self) -> bool:
        """True while the pictures change by themselves."""
        return bool(self._timer.active)

    @property
    def intervalMs(self) -> int:
        """Milliseconds between two changes that the clock makes."""
        return int(self._timer.interval)

    def run(self, flashesHz: float) -> None:
        """Flash so many times a second, at most MOST_FLASHES_HZ; 0: by key only."""
        if flashesHz <= 0:
            self.stop()
            return
        interval = math.ceil(500.0 / min(flashesHz, MOST_FLASHES_HZ)) + _LATE_MILLISECONDS
        if not self.isRunning or interval != self.intervalMs:
            self._timer.interval = interval
            self._timer.start()

    def stop(self) -> None:
        """Change by key only."""
        self._timer.stop()

    def flash(self, *_arguments: Any) -> None:
        """Show the other picture, unless the last change was too short a time ago."""
        now = self.now()
        if now - self._changedAt >= LEAST_SECONDS:
            self._changedAt = now
            self._change()
