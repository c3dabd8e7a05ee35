"""Keys of the panel, active only while the module is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt
import slicer

_MOVING = ("Up", "Down", "Left", "Right")
_MOVED_BY_ARROWS = ("QAbstractSpinBox", "QLineEdit", "QComboBox", "QAbstractSlider", "QAbstractItemView", "QTextEdit",
                    "QPlainTextEdit", "QTabBar", "QRadioButton", "QMenuBar")  # fmt: skip


class Shortcuts:
    """Keys that work wherever the mouse is in the window; on while `enabled`.

    Keys of a section live on its widget, so that Qt leaves them to others while that is not shown. Arrow keys are left
    to whatever has the keyboard and moves by them itself, such as a number that is being edited, a list or a slider.
    """

    def __init__(self, panel: Any) -> None:
        self._shortcuts: list[Any] = []
        self._moving: list[Any] = []
        self._enabled, self._areArrowsFree = False, True
        qt.QApplication.instance().focusChanged.connect(self._focusChanged)
        self.add("Ctrl+Z", panel.undo)
        self.add("Ctrl+Y", panel.redo)
        self.add("Ctrl+Shift+Z", panel.redo)
        self.add("Ctrl+Up", lambda: panel.stepLevel(-1))
        self.add("Ctrl+Down", lambda: panel.stepLevel(1))

    def add(self, keys: str, call: Callable[..., None], widget: Any = None) -> None:
        """Bind a key sequence such as "W" or "Ctrl+Z": while a widget is shown, or always."""
        owner = slicer.util.mainWindow() if widget is None else widget
        if owner is None:
            return  # an application without a window has no keys
        shortcut = qt.QShortcut(qt.QKeySequence(keys), owner)
        shortcut.activated.connect(call)
        shortcut.activatedAmbiguously.connect(call)  # the main window may have the same key for something that is off
        (self._moving if keys in _MOVING else self._shortcuts).append(shortcut)
        self._update()

    @property
    def enabled(self) -> bool:
        """True while the keys work."""
        return self._enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        self._enabled = value
        self._update()

    def _focusChanged(self, _before: Any, now: Any) -> None:
        self._areArrowsFree = not _movesByArrows(now)
        self._update()

    def _update(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.enabled = self._enabled
        for shortcut in self._moving:
            shortcut.enabled = self._enabled and self._areArrowsFree

    def remove(self) -> None:
        """Give the keys back."""
        qt.QApplication.instance().focusChanged.disconnect(self._focusChanged)
        for shortcut in (*self._shortcuts, *self._moving):
            shortcut.enabled = False
            shortcut.deleteLater()
        self._shortcuts, self._moving = [], []


def _movesByArrows(widget: Any) -> bool:
    """True for what arrow keys move something in. Slicer's Python knows no Qt class as a subclass of another one."""
    return widget is not None and any(widget.inherits(name) for name in _MOVED_BY_ARROWS)
