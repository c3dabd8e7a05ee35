"""The views while the module is shown: layout, what each view shows, and giving them back as they were."""

from __future__ import annotations

from DynamicSpineWidgets.PanelContext import PanelContext


class PanelViews:
    """Follows what is chosen with the views."""

    def __init__(self, context: PanelContext) -> None:
        self._context = context

    def enter(self) -> None:
        """The module is shown."""

    def exit(self) -> None:
        """The module is left."""
