"""The demo: a phantom case made from nothing, then the whole job on it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions, writeTables
from DynamicSpineLib.Jobs.ReportJob import CaseSource, ReportMade, freshFolder, reportToFolder
from DynamicSpineLib.Phantom.Acquisition import usualAcquisition
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume, writeVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import loadScenario
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Study.CaseFolder import readCase, writeCase

DEMO_SCENARIO = "lumbarSlip"
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


def demoToFolder(folder: Path, options: MeasureOptions) -> Steps[ReportMade]:
    """Make the phantom case in `folder`/case, measure it and report it in `folder`; a generator of steps."""
    freshFolder(folder)
    (folder / "demo.txt").write_text("Made by 'dynamicspine demo', which may empty this folder.\n", encoding="utf-8")
    case = phantomCase(DEMO_SCENARIO)
    painted = folder / "painted"
    painted.mkdir()
    with ProcessPoolExecutor(PAINTERS) as pool:
        jobs = {
            item.id: pool.submit(paintPosition, DEMO_SCENARIO, item.id, painted / item.volume, number)
            for number, item in enumerate(case.positions)
        }
        for number, (positionId, job) in enumerate(jobs.items()):
            job.result()
            yield Step((number + 1) / len(jobs), f"painted {positionId}")
    writeCase(case, folder / "case", {item.id: painted / item.volume for item in case.positions})
    for item in case.positions:
        (painted / item.volume).unlink()
    painted.rmdir()
    source = CaseSource(readCase(folder / "case"), folder / "case")
    made = yield from reportToFolder(source, folder, options)
    writeTables(made.measured, made.told, folder)
    return made
