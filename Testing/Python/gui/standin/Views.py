"""The layout manager, the slice views and the mouse: Slicer's own layout logic, trame-slicer's views off screen."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from xml.etree import ElementTree as ET

import numpy as np
import slicer
from PySide6.QtCore import QRect
from trame_slicer.views import SliceView
from trame_slicer.views.abstract_view import AbstractView
from trame_slicer.views.render_scheduler import NoScheduleRendering
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingAnnotation import vtkCornerAnnotation

from DynamicSpineLib.Scene.PictureCapture import capture


class NodeSliceView(SliceView):  # a slice view on the slice node that the layout made, with the layout's properties
    def set_scene(self, scene) -> None:
        AbstractView.set_scene(self, scene)
        self._logic.SetMRMLScene(scene)
        self._logic.SetSliceNode(scene.GetSingletonNode(self.name, "vtkMRMLSliceNode"))
        self.set_view_node(self._logic.GetSliceNode())

    def _reset_node_view_properties(self) -> None: pass
    def reset_view(self) -> None: pass

    def rest(self) -> None: self._displayable_manager_group.SetMRMLDisplayableNode(None)

    def wake(self) -> None:
        if self._displayable_manager_group.GetMRMLDisplayableNode() is None:
            self._displayable_manager_group.SetMRMLDisplayableNode(self.get_view_node())

    def resize(self, width: int, height: int) -> None:
        self.render_window().SetSize(width, height)
        self.update_size(width, height)
        self._logic.ResizeSliceNode(width, height)

    def pixels(self) -> np.ndarray:
        """The view as rendered now, (height, width, 3), from the top down."""
        self.render()
        return capture(self.render_window(), tuple(self.render_window().GetSize())).pixels

    def displayPlace(self, point_RAS) -> tuple[int, int]:
        """Pixel of a point from the lower left corner. ValueError if it is off the slice or outside the view."""
        node, toDisplay = self.get_view_node(), vtkMatrix4x4()
        vtkMatrix4x4.Invert(node.GetXYToRAS(), toDisplay)
        x, y, slices, _ = toDisplay.MultiplyPoint((*point_RAS, 1.0))
        width, height, _ = node.GetDimensions()
        if abs(slices) > 1.0 or not (0 <= x < width and 0 <= y < height):
            where = f"at pixel {x:.0f}, {y:.0f} of {width} x {height}, {slices:.1f} slices off"
            raise ValueError(f"{tuple(point_RAS)} is not in the view {self.name}: {where}")
        return round(x), round(y)

    # What the application's slice widget, and the view in it, answer.
    mrmlSliceNode, renderWindow, forceRender = SliceView.get_view_node, SliceView.render_window, SliceView.render
    interactorStyle = SliceView.interactor_style
    def sliceView(self): return self
    def scheduleRender(self): self.schedule_render()

    @lru_cache  # noqa: B019
    def cornerAnnotation(self) -> vtkCornerAnnotation:
        texts = vtkCornerAnnotation()
        self.renderer().AddViewProp(texts)
        return texts
    def sliceLogic(self): return self._logic
    def mrmlSliceCompositeNode(self): return self._logic.GetSliceCompositeNode()


class LayoutManager:  # follows the scene's layout node; every view that it makes is kept for the life of the process
    plotViewCount = 0  # plots have a node here, and no widget

    def __init__(self, scene, applicationLogic, width: int = 1200, height: int = 800) -> None:
        self._scene, self._applicationLogic, self._rectangle = scene, applicationLogic, QRect(0, 0, width, height)
        self._views, self._logic = {}, slicer.vtkMRMLLayoutLogic()
        self._logic.SetMRMLScene(scene)
        self._logic.GetLayoutNode().AddObserver(vtkCommand.ModifiedEvent, self._update)
        for event in (scene.EndCloseEvent, scene.EndBatchProcessEvent):
            scene.AddObserver(event, self._update)
        self.layoutLogic, self.mrmlSliceLogics = lambda: self._logic, applicationLogic.GetSliceLogics
        self._update()

    def _nodes(self, className: str) -> list:
        count = self._scene.GetNumberOfNodesByClass(className)
        return [self._scene.GetNthNodeByClass(index, className) for index in range(count)]

    def sliceViewNames(self) -> tuple[str, ...]:
        return tuple(node.GetLayoutName() for node in self._nodes("vtkMRMLSliceNode"))

    def view(self, name: str) -> NodeSliceView:
        if name not in self._views:
            self._views[name] = NodeSliceView(self._scene, self._applicationLogic, name,
                                              scheduled_render_strategy=NoScheduleRendering())  # fmt: skip
        self._views[name].wake()
        return self._views[name]

    def restOtherViews(self) -> None:
        """Views that are not in the layout draw nothing until they are asked for again."""
        for name in set(self._views) - set(self.shownViews()):
            self._views[name].rest()

    def sliceWidget(self, name: str) -> NodeSliceView | None:
        return self.view(name) if name in self.sliceViewNames() else None

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
            self.view(name).resize(shown[name].width(), shown[name].height() - 24)  # the bar above it


def _cells(element: ET.Element, cell: QRect) -> Iterator[tuple[str, QRect]]:
    if element.tag == "view":
        yield element.get("singletontag"), cell
    items = element.findall("item")
    shares = np.array([float(item.get("splitSize", 1000 / len(items))) for item in items])
    starts = np.cumsum([0.0, *shares])[:-1] / (shares.sum() or 1.0)
    for item, start, share in zip(items, starts, shares / (shares.sum() or 1.0), strict=True):
        inner = QRect(cell)
        if element.get("type") == "horizontal":
            inner.setRect(cell.x() + round(start * cell.width()), cell.y(), round(share * cell.width()), cell.height())
        elif element.get("type") == "vertical":
            inner.setRect(cell.x(), cell.y() + round(start * cell.height()), cell.width(), round(share * cell.height()))
        for child in item:
            yield from _cells(child, inner)


class Mouse:  # the one mouse of the application: it enters, leaves and works in slice views by interactor events
    def __init__(self, viewNamed: Callable[[str], NodeSliceView]) -> None:
        self._viewNamed, self._name = viewNamed, ""

    def _send(self, *events: str) -> None:
        for event in events if self._name else ():
            self._viewNamed(self._name).interactor().InvokeEvent(event)

    def move(self, view: str, point_RAS) -> None:
        """Hover at a point in a slice view."""
        place = self._viewNamed(view).displayPlace(point_RAS)
        if view != self._name:
            self._send("LeaveEvent")
            self._name = view
            self._send("EnterEvent")
        self._viewNamed(view).interactor().SetEventInformation(*place, 0, 0, "\0", 0, None)
        self._send("MouseMoveEvent")

    def click(self, view: str, point_RAS) -> None: self.drag(view, point_RAS, point_RAS, steps=0)

    def drag(self, view: str, from_RAS, to_RAS, steps: int = 5) -> None:
        """Press the left button at a point, move in steps, release."""
        self.move(view, from_RAS)
        self._send("LeftButtonPressEvent")
        for part in np.linspace(0.0, 1.0, steps + 1)[1:]:
            self.move(view, np.array(from_RAS) + part * np.subtract(to_RAS, from_RAS))
        self._send("LeftButtonReleaseEvent")

    def wheel(self, view: str, point_RAS, steps: int) -> None:
        """Turn the wheel over a point; positive is forward."""
        self.move(view, point_RAS)
        self._send(*[f"MouseWheel{'Forward' if steps > 0 else 'Backward'}Event"] * abs(steps))
