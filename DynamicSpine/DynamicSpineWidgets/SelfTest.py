"""The workflow that Slicer's "Reload and Test" and CTest run in the application: from the sample to a held vertebra.

Truth is the phantom's own: where its marks are, and what is measured on them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import slicer
import vtk

from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.CaseRoles import landmarkNode
from DynamicSpineLib.Scene.Overlays.HeldTransform import letGo
from DynamicSpineLib.Session.CaseFiles import saveCase
from DynamicSpineLib.Study.Case import Case
from DynamicSpineWidgets.SampleCases import openPhantom

SAGITTAL = "DynamicSpineSagittal"
LEFT_TO_MARK = ("L2_SA", "L2_SP", "L2_IA", "L2_IP")
PIXEL_MM = 1.0
"""A click is as exact as the view's pixels, which are smaller than this in every usual layout."""

SLIP_MM, ROTATION_DEG = 1.0, 2.0
"""Carried marks: in plane within 1 mm, rotation within 1.5 degrees in 95 of 100 (docs/Carrying.md), and a click."""


class WorkflowTest:
    """The steps in their order; each raises AssertionError with what it found."""

    def __init__(self) -> None:
        self.truth: Case = phantomCase("lumbarSlip")

    def run(self) -> None:
        """Everything, in the open application."""
        slicer.mrmlScene.Clear(0)
        self.openSample()
        self.markByClicks()
        self.carry()
        self.compareWithTruth()
        self.dragAndUndo()
        self.saveCloseAndReopen()
        self.holdVertebra()

    @property
    def panel(self) -> Any:
        """The module's panel."""
        return slicer.util.getModuleWidget("DynamicSpine").panel

    @property
    def session(self) -> Any:
        """The open case."""
        return self.panel.context.session

    def openSample(self) -> None:
        """The lumbar sample opens at the marks that are left to place."""
        _require(bool(openPhantom("lumbar")), "the sample did not open")
        slicer.app.processEvents()
        case = self.session.case
        _require([item.id for item in case.positions] == [item.id for item in self.truth.positions], "other positions")
        marks = case.position(case.markedIn).marks
        missing = [name for name in LEFT_TO_MARK if marks.point(name) is not None]
        _require(not missing, f"already placed: {missing}")

    def markByClicks(self) -> None:
        """Clicks in the sagittal view place what the guide asks for, at the phantom's own corners."""
        self.panel.openSection("landmarks")
        marked = self.session.case.markedIn
        self.panel.context.selection.choose(position=marked, mark=LEFT_TO_MARK[0])
        slicer.app.processEvents()
        self.panel.sections["landmarks"].guide.togglePlacing()
        for _number in LEFT_TO_MARK:
            asked = self.panel.context.selection.now.mark
            _require(asked in LEFT_TO_MARK, f"the guide asks for '{asked}'")
            true_RAS = self.truth.position(marked).marks.point(asked)
            click(SAGITTAL, true_RAS)
            placed = self.session.case.position(marked).marks.point(asked)
            _require(placed is not None, f"{asked} was not placed by a click")
            offMm = float(np.linalg.norm(np.subtract(placed, onSlice(SAGITTAL, true_RAS))))
            _require(offMm < PIXEL_MM, f"{asked} was placed {offMm:.2f} mm off")
        self.panel.sections["landmarks"].placing.stop()

    def carry(self) -> None:
        """The marks are carried to every other position."""
        carrying = self.panel.sections["landmarks"].carrying
        carrying.carry()
        self.panel.context.runner.runToEnd()
        unmarked = [item.id for item in self.session.case.positions if item.marks.point("L4_SA") is None]
        _require(not unmarked, f"nothing was carried to {unmarked}")

    def compareWithTruth(self) -> None:
        """Slip and rotation of every segment in every position against the phantom's own marks."""
        self.panel.rest.runToEnd()
        measured = self.panel.context.results.measured
        _require(measured is not None, f"not measured: {self.panel.context.results.problem}")
        found, true = _values(measured.rows), _values(runSteps(measureCase(self.truth, 0)).rows)
        for key, value in true.items():
            limit = SLIP_MM if key[1] == "slip" else ROTATION_DEG
            _require(key in found, f"no value for {key}")
            _require(abs(found[key] - value) < limit, f"{key}: {found[key]:.2f} instead of {value:.2f}")

    def dragAndUndo(self) -> None:
        """A corner dragged by the mouse changes its slip at once, and undo gives the case back."""
        marked = self.session.case.markedIn
        before = self.session.case
        self.panel.context.selection.choose(position=marked, mark="L4_IP")
        slicer.app.processEvents()
        start = onSlice(SAGITTAL, before.position(marked).marks.point("L4_IP"))
        end = onSlice(SAGITTAL, np.add(start, (0.0, 2.0, 0.0)))
        drag(SAGITTAL, start, end)
        moved = self.session.case.position(marked).marks.point("L4_IP")
        offMm = float(np.linalg.norm(np.subtract(onSlice(SAGITTAL, moved), end)))
        _require(offMm < PIXEL_MM, f"the dragged point is {offMm:.2f} mm from where the mouse left it")
        self.panel.undo()
        _require(self.session.case == before, "undo does not bring the case back")

    def saveCloseAndReopen(self) -> None:
        """The case saved in a folder is the same case when it is opened again."""
        with tempfile.TemporaryDirectory() as folder:
            case = self.session.case
            saveCase(self.session, Path(folder) / "case")
            slicer.mrmlScene.Clear(0)
            _require(self.session is None, "a closed scene leaves a case in the panel")
            self.panel.sections["case"].openPath(Path(folder) / "case")
            again = self.session.case
            same = [one.marks.landmarks.keys() == two.marks.landmarks.keys()
                    for one, two in zip(case.positions, again.positions, strict=True)]  # fmt: skip
            _require(all(same), "the reopened case has other marks")
            self.panel.rest.runToEnd()

    def holdVertebra(self) -> None:
        """L5 held still: its corners lie on themselves, and those of L4 do not."""
        logic = slicer.util.getModuleLogic("DynamicSpine")
        reference, moving = self.session.case.positions[0].id, self.session.case.positions[-1].id
        logic.compare("L5", reference, moving)
        held = _distanceMm(self.session, reference, moving, "L5_SA")
        other = _distanceMm(self.session, reference, moving, "L2_SA")
        letGo(self.session.caseNode, moving)
        _require(held < SLIP_MM, f"the held vertebra is {held:.2f} mm off")
        _require(other > 2 * SLIP_MM, f"an upper vertebra moved by {other:.2f} mm only")


def click(view: str, point_RAS: Any) -> None:
    """Press and release the left button at a point in a slice view, by events as the mouse makes them."""
    drag(view, point_RAS, point_RAS)


def drag(view: str, from_RAS: Any, to_RAS: Any) -> None:
    """Hover at a point in a slice view, press the left button, move to another point, release."""
    interactor = slicer.app.layoutManager().sliceWidget(view).sliceView().interactor()
    middle_RAS = 0.5 * (np.asarray(from_RAS) + np.asarray(to_RAS))
    for event, point_RAS in (
        ("EnterEvent", from_RAS), ("MouseMoveEvent", from_RAS), ("LeftButtonPressEvent", from_RAS),
        ("MouseMoveEvent", middle_RAS), ("MouseMoveEvent", to_RAS), ("LeftButtonReleaseEvent", to_RAS),
    ):  # fmt: skip
        interactor.SetEventInformation(*_pixel(view, point_RAS), 0, 0, "\0", 0, None)
        interactor.InvokeEvent(event)
    slicer.app.processEvents()


def _pixel(view: str, point_RAS: Any) -> tuple[int, int]:
    toView = vtk.vtkMatrix4x4()
    vtk.vtkMatrix4x4.Invert(slicer.app.layoutManager().sliceWidget(view).mrmlSliceNode().GetXYToRAS(), toView)
    x, y, _z, _one = toView.MultiplyPoint((*point_RAS, 1.0))
    return round(x), round(y)


def onSlice(view: str, point_RAS: Any) -> np.ndarray:
    """The point of a view's slice nearest to a point: where a click at it places a mark."""
    node = slicer.app.layoutManager().sliceWidget(view).mrmlSliceNode()
    normal = np.array([node.GetSliceToRAS().GetElement(row, 2) for row in range(3)])
    origin = np.array([node.GetSliceToRAS().GetElement(row, 3) for row in range(3)])
    point = np.array(point_RAS, dtype=float)
    return point - ((point - origin) @ normal) * normal


def _values(rows: Any) -> dict[tuple[str, ...], float]:
    return {(row.kind, row.metric, row.level, row.position, row.fromPosition): row.value for row in rows
            if row.value is not None and ((row.kind, row.metric) == ("state", "slip") or row.metric == "rotation")}


def _distanceMm(session: Any, reference: str, moving: str, name: str) -> float:
    """How far a mark of one position is from that of another in the world."""
    points = []
    for positionId in (reference, moving):
        node = landmarkNode(session.caseNode, positionId)
        point = [0.0, 0.0, 0.0]
        node.GetNthControlPointPositionWorld(node.GetControlPointIndexByLabel(name), point)
        points.append(np.array(point))
    return float(np.linalg.norm(points[0] - points[1]))


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise AssertionError(problem)
