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
from DynamicSpineLib.Compare.Modes import FLICKER, MODES, MOST_FLASHES_HZ, SIDE_BY_SIDE
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Session.CompareChoice import CompareChoice, choiceAt, fittedChoice
from DynamicSpineLib.Session.ReviewWalk import stepped
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice, whenChosen
from DynamicSpineWidgets.CompareOptions import CompareOptions
from DynamicSpineWidgets.CompareViews import CompareViews
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.MotionBox import MotionBox
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section


class CompareSection(Section):
    """Comparing begins when the section is opened and ends when it is left: then every node is where it was."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.desk = context.compare
        self.views = CompareViews(context, self._held, self._say)
        self.motion = MotionBox(context, self.ui, self.views, self._showAgain)
        self._isOpen = False
        self._flicker = qt.QTimer()
        self._flicker.timeout.connect(self._flash)
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
        if case is None or len(case.positions) < 2:
            self.refresh()
            return
        if self.desk.isOn:
            self.see(fittedChoice(case, self.desk.choice, self.context.selection.now))
        else:
            self.see(choiceAt(case, self.desk.choice, self.context.selection.now))

    def closed(self) -> None:
        if self._isOpen:
            self._isOpen = False
            self._end()

    def cleanup(self) -> None:
        self._flicker.stop()
        self.motion.stop()
        self.views.remove()

    def _sessionChanged(self) -> None:
        self._flicker.stop()
        self.motion.stop()
        self.views.remove()
        self.desk.setSession(self.context.session)

    def _selectionChanged(self, before: Chosen, now: Chosen) -> None:
        """A place or a pair was chosen elsewhere: in a table, a sentence, or by a key."""
        case = self._case
        isPlace = now.place != before.place or (now.compared and (now.compared, now.position) != (before.compared,
                                                                                              before.position))
        if self._isOpen and case is not None and isPlace and len(case.positions) > 1:
            choice = choiceAt(case, self.desk.choice, now)
            if choice != self.desk.choice:
                self.see(choice)

    def restSteps(self) -> Steps[None]:
        """After an edit, lay on each other anew what is compared."""
        if self._isOpen and self._case is not None and self.desk.isStale:
            self.desk.forget()
            self.see(fittedChoice(self._case, self.desk.choice, self.context.selection.now))
        return
        yield

    # --- what the user does ---

    def change(self, **changes: Any) -> None:
        """Change something of what is seen."""
        if self._isOpen and self._case is not None:
            self.see(replace(self.desk.choice, **changes))

    def _pair(self, **changes: str) -> None:
        case = self._case
        if case is not None:
            wanted = replace(self.desk.choice, **changes)
            if wanted.reference == wanted.moving:  # the other one takes the place of the one that was chosen for both
                wanted = replace(self.desk.choice, reference=self.desk.choice.moving, moving=self.desk.choice.reference)
            self.see(fittedChoice(case, wanted, self.context.selection.now))

    def swap(self, *_arguments: Any) -> None:
        """Reference and moving position change places."""
        self._pair(reference=self.desk.choice.moving, moving=self.desk.choice.reference)

    def stepAnchor(self, step: int) -> None:
        """Hold the next vertebra down the spine (1) or up (-1)."""
        case, choice = self._case, self.desk.choice
        if case is not None:
            self._held(stepped(heldLevels(case, choice.reference, choice.moving), choice.level, step))

    def stepMoving(self, step: int) -> None:
        """Lay the next position (1), or the one before (-1), on the reference."""
        case, choice = self._case, self.desk.choice
        if case is not None:
            others = [item.id for item in case.positions if item.id != choice.reference]
            self._pair(moving=stepped(others, choice.moving, step))

    def _held(self, level: str) -> None:
        """A vertebra was picked in the view or by a key."""
        if level:
            self.change(level=level)

    def flash(self, *_arguments: Any) -> None:
        """Change between the two positions once, by key."""
        if self.desk.choice.mode != FLICKER:
            self.change(mode=FLICKER)
        else:
            self._flash()

    def _flash(self, *_arguments: Any) -> None:
        self.views.flash()

    def nextPlace(self, *_arguments: Any) -> None:
        """The next place worth a look, worst first, as in Review."""
        self.context.nextPlace()

    def letGo(self, *_arguments: Any) -> None:
        """Put the moving position back where it was; the view shows the reference alone."""
        self._end()
        self.refresh()

    def export(self, *_arguments: Any) -> None:
        """Ask for a folder and write the comparison into it."""
        folder = qt.QFileDialog.getExistingDirectory(self.widget, _("Folder for the pictures"), "")
        if folder:
            self.exportTo(Path(folder))

    def exportTo(self, folder: Path) -> None:
        """Write pictures in every mode, maps, transforms and figures, in short steps."""
        with shownErrors():
            self.context.runner.start(_("Writing pictures"), self._exportSteps(folder), self._exported)

    def _exportSteps(self, folder: Path) -> Steps[int]:
        """Show each mode in turn and keep what the view shows; then maps, transforms and figures."""
        wanted, pictures = self.desk.choice, dict[str, bytes]()
        try:
            for number, mode in enumerate(MODES):
                if mode.id in (FLICKER, SIDE_BY_SIDE):
                    continue
                choice = replace(wanted, mode=mode.id)
                if self.desk.missing(choice):
                    yield from self.desk.prepare(choice)
                self._show(choice)
                yield Step((number + 1) / (len(MODES) + 1), mode.title)
                pictures[mode.id] = self.views.picture()
            return self.desk.write(folder, pictures)
        finally:
            self._show(wanted)

    def _exported(self, count: int) -> None:
        self._say(_("{count} files written.").format(count=count))

    # --- showing ---

    @property
    def _case(self) -> Any:
        session = self.context.session
        return session.case if session is not None and session.isOpen else None

    def see(self, choice: CompareChoice) -> None:
        """Show a choice, after computing what it needs."""
        with shownErrors():
            missing = self.desk.missing(choice)
            if missing:
                self.context.runner.start(_(missing), self.desk.prepare(choice), lambda _none: self._show(choice))
            else:
                self._show(choice)
        self.refresh()

    def _showAgain(self) -> None:
        if self._isOpen and self.desk.isOn:
            self._show(self.desk.choice)

    def _show(self, choice: CompareChoice) -> None:
        self.motion.stop()
        with slicer.util.RenderBlocker():
            self.desk.show(choice)
            self.views.show(choice)
        self._setFlicker(choice)
        self.refresh()

    def _setFlicker(self, choice: CompareChoice) -> None:
        """A flash is a change to the other position and back: two ticks."""
        if choice.mode == FLICKER and choice.flashesHz > 0:
            self._flicker.interval = round(500.0 / min(choice.flashesHz, MOST_FLASHES_HZ))
            self._flicker.start()
        else:
            self._flicker.stop()

    def _end(self) -> None:
        self._flicker.stop()
        self.motion.stop()
        with shownErrors(), slicer.util.RenderBlocker():
            self.views.remove()
            self.desk.letGo()
            self.views.showPlain()

    def _say(self, text: str) -> None:
        self.context.tell(text)

    def refresh(self) -> None:
        case, ui, choice = self._case, self.ui, self.desk.choice
        positions = [(item.id, item.shownTitle) for item in case.positions] if case is not None else []
        levels = heldLevels(case, choice.reference, choice.moving) if case is not None and choice.moving else ()
        for combo, pairs, value in ((ui.referenceCombo, positions, choice.reference),
                                    (ui.movingCombo, positions, choice.moving),
                                    (ui.levelCombo, [(level, level) for level in levels], choice.level)):  # fmt: skip
            fillChoice(combo, pairs)
            if chosenValue(combo) != value:
                showChoice(combo, value)
        self.options.fill(choice)
        ready = len(positions) > 1 and not self.context.runner.isBusy
        for widget in (ui.swapButton, ui.exportButton, ui.unbentCheck, ui.outlinesCheck, ui.arrowsCheck,
                       ui.solidsCheck, ui.playButton):  # fmt: skip
            widget.enabled = ready
        ui.letGoButton.enabled = self.desk.isOn
        ui.heldLabel.text = self._state(len(positions))

    def _state(self, count: int) -> str:
        if count < 2:
            return _("Comparing needs a case with two positions.")
        if self.desk.isOn:
            return self.desk.caption()
        return _("Nothing is held. Choose a vertebra, or click on one in the view.")
