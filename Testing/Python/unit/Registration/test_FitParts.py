"""Sampling, fitting, chains, seeds and verdicts: each alone, against closed forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from SyntheticSpine import LEVELS, bent, bodyMarks, stack, still, worstCornerMm

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Rigid import applyTransform, perturbations, rigid, rotationMatrix
from DynamicSpineLib.Registration.BoneRegion import boneRegions
from DynamicSpineLib.Registration.BoneVerdict import Evidence, verdictOf
from DynamicSpineLib.Registration.ChainSearch import FUSED_JOINT, NATIVE_JOINT, bestChain
from DynamicSpineLib.Registration.FinalFit import isDetermined, statedCovariance
from DynamicSpineLib.Registration.FitChain import outOfPlanePull
from DynamicSpineLib.Registration.GrayImage import GrayImage, grayImage
from DynamicSpineLib.Registration.RefineBone import Refined, refineBone, regionSamples
from DynamicSpineLib.Registration.SearchImage import Place, PlaceFinder, compressed, searchImage
from DynamicSpineLib.Registration.SeedPlaces import placesThrough, residualMm, seedPlace
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

RIGHT = np.array([1.0, 0.0, 0.0])
REGIONS = boneRegions(bodyMarks(), Chain(LEVELS), RIGHT)


def linearImage(size=(9, 8, 5)):
    """Gray values that grow linearly along R, A and S by 1, 2 and 3 per mm, on an oblique grid."""
    axes = rotationMatrix([0.2, -0.1, 0.3])
    columns = tuple(tuple(float(value) for value in axes[:, index]) for index in range(3))
    geometry = VolumeGeometry(size, (0.8, 0.9, 3.0), (5.0, -4.0, 2.0), columns)
    k, j, i = np.meshgrid(*(np.arange(count) for count in size[::-1]), indexing="ij")
    points = np.stack([i, j, k], -1) @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]
    return GrayImage((points @ np.array([1.0, 2.0, 3.0])).astype(np.float32), geometry, 0.0)


def test_values_and_slopes_of_a_linear_image_are_exact_between_voxels():
    image = linearImage()
    indices = np.random.default_rng(2).uniform([0, 0, 0], np.array(image.geometry.size) - 1.0, (50, 3))
    points = indices @ image.geometry.ijkToRAS[:3, :3].T + image.geometry.ijkToRAS[:3, 3]
    seen = image.sampled(points)
    assert seen.values == pytest.approx(points @ np.array([1.0, 2.0, 3.0]), abs=1e-3)
    assert seen.slopes_RAS == pytest.approx(np.broadcast_to([1.0, 2.0, 3.0], (50, 3)), abs=1e-3)
    assert seen.inside.all()


def test_points_beyond_the_outer_voxels_are_outside():
    image = linearImage()
    far = np.array([[-0.6, 3, 2], [3, 3, 4.6], [3, 3, 4.4]]) @ image.geometry.ijkToRAS[:3, :3].T
    assert list(image.sampled(far + image.geometry.ijkToRAS[:3, 3]).inside) == [False, False, True]


def fitted(motions, level="L4", pulls=(), offset=(2.0, -1.0, 1.0, 0.5, 1.2, -1.0), **acquisition):
    reference, moved = stack(still(), noise=5.0, seed=1), stack(motions, noise=5.0, seed=2, **acquisition)
    region = REGIONS[level]
    away = np.concatenate([np.radians(offset[:3]), offset[3:]])
    start = motions[level] @ perturbations(away, region.center_RAS)
    samples = regionSamples(grayImage(reference, 0.5), region, 6000, -0.5)
    hold = outOfPlanePull(region, motions[level], 4.0, 3.0)
    return refineBone(samples, grayImage(moved, 0.5), region.center_RAS, start, [hold, *pulls])


def test_a_fit_from_nearby_ends_at_the_truth():
    motions = bent()
    result = fitted(motions, tiltDeg=(1.0, 2.0, -2.0))
    assert worstCornerMm("L4", result.matrix, motions["L4"]) < 0.1
    assert result.similarity > 0.97
    assert result.gain == pytest.approx(1.0, abs=0.1)


def test_the_stated_error_is_never_nothing_and_grows_with_noise():
    motions, region = bent(), REGIONS["L4"]
    reference = grayImage(stack(still(), noise=5.0, seed=1), 0.5)
    samples = regionSamples(reference, region, 6000, -0.5)
    spreads = []
    for noise in (5.0, 120.0):
        image = grayImage(stack(motions, noise=noise, seed=3), 0.5)
        hold = outOfPlanePull(region, motions["L4"], 4.0, 3.0)
        result = refineBone(samples, image, region.center_RAS, motions["L4"], [hold])
        stated = np.sqrt(np.diag(statedCovariance(region, result)))
        spreads.append(np.sqrt(np.diag(result.covariance)))
        assert (stated[3:] > 0.03).all()
        assert (stated >= spreads[-1]).all()
    assert (spreads[1][4:] > 3.0 * spreads[0][4:]).all()


def test_other_gain_offset_and_blur_do_not_move_the_fit():
    motions, region = bent(), REGIONS["L3"]
    reference, moved = stack(still()), stack(motions)
    changed = replace(moved, voxels=(0.4 * grayImage(moved, 0.9).voxels + 150.0).astype(np.float32))
    samples = regionSamples(grayImage(reference, 0.5), region, 6000, -0.5)
    result = refineBone(samples, grayImage(changed, 0.5), region.center_RAS, motions["L3"],
                        [outOfPlanePull(region, motions["L3"], 4, 3)])  # fmt: skip
    assert worstCornerMm("L3", result.matrix, motions["L3"]) < 0.1


def test_in_a_blank_image_the_pull_decides():
    motions, region = bent(), REGIONS["L4"]
    moved = stack(motions)
    blank = grayImage(replace(moved, voxels=np.full_like(moved.voxels, 100.0)), 0.5)
    samples = regionSamples(grayImage(stack(still()), 0.5), region, 3000, -0.5)
    start = motions["L4"] @ perturbations(np.array([0, 0.05, 0, 1.0, 0, 0]), region.center_RAS)
    result = refineBone(samples, blank, region.center_RAS, start, [outOfPlanePull(region, motions["L4"], 4, 3)])
    assert np.isfinite(result.matrix).all()
    gap = applyTransform(region.center_RAS, result.matrix) - applyTransform(region.center_RAS, motions["L4"])
    assert abs(gap[0]) < 0.2
    assert result.similarity == 0.0


def test_the_search_finds_a_bone_at_its_angle():
    turn = rotationMatrix([np.radians(-30.0), 0.0, 0.0])
    motions = {level: rigid(turn, [3.0, 10.0, -8.0]) for level in LEVELS}
    reference = grayImage(stack(still()), 0.8)
    template = GrayImage(compressed(reference.voxels), reference.geometry, 0.8)
    finder = PlaceFinder(searchImage(stack(motions), 1.6), REGIONS["L3"].reachMm)
    found = finder.candidates(template, REGIONS["L3"], tuple(range(-45, 46, 15)), 6)
    truth = applyTransform(REGIONS["L3"].center_RAS, motions["L3"])
    right = [item for item in found if np.linalg.norm((item.center_RAS - truth)[1:]) < 2.5]
    assert {abs(item.angleDeg) for item in right} == {30.0}
    assert right[0].score > 0.9
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


def place(level, shift=(0.0, 0.0, 0.0), score=0.95, angle=0.0):
    matrix = rigid(np.eye(3), shift)
    return Place(matrix, REGIONS[level].center_RAS + np.array(shift), angle, score)


JOINTS = dict.fromkeys(LEVELS, NATIVE_JOINT)


def test_the_chain_prefers_a_possible_spine_to_the_highest_scores():
    elsewhere = (0.0, 30.0, 0.0)
    candidates = {level: [place(level, elsewhere, 0.97), place(level)] for level in LEVELS}
    candidates["L3"] = [place("L3")]
    candidates["L4"] = [place("L4", (0.0, 0.0, 34.0), 0.99), place("L4")]
    chosen = bestChain(REGIONS, candidates, JOINTS)
    assert chosen["L3"].center_RAS == pytest.approx(REGIONS["L3"].center_RAS)
    assert chosen["L4"].center_RAS == pytest.approx(REGIONS["L4"].center_RAS)


def test_a_bone_that_fits_nowhere_is_left_out_unless_a_user_placed_it():
    candidates = {level: [place(level)] for level in LEVELS}
    candidates["L4"] = [place("L4", (0.0, 60.0, 60.0))]
    assert bestChain(REGIONS, candidates, JOINTS)["L4"] is None
    assert bestChain(REGIONS, candidates, JOINTS, {"L4"})["L4"] is not None
    assert bestChain(REGIONS, {level: [] for level in LEVELS}, JOINTS) == dict.fromkeys(LEVELS)


def test_a_fused_joint_does_not_slide():
    candidates = {level: [place(level)] for level in LEVELS}
    candidates["L3"] = [place("L3", (0.0, 5.0, 0.0), 0.98), place("L3", score=0.9)]
    fused = {**JOINTS, "L2": FUSED_JOINT, "L3": FUSED_JOINT}
    assert bestChain(REGIONS, candidates, fused)["L3"].center_RAS[1] == pytest.approx(0.0)


def test_two_marks_tell_the_motion_in_the_plane_exactly():
    turn = rotationMatrix([np.radians(17.0), 0.0, 0.0])
    motion = rigid(turn, [0.0, 4.0, -7.0])
    marks = {name: tuple(applyTransform(np.array(point), motion)) for name, point in bodyMarks().items()}
    two = {name: marks[name] for name in ("L3_SA", "L3_IP")}
    seed = seedPlace(REGIONS["L3"], two, -RIGHT)
    assert residualMm(REGIONS["L3"], marks, seed.matrix) == pytest.approx(0.0, abs=1e-6)
    assert seedPlace(REGIONS["L3"], {"L3_SA": marks["L3_SA"]}, -RIGHT) is None
    assert residualMm(REGIONS["L3"], {}, seed.matrix) is None


def test_one_mark_chooses_among_candidates_or_makes_them():
    near, far = place("L3", (0.0, 1.0, 0.0)), place("L3", (0.0, 30.0, 0.0))
    one = {"L3_SA": bodyMarks()["L3_SA"]}
    assert placesThrough(REGIONS["L3"], one, [far, near], -RIGHT, (0.0,)) == [near]
    made = placesThrough(REGIONS["L3"], one, [far], -RIGHT, (-10.0, 0.0, 10.0))
    assert [item.angleDeg for item in made] == [-10.0, 0.0, 10.0]
    for item in made:
        assert applyTransform(np.array(one["L3_SA"]), item.matrix) == pytest.approx(np.array(one["L3_SA"]))


SURE = Evidence(
    similarity=0.95, spineContext=0.95, inside=0.9, overlap=1.0, errorMm=0.2, jointCosts=(1.0, 2.0),
    jointTurnsDeg=(("L3L4", 5.0),),
    spreadMm=0.05, residualMm=None, voidShare=0.0, tiltDeg=3.0, slices=15, thickness=5.0, anchored=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "verdict", "code"),
    [
        ({}, GOOD, None),
        ({"similarity": 0.7}, CHECK, "similarityLow"),
        ({"similarity": 0.3}, FAILED, "similarityLow"),
        ({"similarity": 0.3, "residualMm": 0.5}, CHECK, "similarityLow"),
        ({"inside": 0.2}, CHECK, "similarityLow"),
        ({"spineContext": 0.6}, CHECK, "surroundingsDiffer"),
        ({"overlap": 0.7}, CHECK, "partlyOutOfField"),
        ({"overlap": 0.2}, FAILED, "outOfField"),
        ({"errorMm": 1.5}, CHECK, "largeError"),
        ({"jointCosts": (30.0, 20.0)}, CHECK, "neighborsDisagree"),
        ({"jointCosts": (30.0, 2.0)}, GOOD, None),
        ({"jointTurnsDeg": (("L3L4", -41.0),)}, CHECK, "unlikelyMotion"),
        ({"spreadMm": 1.4}, CHECK, "restartsDisagree"),
        ({"residualMm": 3.0}, CHECK, "placedPointsDisagree"),
        ({"voidShare": 0.3}, CHECK, "signalVoid"),
        ({"tiltDeg": 35.0}, CHECK, "tiltedSpine"),
        ({"slices": 1}, CHECK, "sagittalOnly"),
        ({"thickness": 12.0}, CHECK, "coarseSlices"),
        ({"rivalShare": 0.95}, CHECK, "levelShiftPossible"),
        ({"anchored": False}, CHECK, "levelShiftPossible"),
        ({"discGapsMm": ((8.0, 7.0), (0.0, -0.5))}, GOOD, None),
        ({"discGapsMm": ((8.0, -2.5),)}, CHECK, "chainImpossible"),
        ({"discGapsMm": ((8.0, 15.0),)}, CHECK, "chainImpossible"),
        ({"neighborsFound": False}, CHECK, "neighborFailed"),
    ],
)
def test_each_doubt_has_its_verdict_and_reason(change, verdict, code):
    given, reasons = verdictOf(replace(SURE, **change))
    assert given == verdict
    assert [reason.code for reason in reasons] == ([code] if code else [])


def test_skull_and_atlas_are_not_said_to_turn_more_than_their_reach_lets_them():
    marks = {"Oc_BA": (0.0, 20.0, 0.0), "Oc_CL": (0.0, 25.0, 25.0), "Oc_OP": (0.0, -15.0, 0.0)}
    region = boneRegions(marks, Chain(("Oc",)), RIGHT)["Oc"]
    sure = Refined(np.eye(4), 1e-8 * np.eye(6), 0.99, 1.0, 1.0)
    spread = np.sqrt(np.diag(statedCovariance(region, sure)))
    assert 0.1 < np.degrees(spread[0]) < 0.5, "the sagittal turn"
    assert 0.15 < spread[4] < 0.25, "the shift forward"


@pytest.mark.parametrize(
    ("change", "isKnown"), [(0.0, True), (np.nan, False), (1e6, False), (-0.5, False)],
    ids=["plain", "not a number", "open", "negative"],
)  # fmt: skip
def test_a_fit_whose_error_is_not_known_counts_for_nothing(change, isKnown):
    covariance = 0.01 * np.eye(6)
    covariance[2, 2] += change
    assert isDetermined(covariance) == isKnown
