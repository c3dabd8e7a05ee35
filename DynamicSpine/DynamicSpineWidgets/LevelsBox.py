"""The levels of the case: their range and number, other names for all of them, operated segments, left and right."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Session.LevelEdits import (
    renaming,
    sidesLine,
    statusLine,
    topNames,
    vertebraCount,
    vertebraCounts,
    withRange,
    withSidesVerified,
    withTopNamed,
    withVertebraCount,
)
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditCase import withSegmentStatus
from DynamicSpineLib.Wording.Texts import levelLabel
from DynamicSpineWidgets.Choices import chosenValue, fillChoice, showChoice, whenChosen
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section
from DynamicSpineWidgets.SectionEdits import SectionEdits
from DynamicSpineWidgets.VerifiedBy import VerifiedBy


class LevelsBox(Section):
    """Everything about the levels that holds in all positions at once."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.edits = SectionEdits(context, self.refresh)
        ui = self.ui
        for combo in (ui.firstCombo, ui.lastCombo):
            fillChoice(combo, [(level, level) for level in CANONICAL_LEVELS])
            whenChosen(combo, self._rangeChosen)
        fillChoice(ui.statusCombo, choices("segmentStatus"))
        for combo, part in ((ui.thoracicCombo, "T"), (ui.lumbarCombo, "L")):
            whenChosen(combo, self._counter(part))
        whenChosen(ui.topCombo, self._topChosen)
        whenChosen(ui.segmentCombo, self._segmentChosen)
        whenChosen(ui.statusCombo, self._statusChosen)
        ui.rangeButton.clicked.connect(self.changeRange)
        ui.renameButton.clicked.connect(self.renameAll)
        self.sidesVerifiedBy = VerifiedBy(context, ui.sidesEdit, ui.sidesButton, self.verifySides, self.withdrawSides)

    def _counter(self, part: str) -> Any:
        def chosen(count: str) -> None:
            self.edits.do(_("number of vertebrae"), lambda case: withVertebraCount(case, part, int(count)))

        return chosen

    def changeRange(self, *_arguments: Any) -> None:
        """Give the case the chosen range of levels."""
        first, last = chosenValue(self.ui.firstCombo), chosenValue(self.ui.lastCombo)
        self.edits.do(_("levels {first} to {last}").format(first=first, last=last),
                      lambda case: withRange(case, first, last))  # fmt: skip

    def renameAll(self, *_arguments: Any) -> None:
        """Rename every level, as the line below the button says."""
        top = chosenValue(self.ui.topCombo)
        self.edits.do(_("renumbered from {top} down").format(top=top), lambda case: withTopNamed(case, top))

    def verifySides(self, name: str) -> None:
        """Say by name that left and right are right."""
        self.edits.do(_("left and right verified"), lambda case: withSidesVerified(case, name))

    def withdrawSides(self) -> None:
        """Take back that left and right are right."""
        self.edits.do(_("left and right no longer verified"), lambda case: withSidesVerified(case, ""))

    def _statusChosen(self, status: str) -> None:
        segment = chosenValue(self.ui.segmentCombo)
        self.edits.do(_("status of {segment}").format(segment=levelLabel(segment or "")),
                      lambda case: withSegmentStatus(case, segment, status))  # fmt: skip

    def refresh(self) -> None:
        self.edits.filled(self._fill)

    def _fill(self) -> None:
        session, ui = self.context.session, self.ui
        self.widget.enabled = session is not None
        if session is None:
            return
        case = session.case
        showChoice(ui.firstCombo, case.chain.levels[0])
        showChoice(ui.lastCombo, case.chain.levels[-1])
        self._rangeChosen()
        self._fillCounts(case)
        fillChoice(ui.topCombo, [(level, level) for level in topNames(case.chain.levels)])
        showChoice(ui.topCombo, case.chain.levels[0])
        self._topChosen()
        fillChoice(ui.segmentCombo, [(item.name, levelLabel(item.name)) for item in case.chain.segments])
        if chosenValue(ui.segmentCombo) is None:
            ui.segmentCombo.currentIndex = 0
        self._segmentChosen()
        self.sidesVerifiedBy.show(case.sidesVerifiedBy)
        line, by = sidesLine(case), case.sidesVerifiedBy
        ui.sidesLabel.text = _("{line} Verified by {name}.").format(line=line, name=by) if by else line

    def _fillCounts(self, case: Case) -> None:
        ui, shown = self.ui, False
        texts = {"T": _("{count} thoracic"), "L": _("{count} lumbar")}
        for combo, part in ((ui.thoracicCombo, "T"), (ui.lumbarCombo, "L")):
            count = vertebraCount(case.chain, part)
            fillChoice(combo, [(str(item), texts[part].format(count=item)) for item in vertebraCounts(part)])
            showChoice(combo, str(count))
            combo.visible = count is not None
            shown = shown or count is not None
        ui.countsLabel.visible = shown

    def _rangeChosen(self, *_values: Any) -> None:
        session, ui = self.context.session, self.ui
        if session is not None:
            levels = session.case.chain.levels
            ui.rangeButton.enabled = (chosenValue(ui.firstCombo), chosenValue(ui.lastCombo)) != (levels[0], levels[-1])

    def _topChosen(self, *_values: Any) -> None:
        """Say which names would become which, before it is done."""
        session, ui, top = self.context.session, self.ui, chosenValue(self.ui.topCombo)
        isOther = session is not None and top is not None and top != session.case.chain.levels[0]
        plan = renaming(session.case, top) if isOther and session is not None else None
        ui.renamingLabel.text = plan.text if plan is not None else ""
        ui.renamingLabel.visible = plan is not None
        ui.renameButton.enabled = plan is not None and not plan.problem

    def _segmentChosen(self, *_values: Any) -> None:
        session, ui = self.context.session, self.ui
        segment = chosenValue(ui.segmentCombo)
        if session is not None and segment is not None:
            showChoice(ui.statusCombo, session.case.segmentStatus(segment))
            line = statusLine(session.case)
            ui.statusLabel.text = (
                _("{segments}. All others are native.").format(segments=line) if line else _("All segments are native.")
            )
