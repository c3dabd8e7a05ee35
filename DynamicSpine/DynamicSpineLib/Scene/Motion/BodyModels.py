"""Vertebrae as models in 3-D, each below the transform of its own level; the held one in another shade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkPolyDataNormals

from DynamicSpineLib.Compare.BodySolids import bodySolids
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Solids import Solid
from DynamicSpineLib.Scene.CaseRoles import segmentationNodes
from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes
from DynamicSpineLib.Scene.SegmentationNodes import spineOfNode
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import (
        vtkMRMLLinearTransformNode,
        vtkMRMLModelNode,
        vtkMRMLScriptedModuleNode,
        vtkMRMLSegmentationNode,
    )

BONE_COLOR, HELD_COLOR = (0.89, 0.84, 0.72), (0.36, 0.62, 0.80)
"""Of the moving vertebrae and of the held one, which differ in lightness too."""

_SHARP_DEG = 50.0  # edges sharper than this are drawn sharp
_SMOOTHING_PASSES, _PASS_BAND = 20, 0.08


def addBodyModels(
    nodes: MotionNodes, solids: Mapping[str, Solid], transforms: Mapping[str, vtkMRMLLinearTransformNode], held: str
) -> dict[str, vtkMRMLModelNode]:
    """A model of every level that has a solid and a transform; solids are in the frame of the reference position."""
    found = {}
    for level in transforms:
        if level in solids:
            model = nodes.add("vtkMRMLModelNode", f"{level} in motion" + (", held" if level == held else ""))
            model.SetAndObservePolyData(surfaceOf(solids[level]))
            model.CreateDefaultDisplayNodes()
            nodes.keepDisplayOut(model)
            display = model.GetDisplayNode()
            display.SetColor(*(HELD_COLOR if level == held else BONE_COLOR))
            display.SetVisibility2D(False)
            display.SetAmbient(0.15)
            display.SetSpecular(0.1)
            model.SetAndObserveTransformNodeID(transforms[level].GetID())
            found[level] = model
    return found


def surfaceOf(solid: Solid) -> vtkPolyData:
    """A solid as a surface with normals."""
    surface = vtkPolyData()
    points = vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(solid.points_RAS, dtype=np.float64), deep=True))
    surface.SetPoints(points)
    corners = np.ascontiguousarray(solid.triangles, dtype=np.int64).ravel()
    triangles = vtkCellArray()
    triangles.SetData(3, numpy_to_vtkIdTypeArray(corners, deep=True))
    surface.SetPolys(triangles)
    normals = vtkPolyDataNormals()
    normals.SetInputData(surface)
    normals.SetFeatureAngle(_SHARP_DEG)
    normals.ConsistencyOff()
    normals.Update()
    return normals.GetOutput()


def solidsOfPosition(caseNode: vtkMRMLScriptedModuleNode, position: Position) -> dict[str, Solid]:
    """The vertebrae of a position in its volume's frame: those of its segmentations, the others from its marks."""
    marks = position.marks
    points = {name: np.array(point) for name in marks.landmarks if (point := marks.point(name)) is not None}
    found = bodySolids(points)
    for node in segmentationNodes(caseNode, position.id):
        try:
            found |= solidsOfSegmentation(node)
        except InputError:  # of something else than vertebrae
            continue
    return found


def solidsOfSegmentation(node: vtkMRMLSegmentationNode) -> dict[str, Solid]:
    """The surface of every vertebra of a segmentation, in the node's own frame, RAS mm.

    Raises InputError where the node shows no vertebra or has no binary label map.
    """
    spine = spineOfNode(node)
    return {level: _surfaceOfMask(spine.bone(level), spine.geometry.ijkToRAS) for level in spine.levels}


def _surfaceOfMask(mask: NDArray[np.bool_], ijkToRAS: NDArray[np.float64]) -> Solid:
    """The smoothed surface of a mask (k, j, i); closed, since a margin of empty voxels is put around."""
    from vtkmodules.vtkFiltersCore import vtkWindowedSincPolyDataFilter
    from vtkmodules.vtkFiltersGeneral import vtkDiscreteMarchingCubes

    first = np.array([np.flatnonzero(mask.any(axis=others))[0] for others in ((1, 2), (0, 2), (0, 1))])
    last = np.array([np.flatnonzero(mask.any(axis=others))[-1] for others in ((1, 2), (0, 2), (0, 1))])
    part = np.pad(mask[tuple(slice(a, b + 1) for a, b in zip(first, last, strict=True))], 1).astype(np.uint8)
    cubes = vtkDiscreteMarchingCubes()
    cubes.SetInputData(_imageOf(part))
    cubes.GenerateValues(1, 1, 1)
    smooth = vtkWindowedSincPolyDataFilter()
    smooth.SetInputConnection(cubes.GetOutputPort())
    smooth.SetNumberOfIterations(_SMOOTHING_PASSES)
    smooth.SetPassBand(_PASS_BAND)
    smooth.BoundarySmoothingOff()
    smooth.NonManifoldSmoothingOn()
    smooth.NormalizeCoordinatesOn()
    smooth.Update()
    surface = smooth.GetOutput()
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(float) + (first[::-1] - 1)
    solid = Solid(points @ ijkToRAS[:3, :3].T + ijkToRAS[:3, 3],
                  vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64))  # fmt: skip
    return solid if solid.volumeMm3 >= 0 else Solid(solid.points_RAS, solid.triangles[:, ::-1])


def _imageOf(part: NDArray[np.uint8]) -> Any:
    from vtkmodules.vtkCommonDataModel import vtkImageData

    image = vtkImageData()
    image.SetDimensions(part.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(part.ravel(), deep=True))
    return image
