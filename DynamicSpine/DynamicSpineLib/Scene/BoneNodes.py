"""Bones carried between positions <-> linear transform nodes (from -> to, RAS mm)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Scene.StorageNames import nameFile
from DynamicSpineLib.Study.Case import BoneTransform

if TYPE_CHECKING:
    from slicer import vtkMRMLLinearTransformNode, vtkMRMLScene

# The text of a .mrml scene keeps matrix elements to about 1e-6.
_SAME_ELEMENT = 2e-6


def addBoneNode(scene: vtkMRMLScene, bone: BoneTransform) -> vtkMRMLLinearTransformNode:
    """A new linear transform node of a bone's motion, with the name of its file."""
    name = f"{bone.level} {bone.fromPosition} to {bone.toPosition}"
    node = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", name)
    matrix = vtkMatrix4x4()
    matrix.DeepCopy([element for row in bone.matrix for element in row])
    node.SetMatrixTransformToParent(matrix)
    nameFile(node, f"{bone.level}-{bone.fromPosition}-{bone.toPosition}")
    return node


def readBone(node: vtkMRMLLinearTransformNode, written: BoneTransform) -> BoneTransform:
    """The bone with the node's matrix; to the last digit as written where the node still has it up to rounding.

    A matrix that somebody changed in the scene has lost its covariance, verdict and quality, which were the old one's.
    """
    matrix = vtkMatrix4x4()
    node.GetMatrixTransformToParent(matrix)
    elements = np.reshape(matrix.GetData(), (4, 4))
    if np.all(np.abs(elements - np.array(written.matrix)) <= _SAME_ELEMENT):
        return written
    rows = tuple(tuple(float(element) for element in row) for row in elements)
    return replace(written, matrix=rows, covariance=None, center_RAS=None, verdict="", quality={"edited": True})
