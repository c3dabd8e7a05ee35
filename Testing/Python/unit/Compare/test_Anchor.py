"""What holds a vertebra: bones before marks, marks before doubtful bones, and every doubt said."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine
from scipy.spatial.transform import Rotation

from DynamicSpineLib.Compare.Anchor import BY_IMAGES, BY_MARKS, BY_TWO_MARKS, anchorOn, heldLevels
from DynamicSpineLib.Compare.Comparison import comparePositions
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.EditMarks import positionOf

SCENARIO, REFERENCE, MOVING = "lumbarSlip", "SUP_N", "ST_F"
CORNERS = ("SA", "SP", "IA", "IP")


@pytest.fixture(scope="module")
def case():
    return phantomCase(SCENARIO)


def truth(level):
    """Where the phantom's bone goes from the moving to the reference position."""
    here, there = (posedSpine(SCENARIO, key).boneToRAS[level] for key in (MOVING, REFERENCE))
    return there @ np.linalg.inv(here)


def withVerdicts(case, verdict, level="L5"):
    return replace(case, bones=tuple(replace(bone, verdict=verdict if bone.level == level else bone.verdict)
                                     for bone in case.bones))  # fmt: skip


def withMarks(case, positionId, change):
    """The case with every mark of a position changed, or left out where the change gives None."""
    position = positionOf(case, positionId)
    kept = {name: new for name, mark in position.marks.landmarks.items() if (new := change(mark)) is not None}
    marked = replace(position, marks=replace(position.marks, landmarks=MappingProxyType(kept)))
    return replace(case, positions=tuple(marked if item.id == positionId else item for item in case.positions))


def keeping(case, names, level="L5"):
    """The case with some marks of a level only, in the moving position."""
    return withMarks(case, MOVING, lambda mark: mark if not mark.name.startswith(f"{level}_") or mark.name in names
                     else None)  # fmt: skip


@pytest.mark.parametrize(("bones", "heldBy"), [(True, BY_IMAGES), (False, BY_MARKS)])
def test_a_vertebra_is_laid_on_itself_by_its_bone_or_its_marks(case, bones, heldBy):
    anchor = anchorOn(case if bones else replace(case, bones=()), "L5", REFERENCE, MOVING)
    assert anchor.heldBy == heldBy
    assert anchor.warnings == ()
    assert np.allclose(anchor.movingToReference, truth("L5"), atol=1e-6)
    assert np.allclose(anchor.referenceToMoving @ anchor.movingToReference, np.eye(4), atol=1e-12)


def test_bones_carried_from_a_third_position_hold_two_others(case):
    anchor = anchorOn(case, "L4", "ST_E", MOVING)
    here, there = (posedSpine(SCENARIO, key).boneToRAS["L4"] for key in (MOVING, "ST_E"))
    assert anchor.heldBy == BY_IMAGES
    assert np.allclose(anchor.movingToReference, there @ np.linalg.inv(here), atol=1e-6)


def test_a_doubtful_bone_gives_way_to_marks_and_holds_where_there_are_none(case):
    doubtful = withVerdicts(case, "check")
    assert anchorOn(doubtful, "L5", REFERENCE, MOVING).heldBy == BY_MARKS
    for verdict in ("check", "failed"):
        bare = keeping(withVerdicts(case, verdict), ())
        anchor = anchorOn(bare, "L5", REFERENCE, MOVING)
        assert (anchor.heldBy, anchor.warnings) == (BY_IMAGES, (f"L5 carried: {verdict}",))
    carried = withMarks(doubtful, MOVING, lambda mark: replace(mark, origin="carried", confirmed=False))
    assert anchorOn(carried, "L5", REFERENCE, MOVING).warnings == ("L5 carried: check",)


@pytest.mark.parametrize("pair", [("L5_SA", "L5_SP"), ("L5_IA", "L5_IP"), ("L5_SP", "L5_IP"), ("L5_SA", "L5_IP")])
def test_two_marks_hold_a_vertebra_in_the_plane_of_its_neighbors(case, pair):
    anchor = anchorOn(keeping(replace(case, bones=()), pair), "L5", REFERENCE, MOVING)
    assert anchor.heldBy == BY_TWO_MARKS
    assert anchor.warnings == ("L5 held by two marks only",)
    corners = [positionOf(case, MOVING).marks.point(f"L5_{code}") for code in CORNERS]
    wanted = [positionOf(case, REFERENCE).marks.point(f"L5_{code}") for code in CORNERS]
    moved = np.array(corners) @ anchor.movingToReference[:3, :3].T + anchor.movingToReference[:3, 3]
    assert np.abs(moved - wanted).max() < 0.2


def test_one_mark_holds_nothing_and_the_sentence_says_how_many_there_are(case):
    alone = keeping(replace(case, bones=()), ("L5_SA",))
    with pytest.raises(InputError, match=r"L5 cannot be held.* 1 of its marks"):
        anchorOn(alone, "L5", REFERENCE, MOVING)
    assert "L5" not in heldLevels(alone, REFERENCE, MOVING)
    assert "L4" in heldLevels(alone, REFERENCE, MOVING)


def test_wrong_names_are_said(case):
    for level, ends, said in (("C3", (REFERENCE, MOVING), "no level 'C3'"), ("L5", (REFERENCE, REFERENCE), "different"),
                              ("L5", (REFERENCE, "NONE"), "NONE")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            anchorOn(case, level, *ends)


def test_marks_that_contradict_the_carried_bone_are_said(case):
    def pushed(mark):
        if mark.name not in {f"L5_{code}" for code in CORNERS}:
            return mark
        return replace(mark, point_RAS=(mark.point_RAS[0], mark.point_RAS[1] + 3.0, mark.point_RAS[2]))

    anchor = anchorOn(withMarks(case, MOVING, pushed), "L5", REFERENCE, MOVING)
    assert anchor.heldBy == BY_IMAGES
    assert anchor.warnings[0].startswith("L5: marks lie ")
    assert np.allclose(anchor.movingToReference, truth("L5"), atol=1e-6)


def test_turning_both_positions_as_one_turns_nothing_on_the_picture(case):
    bare = replace(case, bones=())
    turn = Rotation.from_rotvec([0.3, -0.5, 0.8]).as_matrix()
    shift = np.array([12.0, -40.0, 7.0])
    turned = bare
    for key in (REFERENCE, MOVING):
        turned = withMarks(turned, key, lambda mark: replace(
            mark, point_RAS=tuple(turn @ mark.point_RAS + shift) if mark.point_RAS is not None else None))  # fmt: skip
    whole = np.eye(4)
    whole[:3, :3], whole[:3, 3] = turn, shift
    for marked, moved in ((bare, turned), (keeping(bare, ("L5_SA", "L5_SP")), keeping(turned, ("L5_SA", "L5_SP")))):
        first = anchorOn(marked, "L5", REFERENCE, MOVING).movingToReference
        second = anchorOn(moved, "L5", REFERENCE, MOVING).movingToReference
        assert np.allclose(second, whole @ first @ np.linalg.inv(whole), atol=1e-6)


def test_a_comparison_without_two_neighbors_says_why_it_cannot_be_unbent(case):
    bare = replace(case, bones=())
    for level in case.chain.levels:
        bare = keeping(bare, (), level) if level != "L5" else bare
    comparison = comparePositions(bare, REFERENCE, MOVING, "L5")
    assert comparison.unbending is None
    assert "two neighboring vertebrae" in comparison.notUnbent
    assert comparison.anchor.heldBy == BY_MARKS
