"""The rows warn where marks, images or names contradict them, and of what the case lacks."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase
from PlacedMarks import withPlaced

from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.Volumes import addVolume, volumeArray
from DynamicSpineLib.Session.AddPositions import NewPosition, addPositions
from DynamicSpineLib.Session.CaseFiles import newCase
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.PositionWarnings import WHOLE_CASE, VolumeFacts, positionWarnings
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

GRID = VolumeGeometry((9, 100, 100), (4.0, 1.0, 1.0), (-16.0, -50.0, -50.0),
                      ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))  # fmt: skip


@pytest.fixture
def opened(scene):
    """The session of a phantom case, or of another case."""
    sessions = []

    def open(case):
        sessions.append(CaseSession(writeCaseToScene(case, scene)))
        return sessions[-1]

    yield open
    for session in sessions:
        session.close()


@pytest.fixture
def load(scene):
    numbers = itertools.count()

    def loaded(name, value=None):
        value = next(numbers) if value is None else value
        return addVolume(scene, np.full(GRID.size[::-1], value, dtype=np.int16), GRID, name)

    return loaded


def test_marks_that_bend_the_other_way_are_said_in_both_rows(opened):
    warnings = runSteps(positionWarnings(opened(phantomCase("swappedPositions"))))
    doubted = {key for key, said in warnings.items() if any("may be exchanged" in text for text in said)}
    assert doubted == {"UP_F", "UP_E"}
    assert warnings["SUP_N"] == ()


def test_a_sound_case_warns_of_nothing(opened):
    warnings = runSteps(positionWarnings(opened(phantomCase("cervicalNarrowing"))))
    assert set(warnings) == {"", "SUP_N", "UP_N", "UP_F", "UP_E"}
    assert not any(warnings.values())


def test_names_and_images_are_compared_with_the_rows(scene, load):
    session = newCase(scene, "new", ("L4", "L5", "S1"))
    addPositions(session, [NewPosition(load("SAG T2 flexion sitting"), "sitting", "extension"),
                 NewPosition(load("one", 700), "supine", "neutral"), NewPosition(load("two", 700), "prone", "neutral")])
    warnings = runSteps(positionWarnings(session))
    (said,) = warnings["sitting_extension"]
    assert "flexion" in said
    assert "extension" in said
    assert warnings["supine_neutral"] == ("The image is the same as that of prone neutral, voxel by voxel.",)
    session.close()


def test_names_that_we_gave_ourselves_are_no_evidence(scene, opened):
    session = opened(replace(phantomCase("cervicalNarrowing"), positions=()))
    volume = addVolume(scene, np.zeros(GRID.size[::-1], dtype=np.int16), GRID, "SUP_N image")
    addPositions(session, [NewPosition(volume, "standing", "neutral", positionId="SUP_N")])
    assert runSteps(positionWarnings(session))["SUP_N"] == ()


def test_the_headers_are_asked_for_where_there_is_a_database(scene, load):
    session = newCase(scene, "new", ("L4", "L5", "S1"))
    addPositions(session, [NewPosition(load("3"), "sitting", "extension")])
    asked = []

    def headerOf(node):
        asked.append(node.GetName())
        return {"SeriesDescription": "sag t2 flexion"}

    facts = VolumeFacts(headerOf)
    warnings = runSteps(positionWarnings(session, facts))
    assert "in the series description says flexion" in warnings["sitting_extension"][0]
    assert runSteps(positionWarnings(session, facts)) == warnings
    assert asked == ["3"]
    session.close()


def test_voxels_are_compared_again_where_they_changed(scene, load):
    session = newCase(scene, "new", ("L4", "L5", "S1"))
    first, second = load("one", 700), load("two", 701)
    addPositions(session, [NewPosition(first, "supine", "neutral"), NewPosition(second, "prone", "neutral")])
    facts = VolumeFacts()
    assert runSteps(positionWarnings(session, facts))["prone_neutral"] == ()
    volumeArray(second)[:] = 700
    second.GetImageData().Modified()
    assert "voxel by voxel" in runSteps(positionWarnings(session, facts))["prone_neutral"][0]
    session.close()


def test_a_mark_outside_its_volume_is_said_in_its_row_and_long_lists_are_cut(opened):
    case = phantomCase("cervicalNarrowing")
    position = replace(case.positions[0], geometry=GRID)
    case = replace(case, positions=(position, *case.positions[1:]))
    for name in ("C4_SA", "C4_SP", "C5_SA", "C5_SP", "C6_SA", "C6_SP"):
        case = withPlaced(case, position.id, name, (0.0, 400.0, 0.0))
    said = runSteps(positionWarnings(opened(case)))[position.id]
    assert said[-1].startswith("And ")
    assert said[-1].endswith(" more.")
    assert all(text.endswith(".") and "\n" not in text for text in said)


def test_what_concerns_no_single_position_is_told_apart(scene, load):
    session = newCase(scene, "new", ("L4", "L5", "S1"))
    addPositions(session, [NewPosition(load("a"), "supine", "neutral")])
    warnings = runSteps(positionWarnings(session))
    assert warnings[WHOLE_CASE] == ("The case has one position only: there is no motion to measure.",)
    session.close()


def test_two_rows_of_one_posture_and_bend_are_told_what_to_state(scene, load):
    session = newCase(scene, "new", ("L4", "L5", "S1"))
    addPositions(session, [NewPosition(load("a"), "supine", "neutral"),
                                  NewPosition(load("b"), "supine", "neutral")])  # fmt: skip
    warnings = runSteps(positionWarnings(session))
    assert warnings["supine_neutral_2"][0].startswith("It is the same position as 'supine_neutral'")
    session.close()
