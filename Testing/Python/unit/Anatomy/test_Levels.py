"""Levels, segments and chains, against anatomy as everybody counts it."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain, areNeighbors, spineRegionOf, splitSegment


def test_segments_join_neighboring_levels_only():
    assert splitSegment("C5C6").name == "C5C6"
    assert (splitSegment("T12L1").upper, splitSegment("T12L1").lower) == ("T12", "L1")
    for name in ("C5C7", "C6C5", "C5", "", "L4L6", "S1L5", "c5c6", "C5C", "T1C7"):
        assert splitSegment(name) is None, name


def test_people_with_another_number_of_vertebrae_have_their_own_neighbors():
    for upper, lower in (
        ("L5", "S1"),
        ("L5", "L6"),
        ("L6", "S1"),
        ("L4", "S1"),
        ("T12", "T13"),
        ("T13", "L1"),
        ("T11", "L1"),
    ):
        assert areNeighbors(upper, lower)
    for upper, lower in (("L4", "L6"), ("C7", "T2"), ("L1", "T12"), ("S1", "L5"), ("Oc", "C2"), ("X", "C1")):
        assert not areNeighbors(upper, lower)


def test_a_chain_with_a_sixth_lumbar_vertebra_has_its_segments():
    chain = Chain(("L3", "L4", "L5", "L6", "S1"))
    assert [segment.name for segment in chain.segments] == ["L3L4", "L4L5", "L5L6", "L6S1"]
    assert chain.lumbosacralJunction.name == "L6S1"
    assert chain.segment("L5S1") is None


def test_a_chain_with_a_gap_has_no_segment_across_it():
    assert [segment.name for segment in Chain(("C3", "C4", "C6")).segments] == ["C3C4"]


@pytest.mark.parametrize(
    ("levels", "word"),
    [
        (("C4", "C3"), "cranial to caudal"),
        (("C3", "C3"), "once each"),
        (("C8",), "unknown level 'C8'"),
        ((), "no levels"),
    ],
)
def test_a_chain_that_cannot_be_says_why(levels, word):
    with pytest.raises(ValueError, match=word):
        Chain(levels)


def test_regions_are_there_when_both_ends_are():
    assert [region.name for region in Chain(CANONICAL_LEVELS).regions] == ["OcC2", "C2C7", "L1S1"]
    assert Chain(("C3", "C4", "C7")).regions == ()
    lumbar = Chain(("T12", "L1", "L2", "L3", "L4", "L5", "S1"))
    assert lumbar.levelsWithin(lumbar.regions[0]) == ("L1", "L2", "L3", "L4", "L5", "S1")
    assert len(lumbar.segmentsWithin(lumbar.regions[0])) == 5


def test_each_level_belongs_to_a_part_of_the_spine():
    parts = {level: spineRegionOf(level) for level in ("Oc", "C1", "C2", "C7", "T13", "L6", "S1")}
    assert list(parts.values()) == ["craniocervical"] * 2 + ["cervical"] * 2 + ["thoracic", "lumbar", "sacral"]
