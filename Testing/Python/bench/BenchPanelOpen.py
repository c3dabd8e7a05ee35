"""Times of entering the module and of opening a case of eight positions, and memory over many drags and rounds.

A process of its own, since there is one application in each: python Testing/Python/bench/BenchPanelOpen.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from BenchPanelDrag import openApplication, smallVolumes

SCENARIO, POSITIONS = "lumbarSlip", 8
ENTERS, DRAGS, REST_AFTER, ROUNDS = 7, 1000, 100, 50
OPEN_LIMIT_S, ENTER_LIMIT_MS = 3, 150


def panelOpenTable() -> list[str]:
    """The lines that this file prints when it is run."""
    done = subprocess.run([sys.executable, str(Path(__file__))], check=False, capture_output=True, text=True)
    return done.stdout.splitlines() or ["the panel cannot run here: " + done.stderr.strip().splitlines()[-1]]


def main() -> None:
    """Measure and print."""
    with openApplication() as (application, panel):
        for line in (*opens(application, panel), *enters(application), *drags(application, panel),
                     *rounds(application, panel)):  # fmt: skip
            sys.__stdout__.write(f"{line}\n")
            sys.__stdout__.flush()


def eightPositions() -> Any:
    """A phantom whose positions come twice."""
    from DynamicSpineLib.Phantom.PhantomCase import phantomCase

    case = phantomCase(SCENARIO)
    again = [replace(item, id=f"{item.id}_2", title=f"{item.shownTitle} again", landmarksFile=f"{item.id}_2.mrk.json")
             for item in case.positions]  # fmt: skip
    return replace(case, positions=(*case.positions, *again)[:POSITIONS])


def opens(application: Any, panel: Any) -> Iterator[str]:
    """Processor time until a case whose volumes are there is shown, with its views drawn."""
    from DynamicSpineLib.Scene.CaseScene import writeCaseToScene

    for words in ("first", "again"):
        case = eightPositions()
        volumes = smallVolumes(application, case)
        begin = time.process_time()
        session = panel.context.workspace.session(writeCaseToScene(case, application.scene))
        for position, volume in zip(case.positions, volumes, strict=True):
            session.referVolume(position.id, volume)
        panel.showSession(session)
        application.app.processEvents()
        shown = time.process_time()
        for name in application.layoutManager.shownViews():
            application.view(name).pixels()
        drawn = time.process_time()
        yield (f"open {POSITIONS} positions, {words}: {shown - begin:.2f} s (limit {OPEN_LIMIT_S}), "
               f"drawing their views in software {drawn - shown:.2f} s")  # fmt: skip
        if words == "first":
            application.scene.Clear(0)


def enters(application: Any) -> Iterator[str]:
    """Processor time of entering and leaving the module with that case open."""
    times: dict[str, list[float]] = {"DynamicSpine": [], "": []}
    for _round in range(ENTERS):
        for name, found in reversed(times.items()):
            begin = time.process_time()
            application.openModule(name)
            found.append(1e3 * (time.process_time() - begin))
    entered, left = (sorted(found)[ENTERS // 2] for found in times.values())
    yield f"enter the module: {entered:.0f} ms (limit {ENTER_LIMIT_MS}), leave it: {left:.0f} ms (medians of {ENTERS})"


def drags(application: Any, panel: Any) -> Iterator[str]:
    """Growth of the process over drags, with rests between them."""
    from DynamicSpineLib.Scene.CaseRoles import landmarkNode

    panel.context.parameters.draws = 0
    panel.openSection("results")
    panel.rest.runToEnd()
    session = panel.context.session
    node = landmarkNode(session.caseNode, session.case.positions[0].id)
    index = node.GetControlPointIndexByLabel("L4_SA")
    x, y, z = node.GetNthControlPointPosition(index)
    sizes = []
    for number in range(DRAGS):
        node.SetNthControlPointPosition(index, x, y + 0.05 * (number % 20), z)
        application.app.processEvents()
        if number % REST_AFTER == REST_AFTER - 1:
            panel.rest.runToEnd()
            sizes.append(_megabytes())
    yield (f"memory over {DRAGS} drags: {sizes[-1] - sizes[0]:+.1f} MB after the first {REST_AFTER}, "
           f"{sizes[-1]:.0f} MB in all")  # fmt: skip


def rounds(application: Any, panel: Any) -> Iterator[str]:
    """Growth of the process over opening and closing the same case."""
    from DynamicSpineLib.Scene.CaseScene import writeCaseToScene

    case, sizes = replace(eightPositions(), positions=eightPositions().positions[:4]), []
    for _number in range(ROUNDS):
        application.scene.Clear(0)
        panel.showSession(panel.context.workspace.session(writeCaseToScene(case, application.scene)))
        application.app.processEvents()
        sizes.append(_megabytes())
    half = ROUNDS // 2
    yield (f"memory over {ROUNDS} rounds of opening and closing: {sizes[-1] - sizes[4]:+.1f} MB after the first 5, "
           f"{sizes[-1] - sizes[half]:+.1f} MB of it in the second half")  # fmt: skip


def _megabytes() -> float:
    """What the process holds now, not its peak."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell how much memory a process holds")


if __name__ == "__main__":
    main()
