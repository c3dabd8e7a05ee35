"""The cases of a scene and their sessions."""

from __future__ import annotations

import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from dataclasses import replace

from PhantomCases import phantomCase

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Session.Workspace import Workspace


@pytest.fixture
def workspace(scene):
    found = Workspace(scene)
    yield found
    found.close()


def test_two_cases_in_one_scene_have_a_session_each(workspace, scene):
    case = phantomCase("lumbarSlip")
    first = workspace.session(writeCaseToScene(case, scene))
    second = workspace.session(writeCaseToScene(replace(case, caseId="other"), scene))
    assert first is not second
    assert workspace.session(first.caseNode) is first
    with pytest.raises(InputError, match="2 cases"):
        workspace.onlySession()
    scene.RemoveNode(first.caseNode)
    assert workspace.onlySession() is second


def test_cases_that_come_and_go_are_told_once_each(workspace, scene):
    told = []
    workspace.casesChanged.listen(lambda: told.append(len(workspace.caseNodes())))
    node = writeCaseToScene(phantomCase("lumbarSlip"), scene)
    scene.AddNewNodeByClass("vtkMRMLTextNode")
    scene.RemoveNode(node)
    scene.Clear(False)
    assert told == [1, 0, 0]


def test_fifty_opened_and_closed_cases_leave_no_session(workspace, scene):
    for _ in range(50):
        workspace.newCase("case", ("L4", "L5", "S1"))
        scene.Clear(False)
    assert workspace.sessionCount() == 0


def test_a_second_case_needs_another_name(workspace):
    workspace.newCase("case", ("L4", "L5", "S1"))
    with pytest.raises(InputError, match="already"):
        workspace.newCase(" case ", ("L4", "L5", "S1"))
