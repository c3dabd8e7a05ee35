"""Carrying the marks of one position to the others: what is written, said and left alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PhantomCases import phantomCase
from TrueCarry import SCENARIO, TrueCarry, engine, failed, markedOnce, smallVolume, writeTrueCase

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Cli import main
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.CarryAnswer import carryAnswer
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Jobs.PropagateJob import propagate
from DynamicSpineLib.Progress import Step, runSteps
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Registration.PredictMarks import PredictedMarks
from DynamicSpineLib.Registration.Reasons import reasonsOfQuality
from DynamicSpineLib.Study.CarryState import CHECK
from DynamicSpineLib.Study.CaseFolder import readCase, writeCase
from DynamicSpineLib.Study.Marks import CARRIED, MISSING, PLACED, Landmark, LandmarkSet
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

START = "SUP_N"


@pytest.fixture(scope="module")
def a_marked_once(tmp_path_factory):
    """A phantom marked in its supine position, with small volumes; do not write to it."""
    return writeTrueCase(tmp_path_factory.mktemp("once") / "case", markedOnce(phantomCase(SCENARIO), START))


@pytest.fixture
def folder(a_marked_once, tmp_path):
    """A copy of it that a test may change."""
    return shutil.copytree(a_marked_once, tmp_path / "case")


@pytest.fixture
def withTruth(monkeypatch):
    """Lets the command line carry by the phantom's true motion."""

    def use(verdicts=None, log=None):
        monkeypatch.setattr("DynamicSpineLib.Jobs.PropagateJob.carryEngine", lambda: engine(verdicts, log))

    return use


def run(capsys, *arguments):
    code = main([str(item) for item in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def filesOf(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def carry(folder, options=CarryOptions(), out=None, verdicts=None, log=None):  # noqa: B008 - a frozen value
    return runSteps(propagate(folder, options, out, engine(verdicts, log)))


def changedCase(folder, change):
    """Write the folder's case anew with some positions changed: change(position) -> position."""
    from DynamicSpineLib.Study.CaseFolder import fingerprint

    state, case = fingerprint(folder), readCase(folder)
    writeCase(replace(case, positions=tuple(change(item) for item in case.positions)), folder, basedOn=state)


def withMarks(position, *marks):
    landmarks = {**position.marks.landmarks, **{item.name: item for item in marks}}
    return replace(position, marks=LandmarkSet(MappingProxyType(landmarks)))


def nearTruth(name, aside=2.0, **fields):
    """A mark of standing flexion, some mm beside where it truly is."""
    x, y, z = phantomCase(SCENARIO).position("ST_F").marks.point(name)
    return Landmark(name, (x, y + aside, z), **fields)


def test_every_bones_marks_reach_every_position_where_the_phantom_has_them(folder):
    carry(folder)
    case, truth = readCase(folder), phantomCase(SCENARIO)
    count = 0
    for position in case.positions:
        expected = truth.position(position.id).marks
        for name in (name for name in expected.landmarks if boneOfMark(name)):
            mark = position.marks.landmarks[name]
            assert np.allclose(mark.point_RAS, expected.point(name), atol=1e-6), (position.id, name)
            assert (mark.origin, mark.confirmed) == ((PLACED, True) if position.id == START else (CARRIED, False))
            count += 1
    assert count > 100


def test_the_case_keeps_each_transform_with_covariance_verdict_and_reasons(folder):
    reason = Reason("similarityLow", {"similarity": 0.4, "expected": 0.7})
    carry(folder, verdicts={("ST_F", "L4"): (CHECK, reason), ("ST_F", "L5"): failed()})
    bones = {(bone.level, bone.toPosition): bone for bone in readCase(folder).bones}
    assert bones["L4", "ST_F"].verdict == "check"
    assert reasonsOfQuality(bones["L4", "ST_F"].quality) == (reason,)
    assert bones["L4", "ST_F"].quality["similarity"] == 0.91
    assert bones["L4", "ST_E"].covariance is not None
    assert (bones["L5", "ST_F"].verdict, bones["L5", "ST_F"].covariance) == ("failed", None)
    assert "L5_SA" not in readCase(folder).position("ST_F").marks.landmarks


def test_marks_that_a_user_placed_or_declared_missing_stay_and_are_handed_to_the_search(folder):
    mine, gone = nearTruth("L4_SA"), Landmark("L4_SP", None, MISSING)
    accepted, guessed = (nearTruth(name, origin=CARRIED, confirmed=name == "L3_SA") for name in ("L3_SA", "L3_SP"))
    marks = (mine, gone, accepted, guessed)
    changedCase(folder, lambda item: withMarks(item, *marks) if item.id == "ST_F" else item)
    log = []
    done = carry(folder, CarryOptions(toPositions=("ST_F",)), log=log)
    after = readCase(folder).position("ST_F").marks.landmarks
    assert [after[item.name] for item in (mine, gone, accepted)] == [mine, gone, accepted]
    assert after["L3_SP"].point_RAS != guessed.point_RAS
    assert log[0][1].obeyed == {"L4_SA", "L3_SA"}
    assert done.carried.positions[0].merged.kept == ("L3_SA", "L4_SA", "L4_SP")


def test_marks_that_would_contradict_those_placed_there_are_not_carried_and_the_case_can_be_opened(folder):
    behind = nearTruth("L4_SA", aside=-60.0)
    changedCase(folder, lambda item: withMarks(item, behind) if item.id == "ST_F" else item)
    done = carry(folder, CarryOptions(toPositions=("ST_F",)))
    bones = {bone.level: bone for bone in done.carried.positions[0].bones}
    assert (bones["L4"].verdict, bones["L4"].reasons[0].code) == ("failed", "marksContradict")
    assert bones["L3"].verdict == "good"
    after = readCase(folder).position("ST_F").marks
    assert after.landmarks["L4_SA"] == behind
    assert after.point("L4_SP") is None
    assert after.point("L3_SP") is not None


def test_marks_carried_beyond_the_image_leave_a_case_that_can_be_opened(folder):
    array, geometry = smallVolume(phantomCase(SCENARIO).position("ST_F").marks, 3)
    half = replace(geometry, size=(*geometry.size[:2], geometry.size[2] // 2))
    writeVolume(folder / "cut.nrrd", array[: half.size[2]], half)
    changedCase(folder, lambda item: replace(item, volume="cut.nrrd") if item.id == "ST_F" else item)
    carry(folder)
    assert readCase(folder).position("ST_F").marks.landmarks["L1_SA"].origin == CARRIED


def test_only_the_levels_and_positions_that_were_named_are_carried(folder):
    carry(folder)
    before = readCase(folder)
    log = []
    carry(folder, CarryOptions(START, ("ST_E",), ("L5", "L4")), verdicts={("ST_E", "L4"): failed()}, log=log)
    after = readCase(folder)
    assert [(item[1].positionId, item[2]) for item in log] == [("ST_E", ("L4", "L5"))]
    assert after.position("ST_F").marks == before.position("ST_F").marks
    assert after.position("ST_E").marks.landmarks["L3_SA"] == before.position("ST_E").marks.landmarks["L3_SA"]
    assert after.position("ST_E").marks.point("L4_SA") is None
    assert len(after.bones) == len(before.bones)


def test_the_new_case_goes_where_it_is_sent_and_the_old_one_stays_as_it_was(folder, tmp_path):
    before = filesOf(folder)
    carry(folder, out=tmp_path / "second")
    assert filesOf(folder) == before
    assert readCase(tmp_path / "second").position("ST_F").marks.point("L4_SA") is not None
    assert (tmp_path / "second" / "ST_F.nrrd").is_file()
    with pytest.raises(InputError, match="there is a case already"):
        carry(folder, out=tmp_path / "second")


def test_soft_tissue_is_predicted_from_the_carried_bones_and_never_replaces_what_was_placed(folder):
    placed = nearTruth("L4L5_CA", aside=1.0)
    changedCase(folder, lambda item: withMarks(item, placed) if item.id == "ST_F" else item)
    asked = []

    def predict(case, source, target, bones):
        asked.append((source.positionId, target.positionId, set(target.points_RAS), len(bones)))
        yield Step(0.5, "looking for the canal")
        truth = phantomCase(SCENARIO).position(target.positionId).marks
        names = [name for name in truth.landmarks if not boneOfMark(name) and truth.point(name) is not None]
        assert case.position(target.positionId).marks.point("L4_SA") is not None
        found = [Landmark(name, truth.point(name), origin="predicted", confirmed=False) for name in names]
        return PredictedMarks(tuple(found), (), {"L5S1_CA": "No edge was found."})

    searches = replace(engine(), predictTissue=predict)
    done = runSteps(propagate(folder, CarryOptions(), None, searches))
    assert carryAnswer(done)["positions"][0]["notPredicted"] == {"L5S1_CA": "No edge was found."}
    after = readCase(folder).position("ST_F").marks.landmarks
    assert after["L4L5_CA"] == placed
    assert (after["L4L5_CP"].origin, after["L4L5_CP"].confirmed) == ("predicted", False)
    assert [item[:2] for item in asked] == [(START, "ST_N"), (START, "ST_F"), (START, "ST_E")]
    assert all("L4_SA" in item[2] and item[3] == 7 for item in asked)


def test_a_second_run_changes_nothing(folder):
    carry(folder)
    before = filesOf(folder)
    carry(folder)
    assert filesOf(folder) == before


def test_stopping_between_steps_leaves_the_case_as_it_was(folder):
    before = filesOf(folder)
    for count in (1, 4, 9, 25):
        steps = propagate(folder, CarryOptions(), None, engine())
        for _ in range(count):
            next(steps)
        steps.close()
        assert filesOf(folder) == before


def test_stopping_with_the_keyboard_leaves_the_case_as_it_was(folder, capsys, monkeypatch):
    class Stopped(TrueCarry):
        def __call__(self, source, target, chain, segments, levels=None):
            if target.positionId == "ST_F":
                raise KeyboardInterrupt
            return super().__call__(source, target, chain, segments, levels)

    stopped = replace(engine(), carryBones=Stopped())
    monkeypatch.setattr("DynamicSpineLib.Jobs.PropagateJob.carryEngine", lambda: stopped)
    before = filesOf(folder)
    assert run(capsys, "propagate", folder)[0] == 130
    assert filesOf(folder) == before


def test_a_case_that_changed_on_disk_meanwhile_is_not_overwritten(folder):
    steps = propagate(folder, CarryOptions(), None, engine())
    next(steps)
    text = (folder / "case.json").read_text(encoding="utf-8")
    (folder / "case.json").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="changed on disk"):
        runSteps(steps)


def test_json_gives_verdict_reasons_quality_transform_and_seconds_of_every_bone(folder, capsys, withTruth):
    apart = Reason("restartsDisagree", {"spreadMm": np.float32(2.5)})
    withTruth({("ST_F", "L4"): (CHECK, apart), ("ST_F", "L5"): failed()})
    code, out, err = run(capsys, "propagate", folder, "--to", "ST_F", "--json")
    answer = json.loads(out)
    assert (code, answer["exitCode"], answer["from"], err) == (0, 0, START, "")
    bones = {bone["level"]: bone for bone in answer["positions"][0]["bones"]}
    assert bones["L4"]["verdict"] == "check"
    assert bones["L4"]["reasons"][0] == {
        "code": "restartsDisagree", "sentence": "Searches from different starts ended up to 2.5 mm apart.",
        "short": "starts disagree", "numbers": {"spreadMm": 2.5}}  # fmt: skip
    assert bones["L4"]["quality"] == {"similarity": 0.91}
    assert bones["L4"]["seconds"] == 0.25
    truth = next(item for item in phantomCase(SCENARIO).bones if (item.level, item.toPosition) == ("L4", "ST_F"))
    assert np.allclose(bones["L4"]["transform"], truth.matrix)
    assert 0.2 < bones["L4"]["expectedErrorMm"] < 0.5
    assert (bones["L5"]["transform"], bones["L5"]["expectedErrorMm"], bones["L5"]["marksCarried"]) == (None, None, 0)


def test_the_table_says_verdicts_and_reasons_in_words(folder, capsys, withTruth):
    withTruth({("ST_F", "L4"): (CHECK, Reason("partlyOutOfField", {"sharePercent": 30.0})), ("ST_F", "L5"): failed()})
    code, out, _ = run(capsys, "propagate", folder)
    assert code == 0
    lines = out.splitlines()
    why = "30 % of the bone lies outside the image."
    assert any(line.startswith("L4     check") and line.endswith(why) for line in lines)
    assert any(line.startswith("L5     failed") and "not found" in line for line in lines)
    assert "1 to be looked at (in ST_F) and 1 not carried (in ST_F)" in out
    assert "provisional until a reader accepts them" in out


def test_where_nothing_could_be_carried_the_case_stays_and_the_exit_code_says_so(folder, capsys, withTruth):
    everything = {(position.id, level): failed("blankImage") for position in phantomCase(SCENARIO).positions
                  for level in phantomCase(SCENARIO).chain.levels}  # fmt: skip
    withTruth(everything)
    before = filesOf(folder)
    code, out, _ = run(capsys, "propagate", folder)
    assert code == 1
    assert "Nothing could be carried" in out
    assert filesOf(folder) == before


@pytest.mark.parametrize(("arguments", "words"), [
    (["--from", "ST_X"], "--from ST_X: the case has no such position (nearest: 'ST_"),
    (["--to", "UPSIDE"], "--to UPSIDE: the case has no such position"),
    (["--to", START], "that is the position that marks are carried from"),
    (["--from", "ST_F"], "position 'ST_F': has no vertebra with 2 marks to carry"),
    (["--levels", "C5"], "--levels C5: the case has no such level"),
    (["--out", "somewhere.mrb"], "a case folder is written as a folder"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_sentence(folder, capsys, withTruth, arguments, words):
    withTruth()
    before = filesOf(folder)
    code, out, err = run(capsys, "propagate", folder, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert filesOf(folder) == before


def test_one_mark_of_a_bone_is_not_enough(folder, capsys, withTruth):
    withTruth()
    keep = ("L4_SA", "L5_SA", "L4L5_CA", "L4L5_CP")

    def few(item):
        kept = {name: mark for name, mark in item.marks.landmarks.items() if name in keep}
        return replace(item, marks=LandmarkSet(kept))

    changedCase(folder, few)
    code, _, err = run(capsys, "propagate", folder)
    assert code == 2
    assert f"position '{START}': has no vertebra with 2 marks to carry" in err
    assert "--levels" not in err


def test_positions_without_a_volume_are_left_out_and_named(folder, capsys, withTruth):
    withTruth()
    changedCase(folder, lambda item: replace(item, volume="") if item.id == "ST_E" else item)
    code, _, err = run(capsys, "propagate", folder)
    assert code == 0
    assert "position 'ST_E': it has no volume, so nothing was carried to it" in err
    code, _, err = run(capsys, "propagate", folder, "--to", "ST_E")
    assert (code, "position 'ST_E': has no volume to carry marks to" in err) == (2, True)


@pytest.mark.parametrize("who", ["all others", "reference"])
def test_without_the_volumes_it_needs_nothing_is_carried(folder, capsys, withTruth, who):
    withTruth()
    changedCase(folder, lambda item: replace(item, volume="") if (item.id == START) == (who == "reference") else item)
    code, _, err = run(capsys, "propagate", folder)
    assert code == 2
    expected = "has no volume to carry its marks from" if who == "reference" else "no other position has a volume"
    assert expected in err


def test_a_volume_that_cannot_be_read_is_named(folder, capsys, withTruth):
    withTruth()
    (folder / "ST_F.nrrd").write_bytes((folder / "ST_F.nrrd").read_bytes()[:600])
    before = filesOf(folder)
    code, _, err = run(capsys, "propagate", folder)
    assert code == 2
    assert "ST_F" in err
    assert filesOf(folder) == before


def test_a_color_volume_and_one_in_four_dimensions_are_refused(folder, capsys, withTruth):
    import SimpleITK as sitk

    withTruth()
    for image in (sitk.Image([4, 4, 4], sitk.sitkVectorUInt8, 3), sitk.Image([4, 4, 4, 3], sitk.sitkInt16)):
        sitk.WriteImage(image, str(folder / "ST_F.nrrd"))
        code, _, err = run(capsys, "propagate", folder)
        assert code == 2
        assert "ST_F" in err
        assert "gray" in err or "three-dimensional" in err


def test_without_a_stated_position_the_one_with_the_most_marks_is_carried_from(folder):
    text = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    text["markedIn"] = ""
    (folder / "case.json").write_text(json.dumps(text), encoding="utf-8")
    changedCase(folder, lambda item: withMarks(item, Landmark("L4_SA", (1.0, 2.0, 3.0))) if item.id == "ST_F" else item)
    done = carry(folder)
    assert done.carried.fromPosition == START
    assert readCase(folder).markedIn == START


def test_the_reader_whose_marks_they_are_carried_them_and_others_did_not(folder):
    from DynamicSpineLib.Study.Case import Reading
    from DynamicSpineLib.Study.CaseFolder import fingerprint

    state, case = fingerprint(folder), readCase(folder)
    own = {START: case.position(START).marks}
    other = {START: LandmarkSet({"L4_SA": Landmark("L4_SA", (0.0, 0.0, 0.0))})}
    writeCase(replace(case, readings=(Reading("A", marks=own), Reading("B", marks=other))), folder, basedOn=state)
    carry(folder)
    first, second = readCase(folder).readings
    assert first.marks["ST_F"].landmarks["L4_SA"].origin == CARRIED
    assert set(second.marks) == {START}
    from DynamicSpineLib.Metrics.MeasureCase import readingsOf

    assert [reader for reader, _, _ in readingsOf(readCase(folder))] == ["A", "B"]
