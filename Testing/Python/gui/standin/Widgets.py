"""The widgets that Slicer and CTK bring, as far as the panel uses them."""

from __future__ import annotations

from PySide6 import QtWidgets
from PySide6.QtCore import Property, QSize, Qt, Signal
from PySide6.QtUiTools import QUiLoader
from standin.PropertyStyle import bindSetters

HEADER = 24  # of a collapsible box, in pixels


@bindSetters
class ctkCollapsibleButton(QtWidgets.QAbstractButton):
    """A titled box; what is in its layout is hidden while it is collapsed."""

    def __init__(self, *arguments) -> None:
        super().__init__(*(item for item in arguments if isinstance(item, QtWidgets.QWidget)))
        self._hidden, self.text = [], next((item for item in arguments if isinstance(item, str)), "")
        self.checkable = self.checked = True
        self.setContentsMargins(0, HEADER, 0, 0)
        self.toggled.connect(self._showContents)

    collapsed = Property(bool, lambda self: not self.checked, lambda self, hides: self.setChecked(not hides))

    def _showContents(self, isShown: bool) -> None:
        for child in self._hidden if isShown else ():
            child.show()
        found = [] if isShown else self.findChildren(QtWidgets.QWidget, options=Qt.FindDirectChildrenOnly)
        self._hidden = [child for child in found if not child.isHidden()]
        for child in self._hidden:
            child.hide()
        self.updateGeometry()

    def showEvent(self, event) -> None:  # noqa: ARG002
        if self.collapsed and not self._hidden:  # a .ui file sets the property before the box has children
            self._showContents(False)

    def hitButton(self, place) -> bool:
        return place.y() < HEADER

    def sizeHint(self) -> QSize:
        inside = self.layout().sizeHint() if self.layout() and self.checked else QSize()
        return inside.expandedTo(QSize(60, HEADER))

    def paintEvent(self, event) -> None:  # noqa: ARG002
        style, option, painter = QtWidgets.QStyle, QtWidgets.QStyleOptionButton(), QtWidgets.QStylePainter(self)
        option.initFrom(self)
        option.rect.setHeight(HEADER)
        painter.drawControl(style.CE_PushButtonBevel, option)
        painter.drawText(option.rect.adjusted(24, 0, -4, 0), Qt.AlignVCenter | Qt.AlignLeft, self.text)
        option.rect.setRect(7, 7, 10, 10)
        painter.drawPrimitive(style.PE_IndicatorArrowDown if self.checked else style.PE_IndicatorArrowRight, option)


@bindSetters
class ctkPathLineEdit(QtWidgets.QLineEdit):
    """A path that is typed."""

    currentPathChanged = Signal(str)
    currentPath = Property(str, lambda self: self.text, lambda self, path: self.setText(path))

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.textChanged.connect(self.currentPathChanged)


class _KnowsTheScene:
    _scene = None

    def mrmlScene(self):
        return self._scene

    def setMRMLScene(self, scene) -> None:
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)


@bindSetters
class qMRMLWidget(QtWidgets.QWidget, _KnowsTheScene):
    """A widget that knows the scene."""

    mrmlSceneChanged = Signal(object)


@bindSetters
class qMRMLCollapsibleButton(ctkCollapsibleButton, _KnowsTheScene):
    """A collapsible box that knows the scene."""

    mrmlSceneChanged = Signal(object)


def _listing(kind, name: str) -> Property:
    def write(self, value) -> None:
        setattr(self, name, value)
        self._refresh()

    return Property(kind, lambda self: getattr(self, name), write)


@bindSetters
class qMRMLNodeComboBox(QtWidgets.QComboBox, _KnowsTheScene):
    """Lists the scene's nodes of some classes and follows the scene."""

    currentNodeChanged, currentNodeIDChanged, mrmlSceneChanged = Signal(object), Signal(str), Signal(object)
    nodeTypes, noneEnabled = _listing("QStringList", "_types"), _listing(bool, "_hasNone")

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._types, self._hasNone, self._last, self.enabled = [], False, "", False
        self.currentIndexChanged.connect(self._tell)
        self.mrmlSceneChanged.connect(self._observe)

    def _observe(self, scene) -> None:
        events = (scene.NodeAddedEvent, scene.NodeRemovedEvent, scene.EndBatchProcessEvent)
        tags = [scene.AddObserver(event, self._refresh) for event in events]
        self.destroyed.connect(lambda: [scene.RemoveObserver(tag) for tag in tags])
        self.enabled = True
        self._refresh()

    def _refresh(self, *_) -> None:
        if self._scene is None or self._scene.IsBatchProcessing():
            return
        places = [(name, at) for name in self._types for at in range(self._scene.GetNumberOfNodesByClass(name))]
        nodes = [self._scene.GetNthNodeByClass(at, name) for name, at in places]
        current, wasBlocked = self.currentNodeID, self.blockSignals(True)
        self.clear()
        if self._hasNone:
            self.addItem("None", "")
        for node in [node for node in nodes if not node.GetHideFromEditors()]:
            self.addItem(node.GetName(), node.GetID())
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

    def setCurrentNode(self, node) -> None:
        self.setCurrentNodeID(node.GetID() if node else "")

    def setCurrentNodeID(self, nodeID: str) -> None:
        self.currentIndex = self.findData(nodeID)

    currentNodeID = Property(str, lambda self: self.itemData(self.currentIndex) or "", setCurrentNodeID)


# Of these, only what the Qt class has: the application's slider has a slider beside its number.
_PLAIN = {"ctkSliderWidget": QtWidgets.QDoubleSpinBox, "ctkDoubleSpinBox": QtWidgets.QDoubleSpinBox,
          "ctkSearchBox": QtWidgets.QLineEdit}  # fmt: skip
CTK_WIDGETS = (ctkCollapsibleButton, ctkPathLineEdit, *(
    bindSetters(type(name, (base,), {})) for name, base in _PLAIN.items()))  # fmt: skip
SLICER_WIDGETS = (qMRMLWidget, qMRMLCollapsibleButton, qMRMLNodeComboBox)


class SlicerUiLoader(QUiLoader):
    """Knows the widgets of this file, as the one in the application does."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        for widget in CTK_WIDGETS + SLICER_WIDGETS:
            self.registerCustomWidget(widget)
