"""New cases, cases opened from folders, and cases saved."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase
from PlacedMarks import withPlaced

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.CaseRoles import caseNodes, volumeNode
from DynamicSpineLib.Scene.Volumes import addVolume, volumeArray
from DynamicSpineLib.Session.AddPositions import NewPosition, addPositions
from DynamicSpineLib.Session.CaseFiles import newCase, openCaseFolder, saveCase, sessionOf
from DynamicSpineLib.Session.CaseVerbs import measureSteps
from DynamicSpineLib.Study.CaseFolder import readCase, writeCase
from DynamicSpineLib.Study.EditCase import withoutPosition
from DynamicSpineLib.Study.EditMarks import withMarks
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import readVolume

GRID = VolumeGeometry((12, 30, 40), (4.0, 1.0, 1.0), (-20.0, -15.0, -20.0),
                      ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), True)  # fmt: skip


@pytest.fixture
def voxels():
    return np.random.default_rng(5).integers(0, 1000, GRID.size[::-1]).astype(np.int16)


def nudged(case):
    """The case with one corner half a millimeter further forward, and that corner."""
    position = case.positions[0]
    x, y, z = position.marks.point("L4_SA")
    point = (x, y + 0.5, z)
    return withPlaced(case, position.id, "L4_SA", point), point


def test_a_new_case_with_a_loaded_volume_is_saved_and_read_back_with_its_voxels(scene, voxels, tmp_path):
    session = newCase(scene, "first case", ("L4", "L5", "S1"))
    volume = addVolume(scene, voxels, GRID, "T2 sag upright")
    addPositions(session, [NewPosition(volume, "standing", "neutral", "weightBearing")])
    session.do("place", withPlaced(session.case, "standing_neutral", "L4_SA", (0.0, 5.0, 1 / 3)))
    assert not session.isSaved
    saveCase(session, tmp_path / "case")
    assert session.isSaved
    again = readCase(tmp_path / "case")
    assert again.caseId == "first case"
    assert again.position("standing_neutral").marks.point("L4_SA") == (0.0, 5.0, 1 / 3)
    written = readVolume(tmp_path / "case" / again.position("standing_neutral").volume)
    assert np.array_equal(np.sort(written.voxels.ravel()), np.sort(voxels.ravel()))
    session.close()


def test_a_case_folder_opens_in_the_scene_and_is_saved_where_it_came_from(scene, tmp_path):
    writeCase(withoutVolumes(phantomCase("lumbarSlip")), tmp_path / "case")
    session = openCaseFolder(scene, tmp_path / "case")
    assert session.isSaved
    moved, point = nudged(session.case)
    session.do("move", moved)
    assert not session.isSaved
    saveCase(session)
    assert readCase(tmp_path / "case").positions[0].marks.point("L4_SA") == point
    session.undo()
    assert not session.isSaved
    session.close()


def withoutVolumes(case):
    from dataclasses import replace

    return replace(case, positions=tuple(replace(item, volume="", companions={}) for item in case.positions))


def test_a_case_changed_on_disk_by_somebody_else_is_not_overwritten(scene, tmp_path):
    writeCase(withoutVolumes(phantomCase("lumbarSlip")), tmp_path / "case")
    session = openCaseFolder(scene, tmp_path / "case")
    path = tmp_path / "case" / "case.json"
    path.write_text(path.read_text(encoding="utf-8").replace("lumbarSlip", "lumbarSlap"), encoding="utf-8")
    moved, point = nudged(session.case)
    session.do("move", moved)
    with pytest.raises(InputError, match="changed on disk"):
        saveCase(session)
    saveCase(session, tmp_path / "other")
    assert readCase(tmp_path / "other").positions[0].marks.point("L4_SA") == point
    session.close()


def test_the_session_of_a_case_in_a_scene_finds_its_folder_and_what_was_not_saved(scene, tmp_path):
    writeCase(withoutVolumes(phantomCase("lumbarSlip")), tmp_path / "case")
    first = openCaseFolder(scene, tmp_path / "case")
    first.close()
    second = sessionOf(caseNodes(scene)[0])
    assert second.folder == tmp_path / "case"
    assert second.isSaved
    second.do("move", nudged(second.case)[0])
    second.close()
    third = sessionOf(caseNodes(scene)[0])
    assert not third.isSaved
    third.close()


def test_a_removed_position_comes_back_with_its_volume(scene, voxels):
    session = newCase(scene, "case", ("L4", "L5", "S1"))
    volume = addVolume(scene, voxels, GRID, "T2")
    addPositions(session, [NewPosition(volume, "supine", "neutral")])
    session.do("remove", withoutPosition(session.case, "supine_neutral"))
    assert volumeNode(session.caseNode, "supine_neutral") is None
    session.undo()
    assert volumeNode(session.caseNode, "supine_neutral") is volume
    assert np.array_equal(volumeArray(volume), voxels)
    session.close()


def test_a_case_measured_in_the_scene_has_the_values_of_the_same_case_outside(scene):
    from DynamicSpineLib.Metrics.MeasureCase import measureCase

    case = phantomCase("lumbarSlip")
    session = newCase(scene, case.caseId, case.chain.levels)
    session.do("everything", withMarks(case, {}))
    measured, told = runSteps(measureSteps(session, draws=0))
    outside = runSteps(measureCase(case, 0))
    assert [row.value for row in measured.rows] == [row.value for row in outside.rows]
    assert told[0].findings.dictation
    session.close()


@pytest.mark.parametrize("levels", [(), ("L5", "L4"), ("L4", "Q7")])
def test_a_new_case_needs_a_chain_of_levels(scene, levels):
    with pytest.raises(InputError):
        newCase(scene, "case", levels)


def test_a_case_saved_with_swapped_marks_opens_again_to_be_mended(scene, tmp_path):
    writeCase(withoutVolumes(phantomCase("lumbarSlip")), tmp_path / "case")
    session = openCaseFolder(scene, tmp_path / "case")
    position = session.case.positions[0]
    upper, lower = position.marks.point("L4_SA"), position.marks.point("L4_IA")
    swapped = withPlaced(withPlaced(session.case, position.id, "L4_SA", lower), position.id, "L4_IA", upper)
    session.do("swap", swapped)
    saveCase(session)
    with pytest.raises(InputError, match="swapped"):
        readCase(tmp_path / "case")
    again = openCaseFolder(scene, tmp_path / "case")
    assert again.case.positions[0].marks.point("L4_SA") == lower
    again.close()
