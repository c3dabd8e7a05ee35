"""The transforms of a comparison as files that Slicer opens and ITK reads.

Opened in Slicer, a file moves what is put below it from the moving position to the reference. ITK reads the same file
as what a resampling filter asks for: where a point of the reference lies in the moving position, in LPS.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from slicer import vtkMRMLGridTransformNode, vtkMRMLLinearTransformNode, vtkMRMLTransformStorageNode
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Scene.Overlays.GridTransforms import showGridFromParent
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal


def writeHeldTransform(path: Path, movingToReference: NDArray[np.float64]) -> None:
    """Write the rigid map (4x4, RAS mm) that lays the moving position on the reference, as .tfm or .h5.

    Raises JobError where it cannot be written.
    """
    node = vtkMRMLLinearTransformNode()
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(np.asarray(movingToReference, dtype=float).ravel().tolist())
    node.SetMatrixTransformToParent(matrix)
    _write(node, path)


def writeUnbendingTransform(path: Path, field: DisplacementGrid) -> None:
    """Write the field that leads from the reference to the moving position, as .h5. Raises JobError as above."""
    node = vtkMRMLGridTransformNode()
    showGridFromParent(node, field)
    _write(node, path)


def _write(node: Any, path: Path) -> None:
    storage = vtkMRMLTransformStorageNode()
    storage.SetFileName(str(path))
    with quietTerminal(), quietMessages():
        isWritten = storage.WriteData(node)
    if not isWritten or not path.is_file():
        raise JobError(f"{path.name}: the transform could not be written")
