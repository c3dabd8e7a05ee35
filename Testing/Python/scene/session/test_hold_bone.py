"""One vertebra held still: where its marks come to lie, and that nothing is left behind."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from dataclasses import replace

from PhantomCases import phantomCase
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Compare.Anchor import BY_IMAGES, BY_MARKS
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import landmarkNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.Overlays.HeldTransform import letGo
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.HoldBone import holdBone


@pytest.fixture(params=[True, False], ids=["by carried bones", "by marks"])
def session(scene, request):
    case = phantomCase("lumbarSlip")
    found = CaseSession(writeCaseToScene(case if request.param else replace(case, bones=()), scene))
    yield found
    found.close()


def worldPoint(session, positionId, name):
    node = landmarkNode(session.caseNode, positionId)
    index = [node.GetNthControlPointLabel(item) for item in range(node.GetNumberOfControlPoints())].index(name)
    point = [0.0, 0.0, 0.0]
    node.GetNthControlPointPositionWorld(index, point)
    return np.array(point)


def test_the_held_vertebra_lies_on_itself_and_its_neighbor_does_not(session):
    reference, moving = session.case.positions[0].id, session.case.positions[-1].id
    before = session.case
    transform = holdBone(session, "L5", reference, moving)
    assert transform.GetAttribute("DynamicSpine.HeldBy") == (BY_IMAGES if before.bones else BY_MARKS)
    for name in ("L5_SA", "L5_SP", "L5_IA", "L5_IP"):
        assert np.linalg.norm(worldPoint(session, moving, name) - worldPoint(session, reference, name)) < 1e-3
    assert np.linalg.norm(worldPoint(session, moving, "L3_SA") - worldPoint(session, reference, "L3_SA")) > 2.0
    session.settle()
    assert session.case == before


def test_letting_go_leaves_the_users_own_transform_where_it_was(session):
    reference, moving = session.case.positions[0].id, session.case.positions[-1].id
    own = session.scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "own")
    matrix = vtkMatrix4x4()
    matrix.SetElement(0, 3, 50.0)
    own.SetMatrixTransformToParent(matrix)
    node = landmarkNode(session.caseNode, moving)
    start = worldPoint(session, moving, "L5_SA")
    holdBone(session, "L5", reference, moving)
    letGo(session.caseNode, moving)
    assert np.allclose(worldPoint(session, moving, "L5_SA"), start)
    node.SetAndObserveTransformNodeID(own.GetID())
    count = session.scene.GetNumberOfNodes()
    letGo(session.caseNode, moving)
    assert node.GetTransformNodeID() == own.GetID()
    assert session.scene.GetNumberOfNodes() == count


def test_a_vertebra_without_common_marks_cannot_be_held(session):
    session.do("no bones", replace(session.case, bones=()))
    with pytest.raises(InputError, match="no level 'C2'"):
        holdBone(session, "C2", session.case.positions[0].id, session.case.positions[1].id)
