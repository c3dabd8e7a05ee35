"""Reading label files: .nii, .nii.gz, .mha, .nrrd, and Slicer's .seg.nrrd with its named segments and layers."""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.SpineLabels import LabelLayer
from DynamicSpineLib.Study.VolumeFile import readGeometry
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeHeader import checkContent

HIGHEST_LABEL = 65535
_LONGEST_HEADER = 1024 * 1024
_SEGMENT = re.compile(r"Segment(\d+)_(Name|LabelValue|Layer|Tags):=(.*)")
_XML_LABEL = re.compile(r'<Label Key="(\d{1,5})"[^>]*>\s*<!\[CDATA\[([^\]]{1,100})\]\]>')


@dataclass(frozen=True)
class NamedSegment:
    """One segment of a .seg.nrrd: its name and tags, the layer it lies in and its number there."""

    name: str
    value: int
    layer: int = 0
    tags: str = ""


@dataclass(frozen=True)
class LabelFile:
    """A label file. segments: as Slicer names them; names: label -> name where a NIfTI header lists them."""

    path: Path
    layers: tuple[LabelLayer, ...]
    segments: tuple[NamedSegment, ...] = ()
    names: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Every number above 0 that occurs, ascending."""
        return tuple(sorted({int(number) for layer in self.layers for number in np.unique(layer.numbers)} - {0}))


def readLabelFile(path: Path) -> LabelFile:
    """The label map of a file. Raises InputError with one sentence for what is no label map."""
    segments = _segments(path)
    layered = max((segment.layer for segment in segments), default=0) > 0
    geometries = None if layered else readGeometry(path)
    layers = tuple(
        LabelLayer(_whole(numbers, path), geometry) for numbers, geometry in _layers(path, geometries)
    )
    labels = LabelFile(path, layers, segments, MappingProxyType(_nameList(path)))
    if not labels.numbers:
        raise InputError(f"{path.name}: holds no label; every voxel is 0")
    return labels


def sameGrid(first: VolumeGeometry, second: VolumeGeometry) -> bool:
    """True where two grids have the same voxels, to a hundredth of one."""
    corners = np.array(first.size) * np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    matrix = first.ijkToRAS
    return first.size == second.size and bool(
        np.allclose(second.indices(corners @ matrix[:3, :3].T + matrix[:3, 3]), corners, atol=0.01)
    )


def _layers(path: Path, geometry: VolumeGeometry | None) -> list[tuple[NDArray[np.generic], VolumeGeometry]]:
    """Numbers (k, j, i) and grid of every layer."""
    import SimpleITK as sitk

    if geometry is None:
        try:
            checkContent(path)
        except InputError as error:
            raise InputError(f"{path.name}: {error}") from None
    try:
        image = sitk.ReadImage(str(path))
    except RuntimeError:
        raise InputError(f"{path.name}: its voxels cannot be read") from None
    array = np.asarray(sitk.GetArrayFromImage(image))
    if geometry is not None:
        return [(array.reshape(geometry.size[::-1]), geometry)]
    if image.GetDimension() != 3 or array.ndim != 4:
        raise InputError(f"{path.name}: its segments name layers that the file does not have")
    return [(array[..., layer], _geometryOf(image)) for layer in range(array.shape[-1])]


def _geometryOf(image: Any) -> VolumeGeometry:
    """The grid of a three-dimensional SimpleITK image, in RAS."""
    flip = np.array([-1.0, -1.0, 1.0])
    columns = (flip[:, None] * np.array(image.GetDirection()).reshape(3, 3)).T
    size, spacing, origin = image.GetSize(), image.GetSpacing(), flip * np.array(image.GetOrigin())
    axes = [(float(a), float(b), float(c)) for a, b, c in columns]
    return VolumeGeometry(
        (int(size[0]), int(size[1]), int(size[2])), (float(spacing[0]), float(spacing[1]), float(spacing[2])),
        (float(origin[0]), float(origin[1]), float(origin[2])), (axes[0], axes[1], axes[2]),
    )  # fmt: skip


def _whole(array: NDArray[np.generic], path: Path) -> NDArray[np.int32]:
    """Label numbers. Raises InputError for fractions, and for numbers that no table has."""
    values = array.astype(np.float64) if array.dtype.kind == "f" else array.astype(np.int64)
    if not np.all(np.isfinite(values)) or np.any(values != np.rint(values)):
        raise InputError(f"{path.name}: holds fractions; a label map of whole numbers is needed (resample labels with "
                         "nearest neighbor)")  # fmt: skip
    if np.any(values < 0) or np.any(values > HIGHEST_LABEL):
        raise InputError(f"{path.name}: holds numbers outside of 0 to {HIGHEST_LABEL}; it looks like an image, "
                         "and a label map is needed")  # fmt: skip
    return values.astype(np.int32)


def _segments(path: Path) -> tuple[NamedSegment, ...]:
    """The segments that an NRRD header names, in their order; none for other files."""
    if not path.name.lower().endswith(".nrrd") or not path.is_file():
        return ()
    with path.open("rb") as file:
        head = file.read(_LONGEST_HEADER).split(b"\n\n", 1)[0].replace(b"\r", b"")
    found: dict[int, dict[str, str]] = {}
    for match in map(_SEGMENT.fullmatch, head.decode("utf-8", "replace").splitlines()):
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = match[3]
    return tuple(
        NamedSegment(item.get("Name", ""), int(item["LabelValue"]), int(item.get("Layer", "0")), item.get("Tags", ""))
        for _, item in sorted(found.items())
        if item.get("LabelValue", "").isdecimal() and item.get("Layer", "0").isdecimal()
    )


def _nameList(path: Path) -> dict[int, str]:
    """Label names from the extended header that TotalSegmentator writes into NIfTI files; empty where there is none."""
    lower = path.name.lower()
    if not lower.endswith((".nii", ".nii.gz")):
        return {}
    try:
        with gzip.open(path) if lower.endswith(".gz") else path.open("rb") as file:
            head = file.read(352)
            start = struct.unpack("<f", head[108:112])[0]
            if len(head) < 352 or not head[348] or not 352 < start < _LONGEST_HEADER:
                return {}
            text = file.read(int(start) - 352).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error, struct.error):
        return {}
    return {int(key): name for key, name in _XML_LABEL.findall(text)}
