"""A reading whose points are dragged, against one that is measured anew after every drag."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Metrics.LiveReading import LiveReading
from DynamicSpineLib.Metrics.Noise import noiseModel
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer
from DynamicSpineLib.Metrics.Registry import metricsByKey
from DynamicSpineLib.Metrics.Touched import touchedMetrics

ROUNDING = 1e-11
"""Areas are taken in the axes of their own planes, which turn with the segment: equal but for the last bits."""

SIZES_MM = (0.1, 1.0, 8.0)
CASES = ("fullCase", "chinTuck", "scoliosisRotatory", "lumbarCage", "sixLumbar", "blockC2C3")


def measurer(study):
    return ReadingMeasurer(study, {item.id: item.marks for item in study.positions}, noiseModel(study))


def withMarks(study, index, landmarks):
    """The study with the landmarks of one position replaced."""
    here = study.positions[index]
    changed = replace(here, marks=replace(here.marks, landmarks=landmarks))
    return replace(study, positions=(*study.positions[:index], changed, *study.positions[index + 1 :]))


def thinned(study, share, chance):
    """The study without a share of its marks, another one in each position."""
    for index, here in enumerate(study.positions):
        kept = {name: mark for name, mark in here.marks.landmarks.items() if chance.random() >= share}
        study = withMarks(study, index, kept)
    return study


def dragged(study, chance):
    """(the study with a point of some position at another place, position id, name, new place), or None."""
    index = chance.randrange(len(study.positions))
    here = study.positions[index]
    names = [name for name in here.marks.landmarks if here.marks.point(name) is not None]
    if not names:
        return None
    name, size = chance.choice(names), chance.choice(SIZES_MM)
    point = tuple(np.array(here.marks.point(name)) + [chance.gauss(0.0, size) for _ in range(3)])
    mark = replace(here.marks.landmarks[name], point_RAS=point)
    return withMarks(study, index, {**here.marks.landmarks, name: mark}), here.id, name, point


def cells(values, chain):
    """(kind, metric, place) -> array of every value that a metric is defined at."""
    found = {}
    for (kind, metricId), definition in metricsByKey().items():
        array = (values.motions if kind == "motion" else values.states).get(metricId)
        hasColumns = definition.scope in ("segment", "sidedSegment", "vertebra") or definition.places == "regions"
        for index, place in placesOf(definition, chain):
            if array is not None:
                found[kind, metricId, place] = array[:, index] if hasColumns else array
                if metricId in values.changes and kind == "state":
                    found["change", metricId, place] = values.changes[metricId][:, index]
    return found


def differing(first, second):
    """The keys whose values differ by more than rounding, or of which one has a value and the other none."""
    assert first.keys() == second.keys()
    return {key for key, array in first.items()
            if not np.allclose(array, second[key], rtol=1e-12, atol=ROUNDING, equal_nan=True)}


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6])
@pytest.mark.parametrize("scenario", CASES)
def test_values_after_any_drags_are_those_of_a_new_measurement(scenario, share):
    chance = random.Random(f"{scenario}{share}")
    study = thinned(phantomCase(scenario), share, chance)
    live = LiveReading(measurer(study))
    for _ in range(8):
        step = dragged(study, chance)
        if step is None:
            continue
        study, *drag = step
        live.move(*drag)
        if chance.random() < 0.6:  # several drags before somebody looks must not lose one
            now = cells(live.values, study.chain)
            assert differing(now, cells(measurer(study).values(), study.chain)) == set()


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_drag_names_every_value_that_it_changes(share):
    chance = random.Random(11)
    study = thinned(phantomCase("fullCase"), share, chance)
    live, before = LiveReading(measurer(study)), cells(measurer(study).values(), study.chain)
    for _ in range(15):
        step = dragged(study, chance)
        study, *drag = step
        touched = live.move(*drag)
        after = cells(measurer(study).values(), study.chain)
        changed = {("state" if kind == "change" else kind, *rest) for kind, *rest in differing(before, after)}
        assert changed <= touched, drag[1]
        before = after


def test_only_what_is_asked_for_is_computed():
    study = phantomCase("fullCase")
    live = LiveReading(measurer(study))
    allAtFirst = dict(live.values.states)
    here = study.positions[1]
    live.move(here.id, "L4_IP", np.array(here.marks.point("L4_IP")) + 0.3)
    snapshot = live.snapshot()
    assert snapshot.values.states["cxa"] is allAtFirst["cxa"]
    assert snapshot.values.states["slip"] is not allAtFirst["slip"]


def test_a_snapshot_stays_as_it_was_when_the_drag_goes_on():
    study = phantomCase("lumbarSlip")
    live = LiveReading(measurer(study))
    here = study.positions[0]
    point = np.array(here.marks.point("L4_IP"))
    before = measurer(study).values().states["slip"]
    snapshot = live.snapshot()
    live.move(here.id, "L4_IP", point + np.array([0.0, 3.0, 0.0]))
    assert np.array_equal(snapshot.values.states["slip"], before, equal_nan=True)
    assert not np.array_equal(live.values.states["slip"], before, equal_nan=True)


def test_a_moved_corner_can_make_a_foramens_plane_the_wrong_one():
    # The axis of a cervical foramen is told from the segment's corners, so its gate is touched though no value is.
    touched = touchedMetrics(phantomCase("fullCase").chain, "C5_SA")
    assert ("state", "foramenHeight", "C5C6") in touched
    assert ("state", "foramenHeight", "L4L5") not in touched
    assert ("state", "foramenHeight", "C5C6") in touchedMetrics(phantomCase("fullCase").chain, "C5C6_FA_L")


@pytest.mark.parametrize("scenario", CASES)
def test_a_dragged_points_gates_are_those_of_a_new_measurement(scenario):
    chance = random.Random(scenario)
    study = phantomCase(scenario)
    live = LiveReading(measurer(study))
    for _ in range(6):
        study, *drag = dragged(study, chance)
        live.move(*drag)
    now, new = live.snapshot(), measurer(study).measure()
    for key, definition in metricsByKey().items():
        first, second = now.blocked.masks(key), new.blocked.masks(key)
        assert first.keys() == second.keys(), key
        columns = [index for index, _ in placesOf(definition, study.chain)]
        for need in first:
            hasColumns = definition.scope in ("segment", "sidedSegment", "vertebra")
            parts = [mask[:, columns] if hasColumns else mask for mask in (first[need], second[need])]
            assert np.array_equal(*parts), (key, need)


def test_the_extents_of_a_cord_turn_with_the_segments_axis():
    study = phantomCase("fullCase")
    live = LiveReading(measurer(study))
    before = live.values.states["compressionRatio"].copy()
    here = study.positions[2]
    live.move(here.id, "C5_SA", np.array(here.marks.point("C5_SA")) + np.array([6.0, 0.0, 0.0]))
    after = live.values.states["compressionRatio"]
    assert np.nanmax(np.abs(after - before)) > 1e-6


def test_a_position_that_is_not_there_is_refused():
    live = LiveReading(measurer(phantomCase("lumbarSlip")))
    with pytest.raises(KeyError, match="nowhere"):
        live.move("nowhere", "L4_IP", (0.0, 0.0, 0.0))
