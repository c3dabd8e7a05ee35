"""Volumes that hold the same voxels: one series that was loaded twice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from DynamicSpineLib.Scene.Volumes import volumeArray

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode


def sameVolumes(nodes: Mapping[str, vtkMRMLScalarVolumeNode]) -> tuple[tuple[str, str], ...]:
    """Pairs of names whose volumes are one node, or hold the same voxels; volumes without voxels are in no pair."""
    filled = {name: node for name, node in nodes.items() if node.GetImageData() is not None}
    return tuple(
        (first, second) for first, second in combinations(filled, 2)
        if filled[first] is filled[second] or _areSame(filled[first], filled[second])
    )  # fmt: skip


def _areSame(first: vtkMRMLScalarVolumeNode, second: vtkMRMLScalarVolumeNode) -> bool:
    images = first.GetImageData(), second.GetImageData()
    if images[0].GetDimensions() != images[1].GetDimensions():
        return False
    # The range is known without reading a voxel where a view shows the volume.
    if images[0].GetScalarRange() != images[1].GetScalarRange():
        return False
    return np.array_equal(volumeArray(first), volumeArray(second))
