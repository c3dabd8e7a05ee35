"""Which volumes slice views showed before a motion, kept by the case's node so that even a reopened scene knows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slicer import vtkMRMLScene, vtkMRMLScriptedModuleNode, vtkMRMLSliceCompositeNode

_ROLE = "motionShown/"
_ATTRIBUTE = "DynamicSpine.MotionShown."
_LAYERS = ("Background", "Foreground")


def keepLayers(caseNode: vtkMRMLScriptedModuleNode, composites: Sequence[vtkMRMLSliceCompositeNode]) -> None:
    """Note what some slice views show."""
    for composite in composites:
        name = composite.GetLayoutName() or composite.GetID()
        caseNode.SetAttribute(f"{_ATTRIBUTE}{name}", repr(composite.GetForegroundOpacity()))
        for layer in _LAYERS:
            shown = getattr(composite, f"Get{layer}VolumeID")()
            if shown:
                caseNode.SetNodeReferenceID(f"{_ROLE}{name}/{layer}", shown)


def restoreLayers(caseNode: vtkMRMLScriptedModuleNode) -> None:
    """Let every slice view that was noted show again what it did, and forget it. Volumes that are gone are left out."""
    scene = caseNode.GetScene()
    names = [name.removeprefix(_ATTRIBUTE) for name in caseNode.GetAttributeNames() if name.startswith(_ATTRIBUTE)]
    for name in names:
        composite = _compositeOf(scene, name)
        for layer in _LAYERS:
            role = f"{_ROLE}{name}/{layer}"
            volume = caseNode.GetNodeReference(role)
            if composite is not None:
                getattr(composite, f"Set{layer}VolumeID")(volume.GetID() if volume is not None else None)
            caseNode.RemoveNodeReferenceIDs(role)
        if composite is not None:
            composite.SetForegroundOpacity(float(caseNode.GetAttribute(f"{_ATTRIBUTE}{name}")))
        caseNode.RemoveAttribute(f"{_ATTRIBUTE}{name}")


def _compositeOf(scene: vtkMRMLScene, name: str) -> vtkMRMLSliceCompositeNode | None:
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLSliceCompositeNode")):
        composite = scene.GetNthNodeByClass(index, "vtkMRMLSliceCompositeNode")
        if name in (composite.GetLayoutName(), composite.GetID()):
            return composite
    return None
