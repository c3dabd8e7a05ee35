"""Every sentence leads to pictures, and the walk from the worst place on starts where the phantom was changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from JudgedCases import phantom
from Measured import Rows
from ReviewCases import review, reviewOf, toldPhantom
from test_ReviewContent import SCENARIOS, gradeOf, slipOf

from DynamicSpineLib.Criteria.Results import UNDECIDED
from DynamicSpineLib.Findings.Finding import CaseFindings, Finding, GridCell
from DynamicSpineLib.Session.ReviewLinks import PictureFinder
from DynamicSpineLib.Wording.Texts import levelLabel


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_sentence_and_stop_leads_to_a_row_and_to_positions_that_there_are(name):
    content, case = review(name), phantom(name)
    places = {*case.chain.levels, *(item.name for item in (*case.chain.segments, *case.chain.regions))}
    for link in (*(item.link for item in content.sentences), *content.stops):
        assert link.level in places
        assert link.gridLevel in content.levels
    assert all(set(item.link.positions) <= set(content.positions) for item in content.sentences)
    assert all(stop.position in content.positions for stop in content.stops)
    assert all(stop.compared in ("", *content.positions) for stop in content.stops)
    assert all(stop.compared != stop.position for stop in content.stops)
    assert len({(stop.level, stop.position) for stop in content.stops}) == len(content.stops) >= 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_sentence_leads_to_the_value_that_it_tells(name):
    found, readings = toldPhantom(name)
    rows = Rows(found.rows)
    for item in readings[0].findings.keyFindings:
        if item.value is not None:
            ends = [rows(item.metric, item.level, position, kind="state").value for position in item.positions]
            assert item.value == pytest.approx(ends[-1] - (ends[0] if len(ends) == 2 else 0.0)), item.text


def test_a_slip_leads_from_least_to_most():
    positions = sorted(review("lumbarSlip").positions, key=lambda item: slipOf("lumbarSlip", "L4L5", item))
    links = {item.id: item.link for item in review("lumbarSlip").sentences}
    assert links["slipChanges"].level == "L4L5"
    assert (links["slipChanges"].compared, links["slipChanges"].position) == (positions[0], positions[-1])
    # A rule on any two views leads to the two that differ most.
    assert links["undecided"].metric == "slipPercent"
    assert links["undecided"].positions == (positions[0], positions[-1])


def test_the_walk_starts_at_the_headlines_in_their_order():
    content = review("lumbarSlip")
    worst = max(content.positions, key=lambda item: gradeOf("lumbarSlip", "L4L5", item))
    most = max(content.positions, key=lambda item: slipOf("lumbarSlip", "L4L5", item))
    assert [(stop.level, stop.position, stop.compared) for stop in content.stops[:2]] == [
        ("L4L5", worst, "SUP_N"), ("L4L5", most, "SUP_N")]  # fmt: skip
    assert [stop.why for stop in content.stops[:2]] == [item.text for item in content.sentences if item.isHeadline]
    neck = review("cervicalNarrowing").stops[0]
    assert (neck.level, neck.position, neck.compared) == ("C5C6", "UP_E", "SUP_N")


def test_a_junction_without_a_row_of_its_own_is_shown_itself_beside_the_nearest_row():
    stop = review("craniocervicalLaxity").stops[0]
    assert (stop.level, stop.gridLevel) == ("OcC2", "C2C3")
    assert (stop.compared, stop.position) == ("UP_E", "UP_F")


def finder(cells=(), headlines=(), findings=(), results=()):
    """The way to the pictures of a small case of made-up cells."""
    case = phantom("lumbarSlip")
    grid = tuple(GridCell(level, position, ("1.0 %",), mark) for level, position, mark in cells)
    said = CaseFindings((), tuple(findings), tuple(headlines), "", grid, "L3L4", "")
    return PictureFinder(case, said, results)


CELLS = (("L2L3", "SUP_N", ""), ("L2L3", "ST_F", "undecided"), ("L3L4", "SUP_N", "met"), ("L3L4", "ST_F", ""),
         ("L4L5", "SUP_N", "undecided"), ("L4L5", "ST_F", "met"))  # fmt: skip


@pytest.mark.parametrize(("level", "row"), [
    ("L4L5", "L4L5"), ("L4", "L4L5"), ("L2", "L2L3"), ("L5", "L4L5"), ("S1", "L4L5"), ("L1L2", "L2L3"),
    ("L1S1", "L3L4"), ("", "L3L4"), ("C5C6", "L3L4"),
])  # fmt: skip
def test_a_bone_a_region_and_a_level_unknown_have_a_row(level, row):
    assert finder(CELLS).gridLevel(level) == row


def test_without_a_grid_there_is_no_row():
    assert finder().gridLevel("L4L5") == ""
    assert finder().stops() == ()


def test_met_comes_before_undecided_and_levels_that_lead_come_first():
    results = [replace(item, result=UNDECIDED, level=level, position=position, probability=certainty, isOwn=False)
               for item in toldPhantom("lumbarSlip")[1][0].results[:1]
               for level, position, certainty in (("L2L3", "ST_F", 0.6), ("L4L5", "SUP_N", 0.9))]  # fmt: skip
    lead = Finding("slipPresent", "slip", "It leads.", True, 1.0, "L4L5")
    walk = [(stop.level, stop.position) for stop in finder(CELLS, (lead,), results=results).stops()]
    assert walk == [("L4L5", "ST_F"), ("L3L4", "SUP_N"), ("L4L5", "SUP_N"), ("L2L3", "ST_F")]
    without = [(stop.level, stop.position) for stop in finder(CELLS, results=results).stops()]
    assert without == [("L3L4", "SUP_N"), ("L4L5", "ST_F"), ("L4L5", "SUP_N"), ("L2L3", "ST_F")]


def test_the_walk_ends_at_the_smallest_places_and_those_like_them():
    content = review("sixLumbar")
    assert not any(item.isHeadline for item in content.sentences)
    smallest = [stop for stop in content.stops if stop.why.startswith("Smallest")]
    assert content.stops[-len(smallest) :] == tuple(smallest)
    canal = [stop for stop in smallest if stop.why.startswith("Smallest canal width")]
    assert "cannot be separated" in canal[0].why
    assert len(canal) == 2
    assert all(levelLabel(stop.level) in stop.why for stop in canal)


def test_a_case_of_one_position_compares_nothing():
    content = reviewOf(phantom("lumbarSlip", "ST_F"))
    assert {stop.compared for stop in content.stops} == {""}
    assert {stop.position for stop in content.stops} == {"ST_F"}
