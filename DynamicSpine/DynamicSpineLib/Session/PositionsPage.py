"""Every position side by side, at one scale, with the same vertebra at the same place."""

from __future__ import annotations

from DynamicSpineLib.Scene.NodeTypes import LayoutNode, SliceNode
from DynamicSpineLib.Scene.Views.Layouts import SAGITTAL, applyPositionsLayout, positionTag
from DynamicSpineLib.Scene.Views.LevelPlacing import PositionView, centerOnLevel
from DynamicSpineLib.Scene.Views.ViewNodes import showVolume, sliceNode
from DynamicSpineLib.Session.PositionDrawing import Tags
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Session.ShownCase import ShownCase


class PositionsPage:
    """Shows all positions, centered on the chosen level."""

    def __init__(self, shown: ShownCase) -> None:
        self._shown = shown
        self.withPlot = False

    def show(self, layout: LayoutNode) -> None:
        """Show every position's volume, and the chosen level in all of them."""
        shown = self._shown
        applyPositionsLayout(layout, len(shown.positions), self.withPlot)
        for positionId, tag in self.views().items():
            view, position = self.view(tag), shown.case.position(positionId) if shown.case is not None else None
            if view is not None and position is not None:
                showVolume(view, shown.volume(positionId))
                view.SetLayoutLabel(position.shownTitle)
        self._center()

    def follow(self, before: Chosen, /) -> None:
        """Another level was chosen."""
        if self._shown.chosen.place != before.place:
            self._center()

    def views(self) -> dict[str, str]:
        """The view's tag of each position, by its id."""
        return {item.id: positionTag(number) for number, item in enumerate(self._shown.positions, start=1)}

    def tags(self) -> dict[str, Tags]:
        """One sagittal view for each position."""
        return {positionId: {SAGITTAL: (tag,)} for positionId, tag in self.views().items()}

    def view(self, tag: str) -> SliceNode | None:
        """The slice view of a tag."""
        return sliceNode(self._shown.scene, tag)

    def leave(self) -> None:
        """Nothing is kept."""

    def _center(self) -> None:
        shown, case = self._shown, self._shown.case
        if case is None:
            return
        views = {positionId: PositionView(view, shown.volume(positionId))
                 for positionId, tag in self.views().items() if (view := self.view(tag)) is not None}  # fmt: skip
        centerOnLevel(case, shown.chosen.place, views)
