"""Fields of displacements as transforms that Slicer shows, saves and ITK reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from slicer import vtkOrientedGridTransform
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid

if TYPE_CHECKING:
    from slicer import vtkMRMLGridTransformNode


def gridTransform(grid: DisplacementGrid) -> vtkOrientedGridTransform:
    """The map p -> p + displacement(p), linear between the nodes of a grid."""
    axes = grid.ijkToRAS[:3, :3]
    spacing = np.linalg.norm(axes, axis=0)
    slices, rows, columns, _ = grid.displacements_RAS.shape
    image = vtkImageData()
    image.SetDimensions(columns, rows, slices)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(grid.ijkToRAS[:3, 3].tolist())
    vectors = numpy_to_vtk(np.ascontiguousarray(grid.displacements_RAS, dtype=np.float32).reshape(-1, 3), deep=True)
    vectors.SetName("displacements")
    image.GetPointData().SetScalars(vectors)
    directions = vtkMatrix4x4()
    for row in range(3):
        for column in range(3):
            directions.SetElement(row, column, axes[row, column] / spacing[column])
    transform = vtkOrientedGridTransform()
    transform.SetDisplacementGridData(image)
    transform.SetGridDirectionMatrix(directions)
    transform.SetInterpolationModeToLinear()
    return transform


def showGridFromParent(node: vtkMRMLGridTransformNode, grid: DisplacementGrid) -> None:
    """Let a transform node lead points of its parent's frame to where they lie in the volume below it.

    This is the direction that drawing needs; the other way Slicer finds by iteration.
    """
    node.SetAndObserveTransformFromParent(gridTransform(grid))
