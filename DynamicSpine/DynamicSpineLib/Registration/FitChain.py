"""From rough places to motions of all bones: each refined coarsely from several starts, with its neighbors' help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Rigid import (
    aboutCenter,
    aligningRotation,
    applyTransform,
    inverseRigid,
    rigid,
    rotationMatrix,
    rotationVector,
)
from DynamicSpineLib.Registration.BoneRegion import BoneRegion
from DynamicSpineLib.Registration.ChainSearch import Joint
from DynamicSpineLib.Registration.GrayImage import GrayImage
from DynamicSpineLib.Registration.RefineBone import Pull, Refined, Samples, refineBone, regionSamples, similarityAt
from DynamicSpineLib.Registration.SearchImage import Place

Array = NDArray[np.float64]

OUT_OF_PLANE_SD_DEG, ACROSS_SD_MM = 6.0, 4.0
"""How far a bone may turn and shift out of the slices' plane against where it starts; thin stacks tell little of it."""

COARSE_SAMPLES, COARSE_RIM_MM, COARSE_FADE_MM = 1500, 1.5, 2.0
"""The rough fit sees the bone's surroundings: they reach farther than its own edges."""

HELPED_BELOW, HELPED_ABOVE_COST, HELPING, ROUNDS = 0.9, 4.0, 0.7, 2
"""A bone is also tried from its neighbors where its similarity is below, or all its joints cost more than this; bones
of at least the third similarity help."""


@dataclass(frozen=True)
class FittedBone:
    """A bone with its samples in the reference image and the motion fitted so far; `refined` None where not found."""

    region: BoneRegion
    samples: Samples
    refined: Refined | None = None

    @property
    def similarity(self) -> float:
        """Correlation of the fit in the part that was seen; 0 where not found."""
        return self.refined.similarity * min(1.0, self.refined.overlap / 0.7) if self.refined is not None else 0.0


def unfitted(region: BoneRegion, coarse: GrayImage) -> FittedBone:
    """A bone with its samples in the coarse reference image."""
    return FittedBone(region, regionSamples(coarse, region, COARSE_SAMPLES, COARSE_RIM_MM, COARSE_FADE_MM))


def roughFit(
    bone: FittedBone, image: GrayImage, regions: Mapping[str, BoneRegion], places: Mapping[str, Place | None]
) -> FittedBone:
    """The bone fitted from its place in the chain, turned to each way that the bones' left may point."""
    place = places[bone.region.level]
    if place is None:
        return bone
    normals = normalsTried(regions, places)
    return fitFrom(bone, image, [turnedTo(place.matrix, bone.region, normal) for normal in normals])


def helpedByNeighbors(
    bones: Mapping[str, FittedBone], image: GrayImage, joints: Mapping[str, Joint], held: frozenset[str]
) -> dict[str, FittedBone]:
    """The bones, with those that are doubtful also tried from their neighbors, from the surest bone outward."""
    levels, fitted = list(bones), dict(bones)
    for _ in range(ROUNDS):
        for level in sorted(levels, key=lambda name: -fitted[name].similarity):
            index = levels.index(level)
            if level not in held and len(levels) > 1 and _isDoubtful(levels, index, fitted, joints):
                starts = [start for other in _surest(levels, index, fitted) for start in startsFromNeighbor(
                    fitted[level], fitted[levels[other]], image, _between(levels, index, other, joints))]  # fmt: skip
                fitted[level] = fitFrom(fitted[level], image, starts)
    return fitted


def _surest(levels: list[str], index: int, bones: Mapping[str, FittedBone]) -> list[int]:
    """The nearest bones above and below that are fitted well enough to start from."""
    above = [other for other in range(index - 1, -1, -1) if bones[levels[other]].similarity >= HELPING]
    below = [other for other in range(index + 1, len(levels)) if bones[levels[other]].similarity >= HELPING]
    return above[:1] + below[:1]


def _between(levels: list[str], first: int, second: int, joints: Mapping[str, Joint]) -> Joint:
    """The joint between two bones: the one between them, or the loosest of several."""
    low, high = sorted((first, second))
    return max((joints[level] for level in levels[low:high]), key=lambda joint: joint.turnSdDeg)


def _isDoubtful(levels: list[str], index: int, bones: Mapping[str, FittedBone], joints: Mapping[str, Joint]) -> bool:
    bone = bones[levels[index]]
    costs = [jointCost(bones[levels[first]], bones[levels[first + 1]], joints[levels[first]])
             for first in (index - 1, index) if 0 <= first < len(levels) - 1]  # fmt: skip
    return bone.refined is None or bone.similarity < HELPED_BELOW or min(costs) > HELPED_ABOVE_COST


def outOfPlanePull(region: BoneRegion, matrix: Array, turnSdDeg: float, acrossSdMm: float) -> Pull:
    """A hold on what sagittal slices show poorly: turns about the cranial and anterior axis, shift to a side."""
    information = np.zeros((6, 6))
    turn = 1.0 / np.radians(turnSdDeg) ** 2
    information[:3, :3] = region.axes.T @ np.diag([0.0, turn, turn]) @ region.axes
    information[3:, 3:] = region.axes.T @ np.diag([acrossSdMm**-2, 0.0, 0.0]) @ region.axes
    return Pull(matrix, information)


def fitFrom(bone: FittedBone, image: GrayImage, starts: Sequence[Array]) -> FittedBone:
    """The bone with the best of the fits from several starts and the one it has."""
    best = bone
    for start in starts:
        pull = outOfPlanePull(bone.region, start, OUT_OF_PLANE_SD_DEG, ACROSS_SD_MM)
        tried = replace(bone, refined=refineBone(bone.samples, image, bone.region.center_RAS, start, [pull], 15))
        if best.refined is None or tried.similarity > best.similarity:
            best = tried
    return best


def normalsTried(regions: Mapping[str, BoneRegion], places: Mapping[str, Place | None]) -> list[Array]:
    """Unit vectors in the moving world to which the bones' left may point: the slices' normal, as the patient lies in
    the reference, and as the chain of centers is bent to a side."""
    found = {level: place for level, place in places.items() if place is not None}
    if not found:
        return []
    left = np.mean([regions[level].axes[0] for level in found], axis=0)
    left /= np.linalg.norm(left)
    first = next(iter(found))
    normals = [found[first].matrix[:3, :3] @ regions[first].axes[0], left]
    if len(found) >= 3:
        before = np.array([regions[level].center_RAS for level in found])
        after = np.array([place.center_RAS for place in found.values()])
        chord, moved = before[0] - before[-1], after[0] - after[-1]
        lean = normals[0] - (normals[0] @ moved) / (moved @ moved) * moved
        # The sideways lean of the chain in the reference stays in it.
        lean += (left @ chord) / (moved @ moved) * moved
        normals.append(lean / np.linalg.norm(lean))
    return normals


def turnedTo(matrix: Array, region: BoneRegion, normal: Array) -> Array:
    """A motion turned about its bone's center by the least that makes the bone's left point along a unit vector."""
    left, center = matrix[:3, :3] @ region.axes[0], applyTransform(region.center_RAS, matrix)
    return aboutCenter(aligningRotation(left, normal), center) @ matrix


FLEXIONS_DEG = (-24.0, -16.0, -8.0, 0.0, 8.0, 16.0, 24.0)
SLIDES_MM = (-6.0, -3.0, 0.0, 3.0, 6.0)


def startsFromNeighbor(
    bone: FittedBone, neighbor: FittedBone, image: GrayImage, joint: Joint, most: int = 2
) -> list[Array]:
    """The likeliest motions of a bone beside a fitted one, from a grid of flexions and slides about their middle."""
    if neighbor.refined is None:
        return []
    region, base = bone.region, neighbor.refined.matrix
    middle = 0.5 * (region.center_RAS + neighbor.region.center_RAS)
    share = min(joint.turnSdDeg / 10.0, 1.0)
    tried = []
    for flexion in FLEXIONS_DEG:
        turn = aboutCenter(rotationMatrix(np.radians(share * flexion) * region.axes[0]), middle)
        for slide in SLIDES_MM:
            shift = rigid(np.eye(3), share * slide * region.axes[2])
            matrix = base @ shift @ turn
            tried.append((similarityAt(bone.samples, image, matrix), matrix))
    tried.sort(key=lambda item: -item[0])
    return [matrix for _, matrix in tried[:most]]


def jointCost(upper: FittedBone, lower: FittedBone, joint: Joint) -> float:
    """Squared deviations of the motion between two fitted neighbors, in units of the joint's SDs."""
    if upper.refined is None or lower.refined is None:
        return 0.0
    between = inverseRigid(lower.refined.matrix) @ upper.refined.matrix
    middle = 0.5 * (upper.region.center_RAS + lower.region.center_RAS)
    axes = lower.region.axes
    turn = axes @ np.degrees(rotationVector(between[:3, :3]))
    slide = axes @ (applyTransform(middle, between) - middle)
    turned = turn[0] ** 2 / joint.turnSdDeg**2 + (turn[1] ** 2 + turn[2] ** 2) / max(joint.turnSdDeg, 6.0) ** 2
    slid = slide[0] ** 2 / joint.acrossSdMm**2 + (slide[1] ** 2 + slide[2] ** 2) / joint.slideSdMm**2
    return float(turned + slid)


def jointTurnDeg(upper: FittedBone, lower: FittedBone) -> float:
    """How far the upper of two fitted neighbors turned against the lower one about its left axis, degrees."""
    assert upper.refined is not None
    assert lower.refined is not None
    between = inverseRigid(lower.refined.matrix) @ upper.refined.matrix
    return float(np.degrees(rotationVector(between[:3, :3]) @ lower.region.axes[0]))


def discGapsMm(upper: FittedBone, lower: FittedBone) -> tuple[float, float] | None:
    """Height between the facing endplates of two neighbors before and after, along the lower one's long axis, in mm.

    Negative where they overlap; None where an endplate is not marked.
    """
    assert upper.refined is not None
    assert lower.refined is not None
    above, below = _plate(upper.region, "IA", "IP"), _plate(lower.region, "SA", "SP")
    if above is None or below is None:
        return None
    between = inverseRigid(lower.refined.matrix) @ upper.refined.matrix
    cranial = lower.region.axes[1]
    return float(cranial @ (above - below)), float(cranial @ (applyTransform(above, between) - below))


def _plate(region: BoneRegion, front: str, back: str) -> Array | None:
    """Middle of a marked endplate."""
    ends = [region.ownMarks.get(f"{region.level}_{code}") for code in (front, back)]
    return None if ends[0] is None or ends[1] is None else 0.5 * (ends[0] + ends[1])
