"""Symptoms stand beside the images, and roots are named only where the level names are verified."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from JudgedCases import phantom
from SmallCases import USUAL, feeling, foramenGraded, lowBack
from ToldCases import SCENARIOS, ids, texts, told, toldScenario

from DynamicSpineLib.Study.Case import Numbering
from DynamicSpineLib.Study.Position import Symptom

LINKS = re.compile(r"\b(match\w*|agree\w*|fit\w*|explain\w*|consistent|correlat\w*|correspond\w*|caus\w*|because|due to"
                   r"|account\w* for|concordan\w*|therefore|thus|hence)\b", re.IGNORECASE)  # fmt: skip
ROOT = re.compile(r"\b[CLTS]\d+ root\b")


def withNames(study, confirmedBy):
    """The case with its level names verified by somebody or nobody."""
    return replace(study, numbering=Numbering("iliolumbar", confirmedBy=confirmedBy))


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sentence_with_a_symptom_relates_it_to_a_finding(name):
    symptoms = [item for item in toldScenario(name).findings if item.section == "symptoms"]
    felt = any(item.symptoms for item in phantom(name).positions)
    assert bool(symptoms) == felt
    for item in symptoms:
        assert not LINKS.search(item.text)
        assert not re.search(r"\b[CTL]\d+\W[CTLS]?\d+|\bmm\b|canal|foramen|slip|grade", item.text)
        assert not item.isHeadline


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_symptom_is_in_no_other_section(name):
    """But for the base rate beside cord contact, which is of people without any."""
    others = [item.text.replace("Without any symptom, cord contact", "") for item in toldScenario(name).findings
              if item.section != "symptoms"]  # fmt: skip
    assert [text for text in others if re.search(r"\bsymptom|\bpain\b|/10", text, re.IGNORECASE)] == []


def test_the_worst_symptom_is_told_with_its_position_and_ties_with_all_of_theirs():
    study = lowBack(*USUAL)
    leg = [Symptom("leg", "L", score) for score in (2.0, 8.0, 3.0, 1.0)]
    found = next(item for item in told(feeling(study, *leg)).findings if item.id == "symptomWorst")
    assert found.positions == ("ST",)
    assert "standing neutral" in found.text
    assert "8" in found.text
    tied = [Symptom("leg", "L", score) for score in (2.0, 8.0, 8.0, 1.0)]
    both = next(item for item in told(feeling(study, *tied)).findings if item.id == "symptomWorst")
    assert both.positions == ("ST", "F")


def test_no_symptom_and_nothing_recorded_are_not_the_same():
    study = lowBack(*USUAL)
    assert "symptomNone" in ids(told(feeling(study, *[Symptom("none")] * 4)))
    assert not {"symptomNone", "symptomWorst"} & ids(told(study))


def test_a_root_is_named_where_the_level_names_are_verified_only():
    study = foramenGraded("2")
    assert any(ROOT.search(text) for text in texts(told(withNames(study, "A. Reader"))))
    assert not any(ROOT.search(text) for text in texts(told(withNames(study, ""))))


@pytest.mark.parametrize("name", ["lumbarSlip", "cervicalNarrowing"])
def test_measured_foramina_and_recesses_name_no_root_without_verified_names(name):
    study = replace(phantom(name), landmarkSdMm=0.1)  # with more noise no foramen is told from the others
    verified, unverified = told(withNames(study, "A. Reader"), draws=30), told(withNames(study, ""), draws=30)
    assert any(ROOT.search(text) for text in texts(verified))
    assert not any(ROOT.search(text) for text in texts(unverified))
    assert "numberingNotVerified" in ids(unverified)
    assert "not verified" in unverified.dictation


def test_the_root_of_a_foramen_and_of_a_recess_at_one_level_differ():
    """Review 1.8: the L4-L5 foramen is L4's, the L4-L5 recess is L5's."""
    found = {item.id: item for item in toldScenario("lumbarSlip").findings if item.id in ("recess", "foramenClear")}
    assert found["recess"].level == "L4L5"
    assert "L5 root" in found["recess"].text
    graded = next(item for item in told(foramenGraded("2")).findings if item.id == "foramenGrade")
    assert "L4 root" in graded.text
