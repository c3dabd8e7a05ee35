"""What every told case keeps to: whole sentences, no forbidden word, five key sentences, a dictation of its length."""

from __future__ import annotations

import re

import pytest
from ForbiddenWords import VERDICTS, forbiddenIn
from JudgedCases import phantom
from SmallCases import smallCases
from ToldCases import SCENARIOS, TEMPLATES, ids, texts, told, toldScenario

BROKEN = re.compile(r"[{}]|  |\b(None|nan|inf|NaN|True|False)\b|\(\)|,,|\.\.|: \.|; \.|\s\.")
SMALL = {name: told(case, draws) for name, (case, draws) in smallCases().items()}
CLOSING = "For research use; no diagnosis."


def faultsOf(findings):
    """Sentences that are broken, unfinished or hold a word that they may not."""
    said = {item.text for item in findings.findings if item.id == "slipFixed"}
    for text in texts(findings):
        stripped = text
        for fixed in said:
            stripped = stripped.replace(fixed, "")
        if BROKEN.search(text) or not text.endswith(".") or not (text[:1].isupper() or text[:1].isdigit()):
            yield f"broken: {text}"
        if forbiddenIn(stripped) or VERDICTS.search(stripped):
            yield f"forbidden: {text}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_sentence_of_a_scenario_is_whole_and_allowed(name):
    found = toldScenario(name)
    assert found.findings
    assert list(faultsOf(found)) == []


@pytest.mark.parametrize("name", SMALL)
def test_a_small_case_says_what_it_is_for_in_whole_and_allowed_sentences(name):
    assert name in ids(SMALL[name])
    assert list(faultsOf(SMALL[name])) == []


def test_the_check_sees_broken_and_forbidden_sentences():
    for text in ("From {first} on.", "Slip of nan mm.", "A  gap.", "Not ended", "The slip is stable.", "Found None."):
        case = type("Case", (), {"findings": (), "keySentences": (text,), "dictation": "Good."})()
        assert list(faultsOf(case)), text


def test_every_template_is_said_by_some_case():
    said = set().union(*(ids(toldScenario(name)) for name in SCENARIOS), *(ids(item) for item in SMALL.values()))
    never = set(TEMPLATES["templates"]) - said
    assert never <= {"craniocervicalNone"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_dictation_has_80_to_120_words_with_numbering_and_research_line(name):
    found, case = toldScenario(name), phantom(name)
    words = len(found.dictation.split())
    assert words <= 120
    if {item.bend for item in case.positions} & {"flexion", "extension"}:
        assert words >= 80
    statement = case.numbering.statement()
    assert statement[1:] in found.dictation
    assert found.dictation.endswith(CLOSING)
    assert found.numbering == statement


@pytest.mark.parametrize("name", SCENARIOS)
def test_key_sentences_are_at_most_five_and_stand_in_the_sections(name):
    found = toldScenario(name)
    assert 1 <= len(found.keySentences) <= 5
    assert len(set(found.keySentences)) == len(found.keySentences)
    said = {item.text for item in found.findings}
    assert set(found.keySentences) <= said
    assert {item.text for item in found.headlines} <= said


@pytest.mark.parametrize("name", ["nullCervical", "nullLumbar", "healthyCervical", "healthyLumbar"])
def test_where_nothing_is_wrong_nothing_leads(name):
    assert toldScenario(name).headlines == ()


def test_no_scenario_is_left_out():
    assert len(SCENARIOS) > 30
    assert {"lumbarSlip", "healthyCervical", "oneLevelOff"} <= set(SCENARIOS)
