"""Placing error estimated from repeat readings, against errors that are known because they were made here."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import (
    LUMBAR,
    STILL,
    Spine,
    anyPose,
    case,
    lumbarSpine,
    marks,
    position,
    rowsOf,
    volume,
)

from DynamicSpineLib.Metrics.Repeats import repeatNoise
from DynamicSpineLib.Study.Case import Reading

CORNER, EDGE, THROUGH = 0.75, 0.2, 1.2
EDGES = {"CA": "CP", "CP": "CA", "TA": "TP", "TP": "TA", "LP": "CP"}
RIGHT = np.array([1.0, 0.0, 0.0])


def readAgain(spine, pose, random, throughMm=THROUGH):
    """The posed spine's corners and canal marks, placed once more with known errors."""
    points, through = {}, pose[:3, :3] @ RIGHT
    for name, point in spine.posed(pose).points.items():
        place, code = name.split("_")[:2]
        if code in ("SA", "SP", "IA", "IP"):
            error = CORNER * random.normal(size=3)
        elif code in EDGES:
            across = pose[:3, :3] @ (spine.points[f"{place}_{EDGES[code]}"] - spine.points[name])
            error = EDGE * random.normal() * across / np.linalg.norm(across)
        else:
            continue
        error = error - (error @ through) * through + throughMm * random.normal() * through
        points[name] = point + error
    return Spine(spine.levels, points)


def study(readers, pose=STILL, withVolume=True, seed=0, only=None, throughMm=THROUGH):
    """A case of one position with the positions' own marks and further readings of them."""
    random = np.random.default_rng(seed)
    sets = [readAgain(lumbarSpine(), pose, random, throughMm) for _ in range(readers)]
    if only is not None:
        sets = [Spine(item.levels, {name: item.points[name] for name in only}) for item in sets]
    readings = tuple(Reading("A", number + 2, marks={"a": marks(item)}) for number, item in enumerate(sets[1:]))
    geometry = volume((4.0, 0.7, 0.7), pose) if withVolume else None
    return case(position("a", sets[0], geometry=geometry), levels=LUMBAR, readings=readings)


def estimated(study):
    sets = [{"a": study.positions[0].marks}, *(reading.marks for reading in study.readings)]
    return repeatNoise(study, sets)


# 22 corners in two axes and 24 edge marks in one, each read 8 times: 308 and 175 degrees of freedom, so the SD of the
# estimates is 4 and 5 % of them.
@pytest.mark.parametrize("pose", [STILL, anyPose(9)], ids=["straight", "oblique"])
def test_known_errors_are_recovered_by_class_whatever_the_slices(pose):
    assert estimated(study(8, pose))["corner"] == pytest.approx(CORNER, rel=0.15)


@pytest.mark.parametrize("pose", [STILL, anyPose(9)], ids=["straight", "oblique"])
def test_errors_through_the_slices_do_not_count_as_errors_across_an_edge(pose):
    assert estimated(study(8, pose))["edge"] == pytest.approx(EDGE, rel=0.15)


@pytest.mark.parametrize("pose", [STILL, anyPose(9)], ids=["straight", "oblique"])
def test_known_errors_across_edges_are_recovered_where_all_marks_lie_in_one_slice(pose):
    assert estimated(study(8, pose, throughMm=0.0))["edge"] == pytest.approx(EDGE, rel=0.15)


def test_two_readings_are_not_biased_on_average():
    found = [estimated(study(2, seed=seed, throughMm=0.0)) for seed in range(30)]
    assert math.sqrt(np.mean([item["corner"] ** 2 for item in found])) == pytest.approx(CORNER, rel=0.05)
    assert math.sqrt(np.mean([item["edge"] ** 2 for item in found])) == pytest.approx(EDGE, rel=0.07)


def test_without_a_volume_the_patients_left_right_axis_is_through_the_slices():
    assert estimated(study(8, withVolume=False))["corner"] == pytest.approx(CORNER, rel=0.15)


def test_a_lone_reading_and_a_handful_of_repeats_estimate_nothing():
    assert estimated(study(1)) == {}
    few = [f"L{level}_{code}" for level in (3, 4) for code in ("SA", "SP", "IA", "IP")]
    # 8 corners read twice have 16 degrees of freedom, 12 have 24.
    assert estimated(study(2, only=few)) == {}
    more = few + [f"L5_{code}" for code in ("SA", "SP", "IA", "IP")]
    assert set(estimated(study(2, only=more))) == {"corner"}


def test_carried_marks_are_no_repeat():
    random = np.random.default_rng(0)
    own = readAgain(lumbarSpine(), STILL, random)
    carried = marks(own, **{name: {"origin": "carried"} for name in own.points})
    built = case(position("a", own), levels=LUMBAR)
    assert repeatNoise(built, [{"a": marks(own)}, {"a": carried}]) == {}


def test_the_rows_take_their_sd_from_the_repeats_and_say_so():
    built = study(8)
    row = rowsOf(built, 3000)("discHeightMiddle", "L3L4", "a")
    # The middles of two endplates: each of two corners over root 2, so one corner's SD in all.
    assert row.sd == pytest.approx(estimated(built)["corner"], rel=0.05)
    assert row.sdSource == "repeat"
    assert rowsOf(built, 100)("canalApDisc", "L3L4", "a").sdSource == "repeat"


def test_every_reading_is_measured_with_its_own_draws():
    found = rowsOf(study(3), 300)
    rows = [
        found("slip", "L3L4", "a", reader=reader, reading=str(number))
        for reader, number in (("", 1), ("A", 2), ("A", 3))
    ]
    assert len({row.value for row in rows}) == 3
    assert len({row.sd for row in rows}) == 3


def test_the_own_marks_listed_as_a_partial_reading_are_no_third_reading():
    random = np.random.default_rng(1)
    first, second = (readAgain(lumbarSpine(), STILL, random) for _ in range(2))
    other = position("b", first, "supine")
    positions = (position("a", first, geometry=volume()), other)
    readings = (Reading("A", 1, marks={"a": marks(first)}), Reading("A", 2, marks={"a": marks(second)}))
    found = rowsOf(case(*positions, levels=LUMBAR, readings=readings), 3000)
    alone = repeatNoise(case(positions[0], levels=LUMBAR), [reading.marks for reading in readings])["corner"]
    assert found("discHeightMiddle", "L3L4", "a", reader="A", reading="2").sd == pytest.approx(alone, rel=0.05)


def test_marks_taken_over_from_another_reading_say_nothing_of_the_noise():
    spine = lumbarSpine()
    moved = spine.having(L4_SA=spine.points["L4_SA"] + np.array([0.0, 0.2, 0.0]))
    own, other = ({"a": marks(each)} for each in (spine, moved))
    study = case(position("a", spine), position("b", spine), levels=LUMBAR)
    assert repeatNoise(study, [own, other]) == {}


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("origin", ["carried", "predicted", "segmented"])
def test_two_readers_who_share_what_carrying_gave_them_are_not_independent(origin, confirmed):
    # Both have the same source and differ by a hundredth of what placing differs by: no error of placing is in that.
    random = np.random.default_rng(3)
    shared = readAgain(lumbarSpine(), STILL, random)
    sets = []
    for _ in range(4):
        near = {name: point + 0.01 * random.normal(size=3) for name, point in shared.points.items()}
        how = {name: {"origin": origin, "confirmed": confirmed} for name in near}
        sets.append({"a": marks(Spine(shared.levels, near), **how)})
    assert repeatNoise(case(position("a", shared), levels=LUMBAR), sets) == {}


def test_what_both_readers_placed_themselves_still_counts_beside_what_they_share():
    built = study(8)
    sets = [{"a": built.positions[0].marks}, *(reading.marks for reading in built.readings)]
    names = built.positions[0].marks.landmarks
    shared = {name: {"origin": "predicted"} for name in names if name.split("_")[1] in EDGES}
    mixed = []
    for item in sets:
        points = {name: np.array(mark.point_RAS) for name, mark in item["a"].landmarks.items()}
        mixed.append({"a": marks(Spine(LUMBAR, points), **shared)})
    found = repeatNoise(built, mixed)
    assert found.keys() == {"corner"}
    assert found["corner"] == pytest.approx(CORNER, rel=0.15)
