"""How a case's own node points to every other node of it: roles, attributes and how to follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Errors import InputError

if TYPE_CHECKING:
    from slicer import (
        vtkMRMLMarkupsFiducialNode,
        vtkMRMLMarkupsNode,
        vtkMRMLScalarVolumeNode,
        vtkMRMLScene,
        vtkMRMLScriptedModuleNode,
        vtkMRMLTransformNode,
    )

MODULE_NAME = "DynamicSpine"
# What marks a node as ours and says what it stands for, whatever a user renames it to.
CONTOUR_ATTRIBUTE = "DynamicSpine.Contour"
WRITTEN_NAME_ATTRIBUTE = "DynamicSpine.WrittenName"
_BONE = "bone/"
_SEGMENTATION, _MADE_ON = "vtkMRMLSegmentationNode", "referenceImageGeometryRef"


def marksKey(positionId: str, reading: int | None = None) -> str:
    """The key of one set of marks: the case's own of a position, or those of the reading with that index."""
    return positionId if reading is None else f"reading{reading}/{positionId}"


def positionOfMarks(key: str) -> str:
    """The id of the position that a set of marks is of."""
    return key.rsplit("/", 1)[-1]


def landmarksRole(key: str) -> str:
    """The role of the point list of a set of marks. Roles hold no ':' or ';', which Slicer loses on reload."""
    return f"landmarks/{key}"


def contoursRole(key: str) -> str:
    """The role of all lines and closed curves of a set of marks."""
    return f"contours/{key}"


def volumeRole(positionId: str) -> str:
    """The role of a position's volume."""
    return f"volume/{positionId}"


def companionRole(positionId: str, index: int) -> str:
    """The role of a position's further series, by its place among the position's companions."""
    return f"companion/{positionId}/{index}"


def boneRole(index: int) -> str:
    """The role of a bone's transform, by its place in the case's bones."""
    return f"{_BONE}{index}"


def tableRole(kind: str) -> str:
    """The role of the table of one kind of results."""
    return f"table/{kind}"


def caseNodes(scene: vtkMRMLScene) -> list[vtkMRMLScriptedModuleNode]:
    """The node of every case in a scene, in the scene's order."""
    nodes = [scene.GetNthNodeByClass(index, "vtkMRMLScriptedModuleNode")
             for index in range(scene.GetNumberOfNodesByClass("vtkMRMLScriptedModuleNode"))]
    return [node for node in nodes if node.GetModuleName() == MODULE_NAME and node.GetParameter("case")]


def onlyCaseNode(scene: vtkMRMLScene) -> vtkMRMLScriptedModuleNode:
    """The one case of a scene. Raises InputError where there is none or more than one."""
    nodes = caseNodes(scene)
    if len(nodes) != 1:
        found = f"holds {len(nodes)} DynamicSpine cases; one is needed" if nodes else "holds no DynamicSpine case"
        raise InputError(f"the scene {found}")
    return nodes[0]


def landmarkNode(caseNode: vtkMRMLScriptedModuleNode, key: str) -> vtkMRMLMarkupsFiducialNode | None:
    """The point list of a set of marks, or None where it was deleted."""
    return caseNode.GetNodeReference(landmarksRole(key))


def contourNodes(caseNode: vtkMRMLScriptedModuleNode, key: str) -> list[vtkMRMLMarkupsNode]:
    """The lines and closed curves of a set of marks that are still there."""
    return nodesWithRole(caseNode, contoursRole(key))


def volumeNode(caseNode: vtkMRMLScriptedModuleNode, positionId: str) -> vtkMRMLScalarVolumeNode | None:
    """The volume of a position, or None where it was not loaded or is deleted."""
    return caseNode.GetNodeReference(volumeRole(positionId))


def boneNode(caseNode: vtkMRMLScriptedModuleNode, index: int) -> vtkMRMLTransformNode | None:
    """The transform of the case's bone with that index, or None where it was deleted."""
    return caseNode.GetNodeReference(boneRole(index))


def boneRoles(caseNode: vtkMRMLScriptedModuleNode) -> list[str]:
    """The roles of all bones' transforms in their order, those that were deleted included."""
    roles: list[str] = []
    caseNode.GetNodeReferenceRoles(roles)
    return sorted((role for role in roles if role.startswith(_BONE)), key=lambda role: int(role.removeprefix(_BONE)))


def closeUpBones(caseNode: vtkMRMLScriptedModuleNode) -> None:
    """Count the bones that are still there anew, where some were deleted: as a case that was read without them does."""
    roles = boneRoles(caseNode)
    there = [node for role in roles if (node := caseNode.GetNodeReference(role)) is not None]
    if [boneRole(index) for index in range(len(there))] == roles:
        return
    for role in roles:
        caseNode.RemoveNodeReferenceIDs(role)
    for index, node in enumerate(there):
        caseNode.SetNodeReferenceID(boneRole(index), node.GetID())


def allNodes(caseNode: vtkMRMLScriptedModuleNode) -> list[Any]:
    """Every node that the case's node points to."""
    roles: list[str] = []
    caseNode.GetNodeReferenceRoles(roles)
    return [node for role in roles for node in nodesWithRole(caseNode, role)]


def segmentationNodes(caseNode: vtkMRMLScriptedModuleNode, positionId: str) -> list[Any]:
    """The segmentations in the scene that were made on a position's volume."""
    volume, scene = volumeNode(caseNode, positionId), caseNode.GetScene()
    if volume is None:
        return []
    count = scene.GetNumberOfNodesByClass(_SEGMENTATION)
    found = [scene.GetNthNodeByClass(index, _SEGMENTATION) for index in range(count)]
    return [node for node in found if node.GetNodeReferenceID(_MADE_ON) == volume.GetID()]


def nodesOfPosition(caseNode: vtkMRMLScriptedModuleNode, positionId: str) -> list[Any]:
    """Every node that must move together with a position: volume, companions, segmentations, all readers' marks."""
    roles: list[str] = []
    caseNode.GetNodeReferenceRoles(roles)
    own = [role for role in roles if role.startswith(f"companion/{positionId}/")
           or (role.endswith(f"/{positionId}") and role.startswith(("volume/", "landmarks/", "contours/")))]
    named = [node for role in own for node in nodesWithRole(caseNode, role)]
    return [*named, *(node for node in segmentationNodes(caseNode, positionId) if node not in named)]


def nodesWithRole(caseNode: vtkMRMLScriptedModuleNode, role: str) -> list[Any]:
    """The nodes that the case's node points to in one role and that are still there."""
    nodes = [caseNode.GetNthNodeReference(role, index) for index in range(caseNode.GetNumberOfNodeReferences(role))]
    return [node for node in nodes if node is not None]
