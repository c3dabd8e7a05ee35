"""Watching the nodes of one case: who edited what, whether the scene closes, and nothing of our own writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from slicer import vtkMRMLMarkupsNode, vtkMRMLScene, vtkMRMLTransformableNode

from DynamicSpineLib.Scene.CaseRoles import allNodes

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode

_CONTENT_EVENTS = (
    vtkMRMLMarkupsNode.PointModifiedEvent, vtkMRMLMarkupsNode.PointPositionDefinedEvent,
    vtkMRMLMarkupsNode.PointPositionUndefinedEvent, vtkMRMLMarkupsNode.PointPositionMissingEvent,
    vtkMRMLMarkupsNode.PointPositionNonMissingEvent, vtkMRMLMarkupsNode.PointAddedEvent,
    vtkMRMLMarkupsNode.PointRemovedEvent,
)  # fmt: skip
_MODIFIED_EVENT = 33  # vtkCommand::ModifiedEvent


class SceneListener(Protocol):
    """What is told of edits that others make. None of these runs while the watch is paused."""

    def marksChanged(self, node: Any) -> None:
        """Points of a point list or curve of the case were moved, placed, unset, relabelled or removed."""

    def interactionEnded(self, node: Any) -> None:
        """The mouse was released after dragging a point."""

    def nodeChanged(self, node: Any) -> None:
        """Something else of a node of the case changed: its name, matrix, transform or image."""

    def nodeRemoved(self) -> None:
        """Some node left the scene; `hasLost` says whether it was one of the case."""

    def caseRemoved(self) -> None:
        """The case's own node left the scene."""

    def sceneChanged(self) -> None:
        """Nodes came or went as a whole: the scene was imported into."""

    def sceneClosing(self) -> None:
        """The scene is about to be emptied."""


class SceneWatch:
    """Observes every node of a case until `stop`; `refresh` after nodes were made or removed."""

    def __init__(self, caseNode: vtkMRMLScriptedModuleNode, listener: SceneListener) -> None:
        self._caseNode, self._scene, self._listener = caseNode, caseNode.GetScene(), listener
        self._tags: dict[str, tuple[Any, list[int]]] = {}
        self._paused, self._maybeLost = 0, False
        self._sceneTags = [
            self._scene.AddObserver(event, self._guarded(call))
            for event, call in (
                (vtkMRMLScene.StartCloseEvent, listener.sceneClosing),
                (vtkMRMLScene.EndImportEvent, listener.sceneChanged),
                (vtkMRMLScene.NodeRemovedEvent, self._nodeRemoved),
            )
        ]
        self.refresh()

    def refresh(self) -> None:
        """Observe the nodes that the case has now, and no others."""
        wanted = {node.GetID(): node for node in [self._caseNode, *allNodes(self._caseNode)]
                  if node.GetScene() is self._scene}  # fmt: skip
        for nodeId in [item for item in self._tags if item not in wanted]:
            self._forget(nodeId)
        for nodeId, node in wanted.items():
            if nodeId not in self._tags:
                self._tags[nodeId] = (node, self._observe(node))

    def _nodeRemoved(self) -> None:
        """Which node went is told only to observers that ask for it by type, so `hasLost` looks at our own later."""
        if not self._scene.IsNodePresent(self._caseNode):
            self._listener.caseRemoved()
        elif not self._maybeLost:
            self._maybeLost = True
            self._listener.nodeRemoved()

    def hasLost(self) -> bool:
        """True where a node of the case was removed since this was asked last."""
        if not self._maybeLost:
            return False
        self._maybeLost = False
        return any(not self._scene.IsNodePresent(node) for node, _ in self._tags.values())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Tell nothing of what happens inside the block, and observe the nodes that are there after it."""
        self._paused += 1
        try:
            yield
        finally:
            self._paused -= 1
            if self._caseNode.GetScene() is not None and self._sceneTags:
                self.refresh()

    def stop(self) -> None:
        """Remove every observer."""
        for nodeId in list(self._tags):
            self._forget(nodeId)
        for tag in self._sceneTags:
            self._scene.RemoveObserver(tag)
        self._sceneTags = []

    def observerCount(self) -> int:
        """How many observers there are, for tests of leaks."""
        return len(self._sceneTags) + sum(len(tags) for _, tags in self._tags.values())

    def _observe(self, node: Any) -> list[int]:
        if node is self._caseNode:
            return []
        changed = self._guarded(lambda: self._listener.nodeChanged(node))
        tags = [node.AddObserver(_MODIFIED_EVENT, changed)]
        if node.IsA("vtkMRMLTransformableNode"):
            tags.append(node.AddObserver(vtkMRMLTransformableNode.TransformModifiedEvent, changed))
        if node.IsA("vtkMRMLMarkupsNode"):
            edited = self._guarded(lambda: self._listener.marksChanged(node))
            tags += [node.AddObserver(event, edited) for event in _CONTENT_EVENTS]
            ended = self._guarded(lambda: self._listener.interactionEnded(node))
            tags.append(node.AddObserver(vtkMRMLMarkupsNode.PointEndInteractionEvent, ended))
        return tags

    def _forget(self, nodeId: str) -> None:
        node, tags = self._tags.pop(nodeId)
        for tag in tags:
            node.RemoveObserver(tag)

    def _guarded(self, call: Callable[[], None]) -> Callable[..., None]:
        def observed(_caller: object, _event: object) -> None:
            if not self._paused:
                call()

        return observed
