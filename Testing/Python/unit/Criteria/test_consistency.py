"""Positions that contradict their own names are found, and healthy cases are left alone; tilt and rankings."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from JudgedCases import phantom, valuesOf
from Spines import LUMBAR, WITHOUT_SLICES, Spine, at, case, chainMatrices, flexionAbout, lumbarSpine, position, volume

from DynamicSpineLib.Criteria.Consistency import (
    bendFrom,
    labelDoubts,
    mirroredPositions,
    neutralFor,
    samePairs,
    shiftedPositions,
)
from DynamicSpineLib.Criteria.Tilt import tiltedSegments
from DynamicSpineLib.Metrics.Extremes import worstOnEachSide
from DynamicSpineLib.Phantom.NoisyMarks import noisyCase

HEALTHY = ("healthyCervical", "healthyLumbar")


@lru_cache(maxsize=64)
def valuesOfPhantom(name, seed=None):
    """Values of a scenario, as it is or with the noise of a seed."""
    study = phantom(name)
    return valuesOf(study if seed is None else noisyCase(study, seed), draws=60)


def bentBack(flexionDeg, bend="flexion"):
    """Standing neutral and a second series in which L1 flexes on L2 by so many degrees."""
    points = lumbarSpine().points
    spine = Spine(LUMBAR, {name: p for name, p in points.items() if name.split("_")[1] in ("SA", "SP", "IA", "IP")})
    turned = spine.carried(chainMatrices(LUMBAR, {"L1": flexionAbout(at(0.0, 153.0), flexionDeg)}))
    return valuesOf(case(position("N", spine, geometry=volume(WITHOUT_SLICES)),
                         position("B", turned, bend=bend, geometry=volume(WITHOUT_SLICES)), levels=LUMBAR))  # fmt: skip


@pytest.mark.parametrize(("degrees", "bend", "expected"), [
    (15.0, "flexion", None), (-15.0, "flexion", True), (0.0, "flexion", False), (-15.0, "extension", None),
    (15.0, "extension", True), (0.5, "extension", False)])  # fmt: skip
def test_a_label_is_doubted_where_the_region_was_bent_the_other_way_or_not_at_all(degrees, bend, expected):
    found = labelDoubts(bentBack(degrees, bend))
    assert [item.contradicts for item in found] == ([] if expected is None else [expected])
    if found:
        assert (found[0].position, found[0].neutral, found[0].region) == ("B", "N", "L1S1")
        assert found[0].rotation.value == pytest.approx(degrees, abs=1e-6)


def test_a_rotation_is_read_whichever_way_its_row_runs():
    values = bentBack(15.0)
    there, back = bendFrom(values, "L1S1", "N", "B"), bendFrom(values, "L1S1", "B", "N")
    assert (there.value, back.value) == (pytest.approx(15.0), pytest.approx(-15.0))
    assert (back.lower95, back.upper95) == (pytest.approx(-there.upper95), pytest.approx(-there.lower95))


def test_swapped_flexion_and_extension_both_contradict_their_labels():
    found = labelDoubts(valuesOfPhantom("swappedPositions"))
    assert {(item.position, item.bend) for item in found if item.contradicts} == {("UP_F", "flexion"),
                                                                                  ("UP_E", "extension")}  # fmt: skip


def test_the_neutral_series_of_the_same_posture_is_taken_first():
    values = valuesOfPhantom("healthyCervical")
    assert neutralFor(values, values.case.position("UP_F")) == "UP_N"
    supine = replace(values.case.position("UP_F"), posture="supine")
    assert neutralFor(values, supine) == "SUP_N"


def test_one_series_loaded_twice_is_found_even_when_it_lies_elsewhere():
    assert samePairs(valuesOfPhantom("identicalSeries")) == [("UP_N", "UP_F")]


@pytest.mark.parametrize("name", HEALTHY)
def test_a_series_is_told_from_another_of_the_same_bones(name):
    assert samePairs(valuesOfPhantom(name, 0)) == []


def test_a_position_named_one_level_off_is_found_and_the_others_are_not():
    found = shiftedPositions(valuesOfPhantom("oneLevelOff"))
    off = [item["id"] for item in _offPositions("oneLevelOff")]
    assert found == off


def _offPositions(name):
    """Positions that the scenario's own data names off."""
    from DynamicSpineLib.Phantom.Scenario import loadScenario

    data = loadScenario(name).data["positions"]
    return [{"id": key} for key, value in data.items() if any("off" in word.lower() for word in value)]


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("seed", range(4))
def test_healthy_cases_raise_no_doubt_about_levels_or_sides(name, seed):
    """bench/BenchFindings.py lists the doubts of many seeds of every scenario."""
    values = valuesOfPhantom(name, seed)
    assert shiftedPositions(values) == []
    assert mirroredPositions(values) == []
    assert [item for item in labelDoubts(values) if item.contradicts] == []


def test_a_mirrored_position_with_its_sides_named_anew_is_found():
    assert mirroredPositions(valuesOfPhantom("mirroredRelettered")) != []
    assert len(mirroredPositions(valuesOfPhantom("mirroredRelettered"))) == 1


def test_a_scoliosis_is_tilted_at_levels_of_its_curve_and_a_straight_spine_is_not():
    tilted = tiltedSegments(valuesOfPhantom("scoliosisRotatory").measured)
    assert tilted
    assert all(10.0 < angle < 40.0 for angle in tilted.values())
    for name in HEALTHY:
        assert tiltedSegments(valuesOfPhantom(name, 1).measured) == {}


@pytest.mark.parametrize(("narrow", "leads"), [(2.5, True), (0.0, False)])
def test_the_smallest_foramen_of_each_side_with_its_share_of_draws(narrow, leads):
    """The left foramen of L3-L4 lower by so many mm than all others; without that none can be told from another."""
    spine = lumbarSpine()
    pinched = spine.having(L3L4_FS_L=spine.points["L3L4_FS_L"] - at(0.0, narrow))
    values = valuesOf(case(position("A", pinched), position("B", spine), levels=LUMBAR), draws=300)
    left, right = worstOnEachSide(values.measured, "foramenHeight")
    assert (left.side, right.side) == ("L", "R")
    assert ((left.level, left.position) == ("L3L4", "A")) is leads or narrow == 0.0
    assert (left.share > 0.9) is leads
    assert right.share < 0.5
    assert left.runnerUpShare <= left.share or not leads
    assert worstOnEachSide(valuesOf(values.case, draws=0).measured, "foramenHeight") == []


def test_operated_levels_are_not_ranked():
    spine = lumbarSpine()
    pinched = spine.having(L3L4_FS_L=spine.points["L3L4_FS_L"] - at(0.0, 4.0))
    study = case(position("A", pinched), position("B", spine), levels=LUMBAR, segments={"L3L4": "implant"})
    found = worstOnEachSide(valuesOf(study, draws=60).measured, "foramenHeight")
    assert "L3L4" not in {item.level for item in found} | {item.runnerUpLevel for item in found}
