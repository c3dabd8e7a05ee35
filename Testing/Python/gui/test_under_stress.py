"""What users do to a scene while the panel is open: nothing raises, nothing is stale, no mark is lost."""

from __future__ import annotations

import resource
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import slicer
from PlacedMarks import withFewOutlines

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.CaseRoles import landmarkNode, nodesOfPosition, volumeNode
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene, writeCaseToScene
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Session.AddPositions import NewPosition, addPositions
from DynamicSpineLib.Study.EditMarks import withCleared, withMissing, withoutOpenMarks
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"
DRAGS, ROUNDS = 200, 6
MOST_GROWTH_MB = 40.0


@pytest.fixture
def widget(a_slicer_application):
    a_slicer_application.addModule(MODULE)
    found = a_slicer_application.openModule("DynamicSpine")
    found.panel.context.parameters.draws = 0
    return found


@pytest.fixture
def panel(widget):
    """The open panel with the lumbar phantom, whose positions have small volumes."""
    openPhantom(widget.panel)
    return widget.panel


def openPhantom(panel, caseId="lumbarSlip"):
    """Put the phantom into the scene with blank volumes, and show it."""
    case = replace(withFewOutlines(phantomCase("lumbarSlip")), caseId=caseId)
    node = writeCaseToScene(case, slicer.mrmlScene)
    session = panel.context.workspace.session(node)
    for position in case.positions:
        session.referVolume(position.id, blankVolume(position))
    session.settle()
    session.history.__init__()  # the grids of the volumes are no edit of ours
    panel.showSession(session)
    panel.rest.runToEnd()
    return session


def blankVolume(position):
    """A volume without a signal, large enough for a position's marks."""
    points = [item.point_RAS for item in position.marks.landmarks.values() if item.point_RAS is not None]
    points += [point for item in position.marks.contours.values() for point in item.points_RAS]
    low, high = np.min(points, axis=0) - 20.0, np.max(points, axis=0) + 20.0
    size = tuple(int(count) for count in np.ceil((high - low) / 4.0) + 1)
    grid = VolumeGeometry(size, (4.0, 4.0, 4.0), tuple(low.tolist()),
                          ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), True)  # fmt: skip
    return addVolume(slicer.mrmlScene, np.zeros(size[::-1], np.int16), grid, f"{position.id} image")


def assertSound(panel):
    """Panel, session and scene say the same, and everything due at rest can be done."""
    panel.rest.runToEnd()
    session = panel.context.session
    if session is not None:
        assert session.isOpen
        assert session.fault == ""
        inScene = withoutOpenMarks(readCaseFromScene(session.scene, session.caseNode))
        assert differences(session.case, inScene) == []
        assert panel.context.results.isCurrent
    panel.refresh()


def differences(case, other):
    """Which fields of two cases, and of which positions, are not the same."""
    found = [item.name for item in fields(case) if item.name != "positions"
             and getattr(case, item.name) != getattr(other, item.name)]  # fmt: skip
    for one, two in zip(case.positions, other.positions, strict=True):
        found += [f"{one.id} {item.name}" for item in fields(one) if getattr(one, item.name) != getattr(two, item.name)]
    return found


def pointIndex(node, name):
    return [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())].index(name)


def drag(session, positionId, name, byMm):
    node = landmarkNode(session.caseNode, positionId)
    index = pointIndex(node, name)
    node.SetNthControlPointPosition(index, *(np.array(node.GetNthControlPointPosition(index)) + byMm))


def slipOfL4(panel):
    """The first position's value as measured when the mouse rested."""
    rows = panel.context.results.measured.rows
    first = panel.context.session.case.positions[0].id
    return next(row.value for row in rows if (row.kind, row.metric, row.level, row.position) ==
                ("state", "slip", "L4L5", first))  # fmt: skip


def test_a_closed_scene_leaves_an_empty_panel_and_another_case_can_be_opened(panel):
    session = panel.context.session
    slicer.mrmlScene.Clear(0)
    assert panel.context.session is None
    assertSound(panel)
    assert session._watch.observerCount() == 0
    openPhantom(panel)
    assertSound(panel)


def test_a_scene_saved_and_opened_again_is_the_same_case(panel, tmp_path):
    before = panel.context.session.case
    drag(panel.context.session, before.positions[0].id, "L4_SA", (0.0, 0.25, 1 / 3))
    panel.rest.runToEnd()
    edited = panel.context.session.case
    saveScene(slicer.mrmlScene, tmp_path / "case.mrb")
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "case.mrb"))
    assertSound(panel)
    assert panel.context.session.case == edited
    drag(panel.context.session, before.positions[0].id, "L4_SA", (0.0, 1.0, 0.0))
    assert panel.context.session.history.undoText == "moved L4, upper endplate, front corner"
    assertSound(panel)


def test_a_scene_merged_into_this_one_brings_its_case_and_leaves_ours(panel, tmp_path):
    saveScene(slicer.mrmlScene, tmp_path / "first.mrb")
    slicer.mrmlScene.Clear(0)
    ours = openPhantom(panel, "ours")
    from DynamicSpineLib.Scene.SceneFiles import openScene

    openScene(slicer.mrmlScene, tmp_path / "first.mrb")
    assert panel.context.session is ours
    assert sorted(panel.ui.caseCombo.itemText(index) for index in range(panel.ui.caseCombo.count)) == [
        "lumbarSlip", "ours"]  # fmt: skip
    assertSound(panel)


def test_a_deleted_volume_or_point_list_is_no_error_and_undo_brings_the_marks_back(panel):
    session = panel.context.session
    before, first = session.case, session.case.positions[0].id
    slicer.mrmlScene.RemoveNode(volumeNode(session.caseNode, first))
    assertSound(panel)
    slicer.mrmlScene.RemoveNode(landmarkNode(session.caseNode, first))
    panel.rest.runToEnd()
    assert not session.case.position(first).marks.landmarks
    panel.undo()
    assert session.case.position(first).marks.landmarks == before.position(first).marks.landmarks
    assertSound(panel)


def test_a_deleted_case_node_leaves_an_empty_panel(panel):
    slicer.mrmlScene.RemoveNode(panel.context.session.caseNode)
    assert panel.context.session is None
    assertSound(panel)


def test_a_renamed_point_list_renames_its_position_and_a_hidden_one_changes_nothing(panel):
    session = panel.context.session
    node = landmarkNode(session.caseNode, session.case.positions[0].id)
    node.SetName("Lying flat")
    panel.rest.runToEnd()
    assert session.case.positions[0].title == "Lying flat"
    node.GetDisplayNode().SetVisibility(False)
    assertSound(panel)


def test_a_transform_over_a_volume_and_its_marks_changes_no_number(panel):
    session = panel.context.session
    value, before = slipOfL4(panel), session.case
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "turned")
    matrix = slicer.util.vtkMatrixFromArray(np.array(
        [[0.0, -1.0, 0.0, 30.0], [1.0, 0.0, 0.0, -5.0], [0.0, 0.0, 1.0, 70.0], [0.0, 0.0, 0.0, 1.0]]))  # fmt: skip
    transform.SetMatrixTransformToParent(matrix)
    for position in session.case.positions:
        for node in nodesOfPosition(session.caseNode, position.id):
            node.SetAndObserveTransformNodeID(transform.GetID())
    assertSound(panel)
    assert session.case == before
    assert slipOfL4(panel) == pytest.approx(value, abs=1e-9)


def test_a_transform_over_the_marks_alone_moves_them_and_is_undone_with_them(panel):
    session = panel.context.session
    first = session.case.positions[0].id
    before = session.case.position(first).marks.point("L4_SA")
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "shifted")
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(np.array(
        [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 2.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])))  # fmt: skip
    landmarkNode(session.caseNode, first).SetAndObserveTransformNodeID(transform.GetID())
    assertSound(panel)
    assert np.allclose(session.case.position(first).marks.point("L4_SA"), np.add(before, (0.0, 2.0, 0.0)))
    panel.undo()
    assert np.allclose(session.case.position(first).marks.point("L4_SA"), before)
    assertSound(panel)


@pytest.fixture
def packagesKept():
    """The packages that the other tests imported are there again afterwards."""
    def ours():
        return [name for name in sys.modules if name.split(".")[0] in ("DynamicSpineLib", "DynamicSpineWidgets")]

    kept = {name: sys.modules[name] for name in ours()}
    yield
    for name in ours():
        del sys.modules[name]
    sys.modules.update(kept)


@pytest.mark.usefixtures("packagesKept")
def test_the_module_reloads_and_goes_on_with_the_same_case(panel, widget, a_slicer_application):
    case = panel.context.session.case
    watch = panel.context.session._watch
    a_slicer_application.openModule("")
    widget.onReload()
    again = a_slicer_application.openModule("DynamicSpine").panel
    assert again is not panel
    assert watch.observerCount() == 0
    assert again.context.session.case.caseId == case.caseId
    assert len(again.context.session.case.positions) == len(case.positions)


def test_two_cases_in_one_scene_are_edited_apart(panel):
    first = panel.context.session
    second = openPhantom(panel, "second")
    before = first.case
    drag(second, second.case.positions[0].id, "L4_SA", (0.0, 0.5, 0.0))
    assertSound(panel)
    assert first.case == before
    assert second.history.count == 1
    panel.showSession(first)
    assertSound(panel)
    assert panel.context.session.history.count == 0


def test_open_and_missing_points_give_values_with_reasons(panel):
    session = panel.context.session
    first = session.case.positions[0].id
    session.do("clear", withCleared(session.case, first, ["L4_SA", "L5_SP"]))
    session.do("missing", withMissing(session.case, first, "L3_IP"))
    assertSound(panel)
    rows = [row for row in panel.context.results.measured.rows if row.position == first and row.level == "L4L5"]
    assert any(row.reasonCode == "notMarked" and row.value is None for row in rows)


def test_marks_edited_by_another_module_are_taken_over(panel, a_slicer_application):
    session = panel.context.session
    first = session.case.positions[0].id
    node = landmarkNode(session.caseNode, first)
    a_slicer_application.openModule("")
    node.SetNthControlPointPosition(pointIndex(node, "L4_SA"), 1.0, 2.0, 3.0)
    node.UnsetNthControlPointPosition(pointIndex(node, "L4_SP"))
    node.SetNthControlPointPositionMissing(pointIndex(node, "L3_SP"))
    a_slicer_application.openModule("DynamicSpine")
    marks = session.case.position(first).marks
    assert marks.point("L4_SA") == (1.0, 2.0, 3.0)
    assert marks.point("L4_SP") is None
    assert marks.landmarks["L3_SP"].status == "missing"


def test_a_position_added_and_removed_and_added_again_keeps_its_volume(panel):
    session = panel.context.session
    volume = blankVolume(session.case.positions[0])
    addPositions(session, [NewPosition(volume, "prone", "neutral")])
    assertSound(panel)
    panel.undo()
    assertSound(panel)
    panel.redo()
    assertSound(panel)
    assert volumeNode(session.caseNode, "prone_neutral") is volume


def megabytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_drags_keep_memory_flat(panel):
    session = panel.context.session
    first = session.case.positions[0].id
    for step in range(100):
        drag(session, first, "L4_SA", (0.0, 0.01 * (-1) ** step, 0.0))
    panel.rest.runToEnd()
    before = megabytes()
    for step in range(DRAGS):
        drag(session, first, "L4_SA", (0.0, 0.01 * (-1) ** step, 0.0))
    panel.rest.runToEnd()
    assert megabytes() - before < MOST_GROWTH_MB
    assert session.history.count == 1


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_rounds_of_opening_and_closing_keep_memory_and_observers_flat(widget):
    panel = widget.panel
    sizes, nodes = [], []
    case = withFewOutlines(phantomCase("lumbarSlip"))
    for number in range(ROUNDS):
        session = panel.context.workspace.session(writeCaseToScene(case, slicer.mrmlScene))
        panel.showSession(session)
        slicer.mrmlScene.Clear(0)
        assert session._watch.observerCount() == 0
        if number >= 2:
            sizes.append(megabytes())
            nodes.append(slicer.mrmlScene.GetNumberOfNodes())
    assert len(set(nodes)) == 1
    assert sizes[-1] - sizes[0] < MOST_GROWTH_MB
    assert panel.context.workspace.sessionCount() == 0
