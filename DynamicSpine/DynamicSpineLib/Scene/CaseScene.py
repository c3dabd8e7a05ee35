"""A case <-> the nodes of a scene. In Slicer the scene is the truth: what a user changed in it is read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slicer import vtkMRMLScene

from DynamicSpineLib.Errors import DynamicSpineError
from DynamicSpineLib.Scene.CaseNodesReader import CaseNodesReader
from DynamicSpineLib.Scene.CaseNodesWriter import CaseNodesWriter
from DynamicSpineLib.Scene.CaseRoles import allNodes, caseNodes, onlyCaseNode
from DynamicSpineLib.Scene.Hierarchy import removeNode
from DynamicSpineLib.Study.Case import Case

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode


def writeCaseToScene(case: Case, scene: vtkMRMLScene, volumeFolder: Path | None = None) -> vtkMRMLScriptedModuleNode:
    """Make the nodes of a case, in place of an earlier state of the same case in this scene; return the case's node.

    volumeFolder: the case folder, whose volumes and companions are loaded; None loads none. Raises InputError naming
    file and position, with the scene as it was, where one cannot be loaded.
    """
    earlier = [node for node in caseNodes(scene) if CaseNodesReader(node).caseId == case.caseId]
    writer = CaseNodesWriter(case, scene)
    scene.StartState(vtkMRMLScene.BatchProcessState)
    try:
        if volumeFolder is not None:
            writer.loadVolumes(Path(volumeFolder))
        writer.writeMarksAndBones()
    except DynamicSpineError:
        for node in writer.made:
            removeNode(scene, node)
        raise
    finally:
        scene.EndState(vtkMRMLScene.BatchProcessState)
    for node in earlier:
        removeCase(scene, node)
    writer.fileInHierarchy()
    return writer.caseNode


def removeCase(scene: vtkMRMLScene, caseNode: vtkMRMLScriptedModuleNode) -> None:
    """Remove a case's node and every node that it points to."""
    for node in [*allNodes(caseNode), caseNode]:
        removeNode(scene, node)


def readCaseFromScene(scene: vtkMRMLScene, caseNode: vtkMRMLScriptedModuleNode | None = None) -> Case:
    """The case of a scene with every edit made in it, as an immutable value.

    Points are in the frame of their own position's volume, so overlays change nothing. What was not edited is the same
    to the last digit as it was written. A point list that was renamed gives its position the new title; deleted marks
    and bones are gone. caseNode: which case, where there are several. Raises InputError with one sentence.
    """
    return CaseNodesReader(caseNode or onlyCaseNode(scene)).case()
