"""Saved, closed, reopened: the same case to the last digit, or one sentence and nothing kept."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from slicer import vtkMRMLScene

from DynamicSpineLib.Errors import InputError, JobError
from DynamicSpineLib.Scene import SceneFiles
from DynamicSpineLib.Scene.CaseRoles import landmarkNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.LandmarkNodes import templateNames
from DynamicSpineLib.Scene.OpenCase import openCase, openCaseWithFaults
from DynamicSpineLib.Scene.SceneFiles import loadScene, saveScene
from DynamicSpineLib.Scene.Volumes import volumeArray
from DynamicSpineLib.Study.CaseFolder import readCase, writeCase
from DynamicSpineLib.Study.Marks import Contour, Landmark, landmarkSet


@pytest.fixture
def saved(scene, volumeCase, tmp_path):
    """A saved case with volumes: the case and its bundle."""
    case, folder = volumeCase
    writeCaseToScene(case, scene, folder)
    path = tmp_path / "case.mrb"
    saveScene(scene, path)
    scene.Clear(False)
    return case, path


def rewritten(path, change):
    """The bundle with members changed: change(name, bytes) gives the new bytes, or None to leave it out."""
    target = path.with_name("changed.mrb")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as bundle:
        for member in source.infolist():
            content = change(member.filename, source.read(member))
            if content is not None:
                bundle.writestr(member.filename, content)
    return target


def test_a_saved_case_reopens_as_the_same_case(scene, saved):
    case, path = saved
    read, _ = loadScene(path, scene)
    assert read == case
    assert [item.name for item in path.parent.iterdir() if item.name.startswith(".")] == []


def test_a_bundle_needs_nothing_of_the_folder_it_was_made_from(scene, saved, volumeCase):
    case, path = saved
    for item in volumeCase[1].iterdir():
        item.unlink()
    moved = path.rename(path.with_name("moved.mrb"))
    read, caseNode = loadScene(moved, scene)
    assert read == case
    volumes = [volumeArray(caseNode.GetNodeReference(f"volume/{item.id}")) for item in case.positions]
    for index, voxels in enumerate(volumes):
        expected = np.random.default_rng(index).integers(0, 900, (5, 12, 11))
        assert np.array_equal(voxels, expected[::-1] if index == 1 else expected)  # Slicer turns a left-handed stack


def test_many_points_with_all_their_digits_survive_several_saves(scene, fullCase, tmp_path):
    generator = np.random.default_rng(0)
    names = templateNames(fullCase.chain)
    assert len(names) > 90
    places = generator.uniform(-1, 1, (len(names), 3)) * 10.0 ** generator.integers(-9, 4, (len(names), 1))
    marks = landmarkSet([Landmark(name, tuple(map(float, place))) for name, place in zip(names, places, strict=True)])
    case = replace(fullCase, positions=tuple(replace(item, marks=marks) for item in fullCase.positions))
    writeCaseToScene(case, scene)
    for number in range(3):
        saveScene(scene, tmp_path / f"{number}.mrb")
        assert loadScene(tmp_path / f"{number}.mrb", scene)[0] == case


def test_edits_made_in_the_application_survive_its_own_save(scene, saved, editedPoint, tmp_path):
    case, path = saved
    _, caseNode = loadScene(path, scene)
    node = landmarkNode(caseNode, "supine")
    moved = editedPoint(node, "L4_SA", (1.25, -3.0, 0.5))
    node.SetName("Liegend 頸")
    scene.AddNewNodeByClass("vtkMRMLMarkupsLineNode", "somebody's own ruler").AddControlPoint(1.0, 2.0, 3.0)
    other = tmp_path / "application.mrb"
    assert scene.WriteToMRB(str(other))  # what the application's save dialog calls
    read, _ = loadScene(other, scene)
    before, after = case.position("supine").marks.landmarks, read.position("supine").marks.landmarks
    assert after["L4_SA"].point_RAS == pytest.approx(moved, abs=1e-12)
    assert after == {**before, "L4_SA": replace(before["L4_SA"], point_RAS=after["L4_SA"].point_RAS)}
    assert read.position("supine").title == "Liegend 頸"
    assert read.positions[1:] == case.positions[1:]


def test_a_node_of_an_extension_that_is_not_here_does_no_harm(scene, saved):
    case, path = saved
    foreign = b'<FooBar id="vtkMRMLFooBarNode1" name="x"></FooBar></MRML>'

    def withForeignNode(name, content):
        return content.replace(b"</MRML>", foreign) if name.endswith(".mrml") else content

    assert loadScene(rewritten(path, withForeignNode), scene)[0] == case


def test_an_unpacked_scene_opens_too(scene, saved, tmp_path):
    case, path = saved
    with zipfile.ZipFile(path) as bundle:
        bundle.extractall(tmp_path / "unpacked")
    found = next((tmp_path / "unpacked").rglob("*.mrml"))
    assert loadScene(found, scene)[0] == case


def test_a_bare_scene_that_would_lose_its_points_is_not_kept(scene, fullCase, tmp_path):
    bare = vtkMRMLScene()
    node = bare.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "points")
    node.AddControlPoint(1.0, 2.0, 3.0)
    assert bare.WriteToMRB(str(tmp_path / "silent.mrb"))  # says that all is well
    with zipfile.ZipFile(tmp_path / "silent.mrb") as bundle:
        assert not [name for name in bundle.namelist() if name.endswith(".mrk.json")]
    (tmp_path / "kept.mrb").write_bytes(b"an earlier file")
    with pytest.raises(JobError, match="cannot store 'points'"):
        saveScene(bare, tmp_path / "kept.mrb")
    assert (tmp_path / "kept.mrb").read_bytes() == b"an earlier file"
    with pytest.raises(JobError, match="cannot store 'Rücken"):
        writeCaseToScene(fullCase, bare)
    writeCaseToScene(fullCase, scene)
    saveScene(scene, tmp_path / "kept.mrb")
    assert loadScene(tmp_path / "kept.mrb", scene)[0] == fullCase


def test_a_save_that_lost_something_is_not_kept(scene, fullCase, tmp_path, monkeypatch):
    writeCaseToScene(fullCase, scene)

    def loses(name, content):
        return content.replace(b'"L4_SA"', b'"L4_SB"') if name.endswith("/flexion.mrk.json") else content

    write = SceneFiles._write

    def damagedWrite(written, path):
        write(written, path)
        rewritten(path, loses).replace(path)

    monkeypatch.setattr(SceneFiles, "_write", damagedWrite)
    with pytest.raises(JobError, match=r"case\.mrb: the saved scene"):
        saveScene(scene, tmp_path / "case.mrb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a & b", "<a> \"b\" 'c' %20 #1? ;:/\\*|", "頸椎 über", "tab\there"])
def test_whatever_a_user_calls_a_node_the_scene_opens_again(scene, fullCase, tmp_path, name):
    caseNode = writeCaseToScene(fullCase, scene)
    landmarkNode(caseNode, "supine").SetName(name)
    scene.AddNewNodeByClass("vtkMRMLMarkupsLineNode", name).AddControlPoint(1.0, 2.0, 3.0)
    saveScene(scene, tmp_path / "case.mrb")
    read, _ = loadScene(tmp_path / "case.mrb", scene)
    assert read.position("supine").title.split() == name.split()
    assert read.position("supine").marks == fullCase.position("supine").marks
    lines = [scene.GetNthNodeByClass(index, "vtkMRMLMarkupsLineNode")
             for index in range(scene.GetNumberOfNodesByClass("vtkMRMLMarkupsLineNode"))]
    assert [tuple(line.GetNthControlPointPosition(0)) for line in lines if line.GetName().split() == name.split()] == [
        (1.0, 2.0, 3.0)]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_bundle_that_is_cut_short_is_one_sentence(scene, saved, share):
    _, path = saved
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match=r"^case\.mrb: .*damaged or cut short$"):
        loadScene(path, scene)


@pytest.mark.parametrize(("member", "share"), [
    ("/flexion.mrk.json", 0.5), ("/flexion.mrk.json", None), (".h5", 0.5), ("flexion.nrrd", 0.5),
    ("flexion.nrrd", None),
])  # fmt: skip
def test_a_damaged_member_of_a_bundle_is_named_and_nothing_stays_open(scene, saved, member, share):
    _, path = saved
    empty = scene.GetNumberOfNodes()
    seen = []

    def damaged(name, content):
        if not name.endswith(member):
            return content
        seen.append(name)
        return None if share is None else content[: int(share * len(content))]

    with pytest.raises(InputError, match=r"changed\.mrb: the file of '.+' is missing or damaged"):
        loadScene(rewritten(path, damaged), scene)
    assert seen
    assert scene.GetNumberOfNodes() == empty


@pytest.mark.parametrize(("text", "sentence"), [
    (None, "holds no scene"), (b"", "not a Slicer scene"), (b"<MRML version='Slicer4'", "not a Slicer scene"),
    (b"<MRML version='Slicer4'></MRML>", "holds 0 DynamicSpine cases"),
])  # fmt: skip
def test_what_is_no_scene_of_ours_is_one_sentence(scene, saved, text, sentence):
    _, path = saved
    changed = rewritten(path, lambda name, content: text if name.endswith(".mrml") else content)
    with pytest.raises(InputError, match=sentence):
        loadScene(changed, scene)


def test_a_missing_scene_and_a_folder_that_is_not_there_are_one_sentence(scene, fullCase, tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.mrb: the scene is missing"):
        loadScene(tmp_path / "nowhere.mrb", scene)
    writeCaseToScene(fullCase, scene)
    with pytest.raises(InputError, match="cannot be written"):
        saveScene(scene, tmp_path / "nowhere" / "case.mrb")
    with pytest.raises(InputError, match=r"one \.mrb file"):
        saveScene(scene, tmp_path / "case.zip")


def plausibleMarks(lengthening):
    """Corners of three lumbar bodies in a sagittal plane, with all their digits."""
    landmarks = []
    for index, level in enumerate(("L3", "L4", "L5")):
        top = 50 / 3 - index * (37 + lengthening)
        for code, y, z in (("SA", 17, 0), ("SP", -17, 0), ("IA", 17, -27), ("IP", -17, -27)):
            landmarks.append(Landmark(f"{level}_{code}", (1 / 7, y + index / 3, top + z)))
    angles = np.arange(8) * np.pi / 4
    outline = tuple((float(8 * np.cos(angle)), float(-30 + 6 * np.sin(angle)), -10 / 3) for angle in angles)
    return landmarkSet(landmarks, [Contour("L3L4_DS", outline)])


def test_folder_and_scene_open_as_the_same_case(scene, fullCase, writeVolume, tmp_path):
    volumes = {}
    positions = []
    for index, position in enumerate(fullCase.positions[:2]):
        volumes[position.id] = writeVolume(
            tmp_path / f"{position.id}{('.nrrd', '.nii.gz')[index]}", np.full((30, 80, 80), 7, dtype=np.int16),
            np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]]), (3.0, 3.0, 4.0), (-58.1, 115.7, 118.3))
        marks = plausibleMarks(index / 3)
        positions.append(replace(position, marks=marks, contourFiles=(), grades=(), observations=()))
    case = replace(fullCase, positions=tuple(positions), readings=(), bones=fullCase.bones[:1])
    writeCase(case, tmp_path / "case", volumes=volumes)
    fromFolder = readCase(tmp_path / "case")
    writeCaseToScene(fromFolder, scene, tmp_path / "case")
    saveScene(scene, tmp_path / "case.mrb")
    scene.Clear(False)
    fromScene = openCase(tmp_path / "case.mrb")
    assert fromScene == fromFolder
    assert {name: item.point_RAS for name, item in fromScene.position("flexion").marks.landmarks.items()} == {
        name: item.point_RAS for name, item in plausibleMarks(1 / 3).landmarks.items()}


def test_a_scene_with_an_implausible_case_is_refused_like_a_folder(saved):
    case, faults = openCaseWithFaults(saved[1])
    assert case is None
    assert any("do not belong together" in fault.message for fault in faults)


def test_opening_a_folder_does_not_import_slicer(runPython, tmp_path):
    done = runPython(f"""
from pathlib import Path
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.OpenCase import openCase
try:
    openCase(Path({str(tmp_path)!r}))
except InputError as error:
    print(error)
print(sorted({{name.split(".")[0] for name in sys.modules}} & {{"slicer", "vtk", "vtkmodules", "trame_slicer"}}))
""")
    assert done.stdout.splitlines()[-1] == "[]"
    assert "case.json" in done.stdout


def test_a_file_that_is_no_case_is_one_sentence(tmp_path):
    (tmp_path / "case.json").write_text("{}")
    with pytest.raises(InputError, match="a case is a folder"):
        openCase(tmp_path / "case.json")
