"""Both images of a carry at the scales it works at: made once for all bones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from DynamicSpineLib.Registration.GrayImage import GrayImage, grayImage
from DynamicSpineLib.Registration.SearchImage import SearchImage, compressed, searchImage
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

SEARCH_MM, COARSE_MM, MIDDLE_MM, FINE_MM = 1.6, 1.5, 1.0, 0.4
"""Pixel of the search; SDs of the smoothing of the first fit, which reaches far, of what a fit is judged by, and of the
last fit, which is exact."""

BLANK_SHARE = 0.02
"""An image whose gray values spread by less than this share of their size shows nothing."""


@dataclass(frozen=True)
class CarryImages:
    """The reference and the moved image: compressed and coarse for the search, smoothed for fits and their verdicts."""

    template: GrayImage
    search: SearchImage
    coarse: tuple[GrayImage, GrayImage]
    compressed: tuple[GrayImage, GrayImage]
    middle: tuple[GrayImage, GrayImage]
    fine: tuple[GrayImage, GrayImage]


def carryImages(reference: GrayVolume, moved: GrayVolume) -> CarryImages:
    """All images that carrying between two volumes needs."""
    coarse = (grayImage(reference, COARSE_MM), grayImage(moved, COARSE_MM))
    return CarryImages(
        _compressed(grayImage(reference, 0.5 * SEARCH_MM)), searchImage(moved, SEARCH_MM),
        coarse, (_compressed(coarse[0]), _compressed(coarse[1])),
        (grayImage(reference, MIDDLE_MM), grayImage(moved, MIDDLE_MM)),
        (grayImage(reference, FINE_MM), grayImage(moved, FINE_MM)),
    )  # fmt: skip


def _compressed(image: GrayImage) -> GrayImage:
    return replace(image, voxels=compressed(image.voxels))


def isBlank(volume: GrayVolume) -> bool:
    """True for an image without contrast."""
    finite = volume.voxels[np.isfinite(volume.voxels)]
    if not finite.size:
        return True
    low, high = np.percentile(finite, [5.0, 99.5])
    return bool(high - low <= BLANK_SHARE * max(abs(float(high)), 1e-6))
