"""Keys of the panel, active only while the module is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
import slicer


class Shortcuts:
    """Keys on the main window, so that they work wherever the mouse is; on while `enabled`."""

    def __init__(self, panel: Any) -> None:
        self._shortcuts: list[Any] = []
        self._enabled = False
        self.add("Ctrl+Z", panel.undo)
        self.add("Ctrl+Y", panel.redo)
        self.add("Ctrl+Shift+Z", panel.redo)

    def add(self, keys: str, call: Callable[..., None]) -> None:
        """Bind a key sequence such as "W" or "Ctrl+Z"."""
        shortcut = qt.QShortcut(qt.QKeySequence(keys), slicer.util.mainWindow())
        shortcut.activated.connect(call)
        shortcut.activatedAmbiguously.connect(call)  # the main window may have the same key for something that is off
        shortcut.enabled = self._enabled
        self._shortcuts.append(shortcut)

    @property
    def enabled(self) -> bool:
        """True while the keys work."""
        return self._enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        self._enabled = value
        for shortcut in self._shortcuts:
            shortcut.enabled = value

    def remove(self) -> None:
        """Give the keys back."""
        for shortcut in self._shortcuts:
            shortcut.enabled = False
            shortcut.deleteLater()
        self._shortcuts = []
