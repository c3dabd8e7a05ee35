"""The classic mistake: a whole chain one level off. The neighbors' places are tried for every bone.

Bodies look alike, but the right ones look more alike: a chain's worth is what its bones explain of the moved image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Rigid import rigid
from DynamicSpineLib.Registration.BoneRegion import BoneRegion
from DynamicSpineLib.Registration.ChainSearch import Joint
from DynamicSpineLib.Registration.FitChain import FittedBone, fitFrom, helpedByNeighbors, startsFromNeighbor
from DynamicSpineLib.Registration.GrayImage import GrayImage

Array = NDArray[np.float64]

NEAR_SHIFTS, FAR_SHIFTS = (-1, 1), (-2, 2)
CLOSE, BETTER_BY = 0.8, 1.1
"""A shifted chain that is worth this much of the one found gets its neighbors' help; it must be worth so much more."""


@dataclass(frozen=True)
class Rivals:
    """The likeliest chain, and how much of its worth the best chain a level or two off has; 1 and more beat it."""

    bones: dict[str, FittedBone]
    share: float


def likeliestChain(
    bones: Mapping[str, FittedBone], image: GrayImage, joints: Mapping[str, Joint], shifts: Sequence[int]
) -> Rivals:
    """The fitted bones, or those of a chain some levels higher or lower that explains the image better."""
    chains = [dict(bones), *(shiftedChain(bones, image, joints, shift) for shift in shifts)]
    near = CLOSE * chainWorth(bones)
    chains[1:] = [helpedByNeighbors(chain, image, joints, frozenset()) if chainWorth(chain) > near else chain
                  for chain in chains[1:]]  # fmt: skip
    worths = [chainWorth(chain) for chain in chains]
    best = max(range(1, len(chains)), key=lambda index: worths[index])
    chosen = best if worths[best] > BETTER_BY * worths[0] else 0
    others = [worth for index, worth in enumerate(worths) if index != chosen]
    return Rivals(chains[chosen], max(others) / max(worths[chosen], 1e-6))


def chainWorth(bones: Mapping[str, FittedBone]) -> float:
    """Sum over bones of what each explains of the image, -ln(1 - similarity squared), by its share in the field."""
    return sum(-np.log(1.0 - min(max(bone.similarity, 0.0), 0.9999) ** 2) * bone.refined.overlap
               for bone in bones.values() if bone.refined is not None)  # fmt: skip


def shiftedChain(
    bones: Mapping[str, FittedBone], image: GrayImage, joints: Mapping[str, Joint], shift: int
) -> dict[str, FittedBone]:
    """Every bone fitted anew where the one `shift` levels below was found; those at the end from their neighbors."""
    levels = list(bones)
    shifted = {level: replace(bone, refined=None) for level, bone in bones.items()}
    for index, level in enumerate(levels):
        other = bones[levels[index + shift]] if 0 <= index + shift < len(levels) else None
        if other is not None and other.refined is not None:
            start = other.refined.matrix @ _ontoOther(shifted[level].region, other.region)
            shifted[level] = fitFrom(shifted[level], image, [start])
    # The end that has no bone to follow lies on the side to which the chain was shifted.
    inward = -1 if shift > 0 else 1
    for index in range(len(levels)) if shift > 0 else range(len(levels) - 1, -1, -1):
        level = levels[index]
        if shifted[level].refined is None and 0 <= index + inward < len(levels):
            joint = joints[levels[min(index, index + inward)]]
            starts = startsFromNeighbor(shifted[level], shifted[levels[index + inward]], image, joint, 1)
            shifted[level] = fitFrom(shifted[level], image, starts)
    return shifted


def _ontoOther(region: BoneRegion, other: BoneRegion) -> Array:
    """The motion (4x4) that lays one bone onto another in the reference position, by their frames."""
    turn = other.axes.T @ region.axes
    return rigid(turn, other.center_RAS - turn @ region.center_RAS)
