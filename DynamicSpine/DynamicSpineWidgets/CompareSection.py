"""The section Compare: two positions laid on each other with one vertebra held still, seen in every way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import qt
import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Compare.Anchor import heldLevels
from DynamicSpineLib.Compare.Modes import FLICKER
from DynamicSpineLib.Errors import DynamicSpineError
from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Session.CompareChoice import CompareChoice, choiceAt, fittedChoice
from DynamicSpineLib.Session.ComparedWork import FIELD
from DynamicSpineLib.Session.ReviewWalk import stepped
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineWidgets.Choices import whenChosen
from DynamicSpineWidgets.CompareExport import exportSteps
from DynamicSpineWidgets.CompareOptions import CompareOptions
from DynamicSpineWidgets.CompareViews import CompareViews
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.Flicker import Flicker
from DynamicSpineWidgets.MotionBox import MotionBox
from DynamicSpineWidgets.OwnJob import OwnJob
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section


class CompareSection(Section):
    """Comparing begins when the section is opened and ends when it is left: then every node is where it was."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.desk = context.compare
        self.views = CompareViews(context, self._held, context.tell)
        self.motion = MotionBox(context, self.ui, self.views, self._motionBegan, self._showAgain)
        self.flicker = Flicker(self._changePicture)
        self._job = OwnJob(context)
        self._isOpen = False
        self._asked: CompareChoice | None = None
        self._connect()
        context.sessionChanged.listen(self._sessionChanged)
        context.selection.changed.listen(self._selectionChanged)

    def _connect(self) -> None:
        ui = self.ui
        whenChosen(ui.levelCombo, lambda level: self.change(level=level))
        whenChosen(ui.referenceCombo, lambda chosen: self._pair(reference=chosen))
        whenChosen(ui.movingCombo, lambda chosen: self._pair(moving=chosen))
        ui.swapButton.clicked.connect(self.swap)
        self.options = CompareOptions(ui, self.change)
        ui.letGoButton.clicked.connect(self.letGo)
        ui.exportButton.clicked.connect(self.export)

    def keyBindings(self) -> list[tuple[str, Callable[..., None]]]:
        return [
            ("Up", lambda: self.stepAnchor(-1)), ("Down", lambda: self.stepAnchor(1)),
            ("Left", lambda: self.stepMoving(-1)), ("Right", lambda: self.stepMoving(1)),
            ("Space", self.flash), ("W", self.nextPlace),
        ]  # fmt: skip

    # --- moments ---

    def opened(self) -> None:
        self._isOpen = True
        case = self._case
        if case is None or len(case.positions) < 2 or not self.context.views.views.isEntered:
            self.refresh()
            return
        if self.desk.isOn:  # the scene was saved while they were compared
            self.see(self.desk.choice)
        else:
            self.see(choiceAt(case, self.desk.choice, self.context.selection.now))

    def closed(self) -> None:
        if self._isOpen:
            self._isOpen = False
            self._end()

    def cleanup(self) -> None:
        self._job.cancel()
        self.flicker.stop()
        self.motion.stop()
        self.views.remove()

    def _sessionChanged(self) -> None:
        wasOpen, self._isOpen = self._isOpen, False  # nothing is shown again of the case that is left
        self._release()
        self.context.views.views.compare.choice = CompareChoice()
        self.desk.setSession(self.context.session)
        self._isOpen = wasOpen

    def _selectionChanged(self, before: Chosen, now: Chosen) -> None:
        """A place or a pair was chosen elsewhere: in a table, a sentence, or by a key."""
        case = self._case
        isPlace = now.place != before.place or (now.compared and (now.compared, now.position) != (before.compared,
                                                                                              before.position))
        if self._isOpen and case is not None and isPlace and len(case.positions) > 1:
            choice = choiceAt(case, self._latest, now)
            if choice != self._latest:
                self.see(choice)

    def restSteps(self) -> Steps[None]:
        """After an edit, lay on each other anew what is compared; where that is not possible any more, let go."""
        if self._isOpen and self._case is not None and self.desk.isStale:
            self._orEnd(lambda: self._seeNow(self.desk.choice))
            self.refresh()
        return
        yield

    # --- what the user does ---

    def change(self, **changes: Any) -> None:
        """Change something of what is seen."""
        if self._isOpen and self._case is not None:
            self.see(replace(self._latest, **changes))

    def _pair(self, **changes: str) -> None:
        case, now = self._case, self._latest
        if case is not None and self._isOpen:
            wanted = replace(now, **changes)
            if wanted.reference == wanted.moving:  # the other one takes the place of the one that was chosen for both
                wanted = replace(now, reference=now.moving, moving=now.reference)
            self.see(fittedChoice(case, wanted, self.context.selection.now))

    def swap(self, *_arguments: Any) -> None:
        """Reference and moving position change places."""
        self._pair(reference=self._latest.moving, moving=self._latest.reference)

    def stepAnchor(self, step: int) -> None:
        """Hold the next vertebra down the spine (1) or up (-1)."""
        case, choice = self._case, self._latest
        if case is not None:
            self._held(stepped(heldLevels(case, choice.reference, choice.moving), choice.level, step))

    def stepMoving(self, step: int) -> None:
        """Lay the next position (1), or the one before (-1), on the reference."""
        case, choice = self._case, self._latest
        if case is not None:
            others = [item.id for item in case.positions if item.id != choice.reference]
            self._pair(moving=stepped(others, choice.moving, step))

    def _held(self, level: str) -> None:
        """A vertebra was picked in the view or by a key."""
        if level:
            self.change(level=level)

    def flash(self, *_arguments: Any) -> None:
        """Change between the two positions once, by key."""
        if self._latest.mode != FLICKER:
            self.change(mode=FLICKER)
        else:
            self.flicker.flash()

    def _changePicture(self) -> None:
        if self.desk.isOn and self.desk.choice.mode == FLICKER and not self.motion.desk.isOn:
            self.views.flash()

    def nextPlace(self, *_arguments: Any) -> None:
        """The next place worth a look, worst first, as in Review."""
        self.context.nextPlace()

    def letGo(self, *_arguments: Any) -> None:
        """Put the moving position back where it was; the view shows the reference alone."""
        self._end()
        if self._isOpen:
            self.views.watchClicks()
        self.refresh()

    def export(self, *_arguments: Any) -> None:
        """Ask for a folder and write the comparison into it."""
        folder = qt.QFileDialog.getExistingDirectory(self.widget, _("Folder for the pictures"), "")
        if folder:
            self.exportTo(Path(folder))

    def exportTo(self, folder: Path) -> None:
        """Write pictures in every mode, maps, transforms and figures, in short steps."""
        self._job.start(_("Writing pictures"), self._exportSteps(folder), self._exported)

    def _exportSteps(self, folder: Path) -> Steps[int]:
        wanted, wasOn = self.desk.choice, self.desk.isOn
        try:
            return (yield from exportSteps(self.desk, self.views, self.motion, self._show, folder))
        finally:
            if wasOn and self._isOpen and self.desk.choice != wanted:
                self._orEnd(lambda: self._show(wanted))

    def _exported(self, count: int) -> None:
        self.context.tell(_("{count} files written.").format(count=count))

    # --- showing ---

    @property
    def _case(self) -> Any:
        session = self.context.session
        return session.case if session is not None and session.isOpen else None

    @property
    def _latest(self) -> CompareChoice:
        """What the user asked for last, which may not be shown yet."""
        return self._asked if self._asked is not None and self._job.isRunning else self.desk.choice

    def see(self, choice: CompareChoice) -> None:
        """Show a choice, after computing what it needs. What cannot be is said, and what is shown stays."""
        with shownErrors():
            self._seeNow(choice)
        self.refresh()

    def _seeNow(self, choice: CompareChoice) -> None:
        missing = self.desk.missing(choice)
        if not missing:
            self._dropAsked()
            self._show(choice)
            return
        self._dropAsked()
        self._asked = choice
        title = _("Field between the vertebrae") if missing == FIELD else _("Map")
        self._job.start(title, self._preparing(choice), lambda _none: self._prepared(choice))

    def _dropAsked(self) -> None:
        """Something else is asked for now than what is being computed. Pictures that are written are not disturbed."""
        if self._asked is not None:
            self._job.cancel()
            self._asked = None

    def _preparing(self, choice: CompareChoice) -> Steps[None]:
        isDone = False
        try:
            yield from self.desk.prepare(choice)
            isDone = True
        finally:
            if not isDone and self._isOpen and self.desk.isStale:
                self._end()  # what is shown is not true any more

    def _prepared(self, choice: CompareChoice) -> None:
        self._asked = None
        if self._isOpen:
            self.see(choice)

    def _orEnd(self, show: Callable[[], None]) -> None:
        """Show something; where it cannot be shown end the comparison, and say why."""
        with shownErrors():
            try:
                show()
            except DynamicSpineError:
                self._end()
                raise

    def _showAgain(self) -> None:
        if self._isOpen and self.desk.isOn:
            self._orEnd(lambda: self._show(self.desk.choice))

    def _show(self, choice: CompareChoice) -> None:
        self.motion.stop(isShownAgain=False)
        with slicer.util.RenderBlocker():
            self.desk.show(choice)
            self.views.show(choice)
        self.flicker.run(choice.flashesHz if choice.mode == FLICKER else 0.0)
        self.refresh()

    def _motionBegan(self) -> None:
        self.flicker.stop()

    def _end(self) -> None:
        self._release()
        with shownErrors(), slicer.util.RenderBlocker():
            self.views.showPlain()

    def _release(self) -> None:
        """Compute and draw nothing more, and put the positions back."""
        self._job.cancel()
        self._asked = None
        self.flicker.stop()
        with shownErrors(), slicer.util.RenderBlocker():
            self.motion.stop(isShownAgain=False)
            self.views.remove()
            self.desk.letGo()

    def refresh(self) -> None:
        case, ui, choice = self._case, self.ui, self._latest
        count, isOn = len(case.positions) if case is not None else 0, self.desk.isOn
        self.options.fill(case, choice)
        self.options.enable(count > 1 and not self.context.runner.isBusy, isOn)
        self.motion.refresh()
        ui.heldLabel.text = self._state(count)

    def _state(self, count: int) -> str:
        if count < 2:
            return _("Comparing needs a case with two positions.")
        if self.desk.isOn:
            return self.desk.caption()
        return _("Nothing is held. Choose a vertebra, or click on one in the view.")
