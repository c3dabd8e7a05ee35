"""The levels of a case: their range, their number, their names, and who verified them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PlacedMarks import withPlaced

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.LevelEdits import (
    namesFrom,
    renaming,
    sidesLine,
    statusLine,
    topNames,
    vertebraCount,
    withNumberingVerified,
    withRange,
    withSidesVerified,
    withStatement,
    withTopNamed,
    withVertebraCount,
)
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.EditCase import withSegmentStatus
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

LUMBAR = ("L1", "L2", "L3", "L4", "L5", "S1")


def caseOf(*levels):
    return Case("a", Chain(levels), (Position("p", "supine", "neutral"),))


def levelsOf(case):
    return case.chain.levels


def test_a_verified_statement_says_who_and_when():
    case = withNumberingVerified(caseOf("C4", "C5"), "  Dr  Ada ", "2026-03-01")
    assert (case.numbering.confirmedBy, case.numbering.confirmedAt) == ("Dr Ada", "2026-03-01")
    with pytest.raises(InputError, match="write the name"):
        withNumberingVerified(case, "  ", "2026-03-01")
    with pytest.raises(InputError, match="longer than 200"):
        withNumberingVerified(case, "x" * 201, "2026-03-01")


@pytest.mark.parametrize("change", [{"countedFrom": "sacrum"}, {"presacralCount": 25}, {"transitional": "IIa"}])
def test_another_source_or_count_has_to_be_verified_anew(change):
    case = withNumberingVerified(caseOf("C4", "C5"), "Ada", "2026-03-01")
    assert withStatement(case, **change).numbering == Numbering(**change)
    assert withStatement(case, alternativeName="L6").numbering.confirmedBy == "Ada"


def test_a_count_that_nobody_has_is_refused():
    with pytest.raises(InputError, match="presacral count must be a whole number from 20 to 28"):
        withStatement(caseOf("C4", "C5"), presacralCount=5)


def test_a_range_is_extended_and_shortened_without_touching_what_stays():
    six = caseOf("L4", "L5", "L6", "S1")
    assert levelsOf(withRange(six, "L2", "S1")) == ("L2", "L3", "L4", "L5", "L6", "S1")
    four = caseOf("L3", "L4", "S1")
    assert levelsOf(withRange(four, "T12", "S1")) == ("T12", "L1", "L2", "L3", "L4", "S1")
    assert levelsOf(withRange(six, "L5", "S1")) == ("L5", "L6", "S1")
    assert levelsOf(withRange(caseOf("C2", "C3"), "L4", "S1")) == ("L4", "L5", "S1")
    with pytest.raises(InputError, match="L5 lies below L1; choose the upper level first"):
        withRange(six, "L5", "L1")


def test_marks_are_not_lost_with_a_level():
    case = withPlaced(caseOf(*LUMBAR), "p", "L1_SA", (0.0, 0.0, 0.0))
    with pytest.raises(InputError, match="L1_SA in position 'p' is marked; clear it"):
        withRange(case, "L2", "S1")


def test_people_with_four_to_six_lumbar_vertebrae_are_counted():
    case = caseOf(*LUMBAR)
    assert vertebraCount(case.chain, "L") == 5
    assert vertebraCount(case.chain, "T") is None
    assert levelsOf(withVertebraCount(case, "L", 6)) == ("L1", "L2", "L3", "L4", "L5", "L6", "S1")
    four = withVertebraCount(case, "L", 4)
    assert levelsOf(four) == ("L1", "L2", "L3", "L4", "S1")
    assert vertebraCount(four.chain, "L") == 4
    assert [item.name for item in four.chain.segments][-1] == "L4S1"
    assert levelsOf(withVertebraCount(four, "L", 5)) == LUMBAR
    with pytest.raises(InputError, match="does not reach"):
        withVertebraCount(case, "T", 13)


def test_people_with_eleven_to_thirteen_thoracic_vertebrae_are_counted():
    case = caseOf("T11", "T12", "L1")
    assert levelsOf(withVertebraCount(case, "T", 13)) == ("T11", "T12", "T13", "L1")
    assert levelsOf(withVertebraCount(case, "T", 11)) == ("T11", "L1")
    assert levelsOf(withVertebraCount(caseOf("T12", "L1"), "T", 13)) == ("T12", "T13", "L1")


def test_a_vertebra_does_not_come_between_where_the_disc_is_marked():
    case = withPlaced(caseOf("T12", "L1"), "p", "T12L1_CA", (0.0, 0.0, 0.0))
    with pytest.raises(InputError, match="T12L1_CA in position 'p' is marked; clear it"):
        withVertebraCount(case, "T", 13)


def test_the_sacrum_keeps_its_name_when_levels_are_renamed():
    assert namesFrom(LUMBAR, "T12") == ("T12", "L1", "L2", "L3", "L4", "S1")
    assert namesFrom(LUMBAR, "L2") == ("L2", "L3", "L4", "L5", "L6", "S1")
    assert namesFrom(LUMBAR, "L1") == LUMBAR
    assert topNames(LUMBAR) == ("T12", "L1", "L2")
    assert topNames(("C4", "C5", "C6"))[:2] == ("Oc", "C1")


@pytest.mark.parametrize("levels", [LUMBAR, ("C2", "C3", "C4"), ("L4", "L5", "L6", "S1"), ("T13", "L1", "L2"), ("S1",),
                                    ("L3", "L4", "S1"), CANONICAL_LEVELS])  # fmt: skip
def test_every_name_offered_gives_a_chain_of_as_many_levels(levels):
    offered = topNames(levels)
    assert levels[0] in offered
    for top in offered:
        names = namesFrom(levels, top)
        assert (names[0], len(names)) == (top, len(levels))
        assert Chain(names).levels == names
        if len(names) > 1:
            assert len(Chain(names).segments) == len(names) - 1


def test_renaming_is_told_before_it_is_done_and_takes_the_marks_along():
    case = withPlaced(caseOf("C4", "C5", "C6"), "p", "C4C5_CA", (1.0, 2.0, 3.0))
    case = withNumberingVerified(case, "Ada", "2026-03-01")
    plan = renaming(case, "C5")
    arrow = "\N{NO-BREAK SPACE}\N{RIGHTWARDS ARROW}\N{NO-BREAK SPACE}"
    assert plan.text == f"C4{arrow}C5, C5{arrow}C6, C6{arrow}C7"
    after = withTopNamed(case, "C5")
    assert levelsOf(after) == ("C5", "C6", "C7")
    assert after.position("p").marks.point("C5C6_CA") == (1.0, 2.0, 3.0)
    assert not after.numbering.isConfirmed


def test_a_mark_that_does_not_exist_at_its_new_level_is_told_instead():
    case = withPlaced(caseOf("C2", "C3"), "p", "C2_DT", (1.0, 2.0, 3.0))
    plan = renaming(case, "C3")
    assert "C2_DT: there is no such mark at C3" in plan.problem
    assert plan.text == "Position 'p', C2_DT: there is no such mark at C3; clear it before renumbering."
    with pytest.raises(InputError, match="ends before 2 levels"):
        withTopNamed(case, "S1")


def test_operated_segments_stand_on_one_line():
    case = withSegmentStatus(withSegmentStatus(caseOf(*LUMBAR), "L4L5", "discReplacement"), "L1L2", "notSeen")
    assert statusLine(case).replace("\N{NON-BREAKING HYPHEN}", "-") == "L1-L2: not seen; L4-L5: disc replacement"
    assert statusLine(caseOf(*LUMBAR)) == ""


def test_sides_are_known_from_the_files_or_from_a_person():
    case = caseOf(*LUMBAR)
    assert sidesLine(case) == "The files of all volumes say which side is left."
    grid = VolumeGeometry((2, 2, 2), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0),
                          ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), sidesKnown=False)  # fmt: skip
    unknown = replace(case, positions=(replace(case.positions[0], geometry=grid),))
    assert sidesLine(unknown) == "The files do not say which side is left in: Supine neutral."
    assert withSidesVerified(case, " Dr  Ada").sidesVerifiedBy == "Dr Ada"
