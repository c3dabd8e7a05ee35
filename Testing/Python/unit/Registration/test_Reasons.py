"""Sentences of why a bone asks for a look."""

from __future__ import annotations

import re
from importlib import resources

import numpy as np
import pytest
from ForbiddenWords import VERDICTS, forbiddenIn

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Registration.Reasons import (
    blanksOf,
    qualityOfReasons,
    reasonCodes,
    reasonSentence,
    reasonShort,
    reasonsOfQuality,
    verdictSentence,
    withoutReasons,
)
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD

ENTRIES = packageData("Registration", "reasons.json")["reasons"]


def test_a_reason_is_told_with_its_numbers_rounded():
    reason = Reason("similarityLow", {"similarity": 0.41278, "expected": np.float64(0.7)})
    assert reasonSentence(reason) == (
        "The two images agree poorly inside the bone (similarity 0.41, usually 0.70 or more)."
    )
    turned = Reason("unlikelyMotion", {"segment": "C4C5", "angleDeg": 34.4, "limitDeg": np.int64(25)})
    assert reasonSentence(turned) == "C4C5 would turn by 34°; such a level reaches 25° at most."


@pytest.mark.parametrize("numbers", [{}, {"similarity": 0.4}, {"similarity": float("nan"), "expected": 0.7}])
def test_without_all_of_its_numbers_a_reason_is_told_without_them(numbers):
    assert reasonSentence(Reason("similarityLow", numbers)) == "The two images agree poorly inside the bone."


def test_a_reason_of_a_later_version_is_named_and_breaks_nothing():
    assert reasonSentence(Reason("moonPhase", {"share": 0.5})) == "Reason without a sentence here: moonPhase."
    assert reasonShort(Reason("moonPhase")) == "moonPhase"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["code"])
def test_every_sentence_uses_its_numbers_and_says_nothing_that_it_may_not(entry):
    assert set(blanksOf(entry.get("text", ""))) == set(entry.get("numbers", {}))
    assert blanksOf(entry["bare"]) == ()
    filled = reasonSentence(Reason(entry["code"], dict.fromkeys(entry.get("numbers", {}), 2)))
    for text in (entry["short"], entry["bare"], filled):
        assert forbiddenIn(text) == []
        assert VERDICTS.findall(text) == []
    assert "{" not in filled


def test_codes_are_there_once():
    assert len(set(reasonCodes())) == len(ENTRIES)


def test_every_verdict_has_its_sentence():
    sentences = [verdictSentence(verdict) for verdict in (GOOD, CHECK, FAILED)]
    assert all(sentences)
    assert [word for sentence in sentences for word in forbiddenIn(sentence)] == []
    assert verdictSentence("") == ""


def test_every_code_that_the_library_gives_has_a_sentence():
    folder = resources.files("DynamicSpineLib") / "Registration"
    texts = [item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".py")]
    given = {code for text in texts for code in re.findall(r"\bReason\(\s*\"(\w+)\"", text)}
    assert given <= set(reasonCodes())


def test_reasons_are_kept_in_a_quality_record_and_read_back():
    reasons = (Reason("similarityLow", {"similarity": np.float32(0.5), "expected": 0.7}), Reason("imagesDiffer"))
    quality = {"similarity": 0.5, **qualityOfReasons(reasons)}
    assert all(item is None or isinstance(item, str | int | float) for item in quality.values())
    assert [(item.code, dict(item.numbers)) for item in reasonsOfQuality(quality)] == [
        ("similarityLow", {"similarity": 0.5, "expected": 0.7}), ("imagesDiffer", {})]  # fmt: skip
    assert withoutReasons(quality) == {"similarity": 0.5}
    assert reasonsOfQuality({"reason1": 7, "edited": True}) == ()
