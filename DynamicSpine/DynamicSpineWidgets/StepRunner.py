"""Long work in short steps, driven by a timer so that the application stays alive, with progress and cancel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Progress import Steps
from DynamicSpineWidgets.Errors import shownErrors

SLICE_SECONDS = 0.03
"""Steps are taken for so long before the application may react to its user again."""

REST_MILLISECONDS = 150
"""After so long without an edit the mouse is taken to rest."""


class StepRunner:
    """Runs one job at a time. `changed` is called when a job begins or ends."""

    def __init__(self, label: Any, bar: Any, cancelButton: Any, changed: Callable[[], None]) -> None:
        self._label, self._bar, self._cancelButton, self._changed = label, bar, cancelButton, changed
        self._steps: Steps[Any] | None = None
        self._finished: Callable[[Any], None] | None = None
        self._timer = qt.QTimer()
        self._timer.setSingleShot(True)
        self._timer.interval = 0
        self._timer.timeout.connect(self._run)
        cancelButton.clicked.connect(self.cancel)
        self._show(False)

    @property
    def isBusy(self) -> bool:
        """True while a job runs."""
        return self._steps is not None

    def start(self, title: str, steps: Steps[Any], finished: Callable[[Any], None]) -> None:
        """Begin a job; `finished` gets its result. A job that runs already is not disturbed: this one is refused."""
        if self.isBusy:
            steps.close()
            return
        self._steps, self._finished = steps, finished
        self._label.text = title
        self._bar.value = 0
        self._show(True)
        self._changed()
        self._timer.start()

    def cancel(self, *_arguments: object) -> None:
        """Stop between two steps; nothing of the job remains."""
        if self._steps is not None:
            self._steps.close()
            self._end()
            self._label.text = _("Cancelled; nothing was changed.")

    def runToEnd(self) -> None:
        """Finish the running job without returning to the application, for scripts and tests."""
        while self._steps is not None:
            self._run()

    def _run(self) -> None:
        outcome = None
        with shownErrors():
            outcome = _takeSteps(self._steps, time.monotonic() + SLICE_SECONDS)
        if outcome is None:  # what went wrong was shown
            self._end()
            return
        step, isDone, result = outcome
        if not isDone:
            self._bar.value = round(100 * step.fraction)
            self._bar.format = step.message
            self._timer.start()
            return
        finished = self._finished
        self._end()
        with shownErrors():
            if finished is not None:
                finished(result)

    def _end(self) -> None:
        self._timer.stop()
        self._steps = self._finished = None
        self._label.text = ""
        self._show(False)
        self._changed()

    def _show(self, busy: bool) -> None:
        self._bar.visible = busy
        self._cancelButton.visible = busy


def _takeSteps(steps: Any, until: float) -> tuple[Any, bool, Any]:
    """Take steps until a time; return the last one, whether the work is done, and its result."""
    step = None
    while step is None or time.monotonic() < until:
        try:
            step = next(steps)
        except StopIteration as end:
            return step, True, end.value
    return step, False, None


class RestWork:
    """What is done when the mouse rests: `begin` makes the steps; every edit drops them and waits again."""

    def __init__(self, begin: Callable[[], Steps[Any]]) -> None:
        self._begin = begin
        self._steps: Steps[Any] | None = None
        self._isRunning = False
        self._rest = qt.QTimer()
        self._rest.setSingleShot(True)
        self._rest.interval = REST_MILLISECONDS
        self._rest.timeout.connect(self._start)
        self._timer = qt.QTimer()
        self._timer.setSingleShot(True)
        self._timer.interval = 0
        self._timer.timeout.connect(self._run)

    def restart(self) -> None:
        """Something was edited: drop what was begun and wait for rest."""
        self.stop()
        self._rest.start()

    def stop(self) -> None:
        """Drop what was begun and begin nothing. May be called by a step itself, which is the last one then."""
        self._rest.stop()
        self._timer.stop()
        steps, self._steps = self._steps, None
        if steps is not None and not self._isRunning:
            steps.close()

    @property
    def isPending(self) -> bool:
        """True while there is something left to do."""
        return self._steps is not None or self._rest.active

    def runToEnd(self) -> None:
        """Do now what would be done at rest, for scripts and tests."""
        while self.isPending:
            if self._rest.active:
                self._rest.stop()
                self._start()
            self._run()

    def _start(self) -> None:
        with shownErrors():
            self._steps = self._begin()
            self._timer.start()

    def _run(self) -> None:
        steps = self._steps
        if steps is None:
            return
        isDone, self._isRunning = True, True
        with shownErrors():
            _step, isDone, _result = _takeSteps(steps, time.monotonic() + SLICE_SECONDS)
        self._isRunning = False
        if self._steps is not steps:  # an edit came meanwhile, and these are the steps of the case before it
            steps.close()
        elif isDone:
            self._steps = None
        else:
            self._timer.start()
