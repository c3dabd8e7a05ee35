"""What goes wrong with images: each fault takes a pair and a generator, and gives what it changes of the pair."""

from __future__ import annotations

import numpy as np
from CarryCases import CarryCase, phantomPair

from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

UNIQUE = ("Oc", "C1", "C2", "T1", "T12", "S1")


def cropped(volume: GrayVolume, axis: int, low: int, high: int) -> GrayVolume:
    """The volume from one index to another (excluded) along a voxel axis."""
    geometry = volume.geometry
    cut = [slice(None)] * 3
    cut[2 - axis] = slice(low, high)
    origin = np.array(geometry.origin_RAS) + np.array(geometry.directions_RAS[axis]) * geometry.spacingMm[axis] * low
    size = tuple(high - low if item == axis else count for item, count in enumerate(geometry.size))
    moved = VolumeGeometry(size, geometry.spacingMm, tuple(origin), geometry.directions_RAS)
    return GrayVolume(np.ascontiguousarray(volume.voxels[tuple(cut)]), moved)


def _middleSlice(case: CarryCase) -> int:
    corners = [point for name, point in case.movedMarks_RAS.items() if name[-3:] in ("_SA", "_SP", "_IA", "_IP")]
    index = round(float(np.median(case.moved.geometry.indices(np.array(corners))[:, 2])))
    return int(np.clip(index, 0, case.moved.geometry.size[2] - 1))


def _blankSlices(case: CarryCase, about: int):
    voxels, middle = case.moved.voxels.copy(), _middleSlice(case)
    voxels[max(middle - about, 0) : middle + about + 1] = 0.0
    return {"moved": GrayVolume(voxels, case.moved.geometry)}


def _otherContrast(case: CarryCase, _):
    """Fluid dark and fat bright, roughly as in a T1-weighted image."""
    bright = np.percentile(case.moved.voxels, 98)
    share = np.clip(case.moved.voxels / bright, 0.0, 1.3)
    values = np.where(share < 0.55, 1.3 * share, np.maximum(0.715 - 1.1 * (share - 0.55), 0.08))
    return {"moved": GrayVolume((values * bright).astype(np.float32), case.moved.geometry)}


def _void(case: CarryCase, _):
    """No signal within 22 mm of the middle bone, and a bright rim, as around metal."""
    level = list(case.motions)[len(case.motions) // 2]
    own = [point for name, point in case.movedMarks_RAS.items() if name.startswith(level + "_")]
    geometry = case.moved.geometry
    center = geometry.indices(np.mean(own, axis=0))
    k, j, i = (grid - center[2 - axis] for axis, grid in enumerate(
        np.meshgrid(*[np.arange(count) for count in case.moved.voxels.shape], indexing="ij")))  # fmt: skip
    distance = np.sqrt(sum((offset * step) ** 2 for offset, step in zip((i, j, k), geometry.spacingMm, strict=True)))
    voxels = case.moved.voxels.copy()
    voxels[distance < 22.0] *= 0.03
    voxels[(distance >= 22.0) & (distance < 25.0)] *= 2.0
    return {"moved": GrayVolume(voxels, geometry)}


def _half(case: CarryCase, upper: bool):
    rows = case.moved.geometry.size[1]
    return {"moved": cropped(case.moved, 1, 0, rows // 2) if upper else cropped(case.moved, 1, rows // 2, rows)}


def _noisy(case: CarryCase, random):
    spread = 0.15 * np.percentile(case.moved.voxels, 99)
    real, imaginary = random.normal(0.0, spread, (2, *case.moved.voxels.shape))
    return {"moved": GrayVolume(np.hypot(case.moved.voxels + real, imaginary).astype(np.float32), case.moved.geometry)}


def _singleSlice(case: CarryCase, _):
    middle = _middleSlice(case)
    return {"moved": cropped(case.moved, 2, middle, middle + 1)}


def _noUniqueLevel(case: CarryCase, _):
    """Marks of the middle levels only, and a field that lacks the uppermost of them."""
    kept = [level for level in case.motions if level not in UNIQUE]
    marks = {name: point for name, point in case.marks_RAS.items() if name.split("_")[0] in kept}
    top = np.mean([point for name, point in case.movedMarks_RAS.items() if name.startswith(kept[0] + "_")], axis=0)
    rows = case.moved.geometry.size[1]
    start = int(np.clip(case.moved.geometry.indices(top)[1], 5, rows - 60))
    return {"marks_RAS": marks, "moved": cropped(case.moved, 1, start, rows)}


def _otherRegion(case: CarryCase, random):
    """The other end of the spine, of somebody else."""
    region = "lumbar" if "C4" in case.motions else "cervical"
    return {"moved": phantomPair(region, 200 + 3 * int(random.integers(3))).reference, "elsewhere": True}


def _handMarks(case: CarryCase, random):
    """Marks as a careful hand places them: 0.5 mm off."""
    return {"marks_RAS": {name: tuple(np.array(point) + random.normal(0.0, (0.2, 0.5, 0.5)))
                          for name, point in case.marks_RAS.items()}}  # fmt: skip


FAULTS = {
    "middle slice blank": lambda case, _: _blankSlices(case, 0),
    "three slices blank": lambda case, _: _blankSlices(case, 1),
    "other contrast": _otherContrast,
    "metal void over one bone": _void,
    "upper half of the field": lambda case, _: _half(case, True),
    "lower half of the field": lambda case, _: _half(case, False),
    "noise of 15 %": _noisy,
    "single slice": _singleSlice,
    "no unique level, one bone outside": _noUniqueLevel,
    "other region": _otherRegion,
    "marks 0.5 mm off": _handMarks,
}
