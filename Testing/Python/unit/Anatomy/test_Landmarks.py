"""Landmark names and protocols, against the landmark protocol of the reference (one page, counts included)."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Anatomy.Landmarks import (
    boneOfMark,
    definitionAt,
    landmarkDefinitions,
    namesFor,
    nearestName,
    parseLandmarkName,
)
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain

CERVICAL = Chain(("C2", "C3", "C4", "C5", "C6", "C7", "T1"))
LUMBAR = Chain(("L1", "L2", "L3", "L4", "L5", "S1"))


@pytest.mark.parametrize(
    "name", ["L4_IP", "C5C6_CA", "C5C6_FA_L", "L5S1_FP_R", "Oc_BA", "C2_DT", "S1_SA", "T12L1_KA", "L4_AX0"]
)
def test_names_of_the_protocol_are_known_and_written_back(name):
    assert str(parseLandmarkName(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        *["L4", "L4_", "L4_XX", "l4_ip", "L4_ip", "L4_IP_L", "C2_SA", "S1_IA", "C1_SA", "Oc_SA"],
        *["C5C6_FA", "C5C6_FA_X", "C5C7_CA", "L3L4_KA", "S1S2_CA"],
        *("", "L4_IP ", "L4_IP\n"),
    ],
)  # fmt: skip
def test_names_that_no_protocol_has_are_not_known(name):
    assert parseLandmarkName(name) is None


def test_the_minimal_sets_have_the_counts_of_the_reference():
    cervical = [name for name in namesFor(CERVICAL, "A") if not name.startswith("T1_I")]
    assert len(cervical) == 24
    assert len(namesFor(LUMBAR, "A")) == 22


def test_marking_order_is_cranial_to_caudal_and_reads_from_front_to_back():
    assert namesFor(Chain(("L4", "L5")), "A") == tuple(
        f"{level}_{code}" for level in ("L4", "L5") for code in ("SA", "SP", "IA", "IP")
    )


def test_every_name_of_the_longest_chain_parses_to_its_definition():
    names = namesFor(Chain(CANONICAL_LEVELS))
    assert len(names) == len(set(names)) > 900
    for name in names:
        parsed = parseLandmarkName(name)
        assert definitionAt(parsed.place, parsed.code).sides == bool(parsed.side)


def test_edge_points_say_what_their_error_is_measured_across():
    codes = {item.code for item in landmarkDefinitions()}
    for item in landmarkDefinitions():
        assert set(item.across) <= codes, item.code
        if item.pointClass == "edge" and item.kind == "point" and item.code != "VD":
            assert item.across, item.code


@pytest.mark.parametrize(("wrong", "right"), [("L4_IPP", "L4_IP"), ("L4IP", "L4_IP"), ("L4L5CA", "L4L5_CA")])
def test_a_misspelled_name_is_answered_with_the_nearest(wrong, right):
    assert nearestName(wrong, LUMBAR) == right


def test_a_name_like_none_is_answered_with_nothing():
    assert nearestName("heart", LUMBAR) == ""


@pytest.mark.parametrize(
    ("name", "level"),
    [
        *[("C5_SA", "C5"), ("C1_AAP", "C1"), ("C2_DT", "C2"), ("Oc_BA", "Oc"), ("L4_SPU", "L4"), ("L4_CSL", "L4")],
        *[("C5C6_CA", ""), ("C5_KA", ""), ("Oc_TT", ""), ("Oc_VD", ""), ("L4L5_FS_L", ""), ("L4_XX", "")],
    ],
)
def test_a_mark_moves_with_its_bone_or_belongs_to_soft_tissue(name, level):
    assert boneOfMark(name) == level
