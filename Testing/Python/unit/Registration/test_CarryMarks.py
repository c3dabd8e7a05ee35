"""What carrying writes into a position, what it leaves alone, and what it takes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from CarriedByTruth import carriedBone, failedBone, shifted

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Registration.CarryMarks import bonesAfter, mergeMarks, obeyedNames
from DynamicSpineLib.Registration.Reasons import reasonsOfQuality
from DynamicSpineLib.Study.CarryState import CHECK, FAILED
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import (
    CARRIED,
    DEFINED,
    MISSING,
    PLACED,
    PREDICTED,
    SEGMENTED,
    UNDEFINED,
    Contour,
    Landmark,
    LandmarkSet,
    landmarkSet,
)
from DynamicSpineLib.Study.MarkupsJson import readMarkups, writeMarkups
from DynamicSpineLib.Study.Position import Position

CHAIN = Chain(("C4", "C5", "C6"))
HERE, THERE = (1.0, 2.0, 3.0), (50.0, 60.0, 70.0)
FORWARD = shifted(forwardMm=10.0)


def source(*more):
    return landmarkSet([Landmark("C5_SA", HERE), Landmark("C5_SP", (1.0, -8.0, 3.0)), *more])


def merged(target=(), bones=None, start=None, others=()):
    moved = (carriedBone("C5", FORWARD),) if bones is None else bones
    return mergeMarks(start or source(), landmarkSet(list(target)), moved, CHAIN, others)


def test_a_bones_marks_go_where_it_went_and_nobody_has_confirmed_them():
    found = merged().marks.landmarks["C5_SA"]
    assert found.point_RAS == (1.0, 12.0, 3.0)
    assert (found.origin, found.confirmed, found.status) == (CARRIED, False, DEFINED)


def test_each_point_says_its_verdict_and_expected_error_in_the_file(tmp_path):
    result = merged(bones=(replace(carriedBone("C5", FORWARD), verdict=CHECK),))
    writeMarkups(tmp_path / "b.mrk.json", result.marks)
    text = (tmp_path / "b.mrk.json").read_text(encoding="utf-8")
    assert '"carried; unconfirmed; quality check, expected error 0.28 mm"' in text
    back = readMarkups(tmp_path / "b.mrk.json").landmarks["C5_SA"]
    assert (back.origin, back.confirmed, back.quality) == (CARRIED, False, "check, expected error 0.28 mm")


@pytest.mark.parametrize("users", [
    Landmark("C5_SA", THERE), Landmark("C5_SA", THERE, origin=PLACED, confirmed=False),
    *(Landmark("C5_SA", THERE, origin=origin, confirmed=True) for origin in (CARRIED, PREDICTED, SEGMENTED)),
    Landmark("C5_SA", None, MISSING), Landmark("C5_SA", None, MISSING, CARRIED, False),
])  # fmt: skip
def test_what_a_user_placed_confirmed_or_said_to_be_missing_is_never_replaced(users):
    for bones in ((carriedBone("C5", FORWARD),), (failedBone("C5"),)):
        result = merged([users], bones)
        assert result.marks.landmarks["C5_SA"] == users
        assert "C5_SA" not in result.carried + result.removed
    assert merged([users]).kept == ("C5_SA",)


def test_points_placed_or_confirmed_in_the_target_are_those_that_carrying_obeys():
    marks = landmarkSet([
        Landmark("C5_SA", THERE), Landmark("C5_SP", THERE, origin=CARRIED, confirmed=True),
        Landmark("C5_IA", THERE, origin=CARRIED, confirmed=False), Landmark("C5_IP", None, MISSING),
        Landmark("C6_SA", THERE, origin=SEGMENTED, confirmed=False),
    ])  # fmt: skip
    assert obeyedNames(marks) == {"C5_SA", "C5_SP"}


@pytest.mark.parametrize("origin", [CARRIED, PREDICTED, SEGMENTED])
def test_unconfirmed_marks_of_an_earlier_run_are_replaced(origin):
    old = Landmark("C5_SA", THERE, origin=origin, confirmed=False, quality="check")
    found = merged([old]).marks.landmarks["C5_SA"]
    assert (found.point_RAS, found.origin) == ((1.0, 12.0, 3.0), CARRIED)
    assert found.quality.startswith("good")


def test_a_bone_that_is_not_found_now_takes_its_earlier_marks_back():
    old = [Landmark(name, THERE, origin=CARRIED, confirmed=False) for name in ("C5_SA", "C6_SA")]
    result = merged(old, (failedBone("C5"),))
    assert result.marks.landmarks["C5_SA"] == Landmark("C5_SA", None, UNDEFINED)
    assert result.marks.landmarks["C6_SA"] == old[1]
    assert result.removed == ("C5_SA",)


def test_a_failed_bone_takes_back_what_was_predicted_beside_it_and_nothing_else():
    beside = [Landmark(f"{name}_CA", THERE, origin=PREDICTED, confirmed=False) for name in ("C4C5", "C5C6")]
    kept = [Landmark("C5C6_CP", THERE), Landmark("C5C6_KA", THERE, origin=PREDICTED, confirmed=True)]
    result = merged([*beside, *kept], (carriedBone("C4", FORWARD), carriedBone("C5", FORWARD), failedBone("C6")))
    assert result.removed == ("C5C6_CA",)
    assert [result.marks.landmarks[item.name] for item in kept] == kept
    assert result.marks.landmarks["C4C5_CA"] == beside[0]


def test_a_failed_bone_takes_back_predicted_curves_beside_it_and_leaves_drawn_ones():
    curves = [Contour(f"{name}_DS", (HERE, THERE, (0.0, 0.0, 0.0)), origin=origin, confirmed=confirmed)
              for name, origin, confirmed in (("C4C5", PREDICTED, False), ("C5C6", PREDICTED, True))]  # fmt: skip
    result = mergeMarks(source(), landmarkSet([], curves), (failedBone("C5"),), CHAIN)
    assert (list(result.marks.contours), result.removed) == (["C5C6_DS"], ("C4C5_DS",))


def test_what_was_read_from_a_segmentation_stays_where_the_bone_is_not_found():
    read = Landmark("C5_SA", THERE, origin=SEGMENTED, confirmed=False)
    assert merged([read], (failedBone("C5"),)).marks.landmarks["C5_SA"] == read


def test_marks_of_soft_tissue_and_curves_are_not_carried():
    start = LandmarkSet(
        source(*(Landmark(name, HERE) for name in ("C5C6_CA", "C5_KA", "C5C6_FS_L"))).landmarks,
        {"C5C6_DS": Contour("C5C6_DS", (HERE, THERE, (0.0, 0.0, 0.0)))},
    )
    result = merged(start=start, bones=(carriedBone("C5", FORWARD), carriedBone("C6", FORWARD)))
    assert set(result.marks.landmarks) == {"C5_SA", "C5_SP"}
    assert result.marks.contours == {}


def test_what_the_source_does_not_have_the_target_does_not_get():
    start = source(Landmark("C5_IA", None, MISSING), Landmark("C5_IP", None, UNDEFINED))
    stale = Landmark("C5_IP", THERE, origin=CARRIED, confirmed=False)
    undefined = Landmark("C5_IA", None, UNDEFINED)
    result = merged([undefined, stale], start=start)
    assert result.marks.landmarks["C5_IA"] == undefined
    assert result.marks.landmarks["C5_IP"].status == UNDEFINED
    held = merged([stale], start=start, others=(carriedBone("C5", FORWARD, source="c").transform,))
    assert held.marks.landmarks["C5_IP"] == stale


def test_levels_that_were_not_carried_stay_as_they_are_and_new_marks_stand_in_the_protocols_order():
    other = Landmark("C6_SA", THERE, origin=CARRIED, confirmed=False)
    start = source(Landmark("C4_IA", HERE), Landmark("C6_SA", HERE))
    result = merged([other], (carriedBone("C5", FORWARD), carriedBone("C4", FORWARD)), start)
    assert list(result.marks.landmarks) == ["C6_SA", "C4_IA", "C5_SA", "C5_SP"]
    assert result.marks.landmarks["C6_SA"] == other


def theCase(bones=(), **marks):
    positions = tuple(Position(name, "standing", "neutral", marks=marks.get(name, LandmarkSet())) for name in "abc")
    return Case("x", CHAIN, positions, bones=tuple(bones))


def marksOf(case):
    return {item.id: item.marks for item in case.positions}


def test_new_transforms_come_first_and_replace_those_of_the_same_level_and_positions():
    old = [carriedBone("C5", shifted()).transform, carriedBone("C6", shifted()).transform,
           carriedBone("C5", shifted(), target="c").transform]  # fmt: skip
    case = theCase(old)
    found = bonesAfter(case, [carriedBone("C5", FORWARD)], marksOf(case))
    assert [(item.level, item.toPosition) for item in found] == [("C5", "b"), ("C6", "b"), ("C5", "c")]
    assert found[0].matrix[1][3] == 10.0


def test_a_bone_that_was_not_found_keeps_its_reasons_and_no_motion():
    case = theCase()
    (found,) = bonesAfter(case, [failedBone("C5", code="partlyOutOfField", sharePercent=70.0)], marksOf(case))
    assert (found.verdict, found.covariance) == (FAILED, None)
    assert reasonsOfQuality(found.quality) == (Reason("partlyOutOfField", {"sharePercent": 70.0}),)


def test_reasons_of_an_earlier_run_do_not_stay():
    bone = carriedBone("C5", FORWARD, quality={"similarity": 0.9, "reason1": "notFound"})
    case = theCase()
    (found,) = bonesAfter(case, [bone], marksOf(case))
    assert dict(found.quality) == {"similarity": 0.9}


def carriedMark(name="C5_SA"):
    return landmarkSet([Landmark(name, HERE, origin=CARRIED, confirmed=False)])


def test_carrying_back_does_not_close_a_circle():
    there = carriedBone("C5", shifted(), source="b", target="a").transform
    case = theCase([there, replace(there, level="C6")], a=carriedMark(), b=carriedMark())
    found = bonesAfter(case, [carriedBone("C5", FORWARD)], marksOf(case))
    assert [(item.level, item.fromPosition, item.toPosition) for item in found] == [("C5", "a", "b"), ("C6", "b", "a")]


def test_a_circle_over_three_positions_is_opened_at_its_oldest_transform():
    older = [carriedBone("C5", shifted(), source=start, target=end).transform for start, end in ("bc", "ca")]
    case = theCase(older, **{name: carriedMark() for name in "abc"})
    found = bonesAfter(case, [carriedBone("C5", FORWARD)], marksOf(case))
    assert [(item.fromPosition, item.toPosition) for item in found] == [("a", "b"), ("b", "c")]


def test_a_way_back_over_marks_that_were_placed_is_no_circle():
    there = carriedBone("C5", shifted(), source="b", target="a").transform
    case = theCase([there], a=carriedMark(), b=landmarkSet([Landmark("C5_SA", HERE)]))
    assert len(bonesAfter(case, [carriedBone("C5", FORWARD)], marksOf(case))) == 2
