"""The whole job on real anatomy with truth: a real volume moved by known bone motions, written, measured, reported."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf, segmentsOf
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Cli import main
from DynamicSpineLib.Phantom.JointMotion import Excursion, boneMotions, sharedTurns
from DynamicSpineLib.Phantom.MovedVolume import Series, moveVolume
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.CaseFolder import writeCase
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeVoxels import readVolume, writeVolume

PROJECT = Path(__file__).resolve().parents[3]
VOLUMES = PROJECT.parent / "shared" / "data"
FLEXION_DEG, EXTENSION_DEG = 24.0, -16.0


def position(positionId, posture, bend, marks):
    """A position with its own volume and marks."""
    landmarks = [Landmark(name, tuple(float(value) for value in point)) for name, point in marks.items()]
    return Position(id=positionId, posture=posture, bend=bend, volume=f"{positionId}.nrrd",
                    landmarksFile=f"{positionId}.mrk.json", marks=landmarkSet(landmarks))  # fmt: skip


@pytest.fixture(scope="module", params=["cervicalMarks.json", "lumbosacralMarks.json"])
def moved(request, tmp_path_factory):
    """(case folder, segment -> true rotation from extension to flexion) of one real volume in three positions."""
    described = json.loads((PROJECT / "Testing" / "Data" / request.param).read_text(encoding="utf-8"))
    source = VOLUMES / described["volume"]
    if not source.is_file():
        pytest.skip("the shared volumes are not here")
    folder = tmp_path_factory.mktemp("real")
    volume = readVolume(source)
    voxels, geometry = volume.voxels, volume.geometry
    marks, corners = described["marks"], cornersOf(described["marks"])
    segments = segmentsOf(corners)
    positions, volumes, turns = [position("SUP_N", "supine", "neutral", marks)], {}, {}
    writeVolume(folder / "SUP_N.nrrd", voxels.astype("int16"), geometry)
    volumes["SUP_N"] = folder / "SUP_N.nrrd"
    for positionId, bend, angle in (("UP_F", "flexion", FLEXION_DEG), ("UP_E", "extension", EXTENSION_DEG)):
        turns[positionId] = sharedTurns(segments, Excursion(flexionDeg=angle))
        made = moveVolume(
            voxels, geometry, marks, boneMotions(corners, turns[positionId]),
            Series(inPlaneMm=1.0, sliceMm=3.3, subSlices=2, tiltDeg=(2.0, 1.0, -2.0), noiseShare=0.02, spline=1),
        )  # fmt: skip
        volumes[positionId] = folder / f"{positionId}.nrrd"
        writeVolume(volumes[positionId], made.voxels.clip(0).astype("int16"), made.geometry)
        positions.append(position(positionId, "sitting", bend, made.marks_RAS))
    case = Case(caseId=request.param[:5], chain=Chain(tuple(corners)), positions=tuple(positions),
                numbering=Numbering(countedFrom="C2", confirmedBy="test"), markedIn="SUP_N")  # fmt: skip
    writeCase(case, folder / "case", volumes)
    known = {name: turns["UP_F"][name][0] - turns["UP_E"][name][0] for name in turns["UP_F"]}
    return folder / "case", known


@pytest.fixture(scope="module")
def rows(moved, tmp_path_factory):
    """The rows that the report command writes for the case, and its HTML."""
    pytest.importorskip("trame_slicer", reason="needs the packages of the extra 'slicer'")
    out = tmp_path_factory.mktemp("report")
    assert main(["report", str(moved[0]), "--out", str(out), "--draws", "200"]) == 0
    with (out / "measurements.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), (out / "report.html").read_text(encoding="utf-8")


def test_a_moved_real_volume_is_a_case_without_faults(moved, capsys):
    assert main(["validate", str(moved[0])]) == 0
    assert "0 errors" in capsys.readouterr().out


def test_the_known_rotations_of_real_bones_come_out(moved, rows):
    measured = {
        row["level"]: float(row["value"])
        for row in rows[0]
        if (row["metric"], row["fromPosition"], row["position"], row["status"]) == ("rotation", "UP_E", "UP_F", "ok")
    }
    assert set(moved[1]) <= set(measured)
    for level, angle in moved[1].items():
        assert measured[level] == pytest.approx(angle, abs=0.15), level
    assert sum(measured.values()) == pytest.approx(FLEXION_DEG - EXTENSION_DEG, abs=0.3)


def test_real_bones_keep_their_size_in_every_position(rows):
    depths = {}
    for row in rows[0]:
        if (row["metric"], row["kind"], row["status"]) == ("bodyDepth", "state", "ok"):
            depths.setdefault(row["level"], []).append(float(row["value"]))
    assert depths
    for level, values in depths.items():
        assert max(values) - min(values) < 0.15, level


def test_the_report_shows_every_position_of_the_real_spine(rows):
    # Key images, the strip of the worst level, and this level in motion; no upright neutral series is there for load.
    assert rows[1].count("data:image/png;base64,") == 3 + 3 + 1
