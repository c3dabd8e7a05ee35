"""Paths that a case is opened from: each is known for what it is, or answered with where the case may be."""

from __future__ import annotations

import json

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.CasePath import FOLDER, SCENE, CasePath, caseFileConfidence, casePath
from DynamicSpineLib.Study.CaseFolder import writeCase

MARKUPS = 0.6
"""The most that the application's own readers answer for a .json file (qSlicerMarkupsReader)."""


@pytest.fixture
def folder(tmp_path):
    """A case folder with marks in one position, and no volume."""
    from dataclasses import replace

    case = phantomCase("lumbarSlip", ("SUP_N",))
    path = tmp_path / "study" / "case"
    writeCase(replace(case, positions=(replace(case.positions[0], volume=""),)), path)
    return path


def test_a_case_folder_and_its_file_are_the_same_case(folder):
    assert casePath(folder) == CasePath(FOLDER, folder)
    assert casePath(folder / "case.json") == CasePath(FOLDER, folder)


@pytest.mark.parametrize("name", ["a.mrb", "B.MRB", "c.mrml"])
def test_a_scene_is_known_by_its_ending(tmp_path, name):
    (tmp_path / name).write_bytes(b"anything")
    assert casePath(tmp_path / name) == CasePath(SCENE, tmp_path / name)


def test_a_folder_that_is_called_like_a_scene_is_a_folder(folder):
    moved = folder.rename(folder.parent / "study.mrb")
    assert casePath(moved) == CasePath(FOLDER, moved)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("name", "said"), [
    ("study", "the case is in its folder 'case'"),
    ("study/case/SUP_N.mrk.json", "SUP_N.mrk.json is a part of the case in"),
    ("study/case/contours", "is no case folder"),
    ("nowhere", "is not there"),
    ("notes.txt", "notes.txt is no case: a case is a folder with case.json, or a .mrb or .mrml scene"),
    ("many", r"there are cases in '0', '1', '2' and 1 more: open one of them"),
    ("scenes", "to open a scene choose its file, 'x.mrb'"),
    ("a\0b", "is not there"),
    ("x" * 5000, "is not there"),
])  # fmt: skip
def test_what_is_no_case_is_answered_with_where_the_case_is(tmp_path, name, said):
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "x.mrb").write_bytes(b"scene")
    for number in range(4):
        (tmp_path / "many" / str(number)).mkdir(parents=True)
        (tmp_path / "many" / str(number) / "case.json").write_text("{}")
    with pytest.raises(InputError, match=said):
        casePath(tmp_path / name)


def test_the_application_is_told_which_json_files_are_cases(folder, tmp_path):
    assert caseFileConfidence(folder / "case.json") > MARKUPS
    assert caseFileConfidence(folder / "SUP_N.mrk.json") == 0.0
    other = folder / "other.json"
    other.write_bytes((folder / "case.json").read_bytes())
    assert caseFileConfidence(other) == 0.0
    assert caseFileConfidence(folder) == 0.0
    assert caseFileConfidence(tmp_path / "a\0b") == 0.0


@pytest.mark.parametrize(("content", "isTaken"), [
    (b'{"formatVersion": 1, "caseId": "x"', True),  # cut short: the panel says what is wrong with it
    (b'{"formatVersion": 99, "positions": {}}', True),  # of a newer program: the panel says so
    (b'{"name": "another program"}', False),
    (b"[1, 2, 3]", False),
    (b"", False),
    (b"\xff\xfe\x00", False),
])  # fmt: skip
def test_a_file_that_only_shares_the_name_is_left_to_others(tmp_path, content, isTaken):
    (tmp_path / "case.json").write_bytes(content)
    assert (caseFileConfidence(tmp_path / "case.json") > MARKUPS) is isTaken


def test_the_answer_is_a_float_since_the_application_takes_no_other(folder):
    """qSlicerScriptedFileReader takes whole numbers for 0."""
    for path in (folder / "case.json", folder, folder / "none"):
        assert type(caseFileConfidence(path)) is float


def test_a_large_case_is_known_quickly(folder):
    import time

    raw = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    raw["notes"] = "x" * 4_000_000
    (folder / "case.json").write_text(json.dumps(raw), encoding="utf-8")
    start = time.perf_counter()
    assert caseFileConfidence(folder / "case.json") > MARKUPS
    assert time.perf_counter() - start < 0.5
