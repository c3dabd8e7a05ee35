"""Volumes become positions, positions change their volumes, and undo, redo and saving know which is which."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.FindPositions import findPositions
from DynamicSpineLib.Scene.Volumes import addVolume, loadVolume
from DynamicSpineLib.Session.AddPositions import NewPosition, addPositions, fromProposal
from DynamicSpineLib.Session.CaseFiles import newCase, openCaseFolder, saveCase
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.PositionVolumes import chooseVolume, volumeNames
from DynamicSpineLib.Study.EditCase import withoutPosition
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import readVolume

GRID = VolumeGeometry((9, 100, 100), (4.0, 1.0, 1.0), (-16.0, -50.0, -50.0),
                      ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))  # fmt: skip


@pytest.fixture
def session(scene):
    session = newCase(scene, "new", ("L3", "L4", "L5", "S1"))
    yield session
    session.close()


@pytest.fixture
def load(scene):
    """Load a volume whose voxels all have one value."""

    def loaded(name, value=0):
        return addVolume(scene, np.full(GRID.size[::-1], value, dtype=np.int16), GRID, name)

    return loaded


def test_a_volume_becomes_a_position_with_what_goes_with_its_posture(session, load):
    volume = load("SAG T2")
    (position,) = addPositions(session, [NewPosition(volume, "standing", "leftBend", angleDeg=20.0)])
    assert (position.title, position.load) == ("Standing, bent to the left, 20\N{DEGREE SIGN}", "weightBearing")
    assert position.geometry == GRID
    assert volumeNode(session.caseNode, position.id) is volume
    assert session.case.markedIn == position.id
    assert session.history.undoText == "added Standing, bent to the left, 20\N{DEGREE SIGN}"


def test_all_accepted_proposals_are_one_edit(scene, session, load):
    for name in ("3 SAG T2 supine neutral", "4 SAG T2 flexion sitting 30 deg", "5 SAG T2 extension sitting"):
        load(name)
    found = findPositions(scene)
    added = [fromProposal(scene.GetNodeByID(item.key), item, item.posture, item.bend) for item in found.positions]
    addPositions(session, added, found.markedIn)
    assert [(item.id, item.posture, item.bend, item.angleReachedDeg) for item in session.case.positions] == [
        ("SUP_N", "supine", "neutral", None), ("SIT_F", "sitting", "flexion", 30.0),
        ("SIT_E", "sitting", "extension", None)]  # fmt: skip
    assert [item.title for item in session.case.positions] == [
        "Supine neutral", "Sitting flexion, 30\N{DEGREE SIGN}", "Sitting extension"]
    assert session.case.markedIn == "SUP_N"
    assert session.history.count == 1
    session.undo()
    assert session.case.positions == ()
    session.redo()
    assert volumeNode(session.caseNode, "SIT_F").GetName() == "4 SAG T2 flexion sitting 30 deg"


def test_a_proposal_with_another_bend_is_named_by_that(scene, session, load):
    load("4 SAG T2 flexion sitting 30 deg")
    (proposal,) = findPositions(scene).positions
    volume = scene.GetNodeByID(proposal.key)
    (position,) = addPositions(session, [fromProposal(volume, proposal, "standing", "neutral")])
    assert (position.id, position.title) == ("standing_neutral", "Standing neutral")
    assert (position.load, position.angleReachedDeg) == ("weightBearing", None)


def test_nothing_is_added_where_one_of_several_cannot_be(scene, session, load):
    empty = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty")
    good = NewPosition(load("good"), "supine", "neutral")
    for bad, said in (([NewPosition(empty, "supine", "flexion")], "empty: the volume holds no image"),
                      ([NewPosition(load("open"), "", "flexion")], "open: choose posture and bend first")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            addPositions(session, [good, *bad])
    with pytest.raises(InputError, match="no volume was chosen"):
        addPositions(session, [])
    assert session.case.positions == ()
    assert session.history.count == 0


def test_another_volume_is_an_edit_that_undo_takes_back_and_redo_makes_again(session, load):
    first, second, third = load("first"), load("second"), load("third")
    (position,) = addPositions(session, [NewPosition(first, "supine", "neutral")])
    chooseVolume(session, position.id, second)
    chooseVolume(session, position.id, third)
    shown = lambda: volumeNode(session.caseNode, position.id)  # noqa: E731
    assert shown() is third
    assert volumeNames(session) == {position.id: "third"}
    session.undo()
    assert shown() is second
    session.undo()
    assert shown() is first
    session.redo()
    session.redo()
    assert shown() is third
    session.undo()
    session.undo()
    session.undo()
    assert session.case.positions == ()
    session.redo()
    assert shown() is first


def test_choosing_the_volume_that_is_shown_changes_nothing(session, load):
    volume = load("first")
    (position,) = addPositions(session, [NewPosition(volume, "supine", "neutral")])
    chooseVolume(session, position.id, volume)
    assert session.history.count == 1


def test_a_position_that_was_removed_comes_back_with_its_own_volume(session, load):
    first, second = load("first"), load("second")
    (position,) = addPositions(session, [NewPosition(first, "supine", "neutral")])
    session.do("removed", withoutPosition(session.case, position.id))
    (again,) = addPositions(session, [NewPosition(second, "supine", "neutral")])
    assert (again.id, again.volume != position.volume) == (position.id, True)
    assert volumeNode(session.caseNode, again.id) is second
    session.undo()
    session.undo()
    assert volumeNode(session.caseNode, position.id) is first


def test_saving_writes_the_volume_that_is_shown_and_not_an_older_file(scene, session, load, tmp_path):
    (position,) = addPositions(session, [NewPosition(load("first", 1), "supine", "neutral")])
    folder = saveCase(session, tmp_path / "case")
    chooseVolume(session, position.id, load("second", 2))
    saveCase(session)
    session.do("removed", withoutPosition(session.case, position.id))
    addPositions(session, [NewPosition(load("third", 3), "supine", "neutral")])
    addPositions(session, [NewPosition(load("fourth", 4), "prone", "neutral")])
    saveCase(session)
    values = {item.id: int(readVolume(folder / item.volume).voxels.max()) for item in session.case.positions}
    assert values == {"supine_neutral": 3, "prone_neutral": 4}
    session.close()
    opened = openCaseFolder(scene, folder)
    shown = volumeNode(opened.caseNode, "supine_neutral")
    assert shown.GetImageData().GetScalarRange() == (3.0, 3.0)
    opened.close()


def test_another_volume_drops_the_bones_that_the_old_images_gave(scene, load):
    case = phantomCase("cervicalNarrowing")
    carriedTo = case.bones[0].toPosition
    session = CaseSession(writeCaseToScene(case, scene))
    chooseVolume(session, carriedTo, load("better"))
    assert session.case.bones
    assert not [item for item in session.case.bones if carriedTo in (item.fromPosition, item.toPosition)]
    assert session.case.position(carriedTo).marks == case.position(carriedTo).marks
    session.undo()
    assert session.case.bones == case.bones
    session.close()


def test_a_volume_that_was_deleted_is_replaced_by_another_one(scene, session, load):
    first = load("first")
    (position,) = addPositions(session, [NewPosition(first, "supine", "neutral")])
    scene.RemoveNode(first)
    session.settle()
    assert volumeNames(session) == {}
    chooseVolume(session, position.id, load("second"))
    assert volumeNames(session) == {position.id: "second"}


def test_a_file_that_does_not_say_the_sides_is_remembered_as_such(scene, session, writeVolume, tmp_path):
    path = writeVolume(tmp_path / "a.nii", np.zeros((4, 5, 6), dtype=np.int16))
    header = bytearray(path.read_bytes())
    header[252:256] = bytes(4)  # qform_code and sform_code of NIfTI-1
    path.write_bytes(header)
    (position,) = addPositions(session, [NewPosition(loadVolume(scene, path), "supine", "neutral")])
    assert not position.geometry.sidesKnown
