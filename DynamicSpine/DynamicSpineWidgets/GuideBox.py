"""The guide: which mark comes next, with its drawing, its hint and its slice, and the answers to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Session.Guide import NOT_VISIBLE, OPEN, SKIPPED, UNCONFIRMED, WantedMark
from DynamicSpineLib.Session.GuideText import guideText
from DynamicSpineLib.Session.MarkingDesk import MarkingDesk
from DynamicSpineLib.Session.PlacingRun import PlacingRun
from DynamicSpineLib.Session.Schematic import SchematicColors, schematic
from DynamicSpineLib.Wording.Texts import levelLabel
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.SvgPicture import svgPixmap

SCHEMATIC_WIDTH, SCHEMATIC_HEIGHT = 140, 112

_KEYS = {
    "place": "P", "skip": "K", "missing": "X", "remove": "Del", "back": "Shift+N", "next": "N", "accept": "A",
    "acceptPlace": "Shift+A", "rejectPlace": "Shift+Del", "acceptAll": "Ctrl+Return",
}  # fmt: skip


class GuideBox:
    """Shows what the desk asks for. `changed` is called after every answer, so that the section shows what is next."""

    def __init__(
        self, context: PanelContext, desk: MarkingDesk, placing: PlacingRun, changed: Callable[[], None]
    ) -> None:
        self._context, self._desk, self._placing, self._changed = context, desk, placing, changed
        self.widget, self.ui = context.loadUi("GuideBox")
        self._drawn: tuple[object, ...] = ()
        # As large without a drawing, so that the buttons stay where they are.
        self.ui.schematicLabel.minimumWidth, self.ui.schematicLabel.minimumHeight = SCHEMATIC_WIDTH, SCHEMATIC_HEIGHT
        self.isLocked = False
        self._slots = self._makeSlots()
        for name, slot in self._slots.items():
            getattr(self.ui, f"{name}Button").clicked.connect(slot)

    def _makeSlots(self) -> dict[str, Callable[..., None]]:
        desk = self._desk
        calls = {
            "skip": desk.skip, "missing": desk.sayNotVisible, "remove": desk.remove, "back": desk.goBack,
            "next": desk.goToNext, "accept": desk.accept, "acceptPlace": desk.acceptPlace,
            "rejectPlace": desk.rejectPlace, "acceptAll": desk.acceptAll,
        }  # fmt: skip
        return {"place": self.togglePlacing, **{name: self._answer(call) for name, call in calls.items()}}

    def _answer(self, call: Callable[[], None]) -> Callable[..., None]:
        def answer(*_arguments: Any) -> None:
            with shownErrors():
                if self._desk.session is not None and not self.isLocked:
                    call()
            self._changed()

        return answer

    def keyBindings(self) -> list[tuple[str, Callable[..., None]]]:
        """The keys of every button; they do nothing while the section is closed, whose marks would not be seen."""
        return [(_KEYS[name], self._ifShown(slot)) for name, slot in self._slots.items()]

    def _ifShown(self, slot: Callable[..., None]) -> Callable[..., None]:
        def pressed(*_arguments: Any) -> None:
            if self.widget.visible:
                slot()

        return pressed

    def togglePlacing(self, *_arguments: Any) -> None:
        """Begin to place marks by clicks, or end it."""
        with shownErrors():
            session = self._desk.session
            if self._placing.isOn or session is None or self.isLocked:
                self._placing.stop()
            else:
                self._placing.start(session)
                self._desk.askForOpen()
        self._changed()

    # --- showing ---

    def refresh(self) -> None:
        """Show what is asked for now."""
        text, asked = guideText(self._desk), self._desk.asked()
        isOpen = asked is not None and asked.status in (OPEN, SKIPPED)
        self.widget.title = _("Click in a view to place") if self._placing.isOn and isOpen else text.heading
        self.ui.titleLabel.text, self.ui.hintLabel.text, self.ui.whereLabel.text = text.title, text.hint, text.where
        self._enableAnswers(asked)
        self._showAcceptance(asked)
        self._draw(asked)

    def _enableAnswers(self, asked: WantedMark | None) -> None:
        ui, isFree = self.ui, not self.isLocked
        isPoint = asked is not None and asked.kind == "point"
        status = asked.status if asked is not None else ""
        isOpen = status in (OPEN, SKIPPED)
        anyOpen = any(item.status in (OPEN, SKIPPED) for item in self._desk.marks())
        ui.placeButton.enabled = isFree and (anyOpen or self._placing.isOn)
        ui.placeButton.checked = self._placing.isOn
        ui.skipButton.enabled = isFree and isPoint and isOpen
        ui.missingButton.enabled = isFree and isPoint
        ui.removeButton.enabled = isFree and asked is not None and not isOpen
        ui.backButton.enabled = ui.nextButton.enabled = bool(self._desk.marks())
        ui.skipButton.text = _("Ask again") if status == SKIPPED else _("Skip")
        ui.missingButton.text = _("Visible") if status == NOT_VISIBLE else _("Not visible")
        self._explainAnswers(anyOpen)

    def _explainAnswers(self, anyOpen: bool) -> None:
        tips = {
            "place": _("Place marks by clicks in the views, one after the other; click again to end. Shift and drag, "
                       "or the middle button, moves the image; the right button zooms.")
            if anyOpen else _("No mark is left to place here."),
            "skip": _("Pass over this mark for now"),
            "missing": _("This mark cannot be seen in this position"),
            "remove": _("Take this mark away, so that it can be placed again"),
            "back": _("Go to the mark before"), "next": _("Go to the next mark to place or to accept"),
            "accept": _("Accept this carried mark"),
        }  # fmt: skip
        for name, tip in tips.items():
            self._explain(name, tip)

    def _explain(self, name: str, what: str) -> None:
        """Say what a button does and which key does it too."""
        getattr(self.ui, f"{name}Button").toolTip = _("{what} (key {key})").format(what=what, key=_KEYS[name])

    def _showAcceptance(self, asked: WantedMark | None) -> None:
        ui, waiting, here = self.ui, self._desk.waiting(), self._desk.waitingHere()
        ui.acceptRow.visible = bool(waiting)
        ui.acceptButton.enabled = not self.isLocked and asked is not None and asked.status == UNCONFIRMED
        ui.acceptPlaceButton.enabled = ui.rejectPlaceButton.enabled = not self.isLocked and bool(here)
        ui.acceptAllButton.enabled = not self.isLocked and bool(waiting)
        place = levelLabel(self._desk.place)
        ui.acceptPlaceButton.text = _("Accept {place}").format(place=place)
        ui.rejectPlaceButton.text = _("Reject {place}").format(place=place)
        listed = [item for item in (*self._desk.marks(), *self._desk.curves()) if item.status == UNCONFIRMED]
        atPlace = [item for item in listed if item.place == self._desk.place]
        for name, count, known, what in (
            ("acceptPlace", len(here), len(atPlace), _("Accept {count} carried or predicted marks here")),
            ("rejectPlace", len(here), len(atPlace), _("Take {count} carried or predicted marks away here")),
            ("acceptAll", len(waiting), len(listed), _("Accept {count} carried or predicted marks of this position")),
        ):
            self._explain(name, _withOthers(what.format(count=count), count - known))

    def _draw(self, asked: WantedMark | None) -> None:
        """Draw the vertebra, where it is not drawn already."""
        label, session = self.ui.schematicLabel, self._desk.session
        colors = self._colors()
        statuses = {item.name: item.status for item in self._desk.marks()} if asked is not None else {}
        name = asked.name if asked is not None else ""
        drawn = (name, colors, tuple(statuses.items()))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        svg = schematic(name, session.case.chain, colors, statuses) if session is not None and name else ""
        pixmap = svgPixmap(svg, SCHEMATIC_WIDTH, SCHEMATIC_HEIGHT) if svg else None
        label.pixmap = pixmap if pixmap is not None else qt.QPixmap()
        label.toolTip = asked.title if asked is not None else ""

    def _colors(self) -> SchematicColors:
        palette = self.widget.palette
        roles = (qt.QPalette.WindowText, qt.QPalette.Midlight, qt.QPalette.Highlight)
        line, fill, highlight = (palette.color(role).name() for role in roles)
        return SchematicColors(line, fill, highlight)


def _withOthers(what: str, others: int) -> str:
    """Says, too, that marks are accepted which the list does not show."""
    if others <= 0:
        return what
    return _("{what}; {others} of them are not listed and were carried in one piece with the others").format(
        what=what, others=others)  # fmt: skip
