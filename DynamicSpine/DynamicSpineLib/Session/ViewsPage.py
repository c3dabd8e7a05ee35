"""What every page of views can do: a page is one way to show a case, in a layout of its own."""

from __future__ import annotations

from typing import Protocol

from DynamicSpineLib.Scene.NodeTypes import LayoutNode, SliceNode
from DynamicSpineLib.Session.PositionDrawing import Tags
from DynamicSpineLib.Session.Selection import Chosen


class ViewsPage(Protocol):
    """One way to show a case."""

    def show(self, layout: LayoutNode) -> None:
        """Show the page's layout and volumes, with each view where the case wants it."""

    def follow(self, before: Chosen, /) -> None:
        """Bring the views to what is chosen now; `before` was chosen until now."""

    def tags(self) -> dict[str, Tags]:
        """The views' tags by position id and kind of view."""

    def view(self, tag: str) -> SliceNode | None:
        """The slice view of a tag, or None until the layout was shown once."""

    def leave(self) -> None:
        """Another page is shown, or none."""
