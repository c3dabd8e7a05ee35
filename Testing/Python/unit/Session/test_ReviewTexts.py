"""Texts of Review: said once, in order, and plain on the clipboard; the rules behind a cell in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ForbiddenWords import forbiddenIn
from ReviewCases import review, toldPhantom

from DynamicSpineLib.Criteria.Results import MET, UNDECIDED
from DynamicSpineLib.Findings.Speech import provisionalEnding
from DynamicSpineLib.Session.ReviewRules import cellSentences, rulesSentence
from DynamicSpineLib.Session.ReviewTexts import orderedSentences, plainText, saidBy, shortText


@pytest.mark.parametrize("name", ["lumbarSlip", "cervicalNarrowing", "fullCase"])
def test_the_dictation_reaches_any_text_field_whole(name):
    text = plainText(review(name).dictation)
    assert text.encode("latin-1").decode("latin-1") == text
    assert "?" not in text
    assert len(text.split()) == len(review(name).dictation.split())


def test_level_names_arrive_with_a_plain_hyphen():
    assert plainText("L4\N{NON-BREAKING HYPHEN}L5, 2.5\N{NO-BREAK SPACE}mm, \N{MINUS SIGN}3 \N{EN DASH} 4") == \
        "L4-L5, 2.5 mm, -3 - 4"  # fmt: skip


def test_a_provisional_sentence_is_shown_without_its_ending():
    assert shortText(f"L4 stands forward. {provisionalEnding()}") == "L4 stands forward."
    assert shortText("L4 stands forward.") == "L4 stands forward."


def test_sentences_that_claim_a_difference_come_first_and_else_keep_their_order():
    content = review("lumbarSlip")
    turned = replace(content, sentences=content.sentences[::-1])
    found = orderedSentences(turned)
    assert [item.isHeadline for item in found] == sorted((item.isHeadline for item in found), reverse=True)
    assert [item for item in found if item.isHeadline] == [item for item in turned.sentences if item.isHeadline]
    assert saidBy(turned, content.stops[0]) == found.index(content.sentences[0])


def results(name):
    return toldPhantom(name)[1][0].results


def test_a_cell_that_is_met_names_the_rule_with_certainty_and_share_of_healthy_people():
    text = rulesSentence(results("cervicalNarrowing"), "C5C6", "UP_E")
    assert text.startswith("Met: ")
    assert "measurement certainty" in text
    assert "healthy people" in text


def test_a_cell_that_is_undecided_names_the_rule_and_its_certainty():
    content, found = review("lumbarSlip"), results("lumbarSlip")
    signs = {(cell.level, cell.position): cell.kind for row in content.rows for cell in row.cells}
    assert UNDECIDED in signs.values()
    for (level, position), kind in signs.items():
        opening = {MET: "Met: ", UNDECIDED: "Undecided: ", "": ""}[kind]
        assert rulesSentence(found, level, position)[: len(opening) or None] == opening


def test_the_sentence_on_the_rules_stands_for_the_sign_of_the_cell():
    cell = review("lumbarSlip").cell("L4L5", "ST_E")
    text = cellSentences(cell, rulesSentence(results("lumbarSlip"), "L4L5", "ST_E"))
    assert "a rule is met here" in cell.whole
    assert "a rule is met here" not in text
    assert text.startswith(cell.whole.split(";")[0])
    assert cellSentences(cell, "") == cell.whole


def test_no_rule_sentence_holds_a_forbidden_word():
    for name in ("lumbarSlip", "cervicalNarrowing"):
        for row in review(name).rows:
            for cell in row.cells:
                assert not forbiddenIn(rulesSentence(results(name), cell.level, cell.position))
