"""Boxes to choose from: filled with values and their words, and deaf to the mouse wheel that scrolls the panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ctk

_NEVER_SCROLL = 0  # ctkComboBox::NeverScroll
_FRAME = 24  # of a list beside its longest words, in pixels


def newChoice(pairs: Sequence[tuple[str, str]], name: str) -> Any:
    """A box with values and their words for a table cell. name: what it is called for assistive software."""
    combo = ctk.ctkComboBox()
    combo.frame = False
    combo.accessibleName = name
    combo.toolTip = name
    fillChoice(combo, pairs)
    return combo


def fillChoice(combo: Any, pairs: Sequence[tuple[str, str]]) -> None:
    """Offer these values by their words, and keep what is chosen where it is still offered."""
    combo.setProperty("scrollWheelEffect", _NEVER_SCROLL)
    found = [(combo.itemData(index), combo.itemText(index)) for index in range(combo.count)]
    if found == list(pairs):
        return
    chosen = chosenValue(combo)
    combo.clear()
    for value, words in pairs:
        combo.addItem(words, value)
    combo.view().minimumWidth = combo.view().sizeHintForColumn(0) + _FRAME
    showChoice(combo, chosen)


def showChoice(combo: Any, value: Any) -> None:
    """Show a value; none where it is not offered."""
    index = combo.findData(value)
    if combo.currentIndex != index:
        combo.currentIndex = index


def chosenValue(combo: Any) -> Any:
    """The value that is chosen, None where there is none."""
    return combo.itemData(combo.currentIndex) if combo.currentIndex >= 0 else None


def whenChosen(combo: Any, call: Callable[[Any], None]) -> None:
    """Call with the value whenever the user, and not the panel, chooses one."""

    def chosen(*_arguments: Any) -> None:
        call(chosenValue(combo))

    combo.activated.connect(chosen)


def whenTyped(edit: Any, call: Callable[[str], None]) -> None:
    """Call with the text when the user has finished typing; `call` sees to texts that did not change."""

    def typed(*_arguments: Any) -> None:
        edit.modified = False
        call(edit.text)

    edit.editingFinished.connect(typed)


def showText(edit: Any, text: str) -> None:
    """Show a text, but not over what the user is typing."""
    if edit.text != text and not (edit.focus and edit.modified):
        edit.text = text
