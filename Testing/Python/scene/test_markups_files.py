"""The .mrk.json files that DynamicSpine writes are Slicer's own, and the other way round."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from slicer import vtkMRMLMarkupsJsonStorageNode, vtkMRMLMarkupsNode

from DynamicSpineLib.Scene.ContourNodes import addContourNode, readContour
from DynamicSpineLib.Scene.LandmarkNodes import addLandmarkNode, readLandmarks, templateNames
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.MarkupsJson import readMarkups, writeMarkups

STATUS = {"defined": vtkMRMLMarkupsNode.PositionDefined, "missing": vtkMRMLMarkupsNode.PositionMissing,
          "undefined": vtkMRMLMarkupsNode.PositionUndefined}


def unmoved(point):
    return point


@pytest.fixture
def marks(fullCase):
    return fullCase.position("supine").marks


@pytest.mark.parametrize("system", ["LPS", "RAS"])
def test_slicer_reads_the_points_that_we_wrote(scene, marks, tmp_path, system):
    path = tmp_path / "points.mrk.json"
    writeMarkups(path, LandmarkSet(landmarks=marks.landmarks), system)
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode")
    storage = vtkMRMLMarkupsJsonStorageNode()
    storage.SetFileName(str(path))
    assert storage.ReadData(node)
    assert node.GetNumberOfControlPoints() == len(marks.landmarks)
    for index, landmark in enumerate(marks.landmarks.values()):
        assert node.GetNthControlPointLabel(index) == landmark.name
        assert node.GetNthControlPointPositionStatus(index) == STATUS[landmark.status]
        if landmark.point_RAS is not None:
            # Slicer's JSON reader rounds the last bit of some numbers.
            np.testing.assert_array_max_ulp(np.array(node.GetNthControlPointPosition(index)),
                                            np.array(landmark.point_RAS), maxulp=2)
    undefined = [item.name for item in marks.landmarks.values() if item.status == "undefined"]
    written = {item.name: item.point_RAS for item in marks.landmarks.values() if item.point_RAS is not None}
    assert readLandmarks(node, unmoved, written, undefined) == dict(marks.landmarks)


def test_slicer_reads_each_curve_that_we_wrote(scene, marks, tmp_path):
    for contour in marks.contours.values():
        path = tmp_path / f"{contour.name}.mrk.json"
        writeMarkups(path, LandmarkSet(contours=MappingProxyType({contour.name: contour})))
        kind = "ClosedCurve" if contour.closed else "Line"
        node = scene.AddNewNodeByClass(f"vtkMRMLMarkups{kind}Node", contour.name)
        storage = vtkMRMLMarkupsJsonStorageNode()
        storage.SetFileName(str(path))
        assert storage.ReadData(node)
        assert readContour(node, unmoved, {contour.name: contour.points_RAS}) == contour
        assert np.allclose(readContour(node, unmoved, {}).points_RAS, contour.points_RAS, rtol=1e-15, atol=0)


def test_we_read_the_points_that_slicer_wrote_to_the_last_bit(scene, marks, fullCase, tmp_path):
    node = addLandmarkNode(scene, "points", marks.landmarks, templateNames(fullCase.chain))
    node.AddDefaultStorageNode()
    node.GetStorageNode().SetFileName(str(tmp_path / "points.mrk.json"))
    assert node.GetStorageNode().WriteData(node)
    read = readMarkups(tmp_path / "points.mrk.json", fullCase.chain.levels).landmarks
    assert {name: read[name] for name in marks.landmarks} == dict(marks.landmarks)
    assert {item.status for name, item in read.items() if name not in marks.landmarks} == {"undefined"}


def test_we_read_the_curves_that_slicer_wrote_to_the_last_bit(scene, marks, tmp_path):
    for contour in marks.contours.values():
        node = addContourNode(scene, f"supine {contour.name}", contour)
        node.AddDefaultStorageNode()
        path = tmp_path / f"supine-{contour.name}.mrk.json"
        node.GetStorageNode().SetFileName(str(path))
        assert node.GetStorageNode().WriteData(node)
        assert readMarkups(path).contours == {contour.name: contour}


def test_a_missing_file_gives_no_points_and_says_so(scene, tmp_path):
    storage = vtkMRMLMarkupsJsonStorageNode()
    storage.SetFileName(str(tmp_path / "nowhere.mrk.json"))
    assert not storage.ReadData(scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode"))


def test_a_difference_that_rounding_cannot_explain_is_an_edit(scene, marks):
    node = addLandmarkNode(scene, "points", marks.landmarks, ())
    landmark = marks.landmarks["L4_SA"]
    x, y, z = landmark.point_RAS
    near, far = {"L4_SA": (x + 1e-9, y, z)}, {"L4_SA": (x + 1e-3, y, z)}
    assert readLandmarks(node, unmoved, near, ())["L4_SA"] == replace(landmark, point_RAS=near["L4_SA"])
    assert readLandmarks(node, unmoved, far, ())["L4_SA"] == landmark
