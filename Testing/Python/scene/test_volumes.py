"""Volumes lie in the scene where their files say, whatever the format, the axes or their handedness."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.Volumes import addVolume, loadVolume, sameGrid, volumeArray, volumeGeometry
from DynamicSpineLib.Study.VolumeFile import readGeometry

SPACING = (0.7, 0.6543, 3.3)
ORIGIN = (10.123, -55.3, 77.7)


def grayAt(node, point_RAS):
    """The voxel of a node nearest a point."""
    i, j, k = np.rint(volumeGeometry(node).indices(np.array(point_RAS))).astype(int)
    return volumeArray(node)[k, j, i]


@pytest.fixture
def voxels():
    return np.random.default_rng(0).integers(0, 30000, (5, 7, 9)).astype(np.int16)


@pytest.mark.parametrize("leftHanded", [False, True])
@pytest.mark.parametrize("suffix", [".nrrd", ".nii", ".nii.gz", ".mha"])
def test_every_voxel_is_where_the_file_puts_it(scene, voxels, writeVolume, oblique, tmp_path, suffix, leftHanded):
    axes = oblique(leftHanded)
    path = writeVolume(tmp_path / f"a{suffix}", voxels, axes, SPACING, ORIGIN)
    node = loadVolume(scene, path, "named")
    assert node.GetName() == "named"
    for k, j, i in np.ndindex(voxels.shape):
        assert grayAt(node, np.array(ORIGIN) + axes @ (np.array([i, j, k]) * SPACING)) == voxels[k, j, i]


def test_a_volume_made_from_an_array_has_its_grid(scene, voxels, writeVolume, oblique, tmp_path):
    geometry = readGeometry(writeVolume(tmp_path / "a.nrrd", voxels, oblique(), SPACING, ORIGIN))
    node = addVolume(scene, voxels, geometry, "made")
    assert volumeGeometry(node) == geometry
    assert np.array_equal(volumeArray(node), voxels)
    with pytest.raises(InputError, match="do not fill"):
        addVolume(scene, voxels[:-1], geometry, "made")


def test_grids_are_the_same_in_either_slice_order_and_differ_when_moved(voxels, writeVolume, oblique, tmp_path):
    axes = oblique()
    geometry = readGeometry(writeVolume(tmp_path / "a.nrrd", voxels, axes, SPACING, ORIGIN))
    lastSlice = np.array(ORIGIN) + axes[:, 2] * 4 * SPACING[2]
    reverse = readGeometry(writeVolume(tmp_path / "b.nrrd", voxels, axes * (1, 1, -1), SPACING, lastSlice))
    shifted = readGeometry(writeVolume(tmp_path / "c.nrrd", voxels, axes, SPACING, np.array(ORIGIN) + 0.01))
    mirrored = readGeometry(writeVolume(tmp_path / "d.nrrd", voxels, axes * (-1, 1, 1), SPACING, ORIGIN))
    assert sameGrid(geometry, reverse)
    assert not sameGrid(geometry, shifted)
    assert not sameGrid(geometry, mirrored)


def writeSeries(folder, voxels, axes, spacing=SPACING, origin=ORIGIN):
    """One DICOM series, files in scrambled order. axes: columns are column, row and slice axis in RAS."""
    import pydicom
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    folder.mkdir()
    toLPS = np.diag([-1.0, -1.0, 1.0])
    series, frame, study = generate_uid(), generate_uid(), generate_uid()
    for index in range(len(voxels)):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = MRImageStorage, ExplicitVRLittleEndian
        meta.MediaStorageSOPInstanceUID = generate_uid()
        data = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
        data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
        data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, series, frame
        data.Modality, data.SeriesNumber, data.InstanceNumber = "MR", 3, index + 1
        data.PatientName, data.PatientID, data.SeriesDescription = "Phantom", "1", "sag T2"
        data.ImageOrientationPatient = [f"{item:.10g}" for item in (toLPS @ axes[:, :2]).T.ravel()]
        place = np.array(origin) + axes[:, 2] * index * spacing[2]
        data.ImagePositionPatient = [f"{item:.10g}" for item in toLPS @ place]
        data.PixelSpacing, data.SliceThickness = [spacing[1], spacing[0]], spacing[2]
        data.Rows, data.Columns = voxels.shape[1:]
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 1
        data.PixelData = voxels[index].tobytes()
        pydicom.dcmwrite(folder / f"{(index * 3) % len(voxels)}.dcm", data, enforce_file_format=True)


@pytest.mark.parametrize("leftHanded", [False, True])
def test_a_dicom_series_is_where_its_headers_put_it(scene, voxels, oblique, tmp_path, leftHanded):
    pytest.importorskip("pydicom")
    axes = oblique(leftHanded)
    writeSeries(tmp_path / "series", voxels, axes)
    node = loadVolume(scene, tmp_path / "series")
    for k, j, i in np.ndindex(voxels.shape):
        assert grayAt(node, np.array(ORIGIN) + axes @ (np.array([i, j, k]) * SPACING)) == voxels[k, j, i]


def test_a_folder_with_two_series_is_refused(scene, voxels, oblique, tmp_path):
    pytest.importorskip("pydicom")
    writeSeries(tmp_path / "one", voxels, oblique())
    writeSeries(tmp_path / "two", voxels, oblique())
    for index, path in enumerate((tmp_path / "two").iterdir()):
        path.rename(tmp_path / "one" / f"second{index}.dcm")
    with pytest.raises(InputError, match=r"one: holds 2 DICOM series"):
        loadVolume(scene, tmp_path / "one")


@pytest.mark.parametrize("suffix", [".nrrd", ".nii", ".nii.gz", ".mha"])
def test_a_volume_that_is_cut_short_is_never_shown(scene, voxels, writeVolume, tmp_path, suffix):
    path = writeVolume(tmp_path / f"a{suffix}", voxels)
    path.write_bytes(path.read_bytes()[:-60])
    count = scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")
    with pytest.raises(InputError, match=rf"a\{suffix}"):
        loadVolume(scene, path)
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == count


def test_a_damaged_gzip_stream_of_the_right_length_is_one_sentence(scene, voxels, writeVolume, tmp_path):
    path = writeVolume(tmp_path / "a.nii.gz", voxels)
    whole = gzip.decompress(path.read_bytes())
    content = bytearray(gzip.compress(whole, compresslevel=0))
    content[len(content) // 2] ^= 0xFF  # the checksum at the end no longer fits
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"a\.nii\.gz"):
        loadVolume(scene, path)


def test_what_is_no_gray_volume_is_one_sentence(scene, tmp_path):
    (tmp_path / "text.nrrd").write_text("not a volume")
    for path in (tmp_path / "text.nrrd", tmp_path / "missing.nrrd"):
        with pytest.raises(InputError, match=path.name):
            loadVolume(scene, path)
    with pytest.raises(InputError, match="three-dimensional"):
        loadVolume(scene, writeVolume4d(tmp_path / "four.nii.gz"))


def writeVolume4d(path):
    import SimpleITK as sitk

    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((2, 3, 4, 5), dtype=np.int16), isVector=False), str(path))
    return path
