"""The section Landmarks: what to mark, which mark comes next, the marks of a position, and carrying them to others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Session.Guide import OPEN, SKIPPED, MarkCount, Marking, countsByPosition
from DynamicSpineLib.Session.MarkingChoice import fittedMarking, isMarkedAt, singleLevelAt, singleLevels
from DynamicSpineLib.Session.MarkingDesk import MarkingDesk
from DynamicSpineLib.Session.PlacingRun import PlacingRun
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Session.VerdictRows import lightCounts
from DynamicSpineLib.Wording.Texts import levelLabel
from DynamicSpineWidgets.CarryBox import CarryBox
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.GuideBox import GuideBox
from DynamicSpineWidgets.MarkList import MarkList
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.ProtocolBox import ProtocolBox
from DynamicSpineWidgets.Section import Section

_CARRY_PAGE = 2
_LABELS_KEY = "L"


class LandmarksSection(Section):
    """Ties the guide, the list, the protocols and carrying together; what they show is the desk's."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.desk = MarkingDesk(context.selection, lambda: bool(self.widget.visible))
        self.placing = PlacingRun(self.refresh)
        self.guide = GuideBox(context, self.desk, self.placing, self._answered)
        self.list = MarkList(context, self.desk)
        self.protocols = ProtocolBox(context, self._protocolsChosen)
        self.carrying = CarryBox(context, self.desk, self._carryingBegins)
        ui = self.ui
        for layout, box in ((ui.guideLayout, self.guide), (ui.marksLayout, self.list),
                            (ui.protocolLayout, self.protocols), (ui.carryLayout, self.carrying)):  # fmt: skip
            layout.addWidget(box.widget)
        self.protocols.refresh(Chain(("C5", "C6")), Marking())  # its boxes, which the focus order needs
        self._setFocusOrder()
        self._unsaved = _UnsavedChoices()
        self._stopAiming: Callable[[], None] = _nothing
        self._connect()
        self._stops = [context.sessionChanged.listen(self._sessionChanged),
                       context.selection.changed.listen(self._selectionChanged)]  # fmt: skip

    def _connect(self) -> None:
        ui = self.ui
        ui.positionCombo.activated.connect(self._positionChosen)
        for combo in (ui.firstLevelCombo, ui.lastLevelCombo, ui.singleLevelCombo):
            combo.activated.connect(self._levelsChosen)
        for check in (ui.oneLevelCheck, self.protocols.ui.optionalCheck):
            check.toggled.connect(self._levelsChosen)
        for check in (ui.levelNamesCheck, ui.pointLabelsCheck):
            check.toggled.connect(self._textsChosen)
        ui.pointLabelsCheck.toolTip = _("Write the name of each mark beside it in the views (key {key})").format(
            key=_LABELS_KEY)  # fmt: skip

    def _setFocusOrder(self) -> None:
        """From top to bottom; the boxes were loaded one after the other, each with an order of its own."""
        ui, guide, carrying = self.ui, self.guide.ui, self.carrying.ui
        order = [
            ui.positionCombo, ui.firstLevelCombo, ui.lastLevelCombo, ui.singleLevelCombo, ui.oneLevelCheck,
            guide.backButton, guide.nextButton, guide.placeButton, guide.skipButton, guide.missingButton,
            guide.removeButton, guide.acceptButton, guide.acceptPlaceButton, guide.rejectPlaceButton,
            guide.acceptAllButton, ui.tabs, self.list.ui.markTree, *self.protocols.focusOrder(),
            carrying.fromCombo, carrying.toCombo, carrying.levelCheck, carrying.carryButton, carrying.lightTable,
            ui.levelNamesCheck, ui.pointLabelsCheck,
        ]  # fmt: skip
        for before, after in pairwise(order):
            qt.QWidget.setTabOrder(before, after)

    def keyBindings(self) -> list[tuple[str, Callable[..., None]]]:
        return [*self.guide.keyBindings(), (_LABELS_KEY, self._toggleLabels)]

    def cleanup(self) -> None:
        for stop in self._stops:
            stop()
        self.placing.stop()
        self.desk.setSession(None)
        self.connectParameters(None)

    # --- life ---

    def opened(self) -> None:
        self.refresh()

    def closed(self) -> None:
        """Another section was opened: its views show other things, in which nothing is to be placed."""
        self.placing.stop()
        self.guide.refresh()

    def restSteps(self) -> Steps[None]:
        """Carried marks that were dragged are their user's now: show that."""
        self.refresh()
        yield from ()

    def _sessionChanged(self) -> None:
        self.placing.stop()
        self._stopAiming()
        session = self.context.session
        self.desk.setSession(session)
        self.carrying.forget()
        # After the desk, which goes on to the next mark first.
        self._stopAiming = session.caseChanged.listen(self._aim) if session is not None else _nothing

    def _selectionChanged(self, _before: Chosen, now: Chosen) -> None:
        session, choices = self.context.session, self._choices
        chain = session.case.chain if session is not None and choices.oneLevelOnly and now.place else None
        if chain is not None and not isMarkedAt(chain, self._marking(), now.place):
            choices.onlyAt = singleLevelAt(chain, now.place)
        self._answered()

    # --- showing ---

    def refresh(self) -> None:
        if self.connectParameters(self.context.parameters) and self.context.parameters is not None:
            self._textsChosen()
        self.desk.marking = self._marking()
        session = self.context.session
        self.widget.enabled = session is not None and bool(session.case.positions) and not session.fault
        self.carrying.refresh()
        self.guide.isLocked = self.carrying.isCarrying
        self._showPositions()
        self._showLevels()
        self.guide.refresh()
        self.list.refresh()
        self.protocols.refresh(session.case.chain if session is not None else None, self.desk.marking)
        self._showTabs()

    def _showPositions(self) -> None:
        session, combo = self.context.session, self.ui.positionCombo
        counts = countsByPosition(session.case, self.desk.marking) if session is not None else {}
        items = [
            (item.id, _("{title} ({count})").format(title=item.shownTitle, count=_counted(counts[item.id])))
            for item in (session.case.positions if session is not None else ())
        ]
        fillChoice(combo, items)
        showChoice(combo, self.context.selection.now.position)

    def _showLevels(self) -> None:
        ui, session, isSingle = self.ui, self.context.session, bool(self._choices.oneLevelOnly)
        ui.firstLevelCombo.visible = ui.lastLevelCombo.visible = ui.toLabel.visible = not isSingle
        ui.singleLevelCombo.visible = isSingle
        if session is None:
            return
        chain, marking = session.case.chain, self.desk.marking
        levels = [(level, level) for level in chain.levels]
        single = [(item, levelLabel(item)) for item in singleLevels(chain)]
        for combo, items, chosen in (
            (ui.firstLevelCombo, levels, marking.first or chain.levels[0]),
            (ui.lastLevelCombo, levels, marking.last or chain.levels[-1]),
            (ui.singleLevelCombo, single, marking.onlyAt or single[0][0]),
        ):
            fillChoice(combo, items)
            showChoice(combo, chosen)

    def _showTabs(self) -> None:
        counts = lightCounts(self.carrying.lights.rows)
        toLookAt = sum(number for light, number in counts.items() if light in ("check", "failed"))
        title = _("Carry (\u25b2 {count})").format(count=toLookAt) if toLookAt else _("Carry")
        self.ui.tabs.setTabText(_CARRY_PAGE, title)

    # --- choices ---

    @property
    def _choices(self) -> Any:
        """Where the choices are kept: in the scene, once the module was entered."""
        return self.context.parameters if self.context.parameters is not None else self._unsaved

    def _marking(self) -> Marking:
        choices, session = self._choices, self.context.session
        only = choices.onlyAt if choices.oneLevelOnly else ""
        marking = Marking(choices.firstLevel, choices.lastLevel, only, choices.protocols, choices.optionalMarks)
        if session is None:
            return marking
        fitted = fittedMarking(session.case.chain, marking)
        if choices.oneLevelOnly and not fitted.onlyAt:
            place = self.context.selection.now.place
            return replace(fitted, onlyAt=singleLevelAt(session.case.chain, place))
        return fitted

    def _positionChosen(self, *_arguments: Any) -> None:
        session, positionId = self.context.session, chosenValue(self.ui.positionCombo)
        position = session.case.position(positionId) if session is not None else None
        if position is not None:
            # A position without marks is begun at its top; in others the user goes on at the same level.
            place = None if position.marks.landmarks else ""
            self.context.selection.choose(position=positionId, place=place, mark="")

    def _levelsChosen(self, *_arguments: Any) -> None:
        ui, choices = self.ui, self._choices
        isSingle, wasSingle = bool(ui.oneLevelCheck.checked), bool(ui.singleLevelCombo.isVisibleTo(self.widget))
        only = chosenValue(ui.singleLevelCombo) if wasSingle else self._chosenLevel()
        # First what is bound to check boxes, which show the parameters again as soon as one of these is written.
        choices.oneLevelOnly, choices.optionalMarks = isSingle, bool(self.protocols.ui.optionalCheck.checked)
        choices.firstLevel = chosenValue(ui.firstLevelCombo) or ""
        choices.lastLevel = chosenValue(ui.lastLevelCombo) or ""
        if isSingle:
            choices.onlyAt = only or ""
        self._answered()

    def _chosenLevel(self) -> str:
        session = self.context.session
        return singleLevelAt(session.case.chain, self.desk.place) if session is not None else ""

    def _protocolsChosen(self, letters: str) -> None:
        self._choices.protocols = letters
        self._answered()

    def _answered(self) -> None:
        """The user did something: show what comes next, and let the next click place it."""
        self.refresh()
        self._aim()

    def _textsChosen(self, *_arguments: Any) -> None:
        self.context.views.setTexts(bool(self.ui.levelNamesCheck.checked), bool(self.ui.pointLabelsCheck.checked))

    def _toggleLabels(self, *_arguments: Any) -> None:
        if self.widget.visible:
            self.ui.pointLabelsCheck.click()

    # --- placing and carrying ---

    def _aim(self, *_cases: Any) -> None:
        """Let the next click place the mark that is asked for now."""
        if not self.placing.isOn:
            return
        with shownErrors():
            asked = self.desk.asked()
            if asked is None or not self.widget.visible:
                self.placing.stop()
            isOpen = asked is not None and asked.kind == "point" and asked.status in (OPEN, SKIPPED)
            self.placing.aim(self.context.selection.now.position, asked.name if asked is not None and isOpen else "")
        self.guide.refresh()

    def _carryingBegins(self) -> None:
        self.placing.stop()


@dataclass
class _UnsavedChoices:
    """What the parameter node keeps, as long as there is none."""

    firstLevel: str = ""
    lastLevel: str = ""
    onlyAt: str = ""
    protocols: str = "AB"
    oneLevelOnly: bool = False
    optionalMarks: bool = False


def _counted(count: MarkCount) -> str:
    if not count.unconfirmed:
        return count.text
    return _("{placed}, {number} to accept").format(placed=count.text, number=count.unconfirmed)


def _nothing() -> None:
    """Nothing to stop."""
