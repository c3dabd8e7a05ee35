"""What carrying does to the smallest motion that can be told from noise, against marks placed by hand everywhere."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PhantomCases import phantomCase
from TrueCarry import COVARIANCE, TrueCarry, engine, markedOnce

from DynamicSpineLib.Geometry.Rigid import perturbations
from DynamicSpineLib.Jobs.CarryCase import CarryEngine, carryCase
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import runSteps

TURN_DEG, SHIFT_MM = 0.3, 0.2
START, EXTENSION, FLEXION = 0, 1, 2
SCENARIOS = {"lumbarSlip": ("SUP_N", "ST_E", "ST_F"), "healthyCervical": ("SUP_N", "UP_E", "UP_F")}


def carried(scenario, search=None):
    """The scenario's case with marks carried from the position they were placed in; no images are read."""
    case = phantomCase(scenario, SCENARIOS[scenario])
    searches = engine(scenario=scenario) if search is None else CarryEngine(search)
    return runSteps(carryCase(markedOnce(case, case.markedIn), CarryOptions(), lambda _: None, searches)).case


def motionsOf(case, draws=1500, seed=0):
    rows = runSteps(measureCase(case, draws, seed)).rows
    return {(row.metric, row.level, row.fromPosition, row.position): row for row in rows if row.kind == "motion"}


@pytest.fixture(scope="module", params=list(SCENARIOS))
def both(request):
    """Ids of the positions, motions from hand marks, motions from carried marks."""
    hand = replace(phantomCase(request.param, SCENARIOS[request.param]), bones=())
    return SCENARIOS[request.param], motionsOf(hand), motionsOf(carried(request.param))


def smallest(motions, metric, start, end):
    """Median over the levels of the smallest detectable change."""
    pairs = ((start, end), (end, start))
    found = [row.sdc95 for key, row in motions.items() if key[0] == metric and key[2:] in pairs]
    return float(np.median([value for value in found if value is not None]))


def test_rotation_falls_to_what_the_transforms_allow(both):
    ids, hand, moved = both
    byHand = {"ST_F": 2.6, "UP_F": 5.5}[ids[FLEXION]]
    assert smallest(hand, "rotation", ids[START], ids[FLEXION]) == pytest.approx(byHand, rel=0.1)
    # Two bones, each 0.3 degrees: 1.96 x root 2 x 0.3.
    expected = 1.96 * math.sqrt(2) * TURN_DEG
    assert smallest(moved, "rotation", ids[START], ids[FLEXION]) == pytest.approx(expected, rel=0.07)


def test_between_two_positions_that_were_both_carried_to_both_transforms_count(both):
    ids, hand, moved = both
    expected = 1.96 * 2 * TURN_DEG
    assert smallest(moved, "rotation", ids[EXTENSION], ids[FLEXION]) == pytest.approx(expected, rel=0.07)
    assert smallest(moved, "rotation", ids[EXTENSION], ids[FLEXION]) < 0.5 * smallest(
        hand, "rotation", ids[EXTENSION], ids[FLEXION]
    )


@pytest.mark.parametrize("ends", [(START, FLEXION), (EXTENSION, FLEXION)], ids=["from where placed", "both carried"])
def test_translation_falls_as_well(both, ends):
    ids, hand, moved = both
    pair = [ids[end] for end in ends]
    share = smallest(moved, "translation", *pair) / smallest(hand, "translation", *pair)
    assert share < (0.5 if ends[0] == START else 0.65)


@pytest.mark.parametrize("metric", ["lateralBend", "axialRotation"])
def test_bend_and_turn_come_out_of_the_transforms_with_intervals(both, metric):
    ids, _, moved = both
    rows = [row for key, row in moved.items() if key[0] == metric and set(key[2:]) == {ids[START], ids[FLEXION]}]
    assert len(rows) >= 6
    for row in rows:
        assert row.lower95 <= row.value <= row.upper95
        assert row.method == "relativeTransform"
        assert not row.confirmed
        assert 0.7 < row.sdc95 < 1.4


class ErringCarry(TrueCarry):
    """Carries each bone with an error drawn from the covariance that it states."""

    def __init__(self, scenario, seed):
        super().__init__(scenario=scenario)
        self.random = np.random.default_rng(seed)

    def _bone(self, source, target, level):
        bone = super()._bone(source, target, level)
        error = self.random.multivariate_normal(np.zeros(6), np.array(COVARIANCE))
        matrix = np.array(bone.transform.matrix) @ perturbations(error, np.array(bone.transform.center_RAS))
        return replace(bone, transform=replace(bone.transform, matrix=tuple(map(tuple, matrix.tolist()))))


def test_the_true_motion_lies_in_the_stated_interval_as_often_as_stated():
    inside = []
    for scenario, (_, extension, flexion) in SCENARIOS.items():
        truth = motionsOf(replace(phantomCase(scenario, SCENARIOS[scenario]), bones=()), draws=0)
        for seed in range(8):
            found = motionsOf(carried(scenario, ErringCarry(scenario, seed)), draws=300, seed=seed)
            ends = {extension, flexion}
            pair = {key: row for key, row in found.items() if key[0] == "rotation" and ends == {*key[2:]}}
            inside += [row.lower95 <= truth[key].value <= row.upper95 for key, row in pair.items()]
    assert len(inside) >= 100
    assert 0.90 <= np.mean(inside) <= 0.99
