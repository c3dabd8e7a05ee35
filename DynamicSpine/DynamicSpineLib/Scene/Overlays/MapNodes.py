"""Maps of a comparison as volume nodes over the reference: derived, never saved, and gone when they are not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from DynamicSpineLib.Scene.CaseRoles import allNodes, caseNodes, volumeNode
from DynamicSpineLib.Scene.Hierarchy import removeNode
from DynamicSpineLib.Scene.Overlays.ColorScale import ColorScale, colorNode
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLScriptedModuleNode

_MAP_ROLE, _COLOR_ROLE = "map", "mapColors"
_OPACITY_ATTRIBUTE = "DynamicSpine.Opacity"


def mapNode(caseNode: vtkMRMLScriptedModuleNode) -> vtkMRMLScalarVolumeNode | None:
    """The map that lies over a position now, or None."""
    return _ours(caseNode, _MAP_ROLE)


def opacityOfMap(node: vtkMRMLScalarVolumeNode) -> float:
    """How opaque a map lies over its reference."""
    return float(node.GetAttribute(_OPACITY_ATTRIBUTE) or 1.0)


def showMapNode(
    caseNode: vtkMRMLScriptedModuleNode, reference: str, values: NDArray[Any], geometry: VolumeGeometry,
    scale: ColorScale,
) -> vtkMRMLScalarVolumeNode:  # fmt: skip
    """Put a map (k, j, i) into the scene where its reference position is shown, in place of an earlier one."""
    removeMapNode(caseNode)
    scene = caseNode.GetScene()
    node = addVolume(scene, values, geometry, scale.title)
    colors = colorNode(scene, scale, scale.title)
    for item in (node, colors):
        item.SetAttribute(_OPACITY_ATTRIBUTE, f"{scale.opacity:g}")
    display = node.GetDisplayNode()
    display.SetAutoWindowLevel(False)
    display.SetWindowLevelMinMax(scale.low, scale.high)
    display.SetAndObserveColorNodeID(colors.GetID())
    below = volumeNode(caseNode, reference)
    node.SetAndObserveTransformNodeID(below.GetTransformNodeID() if below is not None else None)
    for item in (node, display):
        item.SetSaveWithScene(False)
    caseNode.SetNodeReferenceID(_MAP_ROLE, node.GetID())
    caseNode.SetNodeReferenceID(_COLOR_ROLE, colors.GetID())
    return node


def removeMapNode(caseNode: vtkMRMLScriptedModuleNode) -> None:
    """Remove the map with its colors."""
    for role in (_MAP_ROLE, _COLOR_ROLE):
        node = _ours(caseNode, role)
        caseNode.RemoveNodeReferenceIDs(role)
        removeNode(caseNode.GetScene(), node)


def removeLostMaps(scene: vtkMRMLScene) -> None:
    """Remove the maps, with their colors, of cases that were deleted."""
    kept = {node.GetID() for caseNode in caseNodes(scene) for node in allNodes(caseNode)}
    nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
    for node in nodes:
        if node.GetAttribute(_OPACITY_ATTRIBUTE) and node.GetID() not in kept:
            removeNode(scene, node)


def _ours(caseNode: vtkMRMLScriptedModuleNode, role: str) -> Any:
    """The node of a role. A scene that was saved with a map has its id, which some other node may have by now."""
    node = caseNode.GetNodeReference(role)
    return node if node is not None and node.GetAttribute(_OPACITY_ATTRIBUTE) else None
