"""One slice view off screen, in a scene of its own, reused for every picture of a process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from DynamicSpineLib.Compare.Contrast import BONE_WINDOW_HU, isHounsfield
from DynamicSpineLib.Scene.HeadlessApplication import requireDrawing, startSlicer
from DynamicSpineLib.Scene.Overlays.LaidOver import LaidOver
from DynamicSpineLib.Scene.Overlays.StudioLayer import StudioLayer, lay
from DynamicSpineLib.Scene.PictureCapture import capture
from DynamicSpineLib.Scene.PictureContent import (
    CROSS,
    DIAMOND,
    DOT,
    SQUARE,
    Color,
    PictureMark,
    RenderedPicture,
    SlicePicture,
)
from DynamicSpineLib.Scene.PictureOverlay import PictureOverlay
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal

if TYPE_CHECKING:
    from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLScalarVolumeNode
    from trame_slicer.views import SliceView

Look = tuple[Color, float, str]

# Slicer's name of each shape.
_GLYPHS = {DOT: "Circle2D", DIAMOND: "Diamond2D", CROSS: "ThickCross2D", SQUARE: "Square2D"}

# Of the gray values in the picture: what is darker is black, what is brighter is white.
_PERCENTILES = (1.0, 98.5)


@lru_cache(maxsize=1)
def sliceStudio() -> SliceStudio:
    """The studio of this process. Raises JobError where pictures cannot be drawn on this machine."""
    requireDrawing()
    return SliceStudio()


class SliceStudio:
    """Draws pictures with Slicer's own slice view: reslicing, window and level, markups.

    Its scene holds nothing of the case's scene, so neither what users made visible there nor their transforms show.
    """

    def __init__(self) -> None:
        from trame_slicer.views import NoScheduleRendering, SliceView

        self._app = startSlicer()
        with quietTerminal(), quietMessages():
            self._view: SliceView = SliceView(
                self._app.scene, self._app.app_logic, "Pictures", scheduled_render_strategy=NoScheduleRendering()
            )
        self._volume = self._app.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Pictured")
        self._volume.CreateDefaultDisplayNodes()
        self._grid = self._app.scene.AddNewNodeByClass("vtkMRMLGridTransformNode", "Bent")
        self._second = StudioLayer(self._app.scene, self._view._logic, self._view.first_renderer())
        self._markNodes: dict[Look, vtkMRMLMarkupsFiducialNode] = {}
        self._overlay = PictureOverlay(self._view.renderers()[-1])

    def draw(
        self, volume: vtkMRMLScalarVolumeNode | LaidOver, picture: SlicePicture, over: LaidOver | None = None
    ) -> RenderedPicture:
        """Draw one picture of a volume in its own frame, or laid in another, with a second one over it.

        Transforms above the nodes play no part.
        """
        with quietTerminal(), quietMessages(), self._view.render_blocked():
            self._resize(picture.size)
            self._show(volume if isinstance(volume, LaidOver) else LaidOver(volume))
            self._second.show(over)
            self._aim(picture)
            self._setWindow(self._volume, self._view._logic.GetBackgroundLayer(), picture.windowRange)
            if over is not None and over.colors is None:
                self._setWindow(self._second.volume, self._view._logic.GetForegroundLayer(), over.windowRange)
            self._second.mask(over)
            self._placeMarks(picture)
            self._overlay.update(picture)
            self._view.interactor().Render()
            return capture(self._view.render_window(), picture.size)

    def _resize(self, size: tuple[int, int]) -> None:
        window = self._view.render_window()
        if tuple(window.GetSize()) != size:
            window.SetSize(*size)
            self._view.interactor().UpdateSize(*size)
        self._view._logic.ResizeSliceNode(*size)

    def _show(self, laid: LaidOver) -> None:
        lay(self._volume, laid, self._grid)
        self._view.set_background_volume_id(self._volume.GetID())

    def _aim(self, picture: SlicePicture) -> None:
        node = self._view.get_view_node()
        modifying = node.StartModify()
        matrix = picture.plane.sliceToRAS
        for row in range(4):
            for column in range(4):
                node.GetSliceToRAS().SetElement(row, column, matrix[row, column])
        width, height = picture.size
        node.SetFieldOfView(picture.fieldOfViewMm, picture.fieldOfViewMm * height / width, picture.pixelMm)
        node.SetXYZOrigin(0.0, 0.0, 0.0)
        node.UpdateMatrices()
        node.EndModify(modifying)

    def _setWindow(self, volume: vtkMRMLScalarVolumeNode, layer: Any, wanted: tuple[float, float] | None) -> None:
        low, high = wanted or _robustWindow(layer)
        display = volume.GetDisplayNode()
        display.SetAutoWindowLevel(False)
        display.SetInterpolate(True)
        display.SetWindowLevelMinMax(low, high)

    def _placeMarks(self, picture: SlicePicture) -> None:
        byLook: dict[Look, list[PictureMark]] = {look: [] for look in self._markNodes}
        for mark in picture.marks:
            byLook.setdefault((mark.color, mark.pixels, mark.shape), []).append(mark)
        for look, marks in byLook.items():
            if look not in self._markNodes:
                self._markNodes[look] = self._newMarkNode(look[0], look[2])
            self._fill(self._markNodes[look], marks, picture)

    def _newMarkNode(self, color: Color, shape: str) -> vtkMRMLMarkupsFiducialNode:
        node = self._app.scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Marks")
        node.CreateDefaultDisplayNodes()
        display = node.GetDisplayNode()
        display.SetSelectedColor(*color)
        display.SetColor(*color)
        display.SetGlyphType(getattr(display, _GLYPHS[shape]))
        display.SetSliceProjection(True)
        display.SetSliceProjectionUseFiducialColor(True)
        display.SetSliceProjectionOutlinedBehindSlicePlane(False)
        display.SetSliceProjectionOpacity(1.0)
        display.SetUseGlyphScale(False)
        return node

    def _fill(self, node: vtkMRMLMarkupsFiducialNode, marks: list[PictureMark], picture: SlicePicture) -> None:
        modifying = node.StartModify()
        node.RemoveAllControlPoints()
        plane = picture.plane
        # A slice view draws markups at the middle of a pixel's lower left corner, half a pixel off the image.
        half = 0.5 * picture.pixelMm * (np.array(plane.right_RAS) + np.array(plane.up_RAS))
        for mark in marks:
            node.AddControlPoint(np.array(mark.point_RAS) + half, mark.label)
        display = node.GetDisplayNode()
        if marks:
            display.SetGlyphSize(marks[0].pixels * picture.pixelMm)
        display.SetPointLabelsVisibility(any(mark.label for mark in marks))
        node.EndModify(modifying)


def _robustWindow(layer: Any) -> tuple[float, float]:
    """Gray values shown black and white, from what a layer shows of its volume."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    reslice = layer.GetReslice()
    reslice.Update()
    grays = vtk_to_numpy(reslice.GetOutput().GetPointData().GetScalars())
    shown = grays[grays != 0]  # outside of the volume it is 0
    if shown.size == 0:
        return 0.0, 1.0
    if isHounsfield(shown):  # else air, far below all tissue, would take most of the grays
        return BONE_WINDOW_HU
    low, high = np.percentile(shown, _PERCENTILES)
    return (float(low), float(high)) if high > low else (float(low) - 1.0, float(low) + 1.0)
