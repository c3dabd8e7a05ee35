"""Ways through Review: rows of places, steps at the grid's edges, and the places worth a look in their order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ReviewCases import review, toldPhantom

from DynamicSpineLib.Session.ReviewLinks import Link, Stop
from DynamicSpineLib.Session.ReviewWalk import firstLook, nextStop, placeToShow, rowOf, stepped, stopIndex
from DynamicSpineLib.Session.Selection import Chosen


@pytest.fixture(scope="module")
def lumbar():
    return toldPhantom("lumbarSlip")[0].case


ROWS = ("L3L4", "L4L5", "L5S1")


@pytest.mark.parametrize(("place", "row"), [("L4L5", "L4L5"), ("L4", "L4L5"), ("S1", "L5S1"), ("T12", ""), ("", "")])
def test_a_place_has_its_own_row_and_a_bone_that_of_the_segment_below_it_or_above(lumbar, place, row):
    assert rowOf(lumbar, ROWS, place) == row


def test_a_region_is_shown_at_its_row(lumbar):
    assert placeToShow(lumbar, Link("L1S1", "L4L5", (), "", "")) == "L4L5"
    assert placeToShow(lumbar, Link("L4", "L4L5", (), "", "")) == "L4"


def test_a_region_beyond_the_grid_is_shown_at_its_middle_bone():
    content, case = review("craniocervicalLaxity"), toldPhantom("craniocervicalLaxity")[0].case
    stop = firstLook(content)
    assert (stop.level, stop.gridLevel) == ("OcC2", "C2C3")
    assert placeToShow(case, stop) == "C1"


def test_steps_stay_inside_the_grid():
    assert stepped(ROWS, "L3L4", 1) == "L4L5"
    assert stepped(ROWS, "L5S1", 1) == "L5S1"
    assert stepped(ROWS, "L3L4", -1) == "L3L4"
    assert stepped(ROWS, "", 1) == "L3L4"
    assert stepped((), "", 1) == ""


def test_the_walk_visits_every_stop_once_and_begins_again(lumbar):
    stops = review("lumbarSlip").stops
    visited, chosen, last = [], Chosen(), -1
    for _step in range(len(stops) + 1):
        last = nextStop(lumbar, stops, chosen, last)
        visited.append(last)
        chosen = Chosen(stops[last].position, stops[last].level)
    assert visited == [*range(len(stops)), 0]


def test_the_walk_goes_on_where_it_was_left_for_another_place(lumbar):
    stops = review("lumbarSlip").stops
    assert len(stops) > 2
    assert nextStop(lumbar, stops, Chosen(stops[0].position, "T12"), last=0) == 1
    assert nextStop(lumbar, stops, Chosen(stops[1].position, stops[1].level), last=0) == 2


def test_a_case_without_stops_has_no_next_one(lumbar):
    assert nextStop(lumbar, (), Chosen(), -1) is None
    assert stopIndex(lumbar, (), Chosen()) is None


@pytest.mark.parametrize("name", ["lumbarSlip", "craniocervicalLaxity"])
def test_review_opens_with_the_place_of_the_first_headline(name):
    content = review(name)
    assert content.sentences[0].isHeadline
    assert firstLook(content).why == content.sentences[0].text


def test_without_a_headline_review_opens_with_the_first_stop_at_the_worst_level():
    content = review("lumbarSlip")
    content = replace(content, sentences=())
    elsewhere = Stop("L1L2", "L1L2", content.positions[0], "", "first of all")
    assert firstLook(replace(content, stops=(elsewhere, *content.stops))) == content.stops[0]
    assert content.stops[0].gridLevel == content.worstLevel


def test_review_opens_with_the_worst_level_where_no_stop_is_there():
    content = replace(review("lumbarSlip"), stops=())
    assert firstLook(content) == Stop("L4L5", "L4L5", content.positions[0], "", "")
    assert firstLook(replace(content, worstLevel="")) is None
