"""The classic mistake: a whole chain one level off. Where no level tells itself apart, the neighbors' places are tried.

Bodies look alike, but the right ones look more alike: a chain's worth is what its bones explain of the moved image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Rigid import rigid
from DynamicSpineLib.Registration.BoneRegion import BoneRegion
from DynamicSpineLib.Registration.ChainSearch import Joint
from DynamicSpineLib.Registration.FitChain import FittedBone, fitFrom, helpedByNeighbors
from DynamicSpineLib.Registration.GrayImage import GrayImage

Array = NDArray[np.float64]

SHIFTS = (-2, -1, 1, 2)
BETTER_BY = 1.1
"""A shifted chain must be worth this much more than the one that was found."""


def likeliestChain(
    bones: Mapping[str, FittedBone], image: GrayImage, joints: Mapping[str, Joint]
) -> dict[str, FittedBone]:
    """The fitted bones, or those of a chain one or two levels higher or lower that explains the image better."""
    best, worth = dict(bones), chainWorth(bones)
    least = worth * BETTER_BY
    for shift in SHIFTS:
        tried = shiftedChain(bones, image, joints, shift)
        if chainWorth(tried) > max(least, worth):
            best, worth = tried, chainWorth(tried)
    return best


def chainWorth(bones: Mapping[str, FittedBone]) -> float:
    """Sum over bones of what each explains of the image, -ln(1 - similarity squared), by its share in the field."""
    return sum(-np.log(1.0 - min(max(bone.similarity, 0.0), 0.9999) ** 2) * bone.refined.overlap
               for bone in bones.values() if bone.refined is not None)  # fmt: skip


def shiftedChain(
    bones: Mapping[str, FittedBone], image: GrayImage, joints: Mapping[str, Joint], shift: int
) -> dict[str, FittedBone]:
    """Every bone fitted anew where the one `shift` levels below was found; those at the end from their neighbors."""
    levels = list(bones)
    shifted = {}
    for index, level in enumerate(levels):
        empty = replace(bones[level], refined=None)
        other = bones[levels[index + shift]] if 0 <= index + shift < len(levels) else None
        if other is not None and other.refined is not None:
            empty = fitFrom(empty, image, [other.refined.matrix @ _ontoOther(empty.region, other.region)])
        shifted[level] = empty
    return helpedByNeighbors(shifted, image, joints, frozenset())


def _ontoOther(region: BoneRegion, other: BoneRegion) -> Array:
    """The motion (4x4) that lays one bone onto another in the reference position, by their frames."""
    turn = other.axes.T @ region.axes
    return rigid(turn, other.center_RAS - turn @ region.center_RAS)
