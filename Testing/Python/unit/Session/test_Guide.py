"""What is asked next while marking, against the landmark protocol of the reference (one page, counts included)."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Anatomy.Landmarks import namesFor
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.Guide import (
    NOT_VISIBLE,
    OPEN,
    PLACED,
    SKIPPED,
    UNCONFIRMED,
    MarkCount,
    Marking,
    countOf,
    countsByPosition,
    markedChain,
    nextOf,
    wantedCurves,
    wantedMarks,
)
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Contour, Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position

CERVICAL = Chain(("C2", "C3", "C4", "C5", "C6", "C7", "T1"))
LUMBAR = Chain(("L1", "L2", "L3", "L4", "L5", "S1"))
WHOLE = Chain(CANONICAL_LEVELS)


def caseOf(chain, *marks, contours=()):
    """A case of one position with these marks."""
    return Case("a", chain, (Position("P", "supine", "neutral", marks=landmarkSet(list(marks), list(contours))),))


def there(name, **how):
    return Landmark(name, (0.0, 0.0, 0.0), **how)


def names(marks):
    return [item.name for item in marks]


def wantedOf(chain, *marks, skipped=(), **choice):
    return wantedMarks(caseOf(chain, *marks), "P", Marking(**choice), skipped)


def test_one_level_costs_twelve_clicks_as_in_the_reference():
    asked = wantedOf(CERVICAL, onlyAt="C5C6", protocols="ABC")
    assert names(asked) == [
        *(f"{level}_{code}" for level in ("C5", "C6") for code in ("SA", "SP", "IA", "IP")),
        *("C5C6_CA", "C5C6_CP", "C5C6_KA", "C5C6_KP"),
    ]


def test_whole_columns_ask_for_as_many_points_as_the_reference_counts():
    assert countOf(wantedOf(LUMBAR, protocols="A")).needed == 22
    assert countOf(wantedOf(LUMBAR, protocols="AB")).needed == 22 + 10
    assert countOf(wantedOf(CERVICAL, protocols="BC")).needed == 24
    assert countOf(wantedOf(Chain(("Oc", "C1", "C2")), protocols="F")).needed == 9


def test_a_range_may_be_named_from_either_end_and_leaves_the_rest_alone():
    asked = wantedOf(CERVICAL, first="C6", last="C4", protocols="AB")
    assert {item.place for item in asked} == {"C4", "C5", "C6", "C4C5", "C5C6"}
    assert asked == wantedOf(CERVICAL, first="C4", last="C6", protocols="AB")


@pytest.mark.parametrize(("choice", "word"), [({"first": "L1"}, "L1"), ({"onlyAt": "C7T1T2"}, "C7T1T2"),
                                              ({"onlyAt": "L5S1"}, "L5")])  # fmt: skip
def test_a_level_that_the_case_does_not_have_is_said(choice, word):
    with pytest.raises(InputError, match=word):
        markedChain(CERVICAL, Marking(**choice))


def test_a_segment_that_another_person_has_is_said():
    sixLumbar = Chain(("L4", "L5", "L6", "S1"))
    with pytest.raises(InputError, match="no segment of this case"):
        markedChain(sixLumbar, Marking(onlyAt="L5S1"))
    assert markedChain(sixLumbar, Marking(onlyAt="L6S1")).levels == ("L6", "S1")


def test_optional_marks_come_after_all_needed_ones_and_only_where_asked_for():
    asked = wantedOf(CERVICAL, protocols="BC", withOptional=True)
    flags = [item.isOptional for item in asked]
    assert flags == sorted(flags)
    assert set(names(asked)) == set(namesFor(CERVICAL, "BC"))
    assert not any(item.isOptional for item in wantedOf(CERVICAL, protocols="BC"))


def test_a_protocol_without_needed_points_asks_for_its_optional_ones():
    asked = wantedOf(LUMBAR, protocols="AG", onlyAt="L4L5")
    assert names(asked)[8:] == [
        *("L4_SPU", "L4_SPL", "L5_SPU", "L5_SPL"),
        *("L4_CSL", "L4_CSR", "L4_CIL", "L4_CIR", "L5_CSL", "L5_CSR", "L5_CIL", "L5_CIR"),
    ]
    views = [item.view for item in asked]
    assert views == sorted(views, key=("sagittal", "coronal").index)


def test_one_side_of_the_foramina_is_marked_before_the_other():
    sides = [item.side for item in wantedOf(LUMBAR, protocols="D")]
    assert sides == ["L"] * 20 + ["R"] * 20


def test_the_order_is_that_of_the_protocols_where_view_and_side_stay_the_same():
    asked = names(wantedOf(WHOLE, protocols="ABCF", withOptional=False))
    assert asked == [name for name in namesFor(WHOLE, "ABCF", withOptional=False) if name in set(asked)]
    assert len(asked) == len(namesFor(WHOLE, "ABCF", withOptional=False))


def test_every_status_of_a_mark_is_told_from_the_others():
    marks = (
        there("C3_SA"), there("C3_SP", origin="carried", confirmed=False), there("C3_IA", origin="carried"),
        Landmark("C3_IP", None, "missing"), Landmark("C4_SA", None, "undefined"),
        there("C4_IA", origin="predicted", confirmed=False),
    )  # fmt: skip
    asked = wantedOf(CERVICAL, *marks, first="C3", last="C4", skipped={"C4_SP", "C3_SA", "C3_SP"})
    assert {item.name: item.status for item in asked} == {
        "C3_SA": PLACED, "C3_SP": UNCONFIRMED, "C3_IA": PLACED, "C3_IP": NOT_VISIBLE,
        "C4_SA": OPEN, "C4_SP": SKIPPED, "C4_IA": UNCONFIRMED, "C4_IP": OPEN,
    }  # fmt: skip


def test_the_next_point_is_the_first_open_one_behind_and_then_from_the_start():
    asked = wantedOf(CERVICAL, there("C3_SP"), onlyAt="C3", skipped=("C3_IP",))
    assert nextOf(asked, (OPEN,)).name == "C3_SA"
    assert nextOf(asked, (OPEN,), "C3_SA").name == "C3_IA"
    assert nextOf(asked, (OPEN,), "C3_IA").name == "C3_SA"
    assert nextOf(asked, (OPEN,), "C9_XX").name == "C3_SA"
    assert nextOf(asked, (SKIPPED,)).name == "C3_IP"


def test_nothing_is_next_where_all_is_done():
    done = [there(f"C3_{code}") for code in ("SA", "SP", "IA", "IP")]
    assert nextOf(wantedOf(CERVICAL, *done, onlyAt="C3"), (OPEN,), "C3_SA") is None
    assert nextOf((), (OPEN,)) is None


def test_the_only_open_point_is_found_again_from_itself():
    done = [there(f"C3_{code}") for code in ("SA", "SP", "IA")]
    assert nextOf(wantedOf(CERVICAL, *done, onlyAt="C3"), (OPEN,), "C3_IP").name == "C3_IP"


def test_counts_are_of_what_is_asked_for():
    marks = (there("C5_SA"), there("C5_SP", origin="carried", confirmed=False), Landmark("C5C6_CA", None, "missing"),
             there("C5C6_TA"))  # fmt: skip
    case = caseOf(CERVICAL, *marks)
    choice = Marking(onlyAt="C5C6", protocols="AB", withOptional=True)
    asked = wantedMarks(case, "P", choice)
    assert countsByPosition(case, choice) == {"P": MarkCount(1, 1, 1, 10)}
    assert countOf(item for item in asked if item.place == "C5") == MarkCount(1, 1, 0, 4)
    assert countOf(item for item in asked if item.protocol == "B") == MarkCount(0, 0, 1, 2)
    assert countOf(asked).text == "1 of 10"


def test_marks_said_to_be_not_visible_settle_a_position():
    done = [there(f"C3_{code}") for code in ("SA", "SP", "IA")]
    assert not countOf(wantedOf(CERVICAL, *done, onlyAt="C3")).isSettled
    assert countOf(wantedOf(CERVICAL, *done, Landmark("C3_IP", None, "missing"), onlyAt="C3")).isSettled


def test_lines_and_outlines_are_listed_apart_with_their_status():
    contour = Contour("L4L5_DS", ((0.0, 0.0, 0.0),) * 3)
    carried = replace(contour, name="L4L5_LF_L", confirmed=False, origin="carried")
    case = caseOf(LUMBAR, contours=(contour, carried))
    curves = wantedCurves(case, "P", Marking(onlyAt="L4L5", protocols="ADE"))
    assert {item.name: item.status for item in curves} == {
        "L4L5_FC_L": OPEN, "L4L5_FC_R": OPEN, "L4L5_DS": PLACED, "L4L5_LF_L": UNCONFIRMED, "L4L5_LF_R": OPEN,
        "L4L5_FG_L": OPEN, "L4L5_FG_R": OPEN, "L4L5_LR_L": OPEN, "L4L5_LR_R": OPEN,
    }  # fmt: skip
    assert not {item.name for item in wantedMarks(case, "P", Marking(protocols="ADE"))} & {item.name for item in curves}


def test_a_phantom_with_every_mark_is_complete_in_every_position():
    case = phantomCase("healthyLumbar")
    found = countsByPosition(case, Marking(protocols="ABCDEFG"))
    assert list(found) == [item.id for item in case.positions]
    assert all(item.isSettled and item.needed > 60 for item in found.values())


def test_a_position_that_is_not_there_has_everything_open():
    assert {item.status for item in wantedMarks(caseOf(CERVICAL), "none", Marking())} == {OPEN}


def test_hint_plane_view_and_side_are_those_of_the_protocol():
    (foramen, *_) = wantedOf(LUMBAR, protocols="D", onlyAt="L4L5")
    assert (foramen.name, foramen.side, foramen.view) == ("L4L5_FS_L", "L", "sagittal")
    assert foramen.plane == "parasagittal through the foramen"
    assert foramen.hint == "Lowest point of the pedicle above."
    axial = {item.view for item in wantedOf(LUMBAR, protocols="E")}
    assert axial == {"axial"}


def test_a_change_of_one_mark_leaves_the_other_positions_alone():
    base = phantomCase("healthyLumbar")
    marks = dict(base.positions[0].marks.landmarks)
    del marks["L4_SA"]
    first = replace(base.positions[0], marks=replace(base.positions[0].marks, landmarks=MappingProxyType(marks)))
    case = replace(base, positions=(first, *base.positions[1:]))
    counts = [item.placed for item in countsByPosition(case, Marking("L1", "S1")).values()]
    assert counts == [21, *([22] * (len(counts) - 1))]
