"""Compare leaves nothing behind, goes on where a scene was saved, and keeps what a user did above the volumes."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import slicer
from CompareHands import (
    BODIES,
    apart,
    caption,
    carried,
    compare,
    countedNodes,
    countedOf,
    errorsSaid,
    layers,
    linear,
    matrixOf,
    openVolumes,
    parents,
    putBelow,
    setMatrix,
    show,
    viewState,
    worldPoint,
)
from OpenedPanel import settle
from PhantomCases import phantomCase
from PlacedMarks import withFewOutlines, withPlaced

from DynamicSpineLib.Geometry.Rigid import rotationMatrix
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.Motion.MotionNodes import MOTION_ATTRIBUTE
from DynamicSpineLib.Scene.Motion.MotionPlayer import motionOf
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Study.EditMarks import withCleared

HELD_MM, FREE_MM, UNBENT_MM = 0.6, 2.0, 0.3
MADE = ("vtkMRMLLinearTransformNode", "vtkMRMLGridTransformNode", "vtkMRMLScalarVolumeNode", "vtkMRMLColorTableNode")
EVERYTHING = {"mode": "difference", "isUnbent": True, "withOutlines": True, "withSolids": True}


def turned(angleDeg, shift):
    matrix = np.eye(4)
    matrix[:3, :3] = rotationMatrix(np.radians(angleDeg) * np.array([0.3, -0.5, 0.81]))
    matrix[:3, 3] = shift
    return matrix


def emptied(panel):
    """Open Compare once and leave it: views and their nodes stay for good."""
    for mode in ("blend", "sideBySide"):
        show(compare(panel), mode=mode)
    panel.openSection("review")
    settle(slicer)
    return countedNodes(), parents(panel.context.session)


@pytest.fixture
def leaves(panel, a_slicer_application):
    """Every way to end a comparison."""

    def reopened():
        a_slicer_application.openModule("")
        settle(a_slicer_application)

    section = panel.sections["compare"]
    return {"let go": section.ui.letGoButton.click, "section left": lambda: panel.openSection("review"),
            "module left": reopened}  # fmt: skip


@pytest.mark.parametrize("way", ["let go", "section left", "module left"])
def test_every_node_made_for_comparing_goes(panel, session, leaves, way):
    nodes, above = emptied(panel)
    section = compare(panel)
    show(section, **EVERYTHING)
    assert countedNodes().total() > nodes.total() + 10
    leaves[way]()
    assert countedNodes() == nodes
    assert parents(session) == above
    assert not section.flicker.isRunning
    for level in BODIES[:3]:
        assert apart(session, level) > FREE_MM


def test_undo_takes_back_an_edit_and_nothing_of_the_comparison(panel, session):
    nodes, above = emptied(panel)
    section = compare(panel)
    place = np.array(session.case.position("ST_F").marks.point("L3_SA")) + np.array([0.0, 2.0, 0.0])
    session.do("moved L3_SA", withPlaced(session.case, "ST_F", "L3_SA", tuple(map(float, place))))
    panel.rest.runToEnd()
    panel.undo()
    panel.rest.runToEnd()
    assert section.desk.isOn
    assert session.history.undoText == ""
    section.letGo()
    panel.openSection("review")
    assert countedNodes() == nodes
    assert parents(session) == above


def test_another_case_is_shown_and_the_first_is_put_back(panel, session):
    _nodes, above = emptied(panel)
    other = openVolumes(panel, replace(withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F")), ()), caseId="2"))
    panel.showSession(session)
    solid = [node.GetName() for node in slicer.util.getNodesByClass("vtkMRMLModelNode") if " in " in node.GetName()]
    both = countedOf(*MADE)
    section = compare(panel)
    show(section, **EVERYTHING)
    assert countedOf(*MADE) != both
    panel.showSession(other)
    assert countedOf(*MADE) == both
    names = [node.GetName() for node in slicer.util.getNodesByClass("vtkMRMLModelNode") if " in " in node.GetName()]
    assert names == solid
    assert parents(session) == above
    assert not section.desk.isOn
    compare(panel)
    assert apart(other, "L5") < HELD_MM
    assert parents(session) == above


def test_a_scene_is_closed_while_comparing_and_the_next_case_starts_afresh(panel, session, a_slicer_application):  # noqa: ARG001
    section = compare(panel)
    show(section, **EVERYTHING)
    slicer.mrmlScene.Clear(0)
    settle(a_slicer_application)
    assert not section.desk.isOn
    assert "two positions" in section.ui.heldLabel.text
    again = openVolumes(panel)
    mine = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode", "of the user")
    section = compare(panel)
    assert apart(again, "L5") < HELD_MM
    assert "intensity" not in caption(a_slicer_application)
    section.letGo()
    assert slicer.mrmlScene.IsNodePresent(mine)


def test_deleting_the_case_while_comparing_leaves_the_volumes_where_they_were(panel, session):
    nodes = {item.id: volumeNode(session.caseNode, item.id) for item in session.case.positions}
    above = {key: node.GetTransformNodeID() for key, node in nodes.items()}
    show(compare(panel), isUnbent=True, withSolids=True)
    slicer.mrmlScene.RemoveNode(session.caseNode)
    settle(slicer)
    assert {key: node.GetTransformNodeID() for key, node in nodes.items()} == above
    assert countedNodes()["vtkMRMLGridTransformNode"] == 0
    assert not [node for node in slicer.util.getNodesByClass("vtkMRMLModelNode") if node.GetName().startswith("L5 in ")]


# --- the user's own transforms ---


def test_transforms_of_the_user_are_composed_and_never_changed(panel, session):
    matrices = {"SUP_N": turned(12.0, [4.0, -7.0, 11.0]), "ST_F": turned(-8.0, [-30.0, 5.0, 2.0])}
    nodes = {key: linear(f"of the user for {key}", matrix) for key, matrix in matrices.items()}
    for key, node in nodes.items():
        putBelow(session, key, node)
    session.settle()
    before, above = session.case, parents(session)
    section = compare(panel)
    assert apart(session, "L5") < HELD_MM
    assert apart(session, "L3") > FREE_MM
    show(section, isUnbent=True)
    for level in BODIES:
        assert apart(session, level) < UNBENT_MM
    section.letGo()
    assert parents(session) == above
    for key, node in nodes.items():
        assert np.array_equal(matrixOf(node), matrices[key])
    session.settle()
    assert session.case == before


@pytest.mark.parametrize("moved", ["SUP_N", "ST_F", "both"])
def test_a_transform_that_the_user_moves_while_comparing_stays_composed(panel, session, moved):
    common = linear("common", turned(3.0, [1.0, 2.0, 3.0]))
    nodes = {key: linear(key, turned(5.0, [9.0, 0.0, -4.0]), common.GetID()) for key in ("SUP_N", "ST_F")}
    for key, node in nodes.items():
        putBelow(session, key, node)
    session.settle()
    above = parents(session)
    section = compare(panel)
    node, matrix = nodes.get(moved, common), turned(21.0, [-13.0, 6.0, 17.0])
    setMatrix(node, matrix)
    panel.rest.runToEnd()
    assert apart(session, "L5") < HELD_MM
    section.letGo()
    assert parents(session) == above
    assert np.array_equal(matrixOf(node), matrix)


def test_a_transform_of_the_user_that_bends_is_named_and_nothing_is_held(panel, session, a_slicer_application):
    section = compare(panel, moving="ST_E")
    from vtkmodules.vtkCommonTransforms import vtkThinPlateSplineTransform

    spline = vtkThinPlateSplineTransform()
    bending = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode", "bending")
    bending.SetAndObserveTransformToParent(spline)
    putBelow(session, "ST_F", bending)
    above = parents(session)
    show(section, moving="ST_F")
    assert any("bends" in text for text in errorsSaid(a_slicer_application))
    assert parents(session) == above
    assert apart(session, "L5", "SUP_N", "ST_E") < HELD_MM
    assert section.desk.choice.moving == "ST_E"


# --- edits while comparing ---


def test_an_edited_mark_lays_the_positions_anew_at_rest(panel, a_slicer_application):
    case = replace(withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F")), ()), bones=())
    session = openVolumes(panel, case)
    section = compare(panel)
    before = worldPoint(session, "ST_F", "L3_SA")
    state = viewState(panel)
    marks, edited = session.case.position("ST_F").marks, session.case
    for name in [item for item in marks.landmarks if item.startswith("L5_")]:
        place = np.array(marks.point(name)) + np.array([0.0, 5.0, 0.0])
        edited = withPlaced(edited, "ST_F", name, tuple(map(float, place)))
    session.do("moved L5", edited)
    panel.rest.runToEnd()
    assert apart(session, "L5") < HELD_MM
    assert np.linalg.norm(worldPoint(session, "ST_F", "L3_SA") - before) > FREE_MM
    assert section.desk.comparison.case is session.case
    assert viewState(panel) == state
    panel.undo()
    panel.rest.runToEnd()
    assert np.linalg.norm(worldPoint(session, "ST_F", "L3_SA") - before) < 1e-6
    assert errorsSaid(a_slicer_application) == []


@pytest.mark.parametrize("changes", [{"mode": "blend"}, {"isUnbent": True}])
def test_an_edit_that_takes_the_held_vertebra_away_ends_the_comparison_with_a_sentence(
    panel, a_slicer_application, changes
):
    case = replace(withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F")), ()), bones=())
    session = openVolumes(panel, case)
    nodes, above = emptied(panel)
    section = compare(panel)
    show(section, **changes)
    names = [name for name in session.case.position("ST_F").marks.landmarks if name.startswith("L5_")]
    session.do("cleared L5", withCleared(session.case, "ST_F", names))
    panel.rest.runToEnd()
    panel.context.runner.runToEnd()
    [said] = errorsSaid(a_slicer_application)
    assert "L5 cannot be held" in said
    assert not section.desk.isOn
    assert parents(session) == above
    assert countedNodes() == nodes
    assert layers(a_slicer_application)[:2] == ("SUP_N", "")
    assert caption(a_slicer_application) == ""
    assert "Nothing is held" in section.ui.heldLabel.text
    assert section.ui.levelCombo.findData("L5") < 0


def test_a_position_that_is_deleted_while_it_is_compared_leaves_its_volume_alone(panel, session, a_slicer_application):
    node = volumeNode(session.caseNode, "ST_F")
    section = compare(panel)
    show(section, isUnbent=True)
    session.do("removed", replace(session.case, positions=session.case.positions[:2]))
    panel.rest.runToEnd()
    assert not section.desk.isOn
    assert node.GetTransformNodeID() is None
    assert countedNodes()["vtkMRMLGridTransformNode"] == 0
    assert len(errorsSaid(a_slicer_application)) == 1


# --- scenes that were saved meanwhile ---


def reopenScene(application, path):
    """Close the scene and open a file in its place, as the application does."""
    application.scene.Clear(0)
    settle(application)
    slicer.util.loadScene(str(path))
    settle(application)


def savedNames(path):
    """The names of all nodes in a scene's file, and of the files that it holds."""
    with zipfile.ZipFile(path) as bundle:
        [scene] = [name for name in bundle.namelist() if name.endswith(".mrml")]
        nodes = ET.fromstring(bundle.read(scene)).iter()
        return [node.get("name", "") for node in nodes] + bundle.namelist()


def withoutGrids(case):
    """The case without its volumes' grids, which Slicer rounds in the 14th digit at reading."""
    return replace(case, positions=tuple(replace(item, geometry=None) for item in case.positions))


@pytest.mark.parametrize(("changes", "way"), [
    ({"level": "L4"}, "module left"), ({"isUnbent": True}, "module open"), ({"mode": "difference"}, "module open"),
    ({"mode": "sideBySide"}, "module left"),
])  # fmt: skip
def test_a_scene_saved_while_comparing_opens_the_same_way(
    panel, session, a_slicer_application, tmp_path, changes, way
):
    section = compare(panel)
    show(section, opacity=0.75, **changes)
    before, choice, lying = session.case, section.desk.choice, apart(session, "L3")
    saveScene(slicer.mrmlScene, tmp_path / "compared.mrb")
    if way == "module left":
        a_slicer_application.openModule("")
    reopenScene(a_slicer_application, tmp_path / "compared.mrb")
    panel = a_slicer_application.openModule("DynamicSpine").panel
    panel.context.runner.runToEnd()
    again = panel.context.session
    assert again is not session
    assert withoutGrids(again.case) == withoutGrids(before)
    assert panel.context.parameters.section == "compare"
    assert panel.sections["compare"].desk.choice == choice
    assert apart(again, "L3") == pytest.approx(lying, abs=1e-3)
    assert [name for name in savedNames(tmp_path / "compared.mrb") if "intensity" in name] == []
    assert errorsSaid(a_slicer_application) == []
    panel.sections["compare"].letGo()
    assert set(parents(again).values()) == {None}


def test_a_scene_saved_while_a_motion_plays_holds_nothing_of_it_and_opens_without(
    panel, session, a_slicer_application, tmp_path
):
    section = compare(panel)
    section.ui.playButton.checked = True
    panel.context.runner.runToEnd()
    section.ui.frameSlider.value = 4
    assert section.motion.desk.isOn
    saveScene(slicer.mrmlScene, tmp_path / "playing.mrb")
    reopenScene(a_slicer_application, tmp_path / "playing.mrb")
    assert [name for name in savedNames(tmp_path / "playing.mrb") if "motion" in name] == []
    again = panel.context.session
    assert again.caseNode is not session.caseNode
    assert motionOf(again.caseNode) is None
    assert not again.caseNode.GetAttribute(MOTION_ATTRIBUTE)
    assert layers(a_slicer_application)[:2] == ("SUP_N", "ST_F")
    assert apart(again, "L5") < HELD_MM
    assert not section.ui.playButton.checked


def test_a_case_that_was_never_compared_opens_at_its_first_section(panel, session, a_slicer_application, tmp_path):  # noqa: ARG001
    saveScene(slicer.mrmlScene, tmp_path / "plain.mrb")
    reopenScene(a_slicer_application, tmp_path / "plain.mrb")
    assert panel.context.parameters.section != "compare"


def test_carried_marks_of_a_case_are_not_accepted_by_comparing(panel, a_slicer_application):  # noqa: ARG001
    case = carried(withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F")), ()), "ST_F", {})
    session = openVolumes(panel, case)
    before = session.case
    show(compare(panel), isUnbent=True)
    panel.rest.runToEnd()
    session.settle()
    assert session.case == before
    assert session.history.undoText == ""
