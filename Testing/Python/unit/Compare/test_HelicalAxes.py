"""Axes of motion: those of known screws and of the phantom's true motion, and none where the motion fixes none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine, truthValues
from scipy.spatial.transform import Rotation
from scipy.stats import chi2

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Compare.HelicalAxes import BY_BONES, IN_PLANE, SDC_SPATIAL, axisWords, levelAxis, segmentAxis
from DynamicSpineLib.Compare.PairDraws import PairDraws
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Phantom.NoisyMarks import noisyCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.EditMarks import withCleared, withMarks
from DynamicSpineLib.Study.Marks import Landmark, LandmarkSet, landmarkSet
from DynamicSpineLib.Study.Position import Position

PAIR = ("ST_E", "ST_F")
LEVELS = ("L3", "L4", "L5")
POSE = np.eye(4)
POSE[:3, :3] = Rotation.from_euler("xyz", [20.0, -10.0, 35.0], degrees=True).as_matrix()
POSE[:3, 3] = [7.0, -20.0, 41.0]


def corners(level):
    """Corners of a body 30 mm deep and 24 mm high; anterior is +A, cranial +S."""
    bottom = 34.0 * LEVELS[::-1].index(level)
    places = {"SA": (15.0, 24.0), "SP": (-15.0, 24.0), "IA": (15.0, 0.0), "IP": (-15.0, 0.0)}
    return {f"{level}_{code}": np.array([0.0, y, bottom + z]) for code, (y, z) in places.items()}


def screw(axis, angleDeg, point, slideMm=0.0):
    direction = np.array(axis, dtype=float) / np.linalg.norm(axis)
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_rotvec(np.radians(angleDeg) * direction).as_matrix()
    matrix[:3, 3] = np.array(point) - matrix[:3, :3] @ point + slideMm * direction
    return matrix


def screwed(motion, level="L4", withBones=True, covariance=None, verdict="good"):
    """A bone moved by `motion` against the others, and the whole patient by POSE."""
    matrices = {item: POSE @ (motion if item == level else np.eye(4)) for item in LEVELS}
    first = {name: point for item in LEVELS for name, point in corners(item).items()}
    second = {name: matrices[name[:2]][:3, :3] @ point + matrices[name[:2]][:3, 3] for name, point in first.items()}
    rows = None if covariance is None else tuple(map(tuple, covariance))
    bones = [BoneTransform(item, "a", "b", tuple(map(tuple, matrix)), rows,
                           tuple(np.mean(list(corners(item).values()), axis=0)), verdict)
             for item, matrix in matrices.items()]  # fmt: skip
    positions = marked("a", first, "placed"), marked("b", second, "carried" if withBones else "placed")
    return Case("case", Chain(LEVELS), positions, bones=tuple(bones) if withBones else ())


def marked(id, points, origin):
    marks = [Landmark(name, tuple(map(float, point)), origin=origin, confirmed=origin == "placed")
             for name, point in points.items()]  # fmt: skip
    return Position(id, "standing", "neutral", marks=landmarkSet(marks))


@pytest.mark.parametrize(("axis", "slideMm", "slideTo"), [
    ((-1.0, 0.1, 0.0), 1.5, "to the left"), ((-1.0, 0.1, 0.0), -1.5, "to the right"),
    ((0.0, 0.1, 1.0), 0.8, "up"), ((0.2, -1.0, 0.1), 0.8, "backward"),
])  # fmt: skip
def test_the_axis_of_carried_bones_is_that_of_their_screw(axis, slideMm, slideTo):
    point = np.array([2.0, -4.0, 30.0])
    found = segmentAxis(screwed(screw(axis, 9.0, point, slideMm)), "L4L5", "a", "b").axis
    direction = np.array(axis) / np.linalg.norm(axis)
    assert (found.basis, found.rotationDeg) == (BY_BONES, pytest.approx(9.0))
    assert found.direction == pytest.approx(direction)
    assert (found.slideMm, found.slideTo) == (pytest.approx(slideMm), slideTo)
    middle = np.array([0.0, 0.0, 46.0])
    assert found.center_RAS == pytest.approx(point + ((middle - point) @ direction) * direction)
    assert found.flexionDeg == pytest.approx(-9.0 * direction[0])
    ends = np.array([found.start_RAS, found.end_RAS]) - found.center_RAS
    assert ends == pytest.approx(30.0 * np.array([-direction, direction]))


def test_the_axis_is_in_words():
    plain = segmentAxis(screwed(screw((-1, 0, 0), 8.0, (0.0, 0.0, 30.0), 0.4)), "L4L5", "a", "b").axis
    assert axisWords(plain).replace("\N{NO-BREAK SPACE}", " ") == (
        "8.0° about its axis (8.0° flexion), slid 0.4 mm to the left: noise not known")  # fmt: skip
    twist = segmentAxis(screwed(screw((0, 0, 1), 8.0, (0.0, 0.0, 30.0))), "L4L5", "a", "b").axis
    assert axisWords(twist) == "8.0° about its axis: noise not known"
    back = segmentAxis(screwed(screw((1, 0, 0), 12.0, (0.0, 0.0, 30.0)), withBones=False), "L4L5", "a", "b").axis
    assert axisWords(back) == "12.0° extension"


@pytest.mark.parametrize("withBones", [True, False])
def test_flexion_is_that_of_the_joint_whichever_bone_is_held(withBones):
    case = screwed(screw((-1, 0, 0), 14.0, (0.0, 3.0, 28.0)), withBones=withBones)
    above, below = levelAxis(case, "L4", "L5", "a", "b").axis, levelAxis(case, "L5", "L4", "a", "b").axis
    assert (above.flexionDeg, below.flexionDeg) == (pytest.approx(14.0), pytest.approx(14.0))
    assert above.direction == pytest.approx(np.array([-1.0, 0.0, 0.0]), abs=1e-9)
    assert below.direction == pytest.approx(np.array([1.0, 0.0, 0.0]), abs=1e-9)
    assert (above.center_RAS - below.center_RAS)[1:] == pytest.approx([0.0, 0.0], abs=1e-6)


@pytest.mark.parametrize("withBones", [True, False])
@pytest.mark.parametrize("segment", ["L2L3", "L3L4", "L4L5", "L5S1"])
def test_the_axis_goes_through_the_phantoms_true_center_of_rotation(segment, withBones):
    case = phantomCase("lumbarSlip")
    case = case if withBones else replace(case, bones=())
    found = segmentAxis(case, segment, *PAIR).axis
    true = {item.metric: item.value for item in truthValues("lumbarSlip")
            if item.level == segment and (item.fromPosition, item.position) == PAIR}  # fmt: skip
    spine, lower = posedSpine("lumbarSlip", PAIR[0]), segment[2:]
    shape, local = spine.bones[lower], np.linalg.inv(spine.boneToRAS[lower]) @ [*found.center_RAS, 1.0]
    plate = np.array(shape.corners["SA"]) - shape.corners["SP"]
    along = plate / np.linalg.norm(plate)
    offset = local[1:3] - shape.corners["SP"]
    depth = np.linalg.norm(plate if len(shape.corners) == 2 else 0.5 * (
        plate + np.array(shape.corners["IA"]) - shape.corners["IP"]))  # fmt: skip
    assert 100.0 * (offset @ along) / depth == pytest.approx(true["icrAnterior"], abs=0.1)
    assert found.flexionDeg == pytest.approx(true["rotation"], abs=1e-6)
    assert found.basis == (BY_BONES if withBones else IN_PLANE)
    assert abs(found.direction @ spine.boneToRAS[lower][:3, 0]) == pytest.approx(1.0, abs=1e-6)
    assert (found.slideMm is None) == (not withBones)


def test_a_level_far_from_the_held_one_turns_by_the_sum():
    case = phantomCase("lumbarSlip")
    for study in (case, replace(case, bones=())):
        parts = [segmentAxis(study, name, *PAIR).axis.flexionDeg for name in ("L2L3", "L3L4", "L4L5")]
        assert levelAxis(study, "L2", "L5", *PAIR).axis.flexionDeg == pytest.approx(sum(parts), abs=1e-6)


@pytest.mark.parametrize("withBones", [True, False])
def test_too_little_rotation_has_no_axis(withBones):
    small = screwed(screw((-1, 0, 0), 4.9, (0.0, 0.0, 30.0)), withBones=withBones)
    found = segmentAxis(small, "L4L5", "a", "b")
    assert found.axis is None
    assert found.reason.startswith("no axis: L4 turned 4.9° against L5")
    assert found.reason.endswith("and an axis needs 5.0° or more")
    assert segmentAxis(screwed(np.eye(4), withBones=withBones), "L4L5", "a", "b").axis is None


def test_a_rotation_within_its_noise_has_no_axis():
    case = screwed(screw((-1, 0, 0), 6.0, (0.0, 0.0, 30.0)), withBones=False)
    assert segmentAxis(case, "L4L5", "a", "b").axis is not None
    found = segmentAxis(replace(case, noise={"corner": 2.0}), "L4L5", "a", "b")
    assert "turned 6.0° against L5 in the sagittal plane, too imprecise to tell (smallest detectable" in found.reason
    wide = np.diag([math.radians(3.0) ** 2] * 3 + [0.01] * 3)
    carried = segmentAxis(screwed(screw((-1, 0, 0), 6.0, (0.0, 0.0, 30.0)), covariance=wide), "L4L5", "a", "b")
    assert "too imprecise to tell" in carried.reason


def test_an_operated_segment_has_no_axis_of_its_own():
    case = replace(screwed(screw((-1, 0, 0), 9.0, (0.0, 0.0, 30.0)), "L4"), segments={"L4L5": "fused"})
    assert segmentAxis(case, "L4L5", "a", "b").reason == "no axis: L4L5 is not native (fused)"
    assert segmentAxis(case, "L3L4", "a", "b").axis is not None


def test_bones_in_doubt_have_no_axis_and_two_marks_a_warning():
    doubtful = screwed(screw((-1, 0, 0), 9.0, (0.0, 0.0, 30.0)), verdict="check")
    assert segmentAxis(doubtful, "L4L5", "a", "b").reason == "no axis: L4 carried: check"
    case = screwed(screw((-1, 0, 0), 20.0, (0.0, 0.0, 30.0)), withBones=False)
    for id in ("a", "b"):
        case = withCleared(case, id, ["L5_IA", "L5_IP"])
    found = segmentAxis(case, "L4L5", "a", "b")
    assert found.warnings == ("L5 held by two marks only",)
    assert found.axis.flexionDeg == pytest.approx(20.0)
    whole = segmentAxis(screwed(screw((-1, 0, 0), 20.0, (0.0, 0.0, 30.0)), withBones=False), "L4L5", "a", "b").axis
    assert found.axis.rotationSdDeg > whole.rotationSdDeg


def test_missing_marks_are_a_reason_and_wrong_use_is_refused():
    case = screwed(screw((-1, 0, 0), 9.0, (0.0, 0.0, 30.0)), withBones=False)
    empty = withMarks(case, {"b": LandmarkSet()})
    assert segmentAxis(empty, "L4L5", "a", "b").reason.startswith("no axis: L4 cannot be held")
    for level, held in (("L4", "L4"), ("L4", "L1")):
        with pytest.raises(InputError, match="two different levels"):
            levelAxis(case, level, held, "a", "b")
    with pytest.raises(InputError, match="no segment 'L1L2'"):
        segmentAxis(case, "L1L2", "a", "b")
    with pytest.raises(InputError, match="no position 'c'"):
        segmentAxis(case, "L4L5", "a", "c")
    with pytest.raises(InputError, match="do not serve"):
        segmentAxis(case, "L4L5", "a", "b", PairDraws(case, "b", "a"))


def test_carried_bones_state_how_sure_their_axis_is():
    turn, shift, angle = math.radians(0.3), 0.2, 10.0
    motion = screw((-1, 0, 0), angle, (0.0, 0.0, 30.0), 0.5)
    case = screwed(motion, covariance=np.diag([turn**2] * 3 + [shift**2] * 3))
    found = segmentAxis(case, "L4L5", "a", "b", PairDraws(case, "a", "b", 4000)).axis
    random, off, tilts, slides, turns = np.random.default_rng(4), [], [], [], []
    middles = {level: np.mean(list(corners(level).values()), axis=0) for level in LEVELS}
    for _ in range(2000):
        errors = []
        for level in ("L4", "L5"):
            error = screw((1, 0, 0), 0.0, middles[level])
            error[:3, :3] = Rotation.from_rotvec(turn * random.standard_normal(3)).as_matrix()
            error[:3, 3] = middles[level] - error[:3, :3] @ middles[level] + shift * random.standard_normal(3)
            errors.append(error)
        moved = np.linalg.inv(errors[1]) @ motion @ errors[0]
        vector = Rotation.from_matrix(moved[:3, :3]).as_rotvec()
        axis = vector / np.linalg.norm(vector)
        slides.append(moved[:3, 3] @ axis)
        square = moved[:3, 3] - slides[-1] * axis
        point = np.linalg.lstsq(np.eye(3) - moved[:3, :3], square, rcond=None)[0]
        away = found.center_RAS - point
        off.append(np.linalg.norm(away - (away @ axis) * axis))
        tilts.append(np.degrees(np.arccos(axis @ found.direction)))
        turns.append(np.degrees(vector @ found.direction))
    assert found.rotationSdDeg == pytest.approx(np.std(turns), rel=0.06)
    assert found.rotationSdDeg == pytest.approx(math.sqrt(2.0) * 0.3, rel=0.06)
    assert found.slideSdMm == pytest.approx(np.std(slides), rel=0.06)
    assert found.centerWithinMm == pytest.approx(np.quantile(off, 0.95), rel=0.06)
    assert found.tiltWithinDeg == pytest.approx(np.quantile(tilts, 0.95), rel=0.06)
    assert math.sqrt(chi2.ppf(0.95, 3)) == pytest.approx(SDC_SPATIAL)


def test_the_true_center_lies_within_the_stated_radius_of_19_in_20_markings():
    case = replace(phantomCase("lumbarSlip", PAIR), bones=())
    true, inside, errors, stated = segmentAxis(case, "L4L5", *PAIR).axis, [], [], []
    for seed in range(60):
        again = noisyCase(case, seed)
        found = segmentAxis(again, "L4L5", *PAIR, PairDraws(again, *PAIR, 300, seed)).axis
        inside.append(np.linalg.norm((found.center_RAS - true.center_RAS)[1:]) <= found.centerWithinMm)
        errors.append(found.flexionDeg - true.flexionDeg)
        stated.append(found.rotationSdDeg)
    assert 0.88 <= np.mean(inside) <= 1.0
    assert np.std(errors) == pytest.approx(np.mean(stated), rel=0.2)


def test_the_rotation_in_the_plane_and_its_noise_are_those_of_the_tables():
    case = noisyCase(phantomCase("lumbarSlip", PAIR), 5)
    rows = {(row.metric, row.level): row for row in runSteps(measureCase(case, draws=100, seed=3)).rows
            if row.kind == "motion" and (row.fromPosition, row.position) == PAIR}  # fmt: skip
    draws = PairDraws(case, *PAIR, 100, 3)
    for segment in ("L2L3", "L3L4", "L4L5"):
        row, axis = rows["rotation", segment], segmentAxis(case, segment, *PAIR, draws).axis
        assert (axis.flexionDeg, axis.rotationSdDeg) == (pytest.approx(row.value), pytest.approx(row.sd))
        assert rows["icrAnterior", segment].status == "ok"
    for segment in ("T12L1", "L5S1"):
        isGiven = rows["icrAnterior", segment].status == "ok"
        assert isGiven or segmentAxis(case, segment, *PAIR, draws).axis is None
