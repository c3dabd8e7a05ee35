"""How the levels were counted: the statement that stands on every result, and who verified it."""

from __future__ import annotations

from datetime import date
from typing import Any

from slicer.i18n import tr as _

from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Session.LevelEdits import withNumberingVerified, withStatement
from DynamicSpineLib.Wording.Texts import capitalized
from DynamicSpineWidgets.Choices import fillChoice, showChoice, showText, whenChosen, whenTyped
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section
from DynamicSpineWidgets.SectionEdits import SectionEdits
from DynamicSpineWidgets.VerifiedBy import VerifiedBy

_CASTELLVI = ("Ia", "Ib", "IIa", "IIb", "IIIa", "IIIb", "IV")
_PRESACRAL = range(20, 29)


class NumberingBox(Section):
    """The statement, always visible, and the form that makes it."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.edits = SectionEdits(context, self.refresh)
        ui = self.ui
        fillChoice(ui.countedFromCombo, choices("countedFrom"))
        numbers = [(str(number), str(number)) for number in _PRESACRAL]
        fillChoice(ui.presacralCombo, [("", _("not counted")), *numbers])
        types = [_("Castellvi {type}").format(type=item) for item in _CASTELLVI]
        fillChoice(ui.transitionalCombo, [("", ""), *((item, item) for item in types)])
        whenChosen(ui.countedFromCombo, lambda value: self._state(countedFrom=value))
        whenChosen(ui.presacralCombo, lambda value: self._state(presacralCount=int(value) if value else None))
        whenChosen(ui.transitionalCombo, lambda value: self._state(transitional=value))
        whenTyped(ui.transitionalCombo.lineEdit(), lambda text: self._state(transitional=" ".join(text.split())))
        whenTyped(ui.alternativeEdit, lambda text: self._state(alternativeName=" ".join(text.split())))
        self.verifiedBy = VerifiedBy(context, ui.verifiedEdit, ui.verifyButton, self.verify, self.withdraw)
        context.sessionChanged.listen(self._sessionChanged)

    def _sessionChanged(self) -> None:
        """What nobody has verified yet is what the user is shown first."""
        session = self.context.session
        self.ui.numberingButton.collapsed = session is not None and session.case.numbering.isConfirmed

    def _state(self, **changes: Any) -> None:
        self.edits.do(_("numbering of the levels"), lambda case: withStatement(case, **changes))

    def verify(self, name: str) -> None:
        """Say by name and today's date that the level names are right."""
        today = date.today().isoformat()
        self.edits.do(_("level names verified"), lambda case: withNumberingVerified(case, name, today))

    def withdraw(self) -> None:
        """Take back that the level names are right."""
        self.edits.do(_("level names no longer verified"),
                      lambda case: withStatement(case, confirmedBy="", confirmedAt=""))  # fmt: skip

    def refresh(self) -> None:
        self.edits.filled(self._fill)

    def _fill(self) -> None:
        session, ui = self.context.session, self.ui
        self.widget.enabled = session is not None
        if session is None:
            ui.statementLabel.text = ""
            return
        numbering = session.case.numbering
        statement = capitalized(numbering.statement())
        ui.statementLabel.text = (
            _("{statement}. Verified on {date}.").format(statement=statement, date=numbering.confirmedAt)
            if numbering.confirmedAt else f"{statement}."
        )  # fmt: skip
        showChoice(ui.countedFromCombo, numbering.countedFrom)
        showChoice(ui.presacralCombo, str(numbering.presacralCount or ""))
        showText(ui.transitionalCombo.lineEdit(), numbering.transitional)
        showText(ui.alternativeEdit, numbering.alternativeName)
        self.verifiedBy.show(numbering.confirmedBy)
