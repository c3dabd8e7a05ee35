"""The widgets that Slicer and CTK bring, as far as the panel uses them."""

from PySide6 import QtWidgets
from PySide6.QtCore import Property, QEvent, Qt, Signal


class ctkCollapsibleButton(QtWidgets.QAbstractButton):  # a titled box that hides its contents while it is collapsed
    _HEADER = 24  # pixels

    def __init__(self, *arguments) -> None:
        super().__init__(*(item for item in arguments if isinstance(item, QtWidgets.QWidget)))
        self._hidden, self.text = [], "".join(item for item in arguments if isinstance(item, str))
        self.checkable = self.checked = True
        self.setContentsMargins(0, self._HEADER, 0, 0)
        self.toggled.connect(self._showContents)

    collapsed = Property(bool, lambda self: not self.checked, lambda self, hides: self.setChecked(not hides))

    def _showContents(self, isShown: bool) -> None:
        for child in self.findChildren(QtWidgets.QWidget, options=Qt.FindDirectChildrenOnly):
            isHiddenByPanel = child.isHidden() and child.testAttribute(Qt.WA_WState_ExplicitShowHide)
            if child in self._hidden if isShown else not isHiddenByPanel:
                child.setVisible(isShown)
                self._hidden += [child] * (not isShown)
        self._hidden = [] if isShown else self._hidden

    def event(self, event) -> bool:
        if event.type() in (QEvent.Polish, QEvent.ChildPolished) and self.collapsed:  # children come after collapsing
            self._showContents(False)
        return super().event(event)

    def hitButton(self, place) -> bool: return place.y() < self._HEADER

    def paintEvent(self, event) -> None:  # noqa: ARG002
        style, option, painter = QtWidgets.QStyle, QtWidgets.QStyleOptionButton(), QtWidgets.QStylePainter(self)
        option.initFrom(self)
        option.rect.setHeight(self._HEADER)
        painter.drawControl(style.CE_PushButtonBevel, option)
        painter.drawText(option.rect.adjusted(24, 0, -4, 0), Qt.AlignVCenter | Qt.AlignLeft, self.text)
        option.rect.setRect(7, 7, 10, 10)
        painter.drawPrimitive(style.PE_IndicatorArrowDown if self.checked else style.PE_IndicatorArrowRight, option)


class ctkPathLineEdit(QtWidgets.QLineEdit):  # a path that is typed
    currentPathChanged = property(lambda self: self.textChanged)
    currentPath = Property(str, lambda self: self.text, lambda self, path: self.setText(path))


class KnowsTheScene:
    _scene = None

    def mrmlScene(self): return self._scene

    def setMRMLScene(self, scene) -> None:
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)


def _listing(kind, name: str) -> Property:
    return Property(kind, lambda self: getattr(self, name), lambda self, value: self._refresh(**{name: value}))


class qMRMLNodeComboBox(QtWidgets.QComboBox, KnowsTheScene):  # lists nodes of some classes and follows the scene
    currentNodeChanged, currentNodeIDChanged, mrmlSceneChanged = Signal(object), Signal(str), Signal(object)
    nodeTypes, noneEnabled = _listing("QStringList", "_types"), _listing(bool, "_hasNone")

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._types, self._hasNone, self._last, self.enabled = [], False, "", False
        self.currentIndexChanged.connect(self._tell)
        self.mrmlSceneChanged.connect(self._observe)

    def _observe(self, scene) -> None:
        events = (scene.NodeAddedEvent, scene.NodeRemovedEvent, scene.EndBatchProcessEvent)
        tags = [scene.AddObserver(event, lambda *_: self._refresh()) for event in events]
        self.destroyed.connect(lambda: [scene.RemoveObserver(tag) for tag in tags])
        self._refresh(enabled=True)

    def _refresh(self, **changed) -> None:
        for name, value in changed.items():
            setattr(self, name, value)
        if self._scene is None or self._scene.IsBatchProcessing():
            return
        places = [(name, at) for name in self._types for at in range(self._scene.GetNumberOfNodesByClass(name))]
        nodes = [self._scene.GetNthNodeByClass(at, name) for name, at in places]
        current, wasBlocked = self.currentNodeID, self.blockSignals(True)
        self.clear()
        shown = [(node.GetName(), node.GetID()) for node in nodes if not node.GetHideFromEditors()]
        for name, nodeID in [("None", "")] * self._hasNone + shown:
            self.addItem(name, nodeID)
        self.currentIndex = max(self.findData(current), 0 if self.count else -1)
        self.blockSignals(wasBlocked)
        self._tell()

    def _tell(self, *_) -> None:
        if self.currentNodeID != self._last and not self.signalsBlocked():
            self._last = self.currentNodeID
            self.currentNodeChanged.emit(self.currentNode())
            self.currentNodeIDChanged.emit(self._last)

    def currentNode(self):
        return self._scene.GetNodeByID(self.currentNodeID) if self._scene and self.currentNodeID else None

    def setCurrentNode(self, node) -> None: self.setCurrentNodeID(node.GetID() if node else "")
    def setCurrentNodeID(self, nodeID: str) -> None: self.currentIndex = self.findData(nodeID)

    currentNodeID = Property(str, lambda self: self.itemData(self.currentIndex) or "", setCurrentNodeID)


_BASES = {
    "ctkDoubleSpinBox": (QtWidgets.QDoubleSpinBox,), "ctkSearchBox": (QtWidgets.QLineEdit,),
    "ctkComboBox": (QtWidgets.QComboBox,),
    "ctkSliderWidget": (QtWidgets.QDoubleSpinBox,),  # the application's has a slider beside the number
    "qMRMLWidget": (QtWidgets.QWidget, KnowsTheScene), "qMRMLCollapsibleButton": (ctkCollapsibleButton, KnowsTheScene),
}  # fmt: skip
_kinds = [type(name, bases, {"mrmlSceneChanged": Signal(object)}) for name, bases in _BASES.items()]
WIDGETS = {kind.__name__: kind for kind in (ctkCollapsibleButton, ctkPathLineEdit, qMRMLNodeComboBox, *_kinds)}
