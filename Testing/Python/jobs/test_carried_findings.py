"""Values and sentences that rest on marks nobody has accepted say so, whatever brought the marks there."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

import pytest
from PhantomCases import phantomCase
from TrueCarry import SCENARIO, engine, failed, markedOnce

from DynamicSpineLib.Jobs.CarryCase import carryCase
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Jobs.Told import chosenRuleSets, tellMeasurement
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Study.CarryState import CHECK
from DynamicSpineLib.Study.Marks import LandmarkSet

ENDING = "Provisional: no reader has accepted its marks yet."


def told(case):
    measured = runSteps(measureCase(case, 300))
    return measured.rows, tellMeasurement(measured, chosenRuleSets())[0]


def withTissue(case, origin):
    """The carried case with the soft tissue of the phantom as if some program had put it there."""
    truth = phantomCase(SCENARIO)
    positions = []
    for position in case.positions:
        marks = dict(position.marks.landmarks)
        for name, mark in truth.position(position.id).marks.landmarks.items():
            if name not in marks:
                marks[name] = replace(mark, origin=origin, confirmed=origin == "placed")
        positions.append(replace(position, marks=LandmarkSet(MappingProxyType(marks))))
    return replace(case, positions=tuple(positions))


@pytest.fixture(scope="module")
def carried():
    case = phantomCase(SCENARIO)
    doubt = {("ST_F", "L4"): (CHECK, Reason("imagesDiffer"))}
    done = runSteps(carryCase(markedOnce(case, "SUP_N"), CarryOptions(), lambda _: None, engine(doubt)))
    return withTissue(done.case, "predicted")


@pytest.fixture(scope="module")
def outcome(carried):
    return told(carried)


def accepted(case):
    """The case after a reader has accepted every mark."""
    positions = []
    for position in case.positions:
        marks = {name: replace(mark, confirmed=True) for name, mark in position.marks.landmarks.items()}
        positions.append(replace(position, marks=LandmarkSet(MappingProxyType(marks))))
    return replace(case, positions=tuple(positions))


def test_values_on_carried_and_predicted_marks_are_provisional_where_they_were_not_placed(outcome):
    rows, _ = outcome
    given = [row for row in rows if row.status == "ok"]
    placed = [row for row in given if {row.position, row.fromPosition} <= {"SUP_N", ""}]
    # S1 has no lower endplate: the height of its body comes from the other positions as well.
    assert {row.level for row in placed if not row.confirmed} <= {"L5S1"}
    assert sum(row.confirmed for row in placed) > 100
    others = [row for row in given if not {row.position, row.fromPosition} <= {"SUP_N", ""}]
    assert {row.confirmed for row in others} == {False}
    origins = {row.metric: row.origin for row in others if row.kind == "state" and row.position == "ST_F"}
    assert (origins["slip"], origins["canalApDisc"]) == ("carried", "predicted")


def test_values_on_a_bone_to_be_looked_at_carry_the_warning(outcome):
    rows, _ = outcome
    warned = {row.level for row in rows if row.kind == "state" and row.metric == "slip" and row.position == "ST_F"
              and "carriedCheck" in row.warnings}  # fmt: skip
    assert warned == {"L3L4", "L4L5"}


def test_every_sentence_on_such_values_ends_with_saying_so(outcome):
    _, reading = outcome
    provisional = [item for item in reading.findings.findings if not item.confirmed]
    assert len(provisional) >= 2
    assert [item.text for item in provisional if ENDING not in item.text] == []
    counted = [item.text for item in reading.findings.findings if item.id == "provisional"]
    assert len(counted) == 1
    headlines = [item for item in reading.findings.headlines if not item.confirmed]
    assert headlines
    assert all(item.text.endswith(ENDING) for item in headlines)


def test_every_sentence_with_a_number_that_was_measured_in_a_carried_position_says_so(outcome):
    _, reading = outcome
    measured = re.compile(r"\d\.\d (mm|%)|\d\.\d°|measurement certainty")
    texts = [item.text for item in reading.findings.findings if "grade higher than" not in item.text]
    assert [text for text in texts if measured.search(text) and ENDING not in text] == []


def test_limits_met_on_such_values_are_provisional_in_the_table_of_rules(outcome):
    _, reading = outcome
    met = [item for item in reading.results if item.result == "met" and item.rule != "gradeUp"]
    assert met
    assert {item.confirmed for item in met} == {False}


def test_a_reader_who_accepts_the_marks_takes_the_word_away_and_changes_no_value(carried, outcome):
    rows, reading = told(accepted(carried))
    before, _ = outcome
    assert [(row.metric, row.value, row.sd) for row in rows] == [(row.metric, row.value, row.sd) for row in before]
    assert all(row.confirmed for row in rows if row.status == "ok")
    assert not any(ENDING in item.text for item in reading.findings.findings)
    # Accepted or not, where the marks come from stays in every row.
    assert {row.origin for row in rows if row.metric == "slip" and row.position == "ST_F"} >= {"carried"}


def test_bones_to_look_at_and_bones_not_found_are_said_before_what_rests_on_them(outcome):
    _, reading = outcome
    limits = [item.text for item in reading.findings.findings if item.section == "limits"]
    assert "Carried marks to look at before their values are used: L4 in standing flexion." in limits
    case = phantomCase(SCENARIO)
    lost = {(position, "L5"): failed() for position in ("ST_F", "ST_E")}
    done = runSteps(carryCase(markedOnce(case, "SUP_N"), CarryOptions(), lambda _: None, engine(lost)))
    texts = [item.text for item in told(done.case)[1].findings.findings]
    assert ("Bones not found when marks were carried, so without values: L5 in standing flexion and L5 in standing "
            "extension.") in texts  # fmt: skip
    assert not any("to look at before" in text for text in texts)


def test_once_accepted_a_bone_is_not_asked_for_again(carried):
    texts = [item.text for item in told(accepted(carried))[1].findings.findings]
    assert not any("to look at before" in text for text in texts)
