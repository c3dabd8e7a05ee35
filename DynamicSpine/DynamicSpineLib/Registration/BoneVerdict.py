"""Whether a carried bone can be believed: what speaks for and against it, and the verdict with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD

SIMILAR, HARDLY_SIMILAR = 0.8, 0.5
"""Correlation of the bone, smoothed, with its rim or without. In 11 pairs with known motion all 81 right fits were
above 0.80, under 15 % noise above 0.58; wrong ones reached 0.88, so that likeness alone never makes a bone good."""

ALIKE = 0.85
"""Correlation of the bones' surroundings, median of a spine: 0.92 and more in 14 pairs of T2-weighted images of one
spine, at most 0.83 in 4 of different spines and at most 0.66 in 7 with another contrast."""

RIVAL = 0.9
"""A chain a level off that explains this share of what the chosen one does might be the right one."""

SIMILAR_INSIDE = 0.45
"""Correlation within the bone at full resolution; noise lowers it without moving the bone."""

WHOLE, HALF = 0.85, 0.45
"""Shares of the bone's region inside the moved image."""

AGREEING_JOINT_COST = 14.0
"""Squared deviations of the motion against a neighbor, in the joint's SDs, beyond which they do not agree."""

SPREAD_MM, RESIDUAL_MM, ERROR_MM = 1.0, 2.0, 1.0
VOID_SHARE = 0.12
TILT_DEG, THICK_RATIO = 25.0, 10.0
"""Planning figures [D], as those below: carrying must reach a millimeter, and a user's marks are good to one."""

REACH_DEG = 30.0
"""More flexion than any level has from one end to the other."""

OVERLAP_MM, WIDENED_MM = 1.5, 6.0
"""Neighbors may not overlap by more, nor their disc become higher by more; fused ones without a disc are no fault."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one carried bone.

    spineContext: likeness of what surrounds the bones, for the whole spine. jointCosts: squared deviations against each
    neighbor that was found. residualMm: from marks that a user placed. spreadMm: how far apart restarts ended.
    slices: number of slices; thickness: spacing across over within.
    discGapsMm: heights before and after between the bone's endplates and its neighbors'.
    anchored: a level that tells itself apart (C2 and above, sacrum, or one that a user marked) was found in the chain.
    rivalShare: what the best chain a level off explains, as a share of what the chosen one does.
    """

    similarity: float
    spineContext: float
    inside: float
    overlap: float
    errorMm: float
    jointCosts: tuple[float, ...]
    jointTurnsDeg: tuple[tuple[str, float], ...]
    spreadMm: float
    residualMm: float | None
    voidShare: float
    tiltDeg: float
    slices: int
    thickness: float
    anchored: bool
    rivalShare: float = 0.0
    neighborsFound: bool = True
    discGapsMm: tuple[tuple[float, float], ...] = ()


def verdictOf(evidence: Evidence) -> tuple[str, tuple[Reason, ...]]:
    """good, check or failed, with every reason against good, worst first."""
    failing = _failing(evidence)
    doubts = [*_imageDoubts(evidence), *_chainDoubts(evidence)]
    if failing and evidence.residualMm is None:
        return FAILED, (*failing, *doubts)
    reasons = (*failing, *doubts)
    return (CHECK, reasons) if reasons else (GOOD, ())


def _failing(evidence: Evidence) -> list[Reason]:
    if evidence.overlap < HALF:
        return [Reason("outOfField")]
    if evidence.similarity < HARDLY_SIMILAR:
        return [Reason("similarityLow", {"similarity": evidence.similarity, "expected": SIMILAR})]
    return []


def _imageDoubts(evidence: Evidence) -> list[Reason]:
    found = []
    if HARDLY_SIMILAR <= evidence.similarity < SIMILAR:
        found.append(Reason("similarityLow", {"similarity": evidence.similarity, "expected": SIMILAR}))
    if evidence.spineContext < ALIKE:
        found.append(Reason("surroundingsDiffer", {"similarity": evidence.spineContext, "expected": ALIKE}))
    if evidence.similarity >= SIMILAR and evidence.inside < SIMILAR_INSIDE:
        found.append(Reason("similarityLow", {"similarity": evidence.inside, "expected": SIMILAR_INSIDE}))
    if HALF <= evidence.overlap < WHOLE:
        found.append(Reason("partlyOutOfField", {"sharePercent": 100.0 * (1.0 - evidence.overlap)}))
    if evidence.voidShare > VOID_SHARE:
        found.append(Reason("signalVoid", {"sharePercent": 100.0 * evidence.voidShare}))
    if evidence.spreadMm > SPREAD_MM:
        found.append(Reason("restartsDisagree", {"spreadMm": evidence.spreadMm}))
    if evidence.errorMm > ERROR_MM:
        found.append(Reason("largeError", {"errorMm": evidence.errorMm}))
    if evidence.slices < 2:
        found.append(Reason("sagittalOnly"))
    elif evidence.thickness > THICK_RATIO:
        found.append(Reason("coarseSlices", {"ratio": evidence.thickness}))
    if evidence.tiltDeg > TILT_DEG:
        found.append(Reason("tiltedSpine", {"angleDeg": evidence.tiltDeg}))
    return found


def _chainDoubts(evidence: Evidence) -> list[Reason]:
    found = []
    if evidence.residualMm is not None and evidence.residualMm > RESIDUAL_MM:
        found.append(Reason("placedPointsDisagree", {"residualMm": evidence.residualMm}))
    if evidence.jointCosts and min(evidence.jointCosts) > AGREEING_JOINT_COST:
        found.append(Reason("neighborsDisagree"))
    for segment, turn in evidence.jointTurnsDeg:
        if abs(turn) > REACH_DEG:
            found.append(Reason("unlikelyMotion", {"segment": segment, "angleDeg": abs(turn), "limitDeg": REACH_DEG}))
    if any(after < -OVERLAP_MM or after > before + WIDENED_MM for before, after in evidence.discGapsMm):
        found.append(Reason("chainImpossible"))
    if not evidence.neighborsFound:
        found.append(Reason("neighborFailed"))
    if not evidence.anchored or evidence.rivalShare > RIVAL:
        found.append(Reason("levelShiftPossible"))
    return found
