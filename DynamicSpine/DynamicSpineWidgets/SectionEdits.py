"""Making edits from the widgets of a section: one refused value is one sentence, and the old value is back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from DynamicSpineLib.Study.Case import Case
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext


class SectionEdits:
    """Turns what a user did with a widget into an edit of the case. refresh: shows the case again."""

    def __init__(self, context: PanelContext, refresh: Callable[[], None]) -> None:
        self._context, self._refresh = context, refresh
        self.isFilling = False

    def do(self, text: str, change: Callable[[Case], Case]) -> None:
        """Make an edit unless it changes nothing. While the widgets are filled nothing is the user's doing."""
        session = self._context.session
        if self.isFilling or session is None:
            return

        def edit() -> None:
            session.settle()
            after = change(session.case)
            if after != session.case:
                session.do(text, after)

        self.run(edit)

    def run(self, edit: Callable[[], Any]) -> None:
        """Make an edit of another kind.

        What cannot be is said after the old value is back, so that a widget that loses its focus says it only once.
        """
        with shownErrors():
            isDone = False
            try:
                edit()
                isDone = True
            finally:
                if not isDone:
                    self._refresh()

    def filled(self, fill: Callable[[], Any]) -> None:
        """Fill widgets with what the case holds."""
        wasFilling, self.isFilling = self.isFilling, True
        try:
            fill()
        finally:
            self.isFilling = wasFilling
