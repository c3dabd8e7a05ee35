"""Times of one step of a drag in the open panel, as a table: Slicer's own share, and what the module adds to it.

A process of its own, since there is one application in each: python Testing/Python/bench/BenchPanelDrag.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

FULL_CASE = "fullCase"
STEPS, WARM_UP, DRAGGED_IN = 300, 20, 3
SPACING_MM = 6.0
MEDIAN_LIMIT_MS, P95_LIMIT_MS = 8, 16
DRAGGED = ("L4_SA", "L4_IP", "C5_SA", "S1_SA", "L4L5_CA", "C2_IA")
_TESTS = Path(__file__).resolve().parents[1]
_MODULE = _TESTS.parents[1] / "DynamicSpine" / "DynamicSpine.py"


def panelDragTable() -> list[str]:
    """The lines that this file prints when it is run."""
    done = subprocess.run([sys.executable, str(Path(__file__))], check=False, capture_output=True, text=True)
    return done.stdout.splitlines() or ["the panel cannot run here: " + done.stderr.strip().splitlines()[-1]]


def main() -> None:
    """Measure and print."""
    with openApplication() as (application, panel):
        openFullCase(application, panel)
        for line in (*rests(application, panel), *steps(application, panel)):
            sys.__stdout__.write(f"{line}\n")
            sys.__stdout__.flush()


@contextmanager
def openApplication() -> Iterator[tuple[Any, Any]]:
    """The stand-in of the application with the module open, and its panel."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(_MODULE.parent))
    sys.path.insert(0, str(_TESTS / "gui"))
    from standin.PropertyStyle import laySlicerStyleOverQt

    laySlicerStyleOverQt()
    from standin.Application import StandInApplication

    application = StandInApplication()
    application.install(__name__)
    application.addModule(_MODULE)
    yield application, application.openModule("DynamicSpine").panel
    application.uninstall()


def openFullCase(application: Any, panel: Any) -> None:
    """Show the full case of the phantom with small volumes, at the section Results, and measure it."""
    from DynamicSpineLib.Phantom.PhantomCase import phantomCase
    from DynamicSpineLib.Scene.CaseScene import writeCaseToScene

    case = phantomCase(FULL_CASE)
    session = panel.context.workspace.session(writeCaseToScene(case, application.scene))
    for position, volume in zip(case.positions, smallVolumes(application, case), strict=True):
        session.referVolume(position.id, volume)
    panel.showSession(session)
    panel.openSection("results")
    panel.rest.runToEnd()
    if panel.context.results.problem or not panel.sections["results"].ui.valueTable.rowCount:
        raise RuntimeError(f"no table to update: {panel.context.results.problem}")
    application.app.processEvents()


def smallVolumes(application: Any, case: Any) -> list[Any]:
    """A coarse volume of noise for each position, large enough for all marks."""
    from DynamicSpineLib.Scene.Volumes import addVolume
    from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

    points = np.array([mark.point_RAS for item in case.positions for mark in item.marks.landmarks.values()
                       if mark.point_RAS is not None])  # fmt: skip
    low = points.min(axis=0) - 2 * SPACING_MM
    size = np.ceil((points.max(axis=0) - low) / SPACING_MM).astype(int) + 3
    axes = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    grid = VolumeGeometry(tuple(int(number) for number in size), (SPACING_MM,) * 3, tuple(map(float, low)), axes, True)
    voxels = np.random.default_rng(3).integers(0, 900, grid.size[::-1]).astype(np.int16)
    return [addVolume(application.scene, voxels, grid, f"{position.id} image") for position in case.positions]


def rests(application: Any, panel: Any) -> Iterator[str]:
    """How long after a drag's last step the intervals in sight are known, and how long one step of that blocks."""
    from DynamicSpineWidgets.StepRunner import REST_MILLISECONDS

    position = panel.context.session.case.positions[DRAGGED_IN]
    for words in _tables(application, panel):
        panel.context.selection.choose(place="L4L5", position=position.id)
        found = [_quickDraw(panel, position.id, step) for step in range(10)]
        wait, longest = REST_MILLISECONDS + np.median([whole for whole, _ in found]), max(step for _, step in found)
        yield f"intervals after the mouse rests, {words}: {wait:.0f} ms (limit 300), longest step {longest:.0f} ms"


def _tables(application: Any, panel: Any) -> Iterator[str]:
    """Each way in which the table shows values, in words, while it is shown."""
    check = panel.sections["results"].ui.sideBySideCheck
    for words, isSideBySide in (("side by side", True), ("one position", False)):
        check.checked = isSideBySide
        for _round in range(3):
            application.app.processEvents()
        yield words


def _quickDraw(panel: Any, positionId: str, step: int) -> tuple[float, float]:
    """Processor time in ms from rest after a drag until intervals are shown, and of the longest step meanwhile."""
    node, index, start = _point(panel, positionId, "L4_IP")
    node.SetNthControlPointPosition(index, *(start + np.array([0.0, 0.1 - 0.2 * (step % 2), 0.0])))
    panel.rest.stop()
    drawn: list[Any] = []
    stop = panel.context.live.drawn.listen(drawn.append)
    due, times = panel._restSteps(), list[float]()
    while not drawn:
        begin = time.process_time()
        next(due)
        times.append(1e3 * (time.process_time() - begin))
    stop()
    due.close()
    return sum(times), max(times)


def steps(application: Any, panel: Any) -> Iterator[str]:
    """Processor time (ms) of drag steps: whole, of Slicer alone, and so of the module; median and 95th percentile."""
    position = panel.context.session.case.positions[DRAGGED_IN]
    limits = f"{MEDIAN_LIMIT_MS}, {P95_LIMIT_MS}"
    yield f"{'point':22}{'whole':>14}{'without module':>18}{'module':>14}{'limits':>10}   (median, 95th percentile)"
    for words in _tables(application, panel):
        for name in DRAGGED:
            whole, bare = dragTimesMs(application, panel, position.id, name)
            figures = f"{_pair(whole):>14}{_pair(bare):>18}{_pair(whole - np.median(bare)):>14}"
            yield f"{f'{name}, {words}':22}{figures}{limits:>10}"


def _point(panel: Any, positionId: str, name: str) -> tuple[Any, int, np.ndarray]:
    """The node of a mark, its index in it, and where it lies."""
    from DynamicSpineLib.Scene.CaseRoles import landmarkNode

    node = landmarkNode(panel.context.session.caseNode, positionId)
    index = node.GetControlPointIndexByLabel(name)
    return node, index, np.array(node.GetNthControlPointPosition(index))


def _pair(times: np.ndarray) -> str:
    return f"{np.median(times):.1f}, {np.percentile(times, 95):.1f}"


def dragTimesMs(application: Any, panel: Any, positionId: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Processor times in ms of the steps of a drag, with the module and, in turn with those, while it does not watch.

    What is due at rest is not done meanwhile.
    """
    node, index, start = _point(panel, positionId, name)
    place = name.split("_")[0]
    panel.context.selection.choose(place=f"{place}L5" if place == "L4" else place, position=positionId)
    application.app.processEvents()
    found: dict[bool, list[float]] = {True: [], False: []}
    for step in range(2 * (STEPS + WARM_UP)):
        isWatched = step % 2 == 0
        point = start + np.array([0.0, 0.05 * (step % 21), 0.02 * (step % 7)])
        with nullcontext() if isWatched else panel.context.session.ownWriting():
            begin = time.process_time()
            node.SetNthControlPointPosition(index, *point)
            panel.rest.stop()
            application.app.processEvents()
            found[isWatched].append(1e3 * (time.process_time() - begin))
    node.SetNthControlPointPosition(index, *start)
    return np.array(found[True][WARM_UP:]), np.array(found[False][WARM_UP:])


if __name__ == "__main__":
    main()
