"""The last, exact fit of a bone, what it says of its own error, and the carried bone made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid, perturbations
from DynamicSpineLib.Registration.BoneRegion import BoneRegion
from DynamicSpineLib.Registration.BoneVerdict import (
    HALF,
    HARDLY_SIMILAR,
    SIMILAR,
    SIMILAR_INSIDE,
    SPREAD_MM,
    WHOLE,
    Evidence,
    verdictOf,
)
from DynamicSpineLib.Registration.CarriedBone import CarriedBone, ImagedSpine, Reason
from DynamicSpineLib.Registration.CarryImages import CarryImages
from DynamicSpineLib.Registration.ChainSearch import Joint
from DynamicSpineLib.Registration.ExpectedError import expectedErrorMm
from DynamicSpineLib.Registration.FitChain import (
    FittedBone,
    discGapsMm,
    jointCost,
    jointTurnDeg,
    outOfPlanePull,
    similarityAt,
)
from DynamicSpineLib.Registration.RefineBone import Pull, Refined, refineBone, regionSamples, voidShare
from DynamicSpineLib.Registration.SearchImage import Place
from DynamicSpineLib.Registration.SeedPlaces import residualMm
from DynamicSpineLib.Study.CarryState import FAILED
from DynamicSpineLib.Study.Case import BoneTransform

Array = NDArray[np.float64]

FINE_RIM_MM = -0.5
"""The exact fit stays within the bone: tissue at its rim moves with it only in part, and drags."""

JUDGED_RIM_MM = 0.5
"""A fit is judged by the bone with its edge, or by its inside alone where neighbors that moved far changed the edge."""

CONTEXT_RIM_MM, CONTEXT_FADE_MM = 8.0, 4.0
"""The surroundings hold discs, canal and the fat before the body."""

FINE_SAMPLES, RESTART_SAMPLES = 6000, 2000
FINE_TURN_SD_DEG, FINE_ACROSS_SD_MM = 4.0, 3.0
SEED_SD_MM = 1.0
RESTARTS = ((3.0, 1.5), (-3.0, -1.5))
"""Flexion in degrees and shift in mm along both axes of the plane from which the fit is tried again."""

RESIDUAL_FACTOR = 1.5
"""On the residuals' own SD: few blocks of them tell it too small. Set together with the floors below."""

TURN_FLOOR_MM2, AROUND_FLOOR_MM = 0.54, 0.15
ANTERIOR_FLOOR_MM, CRANIAL_FLOOR_MM, ACROSS_FLOOR_MM = 0.072, 0.035, 0.30
"""What the residuals do not show: partial volume and blur that differ between the series. Turns fall with the bone's
size (the sagittal one with its square, in rad): a large bone has more edge and a longer lever. Set on phantoms and real
volumes with known motion; the benchmark of carrying prints the coverage on others."""

NO_BODY_FACTOR, NO_BODY_TURN_MM = 2.5, 0.16
"""Bones without a body (Oc, C1) show little edge in the midline slices, but their parts lie far apart: their sagittal
turn is known as well as this distance at the end of their reach."""

MOST_VARIANCE = 1e4
"""A direction known to no better than 100 mm or rad is not known."""

UNIQUE_LEVELS = ("Oc", "C1", "C2", "S1")


@dataclass(frozen=True)
class FinalFit:
    """A bone's exact fit beside its rough one, with what it is judged by.

    similarity: correlation of the bone, smoothed, with or without its rim. context: that of its surroundings, which
    tell fluid, discs and fat apart. spreadMm: of restarts. voidShare: of the bone without signal.
    """

    rough: FittedBone
    refined: Refined | None
    covariance: Array
    similarity: float = 0.0
    context: float = 0.0
    spreadMm: float = 0.0
    voidShare: float = 0.0
    isSeeded: bool = False


def finalFit(bone: FittedBone, images: CarryImages, seed: Place | None) -> FinalFit:
    """The exact fit from the rough one; marks that a user placed hold it within about a millimeter."""
    if bone.refined is None:
        return FinalFit(bone, None, np.eye(6))
    region, start = bone.region, bone.refined.matrix
    pulls = [outOfPlanePull(region, start, FINE_TURN_SD_DEG, FINE_ACROSS_SD_MM)]
    if seed is not None:
        pulls.append(_seedPull(region, seed))
    samples = regionSamples(images.fine[0], region, FINE_SAMPLES, FINE_RIM_MM)
    refined = refineBone(samples, images.fine[1], region.center_RAS, start, pulls)
    spread = _spreadMm(bone, refined, images, pulls)
    covariance = statedCovariance(region, refined)
    similarity = max(
        similarityAt(regionSamples(reference, region, RESTART_SAMPLES, rim), moved, refined.matrix)
        for (reference, moved), rim in ((images.coarse, JUDGED_RIM_MM), (images.middle, FINE_RIM_MM))
    )
    around = regionSamples(images.compressed[0], region, RESTART_SAMPLES, CONTEXT_RIM_MM, CONTEXT_FADE_MM)
    context = similarityAt(around, images.compressed[1], refined.matrix)
    void = voidShare(samples, images.fine[1], refined)
    return FinalFit(bone, refined, covariance, similarity, context, spread, void, seed is not None)


def statedCovariance(region: BoneRegion, refined: Refined) -> Array:
    """Covariance (6, 6) of turn (rad) and shift (mm) about the center in RAS: from the residuals, with a floor."""
    size = max(region.sizeMm, 4.0)
    factor = 1.0 if region.hasBody else NO_BODY_FACTOR
    sagittal = TURN_FLOOR_MM2 / size**2 if region.hasBody else NO_BODY_TURN_MM / region.reachMm
    around = factor * AROUND_FLOOR_MM / size
    shifts = [ACROSS_FLOOR_MM, CRANIAL_FLOOR_MM, ANTERIOR_FLOOR_MM]
    floor = np.zeros((6, 6))
    floor[:3, :3] = region.axes.T @ np.diag([sagittal**2, around**2, around**2]) @ region.axes
    floor[3:, 3:] = region.axes.T @ np.diag((factor * np.array(shifts)) ** 2) @ region.axes
    return np.asarray(RESIDUAL_FACTOR**2 * refined.covariance + floor)


def carriedBone(
    level: str, fits: Mapping[str, FinalFit], joints: Mapping[str, Joint], source: ImagedSpine, target: ImagedSpine,
    seconds: float, rivalShare: float,
) -> CarriedBone:  # fmt: skip
    """The bone with its verdict, judged with its neighbors. rivalShare: see Rivals."""
    fit = fits[level]
    if fit.refined is None or not isDetermined(fit.covariance):
        reasons: tuple[Reason, ...] = (Reason("notFound"),)
        return CarriedBone(level, source.positionId, target.positionId, FAILED, None, reasons, seconds)
    transform = _transform(level, fit, source, target)
    evidence = _evidence(level, fits, joints, transform, source, target, rivalShare)
    verdict, reasons = verdictOf(evidence)
    quality = _quality(evidence)
    done = BoneTransform(level, source.positionId, target.positionId, transform.matrix, transform.covariance,
                         transform.center_RAS, verdict, MappingProxyType(quality))  # fmt: skip
    return CarriedBone(level, source.positionId, target.positionId, verdict, None if verdict == FAILED else done,
                       reasons, seconds)  # fmt: skip


def isDetermined(covariance: Array) -> bool:
    """False where the image left a direction so open that the fit, or what is said of its error, means nothing."""
    if not np.isfinite(covariance).all() or np.abs(covariance).max() > MOST_VARIANCE:
        return False
    return bool(np.linalg.eigvalsh(covariance).min() > 0.0)


def _quality(evidence: Evidence) -> dict[str, object]:
    numbers: dict[str, object] = {
        "similarity": round(float(evidence.similarity), 3), "similarityInside": round(float(evidence.inside), 3),
        "context": round(float(evidence.spineContext), 3), "overlap": round(float(evidence.overlap), 3),
        "spreadMm": round(float(evidence.spreadMm), 2),
        "rival": round(float(evidence.rivalShare), 2),
        "neighbors": round(float(max(evidence.jointCosts, default=0.0)), 1),
    }  # fmt: skip
    if evidence.residualMm is not None:
        numbers["residualMm"] = round(float(evidence.residualMm), 2)
    return numbers


def _transform(level: str, fit: FinalFit, source: ImagedSpine, target: ImagedSpine) -> BoneTransform:
    assert fit.refined is not None
    x, y, z = (float(value) for value in fit.rough.region.center_RAS)
    return BoneTransform(level, source.positionId, target.positionId, _rows(fit.refined.matrix), _rows(fit.covariance),
                         (x, y, z))  # fmt: skip


def _rows(matrix: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in matrix)


def _evidence(
    level: str, fits: Mapping[str, FinalFit], joints: Mapping[str, Joint], transform: BoneTransform,
    source: ImagedSpine, target: ImagedSpine, rivalShare: float,
) -> Evidence:  # fmt: skip
    fit = fits[level]
    assert fit.refined is not None
    levels = list(fits)
    index = levels.index(level)
    pairs = [(levels[first], levels[first + 1]) for first in (index - 1, index) if 0 <= first < len(levels) - 1]
    beside = [pair for pair in pairs if all(isFound(fits[item]) for item in pair)]
    obeyed = {name: point for name, point in target.points_RAS.items() if name in target.obeyed}
    geometry = target.volume.geometry
    through = geometry.sliceAxis()
    left = fit.refined.matrix[:3, :3] @ fit.rough.region.axes[0]
    cosine = min(abs(float(left @ geometry.through_RAS)), 1.0)
    return Evidence(
        similarity=fit.similarity, spineContext=_spineContext(fits), inside=fit.refined.similarity,
        overlap=fit.refined.overlap,
        errorMm=expectedErrorMm(transform, source.points_RAS) or 0.0,
        jointCosts=tuple(jointCost(fits[upper].rough, fits[lower].rough, joints[upper]) for upper, lower in beside),
        jointTurnsDeg=tuple((upper + lower, jointTurnDeg(fits[upper].rough, fits[lower].rough))
                            for upper, lower in beside),
        spreadMm=fit.spreadMm, residualMm=residualMm(fit.rough.region, obeyed, fit.refined.matrix),
        voidShare=fit.voidShare, tiltDeg=float(np.degrees(np.arccos(cosine))), slices=geometry.size[through],
        thickness=geometry.spacingMm[through] / geometry.inPlaneMm, anchored=_anchored(fits), rivalShare=rivalShare,
        neighborsFound=bool(beside) or len(levels) == 1,
        discGapsMm=tuple(gaps for upper, lower in beside
                         if (gaps := discGapsMm(fits[upper].rough, fits[lower].rough)) is not None),
    )  # fmt: skip


def isFound(fit: FinalFit) -> bool:
    """True where a bone's fit is likely enough to speak for its neighbors."""
    return fit.refined is not None and fit.similarity >= HARDLY_SIMILAR and fit.refined.overlap >= HALF


def _spineContext(fits: Mapping[str, FinalFit]) -> float:
    """How alike the surroundings of the bones that were found are, all in all: the median over bones."""
    found = [fit.context for fit in fits.values() if isFound(fit)]
    return float(np.median(found)) if found else 0.0


def _anchored(fits: Mapping[str, FinalFit]) -> bool:
    """True where a level that cannot be taken for its neighbor, or one that a user marked, was surely found."""
    return any(fit.isSeeded or (level in UNIQUE_LEVELS and isFound(fit) and fit.refined is not None
                                and fit.similarity >= SIMILAR and fit.refined.overlap >= WHOLE
                                and fit.refined.similarity >= SIMILAR_INSIDE and fit.spreadMm <= SPREAD_MM)
               for level, fit in fits.items())  # fmt: skip


def _seedPull(region: BoneRegion, seed: Place) -> Pull:
    """A hold in the plane of the slices at what a user's marks say."""
    information = np.zeros((6, 6))
    turn = (0.5 * region.reachMm / SEED_SD_MM) ** 2
    information[:3, :3] = region.axes.T @ np.diag([turn, 0.0, 0.0]) @ region.axes
    information[3:, 3:] = region.axes.T @ np.diag([0.0, SEED_SD_MM**-2, SEED_SD_MM**-2]) @ region.axes
    return Pull(seed.matrix, information)


def _spreadMm(bone: FittedBone, refined: Refined, images: CarryImages, pulls: list[Pull]) -> float:
    """How far, at the bone's marks and within its plane, fits from elsewhere end from the fit."""
    region = bone.region
    samples = regionSamples(images.fine[0], region, RESTART_SAMPLES, FINE_RIM_MM)
    farthest = 0.0
    for flexion, shift in RESTARTS:
        away = np.concatenate([np.radians(flexion) * region.axes[0], shift * (region.axes[1] + region.axes[2])])
        start = refined.matrix @ perturbations(away, region.center_RAS)
        near = refineBone(bone.samples, images.coarse[1], region.center_RAS, start, pulls, 12)
        again = refineBone(samples, images.fine[1], region.center_RAS, near.matrix, pulls, 15)
        gap = applyTransform(region.points_RAS, inverseRigid(refined.matrix) @ again.matrix) - region.points_RAS
        gap -= np.outer(gap @ region.axes[0], region.axes[0])
        farthest = max(farthest, float(np.linalg.norm(gap, axis=1).max()))
    return farthest

