"""Sentences below each other, each a button that leads somewhere: its text wraps, all of it can be clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import qt


class SentenceLinks:
    """Shows up to `count` sentences in a layout. `chosen` is called with the number of the one that was clicked."""

    def __init__(self, layout: Any, count: int, chosen: Callable[[int], None]) -> None:
        self._chosen = chosen
        self.buttons: list[Any] = []
        self._labels: list[Any] = []
        for number in range(count):
            button, label = _sentenceButton()
            button.objectName = f"sentence{number + 1}Button"
            button.clicked.connect(self._slotOf(number))
            layout.addWidget(button)
            self.buttons.append(button)
            self._labels.append(label)

    def _slotOf(self, number: int) -> Callable[..., None]:
        def clicked(*_arguments: Any) -> None:
            self._chosen(number)

        return clicked

    def show(self, sentences: Sequence[tuple[str, bool, str]]) -> None:
        """Show sentences: text, whether it stands out, and where it leads, in words."""
        for number, (button, label) in enumerate(zip(self.buttons, self._labels, strict=True)):
            button.visible = number < len(sentences)
            if number >= len(sentences):
                continue
            text, standsOut, leadsTo = sentences[number]
            label.text = text
            font = qt.QFont(self.buttons[number].font)
            font.setBold(standsOut)
            label.font = font
            button.accessibleName = text
            button.toolTip = f"<p>{escape(leadsTo)}</p>"

    def mark(self, number: int | None) -> None:
        """Show which sentence the views are showing; None for no one."""
        for other, button in enumerate(self.buttons):
            button.checked = other == number


def _sentenceButton() -> tuple[Any, Any]:
    button, label = qt.QToolButton(), qt.QLabel()
    button.autoRaise = button.checkable = True
    button.cursor = qt.QCursor(qt.Qt.PointingHandCursor)
    policy = qt.QSizePolicy(qt.QSizePolicy.Expanding, qt.QSizePolicy.Minimum)
    policy.setHeightForWidth(True)
    button.sizePolicy = policy
    arrow = qt.QLabel("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}")
    label.wordWrap, label.textFormat = True, qt.Qt.PlainText
    label.sizePolicy = qt.QSizePolicy(qt.QSizePolicy.Expanding, qt.QSizePolicy.Preferred)
    inside = qt.QHBoxLayout(button)
    inside.setContentsMargins(4, 1, 4, 1)
    for part in (arrow, label):
        part.setAttribute(qt.Qt.WA_TransparentForMouseEvents)
        part.alignment = qt.Qt.AlignTop
        inside.addWidget(part)
    return button, label
