"""Where a volume lies, read from its header: .nrrd, .nii, .nii.gz, .mha and folders of one DICOM series."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.VolumeGeometry import Vector, VolumeGeometry
from DynamicSpineLib.Study.VolumeHeader import checkContent, statesSides

SUFFIXES = (".nrrd", ".nii.gz", ".nii", ".mha")
_NO_VOLUME = f"is none of the volume files that are read ({', '.join(SUFFIXES)}, a DICOM folder)"
_MOST_DICOM_FILES = 5000


def readGeometry(path: Path) -> VolumeGeometry:
    """The voxel grid of a volume, in RAS, without reading its voxels.

    Raises InputError with one sentence for a missing, truncated or unreadable volume, or one that is no single
    three-dimensional gray image.
    """
    try:
        return gridOf(path)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None


def gridOf(path: Path) -> VolumeGeometry:
    """As readGeometry, with messages that leave it to the caller to name the file."""
    if path.is_dir():
        return _seriesGeometry(path)
    if not path.is_file():
        raise InputError("the volume is missing")
    if not path.name.lower().endswith(SUFFIXES):
        raise InputError(_NO_VOLUME)
    checkContent(path)
    information = _information(path)
    geometry = _geometry(information)
    sidesKnown = statesSides(path, information)
    return VolumeGeometry(*geometry, sidesKnown=sidesKnown)


def volumeSuffix(path: Path) -> str:
    """The ending that says a volume file's format, .nii.gz as one; empty for a folder. Raises InputError for others."""
    if path.is_dir():
        return ""
    suffix = next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), "")
    if not suffix:
        raise InputError(f"{path.name}: {_NO_VOLUME}")
    return suffix


def _information(path: Path) -> Any:
    """SimpleITK's reader after it has read the header only."""
    import SimpleITK as sitk

    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        with _withoutWarnings():
            reader.ReadImageInformation()
    except RuntimeError:
        raise InputError("is not a readable image, or its header is damaged") from None
    return reader


@contextmanager
def _withoutWarnings() -> Iterator[None]:
    """Keeps SimpleITK from printing: what is wrong with a file is said in one sentence."""
    import SimpleITK as sitk

    shows = sitk.ProcessObject.GetGlobalWarningDisplay()
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(shows)


def _geometry(information: Any) -> tuple[tuple[int, int, int], Vector, Vector, tuple[Vector, Vector, Vector]]:
    """Size, spacing, origin and directions in RAS of a header in LPS."""
    dimension = information.GetDimension()
    size = [int(count) for count in information.GetSize()]
    if information.GetNumberOfComponents() != 1:
        raise InputError("is a color or vector image; a gray one is needed")
    if dimension < 3 or any(count != 1 for count in size[3:]) or 0 in size:
        raise InputError(f"has {' x '.join(map(str, size))} voxels; one three-dimensional volume is needed")
    directions = np.array(information.GetDirection(), dtype=float).reshape(dimension, dimension)[:3, :3]
    spacing = np.array(information.GetSpacing(), dtype=float)[:3]
    origin = np.array(information.GetOrigin(), dtype=float)[:3]
    return _checkedGrid(size[:3], spacing, origin, directions)


def _checkedGrid(
    size: list[int], spacing: Any, origin: Any, directions: Any
) -> tuple[tuple[int, int, int], Vector, Vector, tuple[Vector, Vector, Vector]]:
    toRAS = np.array([-1.0, -1.0, 1.0])
    everything = np.concatenate([spacing, origin, directions.ravel()])
    if not np.all(np.isfinite(everything)) or np.any(spacing <= 0) or np.any(spacing > 100):
        raise InputError("its header gives no usable voxel spacing or place")
    if abs(abs(np.linalg.det(directions)) - 1.0) > 0.01:
        raise InputError("its voxel axes are not square to each other")
    columns = (toRAS[:, None] * directions).T
    return (
        (size[0], size[1], size[2]),
        _vector(spacing),
        _vector(toRAS * origin),
        (_vector(columns[0]), _vector(columns[1]), _vector(columns[2])),
    )


def _vector(values: Any) -> Vector:
    return (float(values[0]) + 0.0, float(values[1]) + 0.0, float(values[2]) + 0.0)  # + 0.0: no minus zero


def _seriesGeometry(folder: Path) -> VolumeGeometry:
    """The grid of the one DICOM series in a folder, its slices checked for gaps."""
    import SimpleITK as sitk

    items = list(folder.iterdir())
    if any(item.is_symlink() and not item.resolve().is_relative_to(folder.resolve()) for item in items):
        raise InputError("holds links to files outside of it; copy the files into the case")
    if len(items) > _MOST_DICOM_FILES:
        raise InputError(f"holds more than {_MOST_DICOM_FILES} files; a folder of one DICOM series is needed")
    with _withoutWarnings():
        series = sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder))
    if len(series) != 1:
        found = f"holds {len(series)} DICOM series; one is needed" if series else "is a folder without a DICOM series"
        raise InputError(f"{found}")
    files = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), series[0])
    headers = [_information(Path(file)) for file in files]
    size, spacing, origin, directions = _geometry(headers[0])
    if len(files) == 1:
        return VolumeGeometry(size, spacing, origin, directions)
    places = np.array([header.GetOrigin()[:3] for header in headers]) * (-1.0, -1.0, 1.0)
    steps = np.diff(places, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    between = float(np.median(lengths))
    if between < 1e-3 or np.any(np.abs(lengths - between) > 0.1 * between):
        raise InputError("its DICOM slices are not evenly spaced; one may be missing or doubled")
    normal = (places[-1] - places[0]) / np.linalg.norm(places[-1] - places[0])
    return VolumeGeometry(
        (size[0], size[1], len(files)), (spacing[0], spacing[1], between), origin,
        (directions[0], directions[1], _vector(normal)),
    )
