"""Case folders: what is written comes back, all of it or nothing, and nobody else's change is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Study import Atomic, CaseFolder
from DynamicSpineLib.Study.Case import BoneTransform, Reading
from DynamicSpineLib.Study.Marks import Landmark, LandmarkSet
from DynamicSpineLib.Study.Position import Grade, Observation, Symptom

EYE = tuple(tuple(float(row == column) for column in range(4)) for row in range(4))
COVARIANCE = tuple(tuple(0.1 * (row == column) for column in range(6)) for row in range(6))


def bent(kit, degrees, shiftMm):
    """A spine bent evenly, somewhere in the scanner."""
    names = [upper + lower for upper, lower in zip(kit.lumbar, kit.lumbar[1:], strict=False)]
    return kit.spine(joints={name: kit.turn(degrees) for name in names}, origin_RAS=(shiftMm, 1 / 3, -0.1 - 0.2))


@pytest.fixture
def richCase(kit):
    """A case that uses every member of the format."""
    case = kit.case(
        {"supine": bent(kit, -3, 0.0), "flexed": bent(kit, 5, 4.0)},
        markedIn="supine",
        reference="supine",
        sex="F",
        segments=MappingProxyType({"L4L5": "fused"}),
        noise=MappingProxyType({"corner": 0.4}),
        landmarkSdMm=0.6,
        sidesVerifiedBy="B. Reader",
        notes="first line\nsecond \u00fc",
        observations=(Observation("L4L5", "t2Signal", None),),
        bones=(
            BoneTransform(
                "L4",
                "supine",
                "flexed",
                EYE,
                COVARIANCE,
                (0.1, 0.2, 0.3),
                "good",
                MappingProxyType({"overlap": 0.93, "method": "points"}),
            ),
        ),
        readings=(
            Reading("R \u00c4", 2, "2025-03-01", marks=MappingProxyType({"supine": bent(kit, -3, 0.1).marks()})),
        ),
    )
    flexed = replace(
        case.positions[1],
        title="Flexion, sitting",
        load="weightBearing",
        gravity_RAS=(0.0, -0.1, -1.0),
        stoppedBy="pain",
        quality="limited",
        date="2025-03-01T09:30",
        scanner="0.6 T",
        minutesUpright=12.0,
        support="arm rest",
        grades=(Grade("L4L5", "leeLumbar", "2", reader="R"),),
        observations=(Observation("L4L5", "parsDefect", True, "L"),),
        symptoms=(Symptom("leg", "L", 7.0, True, "calf"),),
        notes="n",
    )
    return replace(case, positions=(case.positions[0], flexed))


def withoutFiles(case):
    """The case without the names of its files, which are made when it is written."""
    positions = tuple(replace(item, landmarksFile="", contourFiles=()) for item in case.positions)
    return replace(
        case, positions=positions, readings=tuple(replace(item, files=MappingProxyType({})) for item in case.readings)
    )


def contentOf(folder):
    """Every file below a folder, with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_everything_that_a_case_holds_comes_back(richCase, tmp_path):
    CaseFolder.writeCase(richCase, tmp_path / "case")
    case, faults = CaseFolder.readCaseWithFaults(tmp_path / "case")
    assert faults == ()
    assert withoutFiles(case) == withoutFiles(richCase)
    assert CaseFolder.readCase(tmp_path / "case") == case


def test_writing_again_changes_no_byte(richCase, tmp_path):
    CaseFolder.writeCase(richCase, tmp_path)
    before = contentOf(tmp_path)
    CaseFolder.writeCase(CaseFolder.readCase(tmp_path), tmp_path, basedOn=CaseFolder.fingerprint(tmp_path))
    assert contentOf(tmp_path) == before


def test_levels_that_are_left_out_are_those_of_the_marks(caseJson):
    folder = caseJson(lambda raw: raw.pop("levels") and None)
    assert CaseFolder.readCase(folder).chain.levels == ("L1", "L2", "L3", "L4", "L5", "S1")


def test_only_the_required_members_are_needed(caseJson):
    def bare(raw):
        return {
            "formatVersion": 1,
            "caseId": "x",
            "positions": {
                name: {key: position[key] for key in ("posture", "bend", "landmarks")}
                for name, position in raw["positions"].items()
            },
        }

    case = CaseFolder.readCase(caseJson(bare))
    assert [position.id for position in case.positions] == ["supine", "flexed"]
    assert not case.numbering.isConfirmed


def test_keys_of_others_are_kept_where_a_case_is_written_again(caseJson):
    def add(raw):
        raw["project"] = {"grant": [1, 2]}
        raw["positions"]["supine"]["sequenceName"] = "t2_tse"

    folder = caseJson(add)
    case, faults = CaseFolder.readCaseWithFaults(folder)
    assert sorted(fault.severity for fault in faults) == ["warning", "warning"]
    CaseFolder.writeCase(replace(case, notes="new"), folder, basedOn=CaseFolder.fingerprint(folder))
    raw = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    assert (raw["project"], raw["positions"]["supine"]["sequenceName"], raw["notes"]) == (
        {"grant": [1, 2]},
        "t2_tse",
        "new",
    )


def test_a_case_is_not_written_over_another(richCase, tmp_path):
    CaseFolder.writeCase(richCase, tmp_path)
    before = contentOf(tmp_path)
    with pytest.raises(InputError, match="already holds a case"):
        CaseFolder.writeCase(richCase, tmp_path)
    assert contentOf(tmp_path) == before


@pytest.mark.parametrize("name", ["case.json", "supine.mrk.json"])
def test_a_change_on_disk_is_not_lost(richCase, tmp_path, name):
    CaseFolder.writeCase(richCase, tmp_path)
    basedOn = CaseFolder.fingerprint(tmp_path)
    (tmp_path / name).write_text((tmp_path / name).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    before = contentOf(tmp_path)
    with pytest.raises(InputError, match="was changed on disk since it was read"):
        CaseFolder.writeCase(richCase, tmp_path, basedOn=basedOn)
    assert contentOf(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_named_and_nothing_is_written(richCase, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"cannot be written \(Not a directory\)"):
        CaseFolder.writeCase(richCase, tmp_path / "file" / "case")
    assert contentOf(tmp_path) == {"file": b"x"}


def test_a_full_disk_leaves_the_folder_as_it_was(richCase, tmp_path, monkeypatch):
    CaseFolder.writeCase(richCase, tmp_path)
    before, basedOn = contentOf(tmp_path), CaseFolder.fingerprint(tmp_path)

    def fail(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Atomic.os, "fsync", fail)
    with pytest.raises(InputError, match="No space left on device"):
        CaseFolder.writeCase(replace(richCase, notes="new"), tmp_path, basedOn=basedOn)
    assert contentOf(tmp_path) == before


@pytest.mark.parametrize("last", range(7))
def test_a_file_that_cannot_be_replaced_leaves_all_as_they_were(richCase, tmp_path, monkeypatch, last):
    CaseFolder.writeCase(richCase, tmp_path)
    before, basedOn, move, count = contentOf(tmp_path), CaseFolder.fingerprint(tmp_path), os.replace, [0]

    def refuse(source, target):
        count[0] += 1
        if count[0] == last + 1:
            raise PermissionError(13, "Permission denied")
        move(source, target)

    moved = replace(
        richCase,
        notes="new",
        positions=(replace(richCase.positions[0], marks=richCase.positions[1].marks), *richCase.positions[1:]),
    )
    monkeypatch.setattr(Atomic.os, "replace", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        CaseFolder.writeCase(moved, tmp_path, basedOn=basedOn)
    assert contentOf(tmp_path) == before


def test_a_case_that_could_not_be_read_back_is_not_written(richCase, tmp_path):
    bad = {
        "not a landmark name": replace(
            richCase.positions[0], marks=LandmarkSet({"L9_SA": Landmark("L9_SA", (0.0, 0.0, 0.0))})
        ),
        "not a finite number": replace(
            richCase.positions[0], marks=LandmarkSet({"L4_SA": Landmark("L4_SA", (np.nan, 0.0, 0.0))})
        ),
        "must be one of supine": replace(richCase.positions[0], posture="floating"),
        "outside the case folder": replace(richCase.positions[0], landmarksFile="/etc/x.mrk.json"),
        "neither there nor given": replace(richCase.positions[0], volume="supine.nrrd"),
    }
    for words, position in bad.items():
        with pytest.raises(InputError) as caught:
            CaseFolder.writeCase(replace(richCase, positions=(position, *richCase.positions[1:])), tmp_path / "new")
        faults = caught.value.faults if isinstance(caught.value, InputFaults) else ()
        assert any(words in text for text in [str(caught.value), *(fault.sentence() for fault in faults)]), words
        assert not (tmp_path / "new").exists()


def test_volumes_and_companions_are_copied_in_with_the_case(richCase, tmp_path):
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(np.zeros((9, 200, 200), dtype=np.uint8))
    image.SetOrigin((-100.0, -100.0, -50.0))
    image.SetSpacing((1.0, 1.0, 40.0))
    sitk.WriteImage(image, str(tmp_path / "source.nii.gz"))
    (tmp_path / "axial.nrrd").write_bytes(b"x")
    supine = replace(richCase.positions[0], companions=MappingProxyType({"axialT2": "more/axial.nrrd"}))
    case = replace(richCase, positions=(supine, richCase.positions[1]))
    volumes = {"supine": tmp_path / "source.nii.gz", "more/axial.nrrd": tmp_path / "axial.nrrd"}
    CaseFolder.writeCase(case, tmp_path / "case", volumes)
    read = CaseFolder.readCase(tmp_path / "case")
    assert read.positions[0].volume == "supine.nii.gz"
    assert read.positions[0].geometry.size == (200, 200, 9)
    assert (tmp_path / "case" / "supine.nii.gz").read_bytes() == (tmp_path / "source.nii.gz").read_bytes()
    CaseFolder.writeCase(read, tmp_path / "copy", CaseFolder.caseFiles(read, tmp_path / "case"))
    assert CaseFolder.readCase(tmp_path / "copy") == read


def test_a_dicom_folder_is_copied_in_whole(richCase, tmp_path):
    series = tmp_path / "1.2.840.7"
    series.mkdir()
    (series / "0001").write_bytes(b"x")
    CaseFolder.writeCase(richCase, tmp_path / "case", {"supine": series})
    assert (tmp_path / "case" / "supine" / "0001").read_bytes() == b"x"
    _, faults = CaseFolder.readCaseWithFaults(tmp_path / "case")
    assert [fault.sentence() for fault in faults] == ["supine, position 'supine': is a folder without a DICOM series"]


def test_a_picture_is_no_volume(richCase, tmp_path):
    (tmp_path / "x.png").write_bytes(b"x")
    with pytest.raises(InputError, match=r"x\.png: is none of the volume files"):
        CaseFolder.writeCase(richCase, tmp_path / "case", {"supine": tmp_path / "x.png"})
    assert not (tmp_path / "case").exists()


def test_a_volume_for_no_position_is_refused(richCase, tmp_path):
    (tmp_path / "x.nrrd").write_bytes(b"x")
    with pytest.raises(InputError, match="'prone', which is no position of the case"):
        CaseFolder.writeCase(richCase, tmp_path / "case", {"prone": tmp_path / "x.nrrd"})


def test_files_are_as_readable_as_others_and_no_temporary_one_stays(richCase, tmp_path):
    CaseFolder.writeCase(richCase, tmp_path / "case")
    (tmp_path / "other").write_text("", encoding="utf-8")
    assert (tmp_path / "case" / "case.json").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert not [name for name in contentOf(tmp_path) if "/." in name or name.startswith(".")]


def test_reading_changes_nothing_on_disk(richCase, tmp_path):
    CaseFolder.writeCase(richCase, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    CaseFolder.readCase(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_five_positions_with_two_hundred_marks_are_read_in_a_blink(kit, tmp_path):
    levels = ("T9", "T10", "T11", "T12", *kit.lumbar)
    spines = {f"p{index}": kit.spine(levels, origin_RAS=(0.0, float(index), 0.0)) for index in range(5)}
    assert min(len(spine.points) for spine in spines.values()) >= 200
    CaseFolder.writeCase(kit.case(spines), tmp_path)
    CaseFolder.readCase(tmp_path)
    times = []
    for _ in range(5):
        start = time.process_time()
        CaseFolder.readCase(tmp_path)
        times.append(time.process_time() - start)
    assert min(times) < 0.2  # 0.06 s on the machine this was written on, with 90 files of curves besides


def test_importing_it_loads_no_heavy_package():
    code = (
        "import sys; from DynamicSpineLib.Study import CaseFolder; "
        "print(sorted({'SimpleITK', 'scipy', 'vtk', 'vtkmodules', 'slicer', 'jinja2', 'pydicom'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "[]"


def test_curves_share_a_file_unless_they_have_one_of_their_own(kit, tmp_path):
    spine = kit.spine(("L3", "L4", "L5", "S1"))
    case = kit.case({"supine": spine, "flexed": spine.shifted(0, 1, 2)})
    own = replace(case.positions[0], contourFiles=("saved/by-slicer-L4L5_DS.mrk.json", "older.mrk.json"))
    CaseFolder.writeCase(replace(case, positions=(own, case.positions[1])), tmp_path)
    read = CaseFolder.readCase(tmp_path)
    assert set(read.positions[0].contourFiles) == {"saved/by-slicer-L4L5_DS.mrk.json", "contours/supine.mrk.json"}
    assert read.positions[1].contourFiles == ("contours/flexed.mrk.json",)
    assert [item.marks for item in read.positions] == [item.marks for item in case.positions]
