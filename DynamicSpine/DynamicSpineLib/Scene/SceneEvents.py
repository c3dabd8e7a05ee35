"""When a scene was emptied, opened or imported into, and when a case of it came or went."""

from __future__ import annotations

from collections.abc import Callable

from slicer import vtkMRMLScene

from DynamicSpineLib.Scene.CaseRoles import caseNodes

_ALWAYS = (vtkMRMLScene.EndCloseEvent, vtkMRMLScene.EndImportEvent, vtkMRMLScene.EndRestoreEvent)
_PERHAPS = (vtkMRMLScene.NodeRemovedEvent, vtkMRMLScene.EndBatchProcessEvent)


class SceneEvents:
    """Calls `changed` after the cases of a scene may be other ones, until `stop`. Not in the middle of a batch."""

    def __init__(self, scene: vtkMRMLScene, changed: Callable[[], None]) -> None:
        self._scene, self._changed = scene, changed
        self._known = self._cases()
        self._tags = [scene.AddObserver(event, self._afterAll) for event in _ALWAYS]
        self._tags += [scene.AddObserver(event, self._afterSome) for event in _PERHAPS]

    def stop(self) -> None:
        """Remove every observer."""
        for tag in self._tags:
            self._scene.RemoveObserver(tag)
        self._tags = []

    def _cases(self) -> list[str]:
        return [node.GetID() for node in caseNodes(self._scene)]

    def _afterAll(self, _caller: object, _event: object) -> None:
        self._known = self._cases()
        self._changed()

    def _afterSome(self, _caller: object, _event: object) -> None:
        if self._scene.IsClosing() or self._scene.IsBatchProcessing():
            return
        found = self._cases()
        if found != self._known:
            self._known = found
            self._changed()
