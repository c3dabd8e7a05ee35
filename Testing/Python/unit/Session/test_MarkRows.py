"""The marks of a position as a list shows them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Registration.Reasons import qualityOfReasons
from DynamicSpineLib.Scene.Views.MarkLook import colorOfLevel
from DynamicSpineLib.Session.Guide import Marking, wantedCurves, wantedMarks
from DynamicSpineLib.Session.MarkNames import shortTitle
from DynamicSpineLib.Session.MarkRows import SIGNS, markRows, totalWords
from DynamicSpineLib.Study.CarryState import CHECK
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.Marks import Contour, Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position

CHAIN = Chain(("L3", "L4", "L5"))
HERE = (0.0, 0.0, 0.0)
STILL = tuple(tuple(float(row == column) for column in range(4)) for row in range(4))


def caseOf(*marks, contours=(), bones=()):
    position = Position("P", "supine", "neutral", marks=landmarkSet(list(marks), list(contours)))
    return Case("a", CHAIN, (position,), bones=bones)


def rowsOf(case, protocols="AB", asked="", skipped=()):
    marks = wantedMarks(case, "P", Marking(protocols=protocols), skipped)
    curves = wantedCurves(case, "P", Marking(protocols=protocols))
    return {row.place: row for row in markRows(case, case.positions[0], (*marks, *curves), asked)}


def row(rows, name):
    return next(mark for item in rows.values() for mark in item.marks if mark.name == name)


def test_places_come_down_the_spine_each_disc_below_its_upper_vertebra():
    assert list(rowsOf(caseOf())) == ["L3", "L3L4", "L4", "L4L5", "L5"]


def test_the_color_of_a_place_is_that_of_its_vertebra_in_the_views():
    rows = rowsOf(caseOf())
    assert rows["L4"].color == colorOfLevel("L4") == rows["L4L5"].color
    assert rows["L5"].color != rows["L4"].color


def test_every_state_has_a_sign_of_its_own_and_words():
    marks = (
        Landmark("L3_SA", HERE), Landmark("L3_SP", HERE, origin="carried", confirmed=True),
        Landmark("L3_IA", HERE, origin="predicted", confirmed=False), Landmark("L3_IP", None, "missing"),
        Landmark("L4_SA", HERE, origin="carried", confirmed=False, quality="check, expected error 0.50 mm"),
    )  # fmt: skip
    bone = BoneTransform("L4", "Q", "P", STILL, verdict=CHECK, quality=qualityOfReasons([Reason("similarityLow")]))
    rows = rowsOf(caseOf(*marks, bones=(bone,)), asked="L5_SA", skipped=("L5_SP",))
    words = {name: row(rows, name).words for name in
             ("L3_SA", "L3_SP", "L3_IA", "L3_IP", "L4_SA", "L5_SA", "L5_SP", "L5_IA")}  # fmt: skip
    assert words == {
        "L3_SA": "\u25cf placed", "L3_SP": "\u25a0 accepted", "L3_IA": "\u25c6 to accept",
        "L3_IP": "\u2715 not visible", "L4_SA": "\u25b2 to check",
        "L5_SA": "\u25cb place next", "L5_SP": "\u2192 skipped",
        "L5_IA": "\u25cb to place",
    }  # fmt: skip
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert "Carried: check, expected error 0.50 mm." in row(rows, "L4_SA").toolTip
    assert not any(forbiddenIn(text) for text in words.values())


def test_a_place_counts_its_needed_marks_and_says_what_waits():
    marks = [Landmark(f"L3_{code}", HERE) for code in ("SA", "SP", "IA", "IP")]
    marks += [Landmark("L4_SA", HERE, origin="carried", confirmed=False)]
    rows = rowsOf(caseOf(*marks))
    assert rows["L3"].words == "4 of 4, done"
    assert rows["L4"].words == "\u25c6 1 to accept"
    assert rows["L4"].waiting == 1
    assert rows["L5"].words == "0 of 4"


def test_outlines_stand_in_the_list_with_their_state():
    outline = Contour("L4L5_DS", (HERE, HERE, HERE), origin="predicted", confirmed=False)
    rows = rowsOf(caseOf(contours=(outline,)), protocols="E")
    assert row(rows, "L4L5_DS").words == "\u25c6 to accept"
    assert row(rows, "L3L4_DS").words == "\u25cb to place (optional)"


@pytest.mark.parametrize(("name", "title"), [
    ("L4_SA", "upper endplate, front corner"), ("L4L5_CA", "canal, anterior border"), ("nothing", "nothing"),
])  # fmt: skip
def test_titles_leave_the_place_out(name, title):
    assert shortTitle(name) == title


def test_a_sided_mark_says_its_side():
    assert shortTitle("L4L5_FA_L").startswith("left ")


def test_totals_name_only_what_there_is():
    case = caseOf(Landmark("L3_SA", HERE), Landmark("L3_SP", None, "missing"))
    marks = wantedMarks(case, "P", Marking(protocols="A"), ("L3_IA",))
    assert totalWords(marks, 0) == "In all 1 of 12; 1 not visible, 1 skipped."
    assert totalWords(marks, 2).startswith("In all 1 of 12; 1 not visible, 1 skipped. 2 more to accept")
    carried = caseOf(*(Landmark(name, HERE, origin="carried", confirmed=False) for name in ("L3_SA", "L3_SP")))
    assert totalWords(wantedMarks(carried, "P", Marking(protocols="A")), 0) == "In all 0 of 12; 2 to accept."
    empty = replace(case.positions[0], marks=replace(case.positions[0].marks, landmarks=MappingProxyType({})))
    untouched = wantedMarks(replace(case, positions=(empty,)), "P", Marking(protocols="A"))
    assert totalWords(untouched, 0) == "In all 0 of 12."
