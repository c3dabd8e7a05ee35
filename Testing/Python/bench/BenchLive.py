"""Speed of live values: a dragged point to updated table cells, and the noise that follows when the mouse rests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from BenchMetrics import FULL_CASE, medianMs
from numpy.typing import NDArray

from DynamicSpineLib.Jobs.Told import chosenRuleSets, tellMeasurementSteps
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Metrics.Registry import STATE_KIND
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Progress import Steps, runSteps
from DynamicSpineLib.Session.LiveValues import QUICK_DRAWS, LiveValues
from DynamicSpineLib.Session.MetricGroups import metricGroups
from DynamicSpineLib.Session.TablePlan import TableChoice
from DynamicSpineLib.Session.ValueTable import ValueTable
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf, withLandmarks

CORNERS = ("SA", "SP", "IA", "IP")
EVENTS = 12
DRAWS = 1000
MEDIAN_LIMIT, P95_LIMIT, QUICK_LIMIT = 3.0, 6.0, 300.0


def dragTable() -> list[str]:
    """CPU time of a drag's event: values moved and shown cells made again, over the marks of one position."""
    case = phantomCase(FULL_CASE)
    position = case.positions[2]
    live = LiveValues(case)
    live.accept(runSteps(measureCase(case, 100)), 100)
    names = [name for name in position.marks.landmarks if position.marks.point(name) is not None]
    corners = [name for name in names if name.split("_")[1] in CORNERS]
    lines = [f"{'table shown':44}{'marks':>9}{'median ms':>11}{'95 % ms':>9}{'limits':>10}"]
    for group in metricGroups():
        if group.id in ("slip", "canal", "disc", "foramen", "motion"):
            ends = ("", position.id) if group.kind == STATE_KIND else None
            table = ValueTable(live, TableChoice(group.id, ends))
            for what, chosen in (("corners", corners[::5]), ("all", names[::13])):
                times = [ms for name in chosen for ms in _dragged(live, table, position.id, name)]
                lines.append(f"{group.title:44}{what:>9}{np.median(times):>11.2f}{np.percentile(times, 95):>9.2f}"
                             f"{f'{MEDIAN_LIMIT:g}, {P95_LIMIT:g}':>10}")  # fmt: skip
    return lines


def _dragged(live: LiveValues, table: ValueTable, positionId: str, name: str) -> list[float]:
    """CPU ms of each event of a drag; the first also finds what the mark touches."""
    here = live.case.position(positionId)
    point = np.array(here.marks.point(name)) if here is not None else np.zeros(3)
    times = []
    for step in range(EVENTS):
        start = time.process_time()
        table.update(live.setCase(_moved(live.case, positionId, name, point + 0.02 * step)))
        times.append(1e3 * (time.process_time() - start))
    return times


def _moved(case: Case, positionId: str, name: str, point: NDArray[np.float64]) -> Case:
    x, y, z = (float(value) for value in point)
    mark = positionOf(case, positionId).marks.landmarks[name]
    return withLandmarks(case, positionId, [replace(mark, point_RAS=(x, y, z))])


def _measureAndTell(live: LiveValues) -> Steps[None]:
    measured = yield from measureCase(live.case, DRAWS)
    live.accept(measured, DRAWS)
    yield from tellMeasurementSteps(measured, chosenRuleSets())


def followingTable() -> list[str]:
    """CPU time of opening, of placing a point, and of the noise that follows, with its longest step."""
    case = phantomCase(FULL_CASE)
    position = case.positions[2]
    live = LiveValues(case)
    table = ValueTable(live, TableChoice("canal", ("", position.id)))
    whole = _steps(_measureAndTell(live))
    lines = [f"{'what':60}{'CPU ms':>10}{'limit':>8}{'steps':>7}{'95 % ms':>9}{'longest':>9}"]
    lines.append(_line("open live values", [medianMs(lambda: LiveValues(case), runs=5)], 100.0))
    placing = [_once(lambda name=name: _placedAgain(live, position.id, name)) for name in ("L4_IP", "C5_SA", "C2_IA")]
    lines.append(_line("clear a corner or place it again", [max(placing)], 40.0))
    runSteps(live.quickSteps())
    for name in ("L4_IP", "C5_SA", "L4L5_CA"):
        for what, only in (("cells shown", table.keys), ("all touched cells", None)):
            _dragged(live, table, position.id, name)
            lines.append(_line(f"{QUICK_DRAWS} draws after {name}, {what}", _steps(live.quickSteps(only)), QUICK_LIMIT))
        runSteps(live.quickSteps())
    lines.append(_line(f"measure with {DRAWS} draws, judge and tell", whole, 0.0))
    return lines


def _placedAgain(live: LiveValues, positionId: str, name: str) -> None:
    """Take a mark away and show it again: two edits, of which the mean is one."""
    before = live.case
    here = before.position(positionId)
    if here is None:
        return
    kept = {text: mark for text, mark in here.marks.landmarks.items() if text != name}
    positions = tuple(replace(item, marks=replace(item.marks, landmarks=kept)) if item.id == positionId else item
                      for item in before.positions)  # fmt: skip
    live.setCase(replace(before, positions=positions))
    live.setCase(before)


def _once(work: Callable[[], object]) -> float:
    """Median CPU ms of one of the two edits of a piece of work."""
    return medianMs(work, runs=5) / 2.0


def _steps(steps: Steps[object]) -> list[float]:
    """CPU ms of every step."""
    times = []
    while True:
        start = time.process_time()
        try:
            next(steps)
        except StopIteration:
            times.append(1e3 * (time.process_time() - start))
            return times
        times.append(1e3 * (time.process_time() - start))


def _line(what: str, times: Iterable[float], limit: float) -> str:
    every = list(times)
    stated = f"{limit:g}" if limit else ""
    text = f"{what:60}{sum(every):>10.1f}{stated:>8}"
    return text if len(every) < 2 else f"{text}{len(every):>7}{np.percentile(every, 95):>9.1f}{max(every):>9.1f}"
