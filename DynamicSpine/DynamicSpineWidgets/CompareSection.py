"""The section Compare: two positions laid on each other with one vertebra held still."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from DynamicSpineLib.Scene.HeldTransform import HELD_BY_ATTRIBUTE, letGo
from DynamicSpineLib.Session.HoldBone import BY_IMAGES, holdBone
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section


class CompareSection(Section):
    """Chooses reference, moving position and vertebra, and puts the transform on or takes it away."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self._held: str = ""
        self.ui.holdButton.clicked.connect(self.hold)
        self.ui.letGoButton.clicked.connect(self.letGo)
        context.sessionChanged.listen(self._forget)

    def refresh(self) -> None:
        session = self.context.session
        positions = [(item.shownTitle, item.id) for item in session.case.positions] if session is not None else []
        levels = [(level, level) for level in session.case.chain.levels] if session is not None else []
        for combo, items in ((self.ui.referenceCombo, positions), (self.ui.movingCombo, positions),
                             (self.ui.levelCombo, levels)):  # fmt: skip
            _fill(combo, items)
        self.ui.holdButton.enabled = len(positions) > 1
        self.ui.letGoButton.enabled = bool(self._held)

    def hold(self, *_arguments: Any) -> None:
        """Lay the moving position on the reference."""
        with shownErrors():
            session, ui = self.context.session, self.ui
            moving = ui.movingCombo.currentData
            self.letGo()
            node = holdBone(session, ui.levelCombo.currentText, ui.referenceCombo.currentData, moving)
            self._held = moving
            byImages = node.GetAttribute(HELD_BY_ATTRIBUTE) == BY_IMAGES
            ui.heldLabel.text = _("{level} is held still by {source}. Motion between two positions is not observed: "
                                  "both are still images.").format(
                level=ui.levelCombo.currentText,
                source=_("its carried bone") if byImages else _("its marks"))  # fmt: skip
        self.refresh()

    def letGo(self, *_arguments: Any) -> None:
        """Put the moving position back where it was."""
        with shownErrors():
            session = self.context.session
            if session is not None and self._held:
                with session.ownWriting():
                    letGo(session.caseNode, self._held)
            self._forget()
        self.refresh()

    def _forget(self) -> None:
        self._held = ""
        self.ui.heldLabel.text = ""


def _fill(combo: Any, items: list[tuple[str, str]]) -> None:
    """Offer other items, keeping the chosen one where it is still there."""
    found = [(combo.itemText(index), combo.itemData(index)) for index in range(combo.count)]
    if found == items:
        return
    chosen = combo.currentData
    combo.clear()
    for text, data in items:
        combo.addItem(text, data)
    combo.currentIndex = max(combo.findData(chosen), 0) if items else -1
