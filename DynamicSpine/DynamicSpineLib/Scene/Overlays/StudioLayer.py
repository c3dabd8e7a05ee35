"""The second volume of an off-screen picture: its node, transform and colors in the studio's own scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Scene.Overlays.ColorScale import fillColorNode
from DynamicSpineLib.Scene.Overlays.GridTransforms import showGridFromParent
from DynamicSpineLib.Scene.Overlays.LaidOver import LaidOver
from DynamicSpineLib.Scene.Overlays.MaskedLayer import MaskedLayer

if TYPE_CHECKING:
    from slicer import vtkMRMLScene

_GRAY = "vtkMRMLColorTableNodeGrey"


class StudioLayer:
    """Shows a second volume in the view of a slice logic, or none."""

    def __init__(self, scene: vtkMRMLScene, sliceLogic: Any, renderer: Any) -> None:
        self._logic = sliceLogic
        self._masked = MaskedLayer(sliceLogic, renderer)
        self.volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Laid over")
        self.volume.CreateDefaultDisplayNodes()
        self._linear = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "Held")
        self._grid = scene.AddNewNodeByClass("vtkMRMLGridTransformNode", "Unbent")
        self._colors = scene.AddNewNodeByClass("vtkMRMLColorTableNode", "Scale")

    def show(self, over: LaidOver | None) -> None:
        """Lay a volume over the view's own; None takes it away."""
        composite = self._logic.GetSliceCompositeNode()
        self._masked.hide()
        if over is None:
            composite.SetForegroundVolumeID(None)
            composite.SetForegroundOpacity(0.0)
            return
        matrix = vtkMatrix4x4()
        over.volume.GetIJKToRASMatrix(matrix)
        self.volume.SetAndObserveImageData(over.volume.GetImageData())
        self.volume.SetIJKToRASMatrix(matrix)
        self._place(over)
        self._color(over)
        composite.SetForegroundVolumeID(self.volume.GetID())
        composite.SetForegroundOpacity(over.opacity if over.mask is None else 0.0)

    def mask(self, over: LaidOver | None) -> None:
        """Show the volume where its mask says; to be called when the view has its plane and its size."""
        if over is not None and over.mask is not None:
            self._masked.show(over.mask)

    def _place(self, over: LaidOver) -> None:
        if over.grid is not None:
            showGridFromParent(self._grid, over.grid)
            self.volume.SetAndObserveTransformNodeID(self._grid.GetID())
            return
        matrix = vtkMatrix4x4()
        matrix.DeepCopy(over.toFrame.ravel().tolist())
        self._linear.SetMatrixTransformToParent(matrix)
        self.volume.SetAndObserveTransformNodeID(self._linear.GetID())

    def _color(self, over: LaidOver) -> None:
        display, scale = self.volume.GetDisplayNode(), over.colors
        display.SetAutoWindowLevel(False)
        display.SetInterpolate(True)
        if scale is None:
            display.SetAndObserveColorNodeID(_GRAY)
            if over.windowRange is not None:
                display.SetWindowLevelMinMax(*over.windowRange)
            return
        fillColorNode(self._colors, scale)
        display.SetAndObserveColorNodeID(self._colors.GetID())
        display.SetWindowLevelMinMax(scale.low, scale.high)
