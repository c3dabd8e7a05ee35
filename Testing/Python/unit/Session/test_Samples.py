"""Sample cases: what a first-time user gets, from the phantom's own truth and the published list of files."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Session import Samples
from DynamicSpineLib.Study.CaseFolder import fingerprint, readCase, readCaseWithFaults, writeCase
from DynamicSpineLib.Study.VolumeVoxels import readVolume

PROJECT = Path(__file__).resolve().parents[4]
MANIFEST = PROJECT.parent / "shared" / "data" / "head_positions" / "manifest.csv"
LEFT = {"C3_SA", "C3_SP", "C3_IA", "C3_IP"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The cervical sample's folder, and every step that was shown while it was made."""
    steps = []
    folder = runSteps(Samples.samplePhantomCase("cervical", tmp_path_factory.mktemp("samples")), steps.append)
    return folder, steps


@pytest.fixture
def noPainting(monkeypatch):
    """Fail where anything is painted."""

    def refuse(*_):
        raise AssertionError("a volume was painted")

    monkeypatch.setattr(Samples, "paintVolumeInSteps", refuse)


def test_the_sample_opens_without_a_fault_and_says_what_it_is(made):
    case, faults = readCaseWithFaults(made[0])
    assert faults == ()
    assert case.caseId == "cervicalPhantom"
    assert "phantom" in case.notes
    assert [item.id for item in case.positions] == ["SUP_N", "UP_N", "UP_F", "UP_E"]


def test_one_position_is_marked_but_for_four_corners_and_the_others_wait_to_be_carried_to(made):
    case, truth = readCase(made[0]), phantomCase("cervicalNarrowing")
    expected = truth.position("SUP_N").marks
    marks = case.position("SUP_N").marks
    assert set(expected.landmarks) - set(marks.landmarks) == LEFT
    assert set(marks.contours) == set(expected.contours)
    assert all(marks.landmarks[name] == expected.landmarks[name] for name in marks.landmarks)
    assert all(not item.marks.landmarks and not item.marks.contours for item in case.positions if item.id != "SUP_N")
    assert case.bones == ()


def test_every_position_has_a_volume_that_shows_its_own_spine(made):
    """Fluid has a signal of about 1000, cord less than half of it: the fluid before the cord is a few voxels wide."""
    case, truth = readCase(made[0]), phantomCase("cervicalNarrowing")
    for position in case.positions:
        volume = readVolume(made[0] / position.volume)
        toIndex = np.linalg.inv(volume.geometry.ijkToRAS)
        fluid, cord = [], []
        for segment in ("C2C3", "C3C4", "C4C5", "C6C7"):
            marks = truth.position(position.id).marks
            wall, front, back = (np.array(marks.point(f"{segment}_{code}")) for code in ("CA", "KA", "KP"))
            for place, signals in ((0.5 * (wall + front), fluid), (0.5 * (front + back), cord)):
                i, j, k = np.rint(toIndex @ np.append(place, 1.0))[:3].astype(int)
                signals.append(float(volume.voxels[k, j, i]))
        assert min(fluid) > 700.0
        assert max(cord) < 600.0


def test_progress_only_grows_and_is_shown_often_enough_for_a_panel_to_stay_alive(made):
    fractions = [step.fraction for step in made[1]]
    assert len(fractions) > 200
    assert fractions == sorted(fractions)
    assert fractions[0] > 0.0
    assert 0.9 < fractions[-1] <= 1.0
    assert any("Sitting flexion" in step.message for step in made[1])


@pytest.mark.usefixtures("noPainting")
def test_an_untouched_sample_is_opened_again_without_painting(made):
    before = fingerprint(made[0])
    assert runSteps(Samples.samplePhantomCase("cervical", made[0].parent)) == made[0]
    assert fingerprint(made[0]) == before


@pytest.mark.usefixtures("noPainting")
def test_other_marks_left_to_place_make_another_case_of_the_same_volumes(made):
    other = runSteps(Samples.samplePhantomCase("cervical", made[0].parent, leftToMark=()))
    assert other != made[0]
    assert set(readCase(other).position("SUP_N").marks.landmarks) >= LEFT
    assert (other / "UP_E.nrrd").read_bytes() == (made[0] / "UP_E.nrrd").read_bytes()


@pytest.mark.usefixtures("noPainting")
def test_a_sample_that_was_worked_on_is_left_alone(made):
    worked = runSteps(Samples.samplePhantomCase("cervical", made[0].parent, leftToMark=("C4_SA",)))
    case = readCase(worked)
    writeCase(replace(case, notes="my own work"), worked, basedOn=fingerprint(worked))
    again = runSteps(Samples.samplePhantomCase("cervical", made[0].parent, leftToMark=("C4_SA",)))
    assert again != worked
    assert readCase(worked).notes == "my own work"
    assert readCase(again).notes == case.notes


def test_a_volume_that_was_changed_is_painted_anew(made, tmp_path, monkeypatch):
    """Only the changed one: the others are as they were made."""
    import shutil

    shutil.copytree(made[0], tmp_path / made[0].name)
    (tmp_path / made[0].name / "UP_F.nrrd").write_bytes(b"something else")
    painted = []

    def paint(spine, *_):
        painted.append(spine.positionId)
        raise InputError("stop here")
        yield

    monkeypatch.setattr(Samples, "paintVolumeInSteps", paint)
    with pytest.raises(InputError, match="stop here"):
        runSteps(Samples.samplePhantomCase("cervical", tmp_path))
    assert painted == ["UP_F"]


def test_a_sample_given_up_halfway_leaves_nothing_behind(tmp_path):
    steps = Samples.samplePhantomCase("lumbar", tmp_path / "new")
    while next(steps).fraction < 0.1:
        pass
    assert list((tmp_path / "new").iterdir())
    steps.close()
    assert list((tmp_path / "new").iterdir()) == []


def test_an_unknown_phantom_is_named_with_those_that_there_are(tmp_path):
    with pytest.raises(InputError, match=r"thoracic.*cervical, lumbar"):
        runSteps(Samples.samplePhantomCase("thoracic", tmp_path))


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be made"):
        runSteps(Samples.samplePhantomCase("lumbar", tmp_path / "file" / "samples"))


def test_the_published_files_are_those_of_one_participant_in_three_positions():
    files = Samples.headPositionFiles()
    assert [file.positionId for file in files] == ["SUP_F", "SUP_N", "SUP_E"]
    assert [label for file in files for label in ("headDown", "headNormal", "headUp") if label in file.url] == [
        "headDown", "headNormal", "headUp"
    ]
    assert len({file.name.split("_")[0] for file in files}) == 1
    assert "sub-002" not in files[0].url  # its folders and its series descriptions contradict each other


def test_sizes_and_hashes_are_those_of_the_published_index():
    if not MANIFEST.is_file():
        pytest.skip("the shared index is not here")
    rows = {row["path"]: row for row in csv.DictReader(MANIFEST.open(encoding="utf-8"))}
    for file in Samples.headPositionFiles():
        row = rows[file.url.split("/ds004507/", 1)[1]]
        assert (file.bytes, file.sha256) == (int(row["bytes"]), row["hash"])
        assert row["hash_algorithm"] == "SHA256"


class Downloads:
    """Three small volumes in place of the published ones, and the list that describes them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths = [self._volume(folder / file.name, shade) for shade, file in enumerate(Samples.headPositionFiles())]
        entry = json.loads(json.dumps(Samples.packageData("Study", "samples.json")))
        for item, path in zip(entry["headPositions"]["positions"], self.paths, strict=True):
            item["bytes"] = path.stat().st_size
            item["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        known = MappingProxyType({("Study", "samples.json"): entry})
        usual = Samples.packageData
        monkeypatch.setattr(Samples, "packageData", lambda *name: known[name] if name in known else usual(*name))

    @staticmethod
    def _volume(path: Path, shade: int) -> Path:
        import SimpleITK as sitk

        image = sitk.GetImageFromArray(np.full((6, 8, 4), 100 + shade, dtype=np.int16))
        image.SetSpacing((20.0, 20.0, 20.0))
        sitk.WriteImage(image, str(path), True)
        return path


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """The downloaded files of the head positions sample."""
    (tmp_path / "cache").mkdir()
    return Downloads(tmp_path / "cache", monkeypatch)


def test_downloaded_head_positions_become_a_case_that_claims_nothing(downloads, tmp_path):
    case, faults = readCaseWithFaults(Samples.openHeadPositions(downloads.paths, tmp_path / "samples"))
    assert [(item.posture, item.bend, item.volume) for item in case.positions] == [
        ("supine", "flexion", "SUP_F.nii.gz"), ("supine", "neutral", "SUP_N.nii.gz"),
        ("supine", "extension", "SUP_E.nii.gz"),
    ]
    assert not case.numbering.isConfirmed
    assert case.sidesVerifiedBy == ""
    assert not any(item.marks.landmarks for item in case.positions)
    assert "ds004507" in case.notes
    assert "CC0" in case.notes
    said = " ".join(fault.sentence() for fault in faults)
    assert {fault.severity for fault in faults} == {"warning"}
    assert "level names are not verified" in said


def test_the_downloads_stay_and_the_same_case_is_opened_again(downloads, tmp_path):
    first = Samples.openHeadPositions(downloads.paths, tmp_path / "samples")
    assert all(path.is_file() for path in downloads.paths)
    assert Samples.openHeadPositions(downloads.paths, tmp_path / "samples") == first
    writeCase(replace(readCase(first), notes="marked"), first, basedOn=fingerprint(first))
    assert Samples.openHeadPositions(downloads.paths, tmp_path / "samples") != first


def test_a_download_cut_short_is_said_with_both_sizes(downloads, tmp_path):
    content = downloads.paths[1].read_bytes()
    downloads.paths[1].write_bytes(content[:-7])
    with pytest.raises(InputError, match=rf"headNormal.*has {len(content) - 7} bytes where {len(content)}"):
        Samples.openHeadPositions(downloads.paths, tmp_path / "samples")
    assert not (tmp_path / "samples").exists()


def test_a_download_of_the_right_size_and_other_content_is_refused(downloads, tmp_path):
    content = bytearray(downloads.paths[2].read_bytes())
    content[-1] ^= 1
    downloads.paths[2].write_bytes(content)
    with pytest.raises(InputError, match=r"headUp.*is not the published file"):
        Samples.openHeadPositions(downloads.paths, tmp_path / "samples")


def test_a_missing_download_and_a_missing_path_are_said(downloads, tmp_path):
    downloads.paths[0].unlink()
    with pytest.raises(InputError, match=r"headDown.*the file is missing or did not arrive"):
        Samples.openHeadPositions(downloads.paths, tmp_path / "samples")
    with pytest.raises(InputError, match="3 files; 2 were given"):
        Samples.openHeadPositions(downloads.paths[:2], tmp_path / "samples")


def test_files_in_another_order_are_not_taken_for_other_positions(downloads, tmp_path):
    with pytest.raises(InputError, match="published"):
        Samples.openHeadPositions(downloads.paths[::-1], tmp_path / "samples")
