"""Where each vertebra's body lies and how it is turned: its own midsagittal plane, from its shape and its canal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Segmentations.LabelTable import BODY, CANAL, CORD
from DynamicSpineLib.Segmentations.MaskField import Array, MaskField, centersOf, maskField
from DynamicSpineLib.Segmentations.SpineLabels import BONE, SpineLabels, placeNumber

MIDLINE_MM = 4.0
"""How far off the bone's lateral middle the center of a body is looked for where body and arch are one label."""

FEWEST_VOXELS = 30
"""Less bone tells no shape."""

AROUND_MM = 30.0
"""Canal within this height above and below a body's center tells where its back is."""

BESIDE_MM, FEWEST_BESIDE = 8.0, 20
"""Canal right behind the body is enough where it has this many voxels within this height."""

LEAST_LEVER_MM = 1.5
"""A direction from the body's center is believed where what gives it lies at least this far away."""

NEXT_TO_PLATE_MM = 14.0
"""Height of the part of the axis and of the sacrum that counts as next to their endplate."""

POINTS = 3000
ROUNDS = (8.0, 4.0, 2.0, 1.0, 0.5)
"""Steps of the search for the plane of symmetry, degrees about either axis; sideways a quarter of them, in mm."""

LEAST_GAIN = 1e-5
_WAYS = tuple(sign * np.array(way) for way in ((1, 0, 0), (0, 1, 0), (0, 0, 0.25)) for sign in (1.0, -1.0))


@dataclass(frozen=True)
class VertebraFrame:
    """Axes of one vertebra as unit vectors in RAS, and the center of its body; the midsagittal plane holds no `right`.

    symmetry: share (0 to 1) of the bone that its own mirror image covers.
    """

    level: str
    center_RAS: Array
    right_RAS: Array
    anterior_RAS: Array
    cranial_RAS: Array
    symmetry: float = 0.0

    def points(self, u: Array, v: Array, x: float = 0.0) -> Array:
        """RAS points (..., 3) at u mm in front, v mm above and x mm right of the center."""
        return np.asarray(
            self.center_RAS + x * self.right_RAS
            + np.asarray(u)[..., None] * self.anterior_RAS + np.asarray(v)[..., None] * self.cranial_RAS
        )  # fmt: skip

    def local(self, points_RAS: Array) -> Array:
        """(..., 3) right, anterior, cranial in mm of RAS points."""
        return np.asarray((points_RAS - self.center_RAS) @ np.column_stack([self.right_RAS, self.anterior_RAS,
                                                                            self.cranial_RAS]))  # fmt: skip

    def turned(self, angleDeg: float, u: float = 0.0, v: float = 0.0) -> VertebraFrame:
        """The frame turned in its own plane (anterior towards cranial positive) about the new center (u, v)."""
        cosine, sine = np.cos(np.radians(angleDeg)), np.sin(np.radians(angleDeg))
        anterior = cosine * self.anterior_RAS + sine * self.cranial_RAS
        cranial = cosine * self.cranial_RAS - sine * self.anterior_RAS
        center = self.points(np.array(u), np.array(v))
        return VertebraFrame(self.level, center, self.right_RAS, anterior, cranial, self.symmetry)


def vertebraFrames(spine: SpineLabels) -> dict[str, VertebraFrame]:
    """The frame of every vertebra of which there are FEWEST_VOXELS or more, cranial to caudal."""
    centers: dict[str, Array] = {}
    counts = np.bincount(spine.places[spine.mask(*BONE)].ravel(), minlength=len(CANONICAL_LEVELS) + 1)
    levels = [level for level in spine.levels if counts[placeNumber(level)] >= FEWEST_VOXELS]
    for level in levels:
        above = centers[levels[levels.index(level) - 1]] if level == "S1" and level != levels[0] else None
        centers[level] = bodyCenter(spine, level, above)
    canal = centersOf(spine.mask(CANAL, CORD), spine.geometry, 20 * POINTS)
    frames = {}
    for level in centers:
        rough = _roughFrame(spine, level, centers, canal)
        frames[level] = _symmetric(spine, rough)
    return frames


def bodyCenter(spine: SpineLabels, level: str, above_RAS: Array | None = None) -> Array:
    """(3,) RAS: the middle of the body, or of the thickest midline part where the bone is one label.

    Of the axis and the sacrum, which have one endplate, it is the middle of what lies next to that.
    above_RAS: center of the body above, where it is known: the sacrum's endplate looks there.
    """
    from scipy.ndimage import distance_transform_edt

    body = spine.mask(BODY, level=level)
    if np.any(body):
        points = centersOf(body, spine.geometry)
        return np.asarray(points[_nearPlate(points, level, above_RAS)].mean(axis=0))
    bone = spine.bone(level)
    points = centersOf(bone, spine.geometry)
    kji = np.argwhere(bone)
    low, high = kji.min(axis=0), kji.max(axis=0) + 1
    block = np.pad(bone[tuple(slice(a, b) for a, b in zip(low, high, strict=True))], 1)
    depth = distance_transform_edt(block, sampling=spine.geometry.spacingMm[::-1])[1:-1, 1:-1, 1:-1]
    depths = depth[tuple((kji - low).T)]
    offMiddle = np.abs(points[:, 0] - points[:, 0].mean())
    near = offMiddle <= max(MIDLINE_MM, float(offMiddle.min()) + 1e-6)
    if level != "S1":
        near &= _inFront(points, near)
    near[near] = _nearPlate(points[near], level, above_RAS)
    best = near & (depths >= 0.9 * depths[near].max())
    return np.asarray(points[best].mean(axis=0))


def _inFront(points: Array, near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True for the front half of a bone in the midline, where the body is: the spinous process may be as thick."""
    back, front = np.percentile(points[near, 1], [2.0, 98.0])
    return np.asarray(points[:, 1] >= 0.5 * (back + front))


def _nearPlate(points: Array, level: str, above_RAS: Array | None) -> NDArray[np.bool_]:
    """True for the points of the axis or the sacrum that lie next to its endplate; for all of other bones."""
    if level not in ("C2", "S1"):
        return np.ones(len(points), dtype=bool)
    way = np.array([0.0, 0.0, -1.0 if level == "C2" else 1.0])
    if above_RAS is not None:
        nearest = points[np.argsort(np.linalg.norm(points - above_RAS, axis=1))[: max(len(points) // 20, 1)]]
        way = above_RAS - nearest.mean(axis=0)
        way = way / np.linalg.norm(way)
    reach = points @ way
    return np.asarray(reach > np.percentile(reach, 98.0) - NEXT_TO_PLATE_MM)


def _roughFrame(spine: SpineLabels, level: str, centers: Mapping[str, Array], canal: Array) -> VertebraFrame:
    """Cranial along the neighbors' centers, posterior towards the canal (else the arch, else as the patient lies)."""
    center = centers[level]
    cranial = _alongChain(level, centers)
    behind = np.array([0.0, -1.0, 0.0])
    if len(canal):
        offset = canal - center
        near = (np.abs(offset @ cranial) < AROUND_MM) & (np.linalg.norm(offset, axis=1) < 2.0 * AROUND_MM)
        beside = near & (np.abs(offset @ cranial) < BESIDE_MM)
        near = beside if np.count_nonzero(beside) > FEWEST_BESIDE else near
        if np.any(near):
            behind = offset[near].mean(axis=0)
    if not len(canal) or np.linalg.norm(behind) < LEAST_LEVER_MM:
        arch = centersOf(spine.bone(level), spine.geometry, POINTS) - center
        behind = arch.mean(axis=0) if np.linalg.norm(arch.mean(axis=0)) > LEAST_LEVER_MM else behind
    behind = behind - (behind @ cranial) * cranial
    anterior = -behind / np.linalg.norm(behind)
    return VertebraFrame(level, center, np.cross(anterior, cranial), anterior, cranial)


def _alongChain(level: str, centers: Mapping[str, Array]) -> Array:
    """(3,) unit vector from the vertebra below to the one above, as far as there are any."""
    levels = list(centers)
    index = levels.index(level)
    above, below = levels[max(index - 1, 0)], levels[min(index + 1, len(levels) - 1)]
    if above == below:
        return np.array([0.0, 0.0, 1.0])
    way = centers[above] - centers[below]
    return np.asarray(way / np.linalg.norm(way))


def _symmetric(spine: SpineLabels, rough: VertebraFrame) -> VertebraFrame:
    """The frame turned about its cranial and anterior axes and moved sideways to where the bone mirrors itself best."""
    bone = spine.bone(rough.level)
    field = maskField(bone, spine.geometry)
    points = centersOf(bone, spine.geometry, POINTS)
    best, score = rough, _mirrored(field, points, rough)
    for step in ROUNDS:
        improved = True
        while improved:
            moved = [_moved(best, *(step * np.array(way))) for way in _WAYS]
            scores = [_mirrored(field, points, candidate) for candidate in moved]
            improved = max(scores) > score + LEAST_GAIN
            if improved:
                best, score = moved[int(np.argmax(scores))], max(scores)
    return VertebraFrame(best.level, best.center_RAS, best.right_RAS, best.anterior_RAS, best.cranial_RAS, score)


def _mirrored(field: MaskField, points: Array, frame: VertebraFrame) -> float:
    """Mean field at the mirror images of points, as far as these lie in the volume."""
    across = (points - frame.center_RAS) @ frame.right_RAS
    images = points - 2.0 * across[:, None] * frame.right_RAS
    known = field.inField(images)
    if np.count_nonzero(known) < 0.2 * len(points):
        return 0.0
    return float(field.at(images[known]).mean())


def _moved(frame: VertebraFrame, yawDeg: float, rollDeg: float, sideMm: float) -> VertebraFrame:
    yaw, roll = np.radians([yawDeg, rollDeg])
    right = frame.right_RAS + np.tan(yaw) * frame.anterior_RAS + np.tan(roll) * frame.cranial_RAS
    right = right / np.linalg.norm(right)
    cranial = frame.cranial_RAS - (frame.cranial_RAS @ right) * right
    cranial = cranial / np.linalg.norm(cranial)
    center = frame.center_RAS + sideMm * frame.right_RAS
    return VertebraFrame(frame.level, center, right, np.cross(cranial, right), cranial)
