"""A case's volumes as a motion shows them: second nodes on the same voxels, laid on the reference and bent to a pose.

The case's own volumes and whatever a user put above them stay as they are, so that nothing of a play reaches the marks
or a saved scene. A shown node's grid lies where the held vertebra lays it on the reference; above it lie the field of
the frame and what the user put above the reference. One transform less saves a sixth of the time that bending takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes, parentIdOf, vtkMatrixOf
from DynamicSpineLib.Scene.Overlays.GridTransforms import gridTransform
from DynamicSpineLib.Scene.Volumes import volumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScriptedModuleNode
    from vtkmodules.vtkCommonTransforms import vtkAbstractTransform


class MotionVolume:
    """One position's volume as a motion shows it."""

    def __init__(
        self, nodes: MotionNodes, caseNode: vtkMRMLScriptedModuleNode, path: MotionPath, positionId: str
    ) -> None:
        """Raises InputError where the position's volume is not in the scene."""
        original = volumeNode(caseNode, positionId)
        if original is None or original.GetImageData() is None:
            raise InputError(Fault("its volume is not in the scene", position=positionId).sentence())
        self._parentId = parentIdOf(caseNode, path.reference)
        self._bend = nodes.add("vtkMRMLGridTransformNode", f"{positionId} in motion, bent", True)
        self._bend.SetAndObserveTransformNodeID(self._parentId)
        self.node = _sharing(nodes, original, f"{positionId} in motion")
        geometry = volumeGeometry(original)
        self.node.SetIJKToRASMatrix(vtkMatrixOf(path.toReference[positionId] @ geometry.ijkToRAS))
        self.node.SetAndObserveTransformNodeID(self._parentId)
        self._isBent = False

    def show(self, field: vtkAbstractTransform | None) -> None:
        """Bend the volume by a field that leads points of the picture to it; without one it is only laid."""
        if field is not None:
            self._bend.SetAndObserveTransformFromParent(field)
        if (field is not None) != self._isBent:
            self._isBent = field is not None
            self.node.SetAndObserveTransformNodeID(self._bend.GetID() if self._isBent else self._parentId)


def fieldTransform(grid: DisplacementGrid) -> vtkAbstractTransform:
    """A frame's field, ready to be shown."""
    return gridTransform(grid)


def _sharing(nodes: MotionNodes, original: vtkMRMLScalarVolumeNode, name: str) -> vtkMRMLScalarVolumeNode:
    """A node on the voxels and the display of another one."""
    node = nodes.scene.CreateNodeByClass("vtkMRMLScalarVolumeNode")
    node.UnRegister(None)
    node.SetName(name)
    node.SetAndObserveImageData(original.GetImageData())
    added = nodes.addMade(node, isHidden=True)
    # A display of its own, looking the same: one that is shared would belong to both, and go with the first.
    added.CreateDefaultDisplayNodes()
    nodes.keepDisplayOut(added)
    if original.GetDisplayNode() is not None:
        added.GetDisplayNode().CopyContent(original.GetDisplayNode())
        added.GetDisplayNode().SetAutoWindowLevel(False)
    return added
