"""A volume in three dimensions, cut open along a plane, with marks: drawn off screen by Slicer's volume rendering."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Scene.HeadlessApplication import requireDrawing
from DynamicSpineLib.Scene.PictureContent import Color, PictureCaption, PictureMark, RenderedPicture
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.PictureStage import PictureStage
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode

# Gray values above this percentile are white; air is below a share of white and clear.
_WHITE_PERCENTILE = 98.5
_CLEAR_BELOW, _SOLID_ABOVE = 0.08, 0.11
_DISTANCE_OF_WIDTH = 1.866  # of the picture at the plane, for Slicer's view angle of 30 degrees
_SPHERE_MM = 4.0


def renderVolumePicture(
    volume: vtkMRMLScalarVolumeNode, plane: PicturePlane, caption: PictureCaption,
    marks: tuple[PictureMark, ...] = (), size: tuple[int, int] = (900, 900), fieldOfViewMm: float = 200.0,
) -> RenderedPicture:  # fmt: skip
    """Draw a volume cut open along a plane, seen from before it and a little from the left and above.

    The half toward the viewer is taken away. fieldOfViewMm: the picture's height at the middle of the plane. Points are
    in the volume's own frame. It takes seconds with software rendering: for a title picture, not for a batch.
    Raises JobError where this machine cannot draw.
    """
    requireDrawing()
    return _volumeStudio().draw(volume, plane, caption, marks, size, fieldOfViewMm)


@lru_cache(maxsize=1)
def _volumeStudio() -> _VolumeStudio:
    return _VolumeStudio()


class _VolumeStudio:
    """One 3-D view off screen in a scene of its own."""

    def __init__(self) -> None:
        self._stage = PictureStage("VolumePictures")
        self._scene = self._stage.app.scene

    def draw(
        self, volume: vtkMRMLScalarVolumeNode, plane: PicturePlane, caption: PictureCaption,
        marks: tuple[PictureMark, ...], size: tuple[int, int], fieldOfViewMm: float,
    ) -> RenderedPicture:  # fmt: skip
        """Draw one picture."""
        from DynamicSpineLib.Scene.Hierarchy import emptiedAfterwards

        with quietTerminal(), quietMessages(), self._stage.view.render_blocked(), emptiedAfterwards(self._scene):
            self._addVolume(volume, plane)
            self._addMarks(marks)
            self._aim(plane, fieldOfViewMm)
            return self._stage.shoot(caption, size)

    def _addVolume(self, volume: vtkMRMLScalarVolumeNode, plane: PicturePlane) -> None:
        from DynamicSpineLib.Scene.Volumes import addVolume, volumeArray, volumeGeometry

        voxels = volumeArray(volume)
        node = addVolume(self._scene, voxels, volumeGeometry(volume), "Pictured")
        display = self._stage.app.volume_rendering.create_display_node(node, "MR-Default")
        self._setLook(display.GetVolumePropertyNode(), max(float(np.percentile(voxels, _WHITE_PERCENTILE)), 1e-6))
        self._cut(display, plane, float(np.max(np.array(voxels.shape[::-1]) * np.array(node.GetSpacing()))))

    def _setLook(self, look: Any, white: float) -> None:
        from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
        from vtkmodules.vtkRenderingCore import vtkColorTransferFunction

        opacity, gradient, color = vtkPiecewiseFunction(), vtkPiecewiseFunction(), vtkColorTransferFunction()
        for share, value in ((0.0, 0.0), (_CLEAR_BELOW, 0.0), (_SOLID_ABOVE, 0.8), (1.0, 0.95)):
            opacity.AddPoint(share * white, value)
        gradient.AddPoint(0.0, 1.0)
        color.AddRGBPoint(0.0, 0.0, 0.0, 0.0)
        color.AddRGBPoint(white, 1.0, 1.0, 1.0)
        look.SetScalarOpacity(opacity)
        look.SetGradientOpacity(gradient)
        look.SetColor(color)
        shading = look.GetVolumeProperty()
        shading.SetShade(True)
        shading.SetAmbient(0.55)
        shading.SetDiffuse(0.6)
        shading.SetSpecular(0.1)

    def _cut(self, display: Any, plane: PicturePlane, lengthMm: float) -> None:
        """Show only the half of the volume that is behind the plane."""
        from vtkmodules.vtkCommonMath import vtkMatrix4x4

        region = self._scene.AddNewNodeByClass("vtkMRMLMarkupsROINode")
        region.GetDisplayNode().SetVisibility(False)
        region.SetXYZ(0.0, 0.0, 0.0)
        region.SetSize(3 * lengthMm, 3 * lengthMm, 2 * lengthMm)
        behind = np.eye(4)
        behind[2, 3] = -lengthMm
        matrix = vtkMatrix4x4()
        matrix.DeepCopy((plane.sliceToRAS @ behind).ravel().tolist())
        region.SetAndObserveObjectToNodeMatrix(matrix)
        display.SetAndObserveROINodeID(region.GetID())
        display.SetCroppingEnabled(True)

    def _addMarks(self, marks: tuple[PictureMark, ...]) -> None:
        nodes: dict[Color, Any] = {}
        for mark in marks:
            if mark.color not in nodes:
                nodes[mark.color] = self._newMarkNode(mark.color)
            nodes[mark.color].AddControlPoint(mark.point_RAS, mark.label)

    def _newMarkNode(self, color: Color) -> Any:
        node = self._scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Marks")
        node.CreateDefaultDisplayNodes()
        display = node.GetDisplayNode()
        display.SetSelectedColor(*color)
        display.SetUseGlyphScale(False)
        display.SetGlyphSize(_SPHERE_MM)
        display.SetPointLabelsVisibility(False)
        return node

    def _aim(self, plane: PicturePlane, fieldOfViewMm: float) -> None:
        camera = self._stage.view.get_camera_node()
        right, up, toward = (plane.sliceToRAS[:3, column] for column in range(3))
        direction: NDArray[np.float64] = toward - 0.45 * right + 0.25 * up
        place = np.array(plane.center_RAS) + _DISTANCE_OF_WIDTH * fieldOfViewMm * direction / np.linalg.norm(direction)
        camera.SetFocalPoint(*plane.center_RAS)
        camera.SetPosition(*place)
        camera.SetViewUp(*up)
        camera.ResetClippingRange()
