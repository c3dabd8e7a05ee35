"""The layout manager and the slice views of the stand-in: Slicer's layout logic, trame-slicer's views off screen."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np
import slicer
import vtk
from PySide6.QtCore import QObject, QRect, Signal
from trame_slicer.views import SliceView
from trame_slicer.views.abstract_view import AbstractView
from trame_slicer.views.render_scheduler import ScheduledRenderStrategy
from vtkmodules.util.numpy_support import vtk_to_numpy

BAR_HEIGHT = 24  # of the controller above a slice view, in pixels


class _NodeSliceView(SliceView):
    """A slice view on the slice node that the layout made; its properties are the layout's business."""

    def set_scene(self, scene) -> None:
        AbstractView.set_scene(self, scene)
        self._logic.SetMRMLScene(scene)
        node = scene.GetSingletonNode(self.name, "vtkMRMLSliceNode")
        self._logic.SetSliceNode(node)
        self.set_view_node(node)

    def _reset_node_view_properties(self) -> None:
        pass

    def reset_view(self) -> None:
        pass


class SliceWidget:
    """One slice view of the layout: what the application's widget answers, and the picture for tests."""

    def __init__(self, scene, applicationLogic, name: str) -> None:
        self._view = _NodeSliceView(scene, applicationLogic, name, scheduled_render_strategy=ScheduledRenderStrategy())

    def sliceLogic(self):
        return self._view._logic

    def mrmlSliceNode(self):
        return self._view.get_view_node()

    def mrmlSliceCompositeNode(self):
        return self.sliceLogic().GetSliceCompositeNode()

    def sliceView(self):
        return self

    sliceController = sliceView

    def fitSliceToBackground(self) -> None:
        self.sliceLogic().FitSliceToBackground()
        self.sliceLogic().SnapSliceOffsetToIJK()

    def interactor(self):
        return self._view.interactor()

    def renderWindow(self):
        return self._view.render_window()

    def scheduleRender(self) -> None:
        pass  # tests render when they want a picture

    def forceRender(self) -> None:
        self._view.render()

    def resize(self, width: int, height: int) -> None:
        self.renderWindow().SetSize(width, height)
        self._view.update_size(width, height)
        self.sliceLogic().ResizeSliceNode(width, height)

    def pixels(self) -> np.ndarray:
        """The view as rendered now, (height, width, 3), from the top down."""
        self._view.render()
        window = vtk.vtkWindowToImageFilter()
        window.SetInput(self.renderWindow())
        window.ReadFrontBufferOff()
        window.Update()
        image = window.GetOutput()
        width, height, _ = image.GetDimensions()
        return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(height, width, -1)[::-1, :, :3].copy()

    def displayPlace(self, point_RAS) -> tuple[int, int]:
        """Pixel of a point, from the lower left corner. ValueError where it is not on this slice or not in the view."""
        node = self.mrmlSliceNode()
        toDisplay = vtk.vtkMatrix4x4()
        vtk.vtkMatrix4x4.Invert(node.GetXYToRAS(), toDisplay)
        x, y, _, _ = toDisplay.MultiplyPoint((*point_RAS, 1.0))
        normal = [node.GetSliceToRAS().GetElement(row, 2) for row in range(3)]
        offPlaneMm = abs(float(np.dot(normal, point_RAS)) - node.GetSliceOffset())
        width, height, _ = node.GetDimensions()
        if offPlaneMm > 2.5 or not (0 <= x < width and 0 <= y < height):
            raise ValueError(f"{tuple(point_RAS)} is not in view {node.GetName()}: pixel {x:.0f}, {y:.0f}, "
                             f"{offPlaneMm:.1f} mm off the slice")  # fmt: skip
        return round(x), round(y)


class LayoutManager(QObject):
    """Follows the scene's layout node, as the application's does."""

    layoutChanged = Signal(int)

    def __init__(self, scene, applicationLogic, size=(1200, 800)) -> None:
        super().__init__()
        self._scene, self._applicationLogic, self._size = scene, applicationLogic, size
        self._widgets: dict[str, SliceWidget] = {}
        self._isClosing = False
        self._logic = slicer.vtkMRMLLayoutLogic()
        self._logic.SetMRMLScene(scene)
        self._logic.GetLayoutNode().AddObserver(vtk.vtkCommand.ModifiedEvent, self._update)
        for event in (scene.EndCloseEvent, scene.EndBatchProcessEvent, scene.EndRestoreEvent):
            scene.AddObserver(event, self._update)
        self._update()

    def layoutLogic(self):
        return self._logic

    def _nodes(self, className: str) -> list:
        count = self._scene.GetNumberOfNodesByClass(className)
        return [self._scene.GetNthNodeByClass(index, className) for index in range(count)]

    def sliceViewNames(self) -> tuple[str, ...]:
        return tuple(node.GetName() for node in self._nodes("vtkMRMLSliceNode"))

    def sliceWidget(self, name: str) -> SliceWidget | None:
        if name not in self._widgets and name in self.sliceViewNames():
            self._widgets[name] = SliceWidget(self._scene, self._applicationLogic, name)
        return self._widgets.get(name)

    def mrmlSliceLogics(self):
        return self._applicationLogic.GetSliceLogics()

    def resetSliceViews(self) -> None:
        for name in self.sliceViewNames():
            self.sliceWidget(name).fitSliceToBackground()

    def shownViews(self) -> dict[str, QRect]:
        """Where each view of the layout is, by singleton tag, in pixels from the top left."""
        description = self._logic.GetLayoutNode().GetCurrentLayoutDescription()
        if not description:
            return {}
        return dict(_cells(ET.fromstring(description), QRect(0, 0, *self._size)))

    def _update(self, *_) -> None:
        if self._scene.IsBatchProcessing():
            return
        shown = self.shownViews()
        for node in self._nodes("vtkMRMLAbstractViewNode"):
            node.SetMappedInLayout(node.GetSingletonTag() in shown)
        for name in set(shown) & set(self.sliceViewNames()):
            self.sliceWidget(name).resize(shown[name].width(), shown[name].height() - BAR_HEIGHT)
        self.layoutChanged.emit(self._logic.GetLayoutNode().GetViewArrangement())


def _cells(element, rectangle: QRect) -> Iterator[tuple[str, QRect]]:
    if element.tag == "view":
        yield element.get("singletontag"), rectangle
        return
    items = element.findall("item") or [item for item in element if item.tag in ("layout", "view")]
    weights = [float(item.get("splitSize", 1000 / len(items))) for item in items]
    ends = np.cumsum([0.0, *weights]) / sum(weights)
    for index, item in enumerate(items):
        cell = QRect(rectangle)
        if element.get("type") == "horizontal":
            cell.setLeft(rectangle.left() + round(ends[index] * rectangle.width()))
            cell.setWidth(round((ends[index + 1] - ends[index]) * rectangle.width()))
        elif element.get("type") == "vertical":
            cell.setTop(rectangle.top() + round(ends[index] * rectangle.height()))
            cell.setHeight(round((ends[index + 1] - ends[index]) * rectangle.height()))
        for child in (item if item.tag == "item" else [item]):
            yield from _cells(child, cell)


class Mouse:
    """The one mouse of the application: it enters and leaves views, as interactor events."""

    def __init__(self, layoutManager: LayoutManager) -> None:
        self._layoutManager, self._view = layoutManager, None

    def move(self, view: str, point_RAS) -> None:
        """Hover at a point in a slice view."""
        widget = self._layoutManager.sliceWidget(view)
        if widget is not self._view:
            if self._view:
                self._view.interactor().InvokeEvent("LeaveEvent")
            self._view = widget
            widget.interactor().InvokeEvent("EnterEvent")
        widget.interactor().SetEventInformation(*widget.displayPlace(point_RAS), 0, 0, "\0", 0, None)
        widget.interactor().InvokeEvent("MouseMoveEvent")

    def click(self, view: str, point_RAS) -> None:
        self.drag(view, point_RAS, steps=0)

    def drag(self, view: str, fromPoint_RAS, toPoint_RAS=None, steps: int = 5) -> None:
        """Press at a point, move in steps, release."""
        self.move(view, fromPoint_RAS)
        self._view.interactor().InvokeEvent("LeftButtonPressEvent")
        for step in range(1, steps + 1):
            self.move(view, np.array(fromPoint_RAS) + (np.subtract(toPoint_RAS, fromPoint_RAS)) * step / steps)
        self._view.interactor().InvokeEvent("LeftButtonReleaseEvent")

    def wheel(self, view: str, point_RAS, steps: int) -> None:
        """Turn the wheel over a point; positive is forward."""
        self.move(view, point_RAS)
        for _ in range(abs(steps)):
            self._view.interactor().InvokeEvent("MouseWheelForwardEvent" if steps > 0 else "MouseWheelBackwardEvent")
