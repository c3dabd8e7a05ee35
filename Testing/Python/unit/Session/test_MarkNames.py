"""Names of marks in words, and which view each is placed in."""

from __future__ import annotations

import pytest
from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Anatomy.Landmarks import landmarkDefinitions, namesFor
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain
from DynamicSpineLib.Session.MarkNames import markTitle, viewOf

EVERY_NAME = namesFor(Chain(CANONICAL_LEVELS))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("C5_IA", "C5, lower endplate, front corner"),
        ("L4_SP", "L4, upper endplate, back corner"),
        ("C5C6_CA", "C5\u2011C6, canal, anterior border"),
        ("L5S1_FS_L", "L5\u2011S1 left, foramen, superior border"),
        ("C1_AC", "Anterior arch of C1, center"),
        ("C2_PD", "Pedicle center of C2"),
        ("C2_DT", "C2, dens tip"),
        ("Oc_BA", "Basion"),
        ("no mark", "no mark"),
    ],
)
def test_a_mark_is_named_as_people_call_it(name, title):
    assert markTitle(name) == title


def test_no_two_marks_bear_one_name():
    titles = [markTitle(name) for name in EVERY_NAME]
    assert len(set(titles)) == len(titles)
    assert not [title for title in titles if forbiddenIn(title)]


def test_every_mark_has_the_view_of_its_plane():
    assert {viewOf(item) for item in landmarkDefinitions() if item.protocol in "ABCDF"} == {"sagittal"}
    assert {viewOf(item) for item in landmarkDefinitions() if item.protocol == "E"} == {"axial"}
    assert {item.code for item in landmarkDefinitions() if viewOf(item) == "coronal"} == {"CSL", "CSR", "CIL", "CIR"}
