"""Warnings in the rows of positions: phantoms whose labels are wrong on purpose raise them, others do not."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from ForbiddenWords import VERDICTS, forbiddenIn
from JudgedCases import phantom, valuesOf
from SaidSentences import exactlySaid

from DynamicSpineLib.Findings.LabelDoubts import labelWarnings
from DynamicSpineLib.Phantom.NoisyMarks import noisyCase
from DynamicSpineLib.Phantom.Scenario import scenarioIds
from DynamicSpineLib.Study.Marks import LandmarkSet

# Scenarios whose labels are wrong or whose positions repeat each other, by their own description.
DOUBTFUL = {"chinTuck", "identicalSeries", "mirroredPosition", "mirroredRelettered", "nullCervical", "nullLumbar",
            "oneLevelOff", "poorEffort", "swappedPositions"}  # fmt: skip


def relabelled(case, **bends):
    """The case with other bends, by position id."""
    positions = [replace(item, bend=bends.get(item.id, item.bend)) for item in case.positions]
    return replace(case, positions=tuple(positions))


def withoutLevels(case, *levels):
    """The case without the corners of some levels."""
    positions = []
    for item in case.positions:
        kept = {name: mark for name, mark in item.marks.landmarks.items() if name.split("_")[0] not in levels}
        positions.append(replace(item, marks=LandmarkSet(kept, item.marks.contours)))
    return replace(case, positions=tuple(positions))


def warningsOf(case):
    return labelWarnings(case, valuesOf(case, draws=60))


def warningsOfPhantom(name):
    return exactlySaid(name).warnings


def kinds(case):
    """Kinds of the warnings by position, of a case or of a phantom's name."""
    found = warningsOfPhantom(case) if isinstance(case, str) else warningsOf(case)
    return {row: {item.kind for item in items} for row, items in found.items()}


@lru_cache(maxsize=2)
def neck(seed=3):
    """A healthy neck: supine and sitting neutral, sitting flexion and extension, marked by hand."""
    return noisyCase(phantom("healthyCervical"), seed)


@pytest.mark.parametrize("name", [name for name in scenarioIds() if name not in DOUBTFUL])
def test_positions_that_are_what_their_labels_say_raise_no_doubt_of_it(name):
    found = {kind for row in kinds(name).values() for kind in row}
    assert not found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["healthyCervical", "healthyLumbar"])
def test_healthy_spines_marked_by_hand_raise_none_either(name, seed):
    assert warningsOf(noisyCase(phantom(name), seed)) == {}


def test_exchanged_flexion_and_extension_are_told_in_both_rows_and_said_to_be_exchanged():
    found = warningsOfPhantom("swappedPositions")
    assert list(found) == ["UP_F", "UP_E"]
    for row, other, word in (("UP_F", "UP_E", "extension"), ("UP_E", "UP_F", "flexion")):
        first, second = found[row]
        assert (first.kind, first.others) == ("exchanged", (other,))
        assert (second.kind, second.others) == ("label", ("UP_N",))
        assert f"\u00b0 {word}" in second.text


def test_exchanged_neutral_and_flexion_are_told_where_another_series_can_tell():
    case = relabelled(neck(), UP_N="flexion", UP_F="neutral")
    found = warningsOf(case)
    assert {row for row, items in found.items() if any(item.kind == "exchanged" for item in items)} == {"UP_N", "UP_F"}


def test_two_series_alone_are_doubted_but_not_said_to_be_exchanged():
    case = relabelled(neck(), UP_N="flexion", UP_F="neutral")
    two = replace(case, positions=tuple(item for item in case.positions if item.id in ("UP_N", "UP_F")))
    assert kinds(two) == {"UP_N": {"label"}}


@pytest.mark.parametrize(("first", "second", "row"), [("flexion", "extension", "UP_E"), ("extension", "flexion", None)])
def test_without_a_neutral_series_flexion_and_extension_are_compared(first, second, row):
    case = relabelled(neck(), UP_E=first, UP_F=second)
    pair = replace(case, positions=tuple(item for item in case.positions if item.id in ("UP_F", "UP_E")))
    assert kinds(pair) == ({} if row is None else {"UP_F": {"label"}, "UP_E": {"label"}})


@pytest.mark.parametrize("isSwapped", [True, False])
def test_a_part_of_a_region_tells_a_wrong_label_where_its_ends_are_not_marked(isSwapped):
    case = relabelled(neck(), UP_F="extension", UP_E="flexion") if isSwapped else neck()
    found = warningsOf(withoutLevels(case, "C2", "C7", "T1"))
    assert {row: {item.kind for item in items} for row, items in found.items()} == (
        {"UP_F": {"label"}, "UP_E": {"label"}} if isSwapped else {})
    assert all("C3 to C6" in item.text for items in found.values() for item in items)


def test_a_single_segment_tells_nothing_about_a_whole_position():
    case = relabelled(neck(), UP_F="extension", UP_E="flexion")
    assert warningsOf(withoutLevels(case, "Oc", "C1", "C2", "C3", "C4", "C7", "T1")) == {}


def test_one_series_loaded_twice_is_told_in_both_rows_by_its_marks_and_by_its_image():
    case = phantom("identicalSeries")
    assert kinds("identicalSeries") == {"UP_N": {"sameMarks"}, "UP_F": {"sameMarks", "notBent"}}
    byImage = labelWarnings(case, sameImages=[("UP_N", "UP_F")])
    assert {row: [(item.kind, item.others) for item in items] for row, items in byImage.items()} == {
        "UP_N": [("sameImage", ("UP_F",))], "UP_F": [("sameImage", ("UP_N",))]}


def test_many_positions_of_one_shape_are_one_warning_a_row():
    found = warningsOfPhantom("nullCervical")
    assert [sum(item.kind == "sameMarks" for item in items) for items in found.values()] == [1] * 5


def test_a_flexion_too_small_to_tell_is_said_to_be_so():
    found = kinds("poorEffort")
    assert found == {"UP_F": {"notBent"}, "UP_E": {"notBent"}}


def test_levels_one_off_and_exchanged_sides_are_told():
    assert kinds("oneLevelOff") == {"ST_F": {"levels"}}
    assert kinds("mirroredRelettered") == {"ST_E": {"sides"}}


@lru_cache(maxsize=1)
def turnedNeck():
    """A neck bent and turned to either side whose bones were carried with a small error."""
    case = phantom("cervicalTurns")
    covariance = tuple(tuple(float(value) for value in row) for row in np.diag([1e-4] * 3 + [0.04] * 3))
    return replace(case, bones=tuple(replace(bone, covariance=covariance) for bone in case.bones))


def test_a_bend_and_a_rotation_to_the_other_side_are_told():
    assert warningsOf(turnedNeck()) == {}
    bends = relabelled(turnedNeck(), UP_LB="rightBend", UP_RB="leftBend")
    assert kinds(bends) == {"UP_LB": {"label"}, "UP_RB": {"label"}}
    (doubt,) = warningsOf(bends)["UP_LB"]
    assert "to the left" in doubt.text
    assert "bend to the right" in doubt.text
    turns = relabelled(turnedNeck(), UP_LR="rightRotation", UP_RR="leftRotation")
    assert kinds(turns) == {"UP_LR": {"label"}, "UP_RR": {"label"}}


def test_names_that_say_otherwise_than_the_row_are_told():
    texts = {"UP_F": {"SeriesDescription": "SAG T2 EXTENSION SITTING"}, "UP_E": {"name": "sag T2 extension"},
             "SUP_N": {"name": "T2 upright neutral"}, "UP_N": {"name": "T2 sag", "PatientPosition": "HFS"}}  # fmt: skip
    found = labelWarnings(neck(), texts=texts)
    assert {row: [item.text for item in items] for row, items in found.items()} == {
        "SUP_N": ['The row says supine, but "upright" in the volume\'s name says upright.'],
        "UP_F": ['The row says flexion, but "EXTENSION" in the series description says extension.'],
    }


def test_names_that_contradict_each_other_are_told_in_the_row():
    texts = {"UP_F": {"name": "sub-002_ses-headDown_T2w", "SeriesDescription": "T2w_0.7mm_headUp"}}
    (warning,) = labelWarnings(neck(), texts=texts)["UP_F"]
    assert "headDown" in warning.text
    assert "headUp" in warning.text


def test_a_case_without_marks_or_draws_raises_no_doubt():
    bare = replace(neck(), positions=tuple(replace(item, marks=LandmarkSet()) for item in neck().positions))
    assert labelWarnings(bare, valuesOf(bare, draws=20)) == {}
    assert labelWarnings(phantom("swappedPositions"), valuesOf(phantom("swappedPositions"), draws=0)) == {}
    assert labelWarnings(phantom("swappedPositions")) == {}


def test_what_is_said_holds_no_forbidden_word():
    said = [item.text for name in DOUBTFUL for items in warningsOfPhantom(name).values() for item in items]
    said += [item.text for items in labelWarnings(neck(), sameImages=[("UP_N", "UP_F")]).values() for item in items]
    assert len(said) > 15
    assert not [text for text in said if forbiddenIn(text) or VERDICTS.search(text)]
    assert all(text.endswith(".") for text in said)
