"""A straight piece of neck in closed form: two bodies, and a canal of even layers whose borders are known exactly."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.CarriedBone import ImagedSpine
from DynamicSpineLib.Study.Marks import Contour, Landmark, landmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

CHAIN = Chain(("C5", "C6"))
SIGNALS = {"front": 150.0, "CA": 1000.0, "KA": 400.0, "KP": 1000.0, "CP": 110.0, "LP": 300.0}
"""Gray value behind each border; `front`: in front of the canal."""

USUAL = {"CA": 0.0, "KA": 2.0, "KP": 9.5, "CP": 12.0, "LP": 14.0}
BLUR_MM = 0.5


def straightVolume(borders=None, seed=None, noise=15.0, spacingMm=0.7, gain=1.0, backAt=None):
    """Voxels of the canal with its borders at depths in mm (USUAL where not named); depth runs backward from A = 0.

    backAt: depth of CP as a function of S (mm), for a canal that is narrow at one place; LP stays.
    """
    depths = {**USUAL, **(borders or {})}
    size = (round(56.0 / spacingMm), round(60.0 / spacingMm), 5)
    origin = (-8.0, 28.0, 30.0)
    geometry = VolumeGeometry(
        size, (spacingMm, spacingMm, 4.0), origin, ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
    )
    depth = (np.arange(size[0]) * spacingMm - origin[1])[None, :]
    cranial = (origin[2] - np.arange(size[1]) * spacingMm)[:, None]
    plane = np.full((size[1], size[0]), SIGNALS["front"])
    before = SIGNALS["front"]
    for code in ("CA", "KA", "KP", "CP", "LP"):
        at = backAt(cranial) if code == "CP" and backAt is not None else depths[code]
        plane = plane + (SIGNALS[code] - before) * ndtr((depth - at) / BLUR_MM)
        before = SIGNALS[code]
    voxels = np.repeat(plane[None], size[2], axis=0) * gain
    if seed is not None:
        voxels = voxels + gain * noise * np.random.default_rng(seed).standard_normal(voxels.shape)
    return GrayVolume(voxels.astype(np.float32), geometry)


def straightMarks(borders=None):
    """Marks of C5, C6 and C5C6 for the canal of `straightVolume`; the bodies' backs lie at depth -1."""
    depths = {**USUAL, **(borders or {})}
    points = {}
    for level, middle in (("C5", 9.0), ("C6", -9.0)):
        for code, front, up in (("SA", 17.0, 6.0), ("SP", 1.0, 6.0), ("IA", 17.0, -6.0), ("IP", 1.0, -6.0)):
            points[f"{level}_{code}"] = (0.0, front, middle + up)
        points[f"{level}_SL"] = (0.0, -depths["CP"], middle)
        points.update({f"{level}_{code}": (0.0, -depths[code], middle) for code in ("KA", "KP")})
    points.update({f"C5C6_{code}": (0.0, -depth, 0.0) for code, depth in depths.items()})
    points["C5C6_TA"], points["C5C6_TP"] = (0.0, -depths["CA"] - 0.3, 0.0), (0.0, -depths["CP"] + 0.5, 0.0)
    angles = np.arange(12) * np.pi / 6.0
    middle, half = 0.5 * (0.3 + depths["CP"] - 0.5), 0.5 * (depths["CP"] - 0.8)
    sac = tuple((9.0 * float(np.cos(a)), -middle - half * float(np.sin(a)), 0.0) for a in angles)
    landmarks = [Landmark(name, tuple(map(float, point))) for name, point in points.items()]
    return landmarkSet(landmarks, [Contour("C5C6_DS", sac)])


def imaged(volume, marks, id="a", obeyed=()):
    """A position as carrying sees it."""
    points = {name: marks.point(name) for name in marks.landmarks}
    return ImagedSpine(id, volume, points, frozenset(obeyed))


def posed(volume, pose):
    """The volume's grid moved with the patient."""
    geometry = volume.geometry
    moved = VolumeGeometry(
        geometry.size, geometry.spacingMm, tuple(pose[:3, :3] @ geometry.origin_RAS + pose[:3, 3]),
        tuple(tuple(pose[:3, :3] @ axis) for axis in geometry.directions_RAS),
    )  # fmt: skip
    return GrayVolume(volume.voxels, moved)
