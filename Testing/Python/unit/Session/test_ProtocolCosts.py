"""What each protocol costs and gives, against the table of section 10 of the reference of measurements."""

from __future__ import annotations

import pytest
from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Anatomy.Landmarks import landmarkDefinitions, namesFor
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Session.Guide import Marking
from DynamicSpineLib.Session.MarkingChoice import costOfAll
from DynamicSpineLib.Session.ProtocolCosts import metricsGiven, protocolCosts

NECK = Chain(("Oc", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "T1"))
LUMBAR = Chain(("L1", "L2", "L3", "L4", "L5", "S1"))
TITLES = {item.id: item.title[:1].upper() + item.title[1:] for item in allMetrics()}


def cost(letter, chain, **choice):
    """The cost of one protocol."""
    return {item.id: item for item in protocolCosts(chain, Marking(**choice))}[letter]


def gives(letter, chain, *metricIds, **choice):
    return {TITLES[item] for item in metricIds} <= set(cost(letter, chain, **choice).gives)


@pytest.mark.parametrize(
    ("letter", "chain", "clicks", "optional", "outlines"),
    [
        ("A", LUMBAR, 22, 0, 0), ("B", LUMBAR, 10, 15 + 5, 0), ("C", LUMBAR, 2, 0, 0), ("D", LUMBAR, 40, 20, 10),
        ("F", LUMBAR, 0, 0, 0), ("F", NECK, 9, 7, 0), ("C", NECK, 12, 14, 0), ("E", LUMBAR, 0, 10, 5 + 1 + 30),
    ],
)  # fmt: skip
def test_clicks_of_a_protocol_are_those_of_the_reference(letter, chain, clicks, optional, outlines):
    found = cost(letter, chain)
    assert (found.clicks, found.optionalClicks, found.outlines) == (clicks, optional, outlines)


def test_one_level_costs_twelve_clicks():
    assert costOfAll(NECK, Marking(onlyAt="C5C6", protocols="ABC")).startswith("12 clicks ")


def test_corners_give_motion_slip_alignment_and_disc_heights():
    assert gives("A", NECK, "rotation", "slipPercent", "c2c7Cobb", "discHeightMiddle", "icrAnterior", "romShare")
    assert gives("A", LUMBAR, "lumbarLordosis", "slip", "regionRotation")
    assert TITLES["c2c7Cobb"] not in cost("A", NECK, first="C4", last="C6").gives


def test_canal_and_cord_give_space_only_together():
    assert gives("B", NECK, "canalApDisc")
    assert TITLES["occupationRatio"] not in cost("B", NECK, protocols="A").gives
    assert gives("B", NECK, "occupationRatio", "spaceAvailable", protocols="AC")
    assert gives("C", NECK, "occupationRatio", "spaceAvailable", protocols="AB")


def test_optional_points_give_what_they_are_for_and_it_is_said_apart():
    found = cost("B", NECK, protocols="A")
    assert TITLES["ligamentumFlavum"] in found.givesToo
    assert TITLES["ligamentumFlavum"] not in found.gives
    assert not set(found.gives) & set(found.givesToo)


def test_foramina_axial_outlines_and_the_junction_give_theirs():
    assert gives("D", LUMBAR, "foramenHeight", "foramenWidthMiddle")
    assert TITLES["foramenArea"] in cost("D", LUMBAR).givesToo
    assert {TITLES["duralSacArea"], TITLES["facetGap"]} <= set(cost("E", LUMBAR).givesToo)
    assert gives("F", NECK, "cxa", "pbc2", "bai", "adi", "padi", "powers", protocols="A")


def test_levels_without_a_protocol_say_so():
    assert cost("F", LUMBAR).isEmpty
    assert cost("F", LUMBAR).costText == "no marks at these levels"
    assert not cost("A", LUMBAR).isEmpty


def test_a_cost_reads_as_words():
    assert cost("A", LUMBAR).costText == "22 clicks"
    assert cost("B", LUMBAR, onlyAt="L4L5").costText == "2 clicks, 5 more optional"
    assert cost("E", LUMBAR, onlyAt="L5").costText == "2 optional clicks"
    assert cost("C", Chain(("C3", "C4"))).costText == "2 clicks, 4 more optional"


def test_every_metric_of_a_whole_neck_and_back_comes_from_the_marks_that_name_it():
    for chain in (NECK, LUMBAR):
        given = metricsGiven(chain, frozenset(namesFor(chain)))
        named = {metric for item in landmarkDefinitions() for metric in item.metrics}
        assert given <= named
        assert len(given) > 35


def test_the_words_are_titles_without_forbidden_ones():
    for chain in (NECK, LUMBAR):
        for item in protocolCosts(chain, Marking(protocols="ABCDEFG")):
            words = (item.title, item.costText, *item.gives, *item.givesToo)
            assert not [word for word in words if forbiddenIn(word)]
            assert len(set(item.gives)) == len(item.gives)
