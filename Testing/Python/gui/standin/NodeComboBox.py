"""The selector of nodes: it follows the scene."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal
from PySide6.QtWidgets import QComboBox
from standin.PropertyStyle import bindSetters


@bindSetters
class qMRMLNodeComboBox(QComboBox):
    """Lists the scene's nodes of some classes; the current one is asked for by currentNode()."""

    currentNodeChanged = Signal(object)
    currentNodeIDChanged = Signal(str)
    mrmlSceneChanged = Signal(object)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._scene, self._tags, self._types, self._attributes = None, [], [], {}
        self._none, self._noneText, self._hidden, self._last = False, "None", False, None
        self.currentIndexChanged.connect(self._tell)

    def _option(kind, name):
        def write(self, value):
            setattr(self, name, value)
            self._refresh()

        return Property(kind, lambda self: getattr(self, name), write)

    nodeTypes, noneEnabled = _option("QStringList", "_types"), _option(bool, "_none")
    noneDisplay, showHidden = _option(str, "_noneText"), _option(bool, "_hidden")
    addEnabled = removeEnabled = renameEnabled = editEnabled = Property(bool, lambda _: False, lambda _, __: None)

    def mrmlScene(self):
        return self._scene

    def setMRMLScene(self, scene) -> None:
        if scene is self._scene:
            return
        for tag in self._tags:
            self._scene.RemoveObserver(tag)
        events = (scene.NodeAddedEvent, scene.NodeRemovedEvent, scene.EndCloseEvent, scene.EndImportEvent,
                  scene.EndBatchProcessEvent) if scene else ()  # fmt: skip
        self._tags = [scene.AddObserver(event, self._refresh) for event in events]
        self._scene = scene
        self._refresh()
        self.mrmlSceneChanged.emit(scene)

    def addAttribute(self, nodeType: str, name: str, value=None) -> None:
        self._attributes[nodeType] = (name, value)
        self._refresh()

    def _isListed(self, node) -> bool:
        if node.GetHideFromEditors() and not self._hidden:
            return False
        name, value = self._attributes.get(node.GetClassName(), (None, None))
        given = node.GetAttribute(name) if name else None
        return name is None or (given is not None and value in (None, given))

    def _nodes(self) -> list:
        found = {}
        for className in self._types if self._scene else ():
            for index in range(self._scene.GetNumberOfNodesByClass(className)):
                node = self._scene.GetNthNodeByClass(index, className)
                found[node.GetID()] = node
        return [node for node in found.values() if self._isListed(node)]

    def _refresh(self, *_) -> None:
        if self._scene and self._scene.IsBatchProcessing():
            return
        current = self.currentNodeID
        blocked = self.blockSignals(True)
        self.clear()
        if self._none:
            self.addItem(self._noneText, "")
        for node in self._nodes():
            self.addItem(node.GetName(), node.GetID())
        self.setCurrentIndex(max(self.findData(current), 0 if self.count else -1))
        self.blockSignals(blocked)
        self._tell()

    def _tell(self, *_) -> None:
        if self.currentNodeID != self._last and not self.signalsBlocked():
            self._last = self.currentNodeID
            self.currentNodeChanged.emit(self.currentNode())
            self.currentNodeIDChanged.emit(self._last)

    def currentNode(self):
        return self._scene.GetNodeByID(self.currentNodeID) if self._scene and self.currentNodeID else None

    def setCurrentNode(self, node) -> None:
        self.setCurrentIndex(self.findData(node.GetID() if node else ""))

    def setCurrentNodeID(self, nodeID: str) -> None:
        self.setCurrentIndex(self.findData(nodeID or ""))

    currentNodeID = Property(str, lambda self: self.itemData(self.currentIndex) or "", setCurrentNodeID)

    def nodeCount(self) -> int:
        return len(self._nodes())
