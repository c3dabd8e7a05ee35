"""Which candidates of the bones make a spine: the cheapest chain from top to bottom.

Costs are in units of a squared deviation: a candidate's lack of correlation, and for neighbors how far apart their two
motions leave the middle between them and how far they turn against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Registration.BoneRegion import BoneRegion
from DynamicSpineLib.Registration.SearchImage import Place

Array = NDArray[np.float64]

SCORE_SD = 0.03
"""A loss of correlation that counts as much as one SD of a joint."""

ABSENT_COST = 7.0
"""What leaving a bone out costs: it may be out of the field, or under an implant's void."""

HELD_COST = 1e6
MOST_JOINT_COST = 30.0


@dataclass(frozen=True)
class Joint:
    """How far two neighbors may move against each other: SDs in degrees and mm, in the slices' plane and across."""

    turnSdDeg: float
    slideSdMm: float
    acrossSdMm: float = 5.0


NATIVE_JOINT = Joint(10.0, 3.5)
FUSED_JOINT = Joint(2.5, 1.5)


def bestChain(
    regions: Mapping[str, BoneRegion], usable: Mapping[str, Sequence[Place]], joints: Mapping[str, Joint],
    held: Collection[str] = (),
) -> dict[str, Place | None]:  # fmt: skip
    """The place of each bone in the cheapest chain through candidates by level, None where it is left out.

    Bones go from cranial to caudal, as in `regions`. joints: by the upper level. held: levels that a user's marks
    place, so that they are never left out.
    """
    levels = list(regions)
    skipped = np.concatenate([[0.0], np.cumsum([HELD_COST if level in held else ABSENT_COST for level in levels])])
    costs: list[Array] = []
    origins: list[list[tuple[int, int]]] = []
    for index, level in enumerate(levels):
        own = np.array([(1.0 - place.score) / SCORE_SD for place in usable[level]])
        total = own + skipped[index]
        origin = [(-1, -1)] * len(own)
        for before in range(index):
            if not usable[levels[before]] or not len(own):
                continue
            between = _jointCosts(levels, before, index, regions, usable, joints)
            through = costs[before][:, None] + between + skipped[index] - skipped[before + 1]
            lowest = through.argmin(axis=0)
            reached = own + through[lowest, np.arange(len(own))]
            for item in np.flatnonzero(reached < total):
                total[item], origin[item] = reached[item], (before, int(lowest[item]))
        costs.append(total)
        origins.append(origin)
    return _traced(levels, usable, costs, origins, skipped)


def _traced(
    levels: list[str], usable: Mapping[str, Sequence[Place]], costs: list[Array],
    origins: list[list[tuple[int, int]]], skipped: Array,
) -> dict[str, Place | None]:  # fmt: skip
    """The chain that ends cheapest, followed back."""
    ends = [(float(total.min() + skipped[-1] - skipped[index + 1]), index, int(total.argmin()))
            for index, total in enumerate(costs) if len(total)]  # fmt: skip
    places: dict[str, Place | None] = dict.fromkeys(levels)
    if not ends:
        return places
    _, index, item = min(ends)
    while index >= 0:
        places[levels[index]] = usable[levels[index]][item]
        index, item = origins[index][item]
    return places


def _jointCosts(
    levels: list[str], first: int, second: int, regions: Mapping[str, BoneRegion],
    usable: Mapping[str, Sequence[Place]], joints: Mapping[str, Joint],
) -> Array:  # fmt: skip
    """Costs (candidates of the first, of the second bone) of moving against each other over one or more joints."""
    upper, lower = usable[levels[first]], usable[levels[second]]
    between = [joints[level] for level in levels[first:second]]
    turnVariance = sum(joint.turnSdDeg**2 for joint in between)
    slideVariance = sum(joint.slideSdMm**2 for joint in between)
    acrossVariance = sum(joint.acrossSdMm**2 for joint in between)
    middle = 0.5 * (regions[levels[first]].center_RAS + regions[levels[second]].center_RAS)
    ends = np.array([applyTransform(middle, place.matrix) for place in upper])
    starts = np.array([applyTransform(middle, place.matrix) for place in lower])
    gap = ends[:, None] - starts
    across = upper[0].matrix[:3, :3] @ regions[levels[first]].axes[0]
    side = gap @ across
    turns = np.array([place.angleDeg for place in upper])[:, None] - np.array([place.angleDeg for place in lower])
    cost = turns**2 / turnVariance + side**2 / acrossVariance
    cost += ((gap**2).sum(axis=-1) - side**2) / slideVariance
    return np.asarray(np.minimum(cost, MOST_JOINT_COST * len(between)))
