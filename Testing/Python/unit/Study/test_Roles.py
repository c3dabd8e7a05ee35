"""Which position answers which question, against the rules of the design (section 5)."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import (
    Pair,
    comparedPosition,
    declaredPairs,
    orderedPairs,
    routinePosition,
)

SUPINE = Position("supine", "supine", "neutral")
PRONE = Position("prone", "prone", "neutral")
SITTING = Position("sitting", "sitting", "neutral")
STANDING = Position("standing", "standing", "neutral")
EXTENSION = Position("extension", "standing", "extension")
FLEXION = Position("flexion", "standing", "flexion")


def case(*positions, **fields):
    return Case("case", Chain(("L4", "L5")), tuple(positions), **fields)


def ends(pairs):
    return [(pair.fromPosition, pair.toPosition) for pair in pairs]


def test_the_routine_scan_is_supine_neutral_else_prone_neutral_else_none():
    assert routinePosition(case(STANDING, PRONE, SUPINE)) == SUPINE
    assert routinePosition(case(STANDING, PRONE, EXTENSION)) == PRONE
    assert routinePosition(case(STANDING, SITTING, FLEXION)) is None
    assert routinePosition(case(Position("a", "supine", "flexion"), STANDING)) is None


def test_a_loaded_supine_scan_is_not_what_an_ordinary_mri_would_have_shown():
    loaded = Position("loaded", "supine", "neutral", load="axialLoad")
    assert routinePosition(case(loaded, SUPINE)) == SUPINE


def test_changes_compare_with_the_stated_reference_first():
    assert comparedPosition(case(SUPINE, STANDING, FLEXION, reference="flexion")) == FLEXION


def test_changes_compare_with_routine_then_standing_then_sitting_then_the_first():
    assert comparedPosition(case(FLEXION, STANDING, PRONE)) == PRONE
    assert comparedPosition(case(FLEXION, SITTING, STANDING)) == STANDING
    assert comparedPosition(case(FLEXION, SITTING, EXTENSION)) == SITTING
    assert comparedPosition(case(FLEXION, EXTENSION)) == FLEXION


def test_motion_runs_from_extension_to_flexion_and_load_from_supine_to_standing():
    pairs = {
        pair.question: (pair.fromPosition, pair.toPosition)
        for pair in declaredPairs(case(FLEXION, STANDING, SUPINE, EXTENSION))
    }
    assert pairs["motion"] == ("extension", "flexion")
    assert pairs["load"] == ("supine", "standing")


def test_load_falls_back_on_sitting_only_where_nobody_stood():
    assert Pair("supine", "sitting", "load") in declaredPairs(case(SITTING, SUPINE))
    assert Pair("supine", "standing", "load") in declaredPairs(case(SITTING, STANDING, SUPINE))
    assert Pair("supine", "sitting", "routine") in declaredPairs(case(SITTING, STANDING, SUPINE))


def test_without_a_recumbent_series_no_question_of_load_or_routine_is_asked():
    assert {pair.question for pair in declaredPairs(case(STANDING, EXTENSION, FLEXION))} == {"motion"}


def test_narrowing_compares_the_routine_scan_with_every_other_position():
    pairs = declaredPairs(case(EXTENSION, SUPINE, FLEXION, STANDING))
    asked = {pair.toPosition for pair in pairs if pair.fromPosition == "supine"}
    assert asked == {"extension", "flexion", "standing"}


def test_the_most_extreme_of_several_flexions_and_extensions_make_the_motion_pair():
    far, near = (Position(f"flexion{angle}", "standing", "flexion", angleReachedDeg=angle) for angle in (50.0, 20.0))
    back, more = (
        Position(f"extension{angle}", "standing", "extension", angleReachedDeg=angle) for angle in (10.0, 30.0)
    )
    assert Pair(more.id, far.id, "motion") in declaredPairs(case(far, near, back, more))
    assert ends(orderedPairs(case(far, near))) == [(near.id, far.id)]
    assert ends(orderedPairs(case(back, more))) == [(more.id, back.id)]


@pytest.mark.parametrize(
    ("first", "second"),
    [(EXTENSION, FLEXION), (EXTENSION, STANDING), (STANDING, FLEXION), (SUPINE, STANDING), (SUPINE, SITTING),
     (SITTING, STANDING), (EXTENSION, SUPINE), (SUPINE, FLEXION), (PRONE, SITTING)],
)  # fmt: skip
def test_a_pair_runs_from_extended_to_flexed_and_then_from_less_to_more_loaded(first, second):
    expected = [(first.id, second.id)]
    assert ends(orderedPairs(case(first, second))) == expected
    assert ends(orderedPairs(case(second, first))) == expected


def test_an_axial_load_comes_after_the_same_posture_without_it():
    loaded = Position("loaded", "supine", "neutral", load="axialLoad")
    assert ends(orderedPairs(case(loaded, SUPINE))) == [("supine", "loaded")]
    assert ends(orderedPairs(case(loaded, STANDING))) == [("loaded", "standing")]


def test_positions_that_rank_alike_keep_the_order_of_the_case():
    left, right = (Position(bend, "standing", bend) for bend in ("leftBend", "rightBend"))
    assert ends(orderedPairs(case(left, right))) == [("leftBend", "rightBend")]
    assert ends(orderedPairs(case(right, left))) == [("rightBend", "leftBend")]


@given(order=st.permutations([SUPINE, SITTING, STANDING, EXTENSION, FLEXION]))
def test_there_is_one_row_per_pair_whatever_the_order_of_the_case(order):
    pairs = ends(orderedPairs(case(*order)))
    assert len(pairs) == 10
    assert len({frozenset(pair) for pair in pairs}) == 10
    assert set(pairs) == set(ends(orderedPairs(case(SUPINE, SITTING, STANDING, EXTENSION, FLEXION))))


def test_a_pairs_question_is_kept_where_its_direction_allows():
    questions = {
        (pair.fromPosition, pair.toPosition): pair.question
        for pair in orderedPairs(case(SUPINE, STANDING, EXTENSION, FLEXION))
    }
    assert questions["supine", "standing"] == "load"
    assert questions["extension", "flexion"] == "motion"
    assert questions["supine", "flexion"] == "routine"
    assert questions["standing", "flexion"] == "other"


def test_the_pair_of_routine_and_extension_keeps_its_question():
    questions = {
        frozenset((pair.fromPosition, pair.toPosition)): pair.question for pair in orderedPairs(case(SUPINE, EXTENSION))
    }
    assert questions[frozenset(("supine", "extension"))] == "routine"


def test_a_single_position_makes_no_pair():
    assert orderedPairs(case(SUPINE)) == ()
    assert declaredPairs(case(SUPINE)) == ()


def test_every_declared_pair_is_among_the_ordered_ones():
    for order in permutations([SUPINE, STANDING, EXTENSION, FLEXION]):
        study = case(*order)
        measuredPairs = {frozenset(pair) for pair in ends(orderedPairs(study))}
        assert {frozenset(pair) for pair in ends(declaredPairs(study))} <= measuredPairs
