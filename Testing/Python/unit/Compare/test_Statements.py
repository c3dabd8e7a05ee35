"""What a picture of two positions says of itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Compare.Comparison import comparePositions
from DynamicSpineLib.Compare.Statements import (
    CT_BESIDE_MR,
    WARPED,
    heldText,
    heldWarnings,
    laidOnText,
    marksWarnings,
    unbentWarnings,
    withImages,
)
from DynamicSpineLib.Study.Case import Numbering
from DynamicSpineLib.Study.Marks import landmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

MR = np.full((4, 20, 20), 300.0)
CT = np.where(np.arange(20) < 8, -1000.0, 60.0) + np.zeros((4, 20, 20))


@pytest.fixture
def case():
    return phantomCase("lumbarSlip")


def compared(case, level="L5"):
    return comparePositions(case, "SUP_N", "ST_F", level)


def changed(case, positionId, **changes):
    """The case with another field of one position."""
    return replace(case, positions=tuple(replace(item, **changes) if item.id == positionId else item
                                         for item in case.positions))  # fmt: skip


def boxAround(point, halfMm):
    """A grid of 1 mm whose outer faces lie `halfMm` from a point."""
    count = round(2 * halfMm)
    first = tuple(float(value) - halfMm + 0.5 for value in point)
    return VolumeGeometry((count,) * 3, (1.0,) * 3, first, ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)))


def test_a_case_without_doubts_says_what_it_is_and_no_more(case):
    comparison = compared(case)
    titles = [case.position(key).shownTitle for key in ("ST_F", "SUP_N")]
    assert laidOnText(comparison) == " on ".join(titles)
    assert heldText(comparison.anchor) == "L5 held by its carried bone"
    assert (heldWarnings(comparison), marksWarnings(comparison)) == ((), ())
    assert unbentWarnings(comparison) == (WARPED,)


def test_unverified_names_and_sides_are_said(case):
    doubtful = replace(case, numbering=Numbering("sacrum"), sidesVerifiedBy="")
    assert heldWarnings(compared(doubtful)) == ("level names not verified", "side not verified")


@pytest.mark.parametrize(("first", "second", "expected"), [
    (MR, CT, (CT_BESIDE_MR,)), (CT, MR, (CT_BESIDE_MR,)), (MR, MR, ()), (CT, CT, ()),
])  # fmt: skip
def test_a_ct_beside_an_mr_is_said_held_and_unbent_whatever_is_held(case, first, second, expected):
    comparison = withImages(compared(case), first, second)
    for shown in (comparison, comparison.holding("L3")):
        assert heldWarnings(shown) == expected
        assert unbentWarnings(shown) == (WARPED, *expected)


@pytest.mark.parametrize("positionId", ["SUP_N", "ST_F"])
def test_images_that_do_not_reach_the_held_vertebra_are_named(case, positionId):
    position = case.position(positionId)
    middle = np.mean([position.marks.point(f"L5_{code}") for code in ("SA", "SP", "IA", "IP")], axis=0)
    near, far = (changed(case, positionId, geometry=boxAround(middle + np.array([0.0, 0.0, up]), 20.0))
                 for up in (24.0, 26.0))  # fmt: skip
    assert heldWarnings(compared(near)) == ()  # 4 mm beside the outer slice
    assert heldWarnings(compared(far)) == (f"L5 lies outside of the images of {position.shownTitle}",)


def test_outlines_of_marks_that_nobody_accepted_are_said(case):
    marks = case.position("ST_F").marks
    waiting = landmarkSet([replace(mark, confirmed=mark.name != "L2_SA") for mark in marks.landmarks.values()])
    comparison = compared(changed(case, "ST_F", marks=waiting))
    assert marksWarnings(comparison) == (f"marks not yet accepted: {case.position('ST_F').shownTitle}",)
    assert heldWarnings(comparison) == ()
