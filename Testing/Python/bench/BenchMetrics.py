"""Accuracy against the phantom's truth, and speed of the measuring engine, as tables."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Metrics.Draws import DrawSettings
from DynamicSpineLib.Metrics.LiveReading import LiveReading
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Metrics.Noise import noiseModel
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.Scenario import loadScenario, scenarioIds
from DynamicSpineLib.Phantom.Truth import truthValues
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.Case import Case

FULL_CASE = "fullCase"
RUNS = 15


def medianMs(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median processor time of a piece of work in ms, child processes included, after one run not counted.

    Processor time, since these figures are for one thread and other programs share the machine.
    """
    work()
    times = []
    for _ in range(runs):
        start = processorTime()
        work()
        times.append(processorTime() - start)
    return 1e3 * statistics.median(times)


def processorTime() -> float:
    """Processor time in s used so far by this process and by its children that have ended."""
    used = os.times()
    return time.process_time() + used.children_user + used.children_system


def measurer(case: Case) -> ReadingMeasurer:
    """A reading of the case's own marks, ready to measure."""
    return ReadingMeasurer(case, {item.id: item.marks for item in case.positions}, noiseModel(case))


def accuracyTable() -> list[str]:
    """Largest difference of every scenario's values from the phantom's truth, where it has one, with its metric."""
    lines = [f"{'scenario':24}{'compared':>10}{'largest error':>16}  metric"]
    for scenario in (name for name in scenarioIds() if loadScenario(name).hasTruth):
        rows = {
            (row.kind, row.position, row.fromPosition, row.level, row.side, row.metric): row.value
            for row in runSteps(measureCase(phantomCase(scenario), draws=0)).rows
        }
        errors = []
        for true in truthValues(scenario):
            value = rows.get((true.kind, true.position, true.fromPosition, true.level, true.side, true.metric))
            if value is not None:
                errors.append((abs(value - true.value), true.metric))
        worst = max(errors)
        lines.append(f"{scenario:24}{len(errors):>10}{worst[0]:>16.1e}  {worst[1]}")
    return lines


def speedTable() -> list[str]:
    """Times of the full case, with what each has to stay under."""
    case = phantomCase(FULL_CASE)
    whole = medianMs(lambda: measurer(case).values())
    ready = measurer(case)
    drawn = medianMs(lambda: ready.draws(DrawSettings(1000, 0, "")), runs=3)
    points = sum(len(item.marks.landmarks) for item in case.positions)
    lines = [
        f"full case: {len(case.positions)} positions, {len(case.chain.segments)} segments, {points} points",
        f"{'what':44}{'CPU ms':>10}{'limit':>10}",
        f"{'all values, no draws':44}{whole:>10.1f}{15:>10}",
    ]
    lines += [f"{f'one point moved ({name})':44}{ms:>10.1f}{3:>10}" for name, ms in movedPoints(case)]
    lines.append(f"{'1,000 draws':44}{drawn:>10.0f}{1000:>10}")
    lines.append(f"{'import of the library, without MRML':44}{importMs():>10.0f}{150:>10}")
    return lines


def movedPoints(case: Case) -> list[tuple[str, float]]:
    """Median time in ms to bring all values up to date after one point moved, for points of several kinds."""
    found = []
    live = LiveReading(measurer(case))
    position = case.positions[1]
    for name in ("L4_IP", "C5_SA", "C2_IA", "Oc_BA", "L4L5_CA", "L4L5_FS_L"):
        point = np.array(position.marks.point(name))
        steps = iter(range(10_000))
        found.append((name, medianMs(lambda n=name, p=point, s=steps: allAfter(live, position.id, n, p, next(s)))))
    return found


def allAfter(live: LiveReading, positionId: str, name: str, point: NDArray[np.float64], step: int) -> None:
    """Move a point a little and bring all values up to date."""
    live.move(positionId, name, point + 0.01 * step)
    _ = live.values


def importMs() -> float:
    """Median time in ms that importing the engine adds to a bare start of Python with numpy."""
    bare, whole = "import numpy", "import numpy; import DynamicSpineLib.Metrics.MeasureCase as m; m.measureCase"
    registry = whole + "; from DynamicSpineLib.Metrics.Registry import allMetrics; allMetrics()"
    times = [medianMs(lambda code=code: subprocess.run([sys.executable, "-c", code], check=True))
             for code in (bare, registry)]  # fmt: skip
    return times[1] - times[0]


def growthTable() -> list[str]:
    """How the time grows with positions and with draws, as ratios in this run."""
    case = phantomCase(FULL_CASE)
    lines = [f"{'positions':>10}{'CPU ms':>12}{'ratio':>8}"]
    times = []
    for count in (1, 2, 3, 5):
        part = Case(caseId="part", chain=case.chain, positions=case.positions[:count], numbering=case.numbering)
        times.append(medianMs(lambda part=part: measurer(part).values()))
        lines.append(f"{count:>10}{times[-1]:>12.1f}{times[-1] / times[0]:>8.2f}")
    lines.append(f"{'draws':>10}{'CPU ms':>12}{'ratio':>8}")
    ready, times = measurer(case), []
    for count in (250, 500, 1000, 2000):
        times.append(medianMs(lambda count=count: ready.draws(DrawSettings(count, 0, "")), runs=3))
        lines.append(f"{count:>10}{times[-1]:>12.0f}{times[-1] / times[0]:>8.2f}")
    return lines
