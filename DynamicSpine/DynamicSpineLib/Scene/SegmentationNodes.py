"""Slicer's segmentation nodes as a spine: segments are told by their terminology, else by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.LabelTable import Meaning
from DynamicSpineLib.Segmentations.SegmentNames import meaningOfSegment
from DynamicSpineLib.Segmentations.SpineLabels import LabelLayer, SpineLabels, spineLabels, together
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLSegmentationNode

BINARY_LABELMAP = "Binary labelmap"
TERMINOLOGY_TAG = "TerminologyEntry"


def spineOfNode(node: vtkMRMLSegmentationNode) -> SpineLabels:
    """The spine that a segmentation node shows, in the node's own frame (its parent transform is left out).

    Raises InputError where the node has no binary label map, its segments lie on different grids, or none of them is a
    vertebra.
    """
    segmentation = node.GetSegmentation()
    meanings = {name: _meaning(segmentation.GetSegment(name)) for name in _idsOf(segmentation)}
    known = {name: meaning for name, meaning in meanings.items() if meaning is not None}
    images = {name: segmentation.GetSegment(name).GetRepresentation(BINARY_LABELMAP) for name in known}
    if any(image is None for image in images.values()):
        raise InputError(f"the segmentation '{node.GetName()}' has no binary label map; make one in Segmentations")
    filled = {name: image for name, image in images.items() if image.GetNumberOfPoints() > 0}
    if not filled:
        raise InputError(f"the segmentation '{node.GetName()}' has no segment with the name or code of a vertebra")
    geometry, first = _unionGrid(node, list(filled.values()))
    spines = [
        _spineOfSegment(segmentation.GetSegment(name), image, known[name], geometry, first)
        for name, image in filled.items()
    ]
    spine = together(spines)
    if not spine.levels:
        raise InputError(f"the segmentation '{node.GetName()}' has no segment with the name or code of a vertebra")
    return spine


def _idsOf(segmentation: Any) -> list[str]:
    return [segmentation.GetNthSegmentID(index) for index in range(segmentation.GetNumberOfSegments())]


def _meaning(segment: Any) -> Meaning | None:
    """What a segment is, by its terminology and its name."""
    from vtkmodules.vtkCommonCore import reference

    entry: Any = reference("")
    segment.GetTag(TERMINOLOGY_TAG, entry)
    return meaningOfSegment(segment.GetName() or "", str(entry.get()))


def _unionGrid(node: vtkMRMLSegmentationNode, images: list[Any]) -> tuple[VolumeGeometry, NDArray[np.int64]]:
    """The grid that holds every segment, and the (i, j, k) of its first voxel in the segments' own counting."""
    matrices = [_imageToRAS(image) for image in images]
    if not all(np.allclose(matrix, matrices[0], atol=1e-4) for matrix in matrices):
        raise InputError(f"the segments of '{node.GetName()}' lie on different grids; give them one reference geometry")
    extents = np.array([image.GetExtent() for image in images]).reshape(-1, 3, 2)
    first, last = extents[:, :, 0].min(axis=0), extents[:, :, 1].max(axis=0)
    matrix = matrices[0]
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    axes = [(float(a), float(b), float(c)) for a, b, c in (matrix[:3, :3] / spacing).T]
    origin = matrix[:3, :3] @ first + matrix[:3, 3]
    size = last - first + 1
    return VolumeGeometry(
        (int(size[0]), int(size[1]), int(size[2])), (float(spacing[0]), float(spacing[1]), float(spacing[2])),
        (float(origin[0]), float(origin[1]), float(origin[2])), (axes[0], axes[1], axes[2]),
    ), first  # fmt: skip


def _imageToRAS(image: Any) -> NDArray[np.float64]:
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix = vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    return np.reshape(matrix.GetData(), (4, 4))


def _spineOfSegment(
    segment: Any, image: Any, meaning: Meaning, geometry: VolumeGeometry, first: NDArray[np.int64]
) -> SpineLabels:
    """One segment alone, on the grid of all."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    numbers = np.zeros(geometry.size[::-1], dtype=np.int32)
    extent = np.array(image.GetExtent()).reshape(3, 2)
    block = tuple(slice(int(low), int(high) + 1) for low, high in (extent - first[:, None])[::-1])
    values = vtk_to_numpy(image.GetPointData().GetScalars()).reshape((extent[:, 1] - extent[:, 0] + 1)[::-1])
    numbers[block] = values == segment.GetLabelValue()
    return spineLabels(LabelLayer(numbers, geometry), {1: meaning})
