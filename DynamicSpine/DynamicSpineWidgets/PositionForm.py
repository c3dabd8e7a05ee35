"""What is known of the chosen position besides its row: volume, load, effort, images, scan, roles and symptoms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Session.Choices import choices
from DynamicSpineLib.Session.PositionEdits import numberIn, titleOf, withField, withRole
from DynamicSpineLib.Session.PositionVolumes import chooseVolume
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineWidgets.Choices import fillChoice, showChoice, showText, whenChosen, whenTyped
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.Section import Section
from DynamicSpineWidgets.SectionEdits import SectionEdits
from DynamicSpineWidgets.SymptomsBox import SymptomsBox


class PositionForm(Section):
    """The form below the table."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.edits = SectionEdits(context, self.refresh)
        self.symptoms = SymptomsBox(context)
        self.ui.symptomsLayout.addWidget(self.symptoms.widget)
        self._connectChoices()
        self._connectTexts()
        ui = self.ui
        ui.markedInCheck.toggled.connect(self._markedIn)
        ui.referenceCheck.toggled.connect(self._reference)
        ui.volumeCombo.setMRMLScene(slicer.mrmlScene)
        ui.volumeCombo.currentNodeChanged.connect(self._volumeChosen)

    def _connectChoices(self) -> None:
        ui = self.ui
        words = {"load": _("load"), "stoppedBy": _("stopped by"), "quality": _("image quality")}
        self._combos = {"load": ui.loadCombo, "stoppedBy": ui.stoppedByCombo, "quality": ui.qualityCombo}
        for name, combo in self._combos.items():
            fillChoice(combo, choices(name))
            whenChosen(combo, self._changer(name, words[name], str))

    def _connectTexts(self) -> None:
        ui = self.ui
        self._edits: dict[str, tuple[Any, str, Callable[[str], Any]]] = {
            "angleReachedDeg": (ui.angleEdit, _("angle reached"), _numberOf(_("angle reached"))),
            "minutesUpright": (ui.minutesEdit, _("minutes upright"), _numberOf(_("minutes upright"))),
            "support": (ui.supportEdit, _("support"), str.strip), "date": (ui.dateEdit, _("date"), str.strip),
            "scanner": (ui.scannerEdit, _("scanner"), str.strip), "notes": (ui.notesEdit, _("notes"), str.strip),
        }  # fmt: skip
        for name, (edit, words, read) in self._edits.items():
            whenTyped(edit, self._typer(name, words, read))

    def _changer(self, name: str, words: str, read: Callable[[str], Any]) -> Callable[[Any], None]:
        def changed(value: Any) -> None:
            position = self.context.position
            if position is not None:
                self.edits.do(_("{position}: {field}").format(position=titleOf(position), field=words),
                              lambda case: withField(case, position.id, name, read(value)))  # fmt: skip

        return changed

    def _typer(self, name: str, words: str, read: Callable[[str], Any]) -> Callable[[str], None]:
        change = self._changer(name, words, read)

        def typed(text: str) -> None:
            position = self.context.position
            if position is not None and text != _shown(position, name):
                change(text)

        return typed

    def _markedIn(self, isOn: bool) -> None:
        self._giveRole("markedIn", isOn)

    def _reference(self, isOn: bool) -> None:
        self._giveRole("reference", isOn)

    def _giveRole(self, role: str, isOn: bool) -> None:
        position = self.context.position
        if position is not None:
            self.edits.do(_("{position}: role").format(position=titleOf(position)),
                          lambda case: withRole(case, position.id, role, isOn))  # fmt: skip

    def _volumeChosen(self, *_nodes: Any) -> None:
        """Another volume was chosen; a node that went chooses none, which is no edit."""
        position, session = self.context.position, self.context.session
        if position is None or session is None or self.edits.isFilling:
            return
        node = self.ui.volumeCombo.currentNode()
        if node is not None:
            self.edits.run(lambda: chooseVolume(session, position.id, node))
        self.refresh()

    def refresh(self) -> None:
        self.edits.filled(self._fill)
        self.symptoms.refresh()

    def _fill(self) -> None:
        session, ui, position = self.context.session, self.ui, self.context.position
        self.widget.visible = position is not None
        if session is None or position is None:
            return
        self.widget.text = _("Details of {position}").format(position=titleOf(position))
        ui.volumeCombo.setCurrentNode(volumeNode(session.caseNode, position.id))
        for name, combo in self._combos.items():
            showChoice(combo, getattr(position, name))
        for name, (edit, _words, _read) in self._edits.items():
            showText(edit, _shown(position, name))
        ui.markedInCheck.checked = session.case.markedIn == position.id
        ui.referenceCheck.checked = session.case.reference == position.id


def _numberOf(title: str) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        return numberIn(text, title)

    return read


def _shown(position: Position, name: str) -> str:
    """A field as its line shows it."""
    value = getattr(position, name)
    if name == "angleReachedDeg":
        return "" if value is None else f"{_plain(value)}\N{DEGREE SIGN}"
    if name == "minutesUpright":
        return "" if value is None else _("{minutes} min").format(minutes=_plain(value))
    return str(value)


def _plain(value: float) -> str:
    return shownNumber(value, "", 0 if value == round(value) else 1)
