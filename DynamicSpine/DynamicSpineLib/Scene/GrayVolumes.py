"""The gray values of a case's volumes that are open in a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.Volumes import volumeArray, volumeGeometry
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScriptedModuleNode


def grayVolume(caseNode: vtkMRMLScriptedModuleNode, position: Position) -> GrayVolume:
    """The gray values of a position's volume in its own frame. Raises InputError where it is not in the scene."""
    return grayOfNode(volumeNode(caseNode, position.id), position)


def grayOfNode(node: vtkMRMLScalarVolumeNode | None, position: Position) -> GrayVolume:
    """The gray values of a volume node that shows a position, in its own frame.

    Raises InputError where it is empty or no gray volume.
    """
    if node is None or node.GetImageData() is None:
        raise InputError(Fault("its volume is not in the scene", position=position.id).sentence())
    if node.GetImageData().GetNumberOfScalarComponents() != 1:
        raise InputError(Fault("its volume is a color image; a gray one is needed", position=position.id).sentence())
    sidesKnown = position.geometry.sidesKnown if position.geometry is not None else True
    voxels = np.array(volumeArray(node), dtype=np.float32)
    return GrayVolume(voxels, volumeGeometry(node, sidesKnown))
