"""The buttons and numbers of Compare that say how two positions are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from DynamicSpineLib.Compare.Anchor import heldLevels
from DynamicSpineLib.Compare.Modes import BLEND, CHECKERBOARD, FLICKER, MODES, MOST_FLASHES_HZ, REVEAL
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Study.Case import Case
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice
from DynamicSpineWidgets.SignalsBlocked import signalsBlocked

_FRAMES = {BLEND: "blendFrame", FLICKER: "flickerFrame", REVEAL: "revealFrame", CHECKERBOARD: "checkerboardFrame"}


class CompareOptions:
    """Fills the widgets from a choice, and calls `change` with what the user changes of it."""

    def __init__(self, ui: Any, change: Callable[..., None]) -> None:
        self._ui = ui
        ui.flashesSpin.maximum = MOST_FLASHES_HZ
        for mode in MODES:
            getattr(ui, f"{mode.id}Button").clicked.connect(_modeSlot(mode.id, change))
        ui.unbentCheck.toggled.connect(lambda isOn: change(isUnbent=isOn))
        ui.outlinesCheck.toggled.connect(lambda isOn: change(withOutlines=isOn))
        ui.arrowsCheck.toggled.connect(lambda isOn: change(withArrows=isOn))
        ui.solidsCheck.toggled.connect(lambda isOn: change(withSolids=isOn))
        ui.opacitySlider.valueChanged.connect(lambda value: change(opacity=value / 100.0))
        ui.flashesSpin.valueChanged.connect(lambda value: change(flashesHz=value))
        ui.circleSpin.valueChanged.connect(lambda value: change(circleMm=value))
        ui.squareSpin.valueChanged.connect(lambda value: change(squareMm=value))
        ui.arrowFactorSpin.valueChanged.connect(lambda value: change(arrowFactor=value))

    def fill(self, case: Case | None, choice: CompareChoice) -> None:
        """Show a choice of what a case allows; nothing of this counts as the user's doing."""
        ui = self._ui
        positions = [(item.id, item.shownTitle) for item in case.positions] if case is not None else []
        levels = heldLevels(case, choice.reference, choice.moving) if case is not None and choice.moving else ()
        for combo, pairs, value in ((ui.referenceCombo, positions, choice.reference),
                                    (ui.movingCombo, positions, choice.moving),
                                    (ui.levelCombo, [(level, level) for level in levels], choice.level)):  # fmt: skip
            fillChoice(combo, pairs)
            if chosenValue(combo) != value:
                showChoice(combo, value)
        self._fillOptions(choice)

    def enable(self, isReady: bool, isOn: bool) -> None:
        """isReady: two positions can be compared now; isOn: a vertebra is held."""
        ui = self._ui
        for widget in (ui.swapButton, ui.unbentCheck, ui.outlinesCheck, ui.arrowsCheck, ui.solidsCheck):
            widget.enabled = isReady
        for widget in (ui.exportButton, ui.playButton):
            widget.enabled = isReady and isOn
        ui.letGoButton.enabled = isOn

    def _fillOptions(self, choice: CompareChoice) -> None:
        ui = self._ui
        for mode in MODES:
            _set(getattr(ui, f"{mode.id}Button"), "checked", mode.id == choice.mode)
        for mode, name in _FRAMES.items():
            getattr(ui, name).visible = mode == choice.mode
        for widget, isOn in ((ui.unbentCheck, choice.isUnbent), (ui.outlinesCheck, choice.withOutlines),
                             (ui.arrowsCheck, choice.withArrows), (ui.solidsCheck, choice.withSolids)):  # fmt: skip
            _set(widget, "checked", isOn)
        for widget, value in ((ui.opacitySlider, round(100 * choice.opacity)), (ui.flashesSpin, choice.flashesHz),
                              (ui.circleSpin, choice.circleMm), (ui.squareSpin, choice.squareMm),
                              (ui.arrowFactorSpin, choice.arrowFactor)):  # fmt: skip
            _set(widget, "value", value)
        ui.arrowFactorSpin.enabled = choice.withArrows


def _modeSlot(mode: str, change: Callable[..., None]) -> Callable[..., None]:
    def clicked(*_arguments: Any) -> None:
        change(mode=mode)

    return clicked


def _set(widget: Any, name: str, value: Any) -> None:
    """Set a property that tells of its changes, without its telling."""
    if getattr(widget, name) != value:
        with signalsBlocked(widget):
            setattr(widget, name, value)
