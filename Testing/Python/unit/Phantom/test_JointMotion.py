"""Known motion of a marked spine: where each segment turns, which way, and how far the whole goes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf, segmentAxes, segmentsOf
from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.JointMotion import Excursion, boneMotions, jointCenter, sharedTurns

PROJECT = Path(__file__).resolve().parents[4]
TABLE = PROJECT.parent / "shared" / "data" / "kinematics" / "joint_kinematics.csv"
CERVICAL = ("C2", "C3", "C4", "C5", "C6", "C7", "T1")
LUMBAR = ("L1", "L2", "L3", "L4", "L5", "S1")


def column(levels, depth, height, disc):
    """Marks of a straight spine in the plane R = 0: rectangular bodies; S1 and C2 have one endplate."""
    marks = {}
    for index, level in enumerate(reversed(levels)):
        bottom = index * (height + disc)
        top = bottom + height
        corners = {"SA": (depth, top), "SP": (0.0, top), "IA": (depth, bottom), "IP": (0.0, bottom)}
        for code, (forward, up) in corners.items():
            if not (level == "S1" and code[0] == "I") and not (level == "C2" and code[0] == "S"):
                marks[f"{level}_{code}"] = (0.0, forward, up)
    return cornersOf(marks)


@pytest.fixture
def neck():
    """A straight neck, C2 to T1."""
    return column(CERVICAL, 16.0, 13.0, 5.0)


@pytest.fixture
def loins():
    """A straight lumbar spine, L1 to S1."""
    return column(LUMBAR, 35.0, 27.0, 10.0)


def moved(point, motion):
    """A point carried by a 4x4 matrix."""
    return motion[:3, :3] @ np.asarray(point) + motion[:3, 3]


def turnOf(motion):
    """Rotation vector of a motion in degrees, by scipy."""
    return Rotation.from_matrix(motion[:3, :3]).as_rotvec(degrees=True)


def test_the_shipped_table_holds_the_figures_of_its_source():
    if not TABLE.is_file():
        pytest.skip("the published table is not here")
    with TABLE.open(encoding="utf-8") as lines:
        rows = {row["level"].replace("-", ""): row for row in csv.DictReader(lines)}
    for entry in packageData("Kinematics", "jointCenters.json")["segments"]:
        row = rows[entry["segment"]]
        end = "lower" if entry["segment"].endswith(entry["bone"]) else "upper"
        assert entry["centerMm"] == [float(row[f"centre_in_{end}_vertebra_{axis}_mm"]) for axis in "xy"]
        assert float(row[f"centre_in_{end}_vertebra_z_mm"]) == 0.0
        assert entry["shares"] == {
            "flexion": float(row["fraction_flexion_extension"]),
            "rightBend": float(row["fraction_lateral_bending"]),
            "leftRotation": float(row["fraction_axial_rotation"]),
        }


def test_centers_given_in_frames_of_pelvis_torso_and_head_are_not_used():
    data = packageData("Kinematics", "jointCenters.json")
    segments = {entry["segment"]: entry for entry in data["segments"]}
    assert segments["L5S1"]["bone"] == "L5"
    assert segments["C7T1"]["bone"] == "C7"
    assert not {"OcC1", "C1C2"} & set(segments)
    assert max(np.linalg.norm(entry["centerMm"]) for entry in segments.values()) < 40.0


def test_joint_centers_lie_in_or_near_the_disc_or_the_upper_part_of_the_lower_body(neck, loins):
    for corners, depth, height, disc in ((neck, 16.0, 13.0, 5.0), (loins, 35.0, 27.0, 10.0)):
        for segment in segmentsOf(corners):
            _, forward, up = jointCenter(corners, segment)
            top = corners[segment[2:]]["SP"][2]
            assert 0.0 < forward < 0.75 * depth, segment
            assert top - 0.75 * height < up < top + disc, segment
    # Lumbar centers lie behind the middle of the disc (Pearcy and Bogduk 1988).
    assert all(jointCenter(loins, segment)[1] < 0.5 * 35.0 for segment in segmentsOf(loins))


def test_cervical_centers_rise_towards_the_disc_from_above_downward(neck):
    heights = [jointCenter(neck, segment)[2] - neck[segment[2:]]["SP"][2] for segment in segmentsOf(neck)[:5]]
    assert heights == sorted(heights)


def test_flexion_takes_the_upper_bone_forward_and_its_front_down(loins):
    motions = boneMotions(loins, sharedTurns(segmentsOf(loins), Excursion(flexionDeg=30.0)))
    front, back = (moved(loins["L1"][code], motions["L1"]) for code in ("SA", "SP"))
    assert front[1] > loins["L1"]["SA"][1] + 20.0
    assert front[2] < back[2] - 10.0
    np.testing.assert_allclose(turnOf(motions["L1"]), [-30.0, 0.0, 0.0], atol=1e-9)
    np.testing.assert_array_equal(motions["S1"], np.eye(4))


def test_right_bend_takes_the_top_to_the_right_and_left_rotation_turns_the_front_to_the_left(loins):
    segments = segmentsOf(loins)
    bent = boneMotions(loins, sharedTurns(segments, Excursion(rightBendDeg=20.0)))["L1"]
    assert moved(loins["L1"]["SA"], bent)[0] > 20.0
    turned = boneMotions(loins, sharedTurns(segments, Excursion(leftRotationDeg=10.0)))["L1"]
    front, back = (moved(loins["L1"][code], turned) for code in ("SA", "SP"))
    assert front[0] < back[0] - 5.0


def test_each_segment_takes_its_published_share(neck):
    turns = sharedTurns(segmentsOf(neck), Excursion(flexionDeg=100.1, leftRotationDeg=-50.0))
    # The published flexion shares of C2C3 to C7T1 add up to 1.001.
    assert [round(turns[segment][0], 6) for segment in segmentsOf(neck)] == [11.0, 16.5, 22.0, 22.0, 18.7, 9.9]
    assert sum(turn[1] for turn in turns.values()) == pytest.approx(-50.0)
    assert all(turn[2] == 0.0 for turn in turns.values())


def test_a_joint_center_stays_with_both_bones_of_its_segment(neck):
    excursion = Excursion(flexionDeg=35.0, leftRotationDeg=12.0, rightBendDeg=-8.0)
    motions = boneMotions(neck, sharedTurns(segmentsOf(neck), excursion))
    for segment in segmentsOf(neck):
        center = jointCenter(neck, segment)
        np.testing.assert_allclose(moved(center, motions[segment[:2]]), moved(center, motions[segment[2:]]), atol=1e-9)


def test_a_turn_and_a_shift_are_those_of_the_upper_bone_seen_from_the_lower(loins):
    turn, shift = (5.0, -3.0, 2.0), (1.0, -0.5, 4.0)
    base = np.eye(4)
    base[:3, :3] = Rotation.from_euler("xyz", [10, 20, 30], degrees=True).as_matrix()
    base[:3, 3] = [4.0, 5.0, 6.0]
    motions = boneMotions(loins, {"L4L5": turn}, {"L4L5": shift}, base)
    np.testing.assert_allclose(motions["S1"], base)
    np.testing.assert_allclose(motions["L5"], base)
    between = np.linalg.inv(motions["L5"]) @ motions["L4"]
    # Left, cranial and anterior of this spine are -R, S and A.
    flexion, rotation, bend = turn
    np.testing.assert_allclose(turnOf(between), [-flexion, bend, rotation], atol=1e-9)
    center = jointCenter(loins, "L4L5")
    np.testing.assert_allclose(moved(center, between) - center, [-shift[0], shift[2], shift[1]], atol=1e-9)
    np.testing.assert_allclose(motions["L1"], motions["L4"], atol=1e-12)


def test_turning_the_whole_spine_in_space_turns_its_motion_with_it(neck):
    world = np.eye(4)
    world[:3, :3] = Rotation.from_euler("xyz", [25, -40, 110], degrees=True).as_matrix()
    world[:3, 3] = [30.0, -200.0, 15.0]
    elsewhere = {level: {code: moved(point, world) for code, point in own.items()} for level, own in neck.items()}
    turns = sharedTurns(segmentsOf(neck), Excursion(40.0, 15.0, -10.0))
    here, there = boneMotions(neck, turns), boneMotions(elsewhere, turns)
    for level in CERVICAL:
        np.testing.assert_allclose(there[level], world @ here[level] @ np.linalg.inv(world), atol=1e-9)


def test_axes_are_left_cranial_and_anterior(loins):
    np.testing.assert_allclose(segmentAxes(loins, "L4L5"), [[-1, 0, 0], [0, 0, 1], [0, 1, 0]], atol=1e-12)


def test_marks_other_than_corners_are_left_out():
    found = cornersOf({"L5_SA": (0, 1, 2), "L4_IP": (3, 4, 5), "L4L5_CA": (6, 7, 8), "L4_SPU": (9, 9, 9)})
    assert list(found) == ["L4", "L5"]
    assert set(found["L4"]) == {"IP"}


@pytest.mark.parametrize(
    ("turns", "words"),
    [({"L5S1": (1, 0, 0), "T12L1": (2, 0, 0)}, "T12L1"), ({"C4C5": (1, 0, 0)}, "not marked")],
)
def test_a_segment_that_is_not_marked_cannot_turn(loins, turns, words):
    with pytest.raises(InputError, match=words):
        boneMotions(loins, turns)


def test_a_missing_bone_or_corner_is_named(loins):
    with pytest.raises(InputError, match="between L2 and L4"):
        segmentsOf({level: loins[level] for level in ("L1", "L2", "L4", "L5")})
    with pytest.raises(InputError, match="at least two"):
        segmentsOf({"L4": loins["L4"]})
    del loins["L5"]["IP"]
    with pytest.raises(InputError, match="four corners of L5"):
        jointCenter(loins, "L4L5")


def test_a_segment_without_a_known_joint_center_is_refused():
    chest = column(("T5", "T6", "T7"), 28.0, 20.0, 5.0)
    with pytest.raises(InputError, match="none of these segments"):
        sharedTurns(segmentsOf(chest), Excursion(10.0))
    with pytest.raises(InputError, match="T5T6 is not known"):
        boneMotions(chest, {"T5T6": (2.0, 0.0, 0.0)})


def test_corners_on_one_line_do_not_say_where_the_front_is(loins):
    for own in loins.values():
        own.update({code: point * [0.0, 0.0, 1.0] for code, point in own.items()})
    with pytest.raises(InputError, match="front"):
        segmentAxes(loins, "L4L5")
