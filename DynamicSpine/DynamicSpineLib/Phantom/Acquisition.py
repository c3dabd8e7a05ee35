"""How a series of the phantom is acquired: field of view, slices, sharpness, noise, and its own oblique grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Study.VolumeGeometry import Vector, VolumeGeometry

Array = NDArray[np.float64]

GEOMETRY_STREAM = 1


@dataclass(frozen=True)
class FieldOfView:
    """The field of view for one region: front to back and lengthwise in mm.

    frontShare: share of the width in front of the spine's middle; downMm: how far below it the field's center lies.
    coilReachMm: distance over which the coil behind the spine loses a factor e.
    """

    acrossMm: float
    alongMm: float
    frontShare: float
    downMm: float
    coilReachMm: float


@dataclass(frozen=True)
class Acquisition:
    """A sagittal T2 series.

    resolutionShare: share of the in-plane frequencies up to Nyquist that are acquired (the rest is zero-filled).
    noise: SD of each channel as a share of the signal of cerebrospinal fluid.
    tiltDeg: largest tilt about each axis; shadingShare: how much the coil's gain varies besides its reach.
    """

    name: str
    title: str
    inPlaneMm: float
    sliceMm: float
    slices: int
    subSlices: int
    tiltDeg: float
    resolutionShare: float
    noise: float
    shadingShare: float
    fields: dict[str, FieldOfView]


def acquisition(name: str) -> Acquisition:
    """The acquisition of that name from Data/Phantom/tissues.json.

    Raises InputError for a name that is not there.
    """
    entries = packageData("Phantom", "tissues.json")["acquisitions"]
    entry = next((item for item in entries if item["name"] == name), None)
    if entry is None:
        known = ", ".join(item["name"] for item in entries)
        raise InputError(f"the phantom has no acquisition '{name}' (it has {known})")
    values = {key: value for key, value in entry.items() if key not in ("comment", "fields", "postures")}
    return Acquisition(fields={key: FieldOfView(**value) for key, value in entry["fields"].items()}, **values)


def usualAcquisition(posture: str) -> Acquisition:
    """The acquisition that a posture is scanned with: the closed scanner lying down, the open one upright."""
    for entry in packageData("Phantom", "tissues.json")["acquisitions"]:
        if posture in entry["postures"]:
            return acquisition(entry["name"])
    raise InputError(f"the phantom has no acquisition for the posture '{posture}'")


def seriesGeometry(posed: PosedSpine, series: Acquisition, seed: int) -> VolumeGeometry:
    """The series' own grid: columns run backwards, rows downwards, slices to the right.

    Slices are laid along the canal's chord and square to the bones' right, as on a scout, then tilted by the seed.
    Raises InputError where the acquisition has no field of view for the region.
    """
    if posed.region not in series.fields:
        raise InputError(f"the acquisition '{series.name}' has no field of view for the region '{posed.region}'")
    field = series.fields[posed.region]
    random = np.random.default_rng([seed, GEOMETRY_STREAM])
    tilt = np.radians(random.uniform(-series.tiltDeg, series.tiltDeg, 3))
    axes = _rotation(tilt) @ _alongSpine(posed)
    size = (round(field.acrossMm / series.inPlaneMm), round(field.alongMm / series.inPlaneMm), series.slices)
    spacing = (series.inPlaneMm, series.inPlaneMm, series.sliceMm)
    shift = random.uniform(-2.0, 2.0, 3) * np.array([1.0, 1.0, 0.25])
    middle = _fieldCenter(posed, field, axes) + axes @ shift
    origin = middle - axes @ (0.5 * (np.array(size) - 1.0) * np.array(spacing))
    columns = [_vector(axes[:, i]) for i in range(3)]
    return VolumeGeometry(size, spacing, _vector(origin), (columns[0], columns[1], columns[2]))


def _alongSpine(posed: PosedSpine) -> Array:
    """Columns: the directions of columns, rows and slices in RAS, laid along the spine as far as left and right go."""
    center = posed.stations.center_RAS
    chord = (center[0] - center[-1]) / np.linalg.norm(center[0] - center[-1])
    right = np.mean([posed.boneToRAS[level][:3, 0] for level in posed.levels], axis=0)
    right = right - (right @ chord) * chord
    right = right / np.linalg.norm(right)
    up = np.array([0.0, 0.0, 1.0]) - right[2] * right
    up = up / np.linalg.norm(up)
    return np.column_stack([np.cross(right, up), -up, right])


def _fieldCenter(posed: PosedSpine, field: FieldOfView, axes: Array) -> Array:
    """RAS center: the middle of the chain's extent in the slices' own axes, moved as the field says."""
    origins = np.array([posed.boneToRAS[level][:3, 3] for level in posed.levels])
    canal = np.vstack([origins, posed.stations.center_RAS]) @ axes
    middle = 0.5 * (canal.min(axis=0) + canal.max(axis=0))
    middle[:2] += [(0.5 - field.frontShare) * field.acrossMm, field.downMm]
    return np.asarray(axes @ middle)


def _rotation(angles: Array) -> Array:
    matrix = np.eye(3)
    for axis, angle in enumerate(angles):
        turn = np.eye(3)
        a, b = [(1, 2), (0, 2), (0, 1)][axis]
        turn[[a, b], [a, b]] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    return matrix


def _vector(values: Array) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))
