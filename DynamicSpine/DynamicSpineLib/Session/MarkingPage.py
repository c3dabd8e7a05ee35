"""One position large, with axial and coronal views: where marks are placed."""

from __future__ import annotations

from DynamicSpineLib.Scene.NodeTypes import LayoutNode, SliceNode
from DynamicSpineLib.Scene.Views.Layouts import MARKING_TAGS, applyMarkingLayout
from DynamicSpineLib.Scene.Views.MarkPlacing import showMark, showPlace, showPosition
from DynamicSpineLib.Scene.Views.ViewNodes import sliceNode
from DynamicSpineLib.Session.PositionDrawing import Tags
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Session.ShownCase import ShownCase


class MarkingPage:
    """Shows the chosen position, and in it the chosen mark or place."""

    def __init__(self, shown: ShownCase) -> None:
        self._shown = shown
        self._shownPosition = ""

    def show(self, layout: LayoutNode) -> None:
        """Show the chosen position in the layout for marking."""
        applyMarkingLayout(layout)
        self._showPosition()

    def follow(self, before: Chosen, /) -> None:
        """Another position, mark or place was chosen."""
        now = self._shown.chosen
        if now.position != self._shownPosition:
            self._showPosition()
        elif (now.mark, now.place) != (before.mark, before.place):
            self._bring()

    def tags(self) -> dict[str, Tags]:
        """The three views of the chosen position."""
        position = self._shown.position
        return {position.id: {kind: (tag,) for kind, tag in MARKING_TAGS.items()}} if position is not None else {}

    def view(self, tag: str) -> SliceNode | None:
        """The slice view of a tag."""
        return sliceNode(self._shown.scene, tag)

    def leave(self) -> None:
        """The next time the position is shown anew."""
        self._shownPosition = ""

    def _showPosition(self) -> None:
        shown = self._shown
        case, position = shown.case, shown.position
        if case is None or position is None:
            return
        self._shownPosition = position.id
        showPosition(shown.scene, position, case.chain, shown.volume(position.id))
        self._bring()

    def _bring(self) -> None:
        shown = self._shown
        case, position = shown.case, shown.position
        if case is None or position is None:
            return
        volume = shown.volume(position.id)
        if shown.chosen.mark:
            showMark(shown.scene, position, case.chain, shown.chosen.mark, volume)
        elif shown.chosen.place:
            showPlace(shown.scene, position, case.chain, shown.chosen.place, volume)
