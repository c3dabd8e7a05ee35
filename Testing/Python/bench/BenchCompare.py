"""Difference maps and fields of two positions: what they show, how exact they are, and how long they take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from ComparedPairs import SHARED, Phantom, gridAbout, movedGrid, spineOf, stacks
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import segmentsOf
from DynamicSpineLib.Anatomy.BoneRegions import rigidBodies
from DynamicSpineLib.Compare.Difference import differenceMap
from DynamicSpineLib.Compare.DifferenceRegions import bodyDifferences
from DynamicSpineLib.Compare.FieldQuality import fieldQuality
from DynamicSpineLib.Compare.Resampling import geometryOf, imageOf
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid, PolyrigidField, withSkin
from DynamicSpineLib.Phantom.JointMotion import boneMotions
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

HELD = {"lumbar": ("L3", "L4"), "cervical": ("C4", "C5", "C6")}
FLEXION_DEG = 5.0
JOINT_DEG = 15.0
REPEATS = 5
FULL = (512, 512, 15)
IN_PLANE_MM = {"lumbar": 0.6, "cervical": 0.5}


def differenceTable() -> Iterator[str]:
    """Yield lines: rims of bodies against the same two stacks without motion, and of neighbors against the held one."""
    yield (f"{'':26}{'held/still (limit 1.2)':>24}{'above and below/held (2.5)':>28}"
           f"{'RMS, still':>12}{'above 3, still':>16}")  # fmt: skip
    for kind in ("phantom", "real") if SHARED.is_dir() else ("phantom",):
        for region, levels in HELD.items():
            for held in levels:
                yield _heldLine(kind, region, held)


def _heldLine(kind: str, region: str, held: str) -> str:
    spine = spineOf(kind, region, FLEXION_DEG)
    reference, moved, still = stacks(kind, region, held, FLEXION_DEG)
    points = np.array(list(spine.corners[held].values()))
    maps = [differenceMap(reference, volume, motion, points)
            for volume, motion in ((still, np.eye(4)), (moved, spine.motions[held]))]  # fmt: skip
    before, after = (bodyDifferences(item, spine.corners) for item in maps)
    levels = list(spine.corners)
    index = levels.index(held)
    ratios = [f"{after[level].grayValue / after[held].grayValue:.1f}"
              for level in (levels[index - 1], levels[index + 1]) if level in after]  # fmt: skip
    values = maps[0].values[maps[0].mask]
    return (f"{kind + ' ' + region + ', ' + held + ' held':26}{after[held].grayValue / before[held].grayValue:>24.2f}"
            f"{', '.join(ratios):>28}{np.sqrt(np.mean(values**2)):>12.2f}"
            f"{100 * np.mean(np.abs(values) > maps[0].withinNoise):>14.1f} %")  # fmt: skip


def fieldTable() -> Iterator[str]:
    """Yield lines: figures of the field's grid, trilinear, at 15 degrees a joint in marked spines."""
    yield (f"{'':34}{'worst body (0.3 mm)':>20}{'least Jacobian (0.1)':>22}{'inverse p95 (0.1 mm)':>22}"
           f"{'shown p95':>11}")  # fmt: skip
    for region in HELD:
        for flexion in (FLEXION_DEG, JOINT_DEG, -JOINT_DEG):
            field = _field(region, flexion)
            found = fieldQuality(field, field.displacementGrid(_fullGrid(region, np.eye(4))))
            name = f"{region}, {flexion:+.0f} deg a joint"
            yield (f"{name:34}{found.worstBodyMm:>16.2f}, {found.worstBody}{found.leastJacobian:>22.3f}"
                   f"{found.inverse95Mm:>22.4f}{found.shownInverse95Mm:>11.3f}")  # fmt: skip


def compareSpeedTable() -> Iterator[str]:
    """Yield lines: seconds (medians) for stacks of 15 x 512 x 512, beside SimpleITK's work with the same field."""
    for region, held in (("lumbar", "L3"), ("cervical", "C5")):
        for name, job in _jobs(region, held).items():
            yield f"{region + ', ' + name:50}{_median(job):>8.2f} s"


def _jobs(region: str, held: str) -> dict[str, Callable[[], Any]]:
    spine = Phantom(region, FLEXION_DEG)
    motion = spine.motions[held]
    reference = spine.image(False, _fullGrid(region, np.eye(4)), 1)
    moving = spine.image(True, _fullGrid(region, motion), 2)
    points = np.array(list(spine.corners[held].values()))
    field, strong = _field(region, FLEXION_DEG), _field(region, JOINT_DEG)
    grid = field.displacementGrid(reference.geometry)
    return {
        "field, 5 deg a joint (limit 1.5)": lambda: field.displacementGrid(reference.geometry),
        "field, 15 deg a joint (limit 1.5)": lambda: strong.displacementGrid(reference.geometry),
        "difference map, one held (limit 1)": lambda: differenceMap(reference, moving, motion, points),
        "difference map, unbent (limit 1)": lambda: differenceMap(reference, moving, grid, points),
        "SimpleITK: resample alone, by the field": lambda: _resampledBySimpleITK(reference, moving, grid),
        "SimpleITK: the field's grid at all voxels": lambda: _fieldBySimpleITK(reference, grid),
    }


def _field(region: str, flexionDeg: float) -> PolyrigidField:
    corners = spineOf("phantom", region, FLEXION_DEG).corners
    # The joint of T12 and L1 is not in the table.
    kept = {level: own for level, own in corners.items() if level != "T12"}
    motions = boneMotions(kept, dict.fromkeys(segmentsOf(kept), (flexionDeg, 0.0, 0.0)))
    return PolyrigidField(withSkin(rigidBodies(kept, motions)))


def _fullGrid(region: str, motion: NDArray[np.float64]) -> VolumeGeometry:
    corners = spineOf("phantom", region, FLEXION_DEG).corners
    middle = np.mean([np.mean(list(own.values()), axis=0) for own in corners.values()], axis=0)
    axes = gridAbout(middle, region, [2.0, -1.5, 1.0], 1.0, 1.0).ijkToRAS[:3, :3]
    matrix = np.eye(4)
    matrix[:3, :3] = axes * [IN_PLANE_MM[region], IN_PLANE_MM[region], 3.3]
    matrix[:3, 3] = middle - matrix[:3, :3] @ (0.5 * (np.array(FULL) - 1))
    return movedGrid(geometryOf(matrix, FULL), motion)


def _resampledBySimpleITK(reference: GrayVolume, moving: GrayVolume, grid: DisplacementGrid) -> Any:
    import SimpleITK as sitk

    fixed, image = imageOf(reference.voxels, reference.geometry), imageOf(moving.voxels, moving.geometry)
    return sitk.Resample(image, fixed, sitk.DisplacementFieldTransform(_fieldImage(grid)), sitk.sitkLinear, 0.0)


def _fieldBySimpleITK(reference: GrayVolume, grid: DisplacementGrid) -> Any:
    import SimpleITK as sitk

    fixed = imageOf(reference.voxels, reference.geometry)
    transform = sitk.DisplacementFieldTransform(_fieldImage(grid))
    return sitk.TransformToDisplacementField(
        transform, sitk.sitkVectorFloat32, fixed.GetSize(), fixed.GetOrigin(), fixed.GetSpacing(), fixed.GetDirection()
    )


def _fieldImage(grid: DisplacementGrid) -> Any:
    geometry = geometryOf(grid.ijkToRAS, grid.displacements_RAS.shape[2::-1])
    # SimpleITK's world is LPS.
    return imageOf(grid.displacements_RAS * [-1.0, -1.0, 1.0], geometry, isVector=True)


def _median(job: Callable[[], Any]) -> float:
    job()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))
