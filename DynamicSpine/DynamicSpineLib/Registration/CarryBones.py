"""Carry every bone of one position to another: found anywhere in the image, fitted to a fraction of a voxel, judged.

A generator of short steps: images, one search for each bone, the chain, one fit for each bone.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Registration.BoneRegion import BoneRegion, boneRegions
from DynamicSpineLib.Registration.CarriedBone import FEWEST_POINTS, CarriedBone, ImagedSpine, Reason
from DynamicSpineLib.Registration.CarryImages import CarryImages, carryImages, isBlank
from DynamicSpineLib.Registration.ChainSearch import FUSED_JOINT, NATIVE_JOINT, Joint, bestChain
from DynamicSpineLib.Registration.FinalFit import UNIQUE_LEVELS, FinalFit, carriedBone, finalFit, isFound
from DynamicSpineLib.Registration.FitChain import helpedByNeighbors, roughFit, unfitted
from DynamicSpineLib.Registration.SearchImage import Place, PlaceFinder, patchRadiusMm
from DynamicSpineLib.Registration.SeedPlaces import placesThrough, seedPlace
from DynamicSpineLib.Registration.ShiftedChains import FAR_SHIFTS, NEAR_SHIFTS, Rivals, likeliestChain
from DynamicSpineLib.Study.CarryState import FAILED

Array = NDArray[np.float64]

ANGLES_DEG = tuple(np.arange(-60.0, 60.1, 7.5).tolist())
"""Angles that a bone may have turned against the other position: a neck goes 60 degrees either way from neutral."""

CANDIDATES = 40
FUSED = ("block", "fused", "implant")
SURELY = 0.85
"""Similarity of a rough fit of a level that tells itself apart, above which chains two levels off are not tried."""

SINGLE_HALF_WIDTH_MM = 3.0
"""What a single slice is taken to show to either side of it."""


@dataclass
class _Work:
    """What is known while one position is carried."""

    source: ImagedSpine
    target: ImagedSpine
    regions: dict[str, BoneRegion]
    joints: dict[str, Joint]
    wanted: tuple[str, ...]
    seeds: dict[str, Place] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def carryBones(
    source: ImagedSpine, target: ImagedSpine, chain: Chain, segments: Mapping[str, str],
    levels: tuple[str, ...] | None = None,
) -> Steps[tuple[CarriedBone, ...]]:  # fmt: skip
    """Where each bone of the source went in the target: one CarriedBone per level, a generator of steps.

    segments: status by segment name where it is not native. levels: only these are searched anew and returned; the
    marks that other levels have in the target hold them where they are. Points of the target that are obeyed tell
    where their bone is sought. Levels with fewer than two points in the source come back as failed.
    """
    wanted = tuple(level for level in chain.levels if levels is None or level in levels)
    geometries = (source.volume.geometry, target.volume.geometry)
    isSingle = any(geometry.size[geometry.sliceAxis()] < 2 for geometry in geometries)
    regions = boneRegions(source.points_RAS, chain, geometries[0].through_RAS,
                          SINGLE_HALF_WIDTH_MM if isSingle else np.inf)  # fmt: skip
    regions = {level: replace(item, body=source.bodies.get(level)) for level, item in regions.items()}
    unmarked = _unmarked(source, target, [level for level in wanted if level not in regions])
    found = [level for level in wanted if level in regions]
    for volume, positionId in ((source.volume, source.positionId), (target.volume, target.positionId)):
        if isBlank(volume):
            yield Step(1.0, f"{positionId}: no signal")
            return _inOrder(chain, [*unmarked, *(_failed(source, target, level, "blankImage") for level in found)])
    if not found:
        return _inOrder(chain, unmarked)
    work = _Work(source, target, regions, _joints(chain, regions, segments), wanted)
    carried = yield from _carry(work)
    return _inOrder(chain, [*unmarked, *carried])


def _carry(work: _Work) -> Steps[list[CarriedBone]]:
    yield Step(0.0, f"{work.target.positionId}: preparing images")
    images = carryImages(work.source.volume, work.target.volume)
    candidates = yield from _search(work, images)
    yield Step(0.45, f"{work.target.positionId}: finding the chain")
    chosen = bestChain(work.regions, candidates, work.joints, work.seeds)
    rivals = yield from _roughly(work, images, chosen)
    bones = rivals.bones
    fits: dict[str, FinalFit] = {}
    for index, (level, bone) in enumerate(bones.items()):
        yield Step(0.7 + 0.3 * index / len(bones), f"{work.target.positionId}: fitting {level}")
        start = time.perf_counter()
        fits[level] = finalFit(bone, images, work.seeds.get(level))
        work.seconds[level] += time.perf_counter() - start
    carried = [carriedBone(level, fits, work.joints, work.source, work.target, work.seconds[level],
                           rivals.share)
               for level in work.regions if level in work.wanted]  # fmt: skip
    return carried if any(map(isFound, fits.values())) else [_unlike(bone) for bone in carried]


def _unlike(bone: CarriedBone) -> CarriedBone:
    """A bone of a spine of which nothing was found says that first."""
    return replace(bone, reasons=(Reason("imagesDiffer"), *bone.reasons))


def _search(work: _Work, images: CarryImages) -> Generator[Step, None, dict[str, list[Place]]]:
    """Candidates of every bone; those that marks of the target tell have a single one."""
    finder = PlaceFinder(images.search, float(np.median([patchRadiusMm(item) for item in work.regions.values()])))
    obeyed = {name: point for name, point in work.target.points_RAS.items() if name in work.target.obeyed}
    candidates: dict[str, list[Place]] = {}
    for index, (level, region) in enumerate(work.regions.items()):
        yield Step(0.05 + 0.4 * index / len(work.regions), f"{work.target.positionId}: looking for {level}")
        start = time.perf_counter()
        known = obeyed if level in work.wanted else work.target.points_RAS
        normal = images.search.across(region.axes[0])
        seed = seedPlace(region, known, normal)
        if seed is not None:
            work.seeds[level] = seed
            candidates[level] = [seed]
        else:
            found = finder.candidates(images.template, region, ANGLES_DEG, CANDIDATES)
            candidates[level] = placesThrough(region, known, found, normal, ANGLES_DEG)
        work.seconds[level] = time.perf_counter() - start
    return candidates


def _roughly(
    work: _Work, images: CarryImages, places: Mapping[str, Place | None]
) -> Generator[Step, None, Rivals]:
    """Every bone fitted coarsely from its place in the chain, then from its neighbors where that is doubtful."""
    bones = {level: unfitted(region, images.coarse[0]) for level, region in work.regions.items()}
    for index, level in enumerate(bones):
        yield Step(0.5 + 0.15 * index / len(bones), f"{work.target.positionId}: placing {level}")
        start = time.perf_counter()
        bones[level] = roughFit(bones[level], images.coarse[1], work.regions, places)
        work.seconds[level] += time.perf_counter() - start
    yield Step(0.65, f"{work.target.positionId}: comparing neighbors")
    bones = helpedByNeighbors(bones, images.coarse[1], work.joints, frozenset(work.seeds))
    if work.seeds or len(bones) < 2:
        return Rivals(bones, 0.0)
    yield Step(0.68, f"{work.target.positionId}: comparing levels")
    isSure = any(level in UNIQUE_LEVELS and bone.similarity >= SURELY for level, bone in bones.items())
    return likeliestChain(bones, images.coarse[1], work.joints, NEAR_SHIFTS + (() if isSure else FAR_SHIFTS))


def _joints(chain: Chain, regions: Mapping[str, BoneRegion], segments: Mapping[str, str]) -> dict[str, Joint]:
    """The joint below each level that has a region; fused where its segments to the next such level are."""
    marked = [level for level in chain.levels if level in regions]
    joints = {}
    for upper, lower in zip(marked, [*marked[1:], marked[-1]], strict=True):
        first, last = chain.levels.index(upper), chain.levels.index(lower)
        between = [chain.levels[index] + chain.levels[index + 1] for index in range(first, last)]
        isFused = bool(between) and all(segments.get(name, "") in FUSED for name in between)
        joints[upper] = FUSED_JOINT if isFused else NATIVE_JOINT
    return joints


def _unmarked(source: ImagedSpine, target: ImagedSpine, levels: list[str]) -> list[CarriedBone]:
    counts = {level: sum(name.startswith(level + "_") for name in source.points_RAS) for level in levels}
    return [_failed(source, target, level, "tooFewPoints", count=counts[level], needed=FEWEST_POINTS)
            for level in levels if counts[level]]  # fmt: skip


def _failed(source: ImagedSpine, target: ImagedSpine, level: str, code: str, **numbers: object) -> CarriedBone:
    return CarriedBone(level, source.positionId, target.positionId, FAILED, None, (Reason(code, numbers),))


def _inOrder(chain: Chain, bones: list[CarriedBone]) -> tuple[CarriedBone, ...]:
    return tuple(sorted(bones, key=lambda bone: chain.levels.index(bone.level)))
