"""A case under work: edits, undo, and what users do to its nodes behind its back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase
from PlacedMarks import withPlaced
from slicer import vtkMRMLMarkupsNode

from DynamicSpineLib.Scene.CaseParameters import readParameters
from DynamicSpineLib.Scene.CaseRoles import boneNode, landmarkNode
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene, writeCaseToScene
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Study.Case import BoneTransform, Numbering
from DynamicSpineLib.Study.EditCase import withLevels, withNumbering, withoutPosition, withSegmentStatus
from DynamicSpineLib.Study.EditMarks import withCleared, withMissing, withoutOpenMarks
from DynamicSpineLib.Study.Renumber import renumbered


@pytest.fixture
def session(scene):
    """The lumbar phantom without volumes, open for work."""
    found = CaseSession(writeCaseToScene(phantomCase("lumbarSlip"), scene))
    yield found
    found.close()


def indexOf(node, name):
    return [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())].index(name)


def atRest(session):
    """The session's case and the scene's own are the same value."""
    session.settle()
    return session.case == withoutOpenMarks(readCaseFromScene(session.scene, session.caseNode))


EDITS = {
    "placed": lambda case: withPlaced(case, case.positions[1].id, "L4_SA", (1.0, 2.0, 1 / 3)),
    "missing": lambda case: withMissing(case, case.positions[0].id, "L3_IP"),
    "cleared": lambda case: withCleared(case, case.positions[0].id, ["L3_IP", "L4_SA"]),
    "numbering": lambda case: withNumbering(case, Numbering("sacrum", confirmedBy="Dr. A")),
    "segment": lambda case: withSegmentStatus(case, "L4L5", "fused"),
    "without a position": lambda case: withoutPosition(case, case.positions[1].id),
    "one level more": lambda case: withLevels(case, ("T11", *case.chain.levels)),
    "renumbered": lambda case: renumbered(case, ("T11", *case.chain.levels[1:])),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_its_undo_and_its_redo_leave_scene_and_session_alike(session, name):
    before = session.case
    after = EDITS[name](before)
    session.do(name, after)
    assert session.case == after
    assert atRest(session)
    assert session.undo() == name
    assert session.case == before
    assert atRest(session)
    assert session.redo() == name
    assert session.case == after
    assert atRest(session)


def test_a_point_dragged_in_the_scene_is_one_edit_and_the_users_own(session):
    position = session.case.positions[0]
    node = landmarkNode(session.caseNode, position.id)
    told = []
    session.markMoved.listen(lambda positionId, mark: told.append((positionId, mark.name)))
    start = np.array(position.marks.point("L4_SA"))
    for step in range(1, 6):
        node.SetNthControlPointPosition(indexOf(node, "L4_SA"), *(start + np.array((0.0, 0.1 * step, 0.0))))
    node.InvokeEvent(vtkMRMLMarkupsNode.PointEndInteractionEvent)
    assert told == [(position.id, "L4_SA")] * 5
    assert session.history.count == 1
    moved = session.case.position(position.id).marks.landmarks["L4_SA"]
    assert np.allclose(moved.point_RAS, start + np.array((0.0, 0.5, 0.0)))
    assert moved.origin == "placed"
    assert session.history.undoText == "moved L4, upper endplate, front corner"
    assert atRest(session)
    session.undo()
    assert session.case.position(position.id).marks.point("L4_SA") == position.marks.point("L4_SA")
    assert atRest(session)


def test_a_point_that_the_mouse_only_hovers_with_is_no_mark(session):
    position = session.case.positions[0]
    session.do("clear", withCleared(session.case, position.id, ["L4_SA"]))
    node = landmarkNode(session.caseNode, position.id)
    count = session.history.count
    node.SetNthControlPointPosition(indexOf(node, "L4_SA"), (1.0, 2.0, 3.0), vtkMRMLMarkupsNode.PositionPreview)
    session.settle()
    assert session.history.count == count
    assert session.case.position(position.id).marks.point("L4_SA") is None
    node.SetNthControlPointPosition(indexOf(node, "L4_SA"), (1.0, 2.0, 3.0), vtkMRMLMarkupsNode.PositionDefined)
    assert session.case.position(position.id).marks.point("L4_SA") == (1.0, 2.0, 3.0)
    assert session.history.undoText == "placed L4, upper endplate, front corner"


def test_a_deleted_point_list_takes_its_marks_along_and_undo_brings_them_back(session):
    before = session.case
    session.scene.RemoveNode(landmarkNode(session.caseNode, before.positions[0].id))
    session.settle()
    assert not session.case.positions[0].marks.landmarks
    session.undo()
    assert session.case == before
    assert atRest(session)


def test_a_point_renamed_to_nonsense_is_a_fault_until_it_is_named_back(session):
    node = landmarkNode(session.caseNode, session.case.positions[0].id)
    index = indexOf(node, "L4_SA")
    node.SetNthControlPointLabel(index, "L4_SQ")
    session.settle()
    assert "L4_SQ" in session.fault
    node.SetNthControlPointLabel(index, "L4_SA")
    session.settle()
    assert session.fault == ""
    assert atRest(session)


def test_closing_the_scene_ends_the_session_without_observers(session):
    ended = []
    session.closed.listen(lambda: ended.append(True))
    session.scene.Clear(False)
    assert ended == [True]
    assert not session.isOpen
    assert session._watch.observerCount() == 0


def test_removing_the_case_node_ends_the_session(session):
    session.scene.RemoveNode(session.caseNode)
    assert not session.isOpen


# --- saved with its scene ---


def test_a_case_without_a_folder_is_saved_when_its_scene_is_written(session, scene, tmp_path):
    assert not session.isSaved
    session.do("edit", EDITS["placed"](session.case))
    saveScene(scene, tmp_path / "first.mrb")
    assert session.isSaved
    session.undo()
    assert not session.isSaved
    saveScene(scene, tmp_path / "second.mrb")
    assert (session.isSaved, session.history.editsSinceSaved) == (True, 0)


def test_what_is_edited_right_after_the_scene_was_written_is_not_saved(session, scene, tmp_path):
    session.do("edit", EDITS["placed"](session.case))
    saveScene(scene, tmp_path / "scene.mrb")
    node = landmarkNode(session.caseNode, session.case.positions[0].id)
    node.SetNthControlPointPosition(indexOf(node, "L4_SA"), 1.0, 2.0, 3.0)
    assert (session.isSaved, session.history.editsSinceSaved) == (False, 1)


def test_a_dragged_mark_is_kept_in_the_case_node_to_its_last_digit_when_the_mouse_rests(session):
    first = session.case.positions[0].id
    node = landmarkNode(session.caseNode, first)
    node.SetNthControlPointPosition(indexOf(node, "L4_SA"), 1.0, 2.0, 1 / 3)
    session.settle()
    kept = readParameters(session.caseNode)
    assert kept.marks[first].points["L4_SA"] == (1.0, 2.0, 1 / 3)


def test_a_scene_that_was_written_for_a_command_line_module_only_is_not_saved(session, scene):
    session.do("edit", EDITS["placed"](session.case))
    scene.SetSaveToXMLString(1)
    scene.Commit()
    scene.SetSaveToXMLString(0)
    assert not session.isSaved


def test_other_bones_keep_their_motion_where_one_is_deleted_while_a_mark_is_dragged(scene):
    first, second = (item.id for item in phantomCase("lumbarSlip").positions[:2])
    shift = [tuple(tuple(float(row == column) + (number if (row, column) == (0, 3) else 0.0) for column in range(4))
                   for row in range(4)) for number in range(3)]  # fmt: skip
    bones = tuple(BoneTransform(level, first, second, matrix)
                  for level, matrix in zip(("L3", "L4", "L5"), shift, strict=True))  # fmt: skip
    session = CaseSession(writeCaseToScene(replace(phantomCase("lumbarSlip"), bones=bones), scene))
    node = landmarkNode(session.caseNode, first)
    node.SetNthControlPointPosition(indexOf(node, "L4_SA"), 1.0, 2.0, 3.0)
    scene.RemoveNode(boneNode(session.caseNode, 0))
    session.settle()
    assert [(bone.level, bone.matrix[0][3]) for bone in session.case.bones] == [("L4", 1.0), ("L5", 2.0)]
    assert atRest(session)
    session.close()
