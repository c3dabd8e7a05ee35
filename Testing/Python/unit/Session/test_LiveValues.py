"""Live values after any edits, against a case that is measured from scratch."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from Carried import carriedCase
from EditedCases import DETAIL_FIELDS, NOISE_FIELDS, Editor, differences, measuredRows, measureInto, movedTo
from PhantomCases import phantomCase
from Spines import LUMBAR, flexed, lumbarSpine

from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Session.LiveValues import QUICK_DRAWS, LiveValues
from DynamicSpineLib.Study.Case import Case, Reading
from DynamicSpineLib.Study.EditMarks import withCleared, withLandmarks, withMissing
from DynamicSpineLib.Study.Marks import Landmark

DRAWS = 40
CASES = ("chinTuck", "lumbarCage", "scoliosisRotatory", "sixLumbar")


def drawn(study):
    """Live values of a study with all noise drawn."""
    live, shared = LiveValues(study), next((made for made in (lumbar, carriedStudy) if study is made()), None)
    assert live.accept(runSteps(measureCase(study, DRAWS)) if shared is None else measuredOnce(shared), DRAWS)
    return live


@cache
def measuredOnce(made):
    """The measurement of a study that many tests begin with."""
    return runSteps(measureCase(made(), DRAWS))


@cache
def lumbar():
    """A low back with a recumbent and two upright positions."""
    whole = phantomCase("lumbarSlip")
    return replace(whole, positions=whole.positions[:3])


@pytest.mark.parametrize("share", [0.0, 0.3])
@pytest.mark.parametrize("scenario", CASES)
def test_values_and_reasons_after_any_edits_are_those_of_a_new_measurement(scenario, share):
    editor = Editor(f"{scenario}{share}")
    study = editor.thinned(phantomCase(scenario), share)
    live = LiveValues(study)
    for key in live.cells:
        live.cell(key)
    done = []
    for number in range(6):
        study, what = editor.edited(study)
        live.setCase(study)
        done.append(what)
        if number % 2:  # several edits before somebody looks must not lose one
            found = [item for row in measuredRows(study, live)
                     for item in differences(row, live.cell(row.key).row, (*NOISE_FIELDS, *DETAIL_FIELDS))]
            assert found == [], done


@pytest.mark.parametrize("scenario", CASES)
def test_an_edit_names_every_cell_that_shows_something_else(scenario):
    editor = Editor(scenario)
    study = editor.thinned(phantomCase(scenario), 0.1)
    live = drawn(study)
    for _ in range(5):
        before = {key: live.cell(key) for key in live.cells}
        study, what = editor.edited(study)
        told = live.setCase(study)
        changed = {key for key in live.cells if live.cell(key) != before[key]}
        assert changed <= told, what


@cache
def carriedStudy():
    """A low back whose marks were carried to one position and from there to another, some by bones with a center."""
    spine = lumbarSpine()
    study = carriedCase(spine, LUMBAR, {"b": flexed(spine, dict.fromkeys(LUMBAR[:-1], 5.0)), "c": flexed(spine, {})})
    bones = tuple(replace(bone, center_RAS=(0.0, 0.0, 0.0)) if bone.level == "L3" else bone for bone in study.bones)
    predicted = [replace(mark, origin="predicted", sdMm=0.3) for name, mark in
                 study.positions[2].marks.landmarks.items() if name.endswith(("_CA", "_CP"))]
    return withLandmarks(replace(study, bones=bones), "c", predicted)


@pytest.mark.parametrize("name", [*CASES, "carried"])
def test_with_its_draws_done_every_cell_is_that_of_a_new_measurement(name):
    editor = Editor(f"draws {name}")
    study = carriedStudy() if name == "carried" else editor.thinned(phantomCase(name), 0.1)
    live = drawn(study)
    assert not live.stale
    for _ in range(3):
        study, what = editor.edited(study)
        live.setCase(study)
        assert len(live.stale) < len(live.cells)  # what an edit does not touch keeps its noise
        runSteps(live.quickSteps(count=DRAWS))
        assert not live.stale
        found = [item for row in measuredRows(study, live, DRAWS)
                 for item in differences(row, live.cell(row.key).row, DETAIL_FIELDS)]
        assert found == [], what


def movedBy(live, positionId, name, step):
    """Move a point by a step in RAS mm; the keys that it touches."""
    point = np.array(live.case.position(positionId).marks.point(name)) + np.array(step)
    return movedTo(live, positionId, name, point)


@pytest.mark.parametrize("name", ["L4_IP", "L3_SA", "L4L5_CA", "S1_SP", "L4_SPL"])
def test_the_noise_of_carried_and_predicted_marks_follows_the_marks_they_come_from(name):
    live = drawn(carriedStudy())
    before = {key: live.cell(key).row.sd for key in live.cells}
    movedBy(live, "a", name, (0.0, 7.0, 5.0))
    runSteps(live.quickSteps(count=DRAWS))
    after = {row.key: row.sd for row in measuredRows(live.case, live, DRAWS)}
    elsewhere = [key for key, sd in after.items() if "a" not in key[4:] and sd is not None and before[key] is not None]
    assert any(abs(after[key] - before[key]) > 1e-6 for key in elsewhere)
    assert {key: live.cell(key).row.sd for key in elsewhere} == pytest.approx({key: after[key] for key in elsewhere})


def test_the_noise_of_an_edge_follows_the_mark_across_it():
    # The back edge of the canal errs toward its front edge, which the ligament's thickness has nothing to do with.
    study = lumbar()
    live = drawn(study)
    position = study.positions[0].id
    key = ("state", "ligamentumFlavum", "L4L5", "", position, "")
    before = live.cell(key)
    touched = movedBy(live, position, "L4L5_CA", (0.0, 0.0, 9.0))
    assert key in touched
    assert (live.cell(key).value, live.cell(key).stale) == (before.value, True)
    runSteps(live.quickSteps(count=DRAWS))
    rows = {row.key: row for row in measuredRows(live.case, live, DRAWS)}
    assert abs(rows[key].sd - before.row.sd) > 1e-3
    assert live.cell(key).row.sd == pytest.approx(rows[key].sd)


def test_a_reason_follows_the_gate_that_a_drag_opens_or_closes():
    # Without a lower corner nothing is measured of the slip; with too little rotation that is not even asked for.
    study = phantomCase("lumbarSlip", ("ST_F", "ST_E"))
    first, last = "ST_E", "ST_F"
    live = LiveValues(withCleared(study, last, ["L5_SP"]))
    key = ("motion", "tpdr", "L4L5", "", last, first)
    assert live.cell(key).missing == "not marked"
    codes = set()
    for _ in range(12):
        movedBy(live, last, "L4_IA", (0.0, 0.0, 1.5))
        row = next(row for row in measuredRows(live.case, live) if row.key == key)
        assert live.cell(key).row.reasonCode == row.reasonCode
        codes.add(row.reasonCode)
    assert codes == {"notMarked", "belowRotation"}


def test_a_cells_whole_row_has_method_and_warnings_of_now():
    study = phantomCase("chinTuck")
    live = drawn(study)
    # A corner that is pulled off its plane is warned of, in values that it does not touch as well.
    position = study.positions[0]
    point = np.array(position.marks.point("C5_SA")) + np.array([9.0, 0.0, 0.0])
    movedTo(live, position.id, "C5_SA", point)
    for row in measuredRows(live.case, live):
        if row.key in live.stale:
            assert differences(row, live.row(row.key), NOISE_FIELDS) == []


def test_noise_is_of_an_earlier_state_until_it_is_drawn_again():
    study = lumbar()
    live = drawn(study)
    key = ("state", "slip", "L4L5", "", study.positions[0].id, "")
    before = live.cell(key)
    point = np.array(study.positions[0].marks.point("L4_IP")) + np.array([0.0, 2.0, 0.0])
    assert key in movedTo(live, study.positions[0].id, "L4_IP", point)
    moved = live.cell(key)
    assert moved.value != before.value
    assert (moved.row.sd, moved.stale, moved.draws) == (before.row.sd, True, DRAWS)
    assert moved.row.upper95 - moved.row.lower95 == pytest.approx(before.row.upper95 - before.row.lower95)
    assert moved.row.lower95 < moved.value < moved.row.upper95
    assert key in runSteps(live.quickSteps())
    settled = live.cell(key)
    assert (settled.stale, settled.draws) == (False, QUICK_DRAWS)
    assert settled.value == moved.value


def test_before_any_draws_nothing_is_said_of_noise():
    study = lumbar()
    live = LiveValues(study)
    key = next(key for key in live.cells if key[0] == "change" and key[1] == "slip" and live.cell(key).isThere)
    shown = live.cell(key)
    assert (shown.stale, shown.draws, shown.interval, shown.verdict) == (True, None, "", "")
    measureInto(live, 0)
    assert live.cell(key).verdict == "noise not known"


def test_only_what_is_asked_for_is_drawn_first():
    study = lumbar()
    live = drawn(study)
    point = np.array(study.positions[1].marks.point("L4_IP")) + np.array([0.0, 0.5, 0.0])
    touched = movedTo(live, study.positions[1].id, "L4_IP", point)
    shown = {key for key in live.cells if key[1] == "slip"}
    assert runSteps(live.quickSteps(shown, DRAWS)) == touched & shown
    assert live.stale == touched - shown
    rows = {row.key: row for row in measuredRows(live.case, live, DRAWS)}
    for key in touched & shown:
        assert differences(rows[key], live.cell(key).row) == []


def test_draws_may_be_dropped_at_any_step():
    study = lumbar()
    live = drawn(study)
    point = np.array(study.positions[0].marks.point("L4_IP")) + np.array([0.0, 0.5, 0.0])
    movedTo(live, study.positions[0].id, "L4_IP", point)
    stale, before = live.stale, {key: live.cell(key) for key in live.cells}
    for count in range(1, 12, 2):
        steps = live.quickSteps(count=DRAWS)
        for _ in range(count):
            next(steps)
        steps.close()
    assert live.stale == stale
    assert {key: live.cell(key) for key in live.cells} == before
    runSteps(live.quickSteps(count=DRAWS))
    assert not live.stale


def test_draws_of_an_earlier_state_are_not_taken_over():
    study = lumbar()
    live = LiveValues(study)
    position = study.positions[0]
    quick = live.quickSteps(count=DRAWS)
    next(quick)
    measured = runSteps(measureCase(live.case, DRAWS))
    movedTo(live, position.id, "L4_IP", np.array(position.marks.point("L4_IP")) + 0.5)
    assert runSteps(quick) == frozenset()
    assert live.stale == frozenset(live.cells)
    assert not live.accept(measured, DRAWS)


def test_a_measurement_made_elsewhere_is_taken_over():
    study = lumbar()
    live = LiveValues(study)
    assert live.accept(runSteps(measureCase(study, DRAWS)), DRAWS)
    assert not live.stale


def test_a_title_or_a_note_makes_no_noise_stale_and_a_posture_does():
    study = lumbar()
    live = drawn(study)
    first = study.positions[0]
    said = replace(first, title="Lying", notes="calm", symptoms=(), grades=(), volume="other.nrrd")
    titled = replace(study, notes="read twice", positions=(said, *study.positions[1:]))
    assert live.setCase(titled) == frozenset()
    assert live.case is titled
    assert not live.stale
    rows = {row.key: row for row in measuredRows(titled, live, DRAWS)}
    assert [item for key, row in rows.items() for item in differences(row, live.cell(key).row)] == []
    standing = replace(titled, positions=(replace(said, posture="standing"), *study.positions[1:]))
    assert live.setCase(standing) == live.stale == frozenset(live.cells)


def test_a_reader_whose_marks_are_moved_keeps_the_name():
    study = lumbar()
    marks = {item.id: item.marks for item in study.positions}
    study = replace(study, readings=(Reading("RT", 2, "2024-05-01", marks=marks),))
    live = drawn(study)
    assert live.reading == ("RT", "2")
    point = tuple(np.array(study.positions[0].marks.point("L4_IP")) + 0.4)
    movedTo(live, study.positions[0].id, "L4_IP", point)
    assert live.reading == ("RT", "2")
    runSteps(live.quickSteps(count=DRAWS))
    found = [item for row in measuredRows(live.case, live, DRAWS)
             for item in differences(row, live.cell(row.key).row, DETAIL_FIELDS)]
    assert found == []


def test_noise_from_repeat_readings_follows_the_marks_that_are_moved():
    study = lumbar()
    editor = Editor("repeat")
    marks = {
        item.id: replace(item.marks, landmarks={
            name: replace(mark, point_RAS=editor.near(mark.point_RAS, 0.4))
            for name, mark in item.marks.landmarks.items() if mark.point_RAS is not None
        })
        for item in study.positions
    }  # fmt: skip
    study = replace(study, readings=(Reading("second", 1, "2024-05-01", marks=marks),))
    live = drawn(study)
    point = np.array(study.positions[0].marks.point("L4_IP")) + np.array([0.0, 6.0, 0.0])
    movedTo(live, study.positions[0].id, "L4_IP", point)
    runSteps(live.quickSteps(count=DRAWS))
    rows = measuredRows(live.case, live, DRAWS)
    assert {row.sdSource for row in rows} >= {"repeat"}
    found = [item for row in rows for item in differences(row, live.cell(row.key).row, DETAIL_FIELDS)]
    assert found == []


def test_a_mark_that_is_missing_takes_its_values_away_and_gives_the_reason():
    study = lumbar()
    live = drawn(study)
    position = study.positions[0].id
    key = ("state", "slip", "L4L5", "", position, "")
    live.setCase(withMissing(study, position, "L4_IP"))
    shown = live.cell(key)
    assert (shown.isThere, shown.text, shown.missing) == (False, "", "not visible")
    assert "L4_IP" in shown.reason
    live.setCase(withCleared(live.case, position, ["L4_IP"]))
    assert live.cell(key).missing == "not marked"
    live.setCase(withLandmarks(live.case, position, [Landmark("L4_IP", study.positions[0].marks.point("L4_IP"))]))
    assert live.cell(key).isThere


def test_what_is_not_there_is_refused():
    live = LiveValues(lumbar())
    with pytest.raises(KeyError):
        live.cell(("state", "slip", "L9L10", "", "nowhere", ""))


def test_a_case_without_positions_has_no_cells_until_it_gets_some():
    study = lumbar()
    empty = Case(study.caseId, study.chain, ())
    live = LiveValues(empty)
    assert not live.cells
    assert runSteps(live.quickSteps()) == frozenset()
    with pytest.raises(KeyError):
        live.cell(("state", "slip", "L4L5", "", "SUP_N", ""))
    live.setCase(study)
    assert live.cell(("state", "slip", "L4L5", "", study.positions[0].id, "")).isThere
