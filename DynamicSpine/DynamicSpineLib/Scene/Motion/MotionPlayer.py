"""Plays a motion in Slicer's views: for every frame the images bend and fade, and the vertebrae stand in their poses.

Slicer's own player moves the selected item of the sequence browser; the images follow it here. Everything is made for
the play and goes with it: a scene that is saved meanwhile holds the case alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Compare.MotionFields import FieldPair, MotionFields
from DynamicSpineLib.Compare.MotionFrames import MotionFrame
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Solids import Solid
from DynamicSpineLib.Scene.Motion.BodyModels import addBodyModels
from DynamicSpineLib.Scene.Motion.MotionNodes import MOTION_ATTRIBUTE, MotionNodes, parentIdOf, setMatrix
from DynamicSpineLib.Scene.Motion.MotionSequences import DEFAULT_RATE_FPS, addBrowser, addLevelTransforms
from DynamicSpineLib.Scene.Motion.MotionVolumes import MotionVolume, fieldTransform
from DynamicSpineLib.Scene.Motion.ShownLayers import keepLayers, restoreLayers

if TYPE_CHECKING:
    from slicer import vtkMRMLLinearTransformNode, vtkMRMLScriptedModuleNode, vtkMRMLSliceCompositeNode


class MotionPlayer:
    """One motion of a case in a scene, from its making until `stop`."""

    def __init__(
        self, caseNode: vtkMRMLScriptedModuleNode, path: MotionPath, frames: Sequence[MotionFrame],
        fields: MotionFields | None = None, solids: Mapping[str, Solid] | None = None,
        composites: Sequence[vtkMRMLSliceCompositeNode] = (), rateFps: float = DEFAULT_RATE_FPS,
    ) -> None:  # fmt: skip
        """composites: of the slice views that show the images; solids: by level, in the reference's frame, for 3-D.

        Without fields the images fade and do not bend. Raises InputError where a position's volume is not in the scene
        (and a slice view is to show it), or another motion of the case is playing; then nothing is left behind.
        """
        if caseNode.GetAttribute(MOTION_ATTRIBUTE):
            raise InputError("a motion of this case is playing; stop it first")
        self._caseNode, self._path, self._frames = caseNode, path, tuple(frames)
        self._fields, self._composites = fields, tuple(composites)
        self._nodes = MotionNodes(caseNode.GetScene())
        self._transforms: dict[str, vtkMRMLLinearTransformNode] = {}
        self._current, self._tag = 0, 0
        try:
            self._make(solids or {}, rateFps)
        except InputError:
            self._nodes.remove()
            raise
        keepLayers(caseNode, self._composites)
        caseNode.SetAttribute(MOTION_ATTRIBUTE, json.dumps({"held": path.held, "order": path.order,
                                                             "reference": path.reference}))  # fmt: skip
        self._tag = self.browser.AddObserver(vtkCommand.ModifiedEvent, self._browserChanged)
        self.show(0)

    def _make(self, solids: Mapping[str, Solid], rateFps: float) -> None:
        path, order = self._path, dict.fromkeys(self._path.order)
        wanted = order if self._composites else ()
        self._volumes = {key: MotionVolume(self._nodes, self._caseNode, path, key) for key in wanted}
        self._transforms = addLevelTransforms(self._nodes, path, parentIdOf(self._caseNode, path.reference))
        self.models = addBodyModels(self._nodes, solids, self._transforms, path.held)
        self.browser = addBrowser(self._nodes, path, self._frames, self._transforms, rateFps)
        self._ready = self._readyFields()

    @property
    def frame(self) -> MotionFrame:
        """The frame that is shown."""
        return self._frames[self._current]

    def show(self, number: int) -> None:
        """Show a frame by its number, which the browser then has selected too; numbers beyond the last wrap round."""
        number %= len(self._frames)
        if self.browser.GetSelectedItemNumber() != number:
            self.browser.SetSelectedItemNumber(number)  # comes back through the observer
        else:
            self._current = number
            self._showFrame()

    def stop(self) -> None:
        """Take everything away; views show again what they did before."""
        if self._tag:
            self.browser.RemoveObserver(self._tag)
            self._tag = 0
            self.browser.SetPlaybackActive(False)
            endMotion(self._caseNode)
            self._nodes.remove()

    def _browserChanged(self, _caller: object, _event: object) -> None:
        number = self.browser.GetSelectedItemNumber()
        if 0 <= number < len(self._frames) and number != self._current:
            self._current = number
            self._showFrame()

    def _showFrame(self) -> None:
        frame = self.frame
        self._pose(frame)
        if self._volumes:
            self._bend(frame)

    def _pose(self, frame: MotionFrame) -> None:
        """Slicer's sequences set the transforms in the application; where no logic of theirs runs it is done here."""
        poses = self._path.posesAt(frame.leg, frame.fraction)
        for level, node in self._transforms.items():
            if level in poses and not np.array_equal(_matrixOf(node), poses[level]):
                setMatrix(node, poses[level])
        for level, model in self.models.items():
            if bool(model.GetDisplayNode().GetVisibility()) != (level in poses):
                model.GetDisplayNode().SetVisibility(level in poses)

    def _bend(self, frame: MotionFrame) -> None:
        leg = self._path.legs[frame.leg]
        first, last = self._volumes[leg.start], self._volumes[leg.end]
        fields = self._ready.get(self._current, (None, None))
        first.show(fields[0])
        last.show(fields[1])
        for composite in self._composites:
            modifying = composite.StartModify()
            composite.SetBackgroundVolumeID(first.node.GetID())
            composite.SetForegroundVolumeID(last.node.GetID())
            composite.SetForegroundOpacity(frame.fraction)
            composite.EndModify(modifying)

    def _readyFields(self) -> dict[int, tuple[Any, Any]]:
        """The fields as transforms by frame number, made at once so that no frame of the first play is late."""
        if self._fields is None or not self._composites:
            return {}
        found = ((number, self._fields.at(frame)) for number, frame in enumerate(self._frames))
        return {number: _transformsOf(pair) for number, pair in found if pair is not None}


def endMotion(caseNode: vtkMRMLScriptedModuleNode) -> None:
    """Forget a motion that played in this case, and let views show again what they did before it.

    A scene that was saved during a play holds no node of it. Call this after it was opened.
    """
    restoreLayers(caseNode)
    caseNode.RemoveAttribute(MOTION_ATTRIBUTE)


def motionOf(caseNode: vtkMRMLScriptedModuleNode) -> dict[str, Any] | None:
    """What plays in this case, or played when its scene was saved: held, order and reference; None without one."""
    text = caseNode.GetAttribute(MOTION_ATTRIBUTE)
    found: dict[str, Any] | None = json.loads(text) if text else None
    return found


def _transformsOf(pair: FieldPair) -> tuple[Any, Any]:
    return fieldTransform(pair.toStart), fieldTransform(pair.toEnd)


def _matrixOf(node: vtkMRMLLinearTransformNode) -> NDArray[np.float64]:
    matrix = vtkMatrix4x4()
    node.GetMatrixTransformToParent(matrix)
    return np.reshape(matrix.GetData(), (4, 4))
