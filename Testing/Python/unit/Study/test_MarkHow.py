"""How a mark came to be survives the description of its control point, and old descriptions are read as before."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from DynamicSpineLib.Study.MarkHow import MarkHow, howOf, readHow, writeHow
from DynamicSpineLib.Study.Marks import Contour, Landmark

TEXTS = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(["sd 0.35 mm", "sd", "quality fair", "note: ", "; ", ";", " ", "carried", "x", "\n"]),
             max_size=6).map("".join),
)  # fmt: skip
SDS = st.none() | st.floats(0.0, 1000.0)


@pytest.mark.parametrize(
    ("description", "how"),
    [
        ("", MarkHow()),
        ("carried", MarkHow("carried", False)),
        ("placed", MarkHow()),
        ("predicted; confirmed", MarkHow("predicted")),
        ("carried; unconfirmed; at the lamina", MarkHow("carried", False, note="at the lamina")),
        ("seen on slice 7", MarkHow(note="seen on slice 7")),
        ("carriedx", MarkHow(note="carriedx")),
        ("carried; maybe", MarkHow("carried", False, note="maybe")),
        ("predicted; unconfirmed; sd 0.35 mm", MarkHow("predicted", False, 0.35)),
        ("carried; unconfirmed; quality check; see C4", MarkHow("carried", False, None, "check", "see C4")),
        ("predicted; confirmed; sd 1e-05 mm; quality no edge; note: ", MarkHow("predicted", True, 1e-5, "no edge")),
        ("predicted; unconfirmed; sd 12000 mm", MarkHow("predicted", False, note="sd 12000 mm")),
        ("predicted; unconfirmed; sd -1 mm; x", MarkHow("predicted", False, note="sd -1 mm; x")),
        ("predicted; unconfirmed; sd 1 cm", MarkHow("predicted", False, note="sd 1 cm")),
        ("sd 0.35 mm", MarkHow(note="sd 0.35 mm")),
        (None, MarkHow()),
        (7, MarkHow()),
    ],
)
def test_how_a_mark_came_to_be_is_read_from_its_description(description, how):
    assert readHow(description) == how


@given(st.sampled_from(["placed", "carried", "predicted", "segmented"]), st.booleans(), SDS, TEXTS, TEXTS)
def test_how_a_mark_came_to_be_survives_its_description(origin, confirmed, sdMm, quality, note):
    how = MarkHow(origin, confirmed, sdMm, " ".join(quality.replace(";", ",").split()), note)
    assert readHow(writeHow(how)) == how


@given(TEXTS)
def test_any_description_is_read_and_then_written_the_same(text):
    once = readHow(text)
    assert readHow(writeHow(once)) == once


@pytest.mark.parametrize("sdMm", [math.nan, math.inf, -0.1, 2000.0])
def test_an_sd_that_cannot_be_is_not_written(sdMm):
    assert writeHow(MarkHow("predicted", False, sdMm)) == "predicted; unconfirmed"


def test_a_quality_holds_no_separator():
    assert writeHow(MarkHow("predicted", False, quality="a; b\nc")) == "predicted; unconfirmed; quality a, b c"


def test_landmarks_and_contours_say_how_they_came_to_be():
    landmark = Landmark("L4L5_CA", (0.0, 0.0, 0.0), origin="predicted", confirmed=False, sdMm=0.2, quality="fair")
    assert howOf(landmark) == MarkHow("predicted", False, 0.2, "fair")
    assert howOf(Contour("L4L5_DS", (), origin="predicted", confirmed=False, sdMm=0.3)) == MarkHow(
        "predicted", False, 0.3
    )
