"""Times of another held vertebra, position and mode in the open panel: the module's share, Slicer's, and drawing.

A process of its own, since there is one application in each: python Testing/Python/bench/BenchPanelCompare.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from BenchPanelDrag import openApplication

SCENARIO, POSITIONS = "lumbarSlip", ("SUP_N", "ST_F")
ANCHORS = ("L3", "L4", "L2", "L5", "L1", "S1") * 4
MODES = ("checkerboard", "flicker", "reveal", "blend") * 5
LIMIT_MS = 20


def panelCompareTable() -> list[str]:
    """The lines that this file prints when it is run."""
    done = subprocess.run([sys.executable, str(Path(__file__))], check=False, capture_output=True, text=True)
    return done.stdout.splitlines() or ["the panel cannot run here: " + done.stderr.strip().splitlines()[-1]]


def main() -> None:
    """Measure and print."""
    with openApplication() as (application, panel), tempfile.TemporaryDirectory() as folder:
        openPair(panel, Path(folder))
        for line in lines(application, panel):
            sys.__stdout__.write(f"{line}\n")
            sys.__stdout__.flush()


def openPair(panel: Any, folder: Path) -> None:
    """A phantom lying and in flexion, with volumes as they are acquired, compared."""
    from DynamicSpineLib.Jobs.DemoJob import paintPosition
    from DynamicSpineLib.Phantom.PhantomCase import phantomCase
    from DynamicSpineLib.Study.CaseFolder import writeCase

    case = phantomCase(SCENARIO, POSITIONS)
    paths = {item.id: paintPosition(SCENARIO, item.id, folder / item.volume, number)
             for number, item in enumerate(case.positions)}  # fmt: skip
    writeCase(case, folder / "case", paths)
    panel.showSession(panel.context.workspace.openFolder(folder / "case"))
    panel.openSection("compare")
    panel.context.runner.runToEnd()


def lines(application: Any, panel: Any) -> Iterator[str]:
    """Median processor times of each kind of change."""
    section = panel.sections["compare"]
    view = application.view("DynamicSpineCompare")
    slicers = slicersShare(panel)
    for words, changes in (
        ("another vertebra", [{"level": level} for level in ANCHORS]),
        ("another vertebra, with outlines", [{"level": level, "withOutlines": True} for level in ANCHORS]),
        ("another mode", [{"mode": mode, "withOutlines": False} for mode in MODES]),
    ):
        spent, drawn = timed(changes, section.change, view.pixels)
        own = spent - slicers if "vertebra" in words else spent
        yield (f"{words + ': module':42}{own:>8.1f} ms (limit {LIMIT_MS}), Slicer's transform {spent - own:.1f} ms, "
               f"drawing in software {drawn:.0f} ms")  # fmt: skip


def timed(changes: list[dict[str, Any]], change: Callable[..., None], draw: Callable[[], Any]) -> tuple[float, float]:
    """Medians in ms of making a change, and of drawing the view after it."""
    spent, drawn = [], []
    for item in changes:
        begin = time.process_time()
        change(**item)
        made = time.process_time()
        draw()
        spent.append(1e3 * (made - begin))
        drawn.append(1e3 * (time.process_time() - made))
    return sorted(spent)[len(spent) // 2], sorted(drawn)[len(drawn) // 2]


def slicersShare(panel: Any) -> float:
    """Median ms that Slicer takes to move what lies below the transform, with nothing of the module listening."""
    from slicer.util import RenderBlocker
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    session = panel.context.session
    caseNode = session.caseNode
    node = caseNode.GetNodeReference(f"held/{panel.context.compare.choice.moving}")
    first = vtkMatrix4x4()
    node.GetMatrixTransformToParent(first)
    spent = []
    for step in range(len(ANCHORS)):
        matrix = vtkMatrix4x4()
        matrix.DeepCopy(first)
        matrix.SetElement(0, 3, first.GetElement(0, 3) + step)
        with RenderBlocker(), session.ownWriting():
            begin = time.process_time()
            node.SetMatrixTransformToParent(matrix)
            spent.append(1e3 * (time.process_time() - begin))
    node.SetMatrixTransformToParent(first)
    return sorted(spent)[len(spent) // 2]


if __name__ == "__main__":
    main()
