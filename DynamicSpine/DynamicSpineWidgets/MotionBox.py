"""The row of Compare that plays from one position to the other: play, scrub, speed, loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Geometry.Rigid import inverseRigid
from DynamicSpineLib.Scene.Views.Layouts import COMPARE_TAG
from DynamicSpineLib.Scene.Views.SlicePlacing import shownPlane
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Session.MotionDesk import MotionDesk, PreparedMotion, prepareMotion
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.SignalsBlocked import signalsBlocked

_USUAL_FPS = 15.0


class MotionBox:
    """drawn: called with what a frame draws and what it says; ended: called when a play is over."""

    def __init__(self, context: PanelContext, ui: Any, views: Any, ended: Callable[[], None]) -> None:
        self._context, self._ui, self._views, self._ended = context, ui, views, ended
        self.desk = MotionDesk()
        self._timer = qt.QTimer()
        self._timer.timeout.connect(self._next)
        self._wantsPlay = False
        ui.speedSpin.value = _USUAL_FPS
        ui.loopCheck.checked = True
        ui.playButton.toggled.connect(self._toggled)
        ui.frameSlider.valueChanged.connect(self._scrubbed)
        ui.speedSpin.valueChanged.connect(self._speed)
        self._speed()

    def _toggled(self, isOn: bool) -> None:
        self._wantsPlay = isOn
        if isOn and not self.desk.isOn:
            self._prepare()
        elif isOn:
            self._timer.start()
        else:
            self._timer.stop()

    def _prepare(self) -> None:
        session, choice = self._context.session, self._context.compare.choice
        with shownErrors():
            view = self._context.views.views.compare.view(COMPARE_TAG)
            if session is None or view is None or not self._context.compare.isOn:
                self._release()
                return
            session.settle()
            plane = shownPlane(view).moved(inverseRigid(self._context.compare.toWorld()))
            field = view.GetFieldOfView()
            steps = prepareMotion(session.case, choice, plane, (field[0], field[1]))
            self._context.runner.start(_("Preparing the motion"), steps, self._start)
        if not self._context.runner.isBusy and not self.desk.isOn:
            self._release()

    def _start(self, prepared: PreparedMotion) -> None:
        session, desk = self._context.session, self._context.compare
        if session is None or session.case is not prepared.case or not _same(prepared.choice, desk.choice):
            self._release()  # something else was chosen meanwhile
            return
        view = slicer.app.layoutManager().sliceWidget(COMPARE_TAG)
        rows = self._context.results.measured.rows if self._context.results.measured is not None else ()
        with shownErrors(), slicer.util.RenderBlocker():
            self._views.beginMotion()
            self.desk.start(session, prepared, [view.mrmlSliceCompositeNode()], self._ui.solidsCheck.checked, rows,
                            self._context.selection.now.place)  # fmt: skip
        with signalsBlocked(self._ui.frameSlider):
            self._ui.frameSlider.maximum = max(self.desk.frameCount - 1, 0)
            self._ui.frameSlider.value = 0
        self._draw()
        if self._wantsPlay:
            self._timer.start()

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
        withOutlines = self._context.compare.choice.withOutlines
        self._views.drawMotion(self.desk, withOutlines)

    def _speed(self, *_arguments: Any) -> None:
        self._timer.interval = round(1000.0 / max(self._ui.speedSpin.value, 1.0))

    def stop(self) -> None:
        """End the play: every node of it is gone, and the view shows what it showed before."""
        self._timer.stop()
        wasOn = self.desk.isOn
        with shownErrors(), slicer.util.RenderBlocker():
            self.desk.stop()
        self._release()
        with signalsBlocked(self._ui.frameSlider):
            self._ui.frameSlider.value = 0
            self._ui.frameSlider.maximum = 0
        if wasOn:
            self._ended()

    def _release(self) -> None:
        self._wantsPlay = False
        if self._ui.playButton.checked:
            with signalsBlocked(self._ui.playButton):
                self._ui.playButton.checked = False


def _same(first: CompareChoice, second: CompareChoice) -> bool:
    """True where two choices lay the same positions on each other by the same vertebra."""
    return (first.reference, first.moving, first.level) == (second.reference, second.moving, second.level)
