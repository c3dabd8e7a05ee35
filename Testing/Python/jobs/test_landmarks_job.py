"""`dynamicspine landmarks`: what it writes, keeps and refuses."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from LabelledPhantoms import GRIDS, cornerErrors, geometryFor, inNumbersOf, phantom

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Cli import main
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.CarryBodies import BodyLabels, bodyMasks
from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Segmentations.LabelTable import taskNamed
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import fingerprint, readCase, writeCase
from DynamicSpineLib.Study.Marks import CARRIED, SEGMENTED, Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeVoxels import writeVolume


def moved(posed, name):
    """A landmark's true place, 1.5 mm to the front."""
    x, y, z = phantomMarks(posed)[0][name]
    return (float(x), float(y) + 1.5, float(z))


@pytest.fixture(scope="module")
def a_segmented_position(tmp_path_factory):
    """A case whose position has one placed and one carried mark, its TotalSpineSeg labels, and the phantom."""
    folder = tmp_path_factory.mktemp("segmented")
    posed = phantom()
    geometry = geometryFor(posed, GRIDS["1.5 mm"])
    labels = inNumbersOf(taskNamed("totalspineseg", "step2_output"), posed, geometry)
    writeVolume(folder / "labels.nii.gz", labels, geometry)
    writeVolume(folder / "image.nrrd", (100 * (labels > 0)).astype(np.int16), geometry)
    marks = landmarkSet([Landmark("L4_SA", moved(posed, "L4_SA")),
                         Landmark("L4_IP", moved(posed, "L4_IP"), origin=CARRIED, confirmed=False)])  # fmt: skip
    position = Position("ST_E", "standing", "extension", volume="image.nrrd", landmarksFile="ST_E.mrk.json",
                        marks=marks)  # fmt: skip
    case = Case("seg", Chain(("L2", "L3", "L4", "L5", "S1")), (position,))
    writeCase(case, folder / "case", {"ST_E": folder / "image.nrrd"})
    return folder, posed


def run(folder, *more, position="ST_E", table="totalspineseg", file="labels.nii.gz"):
    return main(["landmarks", str(folder / "case"), "--from-segmentation", str(folder / file), "--table", table,
                 "--position", position, *more])  # fmt: skip


def test_it_writes_segmented_marks_and_keeps_the_users(a_segmented_position, tmp_path, capsys):
    folder, posed = a_segmented_position
    assert run(folder, "--json", "--out", str(tmp_path / "read")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kept"] == ["L4_SA"]
    assert told["replaced"] == ["L4_IP"]
    assert {"L2_SA", "L5_IP", "S1_SP", "L3L4_CA", "L3L4_CP"} <= set(told["added"])
    assert "not among the case's levels" in told["reasons"]["T12"]
    marks = readCase(tmp_path / "read").positions[0].marks
    assert marks.point("L4_SA") == pytest.approx(moved(posed, "L4_SA"))
    assert (marks.landmarks["L4_IP"].origin, marks.landmarks["L4_IP"].confirmed) == (SEGMENTED, False)
    assert "totalspineseg" in marks.landmarks["L4_IP"].note
    points = {name: np.array(mark.point_RAS) for name, mark in marks.landmarks.items() if mark.origin == SEGMENTED}
    assert max(cornerErrors(points, phantomMarks(posed)[0], posed).values()) < 1.3


def test_reading_again_changes_nothing_that_a_user_confirmed(a_segmented_position, tmp_path, capsys):
    folder, _ = a_segmented_position
    assert run(folder, "--out", str(tmp_path / "read")) == 0
    assert "1 of yours kept" in capsys.readouterr().out
    case = readCase(tmp_path / "read")
    position = case.positions[0]
    confirmed = {name: replace(mark, confirmed=True) for name, mark in position.marks.landmarks.items()}
    case = replace(case, positions=(replace(position, marks=landmarkSet(list(confirmed.values()))),))
    writeCase(case, tmp_path / "read", basedOn=fingerprint(tmp_path / "read"))
    before = readCase(tmp_path / "read")
    assert main(["landmarks", str(tmp_path / "read"), "--from-segmentation", str(folder / "labels.nii.gz"), "--table",
                 "totalspineseg", "--position", "ST_E"]) == 0  # fmt: skip
    assert readCase(tmp_path / "read").positions[0].marks == before.positions[0].marks


@pytest.mark.parametrize(("change", "sentence"), [
    ({"position": "ST_F"}, r"--position ST_F: the case has the positions ST_E \(nearest: 'ST_E'\)"),
    ({"table": "other"}, "--table takes one of totalspineseg, totalsegmentator, spineps, slicer"),
    ({"file": "nothing.nii.gz"}, "nothing.nii.gz: the volume is missing"),
    ({"file": "elsewhere.nii.gz"}, "elsewhere.nii.gz: only 0% of its labels lie in the volume of position 'ST_E'"),
])  # fmt: skip
def test_bad_input_is_one_sentence_and_nothing_is_written(a_segmented_position, capsys, change, sentence):
    import re

    folder, posed = a_segmented_position
    geometry = geometryFor(posed, GRIDS["1.5 mm"])
    away = replace(geometry, origin_RAS=(1000.0, 0.0, 0.0))
    labels = inNumbersOf(taskNamed("totalspineseg", "step2_output"), posed, geometry)
    writeVolume(folder / "elsewhere.nii.gz", labels, away)
    before = fingerprint(folder / "case")
    assert run(folder, **change) == 2
    assert re.search(sentence, capsys.readouterr().err)
    assert fingerprint(folder / "case") == before


def test_a_point_file_wins_over_the_outline(a_segmented_position, tmp_path):
    folder, posed = a_segmented_position
    point = moved(posed, "L3_SA")
    writePoints(folder / "points.json", {"L3": {"101": point}})
    assert run(folder, "--from-segmentation", str(folder / "points.json"), "--out", str(tmp_path / "read")) == 0
    assert readCase(tmp_path / "read").positions[0].marks.point("L3_SA") == pytest.approx(point)


def writePoints(path, points):
    path.write_text(json.dumps([{"format": "POI_GLOBAL", "coordinate_system": "nib"}, points]), encoding="utf-8")


def test_points_that_would_make_a_case_unreadable_are_not_written(a_segmented_position, capsys):
    folder, posed = a_segmented_position
    before = fingerprint(folder / "case")
    swapped = {"101": "L4_IA", "102": "L4_IP", "103": "L4_SA", "104": "L4_SP"}
    writePoints(folder / "swapped.json", {"L4": {code: moved(posed, name) for code, name in swapped.items()}})
    assert run(folder, file="swapped.json") == 2
    assert "nothing was written" in capsys.readouterr().err
    assert fingerprint(folder / "case") == before


def test_bodies_of_a_segmentation_are_masks_for_carrying(a_segmented_position):
    folder, posed = a_segmented_position
    case = readCase(folder / "case")
    geometry = case.positions[0].geometry
    labels = folder / "labels.nii.gz"
    masks = bodyMasks(BodyLabels((labels,), "totalspineseg"), case.chain, geometry)
    assert set(masks) <= set(case.chain.levels)
    k, j, i = np.argwhere(masks["L4"]).mean(axis=0)
    middle = geometry.ijkToRAS @ np.array([i, j, k, 1.0])
    corners = [phantomMarks(posed)[0][f"L4_{code}"] for code in ("SA", "SP", "IA", "IP")]
    assert np.linalg.norm((middle[:3] - np.mean(corners, axis=0))[1:]) < 3.0
    with pytest.raises(InputError, match="--table takes one of"):
        BodyLabels((labels,), "none")
