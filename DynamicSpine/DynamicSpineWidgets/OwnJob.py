"""One section's use of the panel's runner: it knows which of the jobs are its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slicer.i18n import tr as _

from DynamicSpineLib.Progress import Steps
from DynamicSpineWidgets.PanelContext import PanelContext


class OwnJob:
    """At most one job, which ends when it is done, fails, or is cancelled by whomever."""

    def __init__(self, context: PanelContext) -> None:
        self._context = context
        self._steps: Any = None

    @property
    def isRunning(self) -> bool:
        """True from `start` to the end of the job."""
        return self._steps is not None and self._steps.gi_frame is not None and self._context.runner.isBusy

    def start(self, title: str, steps: Steps[Any], finished: Callable[[Any], None]) -> bool:
        """Begin a job; False where another one is running, which is told and goes on."""
        if self._context.runner.isBusy:
            steps.close()
            self._context.tell(_("Other work is running: wait for its end, or cancel it."))
            return False
        self._steps = steps
        self._context.runner.start(title, steps, finished)
        return True

    def cancel(self) -> None:
        """End the job if it is running. One that ends itself at this moment is left to do so."""
        if self.isRunning and not self._steps.gi_running:
            self._context.runner.cancel()
