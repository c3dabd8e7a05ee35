"""What rules look at: states, changes and motions with the draws behind their rows, and why one is missing."""

from __future__ import annotations

import numpy as np
import pytest
from JudgedCases import valuesOf
from Spines import LUMBAR, WITHOUT_SLICES, at, case, chainMatrices, flexionAbout, lumbarSpine, position, shiftBy, volume

BONES = {"L4": chainMatrices(("L4", "L5"), {"L4": shiftBy(3.0)})["L4"], "L1": flexionAbout(at(0.0, 153.0), 12.0)}


@pytest.fixture(scope="module")
def values():
    """Supine, and standing flexion with L4 shifted by 3 mm and L1 flexed by 12 degrees; one mark is missing."""
    spine = lumbarSpine()
    flexed = spine.carried(chainMatrices(LUMBAR, BONES)).without("L2_IP")
    study = case(position("F", flexed, bend="flexion", geometry=volume(WITHOUT_SLICES)),
                 position("SUP", spine, "supine", geometry=volume(WITHOUT_SLICES)),
                 position("E", spine, bend="extension", geometry=volume(WITHOUT_SLICES)), levels=LUMBAR)  # fmt: skip
    return valuesOf(study, draws=400)


@pytest.mark.parametrize(("metric", "level", "expected"), [("slip", "L4L5", 3.0), ("discAngle", "L1L2", -12.0)])
def test_a_change_is_the_second_state_minus_the_first(values, metric, level, expected):
    change = values.change(metric, level, "SUP", "F")
    first, second = values.state(metric, level, "SUP"), values.state(metric, level, "F")
    assert change.value == pytest.approx(expected, abs=1e-9)
    assert change.value == pytest.approx(second.value - first.value, abs=1e-9)
    assert np.allclose(change.draws, second.draws - first.draws)
    back = values.change(metric, level, "F", "SUP")
    assert back.value == pytest.approx(-change.value)
    assert (back.lower95, back.upper95) == pytest.approx((-change.upper95, -change.lower95))


def test_an_interval_is_even_and_1_96_sds_wide_to_either_side(values):
    for sample in (values.change("slip", "L4L5", "SUP", "F"), values.state("slip", "L4L5", "F"),
                   values.motion("rotation", "L1L2", "E", "F")):  # fmt: skip
        assert sample.upper95 - sample.value == pytest.approx(sample.value - sample.lower95, abs=1e-9)
        assert sample.upper95 - sample.value == pytest.approx(1.96 * sample.sd, rel=1e-3)


def test_the_rows_numbers_and_the_draws_are_of_one_and_the_same_value(values):
    for sample, expected in ((values.state("slip", "L4L5", "F"), 3.0),
                             (values.change("slip", "L4L5", "SUP", "F"), 3.0),
                             (values.motion("rotation", "L1L2", "E", "F"), 12.0)):  # fmt: skip
        assert sample.value == pytest.approx(expected, abs=1e-9)
        assert sample.draws.std(ddof=1) == pytest.approx(sample.sd, rel=1e-9)
        assert sample.draws.mean() == pytest.approx(expected, abs=4.0 * sample.sd / 20.0 + 0.1)
        assert sample.rows[0].sd == pytest.approx(sample.sd, rel=1e-9)
        assert sample.rows[0].value == pytest.approx(sample.value)


def test_the_smallest_change_seen_is_1_96_sds_of_a_change(values):
    change = values.change("slip", "L4L5", "SUP", "F")
    assert change.sdc95 == pytest.approx(1.96 * change.sd, rel=1e-3)
    assert change.exceedsNoise is (abs(change.value) > change.sdc95)
    assert not values.change("slip", "L3L4", "SUP", "E").exceedsNoise


def test_a_motion_has_its_pairs_direction_only(values):
    assert values.motionPair == ("E", "F")
    assert values.routine == "SUP"
    assert values.motion("rotation", "L1L2", "E", "F").value == pytest.approx(12.0)
    back = values.motion("rotation", "L1L2", "F", "E")
    assert (back.isThere, back.reasonCode) == (False, "notDefinedHere")


def test_a_missing_value_holds_the_reason_and_a_change_the_reason_of_its_missing_end(values):
    missing = values.state("slip", "L2L3", "F")
    assert (missing.value, missing.draws, missing.reasonCode) == (None, None, "notMarked")
    assert values.change("slip", "L2L3", "SUP", "F").reasonCode == "notMarked"
    assert values.change("slip", "L2L3", "F", "SUP").reasonCode == "notMarked"
    assert values.state("slip", "L2L3", "SUP").isThere
    assert not missing.exceedsNoise


def test_without_draws_a_value_has_no_interval():
    study = case(position("SUP", lumbarSpine(), "supine"), position("ST", lumbarSpine()), levels=LUMBAR)
    values = valuesOf(study, draws=0)
    for sample in (values.state("slip", "L4L5", "ST"), values.change("slip", "L4L5", "SUP", "ST")):
        assert sample.isThere
        assert (sample.draws, sample.sd, sample.lower95, sample.exceedsNoise) == (None, None, None, False)


def test_sides_and_places_are_those_of_the_metric(values):
    assert values.sides("foramenHeight") == ("L", "R")
    assert values.sides("slip") == ("",)
    assert values.places("slip") == ("L1L2", "L2L3", "L3L4", "L4L5", "L5S1")
    left, right = (values.state("foramenHeight", "L4L5", "SUP", side) for side in ("L", "R"))
    assert left.value == pytest.approx(right.value)
    assert not np.allclose(left.draws, right.draws)
