"""Noticing that the mouse mode changed: by the toolbar, by another module, or because a list is full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from DynamicSpineLib.Scene.Views.SavedViews import interactionNode

if TYPE_CHECKING:
    from slicer import vtkMRMLScene


class PlaceWatch:
    """Calls `changed` whenever the mouse mode of a scene becomes another one, until `stop`."""

    def __init__(self, scene: vtkMRMLScene, changed: Callable[[], None]) -> None:
        self._node, self._changed = interactionNode(scene), changed
        self._tags = []
        if self._node is not None:
            event = self._node.InteractionModeChangedEvent
            self._tags = [self._node.AddObserver(event, self._observed)]

    def stop(self) -> None:
        """Remove the observer."""
        for tag in self._tags:
            self._node.RemoveObserver(tag)
        self._tags = []

    def _observed(self, _caller: object, _event: object) -> None:
        self._changed()
