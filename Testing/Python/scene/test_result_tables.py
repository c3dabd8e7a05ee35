"""Measurements as tables: typed, rebuilt as a whole, and marked with what they were computed from."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Scene.CaseHash import caseHash
from DynamicSpineLib.Scene.CaseRoles import onlyCaseNode
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene, writeCaseToScene
from DynamicSpineLib.Scene.ResultTables import areCurrent, removeResultTables, resultTables, writeResultTables
from DynamicSpineLib.Scene.SceneFiles import loadScene, saveScene
from DynamicSpineLib.Study.Marks import Landmark, LandmarkSet

STATE = Measurement("7", "Q", "1", "state", "supine", "", "L4L5", "", "slip", -3.25, "mm", 0.5, 1.4, -4.2, -2.3,
                    points=("L4_IP", "L5_SP"), warnings=("offPlane",), numbering="über\tdas Kreuzbein\nnot verified")
MISSING = replace(STATE, metric="canalApDisc", value=None, sd=None, sdc95=None, lower95=None, upper95=None,
                  status="notAvailable", reasonCode="notMarked", confirmed=False)
MOTION = replace(STATE, kind="motion", fromPosition="extension", position="flexion", metric="rotation", value=12.5,
                 unit="deg", exceedsNoise=True)


@pytest.fixture
def caseNode(scene, fullCase):
    return writeCaseToScene(fullCase, scene)


def column(table, name):
    array = table.GetTable().GetColumnByName(name)
    return [array.GetValue(row) for row in range(array.GetNumberOfValues())]


def test_each_kind_of_row_has_its_table_with_typed_columns(caseNode):
    tables = writeResultTables(caseNode, [STATE, MOTION, MISSING], "hash")
    assert {kind: table.GetNumberOfRows() for kind, table in tables.items()} == {"state": 2, "motion": 1}
    table = tables["state"]
    names = [table.GetColumnName(index) for index in range(table.GetNumberOfColumns())]
    assert names == [item.name for item in fields(Measurement)]
    assert column(table, "value")[0] == -3.25
    assert np.isnan(column(table, "value")[1])
    assert column(table, "status") == ["ok", "notAvailable"]
    assert column(table, "confirmed") == [1, 0]
    assert column(table, "points") == ["L4_IP L5_SP"] * 2
    assert column(table, "exceedsNoise") == ["", ""]
    assert column(tables["motion"], "exceedsNoise") == ["true"]
    kinds = {name: table.GetTable().GetColumnByName(name).GetClassName() for name in ("value", "confirmed", "metric")}
    assert kinds == {"value": "vtkDoubleArray", "confirmed": "vtkIntArray", "metric": "vtkStringArray"}


def test_tables_are_replaced_as_a_whole(scene, caseNode):
    writeResultTables(caseNode, [STATE, MOTION], "first")
    count = scene.GetNumberOfNodes()
    writeResultTables(caseNode, [STATE, MOTION], "second")
    assert scene.GetNumberOfNodes() == count
    writeResultTables(caseNode, [STATE], "third")
    assert list(resultTables(caseNode)) == ["state"]
    removeResultTables(caseNode)
    assert scene.GetNumberOfNodesByClass("vtkMRMLTableNode") == 0


def test_tables_tell_whether_they_belong_to_the_case_as_it_is(scene, fullCase, caseNode, editedPoint):
    assert not areCurrent(caseNode, caseHash(fullCase))
    writeResultTables(caseNode, [STATE, MOTION], caseHash(fullCase))
    assert areCurrent(caseNode, caseHash(readCaseFromScene(scene)))
    editedPoint(caseNode.GetNodeReference("landmarks/supine"), "L4_SA", (0.0, 0.0, 0.001))
    assert not areCurrent(caseNode, caseHash(readCaseFromScene(scene)))


def test_tables_survive_a_save_typed_and_without_a_line_broken(scene, caseNode, tmp_path):
    writeResultTables(caseNode, [STATE, MISSING], "hash")
    saveScene(scene, tmp_path / "case.mrb")
    loadScene(tmp_path / "case.mrb", scene)
    table = resultTables(onlyCaseNode(scene))["state"]
    assert areCurrent(onlyCaseNode(scene), "hash")
    assert table.GetNumberOfRows() == 2
    assert column(table, "value")[0] == pytest.approx(-3.25)
    assert column(table, "numbering")[0] == "über das Kreuzbein not verified"
    assert table.GetTable().GetColumnByName("value").GetDataTypeAsString() == "double"


def test_tables_are_filed_in_the_folder_of_their_case(scene, caseNode):
    from slicer import vtkMRMLSubjectHierarchyNode

    table = writeResultTables(caseNode, [STATE], "hash")["state"]
    hierarchy = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    folder = hierarchy.GetItemParent(hierarchy.GetItemByDataNode(table))
    assert hierarchy.GetItemName(folder) == "Results"
    assert hierarchy.GetItemName(hierarchy.GetItemParent(folder)) == caseNode.GetName()


def test_equal_cases_hash_alike_and_any_edit_changes_the_hash(fullCase):
    supine = fullCase.positions[0]
    landmarks, curves = supine.marks.landmarks, supine.marks.contours

    def withMarks(marks):
        return replace(fullCase, positions=(replace(supine, marks=marks), *fullCase.positions[1:]))

    reordered = LandmarkSet(dict(reversed(landmarks.items())), curves)
    assert caseHash(withMarks(reordered)) == caseHash(fullCase)
    undone = LandmarkSet({**landmarks, "L5_SP": Landmark("L5_SP", None, "undefined", note="artefact")}, curves)
    edits = [replace(fullCase, notes="x"), replace(fullCase, positions=fullCase.positions[::-1]), withMarks(undone)]
    assert len({caseHash(case) for case in [fullCase, *edits]}) == 4
