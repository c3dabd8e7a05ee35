"""The section Compare: two positions laid on each other with one vertebra held still."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from DynamicSpineLib.Compare.Anchor import BY_IMAGES
from DynamicSpineLib.Scene.Overlays.HeldTransform import heldPositions, letGo
from DynamicSpineLib.Session.HoldBone import holdBone
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section


class CompareSection(Section):
    """Chooses reference, moving position and vertebra, and puts the transform on or takes it away."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.ui.holdButton.clicked.connect(self.hold)
        self.ui.letGoButton.clicked.connect(self.letGo)

    def refresh(self) -> None:
        session, ui = self.context.session, self.ui
        positions = [(item.id, item.shownTitle) for item in session.case.positions] if session is not None else []
        levels = [(level, level) for level in session.case.chain.levels] if session is not None else []
        for combo, pairs, first in ((ui.referenceCombo, positions, 0), (ui.movingCombo, positions, 1),
                                    (ui.levelCombo, levels, 0)):  # fmt: skip
            fillChoice(combo, pairs)
            if chosenValue(combo) is None and len(pairs) > first:
                showChoice(combo, pairs[first][0])
        held = heldPositions(session.caseNode) if session is not None else ()
        ui.holdButton.enabled = len(positions) > 1
        ui.letGoButton.enabled = bool(held)
        ui.heldLabel.text = "\n".join(
            _("{moving} lies on {reference}, {level} held still by {source}.").format(
                moving=_titleOf(session.case, item.moving), reference=_titleOf(session.case, item.reference),
                level=item.level, source=_("its carried bone") if item.heldBy == BY_IMAGES else _("its marks"))
            for item in held
        )  # fmt: skip

    def hold(self, *_arguments: Any) -> None:
        """Lay the moving position on the reference, and show both in the reference's view."""
        with shownErrors():
            level = chosenValue(self.ui.levelCombo)
            self._letAllGo()
            holdBone(self.context.session, level, chosenValue(self.ui.referenceCombo), chosenValue(self.ui.movingCombo))
            self.context.selection.choose(place=level)
        self._show()

    def letGo(self, *_arguments: Any) -> None:
        """Put every moving position back where it was."""
        with shownErrors():
            self._letAllGo()
        self._show()

    def _letAllGo(self) -> None:
        session = self.context.session
        if session is not None:
            with session.ownWriting():
                for item in heldPositions(session.caseNode):
                    letGo(session.caseNode, item.moving)

    def _show(self) -> None:
        self.context.views.showAgain()
        self.refresh()


def _titleOf(case: Any, positionId: str) -> str:
    position = case.position(positionId)
    return position.shownTitle if position is not None else positionId
