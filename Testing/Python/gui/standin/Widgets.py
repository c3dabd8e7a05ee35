"""The widgets that Slicer and CTK bring, as far as the panel uses them."""

from __future__ import annotations

from types import ModuleType

from PySide6.QtCore import Property, QEvent, QSize, Qt, Signal
from PySide6.QtUiTools import QUiLoader
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)
from standin.PropertyStyle import bindSetters


def _plain(kind, initial):
    """A property that only keeps its value."""
    name = f"_kept{id(object())}"
    return Property(kind, lambda self: getattr(self, name, initial), lambda self, value: setattr(self, name, value))


@bindSetters
class ctkCollapsibleButton(QAbstractButton):
    """A titled box; what is in its layout is hidden while it is collapsed."""

    contentsCollapsed = Signal(bool)

    def __init__(self, *arguments):
        super().__init__(*(item for item in arguments if isinstance(item, QWidget)))
        self.setText(next((item for item in arguments if isinstance(item, str)), ""))
        self._hidden = []
        self.setCheckable(True)
        self.setChecked(True)
        self._header = max(22, self.fontMetrics().height() + 8)
        self.setContentsMargins(0, self._header, 0, 0)
        self.toggled.connect(self._showContents)

    def _collapsed(self) -> bool:
        return not self.isChecked()

    def _setCollapsed(self, collapsed: bool) -> None:
        self.setChecked(not collapsed)

    collapsed = Property(bool, _collapsed, _setCollapsed)

    def _showContents(self, shown: bool) -> None:
        if shown:
            for child in self._hidden:
                child.show()
            self._hidden = []
        else:
            children = self.findChildren(QWidget, options=Qt.FindDirectChildrenOnly)
            self._hidden = [child for child in children if not child.isHidden()]
            for child in self._hidden:
                child.hide()
        self.updateGeometry()
        self.contentsCollapsed.emit(not shown)

    def childEvent(self, event):
        child = event.child()
        if event.type() == QEvent.ChildPolished and child.isWidgetType() and self._collapsed() and not child.isHidden():
            self._hidden.append(child)
            child.hide()

    def hitButton(self, place):
        return place.y() < self._header

    def sizeHint(self):
        inside = self.layout().sizeHint() if self.layout() and self.isChecked() else QSize(120, self._header)
        return inside.expandedTo(QSize(120, self._header))

    def minimumSizeHint(self):
        return self.layout().minimumSize() if self.layout() and self.isChecked() else QSize(60, self._header)

    def paintEvent(self, event):  # noqa: ARG002
        option = QStyleOptionButton()
        option.initFrom(self)
        option.rect.setHeight(self._header)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.CE_PushButtonBevel, option)
        arrow = QStyleOptionButton(option)
        arrow.rect.setRect(6, (self._header - 10) // 2, 10, 10)
        down = self.isChecked()
        painter.drawPrimitive(QStyle.PE_IndicatorArrowDown if down else QStyle.PE_IndicatorArrowRight, arrow)
        painter.drawText(option.rect.adjusted(24, 0, -4, 0), Qt.AlignVCenter | Qt.AlignLeft, self.text)


@bindSetters
class ctkSliderWidget(QWidget):
    """A slider with a spin box beside it; values are floats."""

    valueChanged = Signal(float)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._slider, self._box = QSlider(Qt.Horizontal, self), QDoubleSpinBox(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._slider, 1)
        row.addWidget(self._box)
        self._slider.valueChanged.connect(lambda steps: self._box.setValue(steps * self._box.singleStep))
        self._box.valueChanged.connect(self._onValue)
        self._onRange()

    def _onValue(self, value: float) -> None:
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(round(value / self._box.singleStep))
        self._slider.blockSignals(blocked)
        self.valueChanged.emit(value)

    def _onRange(self) -> None:
        blocked = self._slider.blockSignals(True)
        step = self._box.singleStep
        self._slider.setRange(round(self._box.minimum / step), round(self._box.maximum / step))
        self._slider.setValue(round(self._box.value / step))
        self._slider.blockSignals(blocked)

    def _passed(name):
        def write(self, value):
            self._box.setProperty(name, value)
            self._onRange()

        return lambda self: self._box.property(name), write

    value, minimum = Property(float, *_passed("value")), Property(float, *_passed("minimum"))
    maximum, singleStep = Property(float, *_passed("maximum")), Property(float, *_passed("singleStep"))
    suffix, decimals = Property(str, *_passed("suffix")), Property(int, *_passed("decimals"))


@bindSetters
class ctkDoubleSpinBox(QDoubleSpinBox):
    pass


@bindSetters
class ctkComboBox(QComboBox):
    pass


@bindSetters
class ctkSearchBox(QLineEdit):
    pass


@bindSetters
class ctkPathLineEdit(QWidget):
    """A path that is typed or browsed for."""

    currentPathChanged = Signal(str)
    filters, nameFilters, settingKey = _plain(int, 0), _plain("QStringList", []), _plain(str, "")

    def __init__(self, parent=None):
        super().__init__(parent)
        self._edit = QLineEdit(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._edit)
        self._edit.textChanged.connect(self.currentPathChanged)

    currentPath = Property(str, lambda self: self._edit.text, lambda self, path: self._edit.setText(path))

    def addCurrentPathToHistory(self) -> None:
        pass


@bindSetters
class ctkCheckableComboBox(QComboBox):
    """A list of choices of which several can be checked."""

    checkedIndexesChanged = Signal()

    def __init__(self, parent=None):
        super().__init__(parent)
        self.model().rowsInserted.connect(self._makeCheckable)
        self.model().itemChanged.connect(lambda _: self.checkedIndexesChanged.emit())

    def _makeCheckable(self, _parent, first: int, last: int) -> None:
        for row in range(first, last + 1):
            item = self.model().item(row)
            item.setCheckable(True)
            item.setData(Qt.Unchecked, Qt.CheckStateRole)

    def checkedIndexes(self):
        items = [self.model().item(row) for row in range(self.count)]
        return tuple(item.index() for item in items if item.checkState() == Qt.Checked)

    def checkState(self, index):
        return self.model().itemFromIndex(index).checkState()

    def setCheckState(self, index, state) -> None:
        self.model().itemFromIndex(index).setCheckState(state)


@bindSetters
class qMRMLWidget(QWidget):
    """A widget that knows the scene."""

    mrmlSceneChanged = Signal(object)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._scene = None

    def mrmlScene(self):
        return self._scene

    def setMRMLScene(self, scene) -> None:
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)


@bindSetters
class qSlicerWidget(qMRMLWidget):
    pass


@bindSetters
class qMRMLCollapsibleButton(ctkCollapsibleButton):
    mrmlSceneChanged = Signal(object)
    mrmlScene, setMRMLScene = qMRMLWidget.mrmlScene, qMRMLWidget.setMRMLScene
    _scene = None


@bindSetters
class qSlicerScriptedLoadableModuleWidget(qSlicerWidget):
    """What the module panel shows; the Python class of the module's panel lives in it."""

    def __init__(self, makeWidget):
        super().__init__()
        self.setLayout(QVBoxLayout())
        self._make, self._self = makeWidget, None

    def self(self):
        return self._self

    def reload(self) -> None:
        """Make the Python class anew, as at the first opening."""
        self._self = self._make(self)
        self._self.setup()


class SlicerUiLoader(QUiLoader):
    """Knows the widgets of this file, as the one in the application does."""

    def __init__(self, parent=None):
        super().__init__(parent)
        for widget in (*CTK_WIDGETS, *SLICER_WIDGETS):
            self.registerCustomWidget(widget)


CTK_WIDGETS = (
    ctkCollapsibleButton, ctkSliderWidget, ctkDoubleSpinBox, ctkComboBox, ctkSearchBox, ctkPathLineEdit,
    ctkCheckableComboBox,
)
from standin.NodeComboBox import qMRMLNodeComboBox  # noqa: E402

SLICER_WIDGETS = (qMRMLWidget, qSlicerWidget, qMRMLCollapsibleButton, qMRMLNodeComboBox)


def ctkModule() -> ModuleType:
    module = ModuleType("ctk", "CTK for the panel")
    vars(module).update({widget.__name__: widget for widget in CTK_WIDGETS})
    return module
