"""The vertebrae of two compared positions in 3-D: those of the reference whole, those of the moving position clear."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from DynamicSpineLib.Compare.HelicalAxes import DrawnAxis
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.Motion.BodyModels import solidsOfPosition, surfaceOf
from DynamicSpineLib.Scene.Motion.LineModels import addAxisModel
from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes, parentIdOf
from DynamicSpineLib.Scene.Views.Layouts import SOLID_TAG
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode

_BONE, _HELD, _MOVING = (0.89, 0.84, 0.72), (0.42, 0.78, 1.0), (1.0, 0.66, 0.18)
_CLEAR = 0.45
_SOLID_VIEW = f"vtkMRMLViewNode{SOLID_TAG}"


class ComparedSolids:
    """Models below the transforms of their positions' volumes: they move with whatever lays those on each other."""

    def __init__(self, caseNode: vtkMRMLScriptedModuleNode) -> None:
        self._caseNode = caseNode
        self._nodes = MotionNodes(caseNode.GetScene())

    def show(
        self, reference: Position, moving: Position, held: str, axes: Mapping[str, DrawnAxis] = MappingProxyType({})
    ) -> None:
        """Show the bones of both positions, in place of earlier ones.

        axes: by segment, the axis of its motion in the reference's frame, as an arrow.
        """
        self.remove()
        self._add(reference, held, False)
        self._add(moving, held, True)
        for segment, axis in axes.items():
            parentId = parentIdOf(self._caseNode, reference.id)
            node = addAxisModel(self._nodes, axis, f"{segment}: axis of its motion", parentId)
            node.GetDisplayNode().SetViewNodeIDs((_SOLID_VIEW,))

    def remove(self) -> None:
        """Take every model away."""
        self._nodes.remove()

    def _add(self, position: Position, held: str, isMoving: bool) -> None:
        volume = volumeNode(self._caseNode, position.id)
        for level, solid in solidsOfPosition(self._caseNode, position).items():
            model = self._nodes.add("vtkMRMLModelNode", f"{level} in {position.id}")
            model.SetAndObservePolyData(surfaceOf(solid))
            model.CreateDefaultDisplayNodes()
            self._nodes.keepDisplayOut(model)
            display = model.GetDisplayNode()
            display.SetColor(*(_MOVING if isMoving else _HELD if level == held else _BONE))
            display.SetOpacity(_CLEAR if isMoving else 1.0)
            display.SetVisibility2D(False)
            display.SetViewNodeIDs((_SOLID_VIEW,))
            model.SetAndObserveTransformNodeID(volume.GetTransformNodeID() if volume is not None else None)
