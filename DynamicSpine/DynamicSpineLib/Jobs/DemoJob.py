"""The demo: a phantom case made from nothing and marked once, then the whole job on it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Jobs.CompareJob import CompareRequest, ComparisonMade, compareToFolder
from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions, writeTables
from DynamicSpineLib.Jobs.PropagateJob import Propagated, propagate
from DynamicSpineLib.Jobs.ReportJob import CaseSource, ReportMade, freshFolder, reportToFolder
from DynamicSpineLib.Phantom.Acquisition import usualAcquisition
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import loadScenario
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import readCase, writeCase
from DynamicSpineLib.Study.EditMarks import markedOnce
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

DEMO_SCENARIO = "lumbarSlip"
COMPARED = ("SUP_N", "ST_F", "L5")
"""Reference, moving position and the vertebra held: L4 slips most from lying to standing flexion."""

PAINTERS = 2
"""Volumes painted at once; each takes about half a gigabyte."""


def paintPosition(scenarioId: str, positionId: str, path: Path, seed: int) -> Path:
    """Paint the volume of one position of a scenario and write it; the series is the posture's usual one."""
    scenario = loadScenario(scenarioId)
    region = scenario.regions[0]
    series = usualAcquisition(scenario.state(region, positionId).posture)
    array, geometry = paintVolume(posedSpine(scenario, positionId), series, seed)
    writeVolume(path, array, geometry)
    return path


@dataclass(frozen=True)
class DemoMade:
    """The report of the demo, what was carried before it, and two positions on each other."""

    report: ReportMade
    carried: Propagated
    compared: ComparisonMade


def demoToFolder(folder: Path, options: MeasureOptions) -> Steps[DemoMade]:
    """Make the phantom case in `folder`/case, carry its marks, lay two positions on each other in `folder`/compare,
    measure the case and report it in `folder`; in steps.
    """
    freshFolder(folder)
    (folder / "demo.txt").write_text("Made by 'dynamicspine demo', which may empty this folder.\n", encoding="utf-8")
    case = phantomCase(DEMO_SCENARIO)
    case = markedOnce(case, case.markedIn)
    painted = folder / "painted"
    painted.mkdir()
    paths = yield from _paint(case, painted)
    writeCase(case, folder / "case", paths)
    for path in paths.values():
        path.unlink()
    painted.rmdir()
    carried = yield from propagate(folder / "case", CarryOptions())
    request = CompareRequest(folder / "case", *COMPARED, withMotion=False)
    compared = yield from compareToFolder(request, folder / "compare")
    source = CaseSource(readCase(folder / "case"), folder / "case")
    made = yield from reportToFolder(source, folder, options)
    writeTables(made.measured, made.told, folder)
    return DemoMade(made, carried, compared)


def _paint(case: Case, folder: Path) -> Steps[Mapping[str, Path]]:
    """Paint every position's volume, two at a time."""
    paths = {item.id: folder / item.volume for item in case.positions}
    with ProcessPoolExecutor(PAINTERS) as pool:
        jobs = {item.id: pool.submit(paintPosition, DEMO_SCENARIO, item.id, paths[item.id], number)
                for number, item in enumerate(case.positions)}  # fmt: skip
        for number, (positionId, job) in enumerate(jobs.items()):
            job.result()
            yield Step((number + 1) / len(jobs), f"painted {positionId}")
    return paths
