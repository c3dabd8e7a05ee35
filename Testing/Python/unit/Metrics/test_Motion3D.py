"""Side bend, sideways shift and axial turn from bone transforms and from coronal and axial marks."""

from __future__ import annotations

import numpy as np
import pytest
from Spines import (
    ANTERIOR,
    CERVICAL,
    CRANIAL,
    LEFT,
    STILL,
    anyPose,
    at,
    case,
    cervicalSpine,
    chainMatrices,
    position,
    rowsOf,
    shiftBy,
    turnAbout,
)

from DynamicSpineLib.Study.Case import BoneTransform

METRICS = ("lateralBend", "lateralTranslation", "axialRotation")
CENTER = at(0.0, 45.0)


def bones(matrices, before=STILL, after=STILL, **fields):
    """Transforms from the first to the second position for bones moved by matrices, each patient posed as given."""
    carried = {level: after @ matrix @ np.linalg.inv(before) for level, matrix in matrices.items()}
    return tuple(
        BoneTransform(level, "a", "b", tuple(map(tuple, matrix)), **fields) for level, matrix in carried.items()
    )


def study(joint, before=STILL, after=STILL, withBones=True, drop=(), **fields):
    spine = cervicalSpine().without(*drop)
    matrices = chainMatrices(CERVICAL, {"C5": joint})
    return case(
        position("a", spine.posed(before)), position("b", spine.carried(matrices).posed(after), bend="rightBend"),
        levels=CERVICAL, bones=bones(matrices, before, after) if withBones else (), **fields,
    )  # fmt: skip


def values(rows, level="C5C6"):
    return {metric: rows(metric, level, "b", "a").value for metric in METRICS}


POSES = pytest.mark.parametrize("after", [np.eye(4), anyPose(6)], ids=["same pose", "another pose"])
SOURCES = pytest.mark.parametrize("withBones", [True, False], ids=["bones", "marks"])


@POSES
@SOURCES
@pytest.mark.parametrize("degrees", [9.0, -5.0])
def test_a_bend_to_the_right_is_positive(after, withBones, degrees):
    # Right-handed about the front: the left side goes up, the head to the right.
    found = values(rowsOf(study(turnAbout(ANTERIOR, degrees, CENTER), after=after, withBones=withBones)))
    assert found["lateralBend"] == pytest.approx(degrees)
    assert found["axialRotation"] == pytest.approx(0.0, abs=1e-9)
    assert np.sign(found["lateralTranslation"]) == -np.sign(degrees)


@POSES
@SOURCES
@pytest.mark.parametrize("degrees", [7.0, -12.0])
def test_a_turn_to_the_left_is_positive(after, withBones, degrees):
    # Right-handed about the long axis: the front goes to the left.
    found = values(rowsOf(study(turnAbout(CRANIAL, degrees, CENTER), after=after, withBones=withBones)))
    assert found["axialRotation"] == pytest.approx(degrees)
    assert found["lateralBend"] == pytest.approx(0.0, abs=1e-9)


@POSES
@SOURCES
@pytest.mark.parametrize("shift", [2.5, -1.5])
def test_a_shift_to_the_left_is_positive(after, withBones, shift):
    found = values(rowsOf(study(shiftBy(left=shift), after=after, withBones=withBones)))
    assert found["lateralTranslation"] == pytest.approx(shift)
    assert found["lateralBend"] == pytest.approx(0.0, abs=1e-9)


def test_a_flexion_is_neither_bend_nor_turn():
    found = values(rowsOf(study(turnAbout(LEFT, 12.0, CENTER), after=anyPose(2))))
    assert found == pytest.approx(dict.fromkeys(METRICS, 0.0), abs=1e-9)


def test_a_coupled_motion_is_an_axial_rotation_then_a_bend_then_a_flexion():
    joint = turnAbout(CRANIAL, 36.0, CENTER) @ turnAbout(ANTERIOR, -4.0, CENTER) @ turnAbout(LEFT, 7.0, CENTER)
    found = values(rowsOf(study(joint, after=anyPose(2))))
    assert found["axialRotation"] == pytest.approx(36.0)
    assert found["lateralBend"] == pytest.approx(-4.0)


def test_the_axes_are_those_of_the_lower_bone():
    # C6 lies turned by 30 degrees about the left axis: a turn about its own long axis is what counts.
    pose = turnAbout(LEFT, 30.0, at(0.0, 36.0))
    spine = cervicalSpine().posed(pose)
    joint = pose @ turnAbout(CRANIAL, 9.0, CENTER) @ np.linalg.inv(pose)
    matrices = chainMatrices(CERVICAL, {"C5": joint})
    rows = rowsOf(case(position("a", spine), position("b", spine.carried(matrices), bend="leftRotation"),
                       levels=CERVICAL, bones=bones(matrices)))  # fmt: skip
    assert values(rows)["axialRotation"] == pytest.approx(9.0)
    assert values(rows)["lateralBend"] == pytest.approx(0.0, abs=1e-9)


def test_bones_carried_from_a_third_position_give_the_motion_between_the_other_two():
    spine = cervicalSpine()
    first = chainMatrices(CERVICAL, {"C5": turnAbout(ANTERIOR, -6.0, CENTER)})
    second = chainMatrices(CERVICAL, {"C5": turnAbout(ANTERIOR, 9.0, CENTER)})
    carried = tuple(
        BoneTransform(level, "n", target, tuple(map(tuple, matrices[level])))
        for target, matrices in (("l", first), ("r", second))
        for level in CERVICAL
    )
    left, right = (
        position(name, spine.carried(matrices), bend=bend)
        for name, bend, matrices in (("l", "leftBend", first), ("r", "rightBend", second))
    )
    rows = rowsOf(case(position("n", spine, "supine"), left, right, levels=CERVICAL, bones=carried))
    assert rows("lateralBend", "C5C6", "l", "n").value == pytest.approx(-6.0)
    assert rows("lateralBend", "C5C6", "r", "l").value == pytest.approx(15.0)


def test_the_row_says_whether_bones_or_marks_gave_the_motion():
    fromBones = rowsOf(study(turnAbout(ANTERIOR, 9.0, CENTER)))
    fromMarks = rowsOf(study(turnAbout(ANTERIOR, 9.0, CENTER), withBones=False))
    assert fromBones("lateralBend", "C5C6", "b", "a").method == "relativeTransform"
    assert fromMarks("lateralBend", "C5C6", "b", "a").method == "coronalPoints"
    assert fromMarks("axialRotation", "C5C6", "b", "a").method == "axialPoints"
    assert "C5_CIL" in fromMarks("lateralBend", "C5C6", "b", "a").points
    assert "C5_AX0" in fromMarks("axialRotation", "C5C6", "b", "a").points


def test_without_transforms_and_marks_the_row_says_that_the_transform_is_missing():
    coronal = [f"{level}_{code}" for level in ("C5", "C6") for code in ("CSL", "CSR", "CIL", "CIR", "AX0", "AX1")]
    rows = rowsOf(study(turnAbout(ANTERIOR, 9.0, CENTER), withBones=False, drop=coronal))
    for metric in METRICS:
        row = rows(metric, "C5C6", "b", "a")
        assert (row.status, row.reasonCode) == ("notAvailable", "noTransform")


def test_a_failed_transform_is_not_used():
    matrices = chainMatrices(CERVICAL, {"C5": turnAbout(ANTERIOR, 9.0, CENTER)})
    spine = cervicalSpine().without("C5_CIL", "C5_AX0")
    failed = bones(matrices, verdict="failed")
    rows = rowsOf(case(position("a", spine), position("b", spine.carried(matrices), bend="rightBend"),
                       levels=CERVICAL, bones=failed))  # fmt: skip
    assert rows("lateralBend", "C5C6", "b", "a").reasonCode == "noTransform"


def test_sagittal_values_of_side_bent_and_rotated_positions_are_flagged_and_these_are_not():
    rows = rowsOf(study(turnAbout(ANTERIOR, 9.0, CENTER)))
    assert "sideBentOrRotated" in rows("slip", "C5C6", "b").warnings
    assert "sideBentOrRotated" not in rows("slip", "C5C6", "a").warnings
    assert "sideBentOrRotated" in rows("rotation", "C5C6", "b", "a").warnings
    assert "sideBentOrRotated" not in rows("lateralBend", "C5C6", "b", "a").warnings
