"""The nodes of a motion: kept out of saved scenes and out of selectors, below what a user put above the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.Hierarchy import removeNode

if TYPE_CHECKING:
    from slicer import vtkMRMLLinearTransformNode, vtkMRMLScene, vtkMRMLScriptedModuleNode

MOTION_ATTRIBUTE = "DynamicSpine.Motion"
"""On every node of a motion, so that one that was left behind is told from a user's."""


class MotionNodes:
    """Makes the nodes of one motion in a scene, and removes them all again."""

    def __init__(self, scene: vtkMRMLScene) -> None:
        self.scene = scene
        self._ids: list[str] = []

    def add(self, className: str, name: str, isHidden: bool = False) -> Any:
        """A new node that no scene file will hold; a hidden one is in no selector either."""
        node = self.scene.CreateNodeByClass(className)
        node.UnRegister(None)
        node.SetName(name)
        return self.addMade(node, isHidden)

    def addMade(self, node: Any, isHidden: bool = False) -> Any:
        """Add a node that was made outside of the scene."""
        node.SetSaveWithScene(False)
        node.SetHideFromEditors(isHidden)
        node.SetAttribute(MOTION_ATTRIBUTE, "1")
        added = self.scene.AddNode(node)
        self._ids.append(added.GetID())
        return added

    def keepDisplayOut(self, node: Any) -> None:
        """Keep a node's own display node out of scene files too, and remove it in the end."""
        display = node.GetDisplayNode()
        if display is not None:
            display.SetSaveWithScene(False)
            self._ids.append(display.GetID())

    def remove(self) -> None:
        """Take every node away; the last one made goes first."""
        for nodeId in reversed(self._ids):
            removeNode(self.scene, self.scene.GetNodeByID(nodeId))
        self._ids = []


def setMatrix(node: vtkMRMLLinearTransformNode, toParent: NDArray[np.float64]) -> None:
    """Set what a linear transform does to what lies below it (4x4)."""
    node.SetMatrixTransformToParent(vtkMatrixOf(toParent))


def vtkMatrixOf(values: NDArray[np.float64]) -> vtkMatrix4x4:
    """A 4x4 array as VTK holds it."""
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(np.asarray(values, dtype=float).ravel().tolist())
    return matrix


def parentIdOf(caseNode: vtkMRMLScriptedModuleNode, positionId: str) -> str | None:
    """The id of the transform that a user put above a position's volume."""
    volume = volumeNode(caseNode, positionId)
    found: str | None = volume.GetTransformNodeID() if volume is not None else None
    return found
