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
from DynamicSpineLib.Scene.HeadlessApplication import requireDrawing
from DynamicSpineLib.Scene.PictureContent import PictureCaption, RenderedPicture
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.PictureStage import PictureStage
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
        self._stage = PictureStage("BodyPictures")
        self._scene = self._stage.app.scene
        # Peeling draws nothing see-through into an off-screen window whose edges are smoothed.
        self._stage.view.renderer().SetUseDepthPeeling(False)

    def draw(
        self, solids: Mapping[str, Solid], poses: tuple[Poses, Poses], held: str, plane: PicturePlane,
        caption: PictureCaption, axes: Sequence[DrawnAxis], size: tuple[int, int],
    ) -> RenderedPicture:  # fmt: skip
        """Draw one picture."""
        from DynamicSpineLib.Scene.Motion.LineModels import addAxisModel
        from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes

        nodes = MotionNodes(self._scene)
        try:
            with quietTerminal(), quietMessages(), self._stage.view.render_blocked():
                _addBodies(nodes, solids, poses[0], held)
                _addBodies(nodes, {key: solid for key, solid in solids.items() if key != held}, poses[1], held, True)
                for axis in axes:
                    addAxisModel(nodes, axis, "axis", None)
                self._aim(plane, _placesOf(solids, poses), size)
                return self._stage.shoot(caption, size)
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
        camera = self._stage.view.get_camera_node()
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
