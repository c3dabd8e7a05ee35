"""Two positions' gray values brought to one scale: a smooth receive gain and one relation of gray values for all.

The relation (window scale, echo time) is a property of the sequence, so it is the same all over and rising; the gain is
smooth over distances longer than any bone or canal. What is left is change of anatomy, or a contrast that no rising
relation explains; `DifferenceLikeness` tells these apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.DifferenceBlocks import Array, Blocks, quantiles
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.VolumeVoxels import Voxels

GAIN_MM = 25.0
"""SD of the Gaussian over which the gain is smooth: its full width, 59 mm, is twice a lumbar vertebra with its disc."""

SHARES = (0.005, 0.02, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.998)
"""Shares of the voxels whose gray values are made equal."""

VOXELS_READ = 100_000
"""About so many voxels give the shares."""

LEAST_SIGNAL_SHARE = 0.06
"""Darker than this share of the bright tissue (99th percentile) says nothing of gain."""

STEADY_LOG = 0.05
"""Scatter of log gain within a block under which a block counts no more for being steadier."""

ROUNDS = 4


@dataclass(frozen=True)
class Relation:
    """A rising relation between gray values: from (N,) to (N,), straight between and beyond."""

    source: Array
    target: Array

    @property
    def slope(self) -> float:
        """Mean slope between the outermost shares."""
        return float((self.target[-2] - self.target[1]) / (self.source[-2] - self.source[1]))

    def applied(self, voxels: Voxels) -> Voxels:
        """Gray values carried over, float32."""
        low, high = float(self.source[0]), float(self.source[-1])
        # Straight pieces, looked up in a fine even table: many times faster than a search for each voxel.
        table = np.interp(np.linspace(low, high, 4097), self.source, self.target).astype(np.float32)
        at = (voxels - np.float32(low)) * np.float32(4096.0 / (high - low))
        at = np.clip(at, 0.0, 4095.999, out=at)
        index = at.astype(np.int32)
        at -= index
        steps = np.diff(table)
        found = steps.take(index)
        found *= at
        found += table.take(index)
        return found


@dataclass(frozen=True, eq=False)
class Matched:
    """Moving gray values (k, j, i) on the scale of the reference, and what was multiplied there: the gain in blocks."""

    values: Voxels
    gain: Array
    relation: Relation


def matched(reference: Voxels, moving: Voxels, inside: NDArray[np.bool_], blocks: Blocks) -> Matched:
    """The moving gray values (k, j, i), on the reference's grid, matched to the reference's.

    Medians of blocks are taken, and blocks unlike their surroundings count little, so that motion and local change
    do not move the match. Raises InputError where an image holds no contrast to match.
    """
    own, other = blocks.gathered(reference), blocks.gathered(np.where(inside, moving, np.float32(np.nan)))
    known = np.isfinite(own) & np.isfinite(other)
    ground = _ground(own[known])
    own = np.where(known, own - np.float32(ground), np.float32(0.0))
    filled = np.where(known, other, np.float32(0.0))
    gain = np.zeros(blocks.counts)
    for _ in range(ROUNDS):
        flat = own * np.exp(-gain)[..., None].astype(np.float32)
        relation = _relation(other[known], flat[known])
        gain = _gain(own, np.where(known, relation.applied(filled), np.float32(0.0)), blocks)
    relation = _relation(other[known], (own * np.exp(-gain)[..., None].astype(np.float32))[known])
    values = relation.applied(moving)
    values *= blocks.spread(np.exp(gain))
    values += np.float32(ground)
    return Matched(values, np.exp(gain), relation)


def _ground(values: Voxels) -> float:
    """What to take from the reference's gray values so that they are signals from zero: CT and some exports are not."""
    return min(0.0, float(np.quantile(values, 0.002)))


def _relation(source: Voxels, target: Voxels) -> Relation:
    thin = max(len(source) // VOXELS_READ, 1)
    before, after = (np.maximum.accumulate(np.quantile(values[::thin], SHARES)) for values in (source, target))
    step = float(before[-1] - before[0])
    if not step > 0 or not after[-1] > after[0]:
        raise InputError("one of the two images is of one gray value in the field that they share")
    keep = np.concatenate([[True], np.diff(before) > 1e-6 * step])
    before, after = before[keep], after[keep]
    slope = (after[-1] - after[0]) / step
    # Beyond the outermost shares the relation goes on with its mean slope.
    return Relation(np.concatenate([[before[0] - step], before, [before[-1] + step]]),
                    np.concatenate([[after[0] - slope * step], after, [after[-1] + slope * step]]))  # fmt: skip


def _gain(own: Voxels, other: Voxels, blocks: Blocks) -> Array:
    """Log gain (blocks) of the reference over the moving image."""
    bright = [float(np.quantile(image[image > 0], 0.99)) if np.any(image > 0) else 0.0 for image in (own, other)]
    seen = (own > LEAST_SIGNAL_SHARE * bright[0]) & (other > LEAST_SIGNAL_SHARE * bright[1])
    ratio = np.full(own.shape, np.nan, dtype=np.float32)
    np.log(own, out=ratio, where=seen)
    np.subtract(ratio, np.log(other, where=seen, out=np.zeros_like(other)), out=ratio)
    low, middle, high = quantiles(ratio, (0.25, 0.5, 0.75))
    scatter = np.where(np.isfinite(middle), (high - low) / 1.349, 1.0)
    weight = np.where(np.isfinite(middle), seen.sum(axis=-1) / (STEADY_LOG**2 + scatter**2), 0.0)
    if not np.any(weight > 0):
        return np.zeros(blocks.counts)
    return blocks.smoothed(np.nan_to_num(middle), weight, GAIN_MM)
