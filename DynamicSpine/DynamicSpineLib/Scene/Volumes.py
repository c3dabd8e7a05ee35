"""Volumes as nodes of a scene: loading them through Slicer's own readers, and where their voxels lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import InputError, JobError
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal
from DynamicSpineLib.Study.VolumeFile import readGeometry
from DynamicSpineLib.Study.VolumeGeometry import Vector, VolumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

_GRAY = "vtkMRMLColorTableNodeGrey"

# Slicer's readers and SimpleITK's header agree to float precision of the NIfTI header.
GRID_TOLERANCE_MM = 1e-3


def loadVolume(scene: vtkMRMLScene, path: Path, name: str = "") -> vtkMRMLScalarVolumeNode:
    """Load one gray volume (.nrrd, .nii, .nii.gz, .mha or the folder of one DICOM series) into a new node.

    The node lies where the file's header says (a stack whose voxel axes are left-handed gets its slices in reverse
    order, as Slicer does). Raises InputError naming the file where it is missing, truncated or no gray volume.
    """
    path = Path(path)
    geometry = readGeometry(path)
    with quietTerminal(), quietMessages() as messages:
        node = _loadSeries(scene, path) if path.is_dir() else _loadFile(scene, path, name)
    if node is None or node.GetImageData() is None:
        reason = f" ({messages[-1]})" if messages else ""
        raise InputError(f"{path.name}: Slicer cannot read this volume{reason}")
    if not sameGrid(volumeGeometry(node), geometry):
        scene.RemoveNode(node)
        raise JobError(f"{path.name}: Slicer places this volume elsewhere than its header says")
    node.SetName(name or path.name.split(".")[0])
    return node


def _loadFile(scene: vtkMRMLScene, path: Path, name: str) -> Any:
    from slicer import vtkSlicerVolumesLogic

    logic = vtkSlicerVolumesLogic()
    logic.SetMRMLScene(scene)
    node = logic.AddArchetypeVolume(str(path), name or path.name, 0)
    display = node.GetDisplayNode() if node is not None else None
    # Without the application's own logic a volume gets no color table, and slice views show it black.
    if display is not None and not display.GetColorNodeID():
        display.SetAndObserveColorNodeID(_GRAY)
    return node


def _loadSeries(scene: vtkMRMLScene, folder: Path) -> Any:
    """The one volume of a DICOM folder, slices sorted and uneven geometry regularized as Slicer's plugin does."""
    try:
        from trame_slicer.core import VolumesReader
    except ImportError:
        raise JobError(f"{folder.name}: load this DICOM folder with Slicer's DICOM module first") from None
    files = sorted(str(file) for file in folder.iterdir() if file.is_file() and VolumesReader.is_dcm_file(str(file)))
    volumes = VolumesReader.split_volumes(files)
    if len(volumes) != 1:
        raise InputError(f"{folder.name}: the DICOM folder holds {len(volumes)} volumes; one is needed")
    try:
        return VolumesReader.load_single_dcm_volume(scene, volumes[0])
    except RuntimeError:
        raise InputError(f"{folder.name}: the DICOM series cannot be read") from None


def volumeGeometry(node: vtkMRMLScalarVolumeNode, sidesKnown: bool = True) -> VolumeGeometry:
    """The voxel grid of a volume node in its own frame: what the file says, without any transform above the node."""
    directions = np.zeros((3, 3))
    node.GetIJKToRASDirections(directions)
    size, spacing, origin = node.GetImageData().GetDimensions(), node.GetSpacing(), node.GetOrigin()
    return VolumeGeometry(
        (int(size[0]), int(size[1]), int(size[2])), _vector(spacing), _vector(origin),
        (_vector(directions[:, 0]), _vector(directions[:, 1]), _vector(directions[:, 2])), sidesKnown,
    )


def sameGrid(first: VolumeGeometry, second: VolumeGeometry, toleranceMm: float = GRID_TOLERANCE_MM) -> bool:
    """True where two grids have the same voxels in the same places, slices in the same or in reverse order."""
    if first.size != second.size:
        return False
    corners, others = _cornerVoxels(first), _cornerVoxels(second)
    return any(bool(np.all(np.abs(corners[order] - others) <= toleranceMm)) for order in (_SAME, _REVERSED))


# The eight corner voxels, and the same with the slice axis reversed.
_CORNERS = np.array([(i, j, k) for k in (0, 1) for j in (0, 1) for i in (0, 1)])
_SAME = np.arange(8)
_REVERSED = np.array([4, 5, 6, 7, 0, 1, 2, 3])


def _cornerVoxels(geometry: VolumeGeometry) -> NDArray[np.float64]:
    indices = _CORNERS * (np.array(geometry.size) - 1)
    matrix = geometry.ijkToRAS
    corners: NDArray[np.float64] = indices @ matrix[:3, :3].T + matrix[:3, 3]
    return corners


def volumeArray(node: vtkMRMLScalarVolumeNode) -> NDArray[Any]:
    """The voxels as an array view indexed [k, j, i], for the grid of `volumeGeometry(node)`. Do not write to it."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    image = node.GetImageData()
    columns, rows, slices = image.GetDimensions()
    voxels: NDArray[Any] = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(slices, rows, columns)
    return voxels


def addVolume(
    scene: vtkMRMLScene, voxels: NDArray[Any], geometry: VolumeGeometry, name: str
) -> vtkMRMLScalarVolumeNode:
    """A new volume node of voxels indexed [k, j, i]; they are copied."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData

    if voxels.shape != geometry.size[::-1]:
        raise InputError(f"{name}: {voxels.shape} voxels do not fill a grid of {geometry.size[::-1]}")
    image = vtkImageData()
    image.SetDimensions(geometry.size)
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(voxels).ravel(), deep=True))
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    node.SetAndObserveImageData(image)
    node.SetSpacing(geometry.spacingMm)
    node.SetOrigin(geometry.origin_RAS)
    node.SetIJKToRASDirections(np.array(geometry.directions_RAS).T.tolist())
    node.CreateDefaultDisplayNodes()
    return node


def saveVolume(node: vtkMRMLScalarVolumeNode, path: Path) -> None:
    """Write a volume's voxels and grid to a .nrrd file, without any transform above the node.

    Raises JobError where that fails. Where the node itself is stored stays as it is.
    """
    from slicer import vtkMRMLNRRDStorageNode

    storage = vtkMRMLNRRDStorageNode()
    storage.SetFileName(str(path))
    with quietTerminal(), quietMessages():
        isWritten = storage.WriteData(node)
    if not isWritten or not path.is_file():
        raise JobError(f"{path.name}: the volume '{node.GetName()}' could not be written")


def _vector(values: Any) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))
