"""The row of Compare that plays from one position to the other: play, scrub, speed, loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Errors import DynamicSpineError, InputError
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.Overlays.MotionPictures import animatedThereAndBack
from DynamicSpineLib.Scene.Views.Layouts import COMPARE_TAG
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Session.MotionDesk import MotionDesk, PreparedMotion, prepareMotion
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.OwnJob import OwnJob
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.SignalsBlocked import signalsBlocked

_USUAL_FPS = 15.0


class MotionBox:
    """began, ended: called when a play takes over the view, and when the view has to show again what it did."""

    def __init__(
        self, context: PanelContext, ui: Any, views: Any, began: Callable[[], None], ended: Callable[[], None]
    ) -> None:
        self._context, self._ui, self._views, self._began, self._ended = context, ui, views, began, ended
        self.desk = MotionDesk()
        self._job = OwnJob(context)
        self._timer = qt.QTimer()
        self._timer.timeout.connect(self._next)
        self._isReady = False
        ui.speedSpin.value = _USUAL_FPS
        ui.loopCheck.checked = True
        ui.playButton.toggled.connect(self._toggled)
        ui.frameSlider.valueChanged.connect(self._scrubbed)
        ui.speedSpin.valueChanged.connect(self._speed)
        self._speed()
        self._showFrames(0)

    @property
    def isPlaying(self) -> bool:
        """True while the frames go on by themselves."""
        return bool(self._timer.active)

    def refresh(self) -> None:
        """A preparation that failed, or was cancelled, leaves no button pressed behind."""
        if not self.desk.isOn and not self._job.isRunning and not self._isReady:
            self._release()

    def _toggled(self, isOn: bool) -> None:
        if isOn and not self.desk.isOn:
            with shownErrors():
                self._prepare()
            self.refresh()
        elif isOn:
            self._timer.start()
        else:
            self._timer.stop()

    def _prepare(self) -> None:
        if self._context.session is not None and self._context.compare.isOn:
            self._job.start(_("Preparing the motion"), self._steps(self._preparation()), self._start)

    def _preparation(self) -> Steps[PreparedMotion]:
        """The motion in the slice that the view shows. Raises InputError where there is none."""
        session, desk = self._context.session, self._context.compare
        view = self._context.views.views.compare.view(COMPARE_TAG)
        if session is None or view is None:
            raise InputError(_("the view of the comparison is not shown; open Compare again"))
        session.settle()
        field = view.GetFieldOfView()
        return (yield from prepareMotion(session.case, desk.choice, desk.planeOf(view), (field[0], field[1])))

    def pictureSteps(self) -> Steps[dict[str, bytes]]:
        """Show the motion from the reference to the moving position, and keep what the view shows of every frame.

        Returns PNG by name: each frame, and all of them there and back as "motion". The play is over then.
        """
        prepared = yield from self._preparation()
        shots = []
        try:
            with slicer.util.RenderBlocker():
                self._began()
                self._views.beginMotion()
                self._play(prepared)
            for number in self.desk.outward:
                if not self.desk.isOn:
                    raise InputError(_("something else was shown while its pictures were made"))
                self.desk.show(number)
                self._draw()
                shots.append(self._views.picture())
                yield Step(number / self.desk.frameCount, _("motion"))
        finally:
            self._endPlay()
        named = {f"motion-{number:02}": shot.png for number, shot in enumerate(shots, start=1)}
        return {**named, "motion": animatedThereAndBack(shots)}

    def _steps(self, steps: Any) -> Any:
        """The steps, and a note that they came to their end: `refresh` is called before what they found is given."""
        self._isReady = False
        prepared = yield from steps
        self._isReady = True
        return prepared

    def _start(self, prepared: PreparedMotion) -> None:
        self._isReady = False
        session, desk = self._context.session, self._context.compare
        isSame = session is not None and session.case is prepared.case and _same(prepared.choice, desk.choice)
        if not isSame or not desk.isOn:  # something else was chosen meanwhile
            self._release()
            return
        with shownErrors(), slicer.util.RenderBlocker():
            try:
                self._began()
                self._views.beginMotion()
                self._play(prepared)
            except DynamicSpineError:
                self.stop()
                self._ended()
                raise
        if self.desk.isOn and self._ui.playButton.checked:
            self._timer.start()

    def _play(self, prepared: PreparedMotion) -> None:
        session, measured = self._context.session, self._context.results.measured
        view = slicer.app.layoutManager().sliceWidget(COMPARE_TAG)
        if session is None or view is None:
            raise InputError("the view of the comparison is not shown; open Compare again")
        rows = measured.rows if measured is not None else ()
        self.desk.start(session, prepared, [view.mrmlSliceCompositeNode()], self._ui.solidsCheck.checked, rows,
                        self._context.selection.now.place)  # fmt: skip
        self._showFrames(self.desk.frameCount)
        self._draw()

    def _next(self, *_arguments: Any) -> None:
        slider = self._ui.frameSlider
        if slider.value < slider.maximum:
            slider.value += 1
        elif self._ui.loopCheck.checked:
            slider.value = 0
        else:
            self._ui.playButton.checked = False

    def _scrubbed(self, number: int) -> None:
        if self.desk.isOn:
            with shownErrors(), slicer.util.RenderBlocker():
                self.desk.show(number)
                self._draw()

    def _draw(self) -> None:
        self._views.drawMotion(self.desk, self._context.compare.choice.withOutlines)

    def _speed(self, *_arguments: Any) -> None:
        self._timer.interval = round(1000.0 / max(self._ui.speedSpin.value, 1.0))

    def _showFrames(self, count: int) -> None:
        slider = self._ui.frameSlider
        with signalsBlocked(slider):
            slider.value = 0
            slider.maximum = max(count - 1, 0)
        slider.enabled = count > 1

    def stop(self, isShownAgain: bool = True) -> None:
        """End the play: every node of it is gone. isShownAgain: the view shows again what it showed before."""
        self._job.cancel()
        wasOn = self.desk.isOn
        self._endPlay()
        if wasOn and isShownAgain:
            self._ended()

    def _endPlay(self) -> None:
        self._timer.stop()
        with shownErrors(), slicer.util.RenderBlocker():
            self.desk.stop()
        self._context.compare.frameText = ""
        self._release()
        self._showFrames(0)

    def _release(self) -> None:
        self._isReady = False
        if self._ui.playButton.checked:
            with signalsBlocked(self._ui.playButton):
                self._ui.playButton.checked = False


def _same(first: CompareChoice, second: CompareChoice) -> bool:
    """True where two choices lay the same positions on each other by the same vertebra."""
    return (first.reference, first.moving, first.level) == (second.reference, second.moving, second.level)
