"""The layout manager, the slice views and the mouse: Slicer's own layout logic, trame-slicer's views off screen."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import numpy as np
import slicer
from PySide6.QtCore import QRect
from trame_slicer.views import SliceView
from trame_slicer.views.abstract_view import AbstractView
from trame_slicer.views.render_scheduler import NoScheduleRendering
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter

BAR_HEIGHT = 24  # of the controller above a slice view, in pixels
ON_SLICE_MM = 2.5  # how far from its slice a point may be for the mouse to go there


class _NodeSliceView(SliceView):
    """A slice view on the slice node that the layout made; its properties are the layout's business."""

    def set_scene(self, scene) -> None:
        AbstractView.set_scene(self, scene)
        self._logic.SetMRMLScene(scene)
        self._logic.SetSliceNode(scene.GetSingletonNode(self.name, "vtkMRMLSliceNode"))
        self.set_view_node(self._logic.GetSliceNode())

    def _reset_node_view_properties(self) -> None:
        pass

    reset_view = _reset_node_view_properties

    def resize(self, width: int, height: int) -> None:
        self.render_window().SetSize(width, height)
        self.update_size(width, height)
        self._logic.ResizeSliceNode(width, height)

    def pixels(self) -> np.ndarray:
        """The view as rendered now, (height, width, 3), from the top down."""
        self.render()
        window = vtkWindowToImageFilter()
        window.SetInput(self.render_window())
        window.ReadFrontBufferOff()
        window.Update()
        width, height, _ = window.GetOutput().GetDimensions()
        colors = vtk_to_numpy(window.GetOutput().GetPointData().GetScalars())
        return colors.reshape(height, width, -1)[::-1, :, :3].copy()

    def displayPlace(self, point_RAS) -> tuple[int, int]:
        """Pixel of a point, from the lower left corner. ValueError where it is not on this slice or not in the view."""
        node, toDisplay = self.get_view_node(), vtkMatrix4x4()
        vtkMatrix4x4.Invert(node.GetXYToRAS(), toDisplay)
        x, y, _, _ = toDisplay.MultiplyPoint((*point_RAS, 1.0))
        normal = [node.GetSliceToRAS().GetElement(row, 2) for row in range(3)]
        offSliceMm = abs(float(np.dot(normal, point_RAS)) - node.GetSliceOffset())
        width, height, _ = node.GetDimensions()
        if offSliceMm > ON_SLICE_MM or not (0 <= x < width and 0 <= y < height):
            where = f"at pixel {x:.0f}, {y:.0f} of {width} x {height}, {offSliceMm:.1f} mm off the slice"
            raise ValueError(f"{tuple(point_RAS)} is not in the view {self.name}: {where}")
        return round(x), round(y)


class LayoutManager:
    """Follows the scene's layout node, as the application's does."""

    def __init__(self, scene, applicationLogic, width: int = 1200, height: int = 800) -> None:
        self._scene, self._applicationLogic, self._rectangle = scene, applicationLogic, QRect(0, 0, width, height)
        self._views: dict[str, _NodeSliceView] = {}
        self._logic = slicer.vtkMRMLLayoutLogic()
        self._logic.SetMRMLScene(scene)
        self._logic.GetLayoutNode().AddObserver(vtkCommand.ModifiedEvent, self._update)
        for event in (scene.EndCloseEvent, scene.EndBatchProcessEvent, scene.EndRestoreEvent):
            scene.AddObserver(event, self._update)
        self._update()

    def layoutLogic(self):
        return self._logic

    def mrmlSliceLogics(self):
        return self._applicationLogic.GetSliceLogics()

    def sliceViewNames(self) -> tuple[str, ...]:
        return tuple(node.GetLayoutName() for node in self._nodes("vtkMRMLSliceNode"))

    def _nodes(self, className: str) -> list:
        count = self._scene.GetNumberOfNodesByClass(className)
        return [self._scene.GetNthNodeByClass(index, className) for index in range(count)]

    def view(self, name: str) -> _NodeSliceView:
        """For tests and the stand-in: the view behind a slice widget, kept for the life of the process."""
        if name not in self._views:
            self._views[name] = _NodeSliceView(self._scene, self._applicationLogic, name,
                                               scheduled_render_strategy=NoScheduleRendering())  # fmt: skip
        return self._views[name]

    def sliceWidget(self, name: str) -> SimpleNamespace | None:
        if name not in self.sliceViewNames():
            return None
        view = self.view(name)
        inner = SimpleNamespace(interactor=view.interactor, renderWindow=view.render_window, forceRender=view.render,
                                scheduleRender=lambda: None)  # fmt: skip
        return SimpleNamespace(sliceLogic=lambda: view._logic, mrmlSliceNode=view.get_view_node,
                               mrmlSliceCompositeNode=view._logic.GetSliceCompositeNode, sliceView=lambda: inner)

    def resetSliceViews(self) -> None:
        for name in self.sliceViewNames():
            self.view(name).fit_view_to_content()

    def shownViews(self) -> dict[str, QRect]:
        """Where each view of the layout is, by singleton tag, in pixels from the top left."""
        description = self._logic.GetLayoutNode().GetCurrentLayoutDescription()
        return dict(_cells(ET.fromstring(description), self._rectangle)) if description else {}

    def _update(self, *_) -> None:
        if self._scene.IsBatchProcessing():
            return
        shown = self.shownViews()
        for node in self._nodes("vtkMRMLAbstractViewNode"):
            node.SetMappedInLayout(node.GetSingletonTag() in shown)
        for name in set(shown) & set(self.sliceViewNames()):
            self.view(name).resize(shown[name].width(), shown[name].height() - BAR_HEIGHT)


def _cells(element: ET.Element, rectangle: QRect) -> Iterator[tuple[str, QRect]]:
    if element.tag == "view":
        yield element.get("singletontag"), rectangle
    items = element.findall("item")
    sizes = [float(item.get("splitSize", 1000 / len(items))) for item in items]
    ends = np.cumsum([0.0, *sizes]) / (sum(sizes) or 1.0)
    left, top, width, height = rectangle.getRect()
    for item, start, end in zip(items, ends[:-1], ends[1:], strict=True):
        cell = rectangle
        if element.get("type") == "horizontal":
            cell = QRect(left + round(start * width), top, round((end - start) * width), height)
        elif element.get("type") == "vertical":
            cell = QRect(left, top + round(start * height), width, round((end - start) * height))
        for child in item:
            yield from _cells(child, cell)


class Mouse:
    """The one mouse of the application: it enters, leaves and works in slice views by interactor events."""

    def __init__(self, layoutManager: LayoutManager) -> None:
        self._layoutManager, self._view = layoutManager, None

    def move(self, view: str, point_RAS) -> None:
        """Hover at a point in a slice view."""
        place = self._layoutManager.view(view).displayPlace(point_RAS)
        if self._view != view:
            self._send("LeaveEvent")
            self._view = view
            self._send("EnterEvent")
        self._layoutManager.view(view).interactor().SetEventInformation(*place, 0, 0, "\0", 0, None)
        self._send("MouseMoveEvent")

    def _send(self, *events: str) -> None:
        for event in events if self._view else ():
            self._layoutManager.view(self._view).interactor().InvokeEvent(event)

    def click(self, view: str, point_RAS) -> None:
        """Press and release the left button at a point."""
        self.move(view, point_RAS)
        self._send("LeftButtonPressEvent", "LeftButtonReleaseEvent")

    def drag(self, view: str, from_RAS, to_RAS, steps: int = 5) -> None:
        """Press at a point, move in steps, release."""
        self.move(view, from_RAS)
        self._send("LeftButtonPressEvent")
        for part in np.linspace(0.0, 1.0, steps + 1)[1:]:
            self.move(view, np.array(from_RAS) + part * np.subtract(to_RAS, from_RAS))
        self._send("LeftButtonReleaseEvent")

    def wheel(self, view: str, point_RAS, steps: int) -> None:
        """Turn the wheel over a point; positive is forward."""
        self.move(view, point_RAS)
        self._send(*[f"MouseWheel{'Forward' if steps > 0 else 'Backward'}Event"] * abs(steps))
