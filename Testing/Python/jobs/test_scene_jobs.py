"""The same job from a Slicer scene, and the whole demo."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="needs the packages of the extra 'slicer'")

from PhantomCases import phantomCase

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Cli import main
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Study.CaseFolder import readCase


def test_a_scene_gives_the_same_digits_as_the_folder_it_came_from(a_case_folder, tmp_path, capsys):
    scene = headlessApplication().scene
    headlessApplication().clear()
    writeCaseToScene(readCase(a_case_folder), scene)
    saveScene(scene, tmp_path / "case.mrb")
    headlessApplication().clear()
    for source, out in ((a_case_folder, "folder"), (tmp_path / "case.mrb", "scene")):
        assert main(["measure", str(source), "--out", str(tmp_path / out), "--draws", "100"]) == 0
    capsys.readouterr()
    tables = [(tmp_path / name / "measurements.csv").read_bytes() for name in ("folder", "scene")]
    assert tables[0] == tables[1]


def test_the_demo_makes_measures_and_reports_its_phantom(tmp_path, capsys):
    assert main(["demo", "--out", str(tmp_path / "demo"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    report = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    assert answer["report"] == str((tmp_path / "demo" / "report.html").resolve())
    # Key images, the strip of the worst level, and this level under load and in motion.
    assert report.count("data:image/png;base64,") == 4 + 4 + 2
    compared = json.loads((tmp_path / "demo" / "compare" / "compare.json").read_text(encoding="utf-8"))
    assert (answer["compare"], compared["anchor"]["level"]) == (str((tmp_path / "demo" / "compare").resolve()), "L5")
    assert compared["anchor"]["heldBy"] == "carried bone"
    upper = next(item for item in compared["levels"] if item["level"] == "L4")
    assert upper["rotationDeg"] == pytest.approx(4.7, abs=0.5)  # as the scenario states it
    assert {"blend.png", "outlines.png", "difference.nrrd"} <= {
        path.name for path in (tmp_path / "demo" / "compare").iterdir()}  # fmt: skip
    assert main(["validate", str(tmp_path / "demo" / "case")]) == 0
    case, truth = readCase(tmp_path / "demo" / "case"), phantomCase("lumbarSlip")
    others = [position for position in case.positions if position.id != case.markedIn]
    assert len(others) == 3
    for position in others:
        marks = [mark for name, mark in position.marks.landmarks.items() if boneOfMark(name)]
        assert len(marks) > 80
        assert {(mark.origin, mark.confirmed) for mark in marks} == {("carried", False)}
        for name in ("L4_SA", "L4_IP", "L5_SP", "S1_SA"):
            apart = np.subtract(position.marks.point(name), truth.position(position.id).marks.point(name))
            assert np.hypot(apart[1], apart[2]) < 0.5, (position.id, name)
        canal = position.marks.landmarks["L4L5_CA"]
        assert (canal.origin, canal.confirmed) == ("predicted", False)
        widths = [np.linalg.norm(np.subtract(item.point("L4L5_CA"), item.point("L4L5_CP")))
                  for item in (position.marks, truth.position(position.id).marks)]  # fmt: skip
        assert abs(widths[0] - widths[1]) < 0.8, position.id
    assert 'id="origins"' in report


def test_the_demo_does_not_write_over_what_it_did_not_make(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    assert main(["demo", "--out", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_demo_says_that_a_file_is_no_folder(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    assert main(["demo", "--out", str(tmp_path / "mine.txt")]) == 2
    assert "a folder is needed" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"
