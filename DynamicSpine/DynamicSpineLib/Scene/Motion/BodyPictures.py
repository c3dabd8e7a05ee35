"""The vertebrae of a motion in three dimensions, with the held one fixed: drawn off screen by Slicer's 3-D view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.HelicalAxes import DrawnAxis
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Geometry.Solids import Solid
from DynamicSpineLib.Scene.HeadlessApplication import requireDrawing, startSlicer
from DynamicSpineLib.Scene.PictureContent import PictureCaption, RenderedPicture
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal

if TYPE_CHECKING:
    from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes

Poses = Mapping[str, NDArray[np.float64]]

_DISTANCE_OF_HEIGHT = 1.866  # of what the picture is high, for Slicer's view angle of 30 degrees
_MARGIN = 1.2
_SHADOW_OPACITY = 0.28
_FROM = (-0.75, 0.12, 0.9)  # right, up and toward: from before the plane, a little from the left edge and above


def renderBodies(
    solids: Mapping[str, Solid], poses: Poses, held: str, plane: PicturePlane, caption: PictureCaption,
    shadows: Poses | None = None, axes: Sequence[DrawnAxis] = (), size: tuple[int, int] = (700, 900),
) -> RenderedPicture:  # fmt: skip
    """Draw vertebrae in their poses, seen from before a plane, a little from its left and above.

    solids and poses: by level, in and from the reference's frame. shadows: the poses of another frame, see-through.
    Levels without a solid or a pose are left out. The same `poses` and `shadows` swapped give the same view.
    Raises InputError where nothing is to be drawn, JobError where this machine cannot draw.
    """
    shown = {level: pose for level, pose in poses.items() if level in solids}
    if not shown:
        raise InputError("no vertebra of this motion has a solid to draw")
    requireDrawing()
    behind = {level: pose for level, pose in (shadows or {}).items() if level in solids}
    return _bodyStudio().draw(solids, (shown, behind), held, plane, caption, axes, size)


@lru_cache(maxsize=1)
def _bodyStudio() -> _BodyStudio:
    return _BodyStudio()


class _BodyStudio:
    """One 3-D view off screen in a scene of its own."""

    def __init__(self) -> None:
        from trame_slicer.views import NoScheduleRendering, ThreeDView
        from vtkmodules.vtkRenderingCore import vtkRenderer

        from DynamicSpineLib.Scene.PictureOverlay import PictureOverlay

        self._app = startSlicer()
        with quietTerminal(), quietMessages():
            self._view: ThreeDView = ThreeDView(
                self._app.scene, self._app.app_logic, "BodyPictures", scheduled_render_strategy=NoScheduleRendering()
            )
        # Peeling draws nothing see-through into an off-screen window whose edges are smoothed.
        self._view.renderer().SetUseDepthPeeling(False)
        front = vtkRenderer()
        front.SetLayer(1)
        window = self._view.render_window()
        window.SetNumberOfLayers(max(2, window.GetNumberOfLayers()))
        window.AddRenderer(front)
        self._overlay = PictureOverlay(front)

    def draw(
        self, solids: Mapping[str, Solid], poses: tuple[Poses, Poses], held: str, plane: PicturePlane,
        caption: PictureCaption, axes: Sequence[DrawnAxis], size: tuple[int, int],
    ) -> RenderedPicture:  # fmt: skip
        """Draw one picture."""
        from DynamicSpineLib.Scene.Motion.LineModels import addAxisModel
        from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes
        from DynamicSpineLib.Scene.PictureCapture import capture

        nodes = MotionNodes(self._app.scene)
        try:
            with quietTerminal(), quietMessages(), self._view.render_blocked():
                _addBodies(nodes, solids, poses[0], held)
                _addBodies(nodes, {key: solid for key, solid in solids.items() if key != held}, poses[1], held, True)
                for axis in axes:
                    addAxisModel(nodes, axis, "axis", None)
                self._view.render_window().SetSize(*size)
                self._view.interactor().UpdateSize(*size)
                self._view.set_box_visible(False)
                self._view.set_background_color([0, 0, 0])
                self._aim(plane, _placesOf(solids, poses), size)
                self._overlay.updateCaption(caption, size)
                self._view.interactor().Render()
                return capture(self._view.render_window(), size)
        finally:
            nodes.remove()

    def _aim(self, plane: PicturePlane, places_RAS: NDArray[np.float64], size: tuple[int, int]) -> None:
        right, up, toward = (plane.sliceToRAS[:3, column] for column in range(3))
        direction = sum(share * axis for share, axis in zip(_FROM, (right, up, toward), strict=True))
        direction = np.asarray(direction) / np.linalg.norm(direction)
        across = np.cross(up, direction)
        middle = 0.5 * (places_RAS.min(axis=0) + places_RAS.max(axis=0))
        offsets = places_RAS - middle
        high = max(np.ptp(offsets @ up), np.ptp(offsets @ across) / np.linalg.norm(across) * size[1] / size[0])
        camera = self._view.get_camera_node()
        camera.SetFocalPoint(*middle)
        camera.SetPosition(*(middle + (_DISTANCE_OF_HEIGHT * _MARGIN * high) * direction))
        camera.SetViewUp(*up)
        camera.ResetClippingRange()


def _addBodies(
    nodes: MotionNodes, solids: Mapping[str, Solid], poses: Poses, held: str, isShadow: bool = False
) -> None:
    from DynamicSpineLib.Scene.Motion.BodyModels import addBodyModels
    from DynamicSpineLib.Scene.Motion.MotionNodes import setMatrix

    transforms = {}
    for level, pose in poses.items():
        if level in solids:
            transforms[level] = nodes.add("vtkMRMLLinearTransformNode", level)
            setMatrix(transforms[level], pose)
    for model in addBodyModels(nodes, solids, transforms, held).values():
        if isShadow:
            model.GetDisplayNode().SetOpacity(_SHADOW_OPACITY)


def _placesOf(solids: Mapping[str, Solid], poses: tuple[Poses, Poses]) -> NDArray[np.float64]:
    places = [applyTransform(solids[level].points_RAS, pose) for own in poses for level, pose in own.items()]
    return np.concatenate(places)
