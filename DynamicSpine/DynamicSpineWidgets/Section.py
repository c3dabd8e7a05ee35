"""What every section of the panel has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from DynamicSpineLib.Progress import Steps
from DynamicSpineWidgets.PanelContext import PanelContext


class Section:
    """One section: its widget from Resources/UI/<class name>.ui, and the moments when it is called."""

    def __init__(self, context: PanelContext) -> None:
        self.context = context
        self.widget, self.ui = context.loadUi(type(self).__name__)
        self._parameters: Any = None
        self._guiTag = -1

    def connectParameters(self, parameters: Any) -> bool:
        """Bind the widgets that name a parameter to the parameter node that is used now, or to none (None).

        True where that is another one.
        """
        if parameters is self._parameters:
            return False
        if self._parameters is not None:
            self._parameters.disconnectGui(self._guiTag)
        self._parameters = parameters
        if parameters is not None:
            self._guiTag = parameters.connectGui(self.widget)
        return True

    def refresh(self) -> None:
        """The case, its history or the running work changed: show them as they are now."""

    def opened(self) -> None:
        """The user opened this section."""

    def closed(self) -> None:
        """The user opened another section, closed this one, or left the module."""

    def keyBindings(self) -> list[tuple[str, Callable[..., None]]]:
        """Key sequences of this section, such as "W", with what they do while the module is shown."""
        return []

    def restSteps(self) -> Steps[None]:
        """What this section computes when the mouse rests, in short steps; edits drop them."""
        return
        yield

    def cleanup(self) -> None:
        """The module is unloaded: stop listening."""
