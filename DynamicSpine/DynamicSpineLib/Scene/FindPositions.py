"""Positions proposed from the volumes of a scene."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from DynamicSpineLib.Scene.CaseRoles import allNodes, caseNodes
from DynamicSpineLib.Scene.DicomHeaders import HeaderOf
from DynamicSpineLib.Scene.Volumes import volumeGeometry
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.ProposePositions import FoundPositions, proposePositions
from DynamicSpineLib.Study.SeriesKind import SeriesFacts

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

_VOLUME_CLASS = "vtkMRMLScalarVolumeNode"


def findPositions(
    scene: vtkMRMLScene, headerOf: HeaderOf | None = None, existing: tuple[Position, ...] = ()
) -> FoundPositions:
    """Proposals for the scalar volumes of a scene that belong to no case in it; their `key` is the node's ID.

    headerOf: the DICOM header of a volume by keyword, empty where it has none (see Scene/DicomHeaders.py).
    existing: the positions of the case that proposals are for.
    """
    return proposePositions((_facts(node, headerOf) for node in freeVolumes(scene)), existing)


def freeVolumes(scene: vtkMRMLScene) -> Iterator[vtkMRMLScalarVolumeNode]:
    """The gray volumes of a scene that no case points to, in the scene's order; no label maps, no color images."""
    used = {node.GetID() for caseNode in caseNodes(scene) for node in allNodes(caseNode)}
    for index in range(scene.GetNumberOfNodesByClass(_VOLUME_CLASS)):
        node = scene.GetNthNodeByClass(index, _VOLUME_CLASS)
        if node.GetClassName() == _VOLUME_CLASS and node.GetID() not in used and not node.GetHideFromEditors():
            yield node


def volumeTexts(node: vtkMRMLScalarVolumeNode, headerOf: HeaderOf | None = None) -> dict[str, str]:
    """The texts that a volume bears, by source: what the warnings about labels compare with a row."""
    return _facts(node, headerOf).texts()


def _facts(node: vtkMRMLScalarVolumeNode, headerOf: HeaderOf | None) -> SeriesFacts:
    image = node.GetImageData()
    hasVoxels = image is not None and min(image.GetDimensions()) > 0
    storage = node.GetStorageNode()
    header = {} if headerOf is None else dict(headerOf(node))
    file = (storage.GetFileName() or "") if storage is not None else ""
    return SeriesFacts(node.GetID(), node.GetName() or "", header, volumeGeometry(node) if hasVoxels else None, file)
