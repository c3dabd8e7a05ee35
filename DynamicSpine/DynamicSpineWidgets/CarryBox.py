"""Carrying the marks to other positions, and a light for every vertebra and position that says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slicer.i18n import tr as _

from DynamicSpineLib.Jobs.CarryCase import CarriedCase
from DynamicSpineLib.Session.CarryChoice import (
    CarryChoice,
    carriedDetails,
    carriedWords,
    carryChoice,
    carryOptions,
    levelToCarry,
)
from DynamicSpineLib.Session.CaseVerbs import carrySteps
from DynamicSpineLib.Session.MarkingDesk import MarkingDesk
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.LightTable import LightTable
from DynamicSpineWidgets.PanelContext import PanelContext


class CarryBox:
    """`begins` is called before marks are carried."""

    def __init__(self, context: PanelContext, desk: MarkingDesk, begins: Callable[[], None]) -> None:
        self._context, self._desk, self._begins = context, desk, begins
        self.widget, self.ui = context.loadUi("CarryBox")
        self.lights = LightTable(self.ui.lightTable, self.ui.legendLabel, desk)
        self._isCarrying = False
        self._told: tuple[str, str] = ("", "")
        self.ui.carryButton.clicked.connect(self.carry)
        self.ui.fromCombo.activated.connect(self._sourceChosen)

    @property
    def isCarrying(self) -> bool:
        """True while marks are being carried: an edit meanwhile would make that useless."""
        return self._isCarrying

    def forget(self) -> None:
        """Another case is shown."""
        self._told = ("", "")

    # --- showing ---

    def refresh(self) -> None:
        """Show the choices and the lights as they are now."""
        self._isCarrying = self._isCarrying and self._context.runner.isBusy
        session, ui = self._desk.session, self.ui
        choice = carryChoice(session.case, chosenValue(ui.fromCombo) or "") if session is not None else None
        self._showChoice(choice)
        self._showButton(choice)
        self.lights.refresh()
        ui.carriedLabel.text, ui.carriedLabel.toolTip = self._told
        ui.carriedLabel.visible = bool(self._told[0])

    def _showChoice(self, choice: CarryChoice | None) -> None:
        ui, session = self.ui, self._desk.session
        sources = choice.sources if choice is not None else ()
        targets = choice.targets if choice is not None else ()
        fillChoice(ui.fromCombo, [(item.id, item.shownTitle) for item in sources])
        showChoice(ui.fromCombo, choice.source if choice is not None else "")
        everyOther = [("", _("all others"))] if len(targets) > 1 else []
        fillChoice(ui.toCombo, [*everyOther, *((item.id, item.shownTitle) for item in targets)])
        if chosenValue(ui.toCombo) is None and targets:
            ui.toCombo.currentIndex = 0
        ui.fromCombo.enabled = ui.toCombo.enabled = not self._isCarrying and bool(targets) and bool(sources)
        place = self._desk.selection.now.place
        level = levelToCarry(session.case, choice.source, place) if session is not None and choice is not None else ""
        ui.levelCheck.text = _("Only {level}").format(level=level) if level else _("Only the chosen vertebra")
        ui.levelCheck.enabled = bool(level) and not self._isCarrying
        ui.levelCheck.toolTip = _("Carry the chosen vertebra anew and leave the others as they are, for instance after "
                                  "placing two of its corners where it was not found")  # fmt: skip
        if not level:
            ui.levelCheck.checked = False

    def _showButton(self, choice: CarryChoice | None) -> None:
        button = self.ui.carryButton
        button.text = _("Cancel carrying") if self._isCarrying else _("Carry marks")
        why = choice.whyNot if choice is not None else _("No case is open.")
        if not why and self._context.runner.isBusy and not self._isCarrying:
            why = _("Other work is running.")
        button.enabled = not why
        button.toolTip = why or _("Find each marked vertebra in the other images and take its marks there. Marks that "
                                  "somebody placed or accepted there stay as they are.")  # fmt: skip

    def _sourceChosen(self, *_arguments: Any) -> None:
        self.refresh()

    # --- carrying ---

    def carry(self, *_arguments: Any) -> None:
        """Carry as chosen, or cancel what is being carried."""
        with shownErrors():
            session, ui = self._desk.session, self.ui
            if self._isCarrying:
                self._context.runner.cancel()
            elif session is not None and not self._context.runner.isBusy:
                self._begins()
                source = chosenValue(ui.fromCombo) or ""
                level = levelToCarry(session.case, source, self._desk.selection.now.place)
                only = level if ui.levelCheck.checked else ""
                options = carryOptions(session.case, source, chosenValue(ui.toCombo) or "", only)
                self._isCarrying, self._told = True, ("", "")
                self._context.runner.start(_("Carrying marks"), carrySteps(session, options), self._carried)

    def _carried(self, carried: CarriedCase) -> None:
        self._told = (carriedWords(carried), carriedDetails(carried))
        self._context.tell(self._told[0])
        self.refresh()
