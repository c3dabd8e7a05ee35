"""Carrying marks in an open scene: its volumes as gray values, and its case's marks and bones written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from slicer import vtkMRMLScene

from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Scene.CaseNodesWriter import CaseNodesWriter
from DynamicSpineLib.Scene.CaseRoles import (
    allNodes,
    companionRole,
    nodesOfPosition,
    onlyCaseNode,
    volumeNode,
    volumeRole,
)
from DynamicSpineLib.Scene.Hierarchy import removeNode
from DynamicSpineLib.Scene.Volumes import volumeArray, volumeGeometry
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode


def grayVolume(scene: vtkMRMLScene, position: Position) -> GrayVolume:
    """The gray values of a position's volume in its own frame. Raises InputError where it is not in the scene."""
    node = volumeNode(onlyCaseNode(scene), position.id)
    if node is None or node.GetImageData() is None:
        raise InputError(Fault("its volume is not in the scene", position=position.id).sentence())
    if node.GetImageData().GetNumberOfScalarComponents() != 1:
        raise InputError(Fault("its volume is a color image; a gray one is needed", position=position.id).sentence())
    sidesKnown = position.geometry.sidesKnown if position.geometry is not None else True
    voxels = np.array(volumeArray(node), dtype=np.float32)
    return GrayVolume(voxels, volumeGeometry(node, sidesKnown))


def replaceMarks(scene: vtkMRMLScene, case: Case) -> vtkMRMLScriptedModuleNode:
    """Write marks and bones of a case in place of those of its earlier state in the scene; return the case's node.

    Volumes stay as they are, and marks go below the transform that their position's volume is below. Tables and
    other results of the earlier state are removed, since they are no longer true.
    """
    earlier = onlyCaseNode(scene)
    writer = CaseNodesWriter(case, scene)
    scene.StartState(vtkMRMLScene.BatchProcessState)
    try:
        kept = _keepVolumes(writer, earlier, case)
        writer.writeMarksAndBones()
        _putUnderVolumes(writer.caseNode, case)
        for node in [*allNodes(earlier), earlier]:
            if node.GetID() not in kept:
                removeNode(scene, node)
    finally:
        scene.EndState(vtkMRMLScene.BatchProcessState)
    writer.fileInHierarchy()
    return writer.caseNode


def _keepVolumes(writer: CaseNodesWriter, earlier: vtkMRMLScriptedModuleNode, case: Case) -> set[str]:
    """Point the new case node to the volumes of the earlier one; return their ids."""
    kept = set()
    for position in case.positions:
        companions = (companionRole(position.id, index) for index in range(len(position.companions)))
        for role in (volumeRole(position.id), *companions):
            node = earlier.GetNodeReference(role)
            if node is not None:
                writer.keep(role, node, position.id)
                kept.add(node.GetID())
    return kept


def _putUnderVolumes(caseNode: vtkMRMLScriptedModuleNode, case: Case) -> None:
    for position in case.positions:
        volume = volumeNode(caseNode, position.id)
        if volume is not None:
            for node in nodesOfPosition(caseNode, position.id):
                node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
