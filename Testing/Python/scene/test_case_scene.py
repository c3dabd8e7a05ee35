"""A case and its nodes are the same case, and what a user edits in the scene is read back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from slicer import vtkMRMLMarkupsNode, vtkMRMLSubjectHierarchyNode
from vtkmodules.vtkCommonCore import vtkIdList
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Anatomy.Landmarks import namesFor
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.ApplyCase import applyCase
from DynamicSpineLib.Scene.CaseRoles import (
    boneNode,
    contourNodes,
    landmarkNode,
    nodesOfPosition,
    onlyCaseNode,
    volumeNode,
)
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene, removeCase, writeCaseToScene
from DynamicSpineLib.Study.Marks import Landmark


def addTransform(scene, *nodes, shift=(5.0, -7.0, 11.0), turnDeg=30.0):
    """Put nodes under a new transform that turns and shifts."""
    matrix = vtkMatrix4x4()
    angle = np.radians(turnDeg)
    for (row, column), value in {(0, 0): np.cos(angle), (0, 1): -np.sin(angle), (1, 0): np.sin(angle),
                                 (1, 1): np.cos(angle), (0, 3): shift[0], (1, 3): shift[1], (2, 3): shift[2]}.items():
        matrix.SetElement(row, column, value)
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(matrix)
    for node in nodes:
        node.SetAndObserveTransformNodeID(transform.GetID())
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def classes(scene):
    """The classes of a scene's nodes, without the subject hierarchy, which comes with the first item asked for."""
    names = sorted(scene.GetNthNode(index).GetClassName() for index in range(scene.GetNumberOfNodes()))
    return [name for name in names if name != "vtkMRMLSubjectHierarchyNode"]


def test_a_case_is_the_same_case_after_it_was_nodes(scene, fullCase):
    writeCaseToScene(fullCase, scene)
    assert readCaseFromScene(scene) == fullCase


def test_a_case_with_volumes_is_the_same_case_after_it_was_nodes(scene, volumeCase):
    case, folder = volumeCase
    writeCaseToScene(case, scene, folder)
    assert readCaseFromScene(scene) == case
    assert volumeNode(onlyCaseNode(scene), "flexion").GetImageData().GetDimensions() == (11, 12, 5)


def test_a_position_offers_every_point_of_the_protocols_in_order(scene, fullCase):
    node = landmarkNode(writeCaseToScene(fullCase, scene), "extension")
    labels = [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())]
    curves = ("_DS", "_KC", "_FC_L", "_FC_R", "_LF", "_LF_L", "_LF_R", "_FG_L", "_FG_R", "_LR_L", "_LR_R")
    assert labels == [name for name in namesFor(fullCase.chain) if not name.endswith(curves)]
    assert {node.GetNthControlPointPositionStatus(index) for index in range(len(labels))} == {
        vtkMRMLMarkupsNode.PositionUndefined}
    assert node.GetFixedNumberOfControlPoints()


def test_nodes_show_status_and_how_a_point_was_placed(scene, fullCase):
    node = landmarkNode(writeCaseToScene(fullCase, scene), "supine")
    missing = node.GetControlPointIndexByLabel("L5_SP")
    carried = node.GetControlPointIndexByLabel("L3_IP")
    assert node.GetNthControlPointPositionStatus(missing) == vtkMRMLMarkupsNode.PositionMissing
    assert node.GetNthControlPointDescription(carried) == "carried; confirmed; über dem Sporn"


def test_a_moved_a_placed_and_a_given_up_point_are_read(scene, fullCase, editedPoint):
    node = landmarkNode(writeCaseToScene(fullCase, scene), "supine")
    moved = editedPoint(node, "L4_SA", (0.25, 0.0, -0.5))
    node.SetNthControlPointPosition(node.GetControlPointIndexByLabel("S1_SP"), 1.5, 2.5, 3.5)
    node.SetNthControlPointPositionMissing(node.GetControlPointIndexByLabel("L3_IA"))
    marks = readCaseFromScene(scene).position("supine").marks
    before = fullCase.position("supine").marks
    assert marks.landmarks["L4_SA"] == replace(before.landmarks["L4_SA"], point_RAS=moved)
    assert marks.landmarks["S1_SP"] == Landmark("S1_SP", (1.5, 2.5, 3.5))
    assert marks.landmarks["L3_IA"].status == "missing"
    assert marks.landmarks["L3_IA"].point_RAS is None
    untouched = before.landmarks.keys() - {"L4_SA", "S1_SP", "L3_IA"}
    assert {name: marks.landmarks[name] for name in untouched} == {name: before.landmarks[name] for name in untouched}


def test_a_point_under_the_mouse_is_not_yet_placed(scene, fullCase):
    node = landmarkNode(writeCaseToScene(fullCase, scene), "extension")
    index = node.GetControlPointIndexByLabel("L4_SA")
    node.SetNthControlPointPosition(index, 1.0, 2.0, 3.0, vtkMRMLMarkupsNode.PositionPreview)
    assert "L4_SA" not in readCaseFromScene(scene).position("extension").marks.landmarks


def test_a_renamed_point_list_gives_its_position_the_title(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    landmarkNode(caseNode, "flexion").SetName("Standing, bent forward")
    case = readCaseFromScene(scene)
    assert case.position("flexion").title == "Standing, bent forward"
    assert case.position("extension").title == ""


def test_deleted_curves_and_bones_are_gone(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    scene.RemoveNode(contourNodes(caseNode, "supine")[0])
    scene.RemoveNode(boneNode(caseNode, 0))
    case = readCaseFromScene(scene)
    assert list(case.position("supine").marks.contours) == ["L3L4_DS", "L4L5_LF_L"]
    assert case.bones == fullCase.bones[1:]


def test_a_deleted_bone_leaves_the_others_as_they_are_through_later_edits(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    assert len(fullCase.bones) > 1
    scene.RemoveNode(boneNode(caseNode, 0))
    case = readCaseFromScene(scene)
    edited = replace(case, notes="edited since")
    applyCase(caseNode, case, edited)
    assert readCaseFromScene(scene) == edited
    applyCase(caseNode, edited, fullCase)
    assert readCaseFromScene(scene) == fullCase
    assert scene.GetNumberOfNodesByClass("vtkMRMLLinearTransformNode") == len(fullCase.bones)


def test_who_read_a_case_is_written_though_no_mark_differs(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    readings = tuple(replace(item, reader=f"{item.reader} again") for item in fullCase.readings)
    assert readings
    applyCase(caseNode, fullCase, replace(fullCase, readings=readings))
    assert readCaseFromScene(scene).readings == readings


def folders(scene):
    """The names of everything in the subject hierarchy that stands for no node."""
    hierarchy, found = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene), vtkIdList()
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), found, True)
    ids = [found.GetId(index) for index in range(found.GetNumberOfIds())]
    return [hierarchy.GetItemName(item) for item in ids if hierarchy.GetItemDataNode(item) is None]


def test_a_removed_case_and_a_removed_position_leave_no_empty_folders(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    name, ids = caseNode.GetName(), [item.id for item in fullCase.positions]
    assert folders(scene) == [name, *ids, "bones"]
    kept = tuple(item for item in fullCase.positions if item.id != "flexion")
    applyCase(caseNode, fullCase, replace(fullCase, positions=kept, bones=(), readings=()))
    assert folders(scene) == [name, *(item for item in ids if item != "flexion")]
    hierarchy = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    hierarchy.CreateFolderItem(hierarchy.GetItemChildWithName(hierarchy.GetSceneItemID(), name), "the user's")
    removeCase(scene, caseNode)
    assert folders(scene) == [name, "the user's"]


def test_a_bone_that_was_moved_by_hand_loses_what_was_known_of_the_old_matrix(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    node = boneNode(caseNode, 0)
    matrix = vtkMatrix4x4()
    node.GetMatrixTransformToParent(matrix)
    matrix.SetElement(0, 3, 4.5)
    node.SetMatrixTransformToParent(matrix)
    bone = readCaseFromScene(scene).bones[0]
    assert bone.matrix[0][3] == 4.5
    assert (bone.covariance, bone.verdict) == (None, "")
    assert readCaseFromScene(scene).bones[1] == fullCase.bones[1]


def test_an_overlay_that_moves_a_volume_with_its_marks_changes_no_digit(scene, volumeCase):
    case, folder = volumeCase
    caseNode = writeCaseToScene(case, scene, folder)
    nodes = nodesOfPosition(caseNode, "flexion")
    assert len(nodes) == 1 + 2 + 2 * 3  # the volume, two point lists, and three curves of each
    addTransform(scene, *nodes)
    assert readCaseFromScene(scene) == case


def test_marks_and_volume_under_transforms_of_their_own_are_read_in_the_volume(scene, volumeCase):
    case, folder = volumeCase
    caseNode = writeCaseToScene(case, scene, folder)
    ofMarks = addTransform(scene, landmarkNode(caseNode, "flexion"))
    ofVolume = addTransform(scene, volumeNode(caseNode, "flexion"), shift=(1.0, 2.0, 3.0), turnDeg=-80.0)
    read = readCaseFromScene(scene).position("flexion").marks
    for name, landmark in case.position("flexion").marks.landmarks.items():
        if landmark.point_RAS is not None:
            expected = np.linalg.inv(ofVolume) @ ofMarks @ [*landmark.point_RAS, 1.0]
            assert read.point(name) == pytest.approx(expected[:3], abs=1e-9)
    assert readCaseFromScene(scene).position("supine") == case.position("supine")


def test_writing_again_replaces_the_case_and_leaves_no_stray_nodes(scene, fullCase):
    writeCaseToScene(fullCase, scene)
    count = scene.GetNumberOfNodes()
    changed = replace(fullCase, notes="second state")
    writeCaseToScene(changed, scene)
    assert scene.GetNumberOfNodes() == count
    assert readCaseFromScene(scene) == changed


def test_a_volume_that_cannot_be_loaded_leaves_the_scene_as_it_was(scene, volumeCase):
    case, folder = volumeCase
    (folder / "extension.mha").write_bytes((folder / "extension.mha").read_bytes()[:400])
    before = classes(scene)
    with pytest.raises(InputError, match=r"position 'extension': extension\.mha"):
        writeCaseToScene(case, scene, folder)
    assert classes(scene) == before


def test_a_scene_without_a_case_and_one_with_two_say_so(scene, fullCase):
    with pytest.raises(InputError, match="holds no DynamicSpine case"):
        readCaseFromScene(scene)
    writeCaseToScene(fullCase, scene)
    second = writeCaseToScene(replace(fullCase, caseId="other"), scene)
    with pytest.raises(InputError, match="holds 2 DynamicSpine cases"):
        readCaseFromScene(scene)
    assert readCaseFromScene(scene, second).caseId == "other"


@pytest.mark.parametrize(("label", "sentence"), [
    ("L4_SX", r"position 'supine': 'L4_SX' is not a landmark name \(nearest: L4_S"),
    ("", "has no name"), ("L3_IA", "L3_IA: is there twice"),
])  # fmt: skip
def test_a_point_with_a_wrong_label_is_named(scene, fullCase, label, sentence):
    node = landmarkNode(writeCaseToScene(fullCase, scene), "supine")
    node.SetNthControlPointLabel(node.GetControlPointIndexByLabel("L4_SP"), label)
    with pytest.raises(InputError, match=sentence):
        readCaseFromScene(scene)


def test_a_damaged_case_node_is_one_sentence(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    caseNode.SetParameter("marks", '{"supine": 7}')
    with pytest.raises(InputError, match="is damaged"):
        readCaseFromScene(scene)
    caseNode.SetParameter("case", caseNode.GetParameter("case")[:200])
    with pytest.raises(InputError, match="is not JSON"):
        readCaseFromScene(scene)


def test_a_case_of_a_newer_format_is_refused(scene, fullCase):
    caseNode = writeCaseToScene(fullCase, scene)
    text = caseNode.GetParameter("case").replace('"formatVersion": 1', '"formatVersion": 99')
    caseNode.SetParameter("case", text)
    with pytest.raises(InputError, match="the scene's case was written in format 99 by a newer"):
        readCaseFromScene(scene)
