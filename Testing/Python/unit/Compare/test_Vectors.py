"""Arrows of marks against a held vertebra: their truth, and whether their noise is what marking again shows."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine
from scipy.spatial.transform import Rotation
from scipy.stats import chi2

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Compare.Anchor import BY_IMAGES, BY_MARKS, BY_TWO_MARKS, anchorOn
from DynamicSpineLib.Compare.PairDraws import PairDraws
from DynamicSpineLib.Compare.Vectors import (
    CANAL,
    CORD,
    CORNERS,
    SDC_PLANAR,
    arrowsCaption,
    detectableText,
    markVectors,
    numberText,
    scaled,
    vectorWords,
)
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.NoisyMarks import noisyCase
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.EditMarks import withCleared, withMarks
from DynamicSpineLib.Study.Marks import CARRIED, Landmark, LandmarkSet, landmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

PAIR = ("SUP_N", "ST_F")
CORNER_SD, EDGE_SD = 0.5, 0.3
THIN = VolumeGeometry((9, 9, 9), (1e-6,) * 3, (0.0,) * 3, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))


def block(level, bottom, forward=0.0, up=0.0):
    """Corners of a body 30 mm deep and 24 mm high, shifted; anterior is +A, cranial +S."""
    places = {"SA": (15.0, 24.0), "SP": (-15.0, 24.0), "IA": (15.0, 0.0), "IP": (-15.0, 0.0)}
    return {f"{level}_{code}": (0.0, y + forward, bottom + z + up) for code, (y, z) in places.items()}


def columnMarks(forward=0.0, up=0.0):
    """L3 to L5, 10 mm apart; L3 and L4 shifted against L5."""
    return {**block("L5", 0.0), **block("L4", 34.0, forward, up), **block("L3", 68.0, forward, up)}


def position(id, points, **fields):
    marks = landmarkSet([Landmark(name, tuple(map(float, point)), **fields) for name, point in points.items()])
    return Position(id, "standing", "neutral", marks=marks, geometry=THIN)


def columnCase(first, second, **fields):
    return Case("case", Chain(("L3", "L4", "L5")), (position("a", first), position("b", second)), **fields)


def arrows(case, level="L5", pair=("a", "b"), which=(CORNERS,), draws=None):
    return {item.name: item for item in markVectors(case, anchorOn(case, level, *pair), which, draws).vectors}


@pytest.mark.parametrize("held", ["L5", "L2"])
def test_arrows_show_the_true_motion_against_the_held_bone(held):
    case = phantomCase("lumbarSlip", PAIR)
    first, second = (posedSpine("lumbarSlip", positionId) for positionId in PAIR)
    found = arrows(case, held, PAIR)
    for level in ("T12", "L1", "L2", "L3", "L4", "L5"):
        still = first.boneToRAS[held] @ np.linalg.inv(second.boneToRAS[held])
        for code, corner in first.bones[level].corners.items():
            local = np.array([0.0, *corner, 1.0])
            start = first.boneToRAS[level] @ local
            end = still @ second.boneToRAS[level] @ local
            arrow = found[f"{level}_{code}"]
            assert arrow.start_RAS == pytest.approx(start[:3])
            assert arrow.end_RAS == pytest.approx(end[:3], abs=1e-6)
            assert arrow.lengthMm == pytest.approx(np.linalg.norm(end - start), abs=1e-6)
            assert (arrow.isHeld, arrow.acrossEdge) == (level == held, False)
    assert found["L4_SA"].lengthMm > 4.0
    assert found[f"{held}_SA"].lengthMm == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("forward", "up", "words"),
    [(3.9, 0.0, "3.9 mm more forward"), (-3.9, 0.5, "3.9 mm more backward"), (0.0, 5.0, "5.0 mm higher"),
     (0.3, -4.0, "4.0 mm lower"), (3.0, 4.0, "5.0 mm more forward and higher"),
     (-3.0, -3.0, "4.2 mm more backward and lower"), (0.4, 0.0, "0.4 mm more forward: too imprecise to tell"),
     (0.0, 0.0, "0.0 mm: too imprecise to tell")],
)  # fmt: skip
def test_the_direction_is_said_in_words(forward, up, words):
    arrow = arrows(columnCase(columnMarks(), columnMarks(forward, up)))["L4_IP"]
    assert vectorWords(arrow).replace("\N{NO-BREAK SPACE}", " ") == words
    assert (arrow.forwardMm, arrow.upMm) == (pytest.approx(forward), pytest.approx(up))
    assert arrow.exceedsNoise == (math.hypot(forward, up) > 2.0)


def test_forward_and_up_come_from_the_bones_however_the_patient_lies():
    pose = Rotation.from_euler("xyz", [70.0, -20.0, 130.0], degrees=True)
    other = Rotation.from_euler("xyz", [-40.0, 110.0, 15.0], degrees=True)
    first = {name: pose.apply(point) + np.array([5.0, -80.0, 33.0]) for name, point in columnMarks().items()}
    second = {name: other.apply(point) + np.array([1.0, 2.0, -90.0]) for name, point in columnMarks(3.0, -1.0).items()}
    found = arrows(columnCase(first, second))
    for name in ("L3_SA", "L4_IP"):
        assert (found[name].forwardMm, found[name].upMm) == (pytest.approx(3.0), pytest.approx(-1.0))
        end = pose.apply(np.array(columnMarks(3.0, -1.0)[name])) + np.array([5.0, -80.0, 33.0])
        assert found[name].end_RAS == pytest.approx(end)


def test_what_lies_out_of_the_plane_is_not_counted():
    aside = {name: (point[0] - (2.5 if name[:2] == "L3" else 0.0), *point[1:]) for name, point in columnMarks().items()}
    arrow = arrows(columnCase(columnMarks(), aside))["L3_SA"]
    assert (arrow.lengthMm, arrow.leftMm) == (pytest.approx(0.0, abs=0.05), pytest.approx(2.5, abs=0.05))
    assert np.linalg.norm(arrow.moved_RAS - arrow.start_RAS) == pytest.approx(2.5)


def canalCase(shiftBack=0.0, shiftUp=0.0):
    """The column with a canal 14 mm wide at L4L5; its front border in 'b' is farther back and higher up."""
    canal = {"L4L5_CA": (0.0, -17.0, 29.0), "L4L5_CP": (0.0, -31.0, 29.0)}
    moved = {**canal, "L4L5_CA": (0.0, -17.0 - shiftBack, 29.0 + shiftUp)}
    return columnCase({**columnMarks(), **canal}, {**columnMarks(), **moved})


def test_an_edge_counts_only_across_itself():
    arrow = arrows(canalCase(2.0, 3.0), which=(CANAL,))["L4L5_CA"]
    assert arrow.acrossEdge
    assert (arrow.forwardMm, arrow.upMm) == (pytest.approx(-2.0), pytest.approx(0.0, abs=1e-9))
    assert arrow.end_RAS == pytest.approx(arrow.start_RAS + np.array([0.0, -2.0, 0.0]))
    assert arrow.moved_RAS == pytest.approx(arrow.start_RAS + np.array([0.0, -2.0, 3.0]))
    assert vectorWords(arrow).replace("\N{NO-BREAK SPACE}", " ") == "2.0 mm more backward"
    assert arrow.sdcMm == pytest.approx(1.959964 * arrow.sdMm)


def test_an_edge_without_its_partner_has_no_direction():
    case = withCleared(canalCase(2.0), "a", ["L4L5_CP"])
    found = markVectors(case, anchorOn(case, "L5", "a", "b"), (CANAL,))
    assert (found.vectors, found.notShown) == ((), ("L4L5_CA",))


def test_only_marks_of_both_positions_have_arrows():
    case = phantomCase("healthyCervical", ("UP_N", "UP_F"))
    every = arrows(case, "C6", ("UP_N", "UP_F"), (CORNERS, CANAL, CORD))
    canal = [name for name in every if name.endswith(("_CA", "_CP", "_SL"))]
    assert len(canal) == 6 + 6 + 6
    assert {"Oc_BA", "Oc_OP", "C1_AAP", "C1_PAA", "C2_IA", "T1_SA", "C5_KA"} <= set(every)
    without = withCleared(case, "UP_F", [*canal, "C4_SA"])
    some = arrows(without, "C6", ("UP_N", "UP_F"), (CORNERS, CANAL, CORD))
    assert set(some) == set(every) - set(canal) - {"C4_SA"}
    assert list(some) == [name for name in every if name in some]


def test_a_position_without_marks_cannot_be_held():
    case = withMarks(columnCase(columnMarks(), columnMarks()), {"b": LandmarkSet()})
    with pytest.raises(InputError, match="cannot be held"):
        arrows(case)


def test_the_smallest_detectable_length_is_that_of_noise_in_a_plane():
    assert pytest.approx(math.sqrt(chi2.ppf(0.95, 2))) == SDC_PLANAR
    arrow = arrows(columnCase(columnMarks(), columnMarks(3.0)))["L4_SA"]
    assert arrow.sdcMm == pytest.approx(SDC_PLANAR * arrow.sdMm)
    assert detectableText(arrow) == f"SDC {arrow.sdcMm:.1f}\N{NO-BREAK SPACE}mm"


def normalized(case, held, count, which=(CORNERS,), draws=250, of=lambda item: not item.isHeld):
    """Squared length over SD, and whether it was too long for noise, of arrows in `count` markings of still bones."""
    squares, alarms = [], []
    for seed in range(count):
        again = noisyCase(case, seed)
        found = arrows(again, held, which=which, draws=PairDraws(again, "a", "b", draws, seed))
        counted = [item for item in found.values() if of(item)]
        squares.append([(item.lengthMm / item.sdMm) ** 2 for item in counted])
        alarms.append([item.exceedsNoise for item in counted])
    return np.mean(squares), np.mean(alarms)


def test_marks_that_did_not_move_exceed_their_noise_in_one_of_twenty():
    case = columnCase(columnMarks(), columnMarks())
    assert anchorOn(case, "L5", "a", "b").heldBy == BY_MARKS
    square, alarms = normalized(case, "L5", 100)
    # In a plane the squared length of noise is chi-squared with 2 degrees of freedom, or below where it is lopsided.
    assert 1.5 < square < 2.15
    assert 0.005 < alarms < 0.07


def test_what_holding_leaves_over_has_the_noise_that_it_leaves():
    square, alarms = normalized(columnCase(columnMarks(), columnMarks()), "L5", 80, of=lambda item: item.isHeld)
    assert 1.5 < square < 2.3
    assert 0.005 < alarms < 0.08


def test_edges_that_did_not_move_exceed_their_noise_in_one_of_twenty():
    square, alarms = normalized(canalCase(), "L5", 150, which=(CANAL,))
    assert square == pytest.approx(1.0, abs=0.25)
    assert alarms == pytest.approx(0.05, abs=0.035)


def test_a_bone_held_by_two_marks_is_less_sure_and_says_so():
    case = columnCase(columnMarks(), columnMarks())
    case = withCleared(withCleared(case, "a", ["L5_IA", "L5_IP"]), "b", ["L5_IA", "L5_IP"])
    assert anchorOn(case, "L5", "a", "b").heldBy == BY_TWO_MARKS
    square, alarms = normalized(case, "L5", 15, draws=200)
    assert 1.1 < square < 2.6
    assert alarms < 0.1
    whole = arrows(columnCase(columnMarks(), columnMarks(3.0)))["L3_SA"]
    assert arrows(case)["L3_SA"].sdMm > 1.2 * whole.sdMm
    assert markVectors(case, anchorOn(case, "L5", "a", "b")).warnings == ("L5 held by two marks only",)


TURN, SHIFT = math.radians(1.0), 0.4
COVARIANCE = tuple(map(tuple, np.diag([TURN**2] * 3 + [SHIFT**2] * 3)))


def carried(random=None, covariance=COVARIANCE, shift=0.0):
    """Bones carried from 'a' to 'b' by transforms with errors, and their marks with them; without `random` exactly.

    A transform errs by a turn and a shift of the bone in 'a', before the true motion.
    """
    pose = np.eye(4)
    pose[:3, :3] = Rotation.from_euler("x", 25.0, degrees=True).as_matrix()
    pose[:3, 3] = [3.0, -40.0, 12.0]
    true, first, second, bones = columnMarks(), {}, {}, []
    for level in ("L3", "L4", "L5"):
        corners = {name: np.array(point) for name, point in true.items() if name.startswith(level)}
        middle, motion = np.mean(list(corners.values()), axis=0), pose.copy()
        motion[:3, 3] += pose[:3, :3] @ [0.0, 0.0 if level == "L5" else shift, 0.0]
        if random is not None:
            error = np.eye(4)
            error[:3, :3] = Rotation.from_rotvec(TURN * random.standard_normal(3)).as_matrix()
            error[:3, 3] = middle - error[:3, :3] @ middle + SHIFT * random.standard_normal(3)
            motion = motion @ error
            placing = {name: np.array([0.0, *(CORNER_SD * random.standard_normal(2))]) for name in corners}
            corners = {name: point + placing[name] for name, point in corners.items()}
        first.update(corners)
        second.update({name: motion[:3, :3] @ point + motion[:3, 3] for name, point in corners.items()})
        bones.append(BoneTransform(level, "a", "b", tuple(map(tuple, motion)), covariance, tuple(middle), "good"))
    return Case("case", Chain(("L3", "L4", "L5")),
                (position("a", first), position("b", second, origin=CARRIED)), bones=tuple(bones))  # fmt: skip


def test_carried_marks_have_the_noise_of_both_transforms_and_not_of_their_placing():
    random, shown = np.random.default_rng(8), []
    nominal = arrows(carried(shift=4.0))
    assert anchorOn(carried(), "L5", "a", "b").heldBy == BY_IMAGES
    for _ in range(400):
        case = carried(random, shift=4.0)
        anchor = anchorOn(case, "L5", "a", "b").movingToReference
        marks = [case.position(item).marks.point("L3_SA") for item in ("b", "a")]
        shown.append((anchor[:3, :3] @ marks[0] + anchor[:3, 3] - marks[1]) @ [0.0, 1.0, 0.0])
    stated = nominal["L3_SA"]
    assert (stated.forwardMm, stated.exceedsNoise) == (pytest.approx(4.0), True)
    assert np.mean(shown) == pytest.approx(4.0, abs=0.3)
    assert stated.sdMm == pytest.approx(np.std(shown), rel=0.12)
    # To first order: shifts of both bones, and their turns over the heights to the mark (two bodies apart).
    own, far = 12.0, 92.0 - 12.0
    assert stated.sdMm == pytest.approx(math.sqrt(2.0 * SHIFT**2 + TURN**2 * (own**2 + far**2)), rel=0.08)


def test_a_held_bone_that_was_carried_leaves_nothing_over_by_construction():
    found = arrows(carried(np.random.default_rng(3)))
    for name in ("L5_SA", "L5_IP"):
        assert (found[name].lengthMm, found[name].sdMm) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))
        assert found[name].exceedsNoise is False
    assert "left over at the held vertebra" in vectorWords(found["L5_SA"])


def test_without_the_noise_of_the_held_bone_none_is_stated():
    arrow = arrows(carried(covariance=None, shift=4.0))["L4_SA"]
    assert (arrow.sdMm, arrow.sdcMm, arrow.exceedsNoise) == (None, None, None)
    assert vectorWords(arrow).endswith("more forward: noise not known")
    assert detectableText(arrow) == "noise not known"


def test_the_cases_own_noise_is_used():
    usual = arrows(columnCase(columnMarks(), columnMarks(3.0)))["L4_SA"]
    stated = arrows(columnCase(columnMarks(), columnMarks(3.0), noise={"corner": 2.0 * CORNER_SD}))["L4_SA"]
    assert stated.sdMm == pytest.approx(2.0 * usual.sdMm, rel=0.02)
    case = columnCase(columnMarks(), columnMarks(3.0))
    second = case.position("b").marks
    own = {**second.landmarks, "L4_SA": replace(second.landmarks["L4_SA"], sdMm=3.0, origin="segmented")}
    wide = arrows(withMarks(case, {"b": replace(second, landmarks=MappingProxyType(own))}))["L4_SA"]
    assert wide.sdMm == pytest.approx(math.sqrt(usual.sdMm**2 + 3.0**2 - CORNER_SD**2), rel=0.05)


def test_arrows_are_drawn_longer_and_keep_their_number():
    arrow = arrows(columnCase(columnMarks(), columnMarks(3.9)))["L4_SA"]
    drawn = scaled(arrow, 3.0)
    assert drawn.end_RAS - drawn.start_RAS == pytest.approx(np.array([0.0, 11.7, 0.0]))
    assert drawn.text == numberText(arrow) == "3.9\N{NO-BREAK SPACE}mm"
    times = "arrows \N{MULTIPLICATION SIGN} "
    assert (arrowsCaption(), arrowsCaption(3), arrowsCaption(2.5)) == ("arrows to scale", f"{times}3", f"{times}2.5")
    for factor in (0.5, 5.1, float("nan")):
        with pytest.raises(InputError, match="1 to 5 times"):
            scaled(arrow, factor)
        with pytest.raises(InputError, match="1 to 5 times"):
            arrowsCaption(factor)


def test_draws_serve_every_anchor_of_their_positions_and_no_other():
    case = phantomCase("lumbarSlip")
    case = replace(case, bones=())
    draws = PairDraws(case, *PAIR)
    for level in ("L5", "L3"):
        shared, alone = arrows(case, level, PAIR, draws=draws), arrows(case, level, PAIR)
        assert {name: item.sdMm for name, item in shared.items()} == {name: item.sdMm for name, item in alone.items()}
    with pytest.raises(InputError, match="do not serve"):
        arrows(case, "L5", ("SUP_N", "ST_E"), draws=draws)
    with pytest.raises(InputError, match="no position 'nowhere'"):
        PairDraws(case, "SUP_N", "nowhere")


def test_a_bone_whose_marks_lie_on_a_line_does_not_turn_about_it():
    # The arches of C1: in a neck that did not move, a fit of them alone showed corners centimeters away.
    still = phantomCase("nullCervical").positions[0]
    case = replace(phantomCase("nullCervical"), positions=(replace(still, id="a"), replace(still, id="b")), bones=())
    lengths, alarms = [], []
    for seed in range(8):
        again = noisyCase(case, seed)
        anchor = anchorOn(again, "C1", "a", "b")
        assert (anchor.heldBy, anchor.warnings) == (BY_TWO_MARKS, ("C1 held by marks on one line only",))
        found = markVectors(again, anchor, draws=PairDraws(again, "a", "b", 200)).vectors
        lengths += [item.lengthMm for item in found]
        alarms += [item.exceedsNoise for item in found]
    assert max(lengths) < 12.0
    assert np.mean(alarms) < 0.1
