"""Where patches of one spine might lie in another image: correlation over places, slices and angles, coarsely.

The moving image is cut into its own slices at a coarse pixel. A template is the reference image around a bone, laid
into the plane of these slices and turned. Angles are about the slices' normal; zero keeps patient axes as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Planes import unit3
from DynamicSpineLib.Geometry.Rigid import aligningRotation, rigid, rotationMatrix
from DynamicSpineLib.Registration.BoneRegion import BoneRegion
from DynamicSpineLib.Registration.GrayImage import GrayImage, grayImage
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

Array = NDArray[np.float64]

BRIGHTEST_PERCENTILE = 98.0
THICK_MM = 3.0
"""Thinner slices are averaged to about this thickness."""

LEAST_SCORE, APART_MM = 0.2, 3.0
"""Candidates have at least this correlation, and none better in their slice within this distance."""

PATCH_SHARE, LEAST_PATCH_MM = 1.0, 15.0
"""Radius of a template as a share of the region's reach, and its least: small bones need their surroundings."""


@dataclass(frozen=True)
class SearchImage:
    """Coarse slices (S, H, W) of gray values between 0 and about 1, and the matrix from (column, row, slice) to RAS."""

    slices: NDArray[np.float32]
    ijkToRAS: Array
    pixelMm: float

    @property
    def axes(self) -> Array:
        """Unit vectors (3, 3) in RAS as rows: along columns, along rows, across the slices."""
        return np.asarray(unit3(self.ijkToRAS[:3, :3].T))

    def across(self, left_RAS: Array) -> Array:
        """Unit normal of the slices on the side of a left-pointing vector."""
        first, second, _ = self.axes
        normal = np.cross(first, second)
        return np.asarray(normal if normal @ left_RAS >= 0 else -normal)


@dataclass(frozen=True)
class Place:
    """A candidate for one bone: the motion (4x4 RAS) with its correlation, and its angle in degrees."""

    matrix: Array
    center_RAS: Array
    angleDeg: float
    score: float


def searchImage(volume: GrayVolume, pixelMm: float) -> SearchImage:
    """The volume's slices at about the wanted pixel, with compressed gray values."""
    from scipy.ndimage import zoom

    smooth = grayImage(volume, 0.5 * pixelMm)
    through = volume.geometry.sliceAxis()
    order = [axis for axis in range(3) if axis != through] + [through]
    voxels = np.transpose(smooth.voxels, [2 - axis for axis in reversed(order)])
    spacing = np.array(volume.geometry.spacingMm)[order]
    group = max(round(THICK_MM / spacing[2]), 1)
    count = max(voxels.shape[0] // group, 1)
    voxels = voxels[: count * group].reshape(count, -1, *voxels.shape[1:]).mean(axis=1)
    rows = max(round(voxels.shape[1] * spacing[1] / pixelMm), 1)
    columns = max(round(voxels.shape[2] * spacing[0] / pixelMm), 1)
    factors = (1.0, rows / voxels.shape[1], columns / voxels.shape[2])
    slices = compressed(zoom(voxels, factors, order=1, grid_mode=True, mode="nearest"))
    steps = np.array([1.0 / factors[2], 1.0 / factors[1], float(group)])
    matrix = volume.geometry.ijkToRAS[:, [*order, 3]]
    start = matrix @ np.array([*(0.5 * steps - 0.5), 1.0])
    toRAS = np.column_stack([matrix[:, :3] * steps, start])
    return SearchImage(np.ascontiguousarray(slices, dtype=np.float32), toRAS, float(np.linalg.norm(toRAS[:3, 0])))


def compressed(voxels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Square root of gray values over their 98th percentile: bright fat and fluid must not outvoice bone."""
    bright = float(np.percentile(voxels, BRIGHTEST_PERCENTILE))
    share = np.clip(voxels / bright, 0.0, 1.5) if bright > 0 else np.zeros_like(voxels)
    return np.asarray(np.sqrt(share), dtype=np.float32)


def patchRadiusMm(region: BoneRegion) -> float:
    """Radius of the template around a bone."""
    return max(PATCH_SHARE * region.reachMm, LEAST_PATCH_MM)


class PlaceFinder:
    """Finds candidates of bones in one moving image; transforms of the image are made once per template size."""

    def __init__(self, image: SearchImage, radiusMm: float) -> None:
        from scipy import fft

        self._image = image
        self._radius = int(np.ceil(radiusMm / image.pixelMm))
        self._radiusMm = radiusMm
        _, height, width = image.slices.shape
        self._shape = (fft.next_fast_len(height + 2 * self._radius, real=True),
                       fft.next_fast_len(width + 2 * self._radius, real=True))  # fmt: skip
        self._window = self._windowOf()
        self._transformed = fft.rfft2(image.slices, self._shape, workers=2)
        self._mean, self._spread = self._localMoments()

    def candidates(
        self, reference: GrayImage, region: BoneRegion, anglesDeg: Sequence[float], most: int
    ) -> list[Place]:
        """The best places of a bone, each at its best angle, best first. reference: compressed gray values."""
        normal = self._image.across(region.axes[0])
        aligned = aligningRotation(region.axes[0], normal)
        turns = [rotationMatrix(np.radians(angle) * normal) @ aligned for angle in anglesDeg]
        highest = np.full(self._image.slices.shape, LEAST_SCORE, dtype=np.float32)
        chosen = np.zeros(self._image.slices.shape, dtype=np.int16)
        for index, turn in enumerate(turns):
            scores = self._correlation(reference, region, turn)
            chosen[scores > highest] = index
            np.maximum(highest, scores, out=highest)
        return [self._place(index, region, turns, anglesDeg, float(highest[index]), int(chosen[index]))
                for index in self._peaks(highest, most)]  # fmt: skip

    def _windowOf(self) -> NDArray[np.float32]:
        side = np.arange(-self._radius, self._radius + 1) * self._image.pixelMm
        distance = np.hypot(*np.meshgrid(side, side, indexing="ij"))
        window = np.clip(1.5 * (1.0 - distance / (self._radiusMm + 0.5)), 0.0, 1.0)
        return np.asarray(window / window.sum(), dtype=np.float32)

    def _correlated(self, transformed: Array, kernel: NDArray[np.floating]) -> NDArray[np.float32]:
        """Sum over the window at every pixel (S, H, W) of the padded image times the kernel."""
        from scipy import fft

        wide = fft.rfft2(kernel.astype(np.float32), self._shape)
        product = fft.irfft2(transformed * np.conj(wide), self._shape, workers=2)
        height, width = self._image.slices.shape[1:]
        rolled = np.roll(product, (self._radius, self._radius), axis=(1, 2))
        return np.asarray(rolled[:, :height, :width])

    def _localMoments(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        from scipy import fft

        mean = self._correlated(self._transformed, self._window)
        squares = fft.rfft2(self._image.slices**2, self._shape, workers=2)
        variance = self._correlated(squares, self._window) - mean**2
        return mean, np.sqrt(np.maximum(variance, 1e-4))

    def _correlation(self, reference: GrayImage, region: BoneRegion, turn: Array) -> NDArray[np.float32]:
        """Weighted correlation (S, H, W) of the turned template with the image around every pixel."""
        first, second, _ = self._image.axes
        side = np.arange(-self._radius, self._radius + 1) * self._image.pixelMm
        offsets = side[:, None, None] * second + side[None, :, None] * first
        points = region.center_RAS + offsets.reshape(-1, 3) @ turn
        patch = reference.sampled(points).values.reshape(len(side), len(side))
        centered = patch - (self._window * patch).sum()
        size = np.sqrt((self._window * centered**2).sum())
        kernel = self._window * centered / max(float(size), 1e-3)
        return np.asarray(self._correlated(self._transformed, kernel) / self._spread)

    def _peaks(self, scores: NDArray[np.float32], most: int) -> list[tuple[int, int, int]]:
        """Indices (slice, row, column) of the highest pixels that are so among those around them, best first."""
        from scipy.ndimage import maximum_filter

        apart = max(round(APART_MM / self._image.pixelMm), 1)
        around = maximum_filter(scores, size=(1, 2 * apart + 1, 2 * apart + 1))
        k, j, i = np.nonzero((scores >= around) & (scores > LEAST_SCORE))
        best = np.argsort(-scores[k, j, i], kind="stable")[:most]
        return [(int(k[item]), int(j[item]), int(i[item])) for item in best]

    def _place(
        self, index: tuple[int, int, int], region: BoneRegion, turns: Sequence[Array], anglesDeg: Sequence[float],
        score: float, angleIndex: int,
    ) -> Place:  # fmt: skip
        center = self._image.ijkToRAS[:3, :3] @ np.array(index[::-1]) + self._image.ijkToRAS[:3, 3]
        turn = turns[angleIndex]
        return Place(rigid(turn, center - turn @ region.center_RAS), center, float(anglesDeg[angleIndex]), score)
