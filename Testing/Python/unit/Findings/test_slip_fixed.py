"""A slip is called fixed only where motion would have been seen (clinical review, section 1.7)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from SmallCases import USUAL, lowBack
from ToldCases import ids, texts, told

from DynamicSpineLib.Study.Marks import landmarkSet


def isSaid(findings):
    """True where the word stands in any sentence, key sentence or the dictation."""
    return any("fixed" in text.lower() for text in texts(findings))


def usual(*names):
    """The usual positions by name."""
    return [item for item in USUAL if item[0] in names]


def test_a_motionless_slip_seen_lying_standing_and_bent_is_fixed():
    found = told(lowBack(*USUAL))
    sentence = next(item for item in found.findings if item.id == "slipFixed")
    assert sentence.level == "L4L5"
    assert sentence.value == pytest.approx(3.0)
    assert "3.0\N{NO-BREAK SPACE}mm forward" in sentence.text
    assert "8.6\N{NO-BREAK SPACE}%" in sentence.text
    assert "slipPresent" not in ids(found)


@pytest.mark.parametrize("change", [
    pytest.param({"names": ("ST", "F", "E")}, id="noRecumbentSeries"),
    pytest.param({"names": ("SUP", "F", "E"), "allSitting": True}, id="onlyRecumbentAndSitting"),
    pytest.param({"names": ("SUP", "ST")}, id="notBent"),
    pytest.param({"names": ("F", "E")}, id="flexionAndExtensionAlone"),
    pytest.param({"degrees": 15.0}, id="excursionTooSmall"),
    pytest.param({"sdMm": 0.5}, id="largeNoise"),
    pytest.param({"slipMm": 0.5}, id="noSlip"),
])  # fmt: skip
def test_without_one_of_its_conditions_the_word_is_absent(change):
    change = dict(change)
    bends = usual(*change.pop("names", ("SUP", "ST", "F", "E")))
    if change.pop("allSitting", False):
        bends = [(name, "sitting" if posture == "standing" else posture, "neutral") for name, posture, _ in bends]
    found = told(lowBack(*bends, **change))
    assert not isSaid(found)
    assert list(ids(found))


def test_a_slip_that_moves_is_not_fixed():
    study = lowBack(*USUAL)
    moved = lowBack(*USUAL, slipMm=6.0)
    found = told(replace(study, positions=(*study.positions[:2], moved.positions[2], study.positions[3])))
    assert "slipChanges" in ids(found)
    assert not isSaid(found)


def test_a_slip_not_marked_lying_down_is_not_fixed():
    """The recumbent series is there, but L4-L5 was not marked in it: it could not have shown the slip going back."""
    study = lowBack(*USUAL)
    kept = [mark for mark in study.positions[0].marks.landmarks.values() if not mark.name.startswith("L4")]
    lying = replace(study.positions[0], marks=landmarkSet(kept, []))
    found = told(replace(study, positions=(lying, *study.positions[1:])))
    assert "slipPresent" in ids(found)
    assert not isSaid(found)


def test_what_is_not_fixed_says_how_far_it_may_still_move():
    found = told(lowBack(*USUAL, sdMm=0.3, slipMm=5.0))
    sentence = next(item for item in found.findings if item.id == "slipPresent")
    assert "remains possible within the noise" in sentence.text
    assert not isSaid(found)


def test_one_position_with_a_slip_is_told_without_any_range():
    found = told(lowBack(USUAL[0]))
    assert {"slipAlone", "onePosition"} <= ids(found)
    assert not {"slipFixed", "slipPresent"} & ids(found)
