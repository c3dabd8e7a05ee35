"""A line for a name beside the button by which a person verifies something, or takes that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slicer.i18n import tr as _

from DynamicSpineWidgets.Choices import showText
from DynamicSpineWidgets.PanelContext import PanelContext


class VerifiedBy:
    """A name verifies; the same name again, or none, takes it back. verify: gets the name."""

    def __init__(
        self, context: PanelContext, edit: Any, button: Any, verify: Callable[[str], None], withdraw: Callable[[], None]
    ) -> None:
        self._edit, self._button, self._verify, self._withdraw = edit, button, verify, withdraw
        self._by = ""
        button.clicked.connect(self.press)
        edit.returnPressed.connect(self.press)
        edit.textChanged.connect(self._showButton)
        context.sessionChanged.listen(self._sessionChanged)

    @property
    def _name(self) -> str:
        return " ".join(self._edit.text.split())

    @property
    def _withdraws(self) -> bool:
        return bool(self._by) and self._name in ("", self._by)

    def show(self, by: str) -> None:
        """Show who has verified, empty for nobody; a name that is being written stays."""
        self._by = by
        if by:
            showText(self._edit, by)
        self._showButton()

    def press(self, *_arguments: Any) -> None:
        """Verify by the written name, or take back what it has verified."""
        if self._withdraws:
            self._withdraw()
        elif self._name:
            self._verify(self._name)

    def _sessionChanged(self) -> None:
        self._edit.text = ""

    def _showButton(self, *_arguments: Any) -> None:
        self._button.text = _("Withdraw") if self._withdraws else _("Verify")
        self._button.enabled = bool(self._by or self._name)
