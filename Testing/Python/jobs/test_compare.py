"""The command compare: what it writes, says and refuses, on volumes whose tissue is known at every point."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="needs the packages of the extra 'slicer'")

import SimpleITK as sitk
from HeldVolumes import AXIAL, HELD, MOVING, REFERENCE, Series, trueMotion, twoPositions, writeHeldCase
from PhantomCases import phantomCase, truthValues

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Cli import main
from DynamicSpineLib.Compare.Comparison import comparePositions
from DynamicSpineLib.Compare.Modes import BLEND
from DynamicSpineLib.Compare.Statements import CT_BESIDE_MR, withImages
from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Jobs.CompareFigures import figuresOf
from DynamicSpineLib.Jobs.CompareJob import CompareRequest, compareToFolder
from DynamicSpineLib.Jobs.CompareMaps import comparedMaps
from DynamicSpineLib.Progress import Step, runSteps
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
from DynamicSpineLib.Scene.Overlays.CompareFrames import ComparedImages, overFrame
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Study.Case import BoneTransform
from DynamicSpineLib.Study.CaseFolder import readCase
from DynamicSpineLib.Study.Marks import CARRIED, LandmarkSet
from DynamicSpineLib.Study.VolumeVoxels import readVolume

STILLS = ("reference", "moving", "blend", "checkerboard", "reveal", "flicker", "sideBySide", "outlines", "arrows",
          "difference", "displacement", "unbent", "unbentDifference")  # fmt: skip
OTHERS = ("compare.json", "difference.nrrd", "displacement.nrrd", "unbentDifference.nrrd", "held.tfm", "unbent.h5")
LPS = np.array([-1.0, -1.0, 1.0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A case in two positions; do not write to it."""
    path = tmp_path_factory.mktemp("held") / "case"
    writeHeldCase(path)
    return path


@pytest.fixture(scope="module")
def told(folder, tmp_path_factory):
    """(folder that the command wrote for it, what it printed with --json)."""
    out, said = tmp_path_factory.mktemp("made") / "out", io.StringIO()
    headlessApplication().clear()
    with redirect_stdout(said):
        assert main([*commandOf(folder, out), "--json"]) == 0
    return out, said.getvalue()


@pytest.fixture(scope="module")
def made(told):
    """What the command wrote."""
    return told[0]


def commandOf(case, out, reference=REFERENCE, moving=MOVING, anchor=HELD):
    return ["compare", str(case), "--reference", reference, "--moving", moving, "--anchor", anchor, "--out", str(out)]


def run(capsys, *arguments):
    code = main(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def figuresIn(out):
    return json.loads((out / "compare.json").read_text(encoding="utf-8"))


def filesOf(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def against(level, held=HELD):
    """How a bone truly moved from the reference while another was held, 4x4."""
    return np.linalg.inv(trueMotion(held)) @ trueMotion(level)


def planned(case, folder, anchor=HELD):
    """(comparison, maps, warnings on the blended picture) with nothing drawn and nothing unbent."""
    grays = tuple(readVolume(folder / case.position(key).volume) for key in (REFERENCE, MOVING))
    held = replace(comparePositions(case, REFERENCE, MOVING, anchor), unbending=None)
    comparison = withImages(held, *(item.voxels for item in grays))
    maps = runSteps(comparedMaps(comparison, grays))
    frame = overFrame(comparison, ComparedImages(None, None), BLEND, (320, 320))
    return comparison, maps, frame.picture.caption.warnings


def seenChange(map_):
    """Share of the shared field whose difference is beyond the noise."""
    return float((np.abs(map_.values[map_.mask]) > map_.withinNoise).mean())


def withMarks(case, positionId, keep, **changes):
    """The case with some marks of a position only: keep(mark) -> bool, each changed."""
    def kept(item):
        marks = {name: replace(mark, **changes) for name, mark in item.marks.landmarks.items() if keep(mark)}
        return replace(item, marks=LandmarkSet(MappingProxyType(marks))) if item.id == positionId else item

    return replace(case, positions=tuple(kept(item) for item in case.positions))


def test_every_picture_map_transform_and_figure_is_there(made):
    assert {f"{name}.png" for name in STILLS} | set(OTHERS) | {"motion.png"} <= {path.name for path in made.iterdir()}
    for path in made.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_held_vertebra_and_the_others_move_as_the_phantom_truly_does(made):
    figures = figuresIn(made)
    assert np.allclose(figures["anchor"]["movingToReference_RASmm"], np.linalg.inv(trueMotion(HELD)), atol=1e-6)
    assert (figures["anchor"]["level"], figures["anchor"]["heldBy"]) == (HELD, "marks")
    levels = {item["level"]: item for item in figures["levels"]}
    assert list(levels) == list(phantomCase("lumbarSlip").chain.levels)
    for level, item in levels.items():
        angle = np.degrees(np.arccos(np.clip((np.trace(against(level)[:3, :3]) - 1) / 2, -1, 1)))
        assert item["rotationDeg"] == pytest.approx(angle, abs=0.01), level
        assert item["slideAlongAxisMm"] == pytest.approx(0.0, abs=0.01)  # the phantom bends in one plane
    stated = next(item.value for item in truthValues("lumbarSlip") if (item.metric, item.level, item.fromPosition,
                  item.position) == ("rotation", "L4L5", REFERENCE, MOVING))  # fmt: skip
    assert levels["L4"]["rotationDeg"] == pytest.approx(abs(stated), abs=0.01)


def test_every_marks_way_is_that_of_its_bone(made):
    marks = {item["name"]: item for item in figuresIn(made)["marks"]}
    reference = phantomCase("lumbarSlip").position(REFERENCE).marks
    for name in ("L4_IP", "L3_SA", "T12_SP", "S1_SA", "L5_IA"):
        start = np.array([*reference.point(name), 1.0])
        way = (against(boneOfMark(name)) @ start - start)[:3]
        parts = [marks[name][key] for key in ("forwardMm", "upMm", "leftMm")]
        assert marks[name]["lengthMm"] == pytest.approx(np.linalg.norm(way), abs=1e-3)
        assert np.linalg.norm(parts) == pytest.approx(np.linalg.norm(way), abs=2e-3)
        assert marks[name]["isHeld"] == (name == "L5_IA")
    assert marks["L4_IP"]["forwardMm"] == pytest.approx(4.0, abs=0.1)  # slips from 3 to 7 mm
    assert "forward" in marks["L4_IP"]["words"]


def test_the_difference_lies_on_the_references_grid_and_is_noise_where_all_moved_with_the_held_one(made, folder):
    difference, image = (sitk.ReadImage(str(path)) for path in (made / "difference.nrrd", folder / f"{REFERENCE}.nrrd"))
    for what in ("GetSize", "GetSpacing", "GetOrigin", "GetDirection"):
        assert np.allclose(getattr(difference, what)(), getattr(image, what)(), atol=1e-4), what
    values = sitk.GetArrayFromImage(difference)
    assert (np.abs(values) > 3.0).mean() < 0.02
    assert 0.4 < values[values != 0].std() < 1.3


def test_another_held_vertebra_shows_the_motion_of_the_tissue(folder):
    case = readCase(folder)
    held, other = (seenChange(planned(case, folder, level)[1].difference) for level in (HELD, "L2"))
    assert held < 0.02
    assert other > 0.3


def test_every_bodys_difference_is_noise_where_all_moved_with_the_held_one_and_more_elsewhere(made, folder):
    still = figuresIn(made)["difference"]["bodies"]
    moved = figuresOf(*planned(readCase(folder), folder, "L2")[:2])["difference"]["bodies"]
    assert {HELD, "L3", "L4"} <= {item["level"] for item in still}
    noise = np.sqrt(2 / np.pi)  # mean absolute value of normal noise, which the units are of
    assert [item["meanNoiseUnits"] for item in still] == pytest.approx([noise] * len(still), rel=0.25)
    assert min(item["meanNoiseUnits"] for item in moved) > 1.5 * noise
    assert min(item["meanGrayValue"] for item in moved) > 1.5 * max(item["meanGrayValue"] for item in still)


def test_the_displacement_is_zero_in_the_held_vertebra_and_the_truth_in_the_next(made):
    displacement = sitk.ReadImage(str(made / "displacement.nrrd"))
    marks = phantomCase("lumbarSlip").position(REFERENCE).marks
    for level in ("L5", "L4"):
        corners = np.array([marks.point(f"{level}_{code}") for code in ("SA", "SP", "IA", "IP")])
        for share in (0.0, 0.6):  # the middle, and points toward the corners
            for corner in corners:
                point = corners.mean(axis=0) + share * (corner - corners.mean(axis=0))
                index = displacement.TransformPhysicalPointToContinuousIndex(LPS * point)
                value = displacement.EvaluateAtContinuousIndex(index)
                way = against(level) @ [*point, 1.0] - [*point, 1.0]
                assert value == pytest.approx(np.linalg.norm(way), abs=0.3), level


def test_json_prints_one_object(told):
    out, said = told
    answer = json.loads(said)
    assert (answer["exitCode"], answer["heldBy"]) == (0, "marks")
    assert answer["files"] == {path.name: str(path.resolve()) for path in out.iterdir()}


def noPictures(*_):
    """In place of pictures, where a test is not of them."""
    yield from ()
    return {}


@pytest.mark.parametrize(("changes", "words"), [
    ({"reference": "ST_X"}, "no position 'ST_X'"),
    ({"moving": "nowhere"}, "no position 'nowhere'"),
    ({"moving": REFERENCE}, "two different positions"),
    ({"anchor": "C5"}, "no level 'C5': its levels are T12, L1"),
    ({"anchor": "L4L5"}, "no level 'L4L5'"),
])  # fmt: skip
def test_what_the_case_does_not_have_is_said_in_one_sentence(folder, tmp_path, capsys, changes, words):
    code, out, err = run(capsys, *commandOf(folder, tmp_path / "out", **changes))
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_level_that_both_have_no_mark_of_is_not_held(tmp_path, capsys):
    case = withMarks(twoPositions(), MOVING, lambda mark: boneOfMark(mark.name) != HELD)
    writeHeldCase(tmp_path / "case", case)
    code, _, err = run(capsys, *commandOf(tmp_path / "case", tmp_path / "out"))
    assert code == 2
    assert "L5 cannot be held" in err
    assert not (tmp_path / "out").exists()


def test_a_position_without_a_volume_is_named(tmp_path, capsys):
    case = twoPositions()
    positions = tuple(replace(item, volume="") if item.id == MOVING else item for item in case.positions)
    writeHeldCase(tmp_path / "case", replace(case, positions=positions))
    code, _, err = run(capsys, *commandOf(tmp_path / "case", tmp_path / "out"))
    assert code == 2
    assert f"position '{MOVING}' has no volume" in err
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_folder_stays(folder, tmp_path, capsys):
    (tmp_path / "out").write_text("keep", encoding="utf-8")
    code, _, err = run(capsys, *commandOf(folder, tmp_path / "out"))
    assert code == 2
    assert "a folder is needed" in err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "keep"


def test_a_volume_that_cannot_be_read_leaves_nothing_behind(tmp_path, capsys):
    writeHeldCase(tmp_path / "case")
    path = tmp_path / "case" / f"{MOVING}.nrrd"
    path.write_bytes(path.read_bytes()[:600])
    (tmp_path / "out").mkdir()
    code, out, err = run(capsys, *commandOf(tmp_path / "case", tmp_path / "out"))
    assert (code, out) == (2, "")
    assert MOVING in err
    assert list((tmp_path / "out").iterdir()) == []


def test_stopping_half_way_leaves_the_folder_as_it_was(folder, tmp_path):
    (tmp_path / "blend.png").write_bytes(b"of an earlier run")
    before = filesOf(tmp_path)
    steps = compareToFolder(CompareRequest(folder, REFERENCE, MOVING, HELD), tmp_path)
    next(steps)
    steps.close()
    assert filesOf(tmp_path) == before
    assert headlessApplication().scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0


def test_a_picture_that_fails_leaves_the_folder_as_it_was(tmp_path, capsys, monkeypatch):
    def failing(*_):
        yield Step(0.5, "one picture")
        raise JobError("This machine cannot draw.")

    monkeypatch.setattr("DynamicSpineLib.Scene.Overlays.ComparePictures.comparePictures", failing)
    writeHeldCase(tmp_path / "case", withMarks(twoPositions(), MOVING, lambda mark: boneOfMark(mark.name) == HELD))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "blend.png").write_bytes(b"of an earlier run")
    before = filesOf(tmp_path)
    code, out, err = run(capsys, *commandOf(tmp_path / "case", tmp_path / "out"))
    assert (code, out, err) == (1, "", "dynamicspine: This machine cannot draw.\n")
    assert filesOf(tmp_path) == before


def test_a_scene_is_a_case_and_a_vertebra_carried_to_be_checked_says_so(tmp_path, monkeypatch):
    case = withMarks(twoPositions(), MOVING, lambda _: True, origin=CARRIED, confirmed=False)
    bones = tuple(BoneTransform(level, REFERENCE, MOVING, tuple(map(tuple, trueMotion(level).tolist())), None, None,
                                "check" if level == HELD else "good") for level in case.chain.levels)  # fmt: skip
    case = writeHeldCase(tmp_path / "case", replace(case, bones=bones))
    application = headlessApplication()
    application.clear()
    writeCaseToScene(case, application.scene, tmp_path / "case")
    saveScene(application.scene, tmp_path / "case.mrb")
    application.clear()
    asked = []
    monkeypatch.setattr("DynamicSpineLib.Scene.Overlays.ComparePictures.comparePictures",
                        lambda _, *planned: asked.append(planned) or noPictures())
    request = CompareRequest(tmp_path / "case.mrb", REFERENCE, MOVING, HELD, withMotion=False)
    done = runSteps(compareToFolder(request, tmp_path / "out"))
    figures, (comparison, images) = figuresIn(tmp_path / "out"), asked[0]
    assert np.allclose(figures["anchor"]["movingToReference_RASmm"], np.linalg.inv(trueMotion(HELD)), atol=1e-6)
    assert "L5 carried: check" in figures["anchor"]["warnings"]
    assert "L5 carried: check" in overFrame(comparison, images, BLEND, (320, 320)).picture.caption.warnings
    assert "difference.nrrd" in done.files
    application.clear()


def test_one_common_vertebra_is_held_and_why_nothing_is_unbent_is_said(tmp_path, capsys):
    writeHeldCase(tmp_path / "case", withMarks(twoPositions(), MOVING, lambda mark: boneOfMark(mark.name) == HELD))
    code, out, _ = run(capsys, *commandOf(tmp_path / "case", tmp_path / "out"))
    names, figures = {path.name for path in (tmp_path / "out").iterdir()}, figuresIn(tmp_path / "out")
    assert code == 0
    assert {"blend.png", "outlines.png", "difference.png", "difference.nrrd", "held.tfm"} <= names
    assert names.isdisjoint({"unbent.png", "unbent.h5", "unbentDifference.nrrd", "displacement.nrrd", "motion.png"})
    assert (figures["field"], figures["unbentDifference"]) == (None, None)
    assert any("cannot be unbent" in sentence for sentence in figures["unavailable"])
    assert "cannot be unbent" in out


@pytest.mark.parametrize("series", [
    Series(highestShare=0.5), Series(spacingMm=(1.7, 3.1, 5.0)), Series(turnDeg=25.0),
    Series(contrast=lambda tissue: 0.3 * tissue + 20.0), Series(axes=AXIAL, spacingMm=(2.5, 2.5, 4.0)),
], ids=["field of view", "spacing", "obliquity", "contrast", "axial"])  # fmt: skip
def test_other_series_of_the_same_tissue_differ_by_noise_only(tmp_path, series):
    case = writeHeldCase(tmp_path / "case", series=series)
    comparison, maps, warnings = planned(case, tmp_path / "case")
    assert warnings == ()
    assert (maps.missing, maps.difference.warnings) == ((), ())
    assert seenChange(maps.difference) < 0.03
    assert 0.2 < figuresOf(comparison, maps)["difference"]["sharedShare"] < 1.0


def test_a_held_vertebra_outside_of_the_images_is_said(tmp_path):
    carried = withMarks(twoPositions(), MOVING, lambda _: True, origin=CARRIED)
    case = writeHeldCase(tmp_path / "case", carried, Series(lowestShare=0.6))
    title = case.position(MOVING).shownTitle
    comparison, maps, warnings = planned(case, tmp_path / "case")
    assert f"L5 lies outside of the images of {title}" in warnings
    assert warnings == tuple(figuresOf(comparison, maps)["anchor"]["warnings"])


def test_images_without_a_common_field_have_no_difference_and_say_why(tmp_path):
    case = writeHeldCase(tmp_path / "case")
    grays = [readVolume(tmp_path / "case" / case.position(key).volume) for key in (REFERENCE, MOVING)]
    x, y, z = grays[1].geometry.origin_RAS
    away = replace(grays[1], geometry=replace(grays[1].geometry, origin_RAS=(x + 500.0, y, z)))
    comparison = replace(comparePositions(case, REFERENCE, MOVING, HELD), unbending=None)
    maps = runSteps(comparedMaps(comparison, (grays[0], away)))
    assert maps.difference is None
    assert any("share no field of view" in sentence for sentence in maps.missing)


def hounsfield(tissue):
    """Bright and dark the other way, with air of -1000."""
    return np.where(tissue < 250.0, -1000.0, 900.0 - 2.0 * tissue)


def test_a_ct_beside_an_mr_is_held_and_shown_as_such_without_a_difference(tmp_path, monkeypatch, capsys):
    writeHeldCase(tmp_path / "case", series=Series(contrast=hounsfield))
    captions = []

    def planOnly(_, comparison, images):
        captions.append(overFrame(comparison, images, BLEND, (320, 320)).picture.caption)
        return noPictures()

    monkeypatch.setattr("DynamicSpineLib.Scene.Overlays.ComparePictures.comparePictures", planOnly)
    monkeypatch.setattr("DynamicSpineLib.Jobs.CompareJob._motion", noPictures)
    code, _, _ = run(capsys, *commandOf(tmp_path / "case", tmp_path / "out"))
    figures = figuresIn(tmp_path / "out")
    assert code == 0
    assert CT_BESIDE_MR in captions[0].warnings
    assert CT_BESIDE_MR in figures["anchor"]["warnings"]
    assert (figures["difference"], figures["unbentDifference"]) == (None, None)
    assert f"no intensity difference: {CT_BESIDE_MR}" in figures["unavailable"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "compare.json", "held.tfm", "unbent.h5", "displacement.nrrd"}  # fmt: skip


def test_numbers_bear_their_units(made):
    units = ("Mm", "Deg", "Units", "GrayValue", "RASmm")
    shares = {"alikeness", "sharedShare", "leastJacobian"}

    def numbers(item, name=""):
        if isinstance(item, dict):
            return {key for child, value in item.items() for key in numbers(value, child)}
        if isinstance(item, list):
            return {key for value in item for key in numbers(value, name)}
        return {name} if isinstance(item, float) else set()

    assert {name for name in numbers(figuresIn(made)) if not name.endswith(units)} <= shares
