"""Volume headers: where the voxels lie in RAS, whether sides are known, and what a damaged file says."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.VolumeFile import SUFFIXES, readGeometry

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"

SIZE, SPACING, ORIGIN_LPS = (11, 13, 5), (0.7, 0.8, 4.0), (12.0, -30.0, 100.5)
TURN = np.array(
    [[0.0, 0.0, 1.0], [0.8, 0.6, 0.0], [-0.6, 0.8, 0.0]]
)  # columns: voxel axes in LPS, an oblique sagittal stack


@pytest.fixture
def writeVolume(tmp_path):
    """A function that writes a small oblique volume and returns its path."""
    import SimpleITK as sitk

    def write(name, pixelType=np.int16, compress=True):
        image = sitk.GetImageFromArray(np.arange(np.prod(SIZE), dtype=pixelType).reshape(SIZE[::-1]))
        image.SetSpacing(SPACING)
        image.SetOrigin(ORIGIN_LPS)
        image.SetDirection(TURN.ravel())
        sitk.WriteImage(image, str(tmp_path / name), compress)
        return tmp_path / name

    return write


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("compress", [True, False])
def test_the_grid_is_the_same_in_every_format(writeVolume, suffix, compress):
    geometry = readGeometry(writeVolume("v" + suffix, compress=compress))
    assert geometry.size == SIZE
    np.testing.assert_allclose(geometry.spacingMm, SPACING, rtol=1e-6)
    # By hand: LPS to RAS turns x and y round; voxel (10, 12, 4) lies at the origin plus its steps along the axes.
    lps = np.array(ORIGIN_LPS) + TURN @ (np.array((10, 12, 4)) * SPACING)
    np.testing.assert_allclose(geometry.ijkToRAS @ (10, 12, 4, 1), [-lps[0], -lps[1], lps[2], 1], atol=1e-4)
    assert geometry.sidesKnown
    assert geometry.sliceAxis() == 2
    assert geometry.inPlaneMm == pytest.approx(np.mean(SPACING[:2]), rel=1e-6)
    np.testing.assert_allclose(geometry.through_RAS, geometry.ijkToRAS[:3, 2] / SPACING[2], atol=1e-6)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.999])
def test_a_volume_that_is_cut_short_says_so(writeVolume, suffix, compress, share):
    path = writeVolume("v" + suffix, compress=compress)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match=r"^v\.\S+: (is empty|is cut short|is not )"):
        readGeometry(path)


def test_a_gzip_file_in_several_parts_is_whole(writeVolume):
    path = writeVolume("v.nii.gz")
    content = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content[:900]) + gzip.compress(content[900:]) + gzip.compress(b""))
    assert readGeometry(path).size == SIZE


def test_a_nifti_without_a_stated_frame_does_not_know_its_sides(writeVolume):
    path = writeVolume("v.nii")
    content = bytearray(path.read_bytes())
    content[252:256] = bytes(4)  # qform_code and sform_code
    path.write_bytes(content)
    assert not readGeometry(path).sidesKnown


def test_an_nrrd_without_a_space_does_not_know_its_sides(writeVolume):
    path = writeVolume("v.nrrd", compress=False)
    header = [
        line for line in path.read_bytes().split(b"\n\n", 1)[0].split(b"\n") if not line.startswith((b"space", b"#"))
    ]
    header.append(b"spacings: 0.7 0.8 4")
    path.write_bytes(b"\n".join(header) + b"\n\n" + path.read_bytes().split(b"\n\n", 1)[1])
    assert not readGeometry(path).sidesKnown


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("v.nrrd", b"hello", "is not an NRRD file"),
        ("v.nii.gz", b"hello", "is not a gzip file"),
        ("v.nii", b"hello" * 100, "is not a NIfTI file"),
        ("v.mha", b"hello", "is not a MetaImage file"),
        ("v.png", b"x", "is none of the volume files"),
        ("v.nrrd", b"", "is empty"),
        (
            "v.nrrd",
            b"NRRD0004\ntype: short\ndimension: 3\nsizes: 2 2 2\nencoding: raw\ndata file: /etc/passwd\n\n",
            "voxels in another file",
        ),
        (
            "v.mha",
            b"ObjectType = Image\nNDims = 3\nDimSize = 2 2 2\nElementType = MET_SHORT\nElementDataFile = /etc/passwd\n",
            "voxels in another file",
        ),
        ("v.nrrd", b"NRRD0004\ntype: short\ndimension: 3\nsizes: 0 2 2\nencoding: raw\n\n", "no voxel type or size"),
    ],
)
def test_what_is_no_volume_says_why(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        readGeometry(tmp_path / name)
    assert str(caught.value).startswith(f"{name}: ")


def test_a_missing_volume_and_an_empty_folder_are_named(tmp_path):
    with pytest.raises(InputError, match=r"v\.nrrd: the volume is missing"):
        readGeometry(tmp_path / "v.nrrd")
    (tmp_path / "dicom").mkdir()
    with pytest.raises(InputError, match="a folder without a DICOM series"):
        readGeometry(tmp_path / "dicom")


def test_a_folder_without_a_series_prints_nothing_of_its_own(tmp_path, capfd):
    (tmp_path / "v.nrrd").mkdir()
    with pytest.raises(InputError, match="a folder without a DICOM series"):
        readGeometry(tmp_path / "v.nrrd")
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(b"NDims = 3", b"NDims = 93"), (b"NDims = 3", b"NDims = -3"), (b"Offset = ", b"Offset = 1 2 3 4 5 6 7 8 9 "),
     (b"DimSize = 11 13 5", b"DimSize = 11 13"), (b"Offset", b"Off\xffset = 1\nOffset")],
)  # fmt: skip
def test_counts_that_would_break_the_reader_of_metaimages_are_refused_before(writeVolume, right, wrong):
    path = writeVolume("v.mha", compress=False)
    content = path.read_bytes()
    assert right in content
    path.write_bytes(content.replace(right, wrong, 1))
    with pytest.raises(InputError, match="no voxel type or size"):
        readGeometry(path)


def test_a_field_without_a_name_does_not_disturb_an_nrrd_header(writeVolume):
    path = writeVolume("v.nrrd")
    path.write_bytes(path.read_bytes().replace(b"encoding: gzip", b":ncoding: gzip", 1))
    with pytest.raises(InputError, match=r"v\.nrrd: is not a readable image"):
        readGeometry(path)


@pytest.mark.parametrize(
    ("shape", "words"), [((4, 5), "one three-dimensional volume"), ((2, 3, 4, 5), "one three-dimensional volume")]
)
def test_images_of_other_dimensions_are_refused(tmp_path, shape, words):
    import SimpleITK as sitk

    sitk.WriteImage(sitk.GetImageFromArray(np.zeros(shape, dtype=np.uint8), isVector=False), str(tmp_path / "v.nrrd"))
    with pytest.raises(InputError, match=words):
        readGeometry(tmp_path / "v.nrrd")


def test_a_color_image_is_refused(tmp_path):
    import SimpleITK as sitk

    sitk.WriteImage(
        sitk.GetImageFromArray(np.zeros((2, 3, 4, 3), dtype=np.uint8), isVector=True), str(tmp_path / "v.nrrd")
    )
    with pytest.raises(InputError, match="color or vector"):
        readGeometry(tmp_path / "v.nrrd")


@pytest.fixture
def dicomFolder(tmp_path):
    """A function that writes one sagittal DICOM series, slices at given places in mm, and returns the folder."""
    pydicom = pytest.importorskip("pydicom")
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    def write(places=(0.0, 4.0, 8.0, 12.0), series=None):
        folder = tmp_path / "series"
        folder.mkdir(exist_ok=True)
        uid, frame = series or generate_uid(), generate_uid()
        for index, place in enumerate(places):
            data = pydicom.Dataset()
            data.file_meta = pydicom.dataset.FileMetaDataset()
            data.file_meta.TransferSyntaxUID, data.file_meta.MediaStorageSOPClassUID = (
                ExplicitVRLittleEndian,
                MRImageStorage,
            )
            data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, generate_uid()
            data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
            data.SeriesInstanceUID, data.StudyInstanceUID, data.FrameOfReferenceUID = uid, generate_uid(), frame
            data.Modality, data.PatientName, data.PatientID, data.InstanceNumber = "MR", "none", "none", index + 1
            data.Rows, data.Columns, data.PixelSpacing, data.SliceThickness = 6, 7, [0.9, 0.8], 4.0
            data.ImageOrientationPatient, data.ImagePositionPatient = [0, 1, 0, 0, 0, -1], [-6.0 + place, -50.0, 70.0]
            data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
            data.BitsAllocated, data.BitsStored, data.HighBit = 16, 16, 15
            data.PixelData = np.full((6, 7), index, dtype=np.uint16).tobytes()
            data.save_as(folder / f"{uid[-6:]}-{index}.dcm", enforce_file_format=True)
        return folder

    return write


def test_a_dicom_series_lies_where_its_headers_say(dicomFolder):
    geometry = readGeometry(dicomFolder())
    assert geometry.size == (7, 6, 4)
    np.testing.assert_allclose(geometry.spacingMm, (0.8, 0.9, 4.0))
    np.testing.assert_allclose(np.linalg.norm(geometry.directions_RAS, axis=1), 1.0)
    # The stack fills 16 mm left to right about its first slice center at R = 6, whatever the order of the slices.
    ends = [(geometry.ijkToRAS @ (0, 0, k, 1))[0] for k in (0, 3)]
    assert sorted(ends) == [-6.0, 6.0]
    np.testing.assert_allclose((geometry.ijkToRAS @ (6, 5, 0, 1))[1:3], (50.0 - 6 * 0.8, 70.0 - 5 * 0.9))


def test_a_series_with_a_missing_slice_is_refused(dicomFolder):
    with pytest.raises(InputError, match="not evenly spaced"):
        readGeometry(dicomFolder((0.0, 4.0, 12.0, 16.0)))


def test_two_series_in_a_folder_are_refused(dicomFolder):
    dicomFolder()
    with pytest.raises(InputError, match="holds 2 DICOM series"):
        readGeometry(dicomFolder())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared volumes are not here")
def test_real_volumes_in_many_axis_orders_hold_the_patient_upright():
    files = sorted(SHARED.rglob("*_T2w*.nii.gz"))
    assert files
    for path in files:
        geometry = readGeometry(path)
        np.testing.assert_allclose(np.abs(np.linalg.det(np.array(geometry.directions_RAS))), 1.0, atol=1e-3)
