"""The way from position to position: the phantom says where each bone is, and the screw of each what is between."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.MotionFrames import INTERPOLATED
from DynamicSpineLib.Compare.MotionPath import defaultOrder, motionPath, thereAndBack
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Marks import LandmarkSet

CASES = [("lumbarSlip", "L5", ("ST_E", "SUP_N", "ST_F")), ("cervicalNarrowing", "C7", ("UP_E", "SUP_N", "UP_F"))]
BODY_MM = np.array([[0.0, 0.0, 0.0], [15.0, 0.0, 0.0], [0.0, 20.0, 0.0], [0.0, -30.0, 12.0]])


def carried(points, matrix):
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def trueBones(scenario, position):
    return posedSpine(scenario, position).boneToRAS


def truePose(scenario, held, reference, position, level):
    """From the reference position to the position laid on it: exact, from the phantom's own matrices."""
    there, here = trueBones(scenario, position), trueBones(scenario, reference)
    onReference = here[held] @ np.linalg.inv(there[held])
    return onReference @ there[level] @ np.linalg.inv(here[level])


def withoutMarks(case, positionId, prefix):
    """The case without carried bones, and without some marks of a position."""
    def stripped(position):
        kept = {key: item for key, item in position.marks.landmarks.items() if not key.startswith(prefix)}
        return replace(position, marks=LandmarkSet(MappingProxyType(kept), position.marks.contours))

    return replace(case, bones=(), positions=tuple(
        stripped(item) if item.id == positionId else item for item in case.positions))


@pytest.mark.parametrize(("scenario", "held", "order"), CASES)
def test_at_positions_bones_are_where_the_phantom_has_them_and_the_held_one_stands_still(scenario, held, order):
    case = phantomCase(scenario)
    path = motionPath(case, held, order)
    assert path.reference == "SUP_N"
    for leg, (start, end) in enumerate([order[:2], order[1:]]):
        for fraction, position in ((0.0, start), (1.0, end)):
            poses = path.posesAt(leg, fraction)
            assert np.array_equal(poses[held], np.eye(4))
            for level in ("L4", "L3", "L1", "C6", "C4"):
                if level in poses:
                    truth = truePose(scenario, held, "SUP_N", position, level)
                    points = carried(BODY_MM, trueBones(scenario, "SUP_N")[level])
                    error = np.abs(carried(points, poses[level]) - carried(points, truth)).max()
                    assert error < 1e-6, (position, level)


@pytest.mark.parametrize(("scenario", "held", "order"), CASES)
def test_at_positions_poses_are_exactly_those_of_the_anchors(scenario, held, order):
    case = phantomCase(scenario)
    path = motionPath(case, held, order)
    hold = anchorOn(case, held, "SUP_N", order[2]).movingToReference
    for level in path.legs[1].levels:
        if level != held:
            expected = hold @ anchorOn(case, level, "SUP_N", order[2]).referenceToMoving
            assert np.array_equal(path.posesAt(1, 1.0)[level], expected)
    assert np.array_equal(path.toReference[order[2]], hold)


def test_between_positions_each_bone_turns_by_its_share_of_its_own_turn():
    from scipy.spatial.transform import Rotation

    case = phantomCase("lumbarSlip")
    path = motionPath(case, "L5", ("ST_E", "ST_F"), "SUP_N")
    for level in ("L4", "L1"):
        start, end = (truePose("lumbarSlip", "L5", "SUP_N", key, level) for key in ("ST_E", "ST_F"))
        whole = end @ np.linalg.inv(start)
        for fraction in (0.25, 0.6):
            part = path.motionsFrom(0, fraction)[level]
            turn = Rotation.from_matrix(part[:3, :3]).as_rotvec()
            assert turn == pytest.approx(fraction * Rotation.from_matrix(whole[:3, :3]).as_rotvec(), abs=1e-8)
            # A screw leaves its own axis in place: what is left of the way is the rest of the same screw.
            rest = path.motionsFrom(0, fraction, isFromEnd=True)[level]
            assert np.abs(np.linalg.inv(rest) @ part - whole).max() < 1e-7
            assert np.abs(part @ whole - whole @ part).max() < 1e-6
    assert np.array_equal(path.motionsFrom(0, 0.3)["L5"], np.eye(4))


def test_the_way_back_is_the_way_there():
    case = phantomCase("cervicalNarrowing")
    there, back = (motionPath(case, "C6", order, "SUP_N") for order in (("UP_E", "UP_F"), ("UP_F", "UP_E")))
    for level, pose in there.posesAt(0, 0.3).items():
        assert np.abs(pose - back.posesAt(0, 0.7)[level]).max() < 1e-9


def test_positions_come_from_more_extended_to_more_flexed_and_the_way_back_through_the_others():
    case = phantomCase("lumbarSlip")
    assert defaultOrder(case) == ("ST_E", "SUP_N", "ST_N", "ST_F")
    assert motionPath(case, "L5").order == ("ST_E", "SUP_N", "ST_N", "ST_F")
    assert thereAndBack(case, "ST_E", "ST_F") == ("ST_E", "ST_F", "ST_N", "SUP_N", "ST_E")
    assert thereAndBack(case, "ST_F", "SUP_N") == ("ST_F", "SUP_N", "ST_N", "ST_F")
    assert thereAndBack(case, "SUP_N", "ST_N") == ("SUP_N", "ST_N", "SUP_N")


def test_frames_say_where_nothing_was_observed():
    path = motionPath(phantomCase("lumbarSlip"), "L5", ("ST_E", "SUP_N", "ST_F"))
    frames = path.frames(between=5, dwell=2)
    assert len(frames) == 3 * 2 + 2 * 5
    assert [frame.caption for frame in frames if frame.isObserved] == ["ST_E"] * 2 + ["SUP_N"] * 2 + ["ST_F"] * 2
    for frame in frames:
        assert frame.isObserved == (frame.fraction in (0.0, 1.0))
        if not frame.isObserved:
            start, end = ("ST_E", "SUP_N") if frame.leg == 0 else ("SUP_N", "ST_F")
            assert frame.caption == f"between {start} and {end}: {INTERPOLATED}"
    steps = np.diff([frame.leg + frame.fraction for frame in frames])
    assert steps.min() >= 0.0
    assert steps[1] < 0.6 * steps[4]  # slower beside a position
    loop = motionPath(phantomCase("lumbarSlip"), "L5", ("ST_E", "ST_F", "ST_E")).frames(between=5, dwell=2)
    assert len(loop) == 2 * 2 + 2 * 5
    assert loop[-1].fraction < 1.0


def test_a_time_stands_still_at_positions_and_runs_between_them():
    path = motionPath(phantomCase("lumbarSlip"), "L5", ("ST_E", "SUP_N", "ST_F"))
    times = np.linspace(-0.2, 2.2, 241)
    frames = [path.frameAt(time) for time in times]
    places = np.array([frame.leg + frame.fraction for frame in frames])
    assert np.diff(places).min() >= 0.0
    assert (places[0], places[-1]) == (0.0, 2.0)
    for time in (0.0, 0.05, 0.95, 1.0, 1.05, 2.0):
        assert path.frameAt(time).position == ("ST_E", "SUP_N", "ST_F")[round(time)]
    assert path.frameAt(1.5).fraction == pytest.approx(0.5)
    assert not path.frameAt(1.5).isObserved


def test_a_bone_that_is_not_marked_in_a_position_is_left_out_there_with_a_sentence():
    case = withoutMarks(phantomCase("lumbarSlip"), "ST_F", "L2_")
    path = motionPath(case, "L5", ("ST_E", "SUP_N", "ST_F"))
    assert "L2" in path.posesAt(0, 0.5)
    assert "L2" not in path.posesAt(1, 0.5)
    (told,) = path.leftOut
    assert told == "L2 takes no part between 'SUP_N' and 'ST_F': nothing says where it is in 'ST_F' and in 'SUP_N'"


def test_what_cannot_be_played_is_refused():
    case = phantomCase("lumbarSlip")
    with pytest.raises(InputError, match="L2 cannot be held"):
        motionPath(withoutMarks(case, "ST_F", "L2_"), "L2", ("SUP_N", "ST_F"))
    with pytest.raises(InputError, match="two positions or more"):
        motionPath(case, "L5", ("ST_E",))
    with pytest.raises(InputError, match="two positions or more"):
        motionPath(case, "L5", ("ST_E", "ST_E"))
    with pytest.raises(InputError, match="nowhere"):
        motionPath(case, "L5", ("ST_E", "nowhere"))
    path = motionPath(case, "L5", ("ST_E", "ST_F"))
    for leg, fraction in ((1, 0.5), (0, 1.01), (-1, 0.5), (0, float("nan"))):
        with pytest.raises(InputError, match="has nothing at"):
            path.posesAt(leg, fraction)
