"""The gray values of a volume with its grid: what is read once and then searched, resampled or drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.VolumeFile import readGeometry
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Voxels = NDArray[np.float32]


@dataclass(frozen=True)
class GrayVolume:
    """Gray values (k, j, i) of a volume, and the grid that they lie on."""

    voxels: Voxels
    geometry: VolumeGeometry


def readVolume(path: Path) -> GrayVolume:
    """A volume file, or a folder of one DICOM series. Raises InputError with one sentence where it cannot be read."""
    geometry = readGeometry(path)
    try:
        image = _read(path)
    except RuntimeError:
        raise InputError(f"{path.name}: its voxels cannot be read") from None
    voxels = np.asarray(_array(image), dtype=np.float32).reshape(geometry.size[::-1])
    return GrayVolume(voxels, geometry)


def writeVolume(path: Path, array: NDArray[Any], geometry: VolumeGeometry) -> None:
    """Write voxels (k, j, i) with their geometry to a file of the kind its name says (.nrrd, .nii.gz), compressed."""
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(array)
    # The file's world is LPS: x and y change sign.
    flip = np.array([-1.0, -1.0, 1.0])
    image.SetSpacing(geometry.spacingMm)
    image.SetOrigin([float(v) for v in flip * np.array(geometry.origin_RAS)])
    directions = np.array(geometry.directions_RAS).T * flip[:, None]
    image.SetDirection([float(v) for v in directions.ravel()])
    sitk.WriteImage(image, str(path), True)



def _read(path: Path) -> Any:
    import SimpleITK as sitk

    if not path.is_dir():
        return sitk.ReadImage(str(path))
    series = sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(path))
    return sitk.ReadImage(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(path), series[0]))


def _array(image: Any) -> NDArray[np.generic]:
    import SimpleITK as sitk

    return np.asarray(sitk.GetArrayFromImage(image))
