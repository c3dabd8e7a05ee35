"""How alike two images are where they lie on each other: whether their difference means anatomy at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.DifferenceBlocks import Array, Blocks
from DynamicSpineLib.Study.VolumeVoxels import Voxels

LEAST_ALIKE = 0.3
"""Correlation under which two images are not of one kind. Of the same sequence, with 2 to 4 % noise, it was 0.56 and
more about a held vertebra; of an image beside a simulated CT it was 0.0 and less."""

MOST_REVERSED = 0.05
"""Share of blocks with reversed gray values above which the contrast is another one. Of the same sequence it was 0
about every one of 54 held vertebrae; with fluid dark and fat bright in one image it was more about 50 of them."""

PREDICTED, UNRISING = 0.4, 0.2
"""A block is reversed where one image fixes more than PREDICTED of the other's variance, by whatever relation, and yet
their correlation is below UNRISING."""

STEPS = 8
NEAR_MM = 40.0
"""Blocks whose middle lies so near to the held vertebra count."""


@dataclass(frozen=True)
class Likeness:
    """correlation: that of the images in blocks, upper quartile. reversedShare: see MOST_REVERSED. Where it is not
    known which vertebra is held, the correlation is the 90th percentile and the share 0."""

    correlation: float
    reversedShare: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a picture of the difference must say of it."""
        if self.correlation < LEAST_ALIKE:
            return ("the two images are not alike: their difference is not anatomy",)
        if self.reversedShare > MOST_REVERSED:
            return ("other contrast: what is bright in one image is dark in the other, differences are not anatomy",)
        return ()


def likeness(
    reference: Voxels, matched: Voxels, inside: NDArray[np.bool_], blocks: Blocks,
    near: NDArray[np.bool_] | None = None, liesEverywhere: bool = True,
) -> Likeness:  # fmt: skip
    """Likeness of two images (k, j, i) on one grid in the blocks (k, j, i) that are near, or in all.

    liesEverywhere: whether the same anatomy lies on itself in all of these; if not, the best ones only are judged.
    Where nothing is near, or nothing varies, the images are not alike.
    """
    own, other = blocks.gathered(reference), blocks.gathered(np.where(inside, matched, np.float32(np.nan)))
    known = np.isfinite(own) & np.isfinite(other)
    count = known.sum(axis=-1)
    heard = count >= max(0.5 * count.max(), 2.0 * STEPS)
    if near is not None:
        heard &= near
    if not heard.any():
        return Likeness(0.0, 0.0)
    mask = known[heard]
    first, second = _centered(own[heard], mask), _centered(other[heard], mask)
    size = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    correlation = (first * second).sum(axis=-1) / np.maximum(size, 1e-12)
    told = np.maximum(_explained(first, second, mask), _explained(second, first, mask)) > PREDICTED
    reversedShare = float((told & (correlation < UNRISING)).sum() / max(int(told.sum()), 1))
    if not liesEverywhere:
        return Likeness(float(np.quantile(correlation, 0.9)), 0.0)
    return Likeness(float(np.quantile(correlation, 0.75)), reversedShare)


def _centered(values: Voxels, mask: NDArray[np.bool_]) -> Array:
    """Values (blocks, N) less their block's mean, 0 where unknown."""
    known = np.where(mask, values, 0.0)
    mean = known.sum(axis=-1, keepdims=True) / mask.sum(axis=-1, keepdims=True)
    return np.where(mask, known - mean, 0.0)


def _explained(values: Array, by: Array, mask: NDArray[np.bool_]) -> Array:
    """Share (blocks) of the variance of centered values that their means within STEPS equal parts of `by` explain."""
    order = np.argsort(np.where(mask, by, np.inf), axis=-1)
    values, known = np.take_along_axis(values, order, axis=-1), np.take_along_axis(mask, order, axis=-1)
    # Unknown ones come last; each block's known ones are cut into equal parts.
    part = np.arange(values.shape[-1]) * STEPS // known.sum(axis=-1, keepdims=True)
    between = np.zeros(len(values))
    for step in range(STEPS):
        within = known & (part == step)
        between += np.where(within, values, 0.0).sum(axis=-1) ** 2 / np.maximum(within.sum(axis=-1), 1)
    return between / np.maximum((values**2).sum(axis=-1), 1e-12)
