"""Playing a motion from position to position: preparing its fields, and the rate of a slice view that shows it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PhantomCases import phantomCase

from DynamicSpineLib.Compare.BodySolids import solidsInReference
from DynamicSpineLib.Compare.MotionFields import motionFields
from DynamicSpineLib.Compare.MotionGrid import SlabGrid, slabGrid
from DynamicSpineLib.Compare.MotionMarks import MotionMarks
from DynamicSpineLib.Compare.MotionPath import MotionPath, motionPath
from DynamicSpineLib.Phantom.Acquisition import usualAcquisition
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import loadScenario
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.VolumeFile import readGeometry
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

SIZE = (640, 440)
FIELD_MM = 300.0
CASES = (("lumbarSlip", "L5", ("ST_E", "ST_F")), ("cervicalNarrowing", "C7", ("UP_E", "UP_F")))


def motionTable() -> list[str]:
    """Seconds to prepare one leg of 14 frames, and frames a second in one slice view of 640 x 440, with limits."""
    lines = [f"{'motion':44}{'value':>10}{'limit':>10}"]
    for scenario, held, order in CASES:
        case = phantomCase(scenario)
        path = motionPath(case, held, order)
        frames = path.frames()
        start = time.process_time()
        fields = runSteps(motionFields(case, path, frames, sagittalSlab(case, path)))
        seconds = time.process_time() - start
        lines.append(f"{f'{scenario}: fields of {len(fields.pairs)} frames (CPU s)':44}{seconds:>10.2f}{'< 3':>10}")
        marks = MotionMarks(case, path)
        start = time.process_time()
        for frame in frames:
            marks.at(frame)
        each = 1000.0 * (time.process_time() - start) / len(frames)
        lines.append(f"{f'{scenario}: marks of a frame (CPU ms)':44}{each:>10.1f}")
    return [*lines, *_playing(*CASES[0])]


def sagittalSlab(case: Case, path: MotionPath) -> SlabGrid:
    """A slab in the midline about the bodies of the reference position."""
    marks = case.position(path.reference).marks
    points = [marks.point(name) for name in marks.landmarks if name.endswith(("_SA", "_SP"))]
    plane = np.eye(4)
    plane[:3, :3] = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]]).T
    plane[:3, 3] = np.mean([point for point in points if point is not None], axis=0)
    return slabGrid(plane, FIELD_MM * SIZE[0] / SIZE[1], FIELD_MM)


def volumeCase(scenarioId: str, order: tuple[str, ...], folder: Path) -> Case:
    """The case in some positions with their painted volumes in a folder."""
    case, scenario, positions = phantomCase(scenarioId), loadScenario(scenarioId), []
    for number, position in enumerate(item for item in case.positions if item.id in order):
        series = usualAcquisition(scenario.state(scenario.regions[0], position.id).posture)
        path = folder / f"{position.id}.nrrd"
        writeVolume(path, *paintVolume(posedSpine(scenario, position.id), series, number))
        positions.append(replace(position, volume=path.name, geometry=readGeometry(path)))
    return replace(case, positions=tuple(positions), bones=(), reference="")


def _playing(scenario: str, held: str, order: tuple[str, ...]) -> list[str]:
    from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
    from DynamicSpineLib.Scene.Motion.MotionPlayer import MotionPlayer

    application = headlessApplication()
    application.clear()
    with tempfile.TemporaryDirectory() as folder:
        case = volumeCase(scenario, order, Path(folder))
        caseNode = writeCaseToScene(case, application.scene, Path(folder))
        path = motionPath(case, held, order)
        slab = sagittalSlab(case, path)
        fields = runSteps(motionFields(case, path, path.frames(), slab))
        view = sliceView(application.slicerApp, slab)
        player = MotionPlayer(caseNode, path, path.frames(), fields, solidsInReference(case, path),
                              [view._logic.GetSliceCompositeNode()])  # fmt: skip
        lines = [_rate(view, player, play) for play in ("first", "second", "third")]
        player.stop()
    return lines


def _rate(view: Any, player: Any, play: str) -> str:
    spent, busy = [], 0.0
    for number in range(player.browser.GetNumberOfItems()):
        start, before = time.perf_counter(), time.process_time()
        with view.render_blocked():
            player.browser.SetSelectedItemNumber(number)
        view.interactor().Render()
        if not player.frame.isObserved:  # a real position takes half the time
            spent.append(time.perf_counter() - start)
            busy += time.process_time() - before
    text = f"{play} play: bent frames a second in one view"
    return (f"{text:44}{len(spent) / sum(spent):>10.1f}{'>= 15':>10}"
            f"   slowest {1000 * max(spent):.0f} ms, CPU {1000 * busy / len(spent):.0f} ms a frame")  # fmt: skip


def sliceView(slicerApp: Any, slab: SlabGrid) -> Any:
    """A slice view of SIZE pixels in the slab's plane."""
    from trame_slicer.views import NoScheduleRendering, SliceView

    view = SliceView(slicerApp.scene, slicerApp.app_logic, "Motion", scheduled_render_strategy=NoScheduleRendering())
    view.render_window().SetMultiSamples(0)  # as Slicer's own slice views; drawing edges four times costs 15 ms
    view.render_window().SetSize(*SIZE)
    view.interactor().UpdateSize(*SIZE)
    view._logic.ResizeSliceNode(*SIZE)
    node, matrix = view.get_view_node(), slab.ijkToRAS
    axes = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    middle = matrix[:3, 3] + matrix[:3, :3] @ (0.5 * (np.array(slab.size) - 1))
    for row in range(3):
        for column in range(3):
            node.GetSliceToRAS().SetElement(row, column, axes[row, column])
        node.GetSliceToRAS().SetElement(row, 3, middle[row])
    node.SetFieldOfView(FIELD_MM * SIZE[0] / SIZE[1], FIELD_MM, 1.0)
    node.UpdateMatrices()
    return view
