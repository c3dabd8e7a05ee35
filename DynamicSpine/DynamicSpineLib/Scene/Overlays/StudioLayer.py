"""The second volume of an off-screen picture: its node, transform and colors in the studio's own scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Scene.Overlays.ColorScale import fillColorNode
from DynamicSpineLib.Scene.Overlays.GridTransforms import showGridFromParent
from DynamicSpineLib.Scene.Overlays.LaidOver import LaidOver
from DynamicSpineLib.Scene.Overlays.MaskedLayer import MaskedLayer

if TYPE_CHECKING:
    from slicer import vtkMRMLGridTransformNode, vtkMRMLScalarVolumeNode, vtkMRMLScene

_GRAY = "vtkMRMLColorTableNodeGrey"


class StudioLayer:
    """Shows a second volume in the view of a slice logic, or none."""

    def __init__(self, scene: vtkMRMLScene, sliceLogic: Any, renderer: Any) -> None:
        self._logic = sliceLogic
        self._masked = MaskedLayer(sliceLogic, renderer)
        self.volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Laid over")
        self.volume.CreateDefaultDisplayNodes()
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
        lay(self.volume, over, self._grid)
        self._color(over)
        composite.SetForegroundVolumeID(self.volume.GetID())
        composite.SetForegroundOpacity(over.opacity if over.mask is None else 0.0)

    def mask(self, over: LaidOver | None) -> None:
        """Show the volume where its mask says; to be called when the view has its plane and its size."""
        if over is not None and over.mask is not None:
            self._masked.show(over.mask)

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


def lay(node: vtkMRMLScalarVolumeNode, laid: LaidOver, gridNode: vtkMRMLGridTransformNode) -> None:
    """Give a node of the studio the voxels of a volume, where that is laid, below a transform that bends or none."""
    matrix, toFrame = vtkMatrix4x4(), vtkMatrix4x4()
    laid.volume.GetIJKToRASMatrix(matrix)
    toFrame.DeepCopy(laid.toFrame.ravel().tolist())
    vtkMatrix4x4.Multiply4x4(toFrame, matrix, matrix)
    node.SetAndObserveImageData(laid.volume.GetImageData())
    node.SetIJKToRASMatrix(matrix)
    if laid.grid is not None:
        showGridFromParent(gridNode, laid.grid)
    node.SetAndObserveTransformNodeID(gridNode.GetID() if laid.grid is not None else None)
