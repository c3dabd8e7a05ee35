"""The box Noise and rules: what intervals are computed from, and which published rules are judged."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Session.RuleChoice import RuleChoice, ruleChoices
from DynamicSpineWidgets.Choices import fillChoice, showChoice, whenChosen
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.SectionEdits import SectionEdits

_DRAWS = (0, 200, 1000, 5000)
_WARNING_SIGN = "\N{BLACK UP-POINTING TRIANGLE}"


class JudgingBox:
    """The noise of a mark is part of the case and can be undone; draws and rules are choices of the panel."""

    def __init__(self, context: PanelContext) -> None:
        self._context = context
        self.widget, self.ui = context.loadUi("JudgingBox")
        self._edits = SectionEdits(context, self.refresh)
        self._shown: tuple[RuleChoice, ...] = ()
        self.ui.sdSpin.valueChanged.connect(self._sdEdited)
        self.ui.ruleList.itemChanged.connect(self._ruleToggled)
        whenChosen(self.ui.drawsCombo, self._drawsChosen)

    def refresh(self) -> None:
        """Show what is chosen, and what the rules found."""
        self._edits.filled(self._fill)

    def _fill(self) -> None:
        session, parameters, ui = self._context.session, self._context.parameters, self.ui
        self.widget.enabled = session is not None and parameters is not None
        if session is None or parameters is None:
            return
        ui.sdSpin.value = session.case.landmarkSdMm or 0.0
        fillChoice(ui.drawsCombo, [(str(count), _drawWords(count)) for count in sorted({*_DRAWS, parameters.draws})])
        showChoice(ui.drawsCombo, str(parameters.draws))
        told = self._context.results.told
        choices = ruleChoices(list(parameters.ruleSets), told[0].results if told else ())
        if choices != self._shown:
            self._shown = choices
            self._fillRules(choices)

    def _fillRules(self, choices: tuple[RuleChoice, ...]) -> None:
        rules = self.ui.ruleList
        if rules.count != len(choices):
            rules.clear()
            for _choice in choices:
                rules.addItem(qt.QListWidgetItem())
        for row, choice in enumerate(choices):
            item = rules.item(row)
            warning = f"{_WARNING_SIGN} {choice.warning}" if choice.warning else ""
            item.setText("\n".join(part for part in (choice.title, warning, choice.found) if part))
            tip = [*choice.tip, _("Always judged.")] if choice.isAlways else choice.tip
            item.setToolTip("".join(f"<p>{escape(line)}</p>" for line in tip))
            item.setFlags(qt.Qt.ItemIsEnabled if choice.isAlways else qt.Qt.ItemIsEnabled | qt.Qt.ItemIsUserCheckable)
            item.setCheckState(qt.Qt.Checked if choice.isChosen else qt.Qt.Unchecked)

    def _sdEdited(self, *_value: Any) -> None:
        value = self.ui.sdSpin.value
        session = self._context.session
        if self._edits.isFilling or session is None:
            return
        sd = round(value, 2) or None
        if sd == session.case.landmarkSdMm:
            return
        text = _("set the noise of marks to {sd} mm").format(sd=sd) if sd else _("took the usual noise of marks")
        self._edits.run(lambda: session.do(text, replace(session.case, landmarkSdMm=sd), "landmarkSdMm"))

    def _drawsChosen(self, count: Any) -> None:
        if self._context.parameters is not None and count is not None:
            self._context.parameters.draws = int(count)
            self._context.restart()

    def _ruleToggled(self, item: Any) -> None:
        parameters = self._context.parameters
        if self._edits.isFilling or parameters is None:
            return
        choice = self._shown[self.ui.ruleList.row(item)]
        if choice.isAlways:
            return
        others = [chosen for chosen in parameters.ruleSets if chosen != choice.id]
        parameters.ruleSets = [*others, choice.id] if item.checkState() == qt.Qt.Checked else others
        self._context.restart()


def _drawWords(count: int) -> str:
    if not count:
        return _("None: values without intervals")
    return {
        200: _("200: quick, SDs to 5 %"), 1000: _("1000: as in the report"), 5000: _("5000: slow, SDs to 1 %"),
    }.get(count, str(count))  # fmt: skip
