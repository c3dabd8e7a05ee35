"""A measurement in short steps: it may be dropped, and fewer draws or fewer values are parts of all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Metrics.Draws import DrawSettings
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Metrics.Noise import noiseModel
from DynamicSpineLib.Metrics.ReadingDraws import Needed, measureReading
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer
from DynamicSpineLib.Metrics.RowCells import CaseCells
from DynamicSpineLib.Metrics.Rows import RowMaker
from DynamicSpineLib.Progress import runSteps


@pytest.fixture(scope="module")
def study():
    whole = phantomCase("fullCase")
    return replace(whole, positions=whole.positions[:3], bones=())


def measured(study, count, needed=None):
    measurer = ReadingMeasurer(study, {item.id: item.marks for item in study.positions}, noiseModel(study))
    return runSteps(measureReading(measurer, DrawSettings(count, 5, "reader#1"), needed))


def test_the_first_draws_of_many_are_those_of_few(study):
    few, many = measured(study, 30), measured(study, 70)
    for name, array in few.draws.states.items():
        assert np.array_equal(array, many.draws.states[name][:30], equal_nan=True), name


def test_draws_of_some_values_are_those_of_a_whole_measurement(study):
    whole = measured(study, 40)
    maker = RowMaker(whole)
    cells = [cell for cell in CaseCells(study).byKey.values()
             if cell.definition.id in ("slip", "rotation", "mscc", "duralSacArea")]  # fmt: skip
    wanted = [row for cell in cells if (row := maker.row(cell, maker.sd(cell))).sd is not None]
    marks = {(positionId, name) for row in wanted for name in row.points
             for positionId in (row.position, row.fromPosition) if positionId}  # fmt: skip
    metrics = frozenset((cell.definition.kind, cell.definition.id) for cell in cells)
    some = RowMaker(measured(study, 40, Needed(metrics, frozenset(marks))))
    again = {row.key: row for row in some.rows(cells)}
    assert len(wanted) > 50
    assert [again[row.key].sd for row in wanted] == pytest.approx([row.sd for row in wanted], rel=1e-12)


def test_a_measurement_is_the_same_however_it_is_driven(study):
    straight = runSteps(measureCase(study, 40, 2, "test"))
    dropped = measureCase(study, 40, 2, "test")
    for _ in range(25):
        next(dropped)
    dropped.close()
    steps = measureCase(study, 40, 2, "test")
    fractions = []
    while True:
        try:
            fractions.append(next(steps).fraction)
        except StopIteration as end:
            stepped = end.value
            break
    assert stepped.rows == straight.rows
    assert stepped.ranges == straight.ranges
    assert len(fractions) > 50
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
