"""Label tables, files of every kind, and what is said of bad ones."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest
from LabelledPhantoms import GRIDS, geometryFor, inNumbersOf, phantom

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Segmentations.BodyMask import bodyVoxels
from DynamicSpineLib.Segmentations.LabelSource import hintsFrom, nameLevels, readLabels
from DynamicSpineLib.Segmentations.LabelTable import TABLES, taskNamed, tasksOf
from DynamicSpineLib.Segmentations.ReadMarks import readSpine
from DynamicSpineLib.Segmentations.SegmentNames import meaningOfSegment
from DynamicSpineLib.Segmentations.SpineLabels import LabelLayer, spineLabels
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

SMALL = VolumeGeometry((12, 10, 8), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)))


def write(folder, numbers, name="labels.nii.gz", geometry=SMALL):
    path = folder / name
    writeVolume(path, numbers, geometry)
    return path


def blocks(**places):
    """Numbers (k, j, i) with a 4-voxel cube of each label, one above the other."""
    numbers = np.zeros((8, 10, 12), dtype=np.int16)
    for index, label in enumerate(places.values()):
        numbers[3 * index : 3 * index + 3, 2:8, 2:8] = label
    return numbers


@pytest.mark.parametrize(("table", "task", "number", "structure", "place"), [
    ("totalspineseg", "step2_output", 44, "vertebra", "L4"), ("totalspineseg", "step2_output", 1, "cord", ""),
    ("totalspineseg", "step2_output", 46, "vertebra", "L6"), ("totalspineseg", "step2_output", 100, "discAbove", "S1"),
    ("totalspineseg", "step2_output", 71, "disc", "C7"), ("totalsegmentator", "vertebrae_mr", 1, "vertebra", "S1"),
    ("totalsegmentator", "vertebrae_mr", 25, "vertebra", "C1"), ("totalsegmentator", "total_mr", 19, "vertebra", ""),
    ("spineps", "vert", 28, "vertebra", "T13"), ("spineps", "vert", 119, "disc", "T12"),
    ("spineps", "vert", 25, "vertebra", "L6"), ("spineps", "subreg", 49, "body", ""),
    ("spineps", "subreg", 61, "canal", ""),
])  # fmt: skip
def test_the_tables_say_what_the_tools_say(table, task, number, structure, place):
    meaning = taskNamed(table, task).meanings[number]
    assert (meaning.structure, meaning.place) == (structure, place)


@pytest.mark.parametrize(("name", "tags", "wanted"), [
    ("L4", "", ("vertebra", "L4")), ("vertebrae_C7", "", ("vertebra", "C7")), ("Th12", "", ("vertebra", "T12")),
    ("Vertebra L 3", "", ("vertebra", "L3")), ("third lumbar vertebra", "", ("vertebra", "L3")),
    ("Sacrum", "", ("vertebra", "S1")), ("L4 body", "", ("body", "L4")), ("L4/5 disc", "", ("disc", "L4")),
    ("disc_L5_S", "", ("disc", "L5")), ("Spinal canal", "", ("canal", "")), ("spinal_cord", "", ("cord", "")),
    ("Segment_3", "TerminologyEntry:x~SCT^123037004^Anatomical Structure~SCT^36978003^C5 vertebra~^^~y~^^~^^",
     ("vertebra", "C5")),
    ("L4 body", "TerminologyEntry:x~SCT^123037004^Anatomical Structure~SCT^11994002^L4 vertebra~^^~y~^^~^^",
     ("body", "L4")),
    ("liver", "", None), ("Segment_12", "", None), ("T2 image", "", ("vertebra", "T2")),
])  # fmt: skip
def test_segments_are_told_by_name_and_terminology(name, tags, wanted):
    meaning = meaningOfSegment(name, tags)
    assert (None if meaning is None else (meaning.structure, meaning.place)) == wanted


@pytest.mark.parametrize("table", [table for table in TABLES if table != "slicer"])
def test_every_table_reads_a_phantom_in_its_own_numbers(table, tmp_path):
    posed = phantom()
    geometry = geometryFor(posed, GRIDS["1.5 mm"])
    files = []
    for task in tasksOf(table):
        whole = task.id != "subreg"
        files.append(write(tmp_path, inNumbersOf(task, posed, geometry, whole), f"{task.id}.nii.gz", geometry))
    source = readLabels(files, table)
    assert {"L3", "L4", "L5", "S1"} <= set(source.spine.levels)
    assert source.tasks == {f"{task.id}.nii.gz": task.id for task in tasksOf(table)}
    assert source.spine.hasParts("L4") == (table == "spineps")


def nameList(path, names):
    """Write a label-name extension into a NIfTI file, as TotalSegmentator does."""
    raw = bytearray(gzip.decompress(path.read_bytes()))
    text = "".join(f'<Label Key="{key}" Red="1" Alpha="1"><![CDATA[{name}]]></Label>' for key, name in names.items())
    content = text.encode() + b" " * (-(len(text) + 8) % 16)
    start = 352 + 8 + len(content)
    raw[108:112] = struct.pack("<f", start)
    body = bytes(raw[:348]) + b"\1\0\0\0" + struct.pack("<ii", 8 + len(content), 0) + content + bytes(raw[352:])
    path.write_bytes(gzip.compress(body))


def test_the_names_in_a_file_tell_which_task_wrote_it(tmp_path):
    path = write(tmp_path, blocks(a=18, b=20))
    unnamed = readLabels([write(tmp_path, blocks(a=18, b=20), "x.nii.gz")], "totalsegmentator")
    assert unnamed.spine.levels == ("C6", "T1")
    nameList(path, {18: "sacrum", 20: "intervertebral_discs"})
    source = readLabels([path], "totalsegmentator")
    assert source.tasks == {"labels.nii.gz": "total_mr"}
    assert source.spine.levels == ("S1",)


@pytest.mark.parametrize(("numbers", "table", "sentence"), [
    (np.zeros((8, 10, 12)), "spineps", "holds no label; every voxel is 0"),
    (blocks(a=3).astype(float) + 0.25, "spineps", "holds fractions"),
    (blocks(a=-3), "spineps", "holds numbers outside of 0 to 65535"),
    (blocks(a=300), "spineps", r"none of its labels \(300\) is in the table 'spineps'"),
    (blocks(a=49), "spineps", "give the seg-vert file as well"),
    (blocks(a=19, b=40), "totalsegmentator", "give the vertebrae_mr file of the same image as well"),
    (blocks(a=3), "slicer", "names no segments"),
])  # fmt: skip
def test_bad_label_maps_are_refused_in_one_sentence(numbers, table, sentence, tmp_path):
    with pytest.raises(InputError, match=rf"labels\.nii\.gz: .*{sentence}"):
        readLabels([write(tmp_path, numbers)], table)


def test_a_series_of_label_maps_and_an_image_on_another_grid_are_refused(tmp_path):
    import SimpleITK as sitk

    sitk.WriteImage(sitk.GetImageFromArray(np.ones((3, 8, 9, 10), dtype=np.uint8), isVector=False),
                    str(tmp_path / "four.nii.gz"))  # fmt: skip
    with pytest.raises(InputError, match="one three-dimensional volume is needed"):
        readLabels([tmp_path / "four.nii.gz"], "spineps")
    other = VolumeGeometry(SMALL.size, (1.0, 1.0, 1.5), SMALL.origin_RAS, SMALL.directions_RAS)
    files = [write(tmp_path, blocks(a=20)), write(tmp_path, blocks(a=49), "sub.nii.gz", other)]
    with pytest.raises(InputError, match=r"sub\.nii\.gz: lies on another voxel grid than labels\.nii\.gz"):
        readLabels(files, "spineps")


def test_unknown_numbers_beside_known_ones_are_told(tmp_path):
    source = readLabels([write(tmp_path, blocks(a=44, b=99))], "totalspineseg")
    assert source.notices == ("labels.nii.gz: labels that the table 'totalspineseg' does not have: 99",)


def test_a_few_voxels_and_half_a_vertebra_give_reasons_and_no_marks():
    numbers = np.zeros((8, 10, 12), dtype=np.int16)
    numbers[1, 1, 1] = 1
    numbers[3:, 2:, 2:10] = 2
    table = taskNamed("totalspineseg", "step2_output").meanings
    spine = spineLabels(LabelLayer(numbers, SMALL), {1: table[43], 2: table[44]})
    read = runSteps(readSpine(spine, ("L2", "L3", "L4")))
    assert not read.points_RAS
    assert read.reasons["L2"] == "the segmentation does not have it"
    assert read.reasons["L3"] == "its label has too few voxels to tell its shape"
    assert any("L4" in place for place in read.reasons)


def test_names_can_be_hinted_with_extra_levels(tmp_path):
    spine = readLabels([write(tmp_path, blocks(a=24, b=23))], "spineps").spine
    named = nameLevels(spine, hintsFrom("24=L6", "spineps"), ("L4", "L5", "L6", "S1"))
    assert named.levels == ("L5", "L6")
    assert nameLevels(spine, hintsFrom("L4=T13", "spineps"), ("T12", "T13", "L1")).levels == ("T13", "L1")
    for hint, sentence in [("L4", "takes LABEL=LEVEL"), ("L3=L2", "no vertebra that the table calls L3"),
                           ("L4=C2", "the case has no level C2")]:  # fmt: skip
        with pytest.raises(InputError, match=sentence):
            nameLevels(spine, hintsFrom(hint, "spineps"), ("T12", "T13", "L1"))


def test_the_voxels_of_a_body_leave_the_arch_out(a_lumbar_phantom, a_lumbar_spine):
    from LabelledPhantoms import labelledSpine

    posed, _ = a_lumbar_phantom
    body = bodyVoxels(a_lumbar_spine, "L4")
    whole = bodyVoxels(labelledSpine(posed, a_lumbar_spine.geometry, whole=True), "L4")
    overlap = 2.0 * np.count_nonzero(body & whole) / (np.count_nonzero(body) + np.count_nonzero(whole))
    assert overlap > 0.95
    onto = geometryFor(posed, GRIDS["1.5 mm, oblique"])
    volumes = [np.count_nonzero(mask) * np.prod(grid.spacingMm) for mask, grid in
               ((body, a_lumbar_spine.geometry), (bodyVoxels(a_lumbar_spine, "L4", onto), onto))]  # fmt: skip
    assert volumes[1] == pytest.approx(volumes[0], rel=0.03)
    with pytest.raises(InputError, match="has no vertebra C3"):
        bodyVoxels(a_lumbar_spine, "C3")
