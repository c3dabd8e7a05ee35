"""Positions are found among the volumes of a scene; volumes of a case, label maps and hidden ones are left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.DicomHeaders import INSTANCES_ATTRIBUTE, headersFrom, readHeader
from DynamicSpineLib.Scene.FindPositions import findPositions, freeVolumes, volumeTexts
from DynamicSpineLib.Scene.SameVolumes import sameVolumes
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

SAGITTAL = VolumeGeometry((100, 100, 7), (1.0, 1.0, 4.0), (0.0, 0.0, 0.0),
                          ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)))  # fmt: skip
AXIAL = VolumeGeometry((100, 100, 7), (1.0, 1.0, 4.0), (0.0, 0.0, 0.0),
                       ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)))  # fmt: skip


@pytest.fixture
def add(scene):
    """Add a volume of a name and a grid."""

    def added(name, geometry=SAGITTAL):
        return addVolume(scene, np.zeros(geometry.size[::-1], dtype=np.int16), geometry, name)

    return added


def test_volumes_become_rows_and_companions_with_their_nodes(scene, add):
    nodes = [add("3: SAG T2 flexion sitting"), add("4: SAG T2 neutral sitting"), add("5: AX T2 neutral sitting", AXIAL)]
    found = findPositions(scene)
    rows = [(item.key, item.id) for item in found.positions]
    assert rows == [(nodes[0].GetID(), "SIT_F"), (nodes[1].GetID(), "SIT_N")]
    assert [(item.key, item.of) for item in found.others] == [(nodes[2].GetID(), "SIT_N")]


def test_headers_are_asked_for_by_node(scene, add):
    node = add("T2 sag")
    asked = []

    def headerOf(volume):
        asked.append(volume.GetID())
        return {"SeriesDescription": "T2 sag extension 20 deg", "SeriesDate": "20250301", "PatientPosition": "HFP"}

    (row,) = findPositions(scene, headerOf).positions
    assert asked == [node.GetID()]
    assert (row.posture, row.bend, row.angleDeg, row.date) == ("prone", "extension", 20.0, "2025-03-01")


def test_volumes_of_a_case_are_not_proposed_again(scene, volumeCase, add):
    case, folder = volumeCase
    writeCaseToScene(case, scene, folder)
    free = add("T2 sag supine neutral")
    found = findPositions(scene, existing=case.positions)
    assert [item.key for item in found.positions] == [free.GetID()]
    assert found.others == ()


def test_label_maps_hidden_and_empty_volumes_are_no_rows(scene, add):
    scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "T2 flexion labels")
    hidden = add("T2 flexion hidden")
    hidden.SetHideFromEditors(True)
    empty = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "T2 flexion empty")
    assert [node.GetID() for node in freeVolumes(scene)] == [empty.GetID()]
    found = findPositions(scene)
    assert found.positions == ()
    assert [(item.use, item.reason) for item in found.others] == [("ignored", "It holds no voxels.")]


def test_an_empty_scene_has_no_rows(scene):
    assert findPositions(scene).positions == ()


def test_a_header_is_read_from_the_first_file_of_a_series(scene, add, tmp_path):
    path = writeDicom(tmp_path / "1.dcm", SeriesDescription="SAG T2 FLEXION", ImageType=["ORIGINAL", "PRIMARY"],
                      MagneticFieldStrength="0.6", Manufacturer="FONAR", PatientName="Nobody^Else")  # fmt: skip
    node = add("T2 sag")
    node.SetAttribute(INSTANCES_ATTRIBUTE, "1.2.3 1.2.4")
    header = headersFrom({"1.2.3": str(path)}.get)(node)
    assert header == {"SeriesDescription": "SAG T2 FLEXION", "ImageType": "ORIGINAL\\PRIMARY", "Modality": "MR",
                      "MagneticFieldStrength": "0.6", "Manufacturer": "FONAR"}  # fmt: skip
    (row,) = findPositions(scene, headersFrom({"1.2.3": str(path)}.get)).positions
    assert (row.bend, row.scanner) == ("flexion", "FONAR, 0.6 T")


def test_a_volume_without_dicom_or_with_a_lost_or_broken_file_has_no_header(add, tmp_path):
    node = add("T2 sag")
    assert headersFrom(lambda _uid: pytest.fail("no file was to be asked for"))(node) == {}
    node.SetAttribute(INSTANCES_ATTRIBUTE, "1.2.3")
    assert headersFrom(lambda _uid: "")(node) == {}
    assert headersFrom(lambda _uid: str(tmp_path / "gone.dcm"))(node) == {}
    (tmp_path / "broken.dcm").write_text("no DICOM")
    assert readHeader(str(tmp_path / "broken.dcm")) == {}


def writeDicom(path, **values):
    """A DICOM file without pixels."""
    pydicom = pytest.importorskip("pydicom")
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = MRImageStorage, ExplicitVRLittleEndian
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    data = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = MRImageStorage, "1.2.3", "MR"
    for name, value in values.items():
        setattr(data, name, value)
    pydicom.dcmwrite(path, data, enforce_file_format=True)
    return path


def test_volumes_that_hold_the_same_voxels_are_found(scene):
    voxels = np.random.default_rng(1).integers(0, 900, SAGITTAL.size[::-1]).astype(np.int16)
    other = voxels.copy()
    other[3, 4, 5] += 1
    first, twin = (addVolume(scene, voxels, SAGITTAL, name) for name in ("a", "b"))
    nodes = {"a": first, "b": twin, "c": addVolume(scene, other, SAGITTAL, "c"),
             "d": addVolume(scene, voxels[:-1], replace(SAGITTAL, size=(100, 100, 6)), "d"),
             "e": scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "e")}  # fmt: skip
    assert sameVolumes(nodes) == (("a", "b"),)
    assert sameVolumes({"a": first, "same": first}) == (("a", "same"),)
    assert sameVolumes({}) == ()


def test_the_texts_of_a_volume_are_those_that_labels_are_compared_with(add):
    texts = volumeTexts(add("T2 flexion"), lambda _node: {"SeriesDescription": "T2 flexion", "ProtocolName": "neck"})
    assert texts == {"name": "T2 flexion", "ProtocolName": "neck"}
